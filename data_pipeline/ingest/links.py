"""Links between articles, which must not depend on what else is read."""

from __future__ import annotations

from collections.abc import Iterable

from data_pipeline.ingest.folder_files import SUFFIXES
from data_pipeline.ingest.metadata import article_id_of


def article_links(links: Iterable[str]) -> tuple[str, ...]:
    """Each link once: a path of another document as the id that it has by default."""
    return tuple(dict.fromkeys(map(_target, links)))


def _target(link: str) -> str:
    if "://" in link or not link.lower().endswith(SUFFIXES):
        return link
    return article_id_of(None, link)[0]
