"""Whether what a reply quotes is disputed by another passage that was found for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import msgspec

from data_pipeline.articles import Chunk, Kind, Unit
from data_pipeline.contract.replies import Citation
from data_pipeline.engine.contradiction.same_matter import fewest_words, same_matter
from data_pipeline.engine.contradiction.sayings import Said, sayings_at
from data_pipeline.engine.contradiction.stated_values import PERMISSION, agree
from data_pipeline.engine.contradiction.statement import Place, Source, Statement
from data_pipeline.engine.contradiction.statements import read_saying
from data_pipeline.engine.contradiction.told_apart import Pair, told_apart
from data_pipeline.engine.passages import find_text
from data_pipeline.language import terms
from data_pipeline.scope import fits, fold_scope

_BY_DATA: Final = frozenset({Kind.FEES, Kind.FAQ, Kind.ISSUES, Kind.DEFINITIONS})
# What a chunk states in words of the reply. A chunk with more is a form or a table, and to compare
# thousands of figures with each other would hold up everybody else's question.
_MOST_OF_A_CHUNK: Final = 60
_PIECE: Final = re.compile(r"~\d+$")
_BULLET: Final = " \t-*•"


class Stated(msgspec.Struct, frozen=True):
    """A statement of a chunk: `chunk.text[start:end]`."""

    statement: Statement
    chunk: Chunk
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The exact words of the chunk."""
        return self.chunk.text[self.start : self.end]


class Dispute(msgspec.Struct, frozen=True):
    """Two quotes that cannot both be right: `said` is part of the citation `said_id`."""

    said: Stated
    said_id: str
    against: Stated


def find_dispute(citations: Sequence[Citation], chunks: Sequence[Chunk]) -> Dispute | None:
    """The first thing that `citations` state and another one of `chunks` states differently.

    `chunks` are those that the reply may come from, the cited ones among them.
    """
    shown = {c.chunk_id: c for c in chunks if not (c.agent_only or c.flagged)}
    said = list(_said(citations, shown))
    if not said:
        return None
    quoted = {(s.chunk.chunk_id, s.start, s.end) for s, _ in said}
    others = [
        stated
        for chunk in shown.values()
        for stated in islice(_near(chunk, [s.statement for s, _ in said]), _MOST_OF_A_CHUNK)
        if (chunk.chunk_id, stated.start, stated.end) not in quoted
    ]
    everything = [*(stated for stated, _ in said), *others]
    pair = _first_contradiction(everything, len(said))
    return Dispute(*said[pair[0]], everything[pair[1]]) if pair else None


def _said(
    citations: Sequence[Citation], chunks: Mapping[str, Chunk]
) -> Iterator[tuple[Stated, str]]:
    """What the citations state, each with the id of its citation."""
    for citation in citations:
        chunk = chunks.get(citation.chunk_id)
        for stated in _stated_between(chunk, citation.start, citation.end) if chunk else ():
            yield stated, citation.id


def _first_contradiction(stated: Sequence[Stated], said: int) -> Pair | None:
    """The first pair of one of the first `said` statements and a later one that contradict."""
    statements = [one.statement for one in stated]
    pairs = [
        (first, second)
        for first in range(said)
        for second in range(first + 1, len(stated))
        if same_matter(statements[first], statements[second])
        and fits(stated[first].chunk.scope, fold_scope(stated[second].chunk.scope))
    ]
    equal = [pair for pair in pairs if _agree(statements, pair)]
    different = [pair for pair in pairs if not _agree(statements, pair)]
    return next(iter(told_apart(statements, different, equal)), None)


def _agree(statements: Sequence[Statement], pair: Pair) -> bool:
    one, other = statements[pair[0]], statements[pair[1]]
    return agree(one.unit, one.values, other.values)


def _stated_between(chunk: Chunk, start: int, end: int) -> Iterator[Stated]:
    for said in _sayings(chunk):
        if chunk.text.find(said.quote[0], start, end) >= 0:
            for stated in _read(chunk, said):
                if start <= stated.start and stated.end <= end:
                    yield stated


def _near(chunk: Chunk, wanted: Sequence[Statement]) -> Iterator[Stated]:
    """What a chunk states in words of what is `wanted`: reading all of it would take long."""
    valued = [s for s in wanted if s.unit != PERMISSION]
    permissions = [s for s in wanted if s.unit == PERMISSION]
    any_denied = any((PERMISSION, False) in s.values for s in permissions)
    for said in _sayings(chunk):
        if not said.has_value and not any_denied and not said.may_deny:
            continue
        near = valued if said.has_value else permissions
        if near and _shares_words(_terms(chunk.language, said), near):
            yield from _read(chunk, said)


def _shares_words(terms: frozenset[str], wanted: Sequence[Statement]) -> bool:
    return any(len(terms & (s.label | s.asked)) >= fewest_words(s.unit) for s in wanted)


@lru_cache(maxsize=2_048)
def _sayings(chunk: Chunk) -> tuple[Said, ...]:
    return tuple(sayings_at(_place(chunk)))


@lru_cache(maxsize=8_192)
def _terms(language: str, said: Said) -> frozenset[str]:
    return frozenset(terms(f"{said.label} {said.asked} {said.text}", language))


@lru_cache(maxsize=8_192)
def _read(chunk: Chunk, said: Said) -> tuple[Stated, ...]:
    """The statements in what a chunk says, where it can be quoted, no phrase: `same_matter`."""
    at = find_text(chunk, *said.quote)
    read = read_saying(_place(chunk), said) if at else []
    return tuple(Stated(s, chunk, *at) for s in read if at and s.source is not Source.PHRASE)


def _place(chunk: Chunk) -> Place:
    return Place(
        article_id=chunk.article_id,
        path=_PIECE.sub("", chunk.chunk_id.partition("#")[2]),
        title=chunk.title,
        heading=chunk.heading,
        kind=chunk.kind,
        language=chunk.language,
        units=tuple(_units(chunk)),
    )


def _units(chunk: Chunk) -> Iterator[Unit]:
    """The chunk's data where it has what the text says, else its lines."""
    if chunk.data and chunk.kind in _BY_DATA:
        yield from (Unit("", data) for data in msgspec.json.decode(chunk.data, type=list[Any]))
    else:
        yield from (Unit(line.lstrip(_BULLET)) for line in chunk.body.split("\n"))
