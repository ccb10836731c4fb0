"""What only the Pinecone store does: late visibility, turns, catalogues, what it sends."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextvars import Context
from datetime import date
from typing import Any

import msgspec
import pytest
from blockbuster import blockbuster_ctx

from data_pipeline.adapters.holdings import stored
from data_pipeline.adapters.pinecone import Pace, PineconeIndex
from data_pipeline.adapters.pinecone.rubbish import Rubbish
from data_pipeline.adapters.pinecone.turn import Turn
from data_pipeline.adapters.pinecone.writer import Writer
from data_pipeline.articles import Chunk, stored_hash
from data_pipeline.errors import IndexUnavailableError
from data_pipeline.language import terms
from data_pipeline.ports import ArticleChange, ChunkFilter
from tests.builders_index import a_chunk, an_article, put
from tests.builders_pinecone import CATALOGUE, QUICK, a_server, an_index, an_index_at
from tests.builders_vectors import EAST, NORTH, put_embedded
from tests.wire import faults
from tests.wire.exchange import Reply, Request, json_reply
from tests.wire.pinecone_server import API_KEY, PineconeServer

NS = "default"
ANY = ChunkFilter()


@pytest.fixture
def server() -> Iterator[PineconeServer]:
    with a_server() as running:
        yield running


@pytest.fixture
async def index(server: PineconeServer) -> AsyncIterator[PineconeIndex]:
    opened = an_index(server)
    yield opened
    await opened.close()


async def found(index: PineconeIndex, question: str, limit: int = 10) -> list[str]:
    hits = await index.search(NS, terms(question, "en"), limit=limit, where=ANY)
    return [hit.chunk.chunk_id for hit in hits]


async def listed(index: PineconeIndex) -> list[Chunk]:
    return [chunk async for chunk in index.list_chunks(NS)]


def stored_in(server: PineconeServer, namespace: str) -> dict[str, dict[str, Any]]:
    """The documents of a namespace, for a test to tamper with."""
    server.documents.settle()
    return server.documents.namespaces[namespace].visible


# What Pinecone shows late


@pytest.mark.parametrize("reads", [0, 3])
async def test_written_articles_answer_at_once(server: PineconeServer, reads: int) -> None:
    """A change returns when every way of reading sees it, however late Pinecone shows it."""
    server.documents.visible_after = 0.05
    server.documents.visible_after_reads = reads
    index = an_index(server)
    for body in ("red parrot", "blue parrot"):
        await index.apply(NS, [put_embedded(an_article("a", body), [EAST])], embedder="e1")
        colour = body.partition(" ")[0]
        assert await found(index, colour) == ["a#s0"]
        (hit,) = await index.nearest(NS, EAST, embedder="e1", limit=5, where=ANY)
        assert hit.chunk.body == body
        assert [c.body for c in await index.article_chunks(NS, "a")] == [body]
    assert await found(index, "red") == []
    await index.close()


async def test_a_reader_sees_another_process_s_writing(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """A second index, as in another process, follows the head within its refresh seconds."""
    reader = an_index(server)
    await index.apply(NS, [put(an_article("a", "red parrot"))])
    assert await found(reader, "red") == ["a#s0"]
    await index.apply(NS, [put(an_article("a", "blue parrot"))])
    assert await found(reader, "blue") == ["a#s0"]
    assert await found(reader, "red") == []
    await reader.close()


async def test_old_documents_stay_for_the_grace_of_slow_readers(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """Who has not looked yet can read the old article until the grace is over, not longer."""
    await index.apply(NS, [put(an_article("a", "red parrot", "red parrot"))])
    patient = an_index(server, msgspec.structs.replace(QUICK, grace=0.4))
    server.requests.clear()
    await patient.apply(NS, [ArticleChange("a", (), ("a#s1",))])
    head = [
        r for r in server.sent_to(f"/{CATALOGUE}/documents/upsert") if b'"_id":"head"' in r.body
    ]
    (deletion,) = server.sent_to(f"/{NS}/documents/delete")
    assert deletion.at - head[-1].at >= 0.4
    assert len(server.documents.all(NS)) == 1
    await patient.close()


@pytest.mark.parametrize(
    ("operation", "nothing"), [("search", {"matches": []}), ("fetch", {"documents": {}})]
)
async def test_nothing_is_published_that_is_not_seen(
    server: PineconeServer, index: PineconeIndex, operation: str, nothing: dict[str, Any]
) -> None:
    """While searches or fetches do not show a new document, readers stay with the old one."""
    await index.apply(NS, [put(an_article("a", "red"))])
    hasty = an_index(server, msgspec.structs.replace(QUICK, settle=0.2))
    blind = faults.changed(lambda reply: reply | nothing)
    server.faults.always(blind, path=f"/{NS}/documents/{operation}")
    with pytest.raises(IndexUnavailableError, match="does not show them yet"):
        await hasty.apply(NS, [put(an_article("b", "blue"))])
    server.faults.clear()
    assert await found(index, "red") == ["a#s0"]
    assert await found(index, "blue") == []
    await hasty.close()


async def test_unpublished_documents_do_not_crowd_out_what_holds(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """A loader that died left better matches beside: they are neither returned nor counted."""
    await index.apply(NS, [put(an_article("a", "one parrot"))])
    stored_in(server, NS).update(
        {
            f"x{n}@{n:016x}": {
                "_id": f"x{n}@{n:016x}",
                "terms": "parrot parrot",
                "embedding": [1, 0, 0],
            }
            for n in range(300)
        }
    )
    assert await found(index, "parrot", limit=1) == ["a#s0"]
    assert await found(index, "parrot", limit=100) == ["a#s0"]
    assert await index.count(NS) == 1


async def test_an_older_head_is_passed_over(server: PineconeServer, index: PineconeIndex) -> None:
    """A replica that still shows the old head does not take a reader back, nor one without any."""
    await index.apply(NS, [put(an_article("a", "red"))])
    old = server.documents.all(CATALOGUE)["head"]
    patient = an_index(server, msgspec.structs.replace(QUICK, grace=5.0))
    await index.apply(NS, [put(an_article("a", "blue"))])
    assert await found(patient, "blue") == ["a#s0"]
    stored_in(server, CATALOGUE)["head"] = old
    assert await found(patient, "blue") == ["a#s0"]
    del stored_in(server, CATALOGUE)["head"]
    assert await found(patient, "blue") == ["a#s0"]
    await patient.close()


async def test_not_shown_in_time_is_told(server: PineconeServer) -> None:
    """A loader does not wait for ever, and leaves readers where they were."""
    index = an_index(server, msgspec.structs.replace(QUICK, settle=0.2))
    await index.apply(NS, [put(an_article("a", "red"))])
    server.documents.visible_after = 1.0
    quick = msgspec.structs.replace(QUICK, settle=0.1, turn=10.0)
    late = an_index(server, quick)
    with pytest.raises(IndexUnavailableError, match="does not show them yet"):
        await late.apply(NS, [put(an_article("a", "blue"))])
    assert await found(index, "red") == ["a#s0"]
    await index.close()
    await late.close()


# What remains


async def test_shrinking_leaves_exactly_the_rest(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """Of thirty chunks five remain, answer, and are all that is stored."""
    server.documents.visible_after = 0.02
    await index.apply(NS, [put(an_article("a", *["parrot"] * 30))])
    five = an_article("a", *["parrot"] * 5)
    gone = [f"a#s{n}" for n in range(5, 30)]
    await index.apply(NS, [ArticleChange("a", (), tuple(gone))])
    assert sorted(await found(index, "parrot", limit=50)) == [c.chunk_id for c in five]
    assert len(server.documents.all(NS)) == 5
    assert await listed(index) == five


async def test_going_back_and_forth_loses_nothing(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """A revision that comes back within one load is not removed as the stale one it was."""
    async with index.writing(NS):
        for body in ("red", "blue", "red"):
            await index.apply(NS, [put(an_article("a", body))])
        await index.refresh(NS, ())
    assert await found(index, "red") == ["a#s0"]
    assert len(server.documents.all(NS)) == 1


async def test_documents_of_others_stay(server: PineconeServer, index: PineconeIndex) -> None:
    """What somebody else put into the namespace is not removed and never returned."""
    await index.apply(NS, [put(an_article("a", "parrot"))])
    other = {"_id": "somebody", "terms": "parrot", "embedding": [1.0, 0.0, 0.0]}
    stored_in(server, NS)["somebody"] = other
    del stored_in(server, CATALOGUE)["turn"]
    await index.apply(NS, [put(an_article("b", "parrot"))])
    assert sorted(await found(index, "parrot")) == ["a#s0", "b#s0"]
    assert "somebody" in server.documents.all(NS)


async def test_what_is_being_deleted_is_not_taken_for_an_upload(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """A loader that died while deleting may leave ids that are listed still: they are sent anew."""
    red, blue = put(an_article("a", "red")), put(an_article("a", "blue"))
    await index.apply(NS, [red])
    ghost = dict(server.documents.all(NS))
    await index.apply(NS, [blue])
    stored_in(server, NS).update(ghost)
    turn = {"owner": "dead", "until": 0.0, "state": "deleting"}
    stored_in(server, CATALOGUE)["turn"]["turn"] = _json(turn)
    server.requests.clear()
    await index.apply(NS, [red])
    assert len(server.sent_to(f"/{NS}/documents/upsert")) == 1
    assert len(server.documents.all(NS)) == 1


# Articles that are refused


async def test_refused_articles_stay_and_others_go_on(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """One bad document fails its article only; that one is as it was, and the cause says what."""
    await index.apply(NS, [put(an_article("bad", "old parrot")), put(an_article("good", "old"))])
    usual = server.handler
    refuse_documents(server, "new parrot")
    failed = await index.apply(
        NS, [put(an_article("bad", "new parrot", "more")), put(an_article("good", "new"))]
    )
    assert [failure.article_id for failure in failed] == ["bad"]
    assert "load the article again" in failed[0].cause
    assert "parrot" not in failed[0].cause
    assert await found(index, "parrot") == ["bad#s0"]
    assert [c.body for c in await listed(index)] == ["old parrot", "new"]
    server.handler = usual
    assert await index.apply(NS, [put(an_article("bad", "new parrot", "more"))]) == []
    assert len(server.documents.all(NS)) == 3


async def test_a_renamed_article_survives_a_refusal(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """The old id stays when the article under its new id is refused."""
    await index.apply(NS, [put(an_article("old", "parrot"))])
    server.faults.always(faults.refusal(400), path=f"/{NS}/documents/upsert")
    failed = await index.apply(
        NS, [put(an_article("new", "parrot")), ArticleChange("old", (), ("old#s0",))]
    )
    assert [failure.article_id for failure in failed] == ["new", "old"]
    assert await found(index, "parrot") == ["old#s0"]


async def test_vectors_of_another_length_are_told(index: PineconeIndex) -> None:
    """An embedder that does not fit the index is named before anything is written."""
    change = put_embedded(an_article("a", "x"), [(1.0, 0.0)])
    with pytest.raises(IndexUnavailableError, match="KB_EMBEDDING_DIMENSIONS"):
        await index.apply(NS, [change], embedder="e1")
    assert await index.count(NS) == 0


# One writer


async def test_a_second_process_waits_for_the_first(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """Another process's change comes after that of the one that holds the turn."""
    other = an_index(server)
    order: list[str] = []

    async def change() -> None:
        await other.apply(NS, [put(an_article("b", "x"))])
        order.append("other")

    async with index.writing(NS):
        waiting = asyncio.get_running_loop().create_task(change(), context=Context())
        await asyncio.sleep(0.3)
        await index.apply(NS, [put(an_article("a", "x"))])
        order.append("holder")
    await waiting
    assert order == ["holder", "other"]
    assert await index.count(NS) == 2
    await other.close()


