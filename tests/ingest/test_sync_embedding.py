"""Loading with vectors: only what changed is paid for, and a failing embedder costs little."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import Article, Kind, Section, Tier, Unit
from data_pipeline.errors import EmbedderUnavailableError, IndexUnavailableError, TextRefusedError
from data_pipeline.ingest.changes import is_current
from data_pipeline.ingest.embedding import batches, made_ahead
from data_pipeline.ingest.load_report import EmbeddingUse, LoadReport
from data_pipeline.ingest.sync import load, prepare
from data_pipeline.language import estimate_tokens
from data_pipeline.ports import ArticleChange, Embedder, Embeddings, FailedArticle
from tests.builders_index import a_chunk
from tests.fakes_index import MemoryIndex
from tests.fakes_models import HashEmbedder

NS = "default"


def article(article_id: str, *texts: str, **fields: Any) -> Article:
    sections = [
        Section(path=f"s{n}", heading=f"S{n}", kind=Kind.BODY, tier=Tier.HIGH, units=(Unit(text),))
        for n, text in enumerate(texts or (f"What {article_id} says.",))
    ]
    placed = {"source": f"{article_id}.md", "origin": f"/nowhere/kb/{article_id}.md"}
    named = {"article_id": article_id, "title": f"About {article_id}", "language": "en"}
    return Article(**{**named, **placed, **fields}, sections=tuple(sections))


class PickyEmbedder(HashEmbedder):
    """Refuses every call that holds a text in which one of `words` stands."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = words

    async def embed(self, texts: Sequence[str], purpose: Literal["query", "passage"]) -> Embeddings:
        found = await super().embed(texts, purpose)
        if any(word in text for text in texts for word in self.words):
            raise TextRefusedError("The embedder refused it: look at its limits.")
        return found


class StrictIndex(MemoryIndex):
    """Refuses articles, as a store does that cannot hold one; counts what was applied."""

    def __init__(self, *refused: str) -> None:
        super().__init__()
        self.refused = refused
        self.applied = 0

    async def apply(
        self, namespace: str, changes: Sequence[ArticleChange], *, embedder: str = ""
    ) -> Sequence[FailedArticle]:
        self.applied += 1
        taken = [change for change in changes if change.article_id not in self.refused]
        await super().apply(namespace, taken, embedder=embedder)
        return [
            FailedArticle(c.article_id, "too large: split it") for c in changes if c not in taken
        ]


async def loaded(
    index: MemoryIndex, articles: Sequence[Article], embedder: Embedder | None = None
) -> LoadReport:
    return await load(index, NS, articles, (), embedder=embedder)


async def test_every_chunk_gets_its_vector() -> None:
    """All chunks are embedded as passages, whole texts with title and heading, and paid for once."""
    index, embedder = MemoryIndex(), HashEmbedder()
    report = await loaded(index, [article("a", "x", "y"), article("b")], embedder)
    texts = ["About a\nS0\n\nx", "About a\nS1\n\ny", "About b\nS0\n\nWhat b says."]
    assert embedder.calls == [(tuple(texts), "passage")]
    assert (await index.catalogue(NS)).vectors == {"hash/64": 3}
    assert report.embedding == EmbeddingUse("hash", 3, sum(map(estimate_tokens, texts)))


async def test_unchanged_articles_cost_nothing() -> None:
    """A second load makes no call, neither to the embedder nor to the store."""
    index, embedder = StrictIndex(), HashEmbedder()
    await loaded(index, [article("a", "x", "y")], embedder)
    index.applied = 0
    embedder.calls.clear()
    report = await loaded(index, [article("a", "x", "y")], embedder)
    assert (embedder.calls, index.applied, report.embedding) == ([], 0, EmbeddingUse("hash"))


async def test_a_changed_chunk_is_embedded_alone() -> None:
    """Its neighbours keep their vectors."""
    index, embedder = MemoryIndex(), HashEmbedder()
    await loaded(index, [article("a", "x", "y")], embedder)
    embedder.calls.clear()
    await loaded(index, [article("a", "x", "changed")], embedder)
    assert embedder.texts == ["About a\nS1\n\nchanged"]
    assert (await index.catalogue(NS)).vectors == {"hash/64": 2}


async def test_another_embedder_embeds_all_anew() -> None:
    """Vectors of two embedders cannot be compared, so none of the old ones stays."""
    index = MemoryIndex()
    await loaded(index, [article("a", "x", "y")], HashEmbedder())
    report = await loaded(index, [article("a", "x", "y")], HashEmbedder(dimensions=32))
    assert report.chunks_written == 2
    assert (await index.catalogue(NS)).vectors == {"hash/32": 2}


async def test_a_load_without_an_embedder_strips_no_vectors() -> None:
    """What is unchanged stays as it is; only a changed chunk loses its vector, which was of its old text."""
    index = StrictIndex()
    await loaded(index, [article("a", "x", "y")], HashEmbedder())
    index.applied = 0
    report = await loaded(index, [article("a", "x", "y")])
    assert (index.applied, report.embedding) == (0, None)
    planned = await prepare(index, NS, [article("a", "x", "changed")])
    report = await loaded(index, [article("a", "x", "changed")])
    assert planned.report.without_vector == report.without_vector == 1
    assert (await index.catalogue(NS)).vectors == {"hash/64": 1}


