"""What was embedded before is not paid for again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from data_pipeline.adapters.embedding.batching import Purpose
from data_pipeline.adapters.embedding.cache import CachingEmbedder
from data_pipeline.errors import EmbedderUnavailableError, TextRefusedError
from data_pipeline.ports import Embeddings
from tests.fakes_models import HashEmbedder, hash_vector


class GatedEmbedder(HashEmbedder):
    """Replies when `gate` is opened, and refuses a request that holds a text called `bad`."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Embeddings:
        embeddings = await super().embed(texts, purpose)
        await self.gate.wait()
        if "bad" in texts:
            raise TextRefusedError("This text is not taken: leave it out.")
        return embeddings


async def test_a_text_is_paid_for_once() -> None:
    """The second time it comes from memory, at no tokens, and is the same vector."""
    inner = HashEmbedder()
    cache = CachingEmbedder(inner)
    first = await cache.embed(["a lamp"], "query")
    again = await cache.embed(["a lamp"], "query")
    assert first.tokens > 0
    assert again.tokens == 0
    assert again.vectors == first.vectors
    assert len(inner.calls) == 1


async def test_only_the_missing_texts_are_asked_for() -> None:
    """Known and doubled texts are left out of the request; all vectors are in their places."""
    inner = HashEmbedder()
    cache = CachingEmbedder(inner)
    await cache.embed(["b"], "query")
    texts = ["a", "b", "c", "a", "c"]
    found = await cache.embed(texts, "query")
    assert inner.calls[1] == (("a", "c"), "query")
    assert [list(vector) for vector in found.vectors] == [hash_vector(text, 64) for text in texts]


async def test_questions_and_passages_are_kept_apart() -> None:
    """The same words may have another vector as a passage."""
    inner = HashEmbedder()
    cache = CachingEmbedder(inner)
    await cache.embed(["a"], "query")
    assert (await cache.embed(["a"], "passage")).tokens > 0
    assert len(inner.calls) == 2


async def test_concurrent_misses_are_one_request() -> None:
    """While a text is being embedded others wait for it, and only the first pays."""
    inner = GatedEmbedder()
    cache = CachingEmbedder(inner)
    asking = [asyncio.create_task(cache.embed(["a"], "query")) for _ in range(50)]
    await asyncio.sleep(0)
    inner.gate.set()
    found = await asyncio.gather(*asking)
    assert len(inner.calls) == 1
    assert sorted(one.tokens > 0 for one in found) == [False] * 49 + [True]


async def test_who_asked_first_may_leave() -> None:
    """The request goes on for those who wait for the same text, and is kept."""
    inner = GatedEmbedder()
    cache = CachingEmbedder(inner)
    first = asyncio.create_task(cache.embed(["a"], "query"))
    second = asyncio.create_task(cache.embed(["a"], "query"))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    inner.gate.set()
    assert list((await second).vectors[0]) == hash_vector("a", 64)
    assert first.cancelled()
    await cache.embed(["a"], "query")
    assert len(inner.calls) == 1


async def test_a_failure_is_not_kept() -> None:
    """All who waited are told, and the next to ask tries again."""
    inner = HashEmbedder()
    cache = CachingEmbedder(inner)
    inner.error = EmbedderUnavailableError("Away: try again.")
    found = await asyncio.gather(
        cache.embed(["a"], "query"), cache.embed(["a"], "query"), return_exceptions=True
    )
    assert all(isinstance(one, EmbedderUnavailableError) for one in found)
    assert len(inner.calls) == 1
    inner.error = None
    assert (await cache.embed(["a"], "query")).vectors


async def test_anothers_refused_text_fails_nobody_else() -> None:
    """Who waits for a text in a request that is refused for another text asks for it alone."""
    inner = GatedEmbedder()
    cache = CachingEmbedder(inner)
    hostile = asyncio.create_task(cache.embed(["good", "bad"], "query"))
    await asyncio.sleep(0)
    honest = asyncio.create_task(cache.embed(["good", "other"], "query"))
    await asyncio.sleep(0)
    inner.gate.set()
    assert len((await honest).vectors) == 2
    with pytest.raises(TextRefusedError):
        await hostile
    assert (await cache.embed(["good", "other"], "query")).tokens == 0


async def test_the_least_recently_used_goes_first() -> None:
    """Memory is bounded; what is asked for again stays."""
    inner = HashEmbedder()
    cache = CachingEmbedder(inner, max_entries=2)
    for text in ("a", "b", "a", "c"):
        await cache.embed([text], "query")
    assert (await cache.embed(["a"], "query")).tokens == 0
    assert (await cache.embed(["b"], "query")).tokens > 0
    assert len(cache._kept) == 2


async def test_more_texts_than_fit_are_all_embedded() -> None:
    """A call larger than the memory gets all of its vectors."""
    cache = CachingEmbedder(HashEmbedder(), max_entries=3)
    texts = [f"text {number}" for number in range(10)]
    for _ in range(2):
        found = await cache.embed(texts, "passage")
        assert [list(one) for one in found.vectors] == [hash_vector(text, 64) for text in texts]
    assert (await CachingEmbedder(HashEmbedder(), max_entries=0).embed(["a"], "query")).vectors


async def test_keeps_no_text() -> None:
    """Memory holds hashes: customers' words are in neither the cache nor its repr."""
    cache = CachingEmbedder(HashEmbedder())
    await cache.embed(["secret words"], "query")
    assert "secret" not in repr(vars(cache)["_kept"])
    assert "secret" not in repr(cache)


async def test_closing_tells_those_who_wait() -> None:
    """Nobody waits for a request that was given up."""
    inner = GatedEmbedder()
    cache = CachingEmbedder(inner)
    waiting = asyncio.create_task(cache.embed(["a"], "query"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await cache.close()
    with pytest.raises(EmbedderUnavailableError):
        await waiting
