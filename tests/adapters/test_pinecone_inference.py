"""The reranker and the embedder at Pinecone, over the wire and through every failure of it."""

from __future__ import annotations

import asyncio
import logging
import math
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from data_pipeline.adapters.pinecone_embedder import PineconeEmbedder
from data_pipeline.adapters.pinecone_reranker import PineconeReranker
from data_pipeline.errors import EmbedderUnavailableError, KbgateError, RerankerUnavailableError
from data_pipeline.ports import Embedder, Reranker
from tests.wire import faults
from tests.wire.exchange import Reply
from tests.wire.fault_plan import Fault
from tests.wire.pinecone_server import API_KEY, PineconeServer

SECRET = "Mrs-Confidential-4711"
TEXTS = ["nothing of it", "a refund to the card", "the refund"]


@pytest.fixture(autouse=True)
def _fresh_sdk() -> Iterator[None]:
    """The SDK counts failures per host for the whole process and stops retrying."""
    yield
    from pinecone._internal import bulk, http_client  # noqa: PLC0415 (what it keeps between tests)

    http_client.get_budget_registry()._reset()
    bulk.get_registry()._reset()


@pytest.fixture
def server() -> Iterator[PineconeServer]:
    with PineconeServer() as running:
        yield running


@pytest.fixture
async def reranker(server: PineconeServer) -> AsyncIterator[PineconeReranker]:
    made = PineconeReranker(API_KEY, control_host=server.url, timeout_seconds=5.0)
    yield made
    await made.close()


@pytest.fixture
async def embedder(server: PineconeServer) -> AsyncIterator[PineconeEmbedder]:
    made = PineconeEmbedder(API_KEY, control_host=server.url)
    yield made
    await made.close()


def test_both_are_what_the_ports_ask_for() -> None:
    reranker: Reranker = PineconeReranker("key")
    embedder: Embedder = PineconeEmbedder("key")
    assert (embedder.identity, embedder.dimensions) == ("multilingual-e5-large/1024", 1024)
    assert "key" not in repr(reranker) + repr(embedder)


def test_importing_the_adapters_loads_no_sdk() -> None:
    """It costs an eighth of a second, which a service without Pinecone must not pay."""
    imports = "import data_pipeline.adapters.pinecone_reranker as r; r.PineconeReranker('key'); "
    imports += "import data_pipeline.adapters.pinecone_embedder as e; e.PineconeEmbedder('key'); "
    check = "import sys; sys.exit('pinecone' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", imports + check], check=False).returncode == 0


async def test_scores_come_in_the_order_of_the_texts(
    server: PineconeServer, reranker: PineconeReranker
) -> None:
    """The vendor sends them best first."""
    scores = (await reranker.rerank("refund card", TEXTS)).scores
    assert scores[1] > scores[2] > scores[0]
    (request,) = server.sent_to("/rerank")
    assert request.json()["model"] == "bge-reranker-v2-m3"
    assert request.json()["return_documents"] is False
    assert request.headers["api-key"] == API_KEY


@pytest.mark.parametrize(
    ("query", "texts"), [("", TEXTS), (" \n", TEXTS), ("refund", []), ("refund", ["", " \n"])]
)
async def test_where_nothing_can_be_judged_nobody_is_asked(
    server: PineconeServer, reranker: PineconeReranker, query: str, texts: list[str]
) -> None:
    assert (await reranker.rerank(query, texts)).scores == (0.0,) * len(texts)
    assert server.requests == []


async def test_a_blank_text_scores_least_and_is_not_sent(
    server: PineconeServer, reranker: PineconeReranker
) -> None:
    scores = (await reranker.rerank("refund", ["", "no", "refund", " "])).scores
    assert scores[0] == scores[3] == 0.0
    assert scores[0] < scores[1] < scores[2]
    assert len(server.requests[0].json()["documents"]) == 2


async def test_more_texts_than_one_request_takes_are_asked_in_several(
    server: PineconeServer, reranker: PineconeReranker
) -> None:
    texts = [f"text {n}" for n in range(250)]
    scores = (await reranker.rerank("149 text", texts)).scores
    assert max(range(250), key=scores.__getitem__) == 149
    assert sorted(len(request.json()["documents"]) for request in server.requests) == [50, 100, 100]


