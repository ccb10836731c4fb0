"""Making the Pinecone index, from the command line and below it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data_pipeline.adapters.pinecone.control import schema_of
from data_pipeline.adapters.pinecone.setup import NewIndex, SetUp, set_up
from data_pipeline.errors import IndexUnavailableError
from scripts.setup_index import main
from tests.builders_index import an_article, put
from tests.builders_pinecone import an_index
from tests.wire import faults
from tests.wire.pinecone_schema import document_schema
from tests.wire.pinecone_server import API_KEY, PineconeServer

WANTED = NewIndex(name="kb", dimensions=3, cloud="aws", region="us-east-1")


@pytest.fixture
def server() -> Iterator[PineconeServer]:
    with PineconeServer() as running:
        yield running


async def make(server: PineconeServer, patience: float = 5.0) -> SetUp:
    return await set_up(
        API_KEY, WANTED, control_host=server.url, patience=patience, poll_seconds=0.02
    )


async def test_an_index_is_made_and_can_be_used(server: PineconeServer) -> None:
    """What setup makes is where articles can be stored; a second time it is only found."""
    assert await make(server) == SetUp(server.url, is_new=True)
    index = an_index(server)
    await index.ping()
    await index.apply("default", [put(an_article("a", "parrot"))])
    assert await make(server) == SetUp(server.url, is_new=False)
    assert await index.count("default") == 1
    await index.close()


async def test_the_schema_neither_stems_nor_drops(server: PineconeServer) -> None:
    """Terms are analysed already: Pinecone is told to leave them."""
    await make(server)
    fields = server.indexes["kb"].schema["fields"]
    assert fields == schema_of(3)["fields"]
    search = fields["terms"]["full_text_search"]
    assert not any(search.get(key) for key in ("stemming", "stop_words", "ngram"))
    assert server.indexes["kb"].deployment["region"] == "us-east-1"


async def test_it_waits_until_the_index_is_ready(server: PineconeServer) -> None:
    """Making takes a while, and who waits is told."""
    server.ready_after = 0.1
    waited: list[int] = []
    await set_up(API_KEY, WANTED, control_host=server.url, waiting=waited.append, poll_seconds=0.02)
    assert waited
    assert server.indexes["kb"].described()["status"]["ready"]


async def test_waiting_ends(server: PineconeServer) -> None:
    """An index that is never ready is told; a later run goes on."""
    server.ready_after = 600.0
    with pytest.raises(IndexUnavailableError, match="run this again"):
        await make(server, patience=0.05)
    assert list(server.indexes) == ["kb"]


@pytest.mark.parametrize("kind", ["classic", "other fields", "other dimensions"])
async def test_an_index_of_another_kind_is_left_alone(server: PineconeServer, kind: str) -> None:
    """An index of that name that holds something else is refused, with a way to move."""
    if kind == "classic":
        server.add_classic_index("kb", 3)
    else:
        schema = schema_of(8) if kind == "other dimensions" else document_schema(3)
        server.add_index("kb", schema)
    before = server.indexes["kb"].described()
    with pytest.raises(IndexUnavailableError, match="left as it is"):
        await make(server)
    assert server.indexes["kb"].described() == before


async def test_two_at_once_make_one(server: PineconeServer) -> None:
    """When somebody else makes it in the same moment, that one is taken."""
    server.faults.add(faults.refusal(404), path="/indexes/kb")
    server.add_index("kb", schema_of(3))
    assert (await make(server)).host == server.url


async def test_refusals_are_told(server: PineconeServer) -> None:
    """A key that may not is named."""
    server.faults.always(faults.refusal(403))
    with pytest.raises(IndexUnavailableError, match="PINECONE_API_KEY"):
        await make(server)


# The script


@pytest.fixture
def environment(server: PineconeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINECONE_API_KEY", API_KEY)
    monkeypatch.setenv("KB_PINECONE_CONTROL_HOST", server.url)
    monkeypatch.setenv("KB_PINECONE_INDEX", "our-kb")
    monkeypatch.setenv("KB_EMBEDDING_DIMENSIONS", "16")
    monkeypatch.delenv("KB_PINECONE_HOST", raising=False)


@pytest.mark.usefixtures("environment")
def test_script_makes_the_index(server: PineconeServer, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what was made, and the next time that it is there."""
    assert main([]) == 0
    assert capsys.readouterr().out == (f"made our-kb, vectors of 16 dimensions, at {server.url}\n")
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("there our-kb")


@pytest.mark.usefixtures("environment")
def test_script_refuses_an_index_of_another_kind(
    server: PineconeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """It ends with 2 and one sentence that says how to move."""
    server.add_classic_index("our-kb")
    assert main([]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "KB_PINECONE_INDEX=<new name>" in shown.err


@pytest.mark.usefixtures("environment")
def test_script_wants_a_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a key it says where to get one."""
    monkeypatch.delenv("PINECONE_API_KEY")
    assert main([]) == 2
    assert "PINECONE_API_KEY" in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
def test_script_makes_another_one_by_name(
    server: PineconeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """--name makes one beside the one that is in use."""
    assert main(["--name", "our-kb-2"]) == 0
    assert list(server.indexes) == ["our-kb-2"]
    assert "our-kb-2" in capsys.readouterr().out
