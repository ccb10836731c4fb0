"""What every `ChunkIndex` does: one suite, run on the fake and on the real stores."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextvars import Context
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest

from data_pipeline.adapters.embedded import EmbeddedIndex
from data_pipeline.articles import Chunk, article_revision, stored_hash
from data_pipeline.language import terms
from data_pipeline.ports import ArticleChange, ChunkFilter, ChunkIndex, TermStatistics, Vector
from data_pipeline.scope import fold_scope_value
from tests.builders_index import a_chunk, an_article, put
from tests.builders_pinecone import a_server, an_index
from tests.builders_vectors import EAST, NORTH, NORTH_EAST, UP, WEST, put_embedded
from tests.fakes_index import MemoryIndex

T = TypeVar("T")
NS = "default"
ANY = ChunkFilter()
HOSTILE = (
    "it's",
    "x') OR ('1'='1",
    "'; DROP TABLE chunks; --",
    '"quoted" \\ back\\\\slash',
    "%_*?[a-z]",
    "line\nbreak\ttab",
    "ñandú 漢字 🦤",
    "nul\x00byte",
)


@pytest.fixture(params=["memory", "embedded", "pinecone"])
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ChunkIndex]:
    if request.param == "memory":
        yield MemoryIndex()
        return
    if request.param == "pinecone":
        with a_server() as server:
            remote = an_index(server)
            yield remote
            await remote.close()
        return
    embedded = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
    yield embedded
    await embedded.close()


async def found(
    index: ChunkIndex, question: str, where: ChunkFilter = ANY, *, limit: int = 10, ns: str = NS
) -> list[str]:
    hits = await index.search(ns, terms(question, "en"), limit=limit, where=where)
    return [hit.chunk.chunk_id for hit in hits]


async def listed(index: ChunkIndex, article_id: str | None = None) -> list[Chunk]:
    return [chunk async for chunk in index.list_chunks(NS, article_id=article_id)]


# Empty


async def test_unwritten_namespace_is_empty(index: ChunkIndex) -> None:
    """A namespace that nobody wrote to answers everything with nothing, and is not made by it."""
    assert await found(index, "parcel") == []
    assert await index.article_chunks(NS, "returns") == []
    assert await index.content_hashes(NS) == {}
    assert await listed(index) == []
    assert await index.count(NS) == 0
    assert await index.delete_article(NS, "returns") == 0
    catalogue = await index.catalogue(NS)
    assert (catalogue.articles, catalogue.statistics) == ({}, TermStatistics())
    await index.ping()


async def test_namespaces_do_not_see_each_other(index: ChunkIndex) -> None:
    """What is written to one namespace is found in no other."""
    await index.apply("one", [put([a_chunk()])])
    await index.apply("two", [put([a_chunk("fees", body="A parcel costs four euros.")])])
    assert await found(index, "parcel", ns="one") == ["returns#body"]
    assert await found(index, "parcel", ns="two") == ["fees#body"]
    assert list((await index.catalogue("one")).articles) == ["returns"]


# Writing and reading back


async def test_chunk_survives_unchanged(index: ChunkIndex) -> None:
    """Every field of a chunk comes back as it was written, by every way of reading."""
    chunk = a_chunk(
        agent_only=True,
        scope={"plan": ("Gold", "Silver plus")},
        topic="parcels",
        tags=("a", "b"),
        links=("fees",),
        url="https://kb.example/returns?x=1&y='2'",
        page=3,
        valid_from="2020-01-01",
        valid_until="2099-12-31",
        data='[{"text": "it\'s"}]',
        body="Ñandú, «comillas», 漢字, 🦤 and a lone ' quote.",
    )
    await index.apply(NS, [put([chunk])])
    hits = await index.search(NS, ["nandu"], limit=1, where=ANY)
    assert [hit.chunk for hit in hits] == [chunk]
    assert await index.article_chunks(NS, "returns") == [chunk]
    assert await listed(index) == [chunk]


async def test_written_chunks_answer_before_any_refresh(index: ChunkIndex) -> None:
    """A hit does not wait for the index to be rebuilt, and a rebuild loses none."""
    await index.apply(NS, [put(an_article("a", "red parrot", "blue parrot"))])
    before = await found(index, "parrot")
    await index.refresh(NS, ())
    assert sorted(before) == sorted(await found(index, "parrot")) == ["a#s0", "a#s1"]
    await index.apply(NS, [put([a_chunk("b", body="green parrot")])])
    assert sorted(await found(index, "parrot")) == ["a#s0", "a#s1", "b#body"]


async def test_replacing_writes_and_deletes_at_once(index: ChunkIndex) -> None:
    """One change updates a chunk, adds one and drops one; the rest of the article stays."""
    old = an_article("a", "first red", "second red", "third red")
    await index.apply(NS, [put(old)])
    new = [a_chunk("a", "s1", "second blue"), a_chunk("a", "s3", "fourth blue")]
    await index.apply(NS, [put(new, delete=["a#s2"])])
    assert [c.body for c in await listed(index)] == ["first red", "second blue", "fourth blue"]
    assert await found(index, "third") == []
    assert await index.count(NS) == 3


async def test_change_of_several_articles_is_one(index: ChunkIndex) -> None:
    """Changes of several articles, removals among them, are all made."""
    await index.apply(NS, [put(an_article("a", "x")), put(an_article("b", "y"))])
    gone = ArticleChange("a", (), ("a#s0",))
    await index.apply(NS, [put(an_article("c", "z")), gone])
    assert sorted(await index.content_hashes(NS)) == ["b", "c"]
    assert sorted((await index.catalogue(NS)).articles) == ["b", "c"]


async def test_empty_and_needless_changes_do_nothing(index: ChunkIndex) -> None:
    """No changes, changes without content and deletions of what is absent leave all as it was."""
    await index.apply(NS, [put(an_article("a", "x"))])
    before = await index.catalogue(NS)
    await index.apply(NS, [])
    await index.apply(NS, [ArticleChange("a", (), ())])
    await index.apply(NS, [ArticleChange("zzz", (), ("zzz#1",))])
    assert await index.catalogue(NS) == before
    assert await index.count(NS) == 1


async def test_a_chunk_both_written_and_deleted_is_written(index: ChunkIndex) -> None:
    """Writing wins over a deletion of the same id in the same call, wherever it stands."""
    chunks = an_article("a", "x", "y")
    await index.apply(NS, [put(chunks, delete=["a#s0"])])
    assert await index.count(NS) == 2


async def test_delete_article_removes_exactly_it(index: ChunkIndex) -> None:
    """All chunks of the article go, and none of an article whose id merely begins like it."""
    await index.apply(NS, [put(an_article("a", "x", "y")), put(an_article("ab", "x"))])
    assert await index.delete_article(NS, "a") == 2
    assert [c.article_id for c in await listed(index)] == ["ab"]
    assert list((await index.catalogue(NS)).articles) == ["ab"]
    assert await index.delete_article(NS, "a") == 0


async def test_listing_is_ordered_by_id(index: ChunkIndex) -> None:
    """Chunks come in the order of their ids, all of them or one article's."""
    for article_id in ("c", "a", "b"):
        await index.apply(NS, [put(an_article(article_id, *"54321"))])
    ids = [c.chunk_id for c in await listed(index)]
    assert ids == sorted(ids)
    assert len(ids) == 15
    assert [c.chunk_id for c in await listed(index, "b")] == [f"b#s{n}" for n in range(5)]
    assert [c.chunk_id for c in await index.article_chunks(NS, "b")] == [
        f"b#s{n}" for n in range(5)
    ]


