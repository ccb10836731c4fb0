"""How documents are scored: BM25 over full-text fields, cosine over the vector field."""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np

from tests.wire.pinecone_errors import require
from tests.wire.pinecone_schema import Fields
from tests.wire.vectors import words

_K1, _B = 1.2, 0.75

Scored = list[tuple[float, dict[str, Any]]]


def relevance(clauses: list[Any], documents: list[dict[str, Any]], fields: Fields) -> Scored:
    """Documents that hold any word of the query, by BM25 summed over clauses and their fields."""
    totals = [0.0] * len(documents)
    for clause in clauses:
        names = clause.get("fields") or [clause.get("field")]
        for name in names:
            require(name in fields.text, f"{name} is no full-text field of this index")
            for at, score in enumerate(_bm25(clause["query"], [d.get(name) for d in documents])):
                totals[at] += score
    return [(score, d) for score, d in zip(totals, documents, strict=True) if score > 0]


def nearest(clause: Any, documents: list[dict[str, Any]], fields: Fields) -> Scored:
    """Documents that have a vector, by cosine."""
    name, values = clause.get("field") or "", clause.get("values")
    require(name in fields.dense, f"{name} is no dense_vector field of this index")
    wrong = f"Vector dimension {len(values)} does not match the dimension {fields.dense[name]}"
    require(len(values) == fields.dense[name], wrong)
    held = [document for document in documents if name in document]
    if not held:
        return []
    matrix = np.array([document[name] for document in held], dtype=np.float64)
    query = np.array(values, dtype=np.float64)
    lengths = np.linalg.norm(matrix, axis=1) * (np.linalg.norm(query) or 1.0)
    return list(zip((matrix @ query / lengths).tolist(), held, strict=True))


def _bm25(query: str, texts: list[str | None]) -> list[float]:
    bags = [_bag(text or "") for text in texts]
    lengths = [bag.total() for bag in bags]
    mean = sum(lengths) / len(lengths) if any(lengths) else 1.0
    wanted = set(words(query))
    holding = {word: sum(word in bag for bag in bags) for word in wanted}
    rarity = {w: math.log(1 + (len(bags) - n + 0.5) / (n + 0.5)) for w, n in holding.items()}

    def score(bag: Counter[str], length: int) -> float:
        damping = _K1 * (1 - _B + _B * length / mean)
        return sum(rarity[w] * bag[w] * (_K1 + 1) / (bag[w] + damping) for w in wanted)

    return [score(bag, length) for bag, length in zip(bags, lengths, strict=True)]


@lru_cache(maxsize=20_000)
def _bag(text: str) -> Counter[str]:
    return Counter(words(text))
