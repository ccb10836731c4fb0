"""Run labelled questions through the real engine over the embedded store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from benchmarks.public_sets import Case, LabelledSet, gold_articles, grams, overlaps
from data_pipeline.adapters.embedded.index import EmbeddedIndex
from data_pipeline.articles import Chunk
from data_pipeline.contract.requests import GenerateResponseRequest, Turn
from data_pipeline.engine.assessment import Engine, assess
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.engine.evidence import Evidence
from data_pipeline.engine.ticket_reply import Case as TicketCase
from data_pipeline.engine.ticket_reply import rule
from data_pipeline.ports import ArticleChange, ChunkIndex

_BATCH = 200
NAMESPACE = "bench"


class Run(msgspec.Struct, frozen=True):
    """One question asked: what was found, whether it was right, and the evidence."""

    case: Case
    ranked: tuple[str, ...]
    gold: frozenset[str]
    quotes: tuple[str, ...]
    evidence: Evidence
    probability: float
    removed: bool

    @property
    def right_article(self) -> bool:
        """Whether the article answered from is a gold one."""
        return bool(self.ranked) and self.ranked[0] in self.gold

    @property
    def right_quote(self) -> bool:
        """Whether a quote from it overlaps the gold passage, where there is one."""
        if not self.case.passage:
            return self.right_article
        return self.right_article and any(overlaps(q, self.case.passage) for q in self.quotes)


@asynccontextmanager
async def loaded_index(chunks: Mapping[str, tuple[Chunk, ...]]) -> AsyncIterator[EmbeddedIndex]:
    """A fresh embedded store that holds `chunks`."""
    with TemporaryDirectory() as folder:
        index = EmbeddedIndex(Path(folder))
        changes = [ArticleChange(a, c, ()) for a, c in chunks.items() if c]
        for start in range(0, len(changes), _BATCH):
            await index.apply(NAMESPACE, changes[start : start + _BATCH])
        await index.refresh(NAMESPACE, ())
        yield index
        await index.close()


def request_for(case: Case) -> GenerateResponseRequest:
    """The case as a caller would send it: earlier turns as conversation."""
    turns = [_turn(turn) for turn in case.history]
    return GenerateResponseRequest(inquiry=case.text, conversation=turns)


def _turn(turn: str) -> Turn:
    """A turn as the sets write it: `user: …` or `agent: …`."""
    who, _, said = turn.partition(":")
    return Turn("user" if who.strip() == "user" else "assistant", said.strip())


async def ask_all(
    index: ChunkIndex, cases: Iterable[Case], golds: Mapping[int, frozenset[str]], *, removed: bool
) -> list[Run]:
    """Ask every case; `golds` by position, empty where it must not be answered."""
    engine = Engine(
        index=index, coefficients=shipped_coefficients(), today=lambda: date(2026, 1, 1)
    )
    return [
        await _ask(engine, case, golds.get(number, frozenset()), removed=removed)
        for number, case in enumerate(cases)
    ]


async def _ask(engine: Engine, case: Case, gold: frozenset[str], *, removed: bool) -> Run:
    request = request_for(case)
    assessment = await assess(engine, NAMESPACE, request)
    if not assessment.parts:
        return Run(case, (), gold, (), Evidence(), 0.0, removed)
    part = assessment.parts[0]
    ruling = rule(TicketCase(engine, assessment, request, 0.0), part, 0)
    return Run(
        case=case,
        ranked=tuple(a.article_id for a in part.found[0].articles[:20]),
        gold=gold,
        quotes=tuple(c.quote for c in ruling.draft.citations) if ruling.draft else (),
        evidence=ruling.evidence,
        probability=ruling.confidence.probability,
        removed=removed,
    )


def golds_of(labelled: LabelledSet) -> dict[int, frozenset[str]]:
    """Gold articles of each case by position, twins of the gold passage included."""
    held = {a: grams(t) for a, t in labelled.texts.items()}
    return {n: gold_articles(case, held) for n, case in enumerate(labelled.cases)}