async def test_content_hashes_are_what_is_stored(index: ChunkIndex) -> None:
    """Hashes come back by article and chunk."""
    a, b = an_article("a", "x", "y"), an_article("b", "z")
    await index.apply(NS, [put(a), put(b)])
    assert await index.content_hashes(NS) == {
        "a": {c.chunk_id: c.content_hash for c in a},
        "b": {c.chunk_id: c.content_hash for c in b},
    }


# Searching


async def test_best_match_comes_first(index: ChunkIndex) -> None:
    """A chunk with more of the rare words stands before one with fewer, scores descending."""
    await index.apply(
        NS,
        [
            put(an_article("a", "the cancelled parcel is refunded")),
            put(an_article("b", "every parcel has a number")),
            put(an_article("c", "nothing of that kind")),
        ],
    )
    hits = await index.search(NS, terms("refund my cancelled parcel", "en"), limit=10, where=ANY)
    assert [hit.chunk.article_id for hit in hits] == ["a", "b"]
    assert hits[0].score > hits[1].score > 0


async def test_title_and_heading_are_searched(index: ChunkIndex) -> None:
    """A word that stands only in the title, or only in the heading, finds the chunk."""
    await index.apply(
        NS, [put([a_chunk(title="Warranty", heading="Batteries", body="Two years.")])]
    )
    for question in ("warranty", "batteries", "two years"):
        assert await found(index, question) == ["returns#body"]