async def test_a_second_process_gives_up(server: PineconeServer, index: PineconeIndex) -> None:
    """A holder that lives keeps its turn beyond its seconds; who waits too long is told."""
    other = an_index(server, msgspec.structs.replace(QUICK, patience=1.5))
    async with index.writing(NS):
        with pytest.raises(IndexUnavailableError, match="Another process is writing"):
            await asyncio.get_running_loop().create_task(
                other.apply(NS, [put(an_article("b", "x"))]), context=Context()
            )
    await other.close()


async def test_a_dead_loader_s_turn_ends(server: PineconeServer, index: PineconeIndex) -> None:
    """A turn that nobody renews keeps the next loader out for its seconds only."""
    await index.apply(NS, [put(an_article("a", "x"))])
    until = time.time() + 0.5
    turn = {"owner": "dead", "until": until, "state": "writing"}
    stored_in(server, CATALOGUE)["turn"]["turn"] = _json(turn)
    await index.apply(NS, [put(an_article("b", "y"))])
    assert time.time() >= until
    assert await index.count(NS) == 2


async def test_a_holder_that_was_too_slow_stops(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """Who lost the turn to another process publishes nothing and leaves that one its turn."""
    await index.apply(NS, [put(an_article("a", "red"))])
    taken = _json({"owner": "other", "until": time.time() + 600, "state": "writing"})

    async def write() -> None:
        async with index.writing(NS):
            stored_in(server, CATALOGUE)["turn"]["turn"] = taken
            await index.apply(NS, [put(an_article("a", "blue"))])

    with pytest.raises(IndexUnavailableError, match="meanwhile"):
        await write()
    assert server.documents.all(CATALOGUE)["turn"]["turn"] == taken
    assert await found(index, "red") == ["a#s0"]


@pytest.mark.parametrize(("kind", "step"), [(Writer, "_write_catalogue"), (Rubbish, "remove")])
async def test_a_holder_that_stood_still_while_another_came_and_went_stops(
    server: PineconeServer, monkeypatch: pytest.MonkeyPatch, kind: type[Any], step: str
) -> None:
    """It neither publishes what the other has removed nor removes what the other has published."""
    pace = msgspec.structs.replace(QUICK, turn=0.4)
    late, other = an_index(server, pace), an_index(server, pace)
    await late.apply(NS, [put(an_article("a", "red"))])
    usual = getattr(kind, step)
    meanwhile = [put(an_article("a", "red")), put(an_article("b", "green"))]

    async def stand_still(*args: Any) -> None:
        if changes := [meanwhile.pop() for _ in list(meanwhile)]:
            coming = other.apply(NS, changes)
            await asyncio.get_running_loop().create_task(coming, context=Context())
        await usual(*args)

    monkeypatch.setattr(Turn, "_renew", lambda _: asyncio.sleep(600))
    monkeypatch.setattr(kind, step, stand_still)
    with pytest.raises(IndexUnavailableError, match="meanwhile"):
        await late.apply(NS, [put(an_article("a", "blue"))])
    assert [chunk.body for chunk in await listed(other)] == ["red", "green"]
    await late.close()
    await other.close()


@pytest.mark.parametrize("note", ["", "nonsense", "{}", '{"owner": 5}'])
async def test_a_damaged_turn_keeps_nobody_out(
    server: PineconeServer, index: PineconeIndex, note: str
) -> None:
    """What cannot be read as a turn is none."""
    await index.apply(NS, [put(an_article("a", "x"))])
    stored_in(server, CATALOGUE)["turn"]["turn"] = note
    await index.apply(NS, [put(an_article("b", "y"))])
    assert await index.count(NS) == 2


# Damage, other releases


async def test_an_empty_page_of_a_listing_is_not_the_last_one(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """A catalogue is mended from all documents, also where those of a whole page are deleted."""
    await index.apply(NS, [put(an_article("a", "red")), put(an_article("b", "blue"))])
    stored_in(server, CATALOGUE)["head"]["head"] = "nonsense"
    usual = server.handler

    def emptied(request: Request) -> Reply:
        if request.path.endswith("/list") and not request.json().get("pagination_token"):
            before_all = {"documents": [], "pagination": {"next": "IQ=="}}
            return json_reply(msgspec.json.decode(usual(request).body) | before_all)
        return usual(request)

    server.handler = emptied
    fresh = an_index(server)
    await fresh.refresh(NS, ())
    assert await fresh.count(NS) == 2
    await fresh.close()


async def test_damaged_catalogue_is_told_and_mended(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """Readers say what to do; any load brings all articles back, and sends none of them again."""
    scope = {"plan": ("gold",)}
    await index.apply(
        NS, [put(an_article("a", "parrot", scope=scope)), put(an_article("b", "red"))]
    )
    await index.apply(NS, [put_embedded(an_article("c", "blue"), [EAST])], embedder="e1")
    await index.refresh(NS, ("plan",))
    before = await index.catalogue(NS)
    for key, document in stored_in(server, CATALOGUE).items():
        if "/" in key:
            document["piece"] = "AAAA"
    fresh = an_index(server)
    with pytest.raises(IndexUnavailableError, match="damaged: load the articles again"):
        await found(fresh, "parrot")
    assert set(await fresh.content_hashes(NS)) == {"a", "b", "c"}
    server.requests.clear()
    await fresh.apply(NS, [put(an_article("a", "parrot", scope=scope))])
    assert not server.sent_to(f"/{NS}/documents/upsert")
    assert await fresh.catalogue(NS) == before
    assert await found(fresh, "parrot") == ["a#s0"]
    assert len(server.documents.all(NS)) == 3
    pieces = {key.partition("/")[0] for key in server.documents.all(CATALOGUE) if "/" in key}
    assert len(pieces) == 1
    await fresh.close()


async def test_lost_pieces_are_damage(server: PineconeServer, index: PineconeIndex) -> None:
    """A head whose pieces are gone is told, not waited for without end."""
    await index.apply(NS, [put(an_article("a", "parrot"))])
    visible = stored_in(server, CATALOGUE)
    for key in [key for key in visible if "/" in key]:
        del visible[key]
    fresh = an_index(server)
    with pytest.raises(IndexUnavailableError, match="damaged"):
        await fresh.count(NS)
    await fresh.close()


async def test_a_lost_catalogue_is_told(server: PineconeServer, index: PineconeIndex) -> None:
    """A namespace that was removed under a running reader is no empty knowledge base."""
    await index.apply(NS, [put(an_article("a", "parrot"))])
    server.documents.namespaces.clear()
    await asyncio.sleep(0.02)
    with pytest.raises(IndexUnavailableError, match="is gone"):
        await index.count(NS)
    await index.apply(NS, [put(an_article("a", "parrot"))])
    assert await found(index, "parrot") == ["a#s0"]


async def test_another_return_s_format_is_told(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """Neither readers nor loaders touch a namespace whose format they do not know."""
    await index.apply(NS, [put(an_article("a", "parrot"))])
    stored_in(server, CATALOGUE)["head"]["head"] = '{"format": 99}'
    fresh = an_index(server)
    with pytest.raises(IndexUnavailableError, match="another release"):
        await fresh.count(NS)
    with pytest.raises(IndexUnavailableError, match="another release"):
        await fresh.apply(NS, [put(an_article("b", "x"))])
    await fresh.close()


async def test_another_analyser_is_told_and_made_anew(
    server: PineconeServer, index: PineconeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers refuse terms of another analyser; the next loader makes them anew, vectors kept."""
    await index.apply(NS, [put_embedded(an_article("a", "running"), [NORTH])], embedder="e1")
    (before,) = server.documents.all(NS)
    monkeypatch.setattr(stored, "terms", lambda text, _language: text.lower().split())
    stored.analyser_fingerprint.cache_clear()
    try:
        later = an_index(server)
        with pytest.raises(IndexUnavailableError, match="divides text into words"):
            await later.count(NS)
        await later.refresh(NS, ())
        hits = await later.search(NS, ["running"], limit=5, where=ANY)
        assert [hit.chunk.chunk_id for hit in hits] == ["a#s0"]
        (near,) = await later.nearest(NS, NORTH, embedder="e1", limit=5, where=ANY)
        assert near.score == pytest.approx(1)
        (after,) = server.documents.all(NS)
        assert after != before
        await later.close()
    finally:
        monkeypatch.undo()
        stored.analyser_fingerprint.cache_clear()


async def test_missing_documents_are_told(server: PineconeServer, index: PineconeIndex) -> None:
    """Chunks that the catalogue lists and that somebody removed are not passed over in silence."""
    await index.apply(NS, [put(an_article("a", "parrot", "red"))])
    del stored_in(server, NS)[next(iter(server.documents.all(NS)))]
    with pytest.raises(IndexUnavailableError, match="is gone or cannot be read"):
        await index.article_chunks(NS, "a")


# What is sent


async def test_a_customer_s_own_words_stay_in_the_house(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """Only terms that some article holds are asked for, and nothing where there is none."""
    await index.apply(NS, [put(an_article("a", "red parrot"))])
    server.requests.clear()
    await found(index, "my parrot is called Rumpelstilzchen, password hunter2")
    (request,) = server.sent_to("/documents/search")
    assert request.json()["score_by"][0]["query"] == terms("parrot", "en")[0]
    server.requests.clear()
    assert await found(index, "Rumpelstilzchen") == []
    assert not server.sent_to("/documents/search")


async def test_scope_values_never_enter_a_filter(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """Scope is judged in the house; Pinecone is told ids that are hexadecimal."""
    await index.apply(
        NS,
        [put([a_chunk(name, scope={"plan": (name,)})]) for name in ("gold", "silver", "bronze")],
    )
    server.requests.clear()
    await index.search(NS, ["parcel"], limit=5, where=ChunkFilter({"plan": ("gold",)}))
    (request,) = server.sent_to("/documents/search")
    (ids,) = request.json()["filter"]["bounds"].values()
    assert all(int(each, 16) >= 0 for each in ids)
    assert b"gold" not in request.body
    server.requests.clear()
    assert not await index.search(NS, ["parcel"], limit=5, where=ChunkFilter({"plan": ("x",)}))
    assert not server.sent_to("/documents/search")


async def test_an_idle_reader_asks_for_little(server: PineconeServer, index: PineconeIndex) -> None:
    """Between two looks a search is one request, and a catalogue none."""
    await index.apply(NS, [put(an_article("a", "red parrot"))])
    reader = an_index(server, msgspec.structs.replace(QUICK, refresh=600.0))
    await found(reader, "parrot")
    server.requests.clear()
    for _ in range(3):
        await found(reader, "parrot")
        await reader.catalogue(NS)
    assert [path.rpartition("/")[2] for path in server.paths()] == ["search"] * 3
    await reader.close()


async def test_readers_do_not_wait_for_a_look(server: PineconeServer, index: PineconeIndex) -> None:
    """Where the catalogue is due, a search goes on with the known one while it is looked for."""
    await index.apply(NS, [put(an_article("a", "red parrot"))])
    reader = an_index(server, msgspec.structs.replace(QUICK, refresh=600.0))
    await found(reader, "parrot")
    await index.apply(NS, [put(an_article("b", "blue parrot"))])
    follows = reader._namespaces[NS].reader
    follows._looked_at -= 700.0
    server.faults.add(faults.delay(0.1), path=f"/{CATALOGUE}/")
    assert (await reader.catalogue(NS)).articles.keys() == {"a"}
    assert follows._looking is not None
    await follows._looking
    assert (await reader.catalogue(NS)).articles.keys() == {"a", "b"}
    follows._looked_at -= 700.0
    server.faults.always(faults.refusal(401), path=f"/{CATALOGUE}/")
    assert await found(reader, "blue") == ["b#s0"]
    await asyncio.wait([follows._looking])
    assert await found(reader, "blue") == ["b#s0"]
    follows._looked_at -= 1_400.0
    with pytest.raises(IndexUnavailableError, match="PINECONE_API_KEY"):
        await found(reader, "blue")
    await reader.close()


async def test_a_process_that_stood_still_goes_on(
    server: PineconeServer, index: PineconeIndex
) -> None:
    """Documents that went while a reader could not look are read in their new revision."""
    await index.apply(NS, [put(an_article("a", "red"))])
    reader = an_index(server, msgspec.structs.replace(QUICK, refresh=600.0))
    await reader.count(NS)
    await index.apply(NS, [put(an_article("a", "blue"))])
    reader._namespaces[NS].reader._looked_at -= 1.0
    assert [c.body for c in await reader.article_chunks(NS, "a")] == ["blue"]
    await reader.close()


async def test_event_loop_is_never_blocked(server: PineconeServer) -> None:
    """No call makes the event loop wait for a file, a lock or an import."""
    with blockbuster_ctx():
        index = an_index(server)
        await index.apply(NS, [put([a_chunk(scope={"plan": ("a",)})])])
        await index.refresh(NS, ("plan",))
        where = ChunkFilter({"plan": ("a",)}, date(2026, 1, 1))
        assert await index.search(NS, ["parcel"], limit=1, where=where)
        assert await listed(index)
        await index.article_chunks(NS, "returns")
        await index.content_hashes(NS)
        await index.ping()
        await index.delete_article(NS, "returns")
        await index.close()


def test_importing_the_adapter_loads_no_sdk() -> None:
    """The SDK costs an eighth of a second: only who uses Pinecone pays it."""
    check = (
        "import sys; import data_pipeline.adapters.pinecone.setup, data_pipeline.adapters.pinecone;"
        "sys.exit('pinecone' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", check], check=False)
    assert done.returncode == 0


async def test_large_chunks_and_many_hits(server: PineconeServer, index: PineconeIndex) -> None:
    """Hundreds of hits come whole, though one reply could not hold them."""
    body = "parrot " + "words of an article " * 1_400
    changes = [put(an_article(f"a{n}", body)) for n in range(150)]
    assert await index.apply(NS, changes) == []
    hits = await index.search(NS, ["parrot"], limit=150, where=ANY)
    assert len(hits) == 150
    assert {hit.chunk.body for hit in hits} == {body}
    assert len(await listed(index)) == 150


async def test_namespaces_that_are_none_are_refused(index: PineconeIndex) -> None:
    """A name that could reach a catalogue, or that Pinecone would not take, is refused."""
    for name in ("", "CATALOGUE-default", "../x", "a" * 64, "A", "-a"):
        with pytest.raises(IndexUnavailableError, match="namespace"):
            await index.count(name)


async def test_content_hashes_name_the_embedder(index: PineconeIndex) -> None:
    """A load with another embedder writes everything, one with the same nothing."""
    article = an_article("a", "x")
    await index.apply(NS, [put_embedded(article, [EAST])], embedder="e1")
    assert await index.content_hashes(NS) == {
        "a": {"a#s0": stored_hash(article[0].content_hash, "e1")}
    }
    await index.apply(NS, [put_embedded(article, [NORTH])], embedder="e2")
    assert (await index.catalogue(NS)).vectors == {"e2": 1}
    (hit,) = await index.nearest(NS, NORTH, embedder="e2", limit=5, where=ANY)
    assert hit.score == pytest.approx(1)


async def test_a_missing_namespace_may_be_refused(server: PineconeServer) -> None:
    """Whether Pinecone answers 404 or nothing for a namespace that is not there is the same."""
    server.documents.strict_namespaces = True
    index = an_index(server)
    assert await index.count(NS) == 0
    assert await found(index, "x") == []
    await index.apply(NS, [put(an_article("a", "x"))])
    assert await index.count(NS) == 1
    await index.ping()
    await index.close()


async def test_a_closed_index_opens_again(server: PineconeServer, index: PineconeIndex) -> None:
    """After `close` the next use connects anew, and none of the connections stays."""
    await index.apply(NS, [put(an_article("a", "x"))])
    await index.close()
    assert await index.count(NS) == 1
    await index.close()
    await index.close()


async def test_our_own_mistakes_are_not_the_vendor_s(
    index: PineconeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that is not Pinecone's passes as it is."""
    monkeypatch.setattr(index._client, "fetch", None)
    with pytest.raises(TypeError):
        await index.count(NS)


async def test_the_key_is_in_no_representation(server: PineconeServer) -> None:
    """Neither the index nor an error shows the key."""
    index = an_index_at(server.url, Pace())
    assert API_KEY not in repr(index) + repr(vars(index))
    await index.close()


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def refuse_documents(server: PineconeServer, word: str) -> None:
    """From now on no request that would store `word` is taken."""
    usual = server.handler

    def handler(request: Request) -> Reply:
        is_refused = request.path.endswith(f"/{NS}/documents/upsert") and word in str(request.body)
        return faults.refusal(400).damage(Reply()) if is_refused else usual(request)

    server.handler = handler
