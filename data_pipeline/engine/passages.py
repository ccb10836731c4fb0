"""Quotable pieces of an article: what the extractive writer may say, each with its place. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from data_pipeline.articles import Chunk, Fee, Kind, Pair, Step, Tier
from data_pipeline.engine.article_content import structured
from data_pipeline.engine.inquiry import Intent
from data_pipeline.engine.numbers import CURRENCY_SIGN
from data_pipeline.language import split_sentences, terms

_ENOUGH_WORDS: Final = 55
_MOST_WORDS: Final = 90
_FINISHED: Final = re.compile(r"[.!?…)\"”’]\s*$")
_MIN_WORDS: Final = 3
_BULLET: Final = re.compile(r"^\s*(?:[-*•]|\d{1,3}[.)])\s+")
_TABLE_ROW: Final = re.compile(r"[^:;\n]{1,80}: [^;\n]+; [^:;\n]{1,80}: ")
_BARE_VERDICT: Final = re.compile(r"(?:yes|no|sí|si|maybe|it depends|depende)\b", re.IGNORECASE)
# What a price is called: a row of a price list need not say it to be found by it.
_PRICE_WORDS: Final[Mapping[str, str]] = {
    "en": "cost costs price fee fees charge charges pay",
    "es": "coste costo cuesta precio tarifa comisión cargo cobrar pagar cuánto",
}
_AMOUNT: Final = re.compile(rf"{CURRENCY_SIGN}\s?\d|\d\s?{CURRENCY_SIGN}", re.IGNORECASE)
_DURATION: Final = re.compile(
    r"\d\s?(?:working |business |h[aá]biles )?(?:minutes?|hours?|days?|weeks?|months?|years?"
    r"|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?|años?|min|h)\b",
    re.IGNORECASE,
)
# How readily a kind is quoted, all else equal. Examples are not: they rule on somebody else's case.
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
    Kind.DEFINITIONS: 0.85,
    Kind.NOTES: 0.9,
    Kind.REFERENCES: 0.5,
}


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of customer-visible text: `chunk.text[start:end]` is the quote, `text` what is said.

    `own` are its analysed terms with those of a question or label that leads to it, `around` those
    of the heading and title.
    """

    text: str
    chunk: Chunk
    start: int
    end: int
    weight: float
    own: frozenset[str]
    around: frozenset[str]

    @property
    def quote(self) -> str:
        """The exact words of the chunk."""
        return self.chunk.text[self.start : self.end]


class Procedure(msgspec.Struct, frozen=True):
    """The visible steps of one section, in order, each with its passage."""

    section: str
    steps: tuple[tuple[Step, Passage], ...]


def passages_of(chunks: Sequence[Chunk]) -> list[Passage]:
    """Every quotable passage of an article's chunks, in reading order; agent-only text never."""
    return [
        passage
        for chunk in chunks
        if chunk.kind in _KIND_WEIGHT and not chunk.agent_only
        for passage in _pieces(chunk)
    ]


def is_wanted(passage: Passage, intent: Intent) -> bool:
    """Whether this is the kind of thing that was asked for: a price, a time, a rule, a way."""
    kind = passage.chunk.kind
    return (
        (intent.price and (kind is Kind.FEES or bool(_AMOUNT.search(passage.text))))
        or (intent.time and bool(_DURATION.search(passage.text)))
        or (intent.verdict and kind in {Kind.ELIGIBILITY, Kind.BLOCKING})
        or ((intent.how or intent.execution) and kind is Kind.STEPS)
    )


def _pieces(chunk: Chunk) -> Iterator[Passage]:
    read = _READERS.get(chunk.kind)
    pieces = list(read(chunk)) if read and chunk.data else []
    yield from pieces or _prose(chunk)


def _pairs(chunk: Chunk) -> Iterator[Passage]:
    """Answers and resolutions; one that starts with a bare yes or no needs its question."""
    for pair in structured(chunk, chunk.kind, Pair):
        said = f"{pair.first} {pair.second}" if _BARE_VERDICT.match(pair.second) else pair.second
        yield from _located(chunk, pair.second, said, lead=pair.first)


def _definitions(chunk: Chunk) -> Iterator[Passage]:
    for pair in structured(chunk, chunk.kind, Pair):
        yield from _located(chunk, pair.second, f"{pair.first}: {pair.second}", lead=pair.first)


def _fees(chunk: Chunk) -> Iterator[Passage]:
    for fee in structured(chunk, chunk.kind, Fee):
        said = f"{fee.service}: {fee.fee}" + (f" ({fee.notes})" if fee.notes else "")
        lead = f"{fee.service} {fee.notes or ''} {_PRICE_WORDS.get(chunk.language, '')}"
        yield from _located(chunk, fee.fee, said, lead=lead, after=fee.service)