async def test_hits_carry_their_analysed_fields(index: ChunkIndex) -> None:
    """Title, heading and body come as the house's terms, each in the chunk's own language."""
    await index.apply(
        NS,
        [
            put(
                [
                    a_chunk(
                        language="es", title="Devoluciones", heading="Plazos", body="Los paquetes."
                    )
                ]
            )
        ],
    )
    (hit,) = await index.search(NS, terms("devolución", "es"), limit=1, where=ANY)
    assert hit.terms == tuple(
        " ".join(terms(t, "es")) for t in ("Devoluciones", "Plazos", "Los paquetes.")
    )


async def test_limit_is_kept(index: ChunkIndex) -> None:
    """At most `limit` chunks come, none for zero or less."""
    await index.apply(NS, [put(an_article("a", *["same words"] * 9))])
    assert len(await found(index, "words", limit=4)) == 4
    assert await found(index, "words", limit=0) == []
    assert await found(index, "words", limit=-1) == []


@pytest.mark.parametrize(
    "wanted",
    [
        [],
        [""],
        ["  "],
        ["absent"],
        ["\ud800"],
        ["AND", "OR", "NOT"],
        ["body:red^5", "r*d", "re~2"],
        ["x" * 9_000],
    ],
    ids=lambda wanted: repr(wanted)[:20],
)
async def test_odd_terms_find_nothing(index: ChunkIndex, wanted: list[str]) -> None:
    """No term, blanks, unknown, unencodable and enormous ones and query syntax are just no match."""
    await index.apply(NS, [put(an_article("a", "red parrot"))])
    assert await index.search(NS, wanted, limit=5, where=ANY) == []


async def test_many_terms_are_fine(index: ChunkIndex) -> None:
    """Thousands of terms, repeated ones among them, still find the chunk."""
    await index.apply(NS, [put(an_article("a", "red parrot"))])
    many = ["parrot", *(f"word{n % 3_000}" for n in range(6_000))]
    hits = await index.search(NS, many, limit=5, where=ANY)
    assert [hit.chunk.chunk_id for hit in hits] == ["a#s0"]


async def test_agent_only_chunks_are_returned(index: ChunkIndex) -> None:
    """Which chunk a customer may read is the engine's business: the store hides none."""
    await index.apply(NS, [put([a_chunk(agent_only=True)])])
    assert await found(index, "parcel") == ["returns#body"]


# Filters


