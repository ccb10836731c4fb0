"""How long a decision takes over 10,000 chunks: medians and 95th percentiles, without HTTP.

`python -m benchmarks.latency [--chunks N] [--requests N]` loads generated articles into the
embedded store and asks generated questions through both use cases, one at a time, after a warm-up.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from rich.console import Console
from rich.table import Table

from benchmarks.engine_runs import NAMESPACE, loaded_index
from data_pipeline.articles import Article, Chunk, DataPoint, Kind, Section, Tier, Unit
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.engine.required_data import required_data
from data_pipeline.engine.ticket_reply import ticket_reply
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.ingest.data_points import data_point_unit

_SEED = 7
_VOCABULARY = 12_000
_SECTIONS = 9
_WORDS = 150
_WARM_UP = 20


def _word(rng: random.Random) -> str:
    """A word of a Zipf-like vocabulary, as in running text."""
    rank = int(_VOCABULARY ** rng.random())
    return f"{'abcdefghijklmnopqrstuvwxyz'[rank % 26]}or{rank}"


def _text(rng: random.Random, words: int) -> str:
    sentences = []
    while words > 0:
        length = min(words, rng.randint(8, 20))
        sentences.append(" ".join(_word(rng) for _ in range(length)).capitalize() + ".")
        words -= length
    return " ".join(sentences)


def _article(number: int, rng: random.Random) -> Article:
    points = [DataPoint(key=f"fact_{i}", label=_text(rng, 3)) for i in range(5)]
    needs = Section(
        path="required-data",
        heading="Required data",
        kind=Kind.REQUIRED_DATA,
        tier=Tier.CRITICAL,
        units=tuple(data_point_unit(point) for point in points),
    )
    bodies = tuple(
        Section(
            path=f"section-{i}",
            heading=_text(rng, 4),
            kind=Kind.BODY,
            tier=Tier.HIGH,
            units=(Unit(_text(rng, _WORDS)),),
        )
        for i in range(_SECTIONS)
    )
    return Article(
        article_id=f"article-{number:05}",
        title=_text(rng, 6),
        language="en",
        sections=(needs, *bodies),
    )


def _questions(
    chunks: Sequence[Chunk], count: int, rng: random.Random
) -> list[GenerateResponseRequest]:
    """Some words of a chunk, among others, as a question."""
    asked = []
    for chunk in rng.sample(list(chunks), count):
        words = rng.sample(chunk.body.split(), 6) + [_word(rng) for _ in range(4)]
        asked.append(GenerateResponseRequest(inquiry=f"How do I {' '.join(words)}?"))
    return asked


async def _time(
    ask: Callable[[GenerateResponseRequest], Awaitable[object]],
    asked: Sequence[GenerateResponseRequest],
) -> list[float]:
    for request in asked[:_WARM_UP]:
        await ask(request)
    spent = []
    for request in asked:
        start = time.perf_counter()
        await ask(request)
        spent.append(1000 * (time.perf_counter() - start))
    return spent


async def measure(chunks: int, requests: int) -> None:
    """Print one row per use case."""
    rng = random.Random(_SEED)
    stored: dict[str, tuple[Chunk, ...]] = {}
    while sum(map(len, stored.values())) < chunks:
        article = _article(len(stored), rng)
        stored[article.article_id] = chunk_article(article)
    everything = [c for cs in stored.values() for c in cs if c.kind is Kind.BODY]
    asked = _questions(everything, requests, rng)
    async with loaded_index(stored) as index:
        engine = Engine(
            index=index, coefficients=shipped_coefficients(), today=lambda: date(2026, 1, 1)
        )
        rows = {
            "required-data": lambda r: required_data(engine, NAMESPACE, r),
            "generate-response, extractive": lambda r: ticket_reply(engine, NAMESPACE, r),
        }
        count = await index.count(NAMESPACE)
        table = Table(
            "use case",
            "median ms",
            "95th percentile ms",
            title=f"{count} chunks, {requests} requests, one at a time",
        )
        for name, ask in rows.items():
            spent = await _time(ask, asked)
            table.add_row(
                name,
                f"{statistics.median(spent):.1f}",
                f"{statistics.quantiles(spent, n=20)[-1]:.1f}",
            )
    Console().print(table)


def main(argv: Sequence[str] | None = None) -> int:
    """Load, ask, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency")
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=300)
    arguments = parser.parse_args(argv)
    asyncio.run(measure(arguments.chunks, arguments.requests))
    return 0


if __name__ == "__main__":
    sys.exit(main())
