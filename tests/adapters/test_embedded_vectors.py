"""What only the embedded store does with vectors: indices, rewriting, older stores, odd vectors."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import msgspec
import pytest

from data_pipeline.adapters.embedded import EmbeddedIndex, published, table
from data_pipeline.adapters.embedded.lance import Store
from data_pipeline.adapters.embedded.schema import from_bytes
from data_pipeline.adapters.holdings import stored
from data_pipeline.articles import Chunk, stored_hash
from data_pipeline.errors import IndexUnavailableError
from data_pipeline.ports import ArticleChange, ChunkFilter, Vector
from tests.builders_index import a_chunk, an_article, put
from tests.builders_vectors import EAST, NORTH, UP, put_embedded

NS = "default"
ANY = ChunkFilter()
DIMENSIONS = 64


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[EmbeddedIndex]:
    opened = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
    yield opened
    await opened.close()


async def near(
    index: EmbeddedIndex, vector: Vector, where: ChunkFilter = ANY, *, embedder: str = "e1"
) -> list[tuple[str, float]]:
    hits = await index.nearest(NS, vector, embedder=embedder, limit=50, where=where)
    return [(hit.chunk.chunk_id, hit.score) for hit in hits]


async def vector_indices(folder: Path) -> list[str]:
    opened = await (await Store(folder / NS).open())._table.list_indices()
    return [str(one.index_type) for one in opened if one.columns == ["vector"]]


# The table


async def test_store_without_vectors_has_no_room_for_them(
    index: EmbeddedIndex, tmp_path: Path
) -> None:
    """Who embeds nothing pays nothing: no column, no index."""
    await index.apply(NS, [put(an_article("a", *"abc"))])
    await index.refresh(NS, ())
    opened = await Store(tmp_path / NS).open()
    assert await opened.dimensions() == 0
    assert "vector" not in (await opened._table.schema()).names


async def test_store_from_before_vectors_is_read_and_embedded(
    index: EmbeddedIndex, tmp_path: Path
) -> None:
    """A catalogue and rows that know nothing of vectors serve as they are, and take them in."""
    chunks = an_article("a", "red parrot", "blue parrot")
    await index.apply(NS, [put(chunks)])
    _forget_vectors_field(tmp_path / NS)
    again = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
    assert (await again.catalogue(NS)).vectors == {}
    assert len(await again.search(NS, ["parrot"], limit=5, where=ANY)) == 2
    await again.apply(NS, [put_embedded(chunks[:1], [EAST])], embedder="e1")
    assert await near(again, EAST) == [("a#s0", 1)]
    assert await again.count(NS) == 2
    await again.close()


def test_row_from_before_vectors_is_decoded() -> None:
    """A row of two parts, chunk and terms, is that of a chunk that nobody embedded."""
    row = msgspec.msgpack.encode((a_chunk(), ("a", "b", "c")))
    assert from_bytes(row).embedder == ""


def _forget_vectors_field(folder: Path) -> None:
    path = folder / published.FILE_NAME
    content = msgspec.msgpack.decode(path.read_bytes())
    del content["contents"]["vectors"]
    path.write_bytes(msgspec.msgpack.encode(content))


async def test_rewriting_for_another_embedder_is_one_commit(
    index: EmbeddedIndex, tmp_path: Path
) -> None:
    """A reader that looks seldom keeps its version, whole and with its vectors, meanwhile."""
    chunks = an_article("a", "red parrot", "blue parrot")
    await index.apply(NS, [put_embedded(chunks, [EAST, NORTH])], embedder="e1")
    slow = EmbeddedIndex(tmp_path, refresh_seconds=3_600)
    assert len(await near(slow, EAST)) == 2
    await index.apply(NS, [put_embedded(chunks[:1], [(1, 0, 0, 0)])], embedder="e2")
    assert len(await near(slow, EAST)) == 2
    assert len(await slow.search(NS, ["parrot"], limit=5, where=ANY)) == 2
    quick = EmbeddedIndex(tmp_path)
    assert await near(quick, EAST) == []
    assert await near(quick, (1, 0, 0, 0), embedder="e2") == [("a#s0", 1)]
    assert len(await quick.search(NS, ["parrot"], limit=5, where=ANY)) == 2
    for one in (slow, quick):
        await one.close()


async def test_rewritten_but_not_published(index: EmbeddedIndex, tmp_path: Path) -> None:
    """A writer that died before it published the rewritten table leaves readers on the old one."""
    chunks = an_article("a", "red parrot", "blue parrot")
    await index.apply(NS, [put_embedded(chunks, [EAST, NORTH])], embedder="e1")
    catalogue = (tmp_path / NS / published.FILE_NAME).read_bytes()
    await index.apply(NS, [put_embedded(chunks[:1], [(0, 1)])], embedder="e2")
    (tmp_path / NS / published.FILE_NAME).write_bytes(catalogue)
    again = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
    assert len(await near(again, EAST)) == 2
    hashes = await again.content_hashes(NS)
    assert hashes["a"] == {
        "a#s0": stored_hash(chunks[0].content_hash, "e2"),
        "a#s1": chunks[1].content_hash,
    }
    await again.apply(NS, [put_embedded(chunks[1:], [(1, 0)])], embedder="e2")
    assert (await again.catalogue(NS)).vectors == {"e2": 2}
    assert await near(again, (0, 1), embedder="e2") == [("a#s0", 1), ("a#s1", 0)]
    await again.close()


async def test_same_embedder_of_another_length_takes_over(index: EmbeddedIndex) -> None:
    """A model whose dimensions were changed under the same name is a change of embedder."""
    chunks = an_article("a", "x", "y")
    await index.apply(NS, [put_embedded(chunks, [EAST, NORTH])], embedder="e1")
    await index.apply(NS, [put_embedded(chunks[:1], [(0.6, 0.8)])], embedder="e1")
    assert (await index.catalogue(NS)).vectors == {"e1": 1}
    assert await near(index, EAST) == []
    assert await near(index, (0.6, 0.8)) == [("a#s0", pytest.approx(1))]


async def test_new_analyser_keeps_vectors(
    index: EmbeddedIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Terms are made anew without embedding anything again, and vectors are found as before."""
    many = _article_of(150)
    vectors = _vectors(many, seed=1)
    await index.apply(NS, [_change(many, vectors)], embedder="e1")
    await index.apply(NS, [put([a_chunk("plain")])])
    await index.refresh(NS, ())
    before = dict(await near(index, vectors["many#s7"]))
    monkeypatch.setattr(stored, "_TITLE_COPIES", 3)
    stored.analyser_fingerprint.cache_clear()
    try:
        again = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
        with pytest.raises(IndexUnavailableError, match="load the articles again"):
            await near(again, vectors["many#s7"])
        async with again.writing(NS):
            pass
        after = dict(await near(again, vectors["many#s7"]))
        assert after == pytest.approx(before, abs=1e-5)
        assert (await again.catalogue(NS)).vectors == {"e1": 150}
        assert (await again.content_hashes(NS))["many"]["many#s0"].endswith("@e1")
        await again.close()
    finally:
        stored.analyser_fingerprint.cache_clear()