async def test_scope_is_a_hard_filter(index: ChunkIndex) -> None:
    """A chunk passes when it names one of the values for each key, or is global for the key."""
    await index.apply(
        NS,
        [
            put([a_chunk("gold", scope={"plan": ("Gold (2024)",)})]),
            put([a_chunk("both", scope={"plan": ("Gold 2024", "Silver")})]),
            put([a_chunk("silver", scope={"plan": ("silver",)})]),
            put([a_chunk("mx", scope={"plan": ("Gold 2024",), "country": ("México",)})]),
            put([a_chunk("all")]),
        ],
    )
    for scope, articles in (
        ({"plan": ("gold2024",)}, {"gold", "both", "mx", "all"}),
        ({"plan": ("silver",)}, {"both", "silver", "all"}),
        ({"plan": ("silver", "gold2024")}, {"gold", "both", "silver", "mx", "all"}),
        ({"plan": ("gold2024",), "country": ("spain",)}, {"gold", "both", "all"}),
        ({"country": ("mexico",)}, {"gold", "both", "silver", "mx", "all"}),
        ({"plan": ("bronze",)}, {"all"}),
        ({"plan": ()}, {"gold", "both", "silver", "mx", "all"}),
        ({"colour": ("red",)}, {"gold", "both", "silver", "mx", "all"}),
    ):
        ids = await found(index, "parcel", ChunkFilter(scope))
        assert {i.partition("#")[0] for i in ids} == articles, scope


async def test_filter_applies_before_the_limit(index: ChunkIndex) -> None:
    """Better hits out of scope do not crowd out the one that is in scope."""
    better = [
        put([a_chunk(f"x{n}", body="parcel parcel", scope={"plan": ("a",)})]) for n in range(30)
    ]
    await index.apply(NS, [*better, put([a_chunk("mine", scope={"plan": ("b",)})])])
    await index.refresh(NS, ("plan",))
    assert await found(index, "parcel", ChunkFilter({"plan": ("b",)}), limit=1) == ["mine#body"]
    assert await found(index, "parcel", ChunkFilter({"plan": ("c",)}), limit=1) == []


async def test_validity_includes_its_first_and_last_day(index: ChunkIndex) -> None:
    """`valid_from` and `valid_until` are the first and the last day; without a day all pass."""
    await index.apply(
        NS,
        [
            put([a_chunk("was", valid_until="2026-03-31")]),
            put([a_chunk("will", valid_from="2026-04-01")]),
            put([a_chunk("always")]),
        ],
    )
    for day, articles in (
        (date(2026, 3, 31), {"was", "always"}),
        (date(2026, 4, 1), {"will", "always"}),
        (None, {"was", "will", "always"}),
    ):
        ids = await found(index, "parcel", ChunkFilter(on=day))
        assert {i.partition("#")[0] for i in ids} == articles


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_scope_is_only_text(index: ChunkIndex, text: str) -> None:
    """Quotes, SQL and odd characters in scope keys and values select what they name, no more."""
    folded = fold_scope_value(text)
    await index.apply(
        NS,
        [
            put([a_chunk("mine", scope={text: (text,)})]),
            put([a_chunk("other", scope={text: ("z9",)})]),
        ],
    )
    assert await found(index, "parcel", ChunkFilter({text: (folded,)})) == ["mine#body"]
    assert await found(index, "parcel", ChunkFilter({text: (folded + "' OR 'a'='a",)})) == []
    assert await index.count(NS) == 2


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_ids_are_only_text(index: ChunkIndex, text: str) -> None:
    """Article and chunk ids with quotes and SQL can be read, replaced and deleted like any other."""
    await index.apply(
        NS, [put(an_article(text, "parcel one", "parcel two")), put(an_article("safe", "three"))]
    )
    assert [c.article_id for c in await index.article_chunks(NS, text)] == [text, text]
    await index.apply(NS, [put([a_chunk(text, "s0", "parcel four")], delete=[f"{text}#s1"])])
    assert [c.body for c in await listed(index, text)] == ["parcel four"]
    assert await index.delete_article(NS, text) == 1
    assert [c.article_id for c in await listed(index)] == ["safe"]


# The catalogue


