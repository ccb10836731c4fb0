"""A whole evaluation as it is kept: figures, intervals, what became of each question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from data_pipeline.errors import KbgateError
from data_pipeline.evaluation.bootstrap import Interval, intervals
from data_pipeline.evaluation.figures import COUNTS, Figures, figures, sent_in_mix
from data_pipeline.evaluation.metrics import wilson
from data_pipeline.evaluation.outcomes import Outcome

# A long text is condensed on purpose.
_CONDENSED: Final = "truncated"


class SetResult(msgspec.Struct, frozen=True):
    """One set: every figure, its 95 % interval, and what became of each question.

    `calibration` and `cut` are those that its replies were decided by, `promise` is what the
    calibration says of itself; empty where they are those of the whole run.
    """

    figures: Figures
    intervals: dict[str, Interval]
    outcomes: tuple[Outcome, ...]
    warnings: tuple[str, ...] = ()
    calibration: str = ""
    cut: float | None = None
    promise: str = ""


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """All sets of one run, and under which conditions; `cut` is the probability of an answer."""

    made_at: str
    calibration: str
    allowed_error: float
    cut: float
    mode: str
    seed: int
    resamples: int
    sets: dict[str, SetResult]


def result_of(
    outcomes: Sequence[Outcome], *, resamples: int, seed: int, warnings: Sequence[str] = ()
) -> SetResult:
    """The figures of `outcomes` with their intervals."""
    drawn = intervals(outcomes, figures, resamples=resamples, seed=seed)
    return SetResult(
        figures=figures(outcomes),
        intervals={n: span for n, span in drawn.items() if n not in COUNTS} | _errors(outcomes),
        outcomes=tuple(outcomes),
        warnings=tuple(warnings),
    )


def _errors(outcomes: Sequence[Outcome]) -> dict[str, Interval]:
    """Of few answers and no error a resampled interval would promise that there are none."""
    sent = sent_in_mix(outcomes)
    wrong = {
        "error": sum(not outcome.right for outcome in sent),
        "error_article": sum(not outcome.right_article for outcome in sent),
    }
    spans = ((name, wilson(count, len(sent))) for name, count in wrong.items())
    return {name: span for name, span in spans if span is not None}


def figures_alone(evaluation: Evaluation) -> dict[str, dict[str, Any]]:
    """`{"sets": {name: {figure: value}}}`, rounded to six places, and what decided each set."""
    return {
        "sets": {
            name: {key: _rounded(value) for key, value in one.figures.items()}
            for name, one in evaluation.sets.items()
        },
        "calibration": {
            name: {
                "calibration": one.calibration or evaluation.calibration,
                "cut": _rounded(evaluation.cut if one.cut is None else one.cut),
                "promise": one.promise,
            }
            for name, one in evaluation.sets.items()
        },
    }


def _rounded(value: float | None) -> float | None:
    return round(value, 6) if isinstance(value, float) else value


def degraded_warnings(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    """What was skipped while the questions were asked, and how often: figures mix them."""
    skipped = Counter(part for outcome in outcomes for part in outcome.degraded)
    return [
        f"{name}: {count:,} of {len(outcomes):,} replies were made without the {part}."
        for part, count in skipped.items()
        if part != _CONDENSED
    ]


def read_evaluation(path: Path) -> Evaluation:
    """An evaluation that was written before. Raises `KbgateError` that names the file."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Evaluation)
    except OSError:
        raise KbgateError(f"{path} cannot be read: name the JSON file of a run.") from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise KbgateError(
            f"{path} is not the JSON file that an evaluation writes: make it anew with --out."
        ) from None
