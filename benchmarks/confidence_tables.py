"""How well confidences order replies, and whether what they promise comes true, as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from rich.console import Console
from rich.table import Table

from data_pipeline.engine.confidence import Coefficients, threshold
from data_pipeline.evaluation.abstention import (
    Judged,
    auroc,
    calibration_error,
    coverage_at,
    risk_coverage,
)
from data_pipeline.evaluation.calibration.fit import predict
from data_pipeline.evaluation.calibration.trials import Trial
from data_pipeline.evaluation.metrics import wilson
from data_pipeline.evaluation.runs import Group

_WIDTH = 110


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """A set's replies, and coefficients that have seen none of its questions."""

    name: str
    trials: tuple[Trial, ...]
    known: Coefficients
    calibrated: Coefficients | None
    allowed_error: float

    def judged(self, *, calibrated: bool = False) -> list[Judged]:
        """Confidence and truth of every reply, sayable or not."""
        model = (self.calibrated if calibrated and self.calibrated else self.known).reply
        return [(predict(model, trial.evidence), trial.right) for trial in self.trials]

    @property
    def sent(self) -> list[Trial]:
        """What is answered by itself once it is calibrated on the articles."""
        if self.calibrated is None:
            return []
        cut = threshold(self.calibrated, self.allowed_error)
        model = self.calibrated.reply
        return [t for t in self.trials if t.sayable and predict(model, t.evidence) >= cut]

    @property
    def right(self) -> int:
        """Questions that are rightly answerable."""
        return sum(trial.right for trial in self.trials)

    @property
    def ideal(self) -> float:
        """Share of these that the best cut answers at the allowed error, known from the labels."""
        return coverage_at(risk_coverage(self.judged()), self.allowed_error) or 0.0


def show_order(sets: Sequence[Scored]) -> None:
    """Whether right replies come before wrong ones, on sets that were not fitted on."""
    table = Table("set", "n", "right", "AUROC", "AUROC, removed", "ECE", "ECE, own", "ideal cut")
    rows = [_order(one) for one in sets]
    for one, row in zip(sets, rows, strict=True):
        share = one.right / len(one.trials)
        table.add_row(one.name, f"{len(one.trials):,}", f"{share:.2f}", *_texts(row))
    means = [_mean(column) for column in zip(*rows, strict=True)]
    table.add_row("mean", "", "", *_texts(means))
    Console(width=_WIDTH).print(table)


def _order(one: Scored) -> list[float | None]:
    judged = one.judged()
    there = [pair for pair, t in zip(judged, one.trials, strict=True) if t.kind != Group.FOREIGN]
    own = calibration_error(one.judged(calibrated=True)) if one.calibrated else None
    return [auroc(judged), auroc(there), calibration_error(judged), own, one.ideal]


def _mean(column: Sequence[float | None]) -> float | None:
    held = [value for value in column if value is not None]
    return sum(held) / len(held) if held else None


def _texts(values: Sequence[float | None]) -> list[str]:
    return ["-" if value is None else f"{value:.3f}" for value in values]


def show_promises(sets: Sequence[Scored]) -> None:
    """What is answered at a cut that was found on the articles alone, and what of it is wrong."""
    table = Table("set", "cut", "answered", "wrong", "of these", "right ones answered", "ideal cut")
    table.title = f"{sets[0].allowed_error:.0%} allowed" if sets else ""
    for one in sets:
        cut = threshold(one.calibrated, one.allowed_error) if one.calibrated else 0.0
        table.add_row(one.name, f"{cut:.2f}" if cut <= 1 else "refused", *_counts([one]))
    table.add_row("all", "", *_counts(sets))
    Console(width=_WIDTH).print(table)


def _counts(sets: Sequence[Scored]) -> list[str]:
    sent = [trial for one in sets for trial in one.sent]
    wrong = sum(not trial.right for trial in sent)
    span = wilson(wrong, len(sent))
    right = sum(one.right for one in sets)
    share: Callable[[float], str] = lambda part: f"{part / right:.3f}" if right else "-"  # noqa: E731
    return [
        str(len(sent)),
        str(wrong),
        f"{wrong / len(sent):.3f} ({span[0]:.3f} to {span[1]:.3f})" if span else "-",
        share(len(sent) - wrong),
        share(sum(one.ideal * one.right for one in sets)),
    ]