async def test_catalogue_counts_terms(index: ChunkIndex) -> None:
    """Frequencies count chunks and titles, not occurrences; means are in terms."""
    await index.apply(
        NS,
        [
            put(
                [
                    a_chunk(
                        "a",
                        "s0",
                        "Parcel, parcel and refund",
                        title="Lost parcel",
                        heading="One two",
                    ),
                    a_chunk("a", "s1", "Nothing", title="Lost parcel", heading=""),
                ]
            ),
            put([a_chunk("b", "s0", "Refunds take days", title="Refund", heading="")]),
        ],
    )
    await index.refresh(NS, ("plan", "country"))
    catalogue = await index.catalogue(NS)
    statistics = catalogue.statistics
    assert catalogue.scope_keys == ("plan", "country")
    assert (statistics.chunks, statistics.articles) == (3, 2)
    (parcel,), (refund,) = terms("parcel", "en"), terms("refund", "en")
    assert (statistics.chunk_frequency[parcel], statistics.title_frequency[parcel]) == (2, 1)
    assert (statistics.chunk_frequency[refund], statistics.title_frequency[refund]) == (2, 1)
    bodies = [
        len(terms(b, "en")) for b in ("Parcel, parcel and refund", "Nothing", "Refunds take days")
    ]
    assert statistics.mean_body_length == pytest.approx(sum(bodies) / 3)
    assert statistics.mean_title_length == pytest.approx((2 + 2 + 1) / 3)
    assert statistics.mean_heading_length == pytest.approx(len(terms("One two", "en")) / 3)


async def test_catalogue_cards_describe_articles(index: ChunkIndex) -> None:
    """A card has the article's own data, its chunk count, all links once, and its revision."""
    chunks = [
        a_chunk(
            "a",
            "s0",
            scope={"plan": ("Gold",)},
            url="https://x.example",
            links=("b", "c"),
            topic="t",
        ),
        a_chunk(
            "a",
            "s1",
            scope={"plan": ("Gold",)},
            url="https://x.example",
            links=("c", "d"),
            topic="t",
        ),
    ]
    await index.apply(NS, [put(chunks)])
    (card,) = (await index.catalogue(NS)).articles.values()
    assert (card.article_id, card.title, card.language, card.chunks) == ("a", "Returns", "en", 2)
    assert (card.scope, card.url, card.topic) == ({"plan": ("Gold",)}, "https://x.example", "t")
    assert card.links == ("b", "c", "d")
    assert card.revision == article_revision({c.chunk_id: c.content_hash for c in chunks})


async def test_catalogue_follows_every_change(index: ChunkIndex) -> None:
    """After many changes the catalogue is the one that the same content gives when loaded at once."""
    await index.apply(
        NS, [put(an_article("a", "one red", "two red")), put(an_article("b", "three"))]
    )
    await index.apply(NS, [put([a_chunk("a", "s1", "two blue")], delete=["a#s0"])])
    await index.apply(NS, [put(an_article("c", "four green", valid_from="2026-01-01"))])
    await index.delete_article(NS, "b")
    await index.refresh(NS, ("plan",))
    await index.apply("fresh", [put([a_chunk("a", "s1", "two blue")])])
    await index.apply("fresh", [put(an_article("c", "four green", valid_from="2026-01-01"))])
    await index.refresh("fresh", ("plan",))
    assert await index.catalogue(NS) == await index.catalogue("fresh")


async def test_version_changes_exactly_with_the_content(index: ChunkIndex) -> None:
    """A change moves the version, a refresh does not, and going back brings the old one back."""
    await index.apply(NS, [put(an_article("a", "one"))])
    await index.refresh(NS, ())
    first = (await index.catalogue(NS)).version
    await index.refresh(NS, ())
    assert (await index.catalogue(NS)).version == first
    await index.apply(NS, [put(an_article("a", "two"))])
    assert (await index.catalogue(NS)).version != first
    await index.apply(NS, [put(an_article("a", "one"))])
    assert (await index.catalogue(NS)).version == first


# Writing alone


