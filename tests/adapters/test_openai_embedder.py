"""The embedder over the vendor's wire format: requests, limits, faults."""

from __future__ import annotations

import asyncio
import base64
import traceback
from array import array
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.adapters.openai import OpenAIEmbedder
from data_pipeline.adapters.openai.embedding_wire import read_reply, request_groups, sendable
from data_pipeline.errors import EmbedderUnavailableError, TextRefusedError
from data_pipeline.language import estimate_tokens
from tests.wire import faults
from tests.wire.fault_plan import Fault
from tests.wire.openai_server import API_KEY, OpenAIServer

SECRET = "Mrs Ondine Quill lost her lamp"
Open = Callable[..., OpenAIEmbedder]


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as served:
        yield served


@pytest.fixture
async def opened(server: OpenAIServer) -> AsyncIterator[Open]:
    """Makes embedders over the server and closes them."""
    made: list[OpenAIEmbedder] = []

    def make(key: str = API_KEY, url: str = server.base_url, **choices: Any) -> OpenAIEmbedder:
        made.append(OpenAIEmbedder(key, url, **{"dimensions": 8, "max_retries": 0} | choices))
        return made[-1]

    yield make
    for embedder in made:
        await embedder.close()


async def failure(embedder: OpenAIEmbedder, text: str = SECRET) -> EmbedderUnavailableError:
    with pytest.raises(EmbedderUnavailableError) as caught:
        await embedder.embed([text], "query")
    return caught.value


# Requests


async def test_asks_other_servers_for_numbers(server: OpenAIServer, opened: Open) -> None:
    """Few servers that speak the protocol have base64, so they are not asked for it."""
    await opened(dimensions=8).embed(["a", "b"], "query")
    (request,) = server.requests
    assert request.path == "/v1/embeddings"
    assert request.json() == {
        "model": "text-embedding-3-small",
        "input": ["a", "b"],
        "dimensions": 8,
        "encoding_format": "float",
    }


async def test_sends_no_dimensions_where_there_is_no_choice(
    server: OpenAIServer, opened: Open
) -> None:
    """`dimensions=None` leaves the field out; the length is known, or learnt from the reply."""
    known = opened(dimensions=None)
    assert (known.dimensions, known.identity) == (1536, "text-embedding-3-small/1536")
    await known.embed(["a"], "passage")
    assert "dimensions" not in server.requests[0].json()


@respx.mock
async def test_asks_the_vendor_for_packed_numbers() -> None:
    """base64 is a third of the bytes; it is unpacked to the same numbers."""
    packed = base64.b64encode(array("f", [3.0, 4.0]).tobytes()).decode()
    route = respx.post("https://api.openai.com/v1/embeddings").respond(
        json={"data": [{"index": 0, "embedding": packed}], "usage": {"prompt_tokens": 3}}
    )
    embedder = OpenAIEmbedder(API_KEY, dimensions=2)
    embeddings = await embedder.embed(["a"], "query")
    await embedder.close()
    assert list(embeddings.vectors[0]) == pytest.approx([0.6, 0.8])
    assert embeddings.tokens == 3
    assert msgspec.json.decode(route.calls[0].request.content)["encoding_format"] == "base64"


async def test_splits_by_the_number_of_texts(server: OpenAIServer, opened: Open) -> None:
    """More texts than a request may hold become several requests, their vectors in order."""
    texts = [f"word{number}" for number in range(5000)]
    embeddings = await opened().embed(texts, "passage")
    assert [len(request.json()["input"]) for request in server.requests] == [2048, 2048, 904]
    alone = await opened().embed([texts[3000]], "passage")
    assert embeddings.vectors[3000] == alone.vectors[0]


