"""What changed between two runs, over the questions that both were asked. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec

from data_pipeline.evaluation.bootstrap import Interval, draws, interval, strata_of
from data_pipeline.evaluation.figures import COUNTS, LOWER_IS_BETTER, figures
from data_pipeline.evaluation.outcomes import Outcome
from data_pipeline.evaluation.results import Evaluation

_Pair = tuple[Outcome, Outcome]


class Verdict(StrEnum):
    """Whether a difference is more than luck."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "no clear difference"
    OTHER = "changed"


class Change(msgspec.Struct, frozen=True):
    """One figure in both runs; `interval` is that of the difference, 95 %."""

    figure: str
    before: float
    after: float
    interval: Interval
    verdict: Verdict

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.after - self.before


# More answers are better only if they are right, and milliseconds depend on what else ran.
_NEUTRAL: Final = frozenset({"answered", "clarify_rate", "latency_p50_ms", "latency_p95_ms"})


def compared(
    before: Sequence[Outcome], after: Sequence[Outcome], *, resamples: int = 300, seed: int = 7
) -> list[Change]:
    """How each figure changed, question by question; nothing where no question is in both."""
    earlier = {(o.group, o.qid): o for o in before}
    pairs = [(earlier[o.group, o.qid], o) for o in after if (o.group, o.qid) in earlier]
    if not pairs:
        return []
    was, is_now = _both(pairs)
    seen: defaultdict[str, list[float]] = defaultdict(list)
    for sample in draws(strata_of(pairs, lambda pair: pair[1]), resamples, seed):
        then, now = _both(sample)
        for name, value in now.items():
            earlier_value = then[name]
            if value is not None and earlier_value is not None:
                seen[name].append(value - earlier_value)
    return [
        _change(name, old, new, seen[name])
        for name, new in is_now.items()
        if name not in COUNTS and new is not None and (old := was[name]) is not None
    ]


def _both(pairs: Sequence[_Pair]) -> tuple[dict[str, float | None], dict[str, float | None]]:
    return figures([before for before, _ in pairs]), figures([after for _, after in pairs])


def _change(name: str, before: float, after: float, differences: Sequence[float]) -> Change:
    span = interval(differences, after - before)
    return Change(name, before, after, span, _verdict(name, span))


def _verdict(name: str, span: Interval) -> Verdict:
    low, high = span
    if low <= 0 <= high:
        return Verdict.UNCLEAR
    if name in _NEUTRAL:
        return Verdict.OTHER
    return Verdict.BETTER if (high < 0) == (name in LOWER_IS_BETTER) else Verdict.WORSE


def changes_since(before: Evaluation, now: Evaluation) -> dict[str, list[Change]]:
    """How each set changed that both evaluations hold."""
    return {
        name: compared(
            before.sets[name].outcomes, one.outcomes, resamples=now.resamples, seed=now.seed
        )
        for name, one in now.sets.items()
        if name in before.sets
    }