async def test_writing_is_exclusive_and_reentrant(index: ChunkIndex) -> None:
    """Who holds the pen may write; another task's change waits until it is given back."""
    order: list[str] = []

    async def other() -> None:
        await index.apply(NS, [put(an_article("b", "x"))])
        order.append("other")

    async with index.writing(NS):
        waiting = asyncio.create_task(_in_own_context(other))
        await asyncio.sleep(0)
        await index.apply(NS, [put(an_article("a", "x"))])
        await index.refresh(NS, ())
        async with index.writing(NS):
            order.append("holder")
    await waiting
    assert order == ["holder", "other"]
    assert await index.count(NS) == 2


async def test_readers_never_wait_for_the_writer(index: ChunkIndex) -> None:
    """While somebody holds the pen, every way of reading answers."""
    await index.apply(NS, [put([a_chunk()])])
    async with index.writing(NS):
        assert await asyncio.create_task(_in_own_context(lambda: found(index, "parcel")))
        assert await index.count(NS) == 1
        assert await index.content_hashes(NS)
        await index.ping()


async def test_parallel_use_is_safe(index: ChunkIndex) -> None:
    """Many searches and changes at once: every change is there afterwards, no search fails."""
    await index.apply(NS, [put(an_article("a", "parrot"))])
    changes = (index.apply(NS, [put(an_article(f"n{n}", "parrot"))]) for n in range(8))
    searches = (found(index, "parrot", limit=50) for _ in range(40))
    results = await asyncio.gather(*changes, *searches)
    assert all("a#s0" in hits for hits in results[8:] if hits is not None)
    assert len(await found(index, "parrot", limit=50)) == 9


# Vectors


async def near(
    index: ChunkIndex,
    vector: Vector,
    where: ChunkFilter = ANY,
    *,
    embedder: str = "e1",
    limit: int = 10,
    ns: str = NS,
) -> list[str]:
    hits = await index.nearest(ns, vector, embedder=embedder, limit=limit, where=where)
    return [hit.chunk.chunk_id for hit in hits]


async def test_nearest_orders_by_cosine(index: ChunkIndex) -> None:
    """The score is the cosine, from the same direction to the opposite one, best first."""
    bodies = an_article("a", "west", "north", "north-east", "east")
    await index.apply(NS, [put_embedded(bodies, [WEST, NORTH, NORTH_EAST, EAST])], embedder="e1")
    await index.refresh(NS, ())
    hits = await index.nearest(NS, EAST, embedder="e1", limit=10, where=ANY)
    assert [hit.chunk for hit in hits] == [bodies[3], bodies[2], bodies[1], bodies[0]]
    assert [hit.score for hit in hits] == pytest.approx([1, 0.6, 0, -1], abs=1e-5)
    assert all(-1 <= hit.score <= 1 for hit in hits)
    assert hits[0].terms is not None
    assert hits[0].terms[2] == "east"


async def test_equally_near_chunks_come_by_id(index: ChunkIndex) -> None:
    """Ties are broken by the chunk id, whatever order they were written in."""
    for article_id in ("c", "a", "b"):
        change = put_embedded(an_article(article_id, "same"), [NORTH])
        await index.apply(NS, [change], embedder="e1")
    assert await near(index, NORTH) == ["a#s0", "b#s0", "c#s0"]


async def test_nearest_keeps_the_limit(index: ChunkIndex) -> None:
    """At most `limit` chunks come, none for zero or less, all for more than there are."""
    await index.apply(NS, [put_embedded(an_article("a", *"xyz"), [EAST] * 3)], embedder="e1")
    for limit, expected in ((2, 2), (0, 0), (-1, 0), (1_000, 3)):
        assert len(await near(index, EAST, limit=limit)) == expected


async def test_nearest_finds_nothing_where_nothing_is(index: ChunkIndex) -> None:
    """An unwritten namespace and one without vectors have no nearest chunk."""
    assert await near(index, EAST, ns="unwritten") == []
    await index.apply(NS, [put(an_article("a", "x"))])
    assert await near(index, EAST) == []
    assert (await index.catalogue(NS)).vectors == {}


