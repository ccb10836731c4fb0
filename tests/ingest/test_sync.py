"""Bringing the store in line with articles: only what differs is written, nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import Article, Chunk, Kind, Section, Tier, Unit
from data_pipeline.errors import IndexUnavailableError
from data_pipeline.ingest import sync
from data_pipeline.ingest.changes import commits, plan
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.ingest.renames import moved
from data_pipeline.ingest.sync import load, prepare
from data_pipeline.ingest.verification import verify
from data_pipeline.ports import ArticleChange, ChunkFilter, FailedArticle
from tests.builders_index import a_chunk, an_article, put
from tests.fakes_index import MemoryIndex
from tests.fakes_models import HashEmbedder

NS = "default"


def section(path: str, *texts: str) -> Section:
    return Section(
        path=path,
        heading=path.title(),
        kind=Kind.BODY,
        tier=Tier.HIGH,
        units=tuple(Unit(text) for text in texts),
    )


def article(article_id: str, *sections: Section, **fields: Any) -> Article:
    """An article from a file in the folder /kb, which is not there any more."""
    placed = {"source": f"{article_id}.md", "origin": f"/nowhere/kb/{article_id}.md"}
    return Article(
        **{"article_id": article_id, "title": "Title", "language": "en", **placed, **fields},
        sections=sections or (section("body", f"What {article_id} says."),),
    )


class CountingIndex(MemoryIndex):
    """Remembers what was applied; dies before the commit number `dies_at`, if one is given."""

    def __init__(self) -> None:
        super().__init__()
        self.applied: list[list[ArticleChange]] = []
        self.dies_at: int | None = None

    async def apply(
        self, namespace: str, changes: Sequence[ArticleChange], *, embedder: str = ""
    ) -> Sequence[FailedArticle]:
        if len(self.applied) == self.dies_at:
            raise IndexUnavailableError("The disk is gone: bring it back.")
        self.applied.append(list(changes))
        return await super().apply(namespace, changes, embedder=embedder)

    @property
    def written(self) -> list[str]:
        return [c.chunk_id for changes in self.applied for change in changes for c in change.write]


# Planning


def test_new_article_is_written_whole() -> None:
    """An article that is not stored is written with all its chunks."""
    chunks = an_article("a", "x", "y")
    assert plan({"a": chunks}, {}) == [put(chunks)]


def test_unchanged_article_needs_nothing() -> None:
    """An article whose chunks are all stored as they are gets no change."""
    chunks = an_article("a", "x", "y")
    assert plan({"a": chunks}, stored(chunks)) == []


def test_only_changed_chunks_are_written() -> None:
    """Of an article with one changed, one new and one vanished chunk exactly these are touched."""
    old = an_article("a", "x", "y", "z")
    new = [old[0], a_chunk("a", "s1", "changed"), a_chunk("a", "s9", "new")]
    assert plan({"a": new}, stored(old)) == [put(new[1:], delete=["a#s2"])]


def test_article_that_became_empty_loses_its_chunks() -> None:
    """An article without any text left is removed, because its source says so."""
    assert plan({"a": []}, stored(an_article("a", "x"))) == [ArticleChange("a", (), ("a#s0",))]


def test_absent_articles_are_left_alone() -> None:
    """What is stored and not among the given articles stays."""
    assert plan({}, stored(an_article("a", "x"))) == []


def test_removal_of_a_renamed_article_follows_its_new_name() -> None:
    """The old id goes right after the new one came, so both fit in one commit."""
    new = an_article("new", "x")
    changes = plan({"new": new}, stored(an_article("old", "x")), {"new": "old"})
    assert changes == [put(new), ArticleChange("old", (), ("old#s0",))]


@given(st.lists(st.booleans(), max_size=40), st.integers(1, 7))
def test_commits_keep_order_and_pairs(writes: list[bool], size: int) -> None:
    """Grouping loses nothing, keeps the order and never parts a removal from what it follows."""
    chunk = a_chunk()
    changes = [ArticleChange(str(n), (chunk,) if w else (), ("x",)) for n, w in enumerate(writes)]
    groups = list(commits(changes, size))
    assert [change for group in groups for change in group] == changes
    assert all(group[0].write for group in groups[1:])
    assert all(sum(bool(change.write) for change in group) <= size for group in groups)


CHUNKS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("xyz"), max_size=6)
ARTICLES = st.dictionaries(st.sampled_from(["one", "two", "three"]), CHUNKS, max_size=3)


@given(ARTICLES, ARTICLES)
async def test_a_plan_always_ends_in_what_is_wanted(
    before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]
) -> None:
    """Whatever was stored, after the planned changes each given article is as it should be."""
    index = MemoryIndex(chunk for key, bodies in before.items() for chunk in made(key, bodies))
    wanted = {key: made(key, bodies) for key, bodies in after.items()}
    await index.apply(NS, plan(wanted, await index.content_hashes(NS)))
    for key in {*before, *after}:
        expected = wanted.get(key, made(key, before.get(key, {})))
        assert list(await index.article_chunks(NS, key)) == sorted(
            expected, key=lambda c: c.chunk_id
        )


# Loading


async def test_load_writes_all_and_again_nothing() -> None:
    """The first load writes every chunk, the second makes no call that writes."""
    index = CountingIndex()
    articles = [article("a"), article("b", section("one", "x"), section("two", "y"))]
    first = await load(index, NS, articles, ("plan",))
    assert ([a.article_id for a in first.changed], first.chunks_written) == (["a", "b"], 3)
    assert first.articles[1].chunks == {Tier.HIGH: 2}
    index.applied.clear()
    second = await load(index, NS, articles, ("plan",))
    assert (second.changed, second.chunks_written, index.applied) == ([], 0, [])
    assert len(second.unchanged) == 2


async def test_one_changed_section_changes_only_its_chunks() -> None:
    """Editing a section rewrites its chunk, inserting one rewrites no other."""
    index = CountingIndex()
    await load(index, NS, [article("a", section("one", "x"), section("two", "y"))], ())
    index.applied.clear()
    edited = article("a", section("one", "x"), section("new", "n"), section("two", "changed"))
    report = await load(index, NS, [edited, article("b")], ())
    assert index.written == ["a#new", "a#two", "b#body"]
    assert (report.chunks_written, report.chunks_deleted) == (3, 0)


async def test_commits_hold_about_fifty_articles() -> None:
    """A large load is applied in steps, so that a killed one has not worked for nothing."""
    index = CountingIndex()
    seen: list[tuple[int, int]] = []
    await load(index, NS, [article(f"a{n}") for n in range(120)], (), lambda *p: seen.append(p))
    assert [len(changes) for changes in index.applied] == [50, 50, 20]
    assert seen == [(0, 120), (50, 120), (100, 120), (120, 120), (120, 120)]


async def test_interrupted_load_is_completed_by_the_next() -> None:
    """After an error in the middle, the second load writes only what is missing."""
    index = CountingIndex()
    index.dies_at = 1
    articles = [article(f"a{n}") for n in range(120)]
    with pytest.raises(IndexUnavailableError):
        await load(index, NS, articles, ())
    index.dies_at = None
    index.applied.clear()
    report = await load(index, NS, articles, ())
    assert (len(report.unchanged), len(report.changed), len(index.written)) == (50, 70, 70)
    assert await index.count(NS) == 120


async def test_articles_that_were_not_given_stay() -> None:
    """A load of one folder removes nothing of another, nor what failed to be read this time."""
    index = MemoryIndex()
    await load(index, NS, [article("a"), article("b")], ())
    await load(index, NS, [article("c")], ())
    report = await load(index, NS, [article("b")], ())
    assert sorted((await index.catalogue(NS)).articles) == ["a", "b", "c"]
    assert report.not_in_sources == ("a", "c")


async def test_empty_load_changes_nothing() -> None:
    """No articles: an empty report."""
    index = CountingIndex()
    assert (await load(index, NS, [], ())).articles == ()
    assert index.applied == []


async def test_chunking_keeps_no_other_writer_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """All articles are in chunks before the pen is taken."""
    order: list[str] = []

    class Watched(MemoryIndex):
        def writing(self, namespace: str) -> AbstractAsyncContextManager[None]:
            order.append("pen")
            return super().writing(namespace)

    def noted(one: Article) -> tuple[Chunk, ...]:
        order.append("chunks")
        return chunk_article(one)

    monkeypatch.setattr(sync, "article_chunks", noted)
    await load(Watched(), NS, [article("a"), article("b")], ())
    assert order[:3] == ["chunks", "chunks", "pen"]
    assert "chunks" not in order[3:]


async def test_prepare_writes_nothing() -> None:
    """A dry run reports what a load would do and leaves the store as it is."""
    index = CountingIndex()
    planned = await prepare(index, NS, [article("a")])
    assert (planned.report.chunks_written, index.applied) == (1, [])


# Renames


async def test_moved_article_replaces_the_old_one_in_one_commit() -> None:
    """The same content under a new id, with a new title: the new comes as the old goes."""
    index = CountingIndex()
    await load(
        index, NS, [article("old", section("one", "x"), section("two", "y")), article("b")], ()
    )
    index.applied.clear()
    moved = article(
        "new", section("one", "x"), section("two", "y"), title="Moved", url="https://x.example"
    )
    report = await load(index, NS, [moved, article("b")], ())
    assert [[change.article_id for change in group] for group in index.applied] == [["new", "old"]]
    assert sorted(await index.content_hashes(NS)) == ["b", "new"]
    assert report.articles[0].renamed_from == "old"
    assert (report.chunks_written, report.chunks_deleted) == (2, 2)


@pytest.mark.parametrize(
    "other",
    [
        article("new", section("one", "x"), section("two", "other words")),
        article("new", section("one", "x")),
        article("new", section("one", "x"), section("two", "y"), scope={"plan": ("Gold",)}),
        article("new", section("one", "x"), section("two", "y"), language="es"),
        article("new", section("one", "x"), section("two", "y"), valid_until="2030-01-01"),
        article("new", section("one", "x"), section("two", "y"), origin="/nowhere/kb2/new.md"),
        article("new", section("one", "x"), section("two", "y"), origin=""),
    ],
    ids=["text", "sections", "scope", "language", "validity", "folder", "no file"],
)
async def test_different_article_replaces_nothing(other: Article) -> None:
    """Other words, sections, scope, language, days or another folder make another article."""
    index = MemoryIndex()
    await load(index, NS, [article("old", section("one", "x"), section("two", "y"))], ())
    await load(index, NS, [other], ())
    assert sorted(await index.content_hashes(NS)) == ["new", "old"]


async def test_twin_whose_source_is_given_stays() -> None:
    """Two sources with the same words are two articles as long as both are given."""
    index = MemoryIndex()
    await load(index, NS, [article("one", section("s", "x"))], ())
    await load(
        index, NS, [article("one", section("s", "x")), article("two", section("s", "x"))], ()
    )
    assert sorted(await index.content_hashes(NS)) == ["one", "two"]


async def test_each_old_article_is_renamed_once() -> None:
    """Three stored twins and two new ones: two are renamed, the third stays."""
    index = MemoryIndex()
    await load(index, NS, [article(f"old{n}", section("s", "x")) for n in range(3)], ())
    report = await load(index, NS, [article(f"new{n}", section("s", "x")) for n in range(2)], ())
    assert [a.renamed_from for a in report.articles] == ["old0", "old1"]
    assert sorted(await index.content_hashes(NS)) == ["new0", "new1", "old2"]


async def test_renamed_article_never_stops_answering() -> None:
    """Between the commits of a rename there is always one article that answers."""

    class Watched(CountingIndex):
        async def apply(
            self, namespace: str, changes: Sequence[ArticleChange], *, embedder: str = ""
        ) -> Sequence[FailedArticle]:
            failed = await super().apply(namespace, changes, embedder=embedder)
            assert await self.search(namespace, ["parrot"], limit=1, where=ChunkFilter())
            return failed

    index = Watched()
    await load(index, NS, [article("old", section("s", "a parrot"))], ())
    await load(index, NS, [article("new", section("s", "a parrot"))], ())
    assert list(await index.content_hashes(NS)) == ["new"]


@pytest.mark.parametrize(
    ("origin", "source", "old", "is_there", "is_moved"),
    [
        ("/kb/new.md", "new.md", "/kb/old.md", False, True),
        ("/kb/new.md", "new.md", "/kb/old.md", True, False),
        ("/kb/new.md", "new.md", "/kb/sub/old.md", False, True),
        ("/kb/sub/new.md", "sub/new.md", "/kb/old.md", False, True),
        ("/kb/sub/new.md", "new.md", "/kb/old.md", False, False),
        ("/kb2/new.md", "new.md", "/kb/old.md", False, False),
        ("/kb/a.md", "a.md", "/kb/a.md", True, True),
        ("", "", "/kb/a.md", False, False),
        ("/kb/a.md", "a.md", "", False, False),
    ],
)
def test_moved_files(*, origin: str, source: str, old: str, is_there: bool, is_moved: bool) -> None:
    """A file of the same knowledge base that is gone, or the file itself under another id."""
    assert moved(origin, source, old, is_there=is_there) is is_moved


# Scope keys


async def test_scope_keys_survive_a_load_that_does_not_know_them() -> None:
    """A later load of another folder keeps configured keys, also those of no article yet."""
    index = MemoryIndex()
    await load(index, NS, [article("a", scope={"plan": ("Gold",)})], ("plan", "unused"))
    await load(index, NS, [article("b")], ("country",))
    assert (await index.catalogue(NS)).scope_keys == ("plan", "unused", "country")


# Verification


async def test_verification_finds_every_difference() -> None:
    """Missing, stale and differing chunks are told apart, and articles without a source named."""
    index = MemoryIndex()
    was = article("a", section("same", "x"), section("edited", "y"), section("gone", "z"))
    await load(index, NS, [was, article("fine"), article("other")], ())
    now = article("a", section("same", "x"), section("edited", "why"), section("new", "n"))
    found = await verify(index, NS, [now, article("fine"), article("unloaded")])
    assert (found.articles, found.chunks, found.not_in_sources) == (3, 5, ("other",))
    assert [(d.article_id, d.missing, d.stale, d.differing) for d in found.differences] == [
        ("a", ("a#new",), ("a#gone",), ("a#edited",)),
        ("unloaded", ("unloaded#body",), (), ()),
    ]


async def test_the_same_files_elsewhere_are_the_same() -> None:
    """A copy of the folder in another place writes nothing and verifies."""
    index = CountingIndex()
    await load(index, NS, [article("a")], ())
    index.applied.clear()
    elsewhere = [article("a", origin="/elsewhere/kb/a.md")]
    assert (await load(index, NS, elsewhere, ())).changed == []
    assert index.applied == []
    assert (await verify(index, NS, elsewhere)).differences == ()


async def test_verification_compares_more_than_the_hash() -> None:
    """A stored chunk that was altered under an unchanged hash is found."""
    (chunk,) = chunk_article(article("a"))
    altered = Chunk(
        **{**{f: getattr(chunk, f) for f in chunk.__struct_fields__}, "url": "https://evil.example"}
    )
    found = await verify(MemoryIndex([altered]), NS, [article("a")])
    assert [d.differing for d in found.differences] == [("a#body",)]


async def test_verification_misses_vectors() -> None:
    """With an embedder, chunks without its vector are named, those of another one too."""
    index = MemoryIndex()
    await load(index, NS, [article("a"), article("b")], (), embedder=HashEmbedder())
    await load(index, NS, [article("c")], ())
    articles = [article("a"), article("b"), article("c")]
    assert (await verify(index, NS, articles)).differences == ()
    found = await verify(index, NS, articles, "hash/64")
    assert [(d.article_id, d.without_vector) for d in found.differences] == [("c", ("c#body",))]
    assert len((await verify(index, NS, articles, "hash/32")).differences) == 3


def stored(*articles: Sequence[Chunk]) -> dict[str, dict[str, str]]:
    return {
        chunks[0].article_id: {c.chunk_id: c.content_hash for c in chunks} for chunks in articles
    }


def made(article_id: str, bodies: dict[str, str]) -> list[Chunk]:
    return [a_chunk(article_id, section, body) for section, body in bodies.items()]
