"""Plots as inline SVG, each a pure function from numbers to text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

import msgspec

WIDTH: Final = 520
HEIGHT: Final = 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 28, 34, 52
# Okabe and Ito (2008): told apart by colour-blind readers too.
BLUE, ORANGE, RED, GREEN, GREY = "#0072b2", "#e69f00", "#d55e00", "#009e73", "#999999"
_FEW_TICKS: Final = 5


class Axis(msgspec.Struct, frozen=True):
    """One axis: what it shows, from 0 to `top`, and whether its numbers are shares."""

    label: str
    top: float = 1.0
    percent: bool = False

    def ticks(self) -> list[float]:
        """Round numbers from 0 to the top."""
        step = _round_step(self.top / _FEW_TICKS)
        return [n * step for n in range(math.floor(self.top / step + 1e-9) + 1)]

    def written(self, value: float) -> str:
        """A tick's text."""
        return f"{value * 100:.0f} %" if self.percent else f"{value:,.4g}"


class Frame(msgspec.Struct, frozen=True):
    """Two axes, and where on the paper their values lie."""

    x: Axis
    y: Axis

    def at_x(self, value: float) -> float:
        """Pixels from the left."""
        return round(_LEFT + value / self.x.top * (WIDTH - _LEFT - _RIGHT), 1)

    def at_y(self, value: float) -> float:
        """Pixels from above."""
        return round(HEIGHT - _BOTTOM - value / self.y.top * (HEIGHT - _TOP - _BOTTOM), 1)


def _round_step(rough: float) -> float:
    """The next of 1, 2, 2.5 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    return next(n * power for n in (1, 2, 2.5, 5, 10) if n * power >= rough * (1 - 1e-9))


def svg(frame: Frame, parts: Iterable[str], title: str) -> str:
    """The whole picture: axes behind, `parts` before them; `title` is read aloud."""
    body = "".join((*_axes(frame), *parts))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg">{body}</svg>'
    )


def _axes(frame: Frame) -> Iterable[str]:
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM
    for tick in frame.y.ticks():
        y = frame.at_y(tick)
        yield f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{y}" y2="{y}"/>'
        yield text(_LEFT - 8, y + 4, frame.y.written(tick), anchor="end")
    for tick in frame.x.ticks():
        x = frame.at_x(tick)
        yield f'<line class="axis" x1="{x}" x2="{x}" y1="{bottom}" y2="{bottom + 4}"/>'
        yield text(x, bottom + 18, frame.x.written(tick), anchor="middle")
    yield f'<line class="axis" x1="{_LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>'
    yield text((_LEFT + right) / 2, HEIGHT - 10, frame.x.label, anchor="middle", css="label")
    middle = (_TOP + bottom) / 2
    yield (
        f'<text class="label" text-anchor="middle" transform="translate(15 {middle}) rotate(-90)">'
        f"{escape(frame.y.label)}</text>"
    )


def text(x: float, y: float, written: str, *, anchor: str = "start", css: str = "tick") -> str:
    """Words on the paper, at pixels."""
    return f'<text class="{css}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(written)}</text>'


def line(frame: Frame, points: Sequence[tuple[float, float]], colour: str, dash: str = "") -> str:
    """A line through `points`; `dash` as SVG writes it."""
    path = " ".join(f"{frame.at_x(x)},{frame.at_y(y)}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'


def dot(frame: Frame, x: float, y: float, radius: float, colour: str) -> str:
    """A filled circle; `radius` in pixels."""
    return (
        f'<circle cx="{frame.at_x(x)}" cy="{frame.at_y(y)}" r="{radius:.1f}" fill="{colour}" '
        'fill-opacity="0.85"/>'
    )


def bar(frame: Frame, span: tuple[float, float], rise: tuple[float, float], colour: str) -> str:
    """A bar over `span` of the x axis, from and to `rise` on the y axis."""
    left, right = frame.at_x(span[0]) + 1, frame.at_x(span[1]) - 1
    top, bottom = frame.at_y(rise[1]), frame.at_y(rise[0])
    return (
        f'<rect x="{left:.1f}" y="{top}" width="{max(0.5, right - left):.1f}" '
        f'height="{max(0.0, bottom - top):.1f}" fill="{colour}"/>'
    )


def marker(frame: Frame, x: float, label: str, row: int = 0) -> str:
    """A dashed line upright at `x` with words above; `row` keeps two labels apart."""
    at = frame.at_x(min(x, frame.x.top))
    anchor = "end" if at > WIDTH / 2 else "start"
    shift = -4 if anchor == "end" else 4
    words = text(at + shift, _TOP + 6 + 15 * row, label, anchor=anchor, css="tick note")
    return (
        f'<line x1="{at}" x2="{at}" y1="{_TOP - 4}" y2="{HEIGHT - _BOTTOM}" stroke="#333" '
        f'stroke-dasharray="4 3"/>{words}'
    )


def legend(entries: Sequence[tuple[str, str]]) -> str:
    """Colours and what they stand for, in one row above the plot."""
    parts, x = [], float(_LEFT)
    for colour, label in entries:
        parts.append(f'<rect x="{x}" y="8" width="11" height="11" fill="{colour}"/>')
        parts.append(text(x + 15, 17, label))
        x += 27 + 6.2 * len(label)
    return "".join(parts)
