"""One search by words and one by meaning for a question, and what happens when a part is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
import pytest

from data_pipeline.articles import Chunk, ScoredChunk
from data_pipeline.contract.replies import RequiredDataReply
from data_pipeline.engine.inquiry import read_inquiry
from data_pipeline.engine.search import Shelf, find_all
from data_pipeline.errors import EmbedderUnavailableError, RerankerUnavailableError
from data_pipeline.ports import ArticleChange, ChunkFilter, Embeddings, Reranking, Vector
from tests.engine.kb import (
    SCOPE_KEYS,
    TODAY,
    bulb_delivery,
    engine_of,
    lamp_return,
    need,
    request,
    warranty,
)
from tests.fakes_index import MemoryIndex

RETURN = "How long can I return a lamp?"


class CountingIndex(MemoryIndex):
    """Counts the searches of each leg."""

    def __init__(self, *articles: Sequence[Chunk]) -> None:
        super().__init__([c for one in articles for c in one], scope_keys=SCOPE_KEYS)
        self.by_words: list[Mapping[str, tuple[str, ...]]] = []
        self.by_meaning: list[Mapping[str, tuple[str, ...]]] = []

    async def search(
        self, namespace: str, terms: Sequence[str], *, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        self.by_words.append(where.scope)
        return await super().search(namespace, terms, limit=limit, where=where)

    async def nearest(
        self, namespace: str, vector: Vector, *, embedder: str, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        self.by_meaning.append(where.scope)
        return await super().nearest(namespace, vector, embedder=embedder, limit=limit, where=where)


class Compass:
    """An embedder that knows one direction for each of a few words, and north for all else."""

    identity = "compass/2"
    model = "compass"
    dimensions = 2

    def __init__(self, *east: str) -> None:
        self._east = east
        self.asked: list[tuple[str, ...]] = []
        self.error: EmbedderUnavailableError | None = None

    async def embed(self, texts: Sequence[str], purpose: Literal["query", "passage"]) -> Embeddings:
        if purpose == "query":
            self.asked.append(tuple(texts))
        if self.error:
            raise self.error
        towards = [any(word in text for word in self._east) for text in texts]
        return Embeddings(tuple((1.0, 0.0) if east else (0.0, 1.0) for east in towards), len(texts))


async def with_vectors(embedder: Compass, *articles: Sequence[Chunk]) -> CountingIndex:
    """An index that holds these articles with their vectors."""
    index = CountingIndex(*articles)
    for chunks in articles:
        made = await embedder.embed([c.text for c in chunks], "passage")
        vectors = {c.chunk_id: v for c, v in zip(chunks, made.vectors, strict=True)}
        change = ArticleChange(chunks[0].article_id, tuple(chunks), (), vectors)
        await index.apply("default", [change], embedder=embedder.identity)
    return index


def first(reply: RequiredDataReply) -> str:
    """The article that the reply is about."""
    return reply.sources[0].article_id if reply.sources else ""


async def test_words_that_no_article_has_are_found_by_meaning() -> None:
    """A question in other words has no hit by words and one by meaning."""
    embedder = Compass("courier", "Luminaire")
    index = await with_vectors(embedder, lamp_return(), bulb_delivery())
    question = "Luminaire arrivals?"
    assert first(await need(engine_of(index=index), question)) == ""
    reply = await need(engine_of(index=index, embedder=embedder), question)
    assert first(reply) == "bulb-delivery"
    assert reply.usage.embedding_tokens == 1


async def test_one_search_of_each_kind_for_each_question() -> None:
    """Two questions are embedded in one call and searched twice by words and by meaning."""
    embedder = Compass("courier")
    index = await with_vectors(embedder, lamp_return(), bulb_delivery())
    await need(
        engine_of(index=index, embedder=embedder),
        f"{RETURN} When are my bulbs delivered by courier?",
    )
    assert [len(texts) for texts in embedder.asked] == [2]
    assert (len(index.by_words), len(index.by_meaning)) == (2, 2)


async def test_scope_is_a_hard_filter_of_both_legs() -> None:
    """The twin of another country is in neither; outside of it only words are asked once more."""
    embedder = Compass("lamp")
    index = await with_vectors(embedder, lamp_return(country="Spain"), warranty(), bulb_delivery())
    engine = engine_of(index=index, embedder=embedder)
    reply = await need(engine, RETURN, scope={"country": "Spain"})
    assert first(reply) == "lamp-return"
    assert index.by_meaning == [{"country": ("spain",)}]
    assert index.by_words == [{"country": ("spain",)}]
    reply = await need(engine, RETURN, scope={"country": "Chile"})
    assert first(reply) != "lamp-return"
    assert index.by_words[1:] == [{"country": ("chile",)}, {}]
    assert len(index.by_meaning) == 2


async def test_without_the_embedder_words_are_enough() -> None:
    """It is down: the same answer, and `degraded` says so."""
    embedder = Compass("lamp")
    index = await with_vectors(embedder, lamp_return())
    embedder.error = EmbedderUnavailableError("down")
    reply = await need(engine_of(index=index, embedder=embedder), RETURN)
    assert first(reply) == "lamp-return"
    assert reply.degraded == ("embedder",)
    assert index.by_meaning == []


async def test_articles_without_vectors_are_not_asked_for_by_meaning() -> None:
    """An embedder that was added after the last load is not paid, and `degraded` says so."""
    embedder = Compass("lamp")
    index = CountingIndex(lamp_return())
    reply = await need(engine_of(index=index, embedder=embedder), RETURN)
    assert (embedder.asked, index.by_meaning) == ([], [])
    assert reply.degraded == ("embedder",)
    assert first(reply) == "lamp-return"


class Judge:
    """A reranker that prefers texts with a word in them."""

    model = "judge"

    def __init__(self, word: str, error: RerankerUnavailableError | None = None) -> None:
        self._word = word
        self._error = error
        self.calls = 0

    async def rerank(self, query: str, texts: Sequence[str]) -> Reranking:
        self.calls += 1
        if self._error:
            raise self._error
        return Reranking(tuple(float(self._word in text) for text in texts))


TWINS = (
    warranty(),
    lamp_return(
        details={"faq_pairs": [{"question": "What is a lamp warranty?", "answer": "See the card."}]}
    ),
)


async def test_a_reranker_settles_what_is_in_doubt() -> None:
    """Two articles are near each other: its order counts, and it is paid for."""
    judge = Judge("24 months")
    question = "Something about a lamp?"
    plain = await need(engine_of(*TWINS), question)
    reranked = await need(engine_of(*TWINS, reranker=judge), question)
    assert judge.calls == 1
    assert first(plain) == "lamp-return"
    assert first(reranked) == "lamp-warranty"
    assert any("judge" in warning for warning in reranked.warnings)


async def test_a_clear_first_is_not_reranked() -> None:
    """What is far ahead stays first, at no cost."""
    judge = Judge("courier")
    reply = await need(engine_of(lamp_return(), bulb_delivery(), reranker=judge), RETURN)
    assert judge.calls == 0
    assert first(reply) == "lamp-return"


@pytest.mark.parametrize("question", ["Something about a lamp?"])
async def test_a_failing_reranker_is_left_out(question: str) -> None:
    """The order by words stays, and `degraded` says so."""
    judge = Judge("x", RerankerUnavailableError("slow"))
    reply = await need(engine_of(*TWINS, reranker=judge), question)
    assert reply.degraded == ("reranker",)
    assert first(reply) == "lamp-return"


class Stuck(Compass):
    """An embedder and reranker that never replies."""

    async def embed(self, texts: Sequence[str], purpose: Literal["query", "passage"]) -> Embeddings:
        await asyncio.Event().wait()
        return await super().embed(texts, purpose)

    async def rerank(self, query: str, texts: Sequence[str]) -> Reranking:
        await asyncio.Event().wait()
        return Reranking(tuple(float(len(text) + len(query)) for text in texts))


async def test_no_upstream_may_take_more_than_the_patience() -> None:
    """What does not come in the caller's time is left out: the search by words stands."""
    index = MemoryIndex([c for one in TWINS for c in one], scope_keys=SCOPE_KEYS)
    catalogue = await index.catalogue("default")
    stuck = Stuck()
    shelf = Shelf(
        index,
        "default",
        msgspec.structs.replace(catalogue, vectors={stuck.identity: 1}),
        TODAY,
        embedder=stuck,
        reranker=stuck,
        patience=0.05,
    )
    inquiry = read_inquiry(request(inquiry="Something about a lamp?"))
    retrieval = await asyncio.wait_for(find_all(shelf, inquiry, {}, language="en"), 5)
    assert set(retrieval.skipped) == {"embedder", "reranker"}
    assert retrieval.searches[0].found.articles[0].article_id == "lamp-return"
