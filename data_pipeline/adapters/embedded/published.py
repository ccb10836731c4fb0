"""The file that says which version of the table readers see, and what that version holds.

The loader commits to the table first and then replaces this file; readers open exactly the version
it names. So search results and catalogue always belong together, and a loader that dies between
the two steps leaves readers on the version before, whole, until the next load.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import msgspec

from data_pipeline.adapters.holdings.statistics import Contents

FILE_NAME: Final = "catalogue.msgpack"
FORMAT: Final = 1
"""Raised when the columns change, but for the optional one of vectors, which is looked for.

Other terms of the analyser show in `Published.analyser`.
"""

Stamp = tuple[int, int, int]


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A table version and its contents.

    `analyser` is the `stored.analyser_fingerprint` of the release that made the rows' terms.
    `retired` are the versions that readers may still be reading, with the time (seconds since 1970)
    at which each was replaced.
    """

    format: int = FORMAT
    table_version: int
    analyser: str = ""
    scope_keys: tuple[str, ...] = ()
    contents: Contents = Contents()
    retired: tuple[tuple[int, float], ...] = ()


class DamagedCatalogueError(ValueError):
    """The file is there and is no catalogue; a writer makes it anew from the table."""


class OtherReleaseError(ValueError):
    """The file is a catalogue that another release of kbgate wrote."""


class OtherAnalyserError(ValueError):
    """The rows hold the terms of another analyser; a writer makes them anew from the chunks."""


class LostError(ValueError):
    """What was published is gone: the whole namespace, or only the catalogue beside its table."""


class _Format(msgspec.Struct):
    format: int


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Published)
_format_decoder = msgspec.msgpack.Decoder(_Format)


def stamp(folder: Path) -> Stamp | None:
    """What changes whenever the file is replaced; None while nothing has been published."""
    try:
        status = (folder / FILE_NAME).stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def read(folder: Path) -> Published | None:
    """The file decoded, None when there is none.

    Raises `DamagedCatalogueError`, `OtherReleaseError` and `OSError`.
    """
    try:
        content = (folder / FILE_NAME).read_bytes()
    except FileNotFoundError:
        return None
    try:
        written_as = _format_decoder.decode(content).format
        if written_as == FORMAT:
            return _decoder.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise DamagedCatalogueError(folder) from None
    raise OtherReleaseError(folder)


def write(folder: Path, published: Published) -> None:
    """Replace the file in one step, so that nobody reads half of it. Only for the one writer."""
    temporary = folder / f".{FILE_NAME}.new"
    with temporary.open("wb") as file:
        file.write(_encoder.encode(published))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / FILE_NAME)


def retire(before: Published | None, after: Published, *, now: float, since: float) -> Published:
    """`after` with the versions before it that were replaced after `since`, `before` at `now`."""
    if before is None:
        return after
    replaced = before.retired
    if before.table_version != after.table_version:
        replaced = (*replaced, (before.table_version, now))
    held = tuple((version, at) for version, at in replaced if at >= since)
    return msgspec.structs.replace(after, retired=held)


def oldest_in_use(published: Published, since: float) -> int:
    """The lowest table version that a reader may have open: the current one is among them."""
    held = (version for version, at in published.retired if at >= since)
    return min(held, default=published.table_version)
