"""The numbered passages that a model may cite: nothing but what a customer may read. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from data_pipeline.articles import Chunk, Kind, Pair
from data_pipeline.engine.article_content import ArticleContent, structured
from data_pipeline.engine.context import Candidate, pack, relevance
from data_pipeline.engine.extractive import Assignment
from data_pipeline.engine.model_answer.assignment import ModelAssignment
from data_pipeline.engine.passages import Passage, find_text, passage_at, passages_of
from data_pipeline.engine.procedures import section_of
from data_pipeline.engine.quotable import is_sayable
from data_pipeline.ports import TermStatistics


class Offered(msgspec.Struct, frozen=True):
    """A passage of the article number `part` (from 0), under the id that a model cites it by."""

    id: str
    part: int
    passage: Passage
    lead: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The article's own words that a statement citing this passage may rest on."""
        chunk = self.passage.chunk
        return (self.passage.text, self.passage.quote, self.lead, chunk.heading, chunk.title)

    @property
    def terms(self) -> frozenset[str]:
        """What stands in them, analysed in the article's language."""
        return self.passage.own | self.passage.around


def offer(task: ModelAssignment) -> tuple[Offered, ...]:
    """The passages within the budget, each article with an equal share of what is left."""
    offered: list[Offered] = []
    left = task.budget
    for number, part in enumerate(task.parts):
        chosen = pack(_candidates(part.task, task.statistics), left // (len(task.parts) - number))
        left -= sum(candidate.cost for candidate in chosen)
        for candidate in chosen:
            name = f"p{len(offered) + 1}"
            offered.append(Offered(name, number, candidate.passage, candidate.lead))
    return tuple(offered)


def _candidates(task: Assignment, statistics: TermStatistics) -> list[Candidate]:
    """Each place once: a frame for a proven outcome first, then the article in reading order.

    Where a frame rules on the case it tells what to do: the article's steps may be for others.
    """
    framed = list(_frame_passages(task))
    hidden = {Kind.STEPS} if framed else frozenset[Kind]()
    chunks = [c for c in sorted(task.content.chunks, key=_place) if c.kind not in hidden]
    passages = [*framed, *passages_of(chunks)]
    once = {(p.chunk.chunk_id, p.start, p.end): p for p in reversed(passages)}
    return [
        Candidate(p, _lead(p), relevance(p, task.asked, statistics))
        for p in _outermost(list(reversed(once.values())))
    ]


def _outermost(passages: Sequence[Passage]) -> Iterator[Passage]:
    """Without those that stand inside another one: a model need not read a sentence twice."""
    by_chunk: defaultdict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        by_chunk[passage.chunk.chunk_id].append(passage)
    for passage in passages:
        if not any(_stands_in(passage, other) for other in by_chunk[passage.chunk.chunk_id]):
            yield passage


def _stands_in(one: Passage, other: Passage) -> bool:
    """Whether `one` is a part of `other`: within its place and within its words."""
    return (
        one is not other
        and other.start <= one.start
        and one.end <= other.end
        and one.text != other.text
        and one.text in other.text
    )


def _place(chunk: Chunk) -> tuple[str, int]:
    piece = chunk.chunk_id.rpartition("~")[2]
    return section_of(chunk), int(piece) if piece.isdecimal() and "~" in chunk.chunk_id else 1


def _frame_passages(task: Assignment) -> Iterator[Passage]:
    """What the article's frame tells a customer for the outcome that is proven, where it stands."""
    frame = task.content.frames.get(task.verdict.outcome) if task.verdict else None
    for text in (*frame.message, *frame.next_steps, *frame.warnings) if frame else ():
        if is_sayable(text):
            yield from _where(task.content, text)


def _where(content: ArticleContent, text: str) -> Iterator[Passage]:
    for chunk in content.chunks:
        place = None
        if chunk.kind is Kind.FRAME and not (chunk.agent_only or chunk.flagged):
            place = find_text(chunk, text)
        if place:
            yield passage_at(chunk, text, place)
            return


def _lead(passage: Passage) -> str:
    """The question or issue that a passage answers, where its text does not say it."""
    for pair in _pairs(passage.chunk):
        if pair.second.strip() == passage.text:
            return pair.first.strip()
    return ""


@lru_cache(maxsize=2_048)
def _pairs(chunk: Chunk) -> tuple[Pair, ...]:
    asked = chunk.kind in {Kind.FAQ, Kind.ISSUES}
    return tuple(structured(chunk, chunk.kind, Pair)) if asked else ()
