"""Quotable pieces of an article: what the extractive writer may say, each with its place. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from data_pipeline.articles import Chunk, Condition, Fee, Kind, Pair, Step, Tier
from data_pipeline.engine.article_content import structured
from data_pipeline.engine.prose import is_table_row, prose_pieces
from data_pipeline.engine.quotable import is_about_customers, is_fragment, is_sayable
from data_pipeline.engine.wording import wording_for
from data_pipeline.language import terms

# What a price is called: a row of a price list need not say it to be found by it.
_PRICE_WORDS: Final[Mapping[str, str]] = {
    "en": "cost costs price fee fees charge charges pay",
    "es": "coste costo cuesta precio tarifa comisión cargo cobrar pagar cuánto",
}
# How readily a kind is quoted, all else equal. Examples are not: they rule on somebody else's case;
# nor are guardrails, flags, outcomes and data points: they are for agents and for code.
_KIND_WEIGHT: Final[Mapping[Kind, float]] = {
    Kind.FAQ: 1.15,
    Kind.RULES: 1.05,
    Kind.FEES: 1.0,
    Kind.ISSUES: 1.0,
    Kind.ELIGIBILITY: 1.0,
    Kind.BLOCKING: 0.9,
    Kind.BODY: 1.0,
    Kind.STEPS: 0.9,
    Kind.OVERVIEW: 0.85,
    Kind.NOTES: 0.75,
    Kind.DEFINITIONS: 0.6,
    Kind.REFERENCES: 0.5,
}
_MAX_BETWEEN: Final = 200


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of customer-visible text: `chunk.text[start:end]` is the quote, `text` what is said.

    `said` are its analysed terms, `own` these with those of a question or label that leads to it,
    `hints` those of them that every passage of its kind has, `around` those of the heading and
    title. `claim` is what is stated, without the question that is said with it; `situation` are
    the terms of what must be the case for it to hold ("I lost both keys."). `sequence` are the
    terms of `own` in order, what leads to it first; `is_opening` where its article starts with it.
    """

    text: str
    chunk: Chunk
    start: int
    end: int
    weight: float
    said: frozenset[str]
    own: frozenset[str]
    around: frozenset[str]
    hints: frozenset[str] = frozenset()
    claim: str = ""
    situation: frozenset[str] = frozenset()
    sequence: tuple[str, ...] = ()
    is_opening: bool = False

    @property
    def quote(self) -> str:
        """The exact words of the chunk."""
        return self.chunk.text[self.start : self.end]

    def overlaps(self, other: Passage) -> bool:
        """Whether both quote some of the same text."""
        return (
            self.chunk.chunk_id == other.chunk.chunk_id
            and self.start < other.end
            and other.start < self.end
        )

    @property
    def is_row(self) -> bool:
        """Whether it is one row of a table or list, beside others of its kind."""
        return self.chunk.kind is Kind.FEES or is_table_row(self.quote)


def passages_of(chunks: Sequence[Chunk]) -> list[Passage]:
    """Every quotable passage of an article's chunks, in reading order.

    Agent-only chunks and sentences that speak to agents give none.
    """
    passages = [
        passage
        for chunk in chunks
        if chunk.kind in _KIND_WEIGHT and not (chunk.agent_only or chunk.flagged)
        for passage in _passages_in(chunk)
    ]
    return _with_opening(passages)


def _with_opening(passages: list[Passage]) -> list[Passage]:
    """The passages, the first of those marked that stand above every heading or in an overview."""
    openings = [n for n, passage in enumerate(passages) if _is_introduction(passage.chunk)]
    first = min(openings, key=lambda n: passages[n].chunk.kind is Kind.OVERVIEW, default=None)
    if first is not None:
        passages[first] = msgspec.structs.replace(passages[first], is_opening=True)
    return passages


def _is_introduction(chunk: Chunk) -> bool:
    return chunk.kind is Kind.OVERVIEW or (
        chunk.kind is Kind.BODY and chunk.heading in {"", chunk.title}
    )


@lru_cache(maxsize=2_048)
def _passages_in(chunk: Chunk) -> tuple[Passage, ...]:
    """Cached: an article is asked about again and again, and its passages cost milliseconds."""
    return tuple(_pieces(chunk))


def is_warning(passage: Passage) -> bool:
    """Whether an ordinary document sets this passage under a warning heading."""
    return passage.chunk.kind is Kind.BODY and passage.chunk.tier is Tier.CRITICAL


def passage_at(chunk: Chunk, said: str, place: tuple[int, int], telling: str = "") -> Passage:
    """What is `said` from `chunk.text[slice(*place)]`; it is found by `telling`, too."""
    told, led = terms(said, chunk.language), terms(telling, chunk.language)
    own = frozenset(told)
    return Passage(
        text=said,
        chunk=chunk,
        start=place[0],
        end=place[1],
        weight=_KIND_WEIGHT.get(chunk.kind, 1.0),
        said=own,
        own=own.union(led),
        around=frozenset(terms(f"{chunk.title} {chunk.heading}", chunk.language)),
        claim=said,
        sequence=(*led, *told),
    )


