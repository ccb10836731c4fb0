"""The fake vendor, driven by the vendor's own client."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from pinecone import AsyncIndex, AsyncPinecone, DenseVectorQuery, SchemaBuilder, TextQuery
from pinecone.errors import ApiError, NotFoundError, PineconeError, UnauthorizedError

from tests.wire import faults
from tests.wire.fault_plan import Fault
from tests.wire.pinecone_schema import document_schema
from tests.wire.pinecone_server import API_KEY, PineconeServer
from tests.wire.vectors import bag_of_words_vector

NAMESPACE = "tenant one/kb"
TEXTS = {
    "a#0": ("Returns", "Send the parcel back within thirty days"),
    "a#1": ("Returns", "The refund is paid to the card"),
    "b#0": ("Fees", "A transfer abroad costs four euros"),
}


@pytest.fixture
def server() -> Iterator[PineconeServer]:
    with PineconeServer(schema=document_schema(64)) as running:
        yield running


@pytest.fixture
async def index(server: PineconeServer) -> AsyncIterator[AsyncIndex]:
    async with AsyncIndex(host=server.url, api_key=API_KEY, timeout=5.0) as opened:
        yield opened


def document(identifier: str, **more: Any) -> dict[str, Any]:
    title, text = TEXTS.get(identifier, ("Title", "Text"))
    vector = bag_of_words_vector(f"{title} {text}", 64)
    article = identifier.partition("#")[0]
    base = {"_id": identifier, "embedding": vector, "title": title, "text": text}
    return base | {"article_id": article} | more


async def filled(index: AsyncIndex) -> None:
    documents = [document(each) for each in TEXTS]
    await index.documents.upsert(namespace=NAMESPACE, documents=documents)


async def searched(index: AsyncIndex, query: str, **more: Any) -> list[str]:
    found = await index.documents.search(
        namespace=NAMESPACE, top_k=10, score_by=[TextQuery(query=query, fields=["text"])], **more
    )
    return [match.id for match in found.matches]


async def listed(index: AsyncIndex, prefix: str = "") -> list[str]:
    return [d.id async for d in index.documents.list(namespace=NAMESPACE, prefix=prefix, limit=2)]


async def test_an_index_is_created_described_and_deleted_through_the_client() -> None:
    with PineconeServer() as server:
        async with AsyncPinecone(api_key=API_KEY, host=server.url) as client:
            schema = (
                SchemaBuilder()
                .add_dense_vector_field("embedding", dimension=4, metric="cosine")
                .add_string_field("text", language="en", stemming=True, stop_words=True)
                .build()
            )
            place = {"deployment_type": "managed", "cloud": "aws", "region": "us-east-1"}
            made = await client.indexes.create(
                name="kb", schema=schema, deployment=place, timeout=5
            )
            assert made.host == server.url
            assert made.status.ready
            assert made.schema.to_dict()["fields"]["text"]["full_text_search"]["stemming"]
            assert [each.name async for each in client.indexes.list()] == ["kb"]
            await client.indexes.delete("kb", timeout=-1)
            with pytest.raises(NotFoundError):
                await client.indexes.describe("kb")


async def test_an_index_is_not_ready_at_once_when_the_test_says_so() -> None:
    with PineconeServer() as server:
        server.ready_after = 3600
        server.add_index("kb")
        async with AsyncPinecone(api_key=API_KEY, host=server.url) as client:
            described = await client.indexes.describe("kb")
    assert (described.status.ready, described.status.state) == (False, "Initializing")


async def test_a_second_index_has_a_host_and_documents_of_its_own(server: PineconeServer) -> None:
    second = server.add_index("other", document_schema(2))
    async with AsyncIndex(host=second.host, api_key=API_KEY) as index:
        await index.documents.upsert(
            namespace="n", documents=[{"_id": "x", "embedding": [1.0, 0.0], "text": "hello"}]
        )
    assert list(second.documents.all("n")) == ["x"]
    assert server.documents.all("n") == {}


async def test_a_classic_index_is_told_by_its_schema_and_takes_no_documents() -> None:
    with PineconeServer() as server:
        server.add_classic_index("old", 3)
        async with AsyncPinecone(api_key=API_KEY, host=server.url) as client:
            described = await client.indexes.describe("old")
            assert list(described.schema.fields) == ["_values"]
            assert described.dimension == 3
        async with AsyncIndex(host=described.host or "", api_key=API_KEY) as index:
            with pytest.raises(ApiError) as refused:
                await index.documents.upsert(namespace="n", documents=[{"_id": "x", "text": "t"}])
    assert refused.value.status_code == 400


async def test_text_search_finds_what_holds_the_words_and_shows_the_asked_fields(
    server: PineconeServer, index: AsyncIndex
) -> None:
    await filled(index)
    clause = TextQuery(query="refund parcel, card!", fields=["text", "title"])
    found = await index.documents.search(
        namespace=NAMESPACE, top_k=5, score_by=[clause], include_fields=["title", "article_id"]
    )
    assert [match.id for match in found.matches] == ["a#1", "a#0"]
    assert set(found.matches[0].to_dict()) == {"_id", "_score", "title", "article_id"}
    assert found.usage is not None
    assert (found.namespace, found.usage.read_units) == (NAMESPACE, 1)
    bare = await index.documents.search(namespace=NAMESPACE, top_k=1, score_by=[clause])
    assert set(bare.matches[0].to_dict()) == {"_id", "_score"}


async def test_vector_search_is_an_exact_cosine(index: AsyncIndex) -> None:
    await filled(index)
    same = bag_of_words_vector("Fees A transfer abroad costs four euros", 64)
    found = await index.documents.search(
        namespace=NAMESPACE, top_k=2, score_by=[DenseVectorQuery(field="embedding", values=same)]
    )
    assert found.matches[0].id == "b#0"
    assert found.matches[0].score == pytest.approx(1.0)
    assert len(found.matches) == 2


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"article_id": {"$eq": "a"}}, ["a#0", "a#1"]),
        ({"article_id": "b"}, ["b#0"]),
        ({"article_id": {"$ne": "a"}}, ["b#0"]),
        ({"article_id": {"$in": ["b", "c"]}}, ["b#0"]),
        ({"article_id": {"$nin": ["b"]}}, ["a#0", "a#1"]),
        ({"tags": {"$in": ["new", "x"]}}, ["a#0"]),
        ({"tags": {"$eq": "old"}}, ["a#0"]),
        ({"rank": {"$gte": 2, "$lt": 3}}, ["a#1"]),
        ({"live": {"$eq": True}}, ["b#0"]),
        ({"rank": {"$eq": True}}, []),
        ({"tags": {"$exists": True}}, ["a#0"]),
        ({"$or": [{"rank": {"$gt": 2}}, {"tags": "old"}]}, ["a#0", "b#0"]),
        ({"$and": [{"article_id": "a"}, {"rank": {"$lte": 1}}]}, ["a#0"]),
        ({"text": {"$match_phrase": "the card"}}, ["a#1"]),
        ({"text": {"$match_all": "card the"}}, ["a#1"]),
        ({"text": {"$match_any": "euros parcel"}}, ["a#0", "b#0"]),
    ],
)
async def test_filters(index: AsyncIndex, condition: dict[str, Any], expected: list[str]) -> None:
    documents = [
        document("a#0", rank=1, tags=["old", "new"]),
        document("a#1", rank=2),
        document("b#0", rank=3.5, live=True),
    ]
    await index.documents.upsert(namespace=NAMESPACE, documents=documents)
    found = await index.documents.fetch(namespace=NAMESPACE, filter=condition)
    assert sorted(found.documents) == expected


@pytest.mark.parametrize(
    "condition",
    [
        {"article_id": {"$like": "a"}},
        {"$nor": [{"article_id": "a"}]},
        {"article_id": {"$in": []}},
        {"article_id": {"$in": "a"}},
        {"article_id": {"$eq": None}},
        {"article_id": {}},
        {"rank": {"$gt": "1"}},
        {"text": {"$eq": "hello"}},
        {"embedding": {"$eq": 1}},
        {"article_id": {"$match_any": "a"}},
        {"$and": []},
    ],
)
async def test_a_filter_that_the_vendor_does_not_know_is_refused(
    index: AsyncIndex, condition: dict[str, Any]
) -> None:
    await filled(index)
    with pytest.raises(ApiError) as refused:
        await searched(index, "refund", filter=condition)
    assert refused.value.status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"article_id": None},
        {"scope": {"country": "de"}},
        {"numbers": [1, 2]},
        {"nested": [["a"]]},
        {"_hidden": "x"},
        {"$hidden": "x"},
        {"embedding": [1.0, 2.0]},
        {"embedding": [0.0] * 64},
        {"embedding": "near"},
        {"text": 5},
        {"note": "x" * 41_000},
    ],
)
async def test_a_document_that_the_vendor_does_not_store_is_refused(
    server: PineconeServer, index: AsyncIndex, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ApiError) as refused:
        await index.documents.upsert(
            namespace=NAMESPACE, documents=[document("a#0"), document("a#1") | wrong]
        )
    assert refused.value.status_code == 400
    assert server.documents.all(NAMESPACE) == {}


async def test_long_text_is_no_metadata(server: PineconeServer, index: AsyncIndex) -> None:
    await index.documents.upsert(namespace="n", documents=[document("a#0", text="x " * 100_000)])
    assert len(server.documents.all("n")) == 1


@pytest.mark.parametrize("identifier", ["", "ä", "x" * 513, "null\x00", 5, None])
def test_an_id_is_512_ascii_characters_at_most(server: PineconeServer, identifier: object) -> None:
    """Asked without the client, which would refuse them itself."""
    body = {"documents": [{"_id": identifier, "text": "t"}]}
    reply = httpx.post(
        f"{server.url}/namespaces/n/documents/upsert", json=body, headers={"Api-Key": API_KEY}
    )
    assert reply.status_code == 400
    assert reply.json()["error"]["code"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"documents": []}', 400),
        (b'{"documents": 5}', 400),
        (b'{"documents": [5]}', 400),
        (b'{"documents": [{"_id": "a"}, {"_id": "a"}]}', 400),
        (b'{"documents": [' + b'{"_id":"a"},' * 1000 + b'{"_id":"b"}]}', 400),
        (b" " * (2 * 1024 * 1024) + b'{"documents": [{"_id": "a"}]}', 413),
    ],
)
def test_a_broken_upsert_is_refused(server: PineconeServer, body: bytes, status: int) -> None:
    url = f"{server.url}/namespaces/n/documents/upsert"
    reply = httpx.post(url, content=body, headers={"Api-Key": API_KEY})
    assert reply.status_code == status
    assert server.documents.all("n") == {}


async def test_a_batch_that_is_too_large_is_halved_by_the_client(
    server: PineconeServer, index: AsyncIndex
) -> None:
    documents = [document(f"a#{n}", text="x " * 50_000) for n in range(30)]
    done = await index.documents.batch_upsert(
        namespace=NAMESPACE, documents=documents, show_progress=False
    )
    assert (done.failed_item_count, len(server.documents.all(NAMESPACE))) == (0, 30)
    assert len(server.requests) > 1


async def test_listing_pages_through_a_prefix_in_order(
    server: PineconeServer, index: AsyncIndex
) -> None:
    documents = [document(f"a#{n}") for n in range(5)] + [document("b#0")]
    await index.documents.upsert(namespace=NAMESPACE, documents=documents)
    assert await listed(index, "a#") == [f"a#{n}" for n in range(5)]
    assert len(server.sent_to("/list")) == 3
    assert len(await listed(index)) == 6


async def test_fetching_by_filter_pages_and_by_id_leaves_out_what_is_not_there(
    index: AsyncIndex,
) -> None:
    await filled(index)
    pages, token = [], None
    while True:
        page = await index.documents.fetch(
            namespace=NAMESPACE,
            filter={"article_id": "a"},
            limit=1,
            pagination_token=token,
            include_fields=["title"],
        )
        pages.append(list(page.documents))
        token = page.pagination.next if page.pagination else None
        if token is None:
            break
    assert pages == [["a#0"], ["a#1"]]
    some = await index.documents.fetch(namespace=NAMESPACE, ids=["b#0", "none"])
    assert list(some.documents) == ["b#0"]
    assert len(some.documents["b#0"].embedding) == 64


async def test_deleting_by_ids_by_filter_and_everything(
    server: PineconeServer, index: AsyncIndex
) -> None:
    await filled(index)
    await index.documents.delete(namespace=NAMESPACE, ids=["a#0", "none"])
    gone = await index.documents.delete(namespace=NAMESPACE, filter={"article_id": {"$eq": "a"}})
    assert gone.matched_records == 1
    assert await listed(index) == ["b#0"]
    await index.documents.delete(namespace=NAMESPACE, delete_all=True)
    assert await listed(index) == []


async def test_updating_patches_fields(server: PineconeServer, index: AsyncIndex) -> None:
    await filled(index)
    await index.documents.update(namespace=NAMESPACE, documents=[{"_id": "b#0", "title": "Costs"}])
    by_filter = await index.documents.update(
        namespace=NAMESPACE,
        filter={"article_id": "a"},
        set_fields={"edition": "2"},
        remove_fields=["title"],
    )
    assert by_filter.matched_records == 2
    held = server.documents.all(NAMESPACE)
    assert (held["b#0"]["title"], held["a#0"]["edition"]) == ("Costs", "2")
    assert "title" not in held["a#1"]


async def test_whole_numbers_come_back_as_floating_point(index: AsyncIndex) -> None:
    await index.documents.upsert(namespace=NAMESPACE, documents=[document("a#0", position=7)])
    found = await index.documents.fetch(namespace=NAMESPACE, ids=["a#0"])
    assert repr(found.documents["a#0"].position) == "7.0"


async def test_writes_are_seen_only_after_some_reads(
    server: PineconeServer, index: AsyncIndex
) -> None:
    server.documents.visible_after_reads = 2
    await filled(index)
    assert await searched(index, "refund") == []
    assert (await index.documents.fetch(namespace=NAMESPACE, ids=["a#1"])).documents == {}
    assert await searched(index, "refund") == ["a#1"]
    await index.documents.delete(namespace=NAMESPACE, ids=["a#1"])
    assert await searched(index, "refund") == ["a#1"]
    server.documents.settle()
    assert await listed(index) == ["a#0", "b#0"]


async def test_a_filtered_delete_does_not_reach_what_is_not_visible_yet(
    server: PineconeServer, index: AsyncIndex
) -> None:
    server.documents.visible_after = 3600
    await filled(index)
    gone = await index.documents.delete(namespace=NAMESPACE, filter={"article_id": "a"})
    assert gone.matched_records == 0
    assert len(server.documents.all(NAMESPACE)) == 3


async def test_namespaces_are_apart_counted_and_deleted(
    server: PineconeServer, index: AsyncIndex
) -> None:
    await filled(index)
    await index.documents.upsert(namespace="other", documents=[document("z#0")])
    assert await listed(index, "z") == []
    counts = (await index.describe_index_stats()).namespaces
    assert {name: held.vector_count for name, held in counts.items()} == {NAMESPACE: 3, "other": 1}
    await index.delete_namespace(name=NAMESPACE)
    assert list(server.documents.namespaces) == ["other"]


async def test_a_namespace_that_was_never_written_is_empty_or_unknown_as_the_test_says(
    server: PineconeServer, index: AsyncIndex
) -> None:
    assert await searched(index, "refund") == []
    server.documents.strict_namespaces = True
    with pytest.raises(NotFoundError):
        await index.documents.delete(namespace="none", delete_all=True)


async def test_a_wrong_key_is_refused(server: PineconeServer) -> None:
    async with AsyncIndex(host=server.url, api_key="wrong") as index:
        with pytest.raises(UnauthorizedError):
            await searched(index, "refund")


async def test_embedding_and_reranking(server: PineconeServer) -> None:
    async with AsyncPinecone(api_key=API_KEY, host=server.url) as client:
        made = await client.inference.embed(
            "multilingual-e5-large", ["one", "two"], parameters={"input_type": "passage"}
        )
        assert [len(each["values"]) for each in made.to_dict()["data"]] == [1024, 1024]
        ranked = await client.inference.rerank(
            model="bge-reranker-v2-m3",
            query="refund card",
            documents=["nothing here", "the refund", "refund to the card"],
            return_documents=False,
        )
    assert [each.index for each in ranked.data] == [2, 1, 0]
    assert ranked.usage.rerank_units == 1


@pytest.mark.parametrize(
    "fault",
    [faults.refusal(400), faults.refusal(401), faults.refusal(404), faults.half_json()],
    ids=["400", "401", "404", "half"],
)
async def test_faults_reach_the_client_as_its_own_errors(
    server: PineconeServer, index: AsyncIndex, fault: Fault
) -> None:
    await filled(index)
    server.faults.add(fault, path="/search")
    with pytest.raises(PineconeError):
        await searched(index, "refund")
    assert await searched(index, "refund") == ["a#1"]


async def test_a_write_can_be_done_and_its_reply_lost(
    server: PineconeServer, index: AsyncIndex
) -> None:
    """The client tries again on its own after a reset, so the write arrives twice."""
    server.faults.add(faults.reset(), path="/upsert", executed=True)
    await filled(index)
    assert len(server.sent_to("/upsert")) == 2


async def test_fields_of_a_later_version_are_tolerated(
    server: PineconeServer, index: AsyncIndex
) -> None:
    await filled(index)
    server.faults.add(faults.extra_fields())
    assert await searched(index, "refund") == ["a#1"]


async def test_a_hanging_server_is_left_after_the_callers_own_time(
    server: PineconeServer, index: AsyncIndex
) -> None:
    server.faults.always(faults.hang())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await searched(index, "refund")
    server.faults.clear()
    assert await searched(index, "refund") == []


@pytest.mark.slow
def test_it_runs_as_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "tests.wire.pinecone_server", "--index", "kb"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with closing(process.stdout):
            url = process.stdout.readline().strip()
            reply = httpx.get(f"{url}/indexes", headers={"Api-Key": API_KEY})
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert [each["name"] for each in reply.json()["indexes"]] == ["kb"]
