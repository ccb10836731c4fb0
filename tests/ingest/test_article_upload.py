"""Articles that are sent one by one, over the store that lives in a folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.adapters.embedded import EmbeddedIndex
from data_pipeline.errors import InvalidRequestError
from data_pipeline.ingest.article_upload import (
    SUFFIX_OF_TYPE,
    ArticleDesk,
    ArticleUpload,
    read_upload,
)
from data_pipeline.ingest.folder import read_folder
from data_pipeline.ingest.sync import load
from data_pipeline.language import estimate_tokens
from data_pipeline.ports import ChunkFilter
from data_pipeline.prices import Price, Prices
from tests.fakes_index import MemoryIndex
from tests.fakes_models import HashEmbedder

NS = "default"


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[EmbeddedIndex]:
    index = EmbeddedIndex(tmp_path / "kb", refresh_seconds=0.01)
    yield index
    await index.close()


def upload(article_id: str, text: str = "", media_type: str = "text/markdown") -> ArticleUpload:
    content = text or f"# {article_id}\n\nWhat {article_id} says."
    return ArticleUpload(article_id=article_id, media_type=media_type, content=content.encode())


async def test_many_at_once(index: EmbeddedIndex) -> None:
    """Callers do not wait for each other's vectors, and every article is there in the end."""
    embedder = HashEmbedder()
    desk = ArticleDesk(index, embedder)
    stored = await asyncio.gather(*(desk.put(NS, upload(f"a{n}")) for n in range(8)))
    assert {one.created for one in stored} == {True}
    assert sorted((await index.catalogue(NS)).articles) == [f"a{n}" for n in range(8)]
    assert (await index.catalogue(NS)).vectors == {"hash/64": 8}
    assert len(embedder.texts) == 8


async def test_a_stored_article_is_found_by_its_meaning(index: EmbeddedIndex) -> None:
    """The vectors that were made before the store was locked are those of its chunks."""
    embedder = HashEmbedder()
    desk = ArticleDesk(index, embedder)
    for name in ("parrots", "ladders", "bicycles"):
        await desk.put(NS, upload(name))
    query = (await embedder.embed(["ladders"], "query")).vectors[0]
    hits = await index.nearest(NS, query, embedder="hash/64", limit=1, where=ChunkFilter())
    assert [hit.chunk.article_id for hit in hits] == ["ladders"]


async def test_waiting_over_a_real_store(index: EmbeddedIndex) -> None:
    """Stored and removed, each seen before the reply comes."""
    desk = ArticleDesk(index, refresh_seconds=0.01)
    assert (await desk.put(NS, upload("a"), wait=True)).visible
    removed = await desk.remove(NS, "a", wait=True)
    assert removed is not None
    assert removed.visible
    assert await desk.remove(NS, "a") is None


async def test_the_loader_and_the_desk_agree(index: EmbeddedIndex, tmp_path: Path) -> None:
    """What a folder holds and what was sent under the same id are the same article."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "fees.md").write_text("# Fees\n\nA return costs $4.\n")
    reading = read_folder([tmp_path / "folder"])
    embedder = HashEmbedder()
    await load(index, NS, reading.articles, (), embedder=embedder)
    sent = await ArticleDesk(index, embedder).put(
        NS, upload("fees", "# Fees\n\nA return costs $4.\n")
    )
    assert (sent.created, sent.written, sent.deleted) == (False, 0, 0)
    report = await load(index, NS, reading.articles, (), embedder=embedder)
    assert (len(report.unchanged), len(embedder.texts)) == (1, 1)


async def test_what_it_cost() -> None:
    """Tokens that were paid, at the operator's prices; an unknown model has no price."""
    prices = Prices({"hash": Price(model="hash", input=1_000_000, as_of="2026-01-01", source="x")})
    desk = ArticleDesk(MemoryIndex(), HashEmbedder(), prices=prices)
    paid = (await desk.put(NS, upload("a"))).embedding
    assert paid is not None
    assert paid.tokens == paid.cost_usd == estimate_tokens("a\n\nWhat a says.")
    unknown = ArticleDesk(MemoryIndex(), HashEmbedder(model="nobody-sells-this"))
    paid = (await unknown.put(NS, upload("a"))).embedding
    assert paid is not None
    assert paid.cost_usd is None


async def test_scope_keys_are_those_of_the_namespace() -> None:
    """Unless they are configured: then a key that is not among them is warned of."""
    index = MemoryIndex(scope_keys=["plan"])
    text = "---\nplan: Gold\n---\nWords."
    stored = await ArticleDesk(index).put(NS, upload("a", text))
    assert stored.warnings == ()
    assert (await index.catalogue(NS)).articles["a"].scope == {"plan": ("Gold",)}
    stored = await ArticleDesk(index, scope_keys=["country"]).put(NS, upload("b", text))
    assert len(stored.warnings) == 1
    assert (await index.catalogue(NS)).scope_keys == ("plan", "country")


@pytest.mark.parametrize(
    "text", ["---\narticle_id: A.b_c-1\n---\nx", "---\narticle_id: a-b-c-1\n---\nx"]
)
def test_the_documents_own_spelling_of_the_id(text: str) -> None:
    """The address may spell the id as the loader would or as the document does."""
    named = text.split("article_id: ")[1].split("\n", maxsplit=1)[0]
    assert read_upload(upload(named, text), ()).article_id == named
    with pytest.raises(InvalidRequestError, match="names the article other"):
        read_upload(upload("other", text), ())


@given(st.sampled_from(list(SUFFIX_OF_TYPE)), st.binary(max_size=300) | st.text().map(str.encode))
def test_any_bytes_are_an_article_or_a_bad_request(media_type: str, content: bytes) -> None:
    """Nothing that somebody sends is a mistake of the service."""
    sent = ArticleUpload(article_id="a", media_type=media_type, content=content)
    with suppress(InvalidRequestError):
        assert read_upload(sent, ()).article_id == "a"


@pytest.mark.parametrize("article_id", [".", ".."])
def test_ids_that_clients_take_out_of_an_address(article_id: str) -> None:
    """Nobody could look at such an article or remove it."""
    upload = ArticleUpload(article_id=article_id, media_type="text/plain", content=b"Words.")
    with pytest.raises(InvalidRequestError):
        read_upload(upload, ())


def test_links_to_other_documents_are_their_ids() -> None:
    """As in a folder, so that the same document gives the same chunks."""
    article = read_upload(
        upload("a", "# A\n\nSee [fees](fees.md) and [us](https://x.example)."), ()
    )
    assert "fees" in article.links
    assert "fees.md" not in article.links
