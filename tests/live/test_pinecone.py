"""Pinecone as it is today: an index from its making to an empty namespace, and its models."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator

import pytest

from data_pipeline.adapters.pinecone import PineconeIndex
from data_pipeline.adapters.pinecone.control import Control
from data_pipeline.adapters.pinecone.index import Pace
from data_pipeline.adapters.pinecone_embedder import PineconeEmbedder
from data_pipeline.adapters.pinecone_reranker import PineconeReranker
from data_pipeline.articles import Chunk
from data_pipeline.language import terms
from data_pipeline.ports import ChunkFilter
from tests.builders_index import an_article
from tests.builders_vectors import put_embedded
from tests.fakes_models import hash_vector
from tests.live.accounts import DIMENSIONS, Bill, Places, key_of

pytestmark = pytest.mark.live

EMBEDDER = f"hash/{DIMENSIONS}"
ANY = ChunkFilter()
READY_WITHIN = 300.0


@pytest.fixture
async def index() -> AsyncIterator[PineconeIndex]:
    """An index for these tests alone, made if it is not there."""
    key, places = key_of("PINECONE_API_KEY"), Places()
    control = Control(key, places.index, places.pinecone, 30.0, "kbgate")
    if await control.describe() is None:
        await control.create(DIMENSIONS, "aws", "us-east-1")
    async with asyncio.timeout(READY_WITHIN):
        while not (await control.described()).is_ready:  # noqa: ASYNC110 (Pinecone does not call)
            await asyncio.sleep(5)
    made = PineconeIndex(
        key,
        index_name=places.index,
        control_host=places.pinecone,
        dimensions=DIMENSIONS,
        pace=Pace(refresh=0.2, grace=1.0, timeout=15.0),
    )
    yield made
    await made.close()


@pytest.fixture
async def namespace(index: PineconeIndex) -> AsyncIterator[str]:
    """A namespace of this run, removed with all that belongs to it."""
    name = f"live-{uuid.uuid4().hex[:12]}"
    yield name
    await _remove_namespaces(name)


async def _remove_namespaces(name: str) -> None:
    """The namespace and the catalogue beside it."""
    from pinecone import AsyncPinecone, NotFoundError  # noqa: PLC0415 (not without a key)

    key, places = key_of("PINECONE_API_KEY"), Places()
    async with (
        AsyncPinecone(key, host=places.pinecone) as client,
        await client.index(name=places.index) as index,
    ):
        for each in (name, f"CATALOGUE-{name}"):
            with contextlib.suppress(NotFoundError):
                await index.delete_namespace(name=each)


async def test_a_knowledge_base_from_first_load_to_the_last_article(
    index: PineconeIndex, namespace: str, bill: Bill
) -> None:
    """Each step is seen by the reader that follows it: nothing is read before it is there."""
    await index.ping()
    returns = an_article("returns", "Send the parcel back in time.", "The refund goes to the card.")
    fees = an_article("fees", "A transfer abroad costs four euros.", title="Fees")
    await _store(index, namespace, returns)
    await _store(index, namespace, fees)
    assert await index.count(namespace) == 3
    assert await _found(index, namespace, "refund") == [returns[1].chunk_id]
    assert await _nearest(index, namespace, fees[0]) == fees[0].chunk_id

    fewer = an_article("returns", "Vouchers are not paid out.")
    await _store(index, namespace, fewer, delete=(returns[1].chunk_id,))
    assert await _found(index, namespace, "refund") == []
    assert await _found(index, namespace, "voucher") == [fewer[0].chunk_id]

    assert await index.delete_article(namespace, "returns") == 1
    assert set((await index.catalogue(namespace)).articles) == {"fees"}
    assert await _found(index, namespace, "voucher") == []
    bill.stored("two articles loaded, one replaced, one deleted, a few searches")


async def test_reranking(bill: Bill) -> None:
    """The text that answers the question scores highest, wherever it stands."""
    reranker = PineconeReranker(
        key_of("PINECONE_API_KEY"), control_host=Places().pinecone, timeout_seconds=30.0
    )
    texts = ["Fees for cards", "", "A parcel can be sent back for thirty days", "Opening hours"]
    scores = (await reranker.rerank("How long can I send back a parcel?", texts)).scores
    await reranker.close()
    bill.reranked(reranker.model)
    assert max(range(len(texts)), key=scores.__getitem__) == 2
    assert scores[1] == min(scores)


async def test_embeddings(bill: Bill) -> None:
    """Vectors of the model's length, as near for the same text as can be."""
    embedder = PineconeEmbedder(
        key_of("PINECONE_API_KEY"), control_host=Places().pinecone, timeout_seconds=30.0
    )
    made = await embedder.embed(["Send it back", "Send it back", ""], "passage")
    await embedder.close()
    bill.embedded(embedder.model, made.tokens)
    assert [len(vector) for vector in made.vectors] == [embedder.dimensions] * 3
    assert made.vectors[0] == pytest.approx(made.vectors[1], abs=1e-3)
    assert made.tokens > 0


async def _store(
    index: PineconeIndex, namespace: str, chunks: list[Chunk], delete: tuple[str, ...] = ()
) -> None:
    vectors = [hash_vector(chunk.text, DIMENSIONS) for chunk in chunks]
    change = put_embedded(chunks, vectors, delete)
    assert await index.apply(namespace, [change], embedder=EMBEDDER) == []
    await index.refresh(namespace, ())


async def _found(index: PineconeIndex, namespace: str, words: str) -> list[str]:
    hits = await index.search(namespace, terms(words, "en"), limit=5, where=ANY)
    return [hit.chunk.chunk_id for hit in hits]


async def _nearest(index: PineconeIndex, namespace: str, chunk: Chunk) -> str:
    vector = hash_vector(chunk.text, DIMENSIONS)
    hits = await index.nearest(namespace, vector, embedder=EMBEDDER, limit=3, where=ANY)
    assert hits[0].score == pytest.approx(1.0, abs=0.01)
    return hits[0].chunk.chunk_id
