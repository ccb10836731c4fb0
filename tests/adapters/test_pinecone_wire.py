"""What the Pinecone store makes of a bad wire: every failure is one sentence that says what to do.

The SDK's waits between attempts are shortened, which leaves what it does as it is.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import msgspec
import pytest
from pinecone._internal import http_client

from data_pipeline.adapters.pinecone import Pace, PineconeIndex
from data_pipeline.errors import IndexUnavailableError
from data_pipeline.ports import ChunkFilter
from tests.builders_index import an_article, put
from tests.builders_pinecone import DIMENSIONS, QUICK, a_server, an_index, an_index_at
from tests.wire import faults
from tests.wire.fault_plan import Fault
from tests.wire.pinecone_schema import document_schema
from tests.wire.pinecone_server import API_KEY, PineconeServer

NS = "default"
ANY = ChunkFilter()
HASTY = msgspec.structs.replace(QUICK, refresh=600.0, timeout=0.6, settle=0.6, turn=0.3)
ASKED = "parrot"

Call = Callable[[PineconeIndex], Awaitable[object]]
READS: dict[str, Call] = {
    "search": lambda index: index.search(NS, [ASKED], limit=5, where=ANY),
    "article_chunks": lambda index: index.article_chunks(NS, "a"),
}
WRITES: dict[str, Call] = {
    "apply": lambda index: index.apply(NS, [put(an_article("b", "blue"))]),
    "refresh": lambda index: index.refresh(NS, ("plan",)),
    "delete_article": lambda index: index.delete_article(NS, "a"),
}


@pytest.fixture
def server() -> Iterator[PineconeServer]:
    with a_server() as running:
        yield running


@pytest.fixture
async def index(
    server: PineconeServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[PineconeIndex]:
    """An index with one article in it, whose catalogue is in memory."""
    monkeypatch.setattr("pinecone._internal.http_client._async_retry_sleep", _blink)
    writer = an_index(server)
    await writer.apply(NS, [put(an_article("a", "red parrot"))])
    await writer.close()
    opened = an_index(server, HASTY)
    await opened.count(NS)
    yield opened
    await opened.close()
    _forget_retries()


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (faults.refusal(401), "PINECONE_API_KEY"),
        (faults.refusal(402), "bill"),
        (faults.refusal(403), "PINECONE_API_KEY"),
        (faults.refusal(404), "scripts.setup_index"),
        (faults.refusal(400), "status 400"),
        (faults.refusal(422), "status 422"),
        (faults.rate_limited("0"), "too many requests"),
        (faults.rate_limited("nonsense"), "too many requests"),
        (faults.refusal(500), "status 500"),
        (faults.refusal(503), "status 503"),
        (faults.refusal(418), "status 418"),
        (faults.reset(), "cannot be reached"),
        (faults.truncated(), "cannot be reached"),
        (faults.hang(), "in time"),
        (faults.slow(0.2), "in time"),
        (faults.half_json(), "cannot be read"),
        (faults.garbage(), "cannot be read"),
        (faults.garbage(b""), "cannot be read"),
        (faults.changed(lambda _: []), "cannot be read"),
        (faults.changed(lambda _: {"matches": None}), "cannot be read"),
    ],
)
@pytest.mark.parametrize("call", READS)
async def test_reading_over_a_bad_wire(
    server: PineconeServer, index: PineconeIndex, call: str, fault: Fault, told: str
) -> None:
    """Each failure is told by its remedy; the next good reply is taken as if nothing had been."""
    server.faults.always(fault, path="/documents/")
    with pytest.raises(IndexUnavailableError, match=told) as raised:
        await READS[call](index)
    shown = "".join(traceback.format_exception(raised.value))
    assert ASKED not in str(raised.value)
    assert API_KEY not in shown
    assert raised.value.__cause__ is None
    server.faults.clear()
    assert await READS[call](index)


@pytest.mark.parametrize("fault", [faults.refusal(503), faults.rate_limited(), faults.reset()])
@pytest.mark.parametrize("call", READS)
async def test_a_passing_fault_is_not_noticed(
    server: PineconeServer, index: PineconeIndex, call: str, fault: Fault
) -> None:
    """What goes wrong twice and then well is no failure."""
    server.faults.add(fault, path="/documents/", times=2)
    assert await READS[call](index)


@pytest.mark.parametrize("call", [*READS, *WRITES])
async def test_fields_that_come_later_are_passed_over(
    server: PineconeServer, index: PineconeIndex, call: str
) -> None:
    """Replies may have fields that nobody knows yet."""
    server.faults.always(faults.extra_fields(), path="/documents/")
    await (READS | WRITES)[call](index)
    server.faults.clear()
    assert await index.count(NS) in {0, 1, 2}


@pytest.mark.parametrize("damage", [{"_score": None}, {"_score": "x"}, {"chunk": 5}, {"chunk": ""}])
async def test_hits_that_are_none(
    server: PineconeServer, index: PineconeIndex, damage: dict[str, object]
) -> None:
    """A hit without a score or a chunk is told."""
    spoil = faults.changed(lambda reply: reply | {"matches": [reply["matches"][0] | damage]})
    server.faults.add(spoil, path="/search")
    with pytest.raises(IndexUnavailableError, match="cannot be read"):
        await READS["search"](index)


async def test_hits_without_an_id_are_passed_over(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """What has no id is in no catalogue."""
    server.faults.add(faults.changed(lambda reply: reply | {"matches": [{}]}), path="/search")
    assert await READS["search"](index) == []


@pytest.mark.parametrize("call", WRITES)
@pytest.mark.parametrize("executed", [True, False])
@pytest.mark.parametrize("operation", ["upsert", "fetch", "search", "delete"])
async def test_writing_over_a_bad_wire(
    server: PineconeServer, index: PineconeIndex, call: str, operation: str, *, executed: bool
) -> None:
    """A loader that fails at any kind of request leaves a store that reads, and that a load mends.

    `executed`: the request was done and only its reply was lost.
    """
    server.faults.always(faults.refusal(500), path=f"/{operation}")
    if executed:
        server.faults.clear()
        server.faults.always(faults.truncated(), path=f"/{operation}")
    failed = await _fails(WRITES[call](index))
    server.faults.clear()
    server.documents.settle()
    reader = an_index(server)
    articles = {chunk.article_id async for chunk in reader.list_chunks(NS)}
    assert articles in ({"a"}, {"a", "b"}, set())
    if failed:
        await asyncio.sleep(HASTY.turn)
    await reader.apply(NS, [put(an_article("a", "red parrot")), put(an_article("b", "blue"))])
    await reader.refresh(NS, ())
    assert {c.article_id async for c in reader.list_chunks(NS)} == {"a", "b"}
    assert len(server.documents.all(NS)) == 2
    await reader.close()


async def test_a_cancelled_search_leaves_no_trace(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """A caller who leaves is cancelled as such, and the next one is answered."""
    server.faults.add(faults.hang(), path="/search")
    waiting = asyncio.ensure_future(READS["search"](index))
    await asyncio.sleep(0.1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await READS["search"](index)


@pytest.mark.parametrize(
    "key", [" leading", "trailing\n", "ключ"], ids=["blank", "line end", "letters"]
)
async def test_keys_that_no_header_can_carry(server: PineconeServer, key: str) -> None:
    """A key that was pasted with a line end is told by the variable to mend."""
    index = PineconeIndex(key, host=server.url, dimensions=DIMENSIONS, pace=QUICK)
    with pytest.raises(IndexUnavailableError, match="PINECONE_API_KEY") as raised:
        await index.count(NS)
    assert key.strip() not in str(raised.value)
    await index.close()


@pytest.mark.parametrize(
    "host", ["pinecone", "http://", "http://127.0.0.1:9", "https://127.0.0.1:9"]
)
async def test_hosts_that_are_none(host: str) -> None:
    """A host that cannot be one, or where nobody answers, is told by the variable to mend."""
    pace = msgspec.structs.replace(QUICK, timeout=1.0)
    index = PineconeIndex(API_KEY, host=host, dimensions=DIMENSIONS, pace=pace)
    with pytest.raises(IndexUnavailableError, match=r"KB_PINECONE_HOST|in time"):
        await index.count(NS)
    await index.close()


# Whether it is an index for kbgate


async def test_ping_names_what_is_missing(server: PineconeServer) -> None:
    """An older index, one of another schema and one of other dimensions are told with a way out."""
    server.add_classic_index("classic", DIMENSIONS)
    server.add_index("other", document_schema(DIMENSIONS))
    for name, dimensions, told in (
        ("classic", DIMENSIONS, "is not one for kbgate"),
        ("other", DIMENSIONS, "is not one for kbgate"),
        ("kb", 1536, "3 dimensions"),
        ("absent", DIMENSIONS, "has no index absent"),
    ):
        index = PineconeIndex(
            API_KEY, index_name=name, control_host=server.url, dimensions=dimensions, pace=QUICK
        )
        with pytest.raises(IndexUnavailableError, match=told) as raised:
            await index.ping()
        assert "python -m scripts.setup_index" in str(raised.value)
        await index.close()


async def test_ping_asks_each_time(server: PineconeServer, index: PineconeIndex) -> None:
    """The schema is looked at once; whether Pinecone answers, every time."""
    await index.ping()
    server.requests.clear()
    await index.ping()
    assert [path.partition("/documents")[0] for path in server.paths()] == [
        "/namespaces/CATALOGUE-"
    ]
    server.faults.always(faults.refusal(503))
    with pytest.raises(IndexUnavailableError, match="503"):
        await index.ping()


async def test_a_host_that_is_set_needs_no_name(server: PineconeServer) -> None:
    """With the host set the control plane need not know the index, nor be reached for a search."""
    index = PineconeIndex(
        API_KEY,
        host=server.url,
        index_name="named-otherwise",
        control_host=server.url,
        dimensions=DIMENSIONS,
        pace=QUICK,
    )
    await index.apply(NS, [put(an_article("a", "parrot"))])
    assert await READS["search"](index)
    assert not server.sent_to("/indexes")
    await index.ping()
    await index.close()


async def test_control_plane_that_fails_is_told(server: PineconeServer) -> None:
    """The host is asked for at the first use; when that fails the next use asks again."""
    index = an_index_at(server.url, Pace(refresh=0.001, timeout=2.0))
    server.faults.add(faults.refusal(401), path="/indexes")
    with pytest.raises(IndexUnavailableError, match="PINECONE_API_KEY"):
        await index.count(NS)
    assert await index.count(NS) == 0
    await index.close()


async def _blink(_seconds: float) -> None:
    await asyncio.sleep(0)


def _forget_retries() -> None:
    http_client.get_budget_registry()._reset()


async def _fails(call: Awaitable[object]) -> bool:
    try:
        await call
    except IndexUnavailableError:
        return True
    return False


async def test_a_load_into_an_index_of_other_vectors_says_so_at_once() -> None:
    """Before anything is embedded or waited for: the remedy, not that somebody else is writing."""
    with PineconeServer() as server:
        server.add_index("kbgate", document_schema(16, text=("terms",)))
        index = PineconeIndex(
            server.api_key, index_name="kbgate", control_host=server.url, dimensions=8
        )
        with pytest.raises(IndexUnavailableError, match="16"):
            await index.content_hashes("default")
        with pytest.raises(IndexUnavailableError, match="16"):
            async with index.writing("default"):
                pass
        await index.close()
