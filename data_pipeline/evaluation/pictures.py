"""The four pictures of a set: what they show of its outcomes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from data_pipeline.evaluation.abstention import BINS, reliability, risk_coverage
from data_pipeline.evaluation.figures import (
    in_mix,
    judged_by_article,
    judged_by_quote,
    sent_in_mix,
)
from data_pipeline.evaluation.metrics import percentile, wilson
from data_pipeline.evaluation.outcomes import Outcome
from data_pipeline.evaluation.plots import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    RED,
    Axis,
    Frame,
    bar,
    dot,
    legend,
    line,
    marker,
    svg,
)
from data_pipeline.evaluation.runs import Group

# Room above the bars for the words at the dashed lines.
_HEADROOM: Final = 1.22
_LATENCY_BINS: Final = 24
_LARGEST_DOT: Final = 11.0
_CURVE_POINTS: Final = 300

Kind = tuple[str, str, Callable[[Outcome], bool]]
KINDS: Final[tuple[Kind, ...]] = (
    (GREEN, "right", lambda o: o.right),
    (ORANGE, "wrong, article is there", lambda o: not o.right and o.group is Group.PRESENT),
    (RED, "article left out", lambda o: o.group is Group.REMOVED),
    (GREY, "foreign or unanswerable", lambda o: o.group in {Group.FOREIGN, Group.UNANSWERABLE}),
)
"""Colour, words and test of each class of questions; every question is in exactly one."""


def reliability_plot(outcomes: Sequence[Outcome]) -> str:
    """Promised against true shares of right replies, with the interval of each dot."""
    frame = Frame(
        Axis("confidence that kbgate stated", percent=True),
        Axis("share that was really right", percent=True),
    )
    bins = reliability(judged_by_quote(outcomes))
    largest = max((one.n for one in bins), default=1)
    parts = [line(frame, [(0, 0), (1, 1)], GREY, "5 4")]
    for one in bins:
        span = wilson(round(one.right * one.n), one.n) or (one.right, one.right)
        parts.append(line(frame, [(one.confidence, edge) for edge in span], BLUE))
        radius = max(3.0, _LARGEST_DOT * (one.n / largest) ** 0.5)
        parts.append(dot(frame, one.confidence, one.right, radius, BLUE))
    return svg(frame, parts, "Stated confidence against the share of right replies")


def risk_coverage_plot(outcomes: Sequence[Outcome]) -> str:
    """Error among the answered against the share answered, by quote and by article."""
    frame = Frame(
        Axis("share of all questions that are answered", percent=True),
        Axis("wrong ones among the answers", percent=True),
    )
    named = [(BLUE, "whole reply", judged_by_quote), (ORANGE, "article only", judged_by_article)]
    if not any(o.has_passage for o in outcomes):
        named = named[:1]
    parts = [legend([(colour, label) for colour, label, _ in named])]
    for colour, _, judged in named:
        curve = [(p.coverage, p.risk) for p in risk_coverage(judged(outcomes))]
        parts.append(line(frame, _thinned(curve), colour))
    if answered := len(sent_in_mix(outcomes)):
        parts.append(marker(frame, answered / len(in_mix(outcomes)), "answered now"))
    return svg(frame, parts, "Errors against the share of questions answered")


def _thinned(curve: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """About as many points as can be seen, the first and the last among them."""
    step = max(1, len(curve) // _CURVE_POINTS)
    return [*curve[::step], *curve[-1:]]


def confidence_plot(outcomes: Sequence[Outcome], cut: float) -> str:
    """Number of questions by confidence, a colour for each class, and the cut."""
    counts = [[_within(outcomes, n, holds) for _, _, holds in KINDS] for n in range(BINS)]
    frame = Frame(
        Axis("confidence that kbgate stated", percent=True),
        Axis("questions", top=_HEADROOM * max(1, *map(sum, counts))),
    )
    parts = [
        legend([(colour, label) for colour, label, holds in KINDS if any(map(holds, outcomes))])
    ]
    for number, bin_counts in enumerate(counts):
        base = 0
        for (colour, _, _), count in zip(KINDS, bin_counts, strict=True):
            span = (number / BINS, (number + 1) / BINS)
            parts.append(bar(frame, span, (base, base + count), colour))
            base += count
    parts.append(marker(frame, cut, "answered from here on"))
    return svg(frame, parts, "Questions by stated confidence and class")


def _within(outcomes: Sequence[Outcome], number: int, holds: Callable[[Outcome], bool]) -> int:
    return sum(holds(o) and min(int(o.confidence * BINS), BINS - 1) == number for o in outcomes)


def latency_plot(outcomes: Sequence[Outcome]) -> str:
    """Number of replies by milliseconds, with median and 95th percentile; a tail is cut off."""
    times = [o.milliseconds for o in outcomes if o.group is not Group.REMOVED]
    median, slow = percentile(times, 0.5) or 0.0, percentile(times, 0.95) or 0.0
    top = max(1.0, 1.1 * (percentile(times, 0.99) or 0.0))
    width = top / _LATENCY_BINS
    counts = [0] * _LATENCY_BINS
    for time in times:
        counts[min(int(time / width), _LATENCY_BINS - 1)] += 1
    frame = Frame(
        Axis("milliseconds until the reply", top=top),
        Axis("replies", top=_HEADROOM * max(1, *counts)),
    )
    parts = [
        bar(frame, (n * width, (n + 1) * width), (0, count), BLUE) for n, count in enumerate(counts)
    ]
    parts += [
        marker(frame, median, f"half within {median:.3g} ms"),
        marker(frame, slow, f"95 of 100 within {slow:.3g} ms", row=1),
    ]
    return svg(frame, parts, "Milliseconds until the reply")