# Odd vectors


@pytest.mark.parametrize(
    "odd",
    [(0.0, 0.0, 0.0), (math.nan, 0, 1), (math.inf, 0, 1), (1e200, 0, 0), (), (1.0, 0.0)],
    ids=["zero", "nan", "infinite", "enormous", "empty", "short"],
)
async def test_unusable_vector_is_left_out(index: EmbeddedIndex, odd: Vector) -> None:
    """A chunk whose vector cannot be compared is stored without, and its hash says so."""
    chunks = an_article("a", "red parrot", "blue parrot")
    await index.apply(NS, [put_embedded(chunks, [EAST, odd])], embedder="e1")
    assert await near(index, EAST) == [("a#s0", 1)]
    assert len(await index.search(NS, ["parrot"], limit=5, where=ANY)) == 2
    assert (await index.content_hashes(NS))["a"]["a#s1"] == chunks[1].content_hash
    assert (await index.catalogue(NS)).vectors == {"e1": 1}


@pytest.mark.parametrize(
    "odd",
    [(0.0, 0.0, 0.0), (math.nan, 0, 1), (math.inf, 0, 1), (1e200, 0, 0), ()],
    ids=["zero", "nan", "infinite", "enormous", "empty"],
)
async def test_unusable_question_finds_nothing(index: EmbeddedIndex, odd: Vector) -> None:
    """A vector without a direction is near to nothing, with and without a vector index."""
    many = _article_of(150)
    await index.apply(NS, [_change(many, _vectors(many, seed=1, dimensions=3))], embedder="e1")
    assert await near(index, odd) == []
    await index.refresh(NS, ())
    assert await near(index, odd) == []


async def test_vectors_of_chunks_that_are_not_written_are_ignored(index: EmbeddedIndex) -> None:
    """A vector without its chunk in the same change has no place."""
    change = put_embedded(an_article("a", "x"), [EAST])
    extra = msgspec.structs.replace(change, vectors={**change.vectors, "zzz#1": UP})
    await index.apply(NS, [extra], embedder="e1")
    assert (await index.catalogue(NS)).vectors == {"e1": 1}


# The vector index


