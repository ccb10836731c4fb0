"""Run labelled questions through the real engine over the embedded store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from data_pipeline.adapters.embedded.index import EmbeddedIndex
from data_pipeline.articles import Chunk
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.evaluation.runs import Ask, Group, Run, drafted_run, request_for
from data_pipeline.evaluation.sets import Case, golds_of
from data_pipeline.ports import ArticleChange, ChunkIndex

__all__ = ["NAMESPACE", "Run", "ask_all", "golds_of", "loaded_index", "request_for"]

_BATCH = 200
NAMESPACE = "bench"


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


async def ask_all(
    index: ChunkIndex, cases: Iterable[Case], golds: Mapping[int, frozenset[str]], *, removed: bool
) -> list[Run]:
    """Ask every case; `golds` by position, empty where it must not be answered."""
    engine = Engine(
        index=index, coefficients=shipped_coefficients(), today=lambda: date(2026, 1, 1)
    )
    group = Group.REMOVED if removed else Group.PRESENT
    return [
        await drafted_run(
            engine,
            NAMESPACE,
            Ask(case, group, golds.get(number, frozenset())),
            request_for(case),
        )
        for number, case in enumerate(cases)
    ]
