"""Running text as pieces that can be said alone: sentences with what belongs to them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from data_pipeline.articles import Chunk
from data_pipeline.engine.quotable import (
    is_closed_to_customers,
    is_fragment,
    points_ahead,
    points_back,
)
from data_pipeline.engine.sentences import Sentence, sentences_of

_ENOUGH_WORDS: Final = 55
_MOST_WORDS: Final = 90
_MIN_WORDS: Final = 3
_LINE_BREAK: Final = re.compile(r"[ \t]*\n\s*")
_TABLE_ROW: Final = re.compile(r"[^:;\n]{1,80}: [^;\n]+; [^:;\n]{1,80}: ")


class Piece(msgspec.Struct, frozen=True):
    """`chunk.text[start:end]`, said without blank lines.

    `lead` is the question or the heading line in front of it.
    """

    start: int
    end: int
    said: str
    lead: str = ""


def is_table_row(text: str) -> bool:
    """Whether a text is a row of a table: `Region: north; Days: Mon-Fri`."""
    return bool(_TABLE_ROW.match(text))


def prose_pieces(
    chunk: Chunk, taken: Sequence[tuple[int, int]] = (), *, alone: bool = False
) -> Iterator[Piece]:
    """The pieces of a chunk, each starting at another sentence; what is `taken` is left out.

    Statements stand `alone`; in running text a sentence goes with what follows it in its paragraph
    or list: what answers a question often comes right after the sentence that repeats its words.
    What leans on the sentence before comes with it or not at all.
    """
    sentences = sentences_of(chunk)
    closed = [
        is_closed_to_customers(s.text) or any(a < s.end and s.start < b for a, b in taken)
        for s in sentences
    ]
    for number, sentence in enumerate(sentences):
        if sentence.asks or closed[number]:
            continue
        first = _start(sentences, closed, number)
        last = _end(sentences, closed, first, number, alone=alone)
        if first is not None and last is not None:
            yield from _piece(chunk, sentences, first, last)


def _piece(chunk: Chunk, sentences: Sequence[Sentence], first: int, last: int) -> Iterator[Piece]:
    start, end = sentences[first].start, sentences[last].end
    quote = chunk.text[start:end]
    led_from = first
    while led_from and sentences[led_from - 1].leads:
        led_from -= 1
    lead = " ".join(sentence.text for sentence in sentences[led_from:first])
    if len(quote.split()) >= _MIN_WORDS:
        yield Piece(start, end, without_blank_lines(quote), lead)


def without_blank_lines(text: str) -> str:
    """`text` as it is said: one line break at a time, no blanks around it."""
    return _LINE_BREAK.sub("\n", text)


def _start(sentences: Sequence[Sentence], closed: Sequence[bool], number: int) -> int | None:
    """Where a piece about a sentence begins: at the one before, when it leans on that one.

    An item of a list begins with what announces the list. None where a sentence leans on one that
    cannot be said, or that stands on another line.
    """
    sentence = sentences[number]
    before = sentences[number - 1] if number else None
    if before and before.asks and is_fragment(sentence.text):
        opened = number > 1 and sentences[number - 2].opens and not closed[number - 2]
        return number - 2 if opened else number - 1
    if points_back(sentence.text):
        return None
    if not sentence.leans:
        return _announcement(sentences, closed, number)
    if before is None or before.line != sentence.line or closed[number - 1]:
        return None
    return None if before.leans and not before.asks else number - 1


def _announcement(sentences: Sequence[Sentence], closed: Sequence[bool], number: int) -> int:
    """The sentence with a colon above the list that a sentence is an item of, if near enough."""
    words = len(sentences[number].text.split())
    above = number if sentences[number].is_item else 1
    for earlier in range(number - 1, max(-1, number - 1 - above), -1):
        if closed[earlier] or sentences[earlier].is_finished:
            break
        words += len(sentences[earlier].text.split())
        if words > _MOST_WORDS:
            break
        if sentences[earlier].text.endswith(":"):
            return earlier
    return number


def _end(
    sentences: Sequence[Sentence],
    closed: Sequence[bool],
    first: int | None,
    number: int,
    *,
    alone: bool,
) -> int | None:
    """The last sentence of the piece; None where it would announce what does not follow."""
    if first is None:
        return None
    last = number if alone else _window_end(sentences, closed, first, number)
    while last >= number and points_ahead(sentences[last].text):
        last -= 1
    return last if last >= number else None


def _window_end(
    sentences: Sequence[Sentence], closed: Sequence[bool], first: int, number: int
) -> int:
    last = number
    if is_table_row(sentences[number].text):
        return number
    words = sum(len(s.text.split()) for s in sentences[first : number + 1])
    for following in range(number + 1, len(sentences)):
        sentence, before = sentences[following], sentences[last]
        words += len(sentence.text.split())
        most = _ENOUGH_WORDS if before.is_finished else _MOST_WORDS
        if words > most or sentence.asks or closed[following] or is_table_row(sentence.text):
            break
        if not _belongs(before, sentence):
            break
        last = following
    return last


def _belongs(before: Sentence, following: Sentence) -> bool:
    """Paragraphs go with paragraphs, items with items and with what announces them."""
    return (
        before.line == following.line
        or before.heads
        or before.text.endswith(":")
        or before.is_item is following.is_item
    )
