"""From trials to coefficients with cuts, and what may be promised with them. Pure.

No reply is judged by a model that has seen its article's questions: the cuts are found on
probabilities of models fitted on the other folds.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

import msgspec

from data_pipeline.engine.calibration import Basis, Cut, Measured, chosen, cut_for
from data_pipeline.engine.confidence import Coefficients, Model
from data_pipeline.evaluation.calibration.bound import lower_bound, needed
from data_pipeline.evaluation.calibration.cuts import Judged, curve, effective
from data_pipeline.evaluation.calibration.fit import HARD, SOFT, predict, refit
from data_pipeline.evaluation.calibration.terms import (
    Terms,
    decisive,
    mix_of,
    weights_of,
)
from data_pipeline.evaluation.calibration.trials import TICKETS, Trial

ERRORS: Final = (0.01, 0.02, 0.05, 0.1, 0.2)
_FOLDS: Final = 5


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a calibration comes from: its name, ISO day, and the knowledge base and models."""

    version: str
    source: str
    date: str
    kb_version: str = ""
    revisions: frozenset[str] = frozenset()
    models: tuple[str, str, str] = ("", "", "")


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """What can be kept for one allowed error; `cut` is None where the data promise nothing."""

    allowed_error: float
    cut: Cut | None


class Calibrated(msgspec.Struct, frozen=True, kw_only=True):
    """New coefficients, what they promise, and the replies that the cuts were found on.

    `judged` stands beside `trials`, one for one; `replies` is how many could be sent, in effect.
    """

    coefficients: Coefficients
    promises: tuple[Promise, ...]
    trials: tuple[Trial, ...]
    judged: tuple[Judged, ...]
    replies: float

    @property
    def basis(self) -> Basis:
        """What the cuts were measured on."""
        if self.coefficients.measured is None:
            raise ValueError("A calibration without measured cuts is none.")
        return self.coefficients.measured.basis

    @property
    def promised(self) -> Cut | None:
        """What was asked for, where it can be kept."""
        error = self.basis.allowed_error
        return next(one.cut for one in self.promises if one.allowed_error == error)


def calibrate(
    trials: Sequence[Trial], known: Coefficients, terms: Terms, origin: Origin
) -> Calibrated:
    """`known` moved by what `trials` say, with cuts that keep their promise under `terms`."""
    fitted = fit(trials, known, terms)
    tested = decisive(trials)
    weights = weights_of(tested, terms.mix)
    sure = _unseen(trials, tested, known, terms)
    judged = [
        Judged(
            probability=probability,
            right=trial.right,
            sayable=trial.sayable,
            weight=weight,
            unit="" if trial.kind == TICKETS else trial.cluster,
        )
        for trial, weight, probability in zip(tested, weights, sure, strict=True)
        if weight > 0
    ]
    tested = [trial for trial, weight in zip(tested, weights, strict=True) if weight > 0]
    found = curve(judged, allowed_error=terms.allowed_error, doubt=terms.doubt)
    measured = Measured(
        basis=_basis(tested, [one.weight for one in judged], terms, origin),
        curve=found,
        groups=_groups(tested, judged, found, terms),
    )
    coefficients = msgspec.structs.replace(
        fitted,
        version=origin.version,
        source=origin.source,
        n=len(trials),
        date=origin.date,
        measured=measured,
    )
    errors = sorted({*ERRORS, terms.allowed_error})
    return Calibrated(
        coefficients=coefficients,
        promises=tuple(Promise(allowed_error=e, cut=chosen(found, e)) for e in errors),
        trials=tuple(tested),
        judged=tuple(judged),
        replies=effective(judged),
    )


def fit(trials: Sequence[Trial], known: Coefficients, terms: Terms) -> Coefficients:
    """`known` with both models moved by `trials`."""
    return msgspec.structs.replace(
        known,
        article=_refit(known.article, trials, [t.right_article for t in trials], terms),
        reply=_refit(known.reply, trials, [t.right for t in trials], terms),
    )


def _refit(known: Model, trials: Sequence[Trial], right: Sequence[bool], terms: Terms) -> Model:
    """Articles' own questions move the level, tickets from there the slopes, too."""
    weights = weights_of(trials, terms.mix)
    for of_tickets, pull in ((False, HARD), (True, SOFT)):
        places = [n for n, t in enumerate(trials) if (t.kind == TICKETS) == of_tickets]
        known = refit(
            known,
            [trials[n].evidence for n in places],
            [right[n] for n in places],
            [weights[n] for n in places],
            pull=pull,
        )
    return known


def _unseen(
    trials: Sequence[Trial], tested: Sequence[Trial], known: Coefficients, terms: Terms
) -> list[float]:
    """The probability of each of `tested`, by a model that knows nothing of its article."""
    fold = _folds(trials, terms.seed)
    models = []
    for number in range(_FOLDS):
        kept = [trial for trial in trials if fold[trial.cluster] != number]
        models.append(_refit(known.reply, kept, [trial.right for trial in kept], terms))
    return [predict(models[fold[trial.cluster]], trial.evidence) for trial in tested]


def _folds(trials: Sequence[Trial], seed: int) -> dict[str, int]:
    """Which fold each article's questions are in; about as many questions in each."""
    sizes = Counter(trial.cluster for trial in trials)
    clusters = sorted(sizes)
    random.Random(seed).shuffle(clusters)  # noqa: S311 -- a fixed seed, no secret
    held = [0] * _FOLDS
    fold: dict[str, int] = {}
    for cluster in clusters:
        fold[cluster] = min(range(_FOLDS), key=lambda number: held[number])
        held[fold[cluster]] += sizes[cluster]
    return fold


def _basis(
    tested: Sequence[Trial], weights: Sequence[float], terms: Terms, origin: Origin
) -> Basis:
    return Basis(
        certainty=terms.certainty,
        allowed_error=terms.allowed_error,
        mix=mix_of(tested, weights),
        counts=dict(Counter(trial.kind for trial in tested)),
        kb_version=origin.kb_version,
        revisions=origin.revisions,
        models=origin.models,
    )


def _groups(
    tested: Sequence[Trial], judged: Sequence[Judged], general: Sequence[Cut], terms: Terms
) -> dict[str, tuple[Cut, ...]]:
    """Curves of the groups that break the promise at the general cut and can support a cut.

    The others share the general one: split up, each would have too few tickets to promise as much.
    """
    cut = cut_for(general, terms.allowed_error)
    members: defaultdict[str, list[Judged]] = defaultdict(list)
    for trial, one in zip(tested, judged, strict=True):
        for name in set(trial.groups):
            members[name].append(one)
    found = {}
    for name, own in sorted(members.items()):
        if effective(own) >= 2 * needed(1, terms.allowed_error, terms.doubt) and _is_worse(
            own, cut, terms
        ):
            found[name] = curve(own, allowed_error=terms.allowed_error, doubt=terms.doubt)
    return found


def _is_worse(own: Sequence[Judged], cut: float, terms: Terms) -> bool:
    """Whether a group's answers are wrong more often than allowed, by more than luck."""
    sent = [one for one in own if one.sayable and one.probability >= cut]
    n = effective(sent)
    weight = sum(one.weight for one in sent)
    wrong = sum(one.weight for one in sent if not one.right)
    return bool(n) and lower_bound(wrong / weight * n, n, terms.doubt) > terms.allowed_error
