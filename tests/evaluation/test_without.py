"""Leaving articles out of an index is the same as an index that never held them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from data_pipeline.adapters.embedded import EmbeddedIndex
from data_pipeline.articles import Article
from data_pipeline.evaluation.without import Without, article_terms
from data_pipeline.ingest.injection import article_chunks
from data_pipeline.ingest.sync import load
from data_pipeline.language import terms
from data_pipeline.ports import ChunkFilter, TermStatistics
from tests.example_kb import SCOPE_KEYS, example_articles
from tests.fakes_models import HashEmbedder

HIDDEN = frozenset({"cancel-flex-subscription", "charging", "recibo-devuelto", "not-there"})


@asynccontextmanager
async def loaded(folder: Path, articles: Iterable[Article]) -> AsyncIterator[EmbeddedIndex]:
    index = EmbeddedIndex(folder)
    await load(index, "kb", list(articles), SCOPE_KEYS)
    yield index
    await index.close()


def without(index: EmbeddedIndex, hidden: frozenset[str]) -> Without:
    chunks = {a.article_id: article_chunks(a) for a in example_articles()}
    return Without(index, hidden, lambda a: article_terms(chunks.get(a, ())))


async def test_statistics_are_those_of_a_store_that_never_held_the_articles(tmp_path: Path) -> None:
    kept = [a for a in example_articles() if a.article_id not in HIDDEN]
    assert len(kept) == len(example_articles()) - 3
    async with (
        loaded(tmp_path / "all", example_articles()) as whole,
        loaded(tmp_path / "kept", kept) as real,
    ):
        seen, wanted = await without(whole, HIDDEN).catalogue("kb"), await real.catalogue("kb")
    assert set(seen.articles) == set(wanted.articles)
    for field in TermStatistics.__struct_fields__:
        found, right = (getattr(c.statistics, field) for c in (seen, wanted))
        assert found == (pytest.approx(right) if isinstance(right, float) else right), field


async def test_hidden_articles_are_not_found_and_others_fill_their_places(tmp_path: Path) -> None:
    words = terms("cancel the flex subscription battery charging", "en")
    async with loaded(tmp_path, example_articles()) as index:
        view = without(index, HIDDEN)
        hits = await index.search("kb", words, limit=500, where=ChunkFilter())
        left = [hit.chunk for hit in hits if hit.chunk.article_id not in HIDDEN]
        for limit in (1, 5, len(left), 500):
            seen = await view.search("kb", words, limit=limit, where=ChunkFilter())
            assert [hit.chunk for hit in seen] == left[:limit]
        assert await view.article_chunks("kb", "charging") == []
        assert len(await view.article_chunks("kb", "swap-your-bike")) > 0
        listed = {chunk.article_id async for chunk in view.list_chunks("kb")}
        assert not listed & HIDDEN
        assert listed == set(await view.content_hashes("kb"))
        assert await view.count("kb") == sum([1 async for _ in view.list_chunks("kb")])


async def test_by_meaning_hidden_articles_are_not_found_either(tmp_path: Path) -> None:
    index, embedder = EmbeddedIndex(tmp_path), HashEmbedder()
    await load(index, "kb", example_articles(), SCOPE_KEYS, embedder=embedder)
    (vector,) = (await embedder.embed(["How do I charge the battery?"], "query")).vectors

    async def found(where: EmbeddedIndex | Without, limit: int) -> list[str]:
        hits = await where.nearest(
            "kb", vector, embedder=embedder.identity, limit=limit, where=ChunkFilter()
        )
        return [hit.chunk.chunk_id for hit in hits]

    shown = [i for i in await found(index, 500) if i.split("#")[0] not in HIDDEN]
    assert await found(without(index, HIDDEN), 7) == shown[:7]
    await index.close()


async def test_everything_can_be_hidden(tmp_path: Path) -> None:
    """Nothing is left, no mean is divided by nothing, no frequency is negative."""
    everything = frozenset(a.article_id for a in example_articles())
    async with loaded(tmp_path, example_articles()) as index:
        view = without(index, everything)
        catalogue = await view.catalogue("kb")
        assert catalogue.articles == {}
        assert catalogue.statistics == TermStatistics()
        assert await view.search("kb", ["bike"], limit=5, where=ChunkFilter()) == []