def find_text(chunk: Chunk, *parts: str, start: int | None = None) -> tuple[int, int] | None:
    """Where `parts` stand one behind the other, close together, from `start` on."""
    begin = position = -1
    for part in parts:
        earliest = chunk.body_start if start is None else start
        found = chunk.text.find(part, max(position, earliest))
        if found < 0 or (begin >= 0 and found - position > _MAX_BETWEEN):
            return None
        begin = found if begin < 0 else begin
        position = found + len(part)
    return (begin, position) if begin >= 0 else None


def _pieces(chunk: Chunk) -> Iterator[Passage]:
    """Structured units by their data, and whatever else stands there as running text."""
    read = _READERS.get(chunk.kind) if chunk.data else None
    taken = _places_of_data(chunk) if read else []
    yield from read(chunk) if read else ()
    for piece in prose_pieces(chunk, taken, alone=bool(chunk.data) and not read):
        yield passage_at(chunk, piece.said, (piece.start, piece.end), piece.lead)


def _places_of_data(chunk: Chunk) -> list[tuple[int, int]]:
    """Where the texts of a chunk's structured units stand."""
    units = msgspec.json.decode(chunk.data)
    texts = [text for unit in units if isinstance(unit, dict) for text in unit.values()]
    places = (find_text(chunk, text) for text in texts if isinstance(text, str) and text.strip())
    return [place for place in places if place]


def _pairs(chunk: Chunk) -> Iterator[Passage]:
    """Answers and resolutions; one that says too little alone comes with its question."""
    for pair in structured(chunk, chunk.kind, Pair):
        asked, answer = pair.first.strip(), pair.second.strip()
        alone = find_text(chunk, answer)
        if alone is None or is_about_customers(asked) or not is_sayable(answer):
            continue
        # The question may be the heading.
        together = find_text(chunk, asked, answer, start=0)
        if not asked.endswith("?") or is_fragment(answer):
            if together:
                said = passage_at(chunk, f"{asked} {answer}", together)
                holds_if = () if asked.endswith("?") else terms(asked, chunk.language)
                yield msgspec.structs.replace(said, claim=answer, situation=frozenset(holds_if))
            continue
        place = (together[1] - len(answer), together[1]) if together else alone
        yield passage_at(chunk, answer, place, asked)


def _definitions(chunk: Chunk) -> Iterator[Passage]:
    for pair in structured(chunk, chunk.kind, Pair):
        place = find_text(chunk, pair.first, pair.second) or find_text(chunk, pair.second)
        if place and is_sayable(pair.second):
            yield passage_at(chunk, f"{pair.first}: {pair.second}", place)


def _fees(chunk: Chunk) -> Iterator[Passage]:
    price_words = _PRICE_WORDS.get(chunk.language, "")
    for fee in structured(chunk, chunk.kind, Fee):
        notes = fee.notes if fee.notes and is_sayable(fee.notes) else None
        place = find_text(chunk, fee.service, fee.fee) or find_text(chunk, fee.fee)
        if place and is_sayable(f"{fee.service}: {fee.fee}"):
            said = f"{fee.service}: {fee.fee}" + (f" ({notes})" if notes else "")
            passage = passage_at(chunk, said, place, price_words)
            yield msgspec.structs.replace(passage, hints=passage.own - passage.said)


def _steps(chunk: Chunk) -> Iterator[Passage]:
    for step in structured(chunk, chunk.kind, Step):
        detail = step.detail if step.detail and is_sayable(step.detail) else ""
        said = f"{step.action}\n{detail}" if detail else step.action
        place = find_text(chunk, step.action, detail)
        if place and is_sayable(said):
            yield passage_at(chunk, said, place)


def _conditions(chunk: Chunk) -> Iterator[Passage]:
    """Conditions as conditions: `There is a debt.` alone would be said of the customer."""
    words = wording_for(chunk.language)
    frame = words.blocker if chunk.kind is Kind.BLOCKING else words.requirement
    for condition in structured(chunk, chunk.kind, Condition) if frame else ():
        if is_sayable(condition.text) and (place := find_text(chunk, condition.text)):
            yield passage_at(chunk, frame.format(condition=condition.text), place)


_READERS: Final[Mapping[Kind, Callable[[Chunk], Iterator[Passage]]]] = {
    Kind.FAQ: _pairs,
    Kind.ISSUES: _pairs,
    Kind.DEFINITIONS: _definitions,
    Kind.FEES: _fees,
    Kind.STEPS: _steps,
    Kind.ELIGIBILITY: _conditions,
    Kind.BLOCKING: _conditions,
}
