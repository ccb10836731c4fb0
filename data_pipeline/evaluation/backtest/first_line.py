"""What a backtest comes to, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from data_pipeline.contract.replies import Calibration, Decision
from data_pipeline.evaluation.backtest.risk import Expected, expected_wrong
from data_pipeline.evaluation.backtest.rows import Backtest, Row

DECIDED: Final[Mapping[Decision, str]] = MappingProxyType(
    {
        Decision.ANSWER: "answered",
        Decision.CLARIFY: "asked back",
        Decision.ESCALATE: "to a person",
        Decision.IGNORE: "no reply needed",
    }
)
"""What becomes of a ticket, in words for people."""


def expected_of(rows: Sequence[Row]) -> Expected:
    """The wrong answers to expect among what would have been answered."""
    return expected_wrong([row.confidence for row in rows if row.is_answered])


def first_line(backtest: Backtest) -> str:
    """How many would have been answered, and how many of these wrongly."""
    total, expected = len(backtest.rows), expected_of(backtest.rows)
    asked = f"Of your {total:,} ticket{'s' if total != 1 else ''}"
    wrong = f"about {round(expected.wrong):,} of them wrong"
    return f"{asked} {expected.answered:,} would have been answered, {wrong}."


def what_it_rests_on(backtest: Backtest) -> str:
    """The interval of the first line, and what the confidence was fitted on."""
    expected = expected_of(backtest.rows)
    if backtest.cut > 1:
        return "No cut keeps the allowed error, so nothing is answered by itself."
    start = f"An answer needs a confidence of {backtest.cut:.2f}. "
    if expected.answered:
        start = (
            f"By their confidence {expected.wrong:.1f} of the answers are wrong (95 % sure: "
            f"{expected.low:,} to {expected.high:,}); each had at least {backtest.cut:.2f}. "
        )
    return (
        start
        + _excess(expected, backtest.allowed_error)
        + _trust(backtest.calibration, backtest.allowed_error)
    )


def _excess(expected: Expected, allowed_error: float) -> str:
    """That more are wrong than allowed: a cut that was not measured here may let them pass."""
    if expected.wrong <= allowed_error * expected.answered:
        return ""
    return f"That is more than the {100 * allowed_error:g} % that you allow. "


def _trust(calibration: Calibration | None, allowed_error: float) -> str:
    if calibration is None or calibration.stale:
        return (
            "The confidence was not fitted on your tickets: mark rows and calibrate before you "
            "rely on these numbers."
        )
    return (
        f"The cut was measured on this knowledge base ({calibration.n:,} replies, "
        f"{calibration.date}): at most {100 * allowed_error:g} % of the answers to questions like "
        "those it was measured on are wrong."
    )
