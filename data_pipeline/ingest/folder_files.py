"""Which files below the given paths are documents, in a stable order, and which are not and why."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import CONFIG_NAME

SUFFIXES: Final = (".json", ".md", ".markdown", ".txt", ".html", ".htm", ".docx")

_HIDDEN: Final = "hidden"
_TEMPORARY: Final = ("~$", "._")
_READ_ME: Final = "readme"


class FoundFile(NamedTuple):
    """A document: its path, the folder that is its knowledge base, and its path below that."""

    path: Path
    root: Path
    source: str


class Skipped(NamedTuple):
    """A file that is no document, and why."""

    source: str
    reason: str


class Found(NamedTuple):
    """What lies below the given paths."""

    files: list[FoundFile]
    skipped: list[Skipped]
    failures: list[ArticleSourceError]


def find_files(paths: Iterable[Path]) -> Found:
    """All documents below `paths`, each once, folders in the order of their names.

    The knowledge base of a file is the outermost folder above it with a `kb.toml`, else the given
    folder. A README that stands beside a `kb.toml` or directly in a given folder describes the
    folder and is skipped, as are hidden files. Loops of links end where they began.
    """
    found = Found([], [], [])
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            cause = "there is no such file or folder: check the path"
            found.failures.append(ArticleSourceError(str(path), cause))
        elif path.is_dir():
            _gather(path.resolve(), found, seen)
        else:
            # A link keeps its own name: the article id is made of it.
            file = path.parent.resolve() / path.name
            _sort_in(file, root_of(file.parent), found, seen, is_given=True)
    return found


def root_of(folder: Path) -> Path:
    """The knowledge base that `folder` is part of: the outermost one above with a `kb.toml`."""
    root = folder = folder.absolute()
    for above in (folder, *folder.parents):
        if (above / CONFIG_NAME).is_file():
            root = above
        if (above / ".git").exists():
            break
    return root


def source_of(path: Path, root: Path) -> str:
    """`path` below `root` as it is shown to people: forward slashes, composed letters."""
    relative = Path(os.path.relpath(path.absolute(), root)).as_posix()
    shown = os.fsencode(relative).decode("utf-8", "replace")
    return unicodedata.normalize("NFC", shown)


def _gather(folder: Path, found: Found, seen: set[Path]) -> None:
    root = root_of(folder)
    for path in _walk(folder, root, found, seen):
        is_read_me = path.stem.lower() == _READ_ME and path.suffix.lower() in SUFFIXES
        if is_read_me and (path.parent == folder or (path.parent / CONFIG_NAME).is_file()):
            reason = "a README describes its folder; give its path to load it"
            found.skipped.append(Skipped(source_of(path, root), reason))
        else:
            _sort_in(path, root, found, seen)


def _walk(folder: Path, root: Path, found: Found, seen: set[Path]) -> Iterator[Path]:
    """Files below `folder` in order of their paths; hidden ones are noted."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if path != folder and path.name.startswith((".", *_TEMPORARY)):
            reason = _HIDDEN if path.name.startswith(".") else "a temporary file of an editor"
            found.skipped.append(Skipped(source_of(path, root), reason))
        elif not path.is_dir():
            yield path
        elif (real := path.resolve()) not in seen:
            seen.add(real)
            waiting += reversed(_entries(path, root, found))


def _entries(folder: Path, root: Path, found: Found) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        cause = f"the folder cannot be read ({error.strerror})"
        found.failures.append(ArticleSourceError(source_of(folder, root), cause))
        return []


def _sort_in(
    path: Path, root: Path, found: Found, seen: set[Path], *, is_given: bool = False
) -> None:
    """Put one file where it belongs: to the documents, the skipped ones or the failures."""
    source = source_of(path, root)
    if path.name == CONFIG_NAME:
        return
    if path.suffix.lower() not in SUFFIXES:
        cause = f"not a document that can be read; readable are {', '.join(SUFFIXES)}"
        if is_given:
            found.failures.append(ArticleSourceError(source, cause))
        else:
            found.skipped.append(Skipped(source, cause))
        return
    try:
        real, is_regular = path.resolve(strict=True), stat.S_ISREG(path.stat().st_mode)
    except (OSError, RuntimeError):
        found.failures.append(ArticleSourceError(source, "a link that leads nowhere: remove it"))
        return
    if not is_regular:
        found.skipped.append(Skipped(source, "not a regular file"))
    elif real in seen:
        found.skipped.append(Skipped(source, "the same file as one before it"))
    else:
        seen.add(real)
        found.files.append(FoundFile(path, root, source))