async def test_vectors_come_later() -> None:
    """A knowledge base that was loaded without vectors gets them from the first load with an embedder."""
    index = MemoryIndex()
    assert (await loaded(index, [article("a", "x", "y")])).without_vector == 0
    report = await loaded(index, [article("a", "x", "y")], HashEmbedder())
    assert report.without_vector == 0
    assert (await index.catalogue(NS)).vectors == {"hash/64": 2}


@given(st.text("abc", min_size=1), st.text("abc", min_size=1), st.text("xy@/", max_size=4))
def test_what_is_current(content: str, other: str, embedder: str) -> None:
    """Other content is never current, equal content is unless a vector of another embedder is wanted."""
    for held in (content, f"{content}@x", f"{content}@{embedder}"):
        assert is_current(held, content)
        assert is_current(held, other) is (other == content)
    assert is_current(f"{content}@{embedder}" if embedder else content, content, embedder)
    assert not is_current(None, content, embedder)
    assert not is_current(content, content, "some")


async def test_a_dry_run_estimates_and_pays_nothing() -> None:
    """The tokens of what would be embedded, without a call."""
    index, embedder = MemoryIndex(), HashEmbedder()
    await loaded(index, [article("a", "x")], embedder)
    embedder.calls.clear()
    planned = await prepare(index, NS, [article("a", "x"), article("b", "y")], embedder)
    assert planned.report.embedding == EmbeddingUse("hash", 1, estimate_tokens("About b\nS0\n\ny"))
    assert embedder.calls == []


# Failing


async def test_one_bad_article_does_not_cost_its_batch() -> None:
    """A refused batch is tried article by article: one fails, with its cause, the others are stored."""
    index, embedder = MemoryIndex(), PickyEmbedder("poison")
    articles = [article("a"), article("bad", "fine", "poison"), article("c")]
    report = await loaded(index, articles, embedder)
    assert report.failed == (FailedArticle("bad", "The embedder refused it: look at its limits."),)
    assert [one.article_id for one in report.articles] == ["a", "c"]
    assert sorted(await index.content_hashes(NS)) == ["a", "c"]
    assert len(embedder.calls) == 4


async def test_what_failed_is_as_it_was_and_comes_with_the_next_load() -> None:
    """The stored version of a failed article still answers; the next load makes up for it."""
    index = MemoryIndex()
    await loaded(index, [article("a", "old"), article("b", "old")], HashEmbedder())
    await loaded(index, [article("a", "poison"), article("b", "new")], PickyEmbedder("poison"))
    held = {c.article_id: c.body async for c in index.list_chunks(NS)}
    assert held == {"a": "old", "b": "new"}
    report = await loaded(index, [article("a", "poison"), article("b", "new")], HashEmbedder())
    assert [one.article_id for one in report.changed] == ["a"]


async def test_a_renamed_article_stays_until_its_new_name_is_there() -> None:
    """When the new one cannot be embedded, the old one is not removed."""
    index = MemoryIndex()
    await loaded(index, [article("old", "poison", title="Same")], HashEmbedder())
    report = await loaded(index, [article("new", "poison", title="Same")], PickyEmbedder("poison"))
    assert sorted(await index.content_hashes(NS)) == ["old"]
    assert ([f.article_id for f in report.failed], report.not_in_sources) == (["new", "old"], ())


async def test_a_rename_before_the_end_is_whole() -> None:
    """When the embedder goes in the middle of a group, what came before it is done to its end."""
    index = MemoryIndex()
    await loaded(index, [article("old", "poison", title="Same")], HashEmbedder())
    rest = [article(f"a{n}", *map(str, range(96))) for n in range(4)]
    with pytest.raises(EmbedderUnavailableError):
        await loaded(
            index,
            [article("new", "poison", title="Same"), *rest],
            FlakyEmbedder([False, *[True] * 6]),
        )
    assert sorted(await index.content_hashes(NS)) == ["new"]


async def test_an_embedder_that_is_gone_stops_the_load() -> None:
    """After three batches without any success; what was stored before stays and is searchable."""

    class Dying(HashEmbedder):
        async def embed(
            self, texts: Sequence[str], purpose: Literal["query", "passage"]
        ) -> Embeddings:
            if len(self.calls) == 2:
                self.error = EmbedderUnavailableError("No connection: check the address.")
            return await super().embed(texts, purpose)

    index, embedder = StrictIndex(), Dying()
    articles = [article(f"a{n:03}", *map(str, range(10))) for n in range(300)]
    with pytest.raises(EmbedderUnavailableError, match=r"check the address\..*run it again"):
        await loaded(index, articles, embedder)
    # Two batches of nine articles, then three lost ones: nobody asks a dead service article by article.
    assert len(await index.content_hashes(NS)) == 18
    assert len(embedder.calls) == 2 + 3
    again = await loaded(index, articles, HashEmbedder())
    assert len(again.unchanged) == 18