async def test_splits_by_tokens_and_cuts_long_texts(server: OpenAIServer, opened: Open) -> None:
    """What the server would refuse for its size is sent in parts, and too long texts are cut."""
    texts = ["a tale of many words " * 5_000] * 60
    embeddings = await opened().embed(texts, "passage")
    assert len(embeddings.vectors) == 60
    assert len(server.requests) > 1
    assert all(
        len(text) < 33_000 for request in server.requests for text in request.json()["input"]
    )


async def test_takes_fewer_texts_per_request_when_told(server: OpenAIServer, opened: Open) -> None:
    """Some servers stop at 32 texts."""
    await opened(max_inputs=2).embed(["a", "b", "c"], "passage")
    assert [request.json()["input"] for request in server.requests] == [["a", "b"], ["c"]]


@given(st.lists(st.text(max_size=50), max_size=30), st.integers(1, 7))
def test_no_text_is_lost_in_splitting(texts: list[str], most: int) -> None:
    """Groups hold all texts in order, none is empty or larger than allowed."""
    groups = list(request_groups(texts, most))
    assert [text for group in groups for text in group] == texts
    assert all(0 < len(group) <= most for group in groups)


@given(st.text(st.characters()))
def test_every_text_becomes_sendable(text: str) -> None:
    """Any text at all, half characters included, becomes one that JSON and the vendor take."""
    sent = sendable(text)
    assert sent
    assert sent.encode()
    assert len(sent) == max(1, len(text)) or not text.strip()


@pytest.mark.parametrize("unit", ["word ", "漢字", "x", "🦤", "\n"])
def test_long_texts_are_cut_once_and_not_too_short(unit: str) -> None:
    """A cut text fits the vendor's limit, and uses at least a good part of it."""
    sent = sendable("a" + unit * 40_000)
    assert 3_000 < estimate_tokens(sent) <= 4_096


# Replies


def reply_of(*data: dict[str, Any], **fields: Any) -> bytes:
    return msgspec.json.encode({"data": data, **fields})


def test_vectors_are_ordered_by_their_index() -> None:
    """A server may reply in any order, or leave the index out where it is the place."""
    body = reply_of({"index": 1, "embedding": [0, 1]}, {"index": 0, "embedding": [1, 0]})
    assert [list(vector) for vector in read_reply(body, 2, 2).vectors] == [[1, 0], [0, 1]]
    body = reply_of({"embedding": [0, 1]}, {"embedding": [1, 0]})
    assert [list(vector) for vector in read_reply(body, 2, 2).vectors] == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    "body",
    [
        reply_of(),
        reply_of({"index": 0, "embedding": [1, 0]}),
        reply_of({"index": 0, "embedding": [1, 0]}, {"index": 0, "embedding": [0, 1]}),
        reply_of({"index": 0, "embedding": [1, 0]}, {"index": 7, "embedding": [0, 1]}),
        reply_of({"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": [0, 1, 0]}),
        reply_of({"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": [0, 0]}),
        reply_of({"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": []}),
        reply_of({"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": [1e300, 0]}),
        reply_of({"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": ["1", 0]}),
        reply_of({"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": "no base64!"}),
        reply_of({"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": "AAA="}),
        b'{"data": null}',
        b"[]",
        b"",
        b"\xff\xfe",
        b'{"error": "model is loading"}',
    ],
)
async def test_a_reply_of_another_shape_is_an_error(
    server: OpenAIServer, opened: Open, body: bytes
) -> None:
    """Missing, doubled, zero, overflowing or short vectors never pass for vectors."""
    server.faults.always(faults.garbage(body))
    with pytest.raises(EmbedderUnavailableError, match="shape"):
        await opened(dimensions=2).embed(["a", "b"], "query")


def test_deeply_nested_replies_are_an_error_and_not_a_crash() -> None:
    """A hostile reply exhausts no stack."""
    with pytest.raises((RecursionError, msgspec.MsgspecError)):
        read_reply(b'{"data": ' + b"[" * 100_000, 1, 2)


