"""Numbers to a probability to a level: a small logistic model whose coefficients are data. Pure.

`coefficients.json` ships with the package (refit with `python -m benchmarks.fit_confidence`);
`python -m scripts.calibrate` makes others for one knowledge base, with cuts that were measured.
"""

from __future__ import annotations

import math
from functools import cache
from importlib import resources
from typing import Annotated, Final, Protocol

import msgspec

from data_pipeline.contract.replies import Calibration, Factor, Level
from data_pipeline.engine.calibration import Measured, cut_for
from data_pipeline.engine.evidence import Evidence

_TEXTS: Final = {
    "intercept": "Where confidence starts before any evidence.",
    "strength": "How near the best passage comes to a perfect match.",
    "lead": "How far the best article is ahead of the next one.",
    "clear": "How far the best article is ahead of all but one other.",
    "matched": "How much telling information the best article matches.",
    "ahead": "How much more telling information it matches than the next one.",
    "coverage_article": "How much of what was asked stands anywhere in the article.",
    "stretch_lead": "Whether one stretch of it holds more of what was asked than others do.",
    "title_asked": "How much of the article's title is asked for.",
    "unknown_share": "Words of the question that the knowledge base does not know.",
    "coverage_passage": "How much of what was asked the quoted passages hold.",
}
_FEATURES: Final = frozenset(Evidence.__struct_fields__)
# Beyond it terms may add up to no number at all, which no cut could hold back.
_STEEPEST: Final = 1e6
_MEDIUM_SHARE: Final = 0.6
# What is likely right, though not sent: calibrated replies are medium up to this share of errors.
_MEDIUM_ERROR: Final = 0.25

_Between = Annotated[float, msgspec.Meta(gt=0, lt=1)]


class Model(msgspec.Struct, frozen=True):
    """A logistic model: log-odds = intercept + sum of weight times feature."""

    intercept: float
    weights: dict[str, float]


class Coefficients(msgspec.Struct, frozen=True):
    """What `coefficients.json` holds, with its provenance.

    `article` gives the probability that the best article is the right one, `reply` that the reply
    is right. `reference_cut` is the probability from which on a reply is sent when
    `reference_error` is allowed: provisional, and used only until there are `measured` cuts.
    """

    version: str
    source: str
    n: int
    date: str
    article: Model
    reply: Model
    reference_error: _Between
    reference_cut: _Between
    measured: Measured | None = None


class Calibrations(Protocol):
    """Knows what was calibrated on a namespace's knowledge base. Never raises."""

    async def of(self, namespace: str) -> Coefficients | None:
        """The namespace's own coefficients as they are now, None where there are none."""
        ...


class Confidence(msgspec.Struct, frozen=True):
    """A probability and the terms that made it."""

    probability: float
    factors: tuple[Factor, ...]


@cache
def shipped_coefficients() -> Coefficients:
    """The coefficients that come with the package."""
    raw = resources.files("data_pipeline.engine").joinpath("coefficients.json").read_bytes()
    return msgspec.json.decode(raw, type=Coefficients)


def is_sound(coefficients: Coefficients) -> bool:
    """Whether every ticket can be judged by them: numbers within reason, of evidence there is."""
    return all(
        abs(model.intercept) <= _STEEPEST
        and all(
            name in _FEATURES and abs(weight) <= _STEEPEST for name, weight in model.weights.items()
        )
        for model in (coefficients.article, coefficients.reply)
    )


def estimate(evidence: Evidence, model: Model) -> Confidence:
    """Probability by `model`; the contributions of its factors add up to its log-odds."""
    values = msgspec.structs.asdict(evidence)
    terms = [("intercept", 1.0, model.intercept)]
    terms += [(name, values[name], weight * values[name]) for name, weight in model.weights.items()]
    log_odds = sum(contribution for _, _, contribution in terms)
    return Confidence(
        probability=1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds)))),
        factors=tuple(Factor(name, value, part, _TEXTS[name]) for name, value, part in terms),
    )


def threshold(coefficients: Coefficients, allowed_error: float) -> float:
    """The probability that an answer needs when `allowed_error` of the answers may be wrong.

    The measured cut; above 1, which nothing reaches, where the data promise no such error. Where
    none was measured the reference cut, moved by the odds between the two errors: half the error
    needs twice the odds. A stricter error never gives a lower cut.
    """
    if coefficients.measured is not None:
        return cut_for(coefficients.measured.curve, allowed_error)
    odds = coefficients.reference_cut / (1 - coefficients.reference_cut)
    needed = odds * coefficients.reference_error / allowed_error
    return 1 / (1 + 1 / needed)


def medium_cut(coefficients: Coefficients, allowed_error: float) -> float:
    """The probability from which on a confidence is medium: that of a clearly looser error.

    Where nothing was measured six tenths of the cut.
    """
    if coefficients.measured is None:
        return threshold(coefficients, allowed_error) * _MEDIUM_SHARE
    return cut_for(coefficients.measured.curve, max(allowed_error, _MEDIUM_ERROR))


def level(probability: float, cut: float, medium: float | None = None) -> Level:
    """High from `cut` on, medium from `medium` on (six tenths of the cut unless said)."""
    if probability >= cut:
        return Level.HIGH
    medium = cut * _MEDIUM_SHARE if medium is None else medium
    return Level.MEDIUM if probability >= medium else Level.LOW


def provenance(coefficients: Coefficients, *, stale: bool = True) -> Calibration:
    """Where the coefficients come from; ones fitted on other knowledge bases count as stale."""
    stale = stale or coefficients.measured is None
    return Calibration(coefficients.source, coefficients.n, coefficients.date, stale=stale)
