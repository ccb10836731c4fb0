"""Text cut where it hurts least: at sentences, then at blanks, then anywhere. Pure.

A span is a pair of offsets into the text. What fits is asked of the caller; it has to be monotone:
what fits still fits when it gets shorter.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from data_pipeline.language import split_sentences

Span = tuple[int, int]
_WORD: Final = re.compile(r"\S+")


def split_text(text: str, fits: Callable[[str], bool]) -> list[str]:
    """`text` in as few pieces as fit, each an exact substring; only blanks between them go.

    A single character is a piece even if it does not fit.
    """
    spans = list(_fitting_spans(text, (0, len(text)), 0, fits))

    def told(first: int, end: int) -> bool:
        return fits(text[spans[first][0] : spans[end - 1][1]])

    return [text[spans[first][0] : spans[end - 1][1]] for first, end in runs(len(spans), told)]


def runs(count: int, fits: Callable[[int, int], bool]) -> Iterator[tuple[int, int]]:
    """Cut the numbers below `count` into runs `(first, end)`, each as long as `fits(first, end)`.

    A run of one needs not fit. Asks a few times for each run, not for each number.
    """
    first = 0
    while first < count:
        end = _longest_run(first, count, fits)
        yield first, end
        first = end


def _longest_run(first: int, count: int, fits: Callable[[int, int], bool]) -> int:
    reach = 1
    while first + reach < count and fits(first, first + reach):
        reach *= 2
    ends = range(first + reach // 2 + 1, min(first + reach, count) + 1)
    return max(
        first + 1, first + reach // 2 + bisect_left(ends, 1, key=lambda end: not fits(first, end))
    )


def _fitting_spans(
    text: str, span: Span, level: int, fits: Callable[[str], bool]
) -> Iterator[Span]:
    """Spans that fit, cut no finer than needed: `level` says how `span` itself was cut."""
    start, end = span
    if end - start <= 1 or fits(text[start:end]):
        yield span
        return
    cut = _LEVELS[min(level, len(_LEVELS) - 1)]
    for part in cut(text, span):
        yield from _fitting_spans(text, part, level + 1, fits)


def _sentences(text: str, span: Span) -> Iterator[Span]:
    position = span[0]
    for sentence in split_sentences(text[span[0] : span[1]]):
        start = text.index(sentence, position)
        position = start + len(sentence)
        yield start, position


def _words(text: str, span: Span) -> Iterator[Span]:
    return (match.span() for match in _WORD.finditer(text, *span))


def _halves(_text: str, span: Span) -> Sequence[Span]:
    middle = (span[0] + span[1]) // 2
    return (span[0], middle), (middle, span[1])


_LEVELS: Final = (_sentences, _words, _halves)
