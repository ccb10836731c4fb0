"""Waiting until what was stored is what searches find, for every reader."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

from data_pipeline.articles import Article
from data_pipeline.ingest.injection import article_chunks
from data_pipeline.ports import Catalogue, ChunkIndex

_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 1.0

Wanted = Mapping[str, Mapping[str, str]]
"""`{article_id: {chunk_id: content_hash}}`; an article without chunks shall be gone."""


def wanted_hashes(articles: Iterable[Article], gone: Iterable[str] = ()) -> Wanted:
    """What is there once `articles` are visible and the `gone` ones are not."""
    there = {
        article.article_id: {c.chunk_id: c.content_hash for c in article_chunks(article)}
        for article in articles
    }
    return {**{article_id: {} for article_id in gone}, **there}


async def wait_until_visible(
    index: ChunkIndex,
    namespace: str,
    wanted: Wanted,
    *,
    patience: float,
    refresh_seconds: float = 0.0,
) -> bool:
    """Whether within `patience` seconds the articles answer as `wanted`, asked again and again.

    Then it waits for `refresh_seconds`, after which other processes look anew.
    Raises `IndexUnavailableError`.
    """
    pause = _FIRST_PAUSE
    try:
        async with asyncio.timeout(patience):
            while wanted := await _not_yet(index, namespace, wanted):
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
    except TimeoutError:
        return False
    await asyncio.sleep(refresh_seconds)
    return True


async def _not_yet(index: ChunkIndex, namespace: str, wanted: Wanted) -> Wanted:
    catalogue = await index.catalogue(namespace)
    return {
        article_id: hashes
        for article_id, hashes in wanted.items()
        if not await _is_visible(index, namespace, article_id, hashes, catalogue)
    }


async def _is_visible(
    index: ChunkIndex,
    namespace: str,
    article_id: str,
    hashes: Mapping[str, str],
    catalogue: Catalogue,
) -> bool:
    if (article_id in catalogue.articles) is not bool(hashes):
        return False
    chunks = await index.article_chunks(namespace, article_id)
    return {chunk.chunk_id: chunk.content_hash for chunk in chunks} == dict(hashes)
