"""Stored articles whose files are no longer in their folders: found, judged and removed."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path, PurePath

import msgspec

from data_pipeline.articles import Article, Chunk
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.changes import content_of
from data_pipeline.ingest.defaults import CONFIG_NAME
from data_pipeline.ingest.folder_files import root_of
from data_pipeline.ingest.removals import Fate, Removals, removals
from data_pipeline.ingest.sync import chunks_of, known_scope_keys
from data_pipeline.ports import ArticleChange, ChunkIndex, FailedArticle


class Folders(msgspec.Struct, frozen=True, kw_only=True):
    """The folders of a load: what was read in them, and what could not be.

    With `mirror` they hold the whole knowledge base: no stored article may come from elsewhere.
    """

    paths: tuple[Path, ...]
    articles: Sequence[Article]
    failures: Sequence[ArticleSourceError]
    mirror: bool = False


class Vanishing(msgspec.Struct, frozen=True):
    """What is to be removed, and the content hashes of these articles as they were judged."""

    plan: Removals
    hashes: Mapping[str, Mapping[str, str]] = {}


async def find_vanished(
    index: ChunkIndex,
    namespace: str,
    folders: Folders,
    candidates: Sequence[str],
    *,
    max_delete: int | None = None,
) -> Vanishing:
    """Which of the `candidates`, stored articles that were not read, may go; changes nothing.

    Raises `IndexUnavailableError`.
    """
    held = await chunks_of(index, namespace, candidates)
    stored = len((await index.catalogue(namespace)).articles)
    plan = judge(folders, held, stored=stored, max_delete=max_delete)
    hashes = {key: {c.chunk_id: c.content_hash for c in held[key]} for key in plan.remove}
    return Vanishing(plan, hashes)


async def remove(
    index: ChunkIndex, namespace: str, hashes: Mapping[str, Mapping[str, str]]
) -> tuple[list[str], list[FailedArticle]]:
    """Remove the articles that still have these `hashes`: those that went, and those that stay.

    Raises `IndexUnavailableError`.
    """
    async with index.writing(namespace):
        stored = await index.content_hashes(namespace)
        same = [key for key in hashes if _contents(stored.get(key, {})) == dict(hashes[key])]
        changes = [ArticleChange(key, (), tuple(hashes[key])) for key in same]
        failed = list(await index.apply(namespace, changes)) if changes else []
        await index.refresh(namespace, known_scope_keys(await index.catalogue(namespace), ()))
    cause = "it was changed by somebody else in the meantime: run it again"
    failed += [FailedArticle(key, cause) for key in hashes if key not in same]
    lost = {one.article_id for one in failed}
    return [key for key in hashes if key not in lost], failed


def judge(
    folders: Folders,
    held: Mapping[str, Sequence[Chunk]],
    *,
    stored: int,
    max_delete: int | None = None,
) -> Removals:
    """`removals` of the articles in `held`, by what the disk says of their files now."""
    origins = {key: {chunk.origin for chunk in chunks} for key, chunks in held.items()}
    unread, unknown = _unread(folders, [o for found in origins.values() for o in found if o])
    read = {article.origin for article in folders.articles}
    return removals(
        {
            key: [_fate(one, folders, read, unread) for one in found]
            for key, found in origins.items()
        }
        | {key: [Fate.UNREAD] for key in held if _is_named(key, folders.failures)},
        {article.article_id for article in folders.articles},
        stored=stored,
        max_delete=max_delete,
        doubt=_doubt(folders, unknown, may_be_empty=max_delete is not None),
    )


def _contents(hashes: Mapping[str, str]) -> dict[str, str]:
    return {chunk_id: content_of(held) for chunk_id, held in hashes.items()}


def _fate(
    origin: str, folders: Folders, read: Collection[str], unread: Collection[PurePath]
) -> Fate:
    if not origin:
        return Fate.GONE if folders.mirror else Fate.NO_FILE
    path = _composed(origin)
    if any(path.is_relative_to(one) for one in unread):
        return Fate.UNREAD
    if not any(path.is_relative_to(_composed(folder.resolve())) for folder in folders.paths):
        return Fate.GONE if folders.mirror else Fate.ELSEWHERE
    if _is_hidden_from_us(origin) or (os.path.lexists(origin) and origin not in read):
        return Fate.UNREAD
    return Fate.GONE


def _is_hidden_from_us(origin: str) -> bool:
    """Whether the nearest folder above that exists may not be looked into."""
    above = next(folder for folder in Path(origin).parents if os.path.lexists(folder))
    return not os.access(above, os.R_OK | os.X_OK)


def _unread(
    folders: Folders, origins: Iterable[str]
) -> tuple[list[PurePath], list[ArticleSourceError]]:
    """The paths of what could not be read and holds some of `origins`, and the other failures."""
    stored = [_composed(origin) for origin in origins]
    roots = {_composed(one) for path in folders.paths for one in (root_of(path), path.resolve())}
    found: list[PurePath] = []
    unknown = []
    for failure in folders.failures:
        if PurePath(failure.source).name == CONFIG_NAME:
            continue  # each file below it is a failure of its own
        paths = [root / failure.source for root in roots]
        holding = [path for path in paths if any(one.is_relative_to(path) for one in stored)]
        found += holding
        if not holding:
            unknown.append(failure)
    return found, unknown


def _composed(path: str | PurePath) -> PurePath:
    return PurePath(unicodedata.normalize("NFC", str(path)))


def _is_named(article_id: str, failures: Iterable[ArticleSourceError]) -> bool:
    """Whether a failure is about this id: two files that both claim it, for one."""
    return any(f"`{article_id}`" in failure.cause for failure in failures)


def _doubt(folders: Folders, unknown: Sequence[ArticleSourceError], *, may_be_empty: bool) -> str:
    if unknown:
        return (
            f"{unknown[0].source} could not be read and may hold one of the vanished articles: "
            "mend it and run this again"
        )
    empty = [folder for folder in folders.paths if not _holds_one(folder, folders.articles)]
    if empty and not may_be_empty:
        return (
            f"no article was found in {empty[0]}: check the path; if it is meant to be empty, say "
            "with --max-delete how many articles may go"
        )
    return ""


def _holds_one(folder: Path, articles: Iterable[Article]) -> bool:
    root = folder.resolve()
    return any(PurePath(article.origin).is_relative_to(root) for article in articles)
