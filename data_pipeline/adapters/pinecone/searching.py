"""Asking for documents and keeping those that hold: both legs of a search, and chunks by id."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from data_pipeline.adapters.holdings.bounds import admitted
from data_pipeline.adapters.pinecone.client import Client
from data_pipeline.adapters.pinecone.documents import (
    CHUNK,
    TERMS,
    VECTOR,
    UnreadableError,
    as_token,
    bounds_filter,
    from_document,
)
from data_pipeline.adapters.pinecone.published import Snapshot
from data_pipeline.adapters.pinecone.reader import Reader
from data_pipeline.articles import Chunk, ScoredChunk
from data_pipeline.ports import ChunkFilter, Vector

# A reply holds at most 4 MB: of more hits than this only the ids are asked for at first.
_WITH_CHUNKS: Final = 90
_MOST: Final = 10_000
_WIDER: Final = 4
_MOST_TERMS: Final = 256


@dataclass(frozen=True)
class Question:
    """What Pinecone is asked: how it scores, and which documents it may return."""

    score_by: Mapping[str, Any]
    where: Mapping[str, Any] | None


Ask = Callable[[Snapshot], Question | None]
"""The question for what a snapshot holds, None when nothing can be found."""


def textual(terms: Sequence[str], where: ChunkFilter) -> Ask:
    """Full text. Only terms that some chunk holds are asked for: the rarest, where they are many.

    So no other word of a customer's message leaves the house.
    """

    def ask(snapshot: Snapshot) -> Question | None:
        frequency = snapshot.catalogue.statistics.chunk_frequency
        known = sorted({t for t in terms if t in frequency}, key=lambda t: (frequency[t], t))
        passing = admitted(snapshot.bounds, where)
        if not known or not passing:
            return None
        query = " ".join(map(as_token, known[:_MOST_TERMS]))
        score_by = {"type": "text", "query": query, "fields": [TERMS]}
        return Question(score_by, bounds_filter(passing, snapshot.bounds))

    return ask


def near(vector: Vector, embedder: str, where: ChunkFilter) -> Ask:
    """The neighbours of `vector` among the chunks that `embedder` embedded."""

    def ask(snapshot: Snapshot) -> Question | None:
        passing = admitted(snapshot.bounds, where)
        if not passing or not embedder or embedder not in snapshot.catalogue.vectors:
            return None
        score_by = {"type": "dense_vector", "field": VECTOR, "values": [float(x) for x in vector]}
        return Question(score_by, bounds_filter(passing, snapshot.bounds, embedder))

    return ask


async def ranked(
    client: Client, namespace: str, reader: Reader, ask: Ask, limit: int
) -> list[ScoredChunk]:
    """The best `limit` chunks, best first, all of one snapshot."""
    snapshot = await reader.snapshot()
    hits, has_unknown = await _visible(client, namespace, snapshot, ask(snapshot), limit)
    if has_unknown:
        newer = await reader.snapshot_soon()
        if newer is not snapshot:
            hits, _ = await _visible(client, namespace, newer, ask(newer), limit)
    return await _scored(client, namespace, hits)


def within_cosine(hits: Iterable[ScoredChunk]) -> list[ScoredChunk]:
    """`hits` with scores from -1 to 1: single precision goes beyond by a little."""
    return [msgspec.structs.replace(hit, score=max(-1.0, min(hit.score, 1.0))) for hit in hits]


async def article_of(
    client: Client, namespace: str, snapshot: Snapshot, article_id: str
) -> list[Chunk]:
    """The chunks of one article by id. Raises `UnreadableError` when one is gone."""
    documents = snapshot.documents.get(article_id, {})
    return await chunks_of(client, namespace, [documents[each] for each in sorted(documents)])


async def chunks_of(client: Client, namespace: str, ids: Collection[str]) -> list[Chunk]:
    """The chunks in these documents, in this order. Raises `UnreadableError` when one is gone."""
    found = await client.fetch(namespace, list(ids), [CHUNK])
    if len(found) < len(ids):
        raise UnreadableError
    return [from_document(found[each]).chunk for each in ids]


async def _visible(
    client: Client, namespace: str, snapshot: Snapshot, question: Question | None, limit: int
) -> tuple[list[Mapping[str, Any]], bool]:
    """The best documents that `snapshot` lists, and whether there were others among them.

    A loader's new documents lie beside the old ones for a while: more are asked for until there
    are enough that hold.
    """
    if question is None or limit < 1:
        return [], False
    asked = min(limit, _MOST)
    while True:
        found = await client.search(
            namespace,
            question.score_by,
            limit=asked,
            fields=[CHUNK] if asked <= _WITH_CHUNKS else [],
            where=question.where,
        )
        hits = [hit for hit in found if hit.get("_id") in snapshot.listed]
        if len(hits) >= limit or len(found) < asked or asked == _MOST:
            return hits[:limit], len(hits) < len(found)
        asked = min(asked * _WIDER, _MOST)


async def _scored(
    client: Client, namespace: str, hits: Sequence[Mapping[str, Any]]
) -> list[ScoredChunk]:
    bare = [str(hit["_id"]) for hit in hits if CHUNK not in hit]
    fetched = await client.fetch(namespace, bare, [CHUNK]) if bare else {}
    scored = []
    for hit in hits:
        stored = from_document(hit if CHUNK in hit else fetched.get(str(hit["_id"]), {}))
        scored.append(ScoredChunk(stored.chunk, _score_of(hit), stored.terms))
    return sorted(scored, key=lambda hit: (-hit.score, hit.chunk.chunk_id))


def _score_of(hit: Mapping[str, Any]) -> float:
    score = hit.get("_score")
    if not isinstance(score, int | float) or not math.isfinite(score):
        raise UnreadableError
    return float(score)