async def test_vectors_of_namespaces_do_not_mix(index: ChunkIndex) -> None:
    """The nearest chunk of one namespace is found in no other, though its id be the same."""
    await index.apply("one", [put_embedded(an_article("a", "x"), [EAST])], embedder="e1")
    await index.apply("two", [put(an_article("a", "x"))])
    assert await near(index, EAST, ns="one") == ["a#s0"]
    assert await near(index, EAST, ns="two") == []


async def test_scope_and_validity_bound_the_nearest(index: ChunkIndex) -> None:
    """Nearer chunks out of scope or out of date neither come nor crowd out the one that fits."""
    near_ones = [
        put_embedded([a_chunk(f"x{n}", scope={"plan": ("a",)})], [EAST]) for n in range(30)
    ]
    was = put_embedded([a_chunk("was", valid_until="2026-03-31")], [EAST])
    mine = put_embedded([a_chunk("mine", scope={"plan": ("b",)})], [NORTH_EAST])
    await index.apply(NS, [*near_ones, was, mine], embedder="e1")
    await index.refresh(NS, ("plan",))
    scope, day = {"plan": ("b",)}, date(2026, 4, 1)
    assert await near(index, EAST, ChunkFilter(scope, day), limit=1) == ["mine#body"]
    assert await near(index, EAST, ChunkFilter(scope)) == ["was#body", "mine#body"]
    assert await near(index, EAST, ChunkFilter({"plan": ("c",)}, day)) == []


async def test_vector_of_another_embedder_finds_nothing(index: ChunkIndex) -> None:
    """Vectors of two embedders are never compared, nor two of different lengths."""
    await index.apply(NS, [put_embedded(an_article("a", "x"), [EAST])], embedder="e1")
    assert await near(index, EAST, embedder="e2") == []
    assert await near(index, EAST, embedder="") == []
    assert await near(index, (1.0, 0.0)) == []
    assert await near(index, (1.0, 0.0, 0.0, 0.0)) == []
    assert await near(index, EAST) == ["a#s0"]


async def test_chunk_without_vector_is_found_by_its_words(index: ChunkIndex) -> None:
    """An article that nobody embedded is searched as ever, and is near to nothing."""
    await index.apply(NS, [put_embedded(an_article("a", "red parrot"), [EAST])], embedder="e1")
    await index.apply(NS, [put(an_article("b", "blue parrot"))])
    assert await near(index, EAST) == ["a#s0"]
    assert sorted(await found(index, "parrot")) == ["a#s0", "b#s0"]
    assert (await index.catalogue(NS)).vectors == {"e1": 1}


async def test_vector_goes_with_its_chunk(index: ChunkIndex) -> None:
    """A replaced chunk is near to its new vector only, a deleted one or article to nothing."""
    chunks = an_article("a", "x", "y", "z")
    await index.apply(NS, [put_embedded(chunks, [EAST, EAST, EAST])], embedder="e1")
    await index.apply(NS, [put_embedded(an_article("b", "x"), [EAST])], embedder="e1")
    moved = put_embedded([a_chunk("a", "s0", "w")], [UP], delete=["a#s2"])
    await index.apply(NS, [moved], embedder="e1")
    hits = await index.nearest(NS, EAST, embedder="e1", limit=10, where=ANY)
    assert [(hit.chunk.chunk_id, round(hit.score, 3)) for hit in hits] == [
        ("a#s1", 1),
        ("b#s0", 1),
        ("a#s0", 0),
    ]
    await index.delete_article(NS, "a")
    assert await near(index, EAST) == ["b#s0"]
    assert (await index.catalogue(NS)).vectors == {"e1": 1}


async def test_chunk_rewritten_without_vector_loses_it(index: ChunkIndex) -> None:
    """A vector never stands beside a text that it was not made of."""
    await index.apply(NS, [put_embedded(an_article("a", "x"), [EAST])], embedder="e1")
    changed = an_article("a", "y")
    await index.apply(NS, [put(changed)])
    assert await near(index, EAST) == []
    assert (await index.catalogue(NS)).vectors == {}
    assert await index.content_hashes(NS) == {"a": {"a#s0": changed[0].content_hash}}


