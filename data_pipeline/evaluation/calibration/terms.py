"""What a calibration is asked for: the promise, and the mix of tickets that it holds for. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from data_pipeline.evaluation.calibration.trials import TICKETS, Trial
from data_pipeline.evaluation.runs import Group

EVEN: Final[Mapping[str, float]] = {
    Group.PRESENT.value: 1.0,
    Group.REMOVED.value: 1.0,
    Group.FOREIGN.value: 1.0,
}
"""As many questions that an article answers as ones whose article is missing, and foreign ones."""
ENOUGH_TICKETS: Final = 200
"""With so many labelled tickets that could be sent, the cut is found on tickets alone."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """At most `allowed_error` wrong among the answered, `certainty` sure, for tickets of `mix`."""

    allowed_error: float = 0.05
    certainty: float = 0.95
    mix: Mapping[str, float] = msgspec.field(default_factory=lambda: EVEN)
    seed: int = 7

    @property
    def doubt(self) -> float:
        """How probable a broken promise may be."""
        return 1 - self.certainty


def decisive(trials: Sequence[Trial]) -> list[Trial]:
    """The trials that the cut is found on: tickets alone, where there are enough of them."""
    tickets = [trial for trial in trials if trial.kind == TICKETS]
    enough = sum(trial.sayable for trial in tickets) >= ENOUGH_TICKETS
    return tickets if enough else list(trials)


def weights_of(trials: Sequence[Trial], mix: Mapping[str, float]) -> list[float]:
    """What each trial counts, 1 on the average: kinds as `mix` says, tickets as they come.

    Kinds without a trial are left out of the mix.
    """
    counts = Counter(trial.kind for trial in trials)
    wanted = {kind: mix.get(kind, 0.0) for kind in counts if kind != TICKETS}
    whole = sum(wanted.values())
    own = sum(counts[kind] for kind in wanted)
    each = {k: share / whole * own / counts[k] if whole else 0.0 for k, share in wanted.items()}
    return [1.0 if trial.kind == TICKETS else each[trial.kind] for trial in trials]


def mix_of(trials: Sequence[Trial], weights: Sequence[float]) -> dict[str, float]:
    """The share of each kind, as it counted."""
    held: defaultdict[str, float] = defaultdict(float)
    for trial, weight in zip(trials, weights, strict=True):
        held[trial.kind] += weight
    whole = sum(held.values())
    return {kind: round(value / whole, 4) for kind, value in held.items()} if whole else {}
