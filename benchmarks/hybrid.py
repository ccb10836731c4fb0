"""Whether meaning helps words: python -m benchmarks.hybrid MODEL [SET...].

Asks the questions of each labelled set three times: by words, by meaning, and by both as the
service does, and prints how often a right article is among the first ten. MODEL is the folder of a
sentence-transformers model, a package that must be installed beside kbgate. Vectors are kept in
the system's temporary folder.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import math
import sys
from array import array
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any, Literal

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.engine_runs import NAMESPACE, golds_of, request_for
from benchmarks.public_sets import Case, LabelledSet, load_set
from data_pipeline.adapters.embedded import EmbeddedIndex
from data_pipeline.articles import Chunk
from data_pipeline.engine.assessment import Engine, assess
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.ports import ArticleChange, ChunkFilter, Embeddings, Vector

SETS = ("doc2dial_dev", "emanual", "ray_docs", "clapnq_dev", "xquad_es")
ASKED = 600
FIRST = 10
_NEAREST = 50
_BATCH = 200
_TODAY = date(2026, 1, 1)


class LocalEmbedder:
    """`Embedder` that runs a sentence-transformers model here, and keeps what it made on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.model = folder.name
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        self._kept_in = Path(gettempdir()) / f"kbgate-vectors-{name}.msgpack"
        self._kept: dict[bytes, bytes] = {}
        if self._kept_in.exists():
            self._kept = msgspec.msgpack.decode(self._kept_in.read_bytes(), type=dict[bytes, bytes])

    @property
    def identity(self) -> str:
        """The name of the model."""
        return self.model

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._transformer.get_sentence_embedding_dimension())

    async def embed(
        self,
        texts: Sequence[str],
        purpose: Literal["query", "passage"],  # noqa: ARG002 -- the model makes no difference
    ) -> Embeddings:
        """Vectors of length 1, made now or before."""
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        missing = {
            key: text for key, text in zip(keys, texts, strict=True) if key not in self._kept
        }
        if missing:
            made = self._transformer.encode(
                list(missing.values()), normalize_embeddings=True, show_progress_bar=False
            )
            self._kept |= {key: v.tobytes() for key, v in zip(missing, made, strict=True)}
        return Embeddings(tuple(array("f", self._kept[key]) for key in keys))

    def keep(self) -> None:
        """Write all vectors to disk."""
        self._kept_in.write_bytes(msgspec.msgpack.encode(self._kept))

    @cached_property
    def _transformer(self) -> Any:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 -- takes seconds

        return SentenceTransformer(str(self._folder), device="cpu")


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 0 also where no set is there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hybrid", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--asked", type=int, default=ASKED)
    given = parser.parse_args(argv)
    embedder = LocalEmbedder(given.model)
    for labelled in filter(None, map(load_set, given.sets)):
        table = Table("set", "questions", "by", f"R@{FIRST}", f"nDCG@{FIRST}")
        for by, runs in asyncio.run(measure(labelled, embedder, given.asked)).items():
            figures = (_mean(recall(*run) for run in runs), _mean(ndcg(*run) for run in runs))
            table.add_row(labelled.name, str(len(runs)), by, *(f"{f:.3f}" for f in figures))
        Console().print(table)
    return 0


Run = tuple[Sequence[str], frozenset[str]]
"""Article ids best first, and the right ones."""


async def measure(
    labelled: LabelledSet, embedder: LocalEmbedder, asked: int
) -> dict[str, list[Run]]:
    """Runs by words, by meaning and by both, over at most `asked` questions spread over the set."""
    golds = golds_of(labelled)
    numbers = [number for number in range(len(labelled.cases)) if golds[number]]
    numbers = numbers[:: max(1, math.ceil(len(numbers) / asked))]
    async with embedded_index(labelled.chunks, embedder) as index:
        runs: dict[str, list[Run]] = {"words": [], "meaning": [], "both": []}
        for number in numbers:
            case, gold = labelled.cases[number], golds[number]
            runs["words"].append((await _by_engine(Engine(**_parts(index)), case), gold))
            runs["meaning"].append((await _by_meaning(index, embedder, case), gold))
            both = Engine(**_parts(index), embedder=embedder)
            runs["both"].append((await _by_engine(both, case), gold))
    return runs


@asynccontextmanager
async def embedded_index(
    chunks: Mapping[str, Sequence[Chunk]], embedder: LocalEmbedder
) -> AsyncIterator[EmbeddedIndex]:
    """A fresh embedded store that holds `chunks` with their vectors."""
    articles = [(article_id, held) for article_id, held in chunks.items() if held]
    with TemporaryDirectory() as folder:
        index = EmbeddedIndex(Path(folder))
        for start in range(0, len(articles), _BATCH):
            batch = articles[start : start + _BATCH]
            vectors = await _vectors([chunk for _, held in batch for chunk in held], embedder)
            changes = [ArticleChange(name, tuple(held), (), vectors) for name, held in batch]
            await index.apply(NAMESPACE, changes, embedder=embedder.identity)
            embedder.keep()
        await index.refresh(NAMESPACE, ())
        yield index
        await index.close()


async def _vectors(chunks: Sequence[Chunk], embedder: LocalEmbedder) -> dict[str, Vector]:
    made = await embedder.embed([chunk.text for chunk in chunks], "passage")
    return {chunk.chunk_id: v for chunk, v in zip(chunks, made.vectors, strict=True)}


def _parts(index: EmbeddedIndex) -> dict[str, Any]:
    return {"index": index, "coefficients": shipped_coefficients(), "today": lambda: _TODAY}


async def _by_engine(engine: Engine, case: Case) -> list[str]:
    assessment = await assess(engine, NAMESPACE, request_for(case))
    if not assessment.parts:
        return []
    return [article.article_id for article in assessment.parts[0].found[0].articles[:FIRST]]


async def _by_meaning(index: EmbeddedIndex, embedder: LocalEmbedder, case: Case) -> list[str]:
    (vector,) = (await embedder.embed([case.text], "query")).vectors
    hits = await index.nearest(
        NAMESPACE,
        vector,
        embedder=embedder.identity,
        limit=_NEAREST,
        where=ChunkFilter(on=_TODAY),
    )
    return list(dict.fromkeys(hit.chunk.article_id for hit in hits))[:FIRST]


def recall(ranked: Sequence[str], gold: frozenset[str]) -> float:
    """Whether a right article is among the first."""
    return float(bool(gold & set(ranked[:FIRST])))


def ndcg(ranked: Sequence[str], gold: frozenset[str]) -> float:
    """NDCG with binary gains (Järvelin and Kekäläinen 2002)."""
    gain = sum(1 / math.log2(i + 2) for i, a in enumerate(ranked[:FIRST]) if a in gold)
    return gain / sum(1 / math.log2(i + 2) for i in range(min(FIRST, len(gold))))


def _mean(values: Any) -> float:
    held = list(values)
    return sum(held) / len(held) if held else 0.0


if __name__ == "__main__":
    sys.exit(main())