@pytest.mark.parametrize("model", ["bge-reranker-v2-m3", "pinecone-rerank-v0", "cohere-rerank-3.5"])
@pytest.mark.parametrize(
    "text", ["word " * 100_000, "x" * 500_000, "漢" * 100_000, "\ud83d half \udc00", "\x00 nul"]
)
async def test_huge_and_hostile_texts_are_cut_and_mended(
    server: PineconeServer, model: str, text: str
) -> None:
    reranker = PineconeReranker(API_KEY, model=model, control_host=server.url, timeout_seconds=9)
    scores = (await reranker.rerank(text, [text, "short"])).scores
    await reranker.close()
    assert len(scores) == 2
    assert all(map(math.isfinite, scores))
    assert len(server.requests[0].body) < 100_000


async def test_it_opens_again_after_it_was_closed(reranker: PineconeReranker) -> None:
    await reranker.open()
    await reranker.close()
    await reranker.close()
    assert len((await reranker.rerank("refund", TEXTS)).scores) == 3


async def test_a_lost_connection_is_tried_once_more(
    server: PineconeServer, reranker: PineconeReranker
) -> None:
    for fault in (faults.reset(), faults.refusal(503), faults.rate_limited("0")):
        server.faults.add(fault)
        assert len((await reranker.rerank("refund", TEXTS)).scores) == 3
    assert len(server.requests) == 6


def reordered(change: Callable[[list[Any]], list[Any]]) -> Fault:
    return faults.changed(lambda reply: reply | {"data": change(reply["data"])})


FAILURES: dict[str, tuple[Fault, str]] = {
    "400": (faults.refusal(400, SECRET), "status 400"),
    "401": (faults.refusal(401, SECRET), "PINECONE_API_KEY"),
    "402": (faults.refusal(402, SECRET), "bill"),
    "403": (faults.refusal(403, SECRET), "PINECONE_API_KEY"),
    "404": (faults.refusal(404, SECRET), "no model"),
    "413": (faults.refusal(413, SECRET), "status 413"),
    "429": (faults.rate_limited("0"), "quotas"),
    "500": (faults.refusal(500, SECRET), "status 500"),
    "503 of a proxy": (faults.refusal(503, body=SECRET.encode()), "status 503"),
    "reset": (faults.reset(), "cannot be reached"),
    "truncated": (faults.truncated(), "cannot be reached"),
    "half": (faults.half_json(), "something else"),
    "garbage": (faults.garbage(SECRET.encode()), "something else"),
    "empty": (faults.garbage(b""), "something else"),
    "a list": (faults.garbage(b"[]"), "something else"),
    "null": (faults.changed(lambda _: None), "something else"),
    "other fields": (faults.changed(lambda _: {"error": SECRET}), "something else"),
    "none": (reordered(lambda _: []), "something else"),
    "one missing": (reordered(lambda data: data[:-1]), "something else"),
}


@pytest.mark.parametrize(("fault", "told"), FAILURES.values(), ids=FAILURES)
async def test_every_failure_is_one_error_that_says_what_to_do(
    server: PineconeServer,
    reranker: PineconeReranker,
    embedder: PineconeEmbedder,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    told: str,
) -> None:
    """Neither the error, nor its chain, nor the log holds words of the texts or the key."""
    caplog.set_level(logging.INFO)
    server.faults.always(fault)
    calls: list[tuple[Callable[[], Awaitable[object]], type[KbgateError]]] = [
        (lambda: reranker.rerank(SECRET, [SECRET, "b"]), RerankerUnavailableError),
        (lambda: embedder.embed([SECRET, "b"], "query"), EmbedderUnavailableError),
    ]
    for call, error in calls:
        with pytest.raises(error, match=told) as raised:
            await call()
        assert raised.value.__cause__ is None
        assert raised.value.__suppress_context__
        assert SECRET not in f"{raised.value}{caplog.text}"
        assert API_KEY not in f"{raised.value}{caplog.text}"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: [data[0] | {"index": 7}, *data[1:]],
        lambda data: [data[0], data[0], data[0]],
        lambda data: [data[0] | {"index": -1}, *data[1:]],
        lambda data: [data[0] | {"score": None}, *data[1:]],
        lambda data: [data[0] | {"score": "high"}, *data[1:]],
        lambda data: [*data, data[0]],
    ],
    ids=["beyond", "one place thrice", "negative", "no score", "a word", "one too many"],
)
async def test_scores_that_belong_to_no_text_are_refused(
    server: PineconeServer, reranker: PineconeReranker, change: Callable[[list[Any]], list[Any]]
) -> None:
    server.faults.add(reordered(change))
    with pytest.raises(RerankerUnavailableError, match="something else"):
        await reranker.rerank("refund", TEXTS)