@pytest.mark.parametrize(
    ("largest_exact", "kind", "share"),
    [(table._LARGEST_EXACT_BYTES, "IvfFlat", 1.0), (0, "IvfRq", 0.9)],
)
async def test_index_finds_what_a_scan_finds(
    index: EmbeddedIndex,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    largest_exact: int,
    kind: str,
    share: float,
) -> None:
    """Through writing, replacing, deleting and folding, hits and scores are those of a full scan.

    Rows without vectors and rows that the index does not know yet included. The index in bits,
    for which random directions are the worst case, may miss some; its scores are exact too.
    """
    monkeypatch.setattr(table, "_LARGEST_EXACT_BYTES", largest_exact)
    picked = random.Random(5)
    held: dict[str, Vector] = {}
    for step in range(6):
        many = _article_of(300, f"article{step % 4}", edition=step)
        vectors = _vectors(many, seed=step)
        bare = set(picked.sample(sorted(vectors), 40))
        with_vectors = {key: v for key, v in vectors.items() if key not in bare}
        await index.apply(NS, [_change(many, with_vectors)], embedder="e1")
        held = {k: v for k, v in held.items() if k not in vectors} | with_vectors
        await _assert_as_a_scan(index, held, picked, share)
        await index.refresh(NS, ("plan",))
        assert await vector_indices(tmp_path) == [kind]
        await _assert_as_a_scan(index, held, picked, share)
        few = [a_chunk(f"article{step % 4}", f"s{n}", "bare again") for n in range(30)]
        await index.apply(NS, [put(few, delete=[f"article{step % 4}#s299"])])
        for gone in (*(chunk.chunk_id for chunk in few), f"article{step % 4}#s299"):
            held.pop(gone, None)
        await _assert_as_a_scan(index, held, picked, share)
    assert (await index.catalogue(NS)).vectors == {"e1": len(held)}


async def test_few_vectors_need_no_index(index: EmbeddedIndex, tmp_path: Path) -> None:
    """Below a hundred vectors the scan is as fast, so a refresh makes nothing."""
    many = _article_of(60)
    await index.apply(NS, [_change(many, _vectors(many, seed=1))], embedder="e1")
    await index.refresh(NS, ())
    assert await vector_indices(tmp_path) == []


async def test_second_refresh_does_nothing(index: EmbeddedIndex, tmp_path: Path) -> None:
    """What is folded in is not folded in again."""
    many = _article_of(150)
    await index.apply(NS, [_change(many, _vectors(many, seed=1))], embedder="e1")
    await index.refresh(NS, ())
    before = published.stamp(tmp_path / NS)
    await index.refresh(NS, ())
    assert published.stamp(tmp_path / NS) == before


async def test_refresh_after_every_vector_went(index: EmbeddedIndex, tmp_path: Path) -> None:
    """An index over vectors that are all gone does not stop the next refresh, or the next load."""
    many = _article_of(150)
    vectors = _vectors(many, seed=1)
    await index.apply(NS, [_change(many, vectors)], embedder="e1")
    await index.refresh(NS, ())
    await index.apply(NS, [put(many)])
    await index.refresh(NS, ())
    assert await vector_indices(tmp_path) == []
    assert await near(index, vectors["many#s0"]) == []
    await index.apply(NS, [_change(many, vectors)], embedder="e1")
    await index.refresh(NS, ())
    assert (await near(index, vectors["many#s0"]))[0] == ("many#s0", pytest.approx(1))


async def test_searching_while_vectors_are_written(index: EmbeddedIndex, tmp_path: Path) -> None:
    """Another process's reader sees all vectors of a commit or none of them."""
    reader = EmbeddedIndex(tmp_path, refresh_seconds=0.0)
    article = an_article("a", *"abcdefgh")
    writing = asyncio.create_task(_write_in_turn(index, article))
    seen = set()
    while not writing.done():
        hits = await near(reader, EAST) + await near(reader, NORTH, embedder="e2")
        seen.add(len(hits))
        assert all(score == pytest.approx(1) for _, score in hits)
    await writing
    assert seen <= {0, 8}
    await reader.close()


async def _write_in_turn(index: EmbeddedIndex, article: Sequence[Chunk]) -> None:
    for embedder, vector in (("e1", EAST), ("e2", NORTH)) * 4:
        change = put_embedded(article, [vector] * len(article))
        await index.apply(NS, [change], embedder=embedder)


async def _assert_as_a_scan(
    index: EmbeddedIndex, held: Mapping[str, Vector], picked: random.Random, share: float
) -> None:
    asked = [picked.gauss(0, 1) for _ in range(DIMENSIONS)]
    found = await near(index, asked)
    cosines = {key: _cosine(asked, vector) for key, vector in held.items()}
    best = sorted(cosines, key=cosines.__getitem__, reverse=True)[:50]
    assert len(dict(found)) == 50
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert dict(found) == pytest.approx({key: cosines[key] for key, _ in found}, abs=1e-5)
    assert len(dict(found).keys() & set(best)) >= share * 50


def _article_of(chunks: int, article_id: str = "many", *, edition: int = 0) -> list[Chunk]:
    return an_article(article_id, *(f"{edition} {n}" for n in range(chunks)))


def _vectors(
    chunks: Sequence[Chunk], *, seed: int, dimensions: int = DIMENSIONS
) -> dict[str, Vector]:
    drawn = random.Random(seed)
    return {chunk.chunk_id: tuple(drawn.gauss(0, 1) for _ in range(dimensions)) for chunk in chunks}


def _change(chunks: Sequence[Chunk], vectors: Mapping[str, Vector]) -> ArticleChange:
    return msgspec.structs.replace(put(chunks), vectors=vectors)


def _cosine(one: Vector, other: Vector) -> float:
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / (math.hypot(*one) * math.hypot(*other))
