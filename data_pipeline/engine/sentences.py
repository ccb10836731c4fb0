"""The sentences of a chunk, and which of them only lead to what follows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from data_pipeline.articles import Chunk
from data_pipeline.engine.quotable import leans, points_ahead
from data_pipeline.language import split_sentences

_HEADING_WORDS: Final = 10
_LEADING_WORDS: Final = 20
_FINISHED: Final = re.compile(r"[.!?…][)\"”’]*\s*$")
_BULLET: Final = re.compile(r"^\s*(?:[-*•]|\d{1,3}[.)])\s+")


class Sentence(msgspec.Struct, frozen=True):
    """A sentence of a chunk: `chunk.text[start:end]` on line `line` of its body.

    `heads` where it is the heading of what follows, `opens` where it belongs to the question that
    follows.
    """

    text: str
    start: int
    end: int
    line: int
    heads: bool = False
    opens: bool = False

    @property
    def asks(self) -> bool:
        """Whether it is a question, or a part of one."""
        return self.opens or self.text.endswith("?")

    @property
    def leads(self) -> bool:
        """Whether what follows is about it: a question or a heading."""
        return self.asks or self.heads

    @property
    def is_finished(self) -> bool:
        """Whether it ends like a sentence, not like an item of a list."""
        return bool(_FINISHED.search(self.text))

    @property
    def is_item(self) -> bool:
        """Whether it looks like an item of a list."""
        return self.text[:1].islower() or not self.is_finished

    @property
    def leans(self) -> bool:
        """Whether it needs what stands before it; "These are free:" points to what follows."""
        return leans(self.text) and not self.text.endswith(":")


def sentences_of(chunk: Chunk) -> list[Sentence]:
    """The sentences of a chunk's body, items of lists without their bullets."""
    return _marked(list(_sentences(chunk)))


def _sentences(chunk: Chunk) -> Iterator[Sentence]:
    position = chunk.body_start
    for number, line in enumerate(chunk.body.split("\n")):
        bullet = _BULLET.match(line)
        at = position + (bullet.end() if bullet else 0)
        for sentence in split_sentences(line[bullet.end() if bullet else 0 :]):
            start = chunk.text.index(sentence, at)
            at = start + len(sentence)
            yield Sentence(sentence, start, at, number)
        position += len(line) + 1


def _marked(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences, those marked that only lead to what follows them."""
    befores = (None, *sentences)
    followings = (*sentences[1:], None)
    return [
        msgspec.structs.replace(
            sentence,
            heads=_is_heading(before, sentence, following),
            opens=_opens_question(before, sentence, following),
        )
        for before, sentence, following in zip(befores, sentences, followings, strict=False)
    ]


def _is_heading(before: Sentence | None, sentence: Sentence, following: Sentence | None) -> bool:
    """Whether a sentence is a short line without an end, between finished ones.

    Items of a list come after their announcement or another item.
    """
    return (
        following is not None
        and following.line != sentence.line
        and (before is None or (before.is_finished and before.line != sentence.line))
        and sentence.text[:1].isupper()
        and not sentence.is_finished
        and not points_ahead(sentence.text)
        and not following.is_item
        and len(sentence.text.split()) <= _HEADING_WORDS
    )


def _opens_question(
    before: Sentence | None, sentence: Sentence, following: Sentence | None
) -> bool:
    """Whether a paragraph starts with a sentence that its question is about.

    `My card was refused. What can I do?`
    """
    return (
        following is not None
        and following.line == sentence.line
        and (before is None or before.line != sentence.line)
        and following.text.endswith("?")
        and len(sentence.text.split()) <= _LEADING_WORDS
    )