def _steps(chunk: Chunk) -> Iterator[Passage]:
    for step in structured(chunk, chunk.kind, Step):
        said = f"{step.action} {step.detail}" if step.detail else step.action
        yield from _located(chunk, step.action, said)


_READERS: Final[Mapping[Kind, Callable[[Chunk], Iterator[Passage]]]] = {
    Kind.FAQ: _pairs,
    Kind.ISSUES: _pairs,
    Kind.DEFINITIONS: _definitions,
    Kind.FEES: _fees,
    Kind.STEPS: _steps,
}


def _located(
    chunk: Chunk, quote: str, said: str, *, lead: str = "", after: str = ""
) -> Iterator[Passage]:
    """A passage for `quote` where it stands in the chunk, behind `after`; else nothing."""
    begin = max(0, chunk.text.find(after, chunk.body_start)) if after else chunk.body_start
    start = chunk.text.find(quote, begin)
    if start >= 0 and quote:
        yield passage_at(chunk, said, start, start + len(quote), f"{lead} {said}")


def _prose(chunk: Chunk) -> Iterator[Passage]:
    """Statements stand alone; in running text a sentence goes with what follows it.

    What answers a question often comes right after the sentence that repeats its words, and a line
    that ends in a colon or asks something says nothing without the next.
    """
    sentences = list(_sentences(chunk))
    running = chunk.kind in {Kind.BODY, Kind.OVERVIEW}
    for number, (start, end) in enumerate(sentences):
        if _asks(chunk.text[start:end]) and number + 1 < len(sentences):
            continue
        last = _window_end(chunk, sentences, number) if running else number
        quote = chunk.text[start : sentences[last][1]]
        before = chunk.text[slice(*sentences[number - 1])] if number else ""
        if len(quote.split()) >= _MIN_WORDS:
            said = re.sub(r"[ \t]*\n\s*", "\n", quote)
            lead = before if _asks(before) else ""
            yield passage_at(chunk, said, start, sentences[last][1], f"{lead} {said}")


def _sentences(chunk: Chunk) -> Iterator[tuple[int, int]]:
    position = chunk.body_start
    for line in chunk.body.split("\n"):
        bullet = _BULLET.match(line)
        at = position + (bullet.end() if bullet else 0)
        for sentence in split_sentences(line[bullet.end() if bullet else 0 :]):
            start = chunk.text.index(sentence, at)
            at = start + len(sentence)
            yield start, at
        position += len(line) + 1


def _asks(sentence: str) -> bool:
    return sentence.rstrip().endswith("?")


def _window_end(chunk: Chunk, sentences: Sequence[tuple[int, int]], first: int) -> int:
    """The last sentence of the window that starts at `first`."""
    last = first
    if _TABLE_ROW.match(chunk.text[slice(*sentences[first])]):
        return first
    words = len(chunk.text[slice(*sentences[first])].split())
    for following in range(first + 1, len(sentences)):
        sentence = chunk.text[slice(*sentences[following])]
        words += len(sentence.split())
        unfinished = not _FINISHED.search(chunk.text[slice(*sentences[last])])
        most = _MOST_WORDS if unfinished else _ENOUGH_WORDS
        if words > most or _asks(sentence) or _TABLE_ROW.match(sentence):
            break
        last = following
    return last


def passage_at(chunk: Chunk, said: str, start: int, end: int, telling: str) -> Passage:
    """What is `said` from `chunk.text[start:end]`; `telling` is the text that it is found by."""
    return Passage(
        text=said,
        chunk=chunk,
        start=start,
        end=end,
        weight=_KIND_WEIGHT.get(chunk.kind, 1.0),
        own=frozenset(terms(telling, chunk.language)),
        around=frozenset(terms(f"{chunk.title} {chunk.heading}", chunk.language)),
    )


def procedures_of(chunks: Sequence[Chunk]) -> list[Procedure]:
    """The visible procedures of an article, one per section."""
    by_section: dict[str, list[tuple[Step, Passage]]] = {}
    for chunk in chunks:
        if chunk.kind is Kind.STEPS and not chunk.agent_only:
            steps = structured(chunk, Kind.STEPS, Step)
            found = [
                (s, p)
                for s in steps
                for p in _located(chunk, s.action, s.action, lead=s.detail or "")
            ]
            by_section.setdefault(section_of(chunk), []).extend(found)
    return [
        Procedure(section, tuple(sorted(steps, key=lambda s: s[0].number)))
        for section, steps in by_section.items()
        if steps
    ]


def section_of(chunk: Chunk) -> str:
    """The section path of a chunk, whatever piece of the section it is."""
    return chunk.chunk_id.partition("#")[2].partition("~")[0]


def is_warning(passage: Passage) -> bool:
    """Whether an ordinary document sets this passage under a warning heading."""
    return passage.chunk.kind is Kind.BODY and passage.chunk.tier is Tier.CRITICAL