async def test_few_articles_and_no_embedder() -> None:
    """With less than three batches all fail, each with the cause, and nothing is stored."""
    index, embedder = MemoryIndex(), HashEmbedder()
    embedder.error = EmbedderUnavailableError("No connection: check the address.")
    report = await loaded(index, [article(f"a{n}") for n in range(9)], embedder)
    assert {f.cause for f in report.failed} == {"No connection: check the address."}
    assert (len(report.failed), report.articles, await index.count(NS)) == (9, (), 0)


async def test_an_article_that_the_store_refuses_is_reported() -> None:
    """It is no part of what was stored; the others are."""
    report = await loaded(StrictIndex("b"), [article("a"), article("b")], HashEmbedder())
    assert report.failed == (FailedArticle("b", "too large: split it"),)
    assert [one.article_id for one in report.changed] == ["a"]


async def test_a_mistake_of_the_embedder_is_not_swallowed() -> None:
    """Only its own error is handled, anything else ends the load at once."""
    embedder = HashEmbedder()
    embedder.error = ValueError("a mistake")
    with pytest.raises(ValueError, match="a mistake"):
        await loaded(MemoryIndex(), [article("a")], embedder)


class FlakyEmbedder(HashEmbedder):
    """Fails in the calls that a plan says, and after the plan never."""

    def __init__(self, plan: Sequence[bool]) -> None:
        super().__init__()
        self.plan = list(plan)

    async def embed(self, texts: Sequence[str], purpose: Literal["query", "passage"]) -> Embeddings:
        if self.plan and self.plan.pop(0):
            raise EmbedderUnavailableError("Busy: try again.")
        return await super().embed(texts, purpose)


@given(st.lists(st.booleans(), max_size=40), st.integers(1, 40), st.integers(1, 12))
async def test_every_article_is_whole_whatever_fails(
    failures: list[bool], articles: int, size: int
) -> None:
    """Each is stored with all its vectors, or reported and as it was; the next load ends it."""
    before = [article(f"a{n}", "old") for n in range(0, articles, 2)]
    after = [article(f"a{n}", *(f"new {m}" for m in range(size))) for n in range(articles)]
    index = MemoryIndex()
    await loaded(index, before, HashEmbedder())
    failed = {one.article_id for one in after}
    try:
        report = await loaded(index, after, FlakyEmbedder(failures))
        failed = {one.article_id for one in report.failed}
        assert {one.article_id for one in report.articles} == {a.article_id for a in after} - failed
    except EmbedderUnavailableError:
        pass
    stored = {a.article_id: len(await index.article_chunks(NS, a.article_id)) for a in after}
    old = {one.article_id for one in before}
    for article_id, chunks in stored.items():
        kept = {1} if article_id in old else {0}
        assert chunks in (kept | {size} if article_id in failed else {size})
    assert (await index.catalogue(NS)).vectors.get("hash/64", 0) == sum(stored.values())
    report = await loaded(index, after, HashEmbedder())
    assert (report.failed, await index.count(NS)) == ((), articles * size)


# Batches


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 8))
def test_batches_hold_every_article_once(sizes: list[int], size: int) -> None:
    """In order, whole, never above the size unless a single article is; removals are not embedded."""
    changes = [
        ArticleChange(str(n), tuple(a_chunk(str(n), f"s{m}") for m in range(chunks)), ("x",))
        for n, chunks in enumerate(sizes)
    ]
    groups = list(batches(changes, size))
    assert [c for group in groups for c in group] == [c for c in changes if c.write]
    assert all(len(g) == 1 or sum(len(c.write) for c in g) <= size for g in groups)


async def test_the_next_group_is_made_while_one_is_used() -> None:
    """But only the next, and one after the other."""
    made: list[int] = []

    async def make(number: int) -> int:
        made.append(number)
        return number

    seen = []
    async for number in made_ahead(make, range(4)):
        await asyncio.sleep(0)
        seen.append((number, list(made)))
    assert seen == [(0, [0, 1]), (1, [0, 1, 2]), (2, [0, 1, 2, 3]), (3, [0, 1, 2, 3])]


@pytest.mark.parametrize("groups", [[], [1]])
async def test_few_groups(groups: list[int]) -> None:
    """None, and one."""

    async def make(number: int) -> int:
        return number

    assert [made async for made in made_ahead(make, groups)] == groups


async def test_nothing_is_left_running_after_an_error() -> None:
    """A store that fails cancels the group that is being embedded."""
    cancelled: list[bool] = []

    class Slow(HashEmbedder):
        async def embed(
            self, texts: Sequence[str], purpose: Literal["query", "passage"]
        ) -> Embeddings:
            if self.calls:
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    cancelled.append(True)
                    raise
            return await super().embed(texts, purpose)

    class Full(MemoryIndex):
        async def apply(self, *_: object, **__: object) -> Sequence[FailedArticle]:
            await asyncio.sleep(0)
            raise IndexUnavailableError("The disk is full: make room.")

    with pytest.raises(IndexUnavailableError):
        await loaded(Full(), [article(f"a{n}") for n in range(51)], Slow())
    assert cancelled == [True]