async def test_vectors_of_another_length_are_an_error(server: OpenAIServer, opened: Open) -> None:
    """A server that ignores `dimensions` would fill the index with what cannot be compared."""
    server.faults.always(
        faults.changed(lambda reply: reply | {"data": [{"index": 0, "embedding": [1.0] * 9}]})
    )
    assert "shape" in str(await failure(opened(dimensions=8)))


async def test_fields_that_came_later_are_no_harm(server: OpenAIServer, opened: Open) -> None:
    """The vendor adds fields without notice."""
    server.faults.add(faults.extra_fields())
    assert (await opened().embed(["a"], "query")).tokens > 0


async def test_missing_usage_costs_nothing(server: OpenAIServer, opened: Open) -> None:
    """Some servers do not count."""
    server.faults.add(faults.changed(lambda reply: {"data": reply["data"]}))
    assert (await opened().embed(["a"], "query")).tokens == 0


# Faults


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        (faults.refusal(401, code="invalid_api_key"), "refuses the API key"),
        (faults.refusal(403), "may not use the model"),
        (faults.refusal(404, code="model_not_found"), "has no model text-embedding-3-small"),
        (faults.refusal(429, code="insufficient_quota"), "no credit left"),
        (faults.refusal(429), "asked too much"),
        (faults.refusal(500), "status 500"),
        (faults.refusal(503, body=b"<html>overloaded</html>"), "status 503"),
        (faults.refusal(418), "does not take the request"),
        (faults.reset(), "cannot be reached"),
        (faults.truncated(), "cannot be reached"),
        (faults.half_json(), "shape"),
        (faults.garbage(), "shape"),
    ],
)
async def test_each_fault_is_told_with_its_remedy(
    server: OpenAIServer, opened: Open, fault: Fault, remedy: str
) -> None:
    """Whatever goes wrong is one error that says what to do, and holds no text and no key."""
    server.faults.always(fault)
    error = await failure(opened())
    assert remedy in str(error)
    told = "".join(traceback.format_exception(error)) + repr(error)
    assert SECRET not in told
    assert API_KEY not in told


async def test_the_vendors_sentence_is_not_repeated(server: OpenAIServer, opened: Open) -> None:
    """Vendors quote the key and the text in what they say."""
    server.faults.always(faults.refusal(401, f"Incorrect key {API_KEY} for {SECRET}", code=SECRET))
    told = "".join(traceback.format_exception(await failure(opened())))
    assert SECRET not in told
    assert API_KEY not in told


@pytest.mark.parametrize("fault", [faults.hang(), faults.delay(9), faults.slow(0.05)])
async def test_a_whole_call_is_bounded(server: OpenAIServer, opened: Open, fault: Fault) -> None:
    """Silence and dripping end after the time given, retries included."""
    embedder = opened(timeout_seconds=0.3, max_retries=3)
    await embedder.open()
    server.faults.always(fault)
    assert "within 0.3 s" in str(await failure(embedder))


async def test_what_passes_is_tried_again(server: OpenAIServer, opened: Open) -> None:
    """With retries a short fault is not noticed."""
    server.faults.add(faults.refusal(429, headers={"retry-after-ms": "1"}))
    assert (await opened(max_retries=1).embed(["a"], "passage")).vectors
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (faults.rate_limited("60"), "asked too much"),
        (faults.refusal(429, headers={"retry-after-ms": "60000"}), "asked too much"),
        (faults.refusal(429, code="insufficient_quota"), "no credit left"),
    ],
)
async def test_what_cannot_pass_in_time_is_not(
    server: OpenAIServer, opened: Open, fault: Fault, told: str
) -> None:
    """A wait beyond the call's own time, and an empty account, fail at once."""
    server.faults.always(fault)
    assert told in str(await failure(opened(max_retries=3)))
    assert len(server.requests) == 1