@pytest.mark.parametrize(
    "fault",
    [faults.hang(), faults.delay(30), faults.rate_limited("50")],
    ids="hang late 429".split(),
)
async def test_a_server_that_hangs_or_asks_to_wait_is_left_in_time(
    server: PineconeServer, fault: Fault
) -> None:
    reranker = PineconeReranker(API_KEY, control_host=server.url, timeout_seconds=0.3)
    await reranker.open()
    server.faults.add(fault)
    with pytest.raises(RerankerUnavailableError, match=r"within 0\.3 s"):
        await reranker.rerank("refund", TEXTS)
    await reranker.close()


async def test_a_caller_who_is_cancelled_is_cancelled(
    server: PineconeServer, reranker: PineconeReranker
) -> None:
    server.faults.always(faults.hang())
    call = asyncio.create_task(reranker.rerank("refund", TEXTS))
    await asyncio.to_thread(server.wait_for, 1)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


@pytest.mark.parametrize("key", ["", "  ", "not\nheader", "schlüssel"])
async def test_a_key_that_cannot_be_sent_is_told(
    server: PineconeServer, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is one looked for in the environment."""
    monkeypatch.setenv("PINECONE_API_KEY", API_KEY)
    reranker = PineconeReranker(key, control_host=server.url)
    with pytest.raises(RerankerUnavailableError, match="PINECONE_API_KEY") as raised:
        await reranker.rerank("refund", TEXTS)
    assert server.requests == []
    assert not key.strip() or key not in str(raised.value)


@pytest.mark.parametrize("host", ["http://127.0.0.1:9", "nonsense", "http://"])
async def test_an_address_where_nobody_answers_is_told(host: str) -> None:
    reranker = PineconeReranker(API_KEY, control_host=host, max_retries=0)
    with pytest.raises(RerankerUnavailableError, match="KB_PINECONE_CONTROL_HOST"):
        await reranker.rerank("refund", TEXTS)
    await reranker.close()


async def test_an_unknown_model_is_told(server: PineconeServer) -> None:
    reranker = PineconeReranker(API_KEY, model="none-such", control_host=server.url)
    with pytest.raises(RerankerUnavailableError, match=r"no model none-such.*KB_RERANKER"):
        await reranker.rerank("refund", TEXTS)
    await reranker.close()


async def test_vectors_are_of_length_one_in_order_with_their_tokens(
    server: PineconeServer, embedder: PineconeEmbedder
) -> None:
    made = await embedder.embed(["one two", "", "\ud83d", "one two"], "passage")
    assert [len(vector) for vector in made.vectors] == [1024] * 4
    assert all(math.hypot(*vector) == pytest.approx(1.0) for vector in made.vectors)
    assert made.vectors[0] == made.vectors[3] != made.vectors[1]
    assert made.tokens > 0
    assert server.requests[0].json()["parameters"]["input_type"] == "passage"


async def test_a_batch_is_96_texts(server: PineconeServer, embedder: PineconeEmbedder) -> None:
    texts = [f"text {n}" for n in range(200)]
    made = await embedder.embed(texts, "query")
    alone = await embedder.embed([texts[150]], "query")
    assert made.vectors[150] == alone.vectors[0]
    assert sorted(len(request.json()["inputs"]) for request in server.requests) == [1, 8, 96, 96]


async def test_no_texts_are_no_request(server: PineconeServer, embedder: PineconeEmbedder) -> None:
    assert (await embedder.embed([], "query")).vectors == ()
    assert server.requests == []


async def test_another_length_is_asked_for(server: PineconeServer) -> None:
    embedder = PineconeEmbedder(
        API_KEY, model="llama-text-embed-v2", dimensions=384, control_host=server.url
    )
    assert len((await embedder.embed(["x"], "query")).vectors[0]) == 384
    assert embedder.identity == "llama-text-embed-v2/384"
    await embedder.close()


def vectors(values: object, **more: object) -> Fault:
    data = [{"values": values, "vector_type": "dense"}]
    return faults.changed(lambda reply: reply | {"data": data} | more)


@pytest.mark.parametrize(
    "fault",
    [
        vectors([0.0] * 1024),
        vectors([1.0] * 8),
        vectors([]),
        vectors(["x"] * 1024),
        Fault(lambda reply: Reply(body=reply.body.replace(b'"dense"', b'"sparse"'))),
    ],
    ids=["zero", "short", "empty", "words", "sparse"],
)
async def test_a_vector_that_is_none_is_refused(
    server: PineconeServer, embedder: PineconeEmbedder, fault: Fault
) -> None:
    server.faults.add(fault)
    with pytest.raises(EmbedderUnavailableError, match="something else"):
        await embedder.embed(["x"], "query")
