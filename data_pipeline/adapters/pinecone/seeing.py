"""Waiting until Pinecone shows what it has accepted, which can take it seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Final

from data_pipeline.adapters.pinecone.client import Client
from data_pipeline.adapters.pinecone.documents import BOUNDS, TERMS, groups_of, mark_of
from data_pipeline.errors import IndexUnavailableError

_FIRST_DELAY: Final = 0.05
_LONGEST_DELAY: Final = 2.0
_ASKED_AT_ONCE: Final = 100
_QUESTIONS_AT_ONCE: Final = 4


async def until_seen(
    look: Callable[[Sequence[str]], Awaitable[Collection[str]]], ids: Sequence[str], seconds: float
) -> None:
    """Return when `look` has seen every one of `ids`.

    Raises `IndexUnavailableError` when that takes more than `seconds`.
    """
    deadline = time.monotonic() + seconds
    delay = _FIRST_DELAY
    missing = list(ids)
    while missing:
        seen = await look(missing)
        missing = [each for each in missing if each not in seen]
        if missing and time.monotonic() > deadline:
            raise IndexUnavailableError(
                "Pinecone has accepted the articles and does not show them yet: run this again in "
                "some minutes, it goes on from here."
            )
        if missing:
            await asyncio.sleep(delay)
            delay = min(2 * delay, _LONGEST_DELAY)


async def seen_documents(client: Client, namespace: str, ids: Sequence[str]) -> set[str]:
    """Those of `ids` that both a text search and a fetch find."""
    found: set[str] = set()
    for groups in groups_of(groups_of(ids, _ASKED_AT_ONCE), _QUESTIONS_AT_ONCE):
        found.update(*await asyncio.gather(*(_found(client, namespace, group) for group in groups)))
    return found


async def _found(client: Client, namespace: str, ids: Sequence[str]) -> set[str]:
    marks = " ".join(map(mark_of, ids))
    score_by = {"type": "text", "query": marks, "fields": [TERMS]}
    hits = await client.search(namespace, score_by, limit=len(ids), fields=())
    return {str(hit["_id"]) for hit in hits} & set(await client.fetch(namespace, ids, [BOUNDS]))