async def test_a_refused_text_is_told_apart(server: OpenAIServer, opened: Open) -> None:
    """A text that the service does not take says nothing against the service."""
    server.faults.always(faults.refusal(400))
    assert type(await failure(opened())) is TextRefusedError
    server.faults.clear()
    assert type(await failure(opened(dimensions=9_999))) is EmbedderUnavailableError


@pytest.mark.parametrize("key", ["sk-ünï", "sk-a b", "sk-a\nb", "sk-\x00"])
async def test_a_key_that_no_header_carries(server: OpenAIServer, opened: Open, key: str) -> None:
    """A key pasted with something else in it is told, and is not in what is told."""
    told = "".join(traceback.format_exception(await failure(opened(key))))
    assert "API key" in told
    assert key not in told
    assert not server.requests


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense", "ftp://host/v1", "http://["])
async def test_a_server_that_is_not_there(opened: Open, url: str) -> None:
    """A closed port and a base URL that is none are told as such."""
    assert "base URL" in str(await failure(opened(url=url)))


async def test_servers_at_home_need_no_key(opened: Open) -> None:
    """Without a key a placeholder is sent, which such servers do not look at."""
    with OpenAIServer(api_key="none") as home:
        embedder = opened("", home.base_url)
        assert (await embedder.embed(["a"], "query")).vectors
        await embedder.close()


# Naming and closing


def test_repr_shows_no_key() -> None:
    """Neither the key nor a password in the base URL is shown."""
    embedder = OpenAIEmbedder(API_KEY, "https://user:hidden@models.example/v1")
    assert repr(embedder) == "OpenAIEmbedder('text-embedding-3-small/1536' at 'models.example')"
    assert API_KEY not in repr(vars(embedder))
    assert "hidden" not in repr(vars(embedder))


@pytest.mark.parametrize(
    ("model", "dimensions", "identity"),
    [
        ("text-embedding-3-small", 1536, "text-embedding-3-small/1536"),
        ("text-embedding-3-small", None, "text-embedding-3-small/1536"),
        ("text-embedding-3-large", 256, "text-embedding-3-large/256"),
        ("nomic-embed-text", None, "nomic-embed-text"),
        ("textembedding@003", 768, "textembedding:003/768"),
    ],
)
def test_identity(model: str, dimensions: int | None, identity: str) -> None:
    """Equal vectors have equal identities, on whatever host; none has an at sign."""
    for url in ("https://one.example", "https://two.example"):
        assert OpenAIEmbedder("k", url, model=model, dimensions=dimensions).identity == identity


async def test_the_length_of_an_unknown_model_is_learnt(opened: Open) -> None:
    """A model without a choice of length tells it with its first reply, and is held to it."""
    with respx.mock(base_url="http://home.example") as mock:
        lengths = iter([3, 4])
        mock.post("/v1/embeddings").mock(
            side_effect=lambda _: httpx.Response(
                200, json={"data": [{"index": 0, "embedding": [1.0] * next(lengths)}]}
            )
        )
        embedder = opened(url="http://home.example/v1", model="at-home", dimensions=None)
        assert embedder.dimensions == 0
        await embedder.embed(["a"], "query")
        assert embedder.dimensions == 3
        assert "shape" in str(await failure(embedder))


async def test_can_be_used_after_closing(opened: Open) -> None:
    """Closing lets go of connections; a later call opens new ones."""
    embedder = opened()
    await embedder.close()
    assert (await embedder.embed(["a"], "query")).vectors
    await embedder.close()
    await embedder.close()
    assert (await embedder.embed(["a"], "query")).vectors


async def test_first_calls_at_once_open_one_client(opened: Open) -> None:
    """Callers that come while the client is built wait for it."""
    embedder = opened()
    clients = await asyncio.gather(*(embedder._account.client() for _ in range(20)))
    assert len({id(client) for client in clients}) == 1
    assert len(await asyncio.gather(*(embedder.embed(["a"], "query") for _ in range(20)))) == 20
