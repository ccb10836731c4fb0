"""Files and folders in, articles out: one broken file is named and never stops the rest."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from data_pipeline.articles import Article
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.folder_config import FolderConfigs
from data_pipeline.ingest.folder_files import FoundFile, Skipped, find_files
from data_pipeline.ingest.formats import READERS
from data_pipeline.ingest.links import article_links

MAX_FILE_BYTES: Final = 20_000_000

Progress = Callable[[int, int, str], None]
"""Called before each file with how many are done, how many there are, and the file's source."""


class FolderReading(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: whole articles, files that could not be read, and files that are none.

    `scope_keys` are all keys configured, by the caller and by every `kb.toml` on the way.
    """

    articles: tuple[Article, ...]
    failures: tuple[ArticleSourceError, ...]
    skipped: tuple[Skipped, ...]
    scope_keys: tuple[str, ...] = ()


class _Read(msgspec.Struct, frozen=True):
    file: FoundFile
    article: Article


def read_folder(
    paths: Iterable[Path], scope_keys: Sequence[str] = (), progress: Progress | None = None
) -> FolderReading:
    """Read all documents below `paths`, in a stable order. Raises nothing for a bad file.

    `scope_keys` add to those of the `kb.toml` files. Two files with one article id are a failure
    that names both, and neither is read.
    """
    found = find_files(paths)
    configs = FolderConfigs()
    start = Defaults(scope_keys=tuple(scope_keys))
    read: list[_Read] = []
    failures = list(found.failures)
    keys = dict.fromkeys(scope_keys)
    for done, file in enumerate(found.files):
        if progress is not None:
            progress(done, len(found.files), file.source)
        try:
            defaults = configs.defaults_of(file, start)
            keys |= dict.fromkeys(defaults.scope_keys)
            read.append(_Read(file, read_file(file, defaults)))
        except ArticleSourceError as error:
            failures.append(error)
    articles, doubles = _without_doubles(read)
    return FolderReading(
        articles=tuple(articles),
        failures=(*configs.failures, *failures, *doubles),
        skipped=tuple(found.skipped),
        scope_keys=tuple(keys),
    )


def read_file(file: FoundFile, defaults: Defaults) -> Article:
    """Read one document by its suffix. Raises `ArticleSourceError`, nothing else."""
    raw = _bytes(file)
    reader = READERS[file.path.suffix.lower()]
    try:
        return _placed(reader(raw, file.source, defaults, defaults.scope_keys), file)
    except ArticleSourceError:
        raise
    except Exception as error:
        # A reader's own mistake may cost its file, not the rest of the load.
        cause = f"it could not be read because of an error in its reader ({type(error).__name__})"
        raise ArticleSourceError(file.source, f"{cause}: please report it") from error


def _bytes(file: FoundFile) -> bytes:
    try:
        size = file.path.stat().st_size
        if size > MAX_FILE_BYTES:
            cause = f"larger than {MAX_FILE_BYTES // 1_000_000} MB: split it into articles"
            raise ArticleSourceError(file.source, cause)
        return file.path.read_bytes()
    except OSError as error:
        cause = f"the file cannot be read ({error.strerror}): check its permissions"
        raise ArticleSourceError(file.source, cause) from None


def _without_doubles(read: Sequence[_Read]) -> tuple[list[Article], list[ArticleSourceError]]:
    by_id: defaultdict[str, list[_Read]] = defaultdict(list)
    for item in read:
        by_id[item.article.article_id].append(item)
    doubles = [items for items in by_id.values() if len(items) > 1]
    articles = [items[0].article for items in by_id.values() if len(items) == 1]
    return articles, [_double(items) for items in doubles]


def _placed(article: Article, file: FoundFile) -> Article:
    """The article with its file's path, and with links that do not depend on what else is read."""
    links = article_links(article.links)
    origin = os.fsencode(file.path.absolute()).decode("utf-8", "replace")
    return msgspec.structs.replace(article, links=links, origin=origin)


def _double(items: Sequence[_Read]) -> ArticleSourceError:
    several_roots = len({item.file.root for item in items}) > 1
    first, *others = [str(i.file.path) if several_roots else i.file.source for i in items]
    article_id = items[0].article.article_id
    cause = (
        f"its article id `{article_id}` is also that of {', '.join(others)}: give one another id"
    )
    return ArticleSourceError(first, cause)
