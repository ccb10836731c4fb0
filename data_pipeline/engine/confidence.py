"""Numbers to a probability to a level: a small logistic model whose coefficients are data. Pure.

Refit with `python -m benchmarks.fit_confidence`; `coefficients.json` says what it was fitted on.
"""

from __future__ import annotations

import math
from functools import cache
from importlib import resources
from typing import Final

import msgspec

from data_pipeline.contract.replies import Calibration, Factor, Level
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
_MEDIUM_SHARE: Final = 0.6


class Model(msgspec.Struct, frozen=True):
    """A logistic model: log-odds = intercept + sum of weight times feature."""

    intercept: float
    weights: dict[str, float]


class Coefficients(msgspec.Struct, frozen=True):
    """What `coefficients.json` holds, with its provenance.

    `article` gives the probability that the best article is the right one, `reply` that the reply
    is right. `reference_cut` is the probability from which on a reply is sent when
    `reference_error` is allowed: provisional until it is calibrated on the knowledge base itself.
    """

    version: str
    source: str
    n: int
    date: str
    article: Model
    reply: Model
    reference_error: float
    reference_cut: float


class Confidence(msgspec.Struct, frozen=True):
    """A probability and the terms that made it."""

    probability: float
    factors: tuple[Factor, ...]


@cache
def shipped_coefficients() -> Coefficients:
    """The coefficients that come with the package."""
    raw = resources.files("data_pipeline.engine").joinpath("coefficients.json").read_bytes()
    return msgspec.json.decode(raw, type=Coefficients)


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

    The reference cut, moved by the odds between the two errors: half the error needs twice the
    odds. A stricter error never gives a lower cut.
    """
    odds = coefficients.reference_cut / (1 - coefficients.reference_cut)
    needed = odds * coefficients.reference_error / allowed_error
    return 1 / (1 + 1 / needed)


def level(probability: float, cut: float) -> Level:
    """High from the cut on, medium from six tenths of it."""
    if probability >= cut:
        return Level.HIGH
    return Level.MEDIUM if probability >= cut * _MEDIUM_SHARE else Level.LOW


def provenance(coefficients: Coefficients) -> Calibration:
    """Where the coefficients come from; ones fitted on other knowledge bases count as stale."""
    return Calibration(coefficients.source, coefficients.n, coefficients.date, stale=True)