async def test_content_hashes_tell_the_embedder(index: ChunkIndex) -> None:
    """The stored hash names whose vector lies beside the chunk, so that a load can go on."""
    a, b = an_article("a", "x"), an_article("b", "y")
    await index.apply(NS, [put_embedded(a, [EAST])], embedder="model@3'x")
    await index.apply(NS, [put(b)])
    await index.refresh(NS, ())
    assert await index.content_hashes(NS) == {
        "a": {"a#s0": stored_hash(a[0].content_hash, "model@3'x")},
        "b": {"b#s0": b[0].content_hash},
    }
    await index.apply(NS, [put_embedded(b, [EAST])], embedder="model@3'x")
    hashes = await index.content_hashes(NS)
    assert hashes["b"] == {"b#s0": stored_hash(b[0].content_hash, "model@3'x")}
    assert await near(index, EAST, embedder="model@3'x") == ["a#s0", "b#s0"]


async def test_another_embedder_takes_over(index: ChunkIndex) -> None:
    """Under a new embedder every chunk is still there, and its vectors come in load by load."""
    a, b = an_article("a", "red parrot"), an_article("b", "blue parrot")
    await index.apply(NS, [put_embedded(a, [EAST]), put_embedded(b, [NORTH])], embedder="e1")
    await index.refresh(NS, ("plan",))
    before = await index.catalogue(NS)
    await index.apply(NS, [put_embedded(a, [UP])], embedder="e2")
    hashes = await index.content_hashes(NS)
    assert hashes["a"] == {"a#s0": stored_hash(a[0].content_hash, "e2")}
    assert hashes["b"] != {"b#s0": stored_hash(b[0].content_hash, "e2")}
    assert await near(index, UP, embedder="e2") == ["a#s0"]
    assert "a#s0" not in await near(index, EAST, embedder="e1")
    assert sorted(await found(index, "parrot")) == ["a#s0", "b#s0"]
    await index.apply(NS, [put_embedded(b, [UP])], embedder="e2")
    await index.refresh(NS, ("plan",))
    after = await index.catalogue(NS)
    assert (before.vectors, after.vectors) == ({"e1": 2}, {"e2": 2})
    assert (before.articles, before.statistics) == (after.articles, after.statistics)
    assert await near(index, EAST, embedder="e1") == []
    assert [chunk async for chunk in index.list_chunks(NS)] == [*a, *b]


async def test_catalogue_version_follows_the_vectors(index: ChunkIndex) -> None:
    """What dense search finds is part of a version: other vectors' presence is another one."""
    a = an_article("a", "x")
    await index.apply(NS, [put(a)])
    plain = await index.catalogue(NS)
    await index.apply(NS, [put_embedded(a, [EAST])], embedder="e1")
    assert (await index.catalogue(NS)).version != plain.version
    await index.apply(NS, [put(a)])
    assert await index.catalogue(NS) == plain


async def test_vectors_without_an_embedder_are_not_kept(index: ChunkIndex) -> None:
    """Nobody could tell what they may be compared with; the chunks are stored."""
    await index.apply(NS, [put_embedded(an_article("a", "x"), [EAST])])
    assert (await index.catalogue(NS)).vectors == {}
    assert await index.count(NS) == 1


async def test_an_embedder_may_delete_only(index: ChunkIndex) -> None:
    """A change without vectors by another embedder leaves those of the others alone."""
    chunks = an_article("a", "x", "y")
    await index.apply(NS, [put_embedded(chunks, [EAST, EAST])], embedder="e1")
    await index.apply(NS, [ArticleChange("a", (), ("a#s1",))], embedder="e2")
    assert await near(index, EAST) == ["a#s0"]
    assert (await index.catalogue(NS)).vectors == {"e1": 1}


async def _in_own_context(make: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run as a request would: in a task whose context does not come from the holder of the pen."""
    return await asyncio.get_running_loop().create_task(make(), context=Context())
