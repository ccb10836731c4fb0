"""The embedded store at ten thousand chunks: python -m benchmarks.store [--data FOLDER].

Prints medians in milliseconds, and how often the candidates of a search hold the right article,
beside an exact BM25 over the same terms; then the same with random vectors beside the chunks.
Needs public data that is not part of the project.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import math
import statistics
import sys
import tempfile
import time
from array import array
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np

from benchmarks.public_sets import sets_folder
from data_pipeline.adapters.embedded import EmbeddedIndex
from data_pipeline.adapters.holdings.stored import analysed, searched_text
from data_pipeline.articles import Article, Chunk, Kind, Section, Tier, Unit
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.ingest.sync import load
from data_pipeline.language import terms
from data_pipeline.ports import ArticleChange, ChunkFilter, Embeddings, Vector
from data_pipeline.scope import fold_scope_value

SETS = ("ray_docs", "emanual", "scale_emanual_other")
ASKED = ("ray_docs", "emanual")
CANDIDATES = 50
DAY = date(2026, 1, 1)
NS = "default"
K1, B = 1.2, 0.75


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 0 also where the data is absent."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store", description=__doc__)
    parser.add_argument("--data", type=Path, default=sets_folder())
    parser.add_argument("--dimensions", type=int, nargs="*", default=[384, 1536])
    given = parser.parse_args(argv)
    folder = given.data
    if not all((folder / name).is_dir() for name in SETS):
        print(f"skipped: {folder} does not hold {', '.join(SETS)}")
        return 0
    articles = [article for name in SETS for article in read_articles(folder, name)]
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(measure(Path(place), articles, folder))
    for dimensions in given.dimensions:
        with tempfile.TemporaryDirectory() as place:
            asyncio.run(measure_vectors(Path(place), articles, folder, dimensions))
    return 0


def read_articles(folder: Path, name: str) -> Iterator[Article]:
    """The articles of one set, bound to their product as scope where the set has several."""
    for line in _lines(folder / name / "articles.jsonl"):
        text = line.get("body_markdown") or line.get("body_text") or ""
        units = tuple(Unit(part) for part in text.split("\n\n") if part.strip())
        body = Section(path="body", heading="", kind=Kind.BODY, tier=Tier.HIGH, units=units)
        yield Article(
            article_id=f"{name}/{line['article_id']}",
            title=line["title"],
            language=line["lang"],
            sections=(body,),
            scope={} if name == "ray_docs" else {"product": tuple(line["tags"][:1])},
        )


async def measure(place: Path, articles: Sequence[Article], data: Path) -> None:
    """All figures, printed as they come."""
    index = EmbeddedIndex(place)
    started = time.perf_counter()
    report = await load(index, NS, articles, ("product",))
    _say("load", f"{report.chunks_written:,} chunks of {len(articles):,} articles")
    _say("", f"{time.perf_counter() - started:.1f} s, {_megabytes(place):.0f} MB on disk")
    started = time.perf_counter()
    await load(index, NS, articles, ("product",))
    _say("load again", f"{time.perf_counter() - started:.1f} s")
    await _measure_searches(index, data)
    await _measure_reads(place, index, articles)
    await _measure_writes(index, articles)
    await _measure_recall(index, articles, data)
    await index.close()


async def measure_vectors(
    place: Path, articles: Sequence[Article], data: Path, dimensions: int
) -> None:
    """Loading with vectors, dense search, and what the vectors cost the search for words."""
    index, embedder = EmbeddedIndex(place), RandomEmbedder(dimensions)
    _say(f"vectors of {dimensions}", "random")
    started = time.perf_counter()
    await load(index, NS, articles, ("product",), embedder=embedder)
    spent = time.perf_counter() - started
    _say("load", f"{spent:.1f} s, {_megabytes(place):.0f} MB on disk")
    scoped = ChunkFilter({"product": (fold_scope_value("smart_tv"),)}, DAY)
    asked = embedder.drawn(200)
    for name, where in (("", ChunkFilter(on=DAY)), (" in a scope", scoped)):
        nearest = partial(index.nearest, NS, embedder=embedder.identity, limit=50, where=where)
        times = [await _timed(partial(nearest, vector)) for vector in asked]
        _say(f"nearest 50{name}", _median_and_p95(times))
    await _measure_searches(index, data)
    started = time.perf_counter()
    await load(index, NS, articles, ("product",), embedder=RandomEmbedder(dimensions, "other"))
    _say("load with another embedder", f"{time.perf_counter() - started:.1f} s")
    await index.close()


class RandomEmbedder:
    """`Embedder` that draws directions: all that a store's speed depends on."""

    def __init__(self, dimensions: int, model: str = "random") -> None:
        self.dimensions = dimensions
        self.model = model
        self._drawn_by = np.random.default_rng(7)

    @property
    def identity(self) -> str:
        """The name and the length."""
        return f"{self.model}/{self.dimensions}"

    def drawn(self, count: int) -> list[Vector]:
        """`count` vectors of length 1."""
        vectors = self._drawn_by.standard_normal((count, self.dimensions), dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return [array("f", vector.tobytes()) for vector in vectors / lengths]

    async def embed(
        self,
        texts: Sequence[str],
        purpose: Literal["query", "passage"],  # noqa: ARG002 -- all directions are alike
    ) -> Embeddings:
        """A vector per text, another one each time."""
        return Embeddings(tuple(self.drawn(len(texts))))


async def _measure_searches(index: EmbeddedIndex, data: Path) -> None:
    asked = [wanted for name in ASKED for wanted, _ in _questions(data, name)][:400]
    scoped = ChunkFilter({"product": (fold_scope_value("smart_tv"),)}, DAY)
    for limit in (50, 100):
        for name, where in (("", ChunkFilter(on=DAY)), (" in a scope", scoped)):
            search = partial(index.search, NS, limit=limit, where=where)
            times = [await _timed(partial(search, wanted)) for wanted in asked]
            _say(f"search, best {limit}{name}", _median_and_p95(times))


async def _measure_reads(place: Path, index: EmbeddedIndex, articles: Sequence[Article]) -> None:
    ids = [article.article_id for article in articles[:: len(articles) // 200]]
    times = [await _timed(partial(index.article_chunks, NS, i)) for i in ids]
    _say("chunks of one article", _median_and_p95(times))
    _say(
        "catalogue, cached",
        _median_and_p95([await _timed(partial(index.catalogue, NS)) for _ in ids]),
    )
    times = []
    for _ in range(9):
        times.append(await _timed(partial(EmbeddedIndex(place).catalogue, NS)))
    _say("catalogue, opened", _median_and_p95(times))
    _say("all content hashes", f"{await _timed(partial(index.content_hashes, NS)):.1f} ms")


async def _measure_writes(index: EmbeddedIndex, articles: Sequence[Article]) -> None:
    applied, refreshed = [], []
    for round_number in range(9):
        chunks = [
            c
            for a in articles[round_number::1_000]
            for c in chunk_article(_edited(a, round_number))
        ]
        changes = [ArticleChange(c.article_id, (c,), ()) for c in chunks]
        applied.append(await _timed(partial(index.apply, NS, changes)))
        refreshed.append(await _timed(partial(index.refresh, NS, ("product",))))
    many = [c for a in articles[::50] for c in chunk_article(_edited(a, 99))]
    await index.apply(NS, [ArticleChange(c.article_id, (c,), ()) for c in many])
    folded = await _timed(partial(index.refresh, NS, ("product",)))
    _say("apply a dozen articles", _median_and_p95(applied))
    _say("refresh, nothing to fold", _median_and_p95(refreshed))
    _say(f"refresh, {len(many)} chunks to fold", f"{folded:.0f} ms")


async def _measure_recall(index: EmbeddedIndex, articles: Sequence[Article], data: Path) -> None:
    exact = ExactBm25([chunk for article in articles for chunk in chunk_article(article)])
    for name in ASKED:
        found, reference = 0, 0
        questions = list(_questions(data, name))
        for wanted, gold in questions:
            hits = await index.search(NS, wanted, limit=CANDIDATES, where=ChunkFilter())
            found += bool(gold & {hit.chunk.article_id for hit in hits})
            reference += bool(gold & exact.best(wanted, CANDIDATES))
        share, perfect = found / len(questions), reference / len(questions)
        _say(f"R@{CANDIDATES} on {name}", f"{share:.3f} (exact BM25 {perfect:.3f})")


class ExactBm25:
    """BM25 over the searched text of chunks, every score computed."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._articles = [chunk.article_id for chunk in chunks]
        counts = [Counter(searched_text(analysed(chunk).terms).split()) for chunk in chunks]
        lengths = [count.total() for count in counts]
        mean = sum(lengths) / len(lengths)
        self._norms = [K1 * (1 - B + B * length / mean) for length in lengths]
        self._postings: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, count in enumerate(counts):
            for term, times in count.items():
                self._postings[term].append((number, times))

    def best(self, wanted: Sequence[str], limit: int) -> set[str]:
        """Articles of the `limit` best chunks."""
        scores: Counter[int] = Counter()
        for term in dict.fromkeys(wanted):
            postings = self._postings.get(term, [])
            idf = math.log(1 + (len(self._articles) - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, times in postings:
                scores[number] += idf * times * (K1 + 1) / (times + self._norms[number])
        return {self._articles[number] for number, _ in scores.most_common(limit)}


def _edited(article: Article, edition: int) -> Article:
    return msgspec.structs.replace(article, title=f"{article.title} {edition}")


def _questions(data: Path, name: str) -> Iterator[tuple[list[str], set[str]]]:
    for line in _lines(data / name / "questions.jsonl"):
        if line.get("answerable", True):
            yield (
                terms(line["question"], line["lang"]),
                {f"{name}/{i}" for i in line["gold_article_ids"]},
            )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    zipped = path.with_name(path.name + ".gz")
    with gzip.open(zipped, "rt") if zipped.exists() else path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


async def _timed(call: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await call()
    return (time.perf_counter() - started) * 1_000


def _median_and_p95(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.2f} ms (95th {sorted(times)[int(0.95 * len(times))]:.2f})"


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def _say(what: str, value: str) -> None:
    print(f"{what:34}{value}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
