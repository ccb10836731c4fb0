"""Which stored articles have vanished from their folder, and may therefore go. Pure.

In doubt an article stays: one too many is mended by deleting it, one too few is not noticed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

import msgspec

_SHARE: Final = 10


class Fate(StrEnum):
    """What became of the file that a stored article came from."""

    GONE = "gone"
    UNREAD = "its file is still there and could not be read as this article"
    ELSEWHERE = "its file is in another folder"
    NO_FILE = "it did not come from a file"


class Removals(msgspec.Struct, frozen=True, kw_only=True):
    """The articles that go, those that stay although nobody gave them, and why none may go."""

    remove: tuple[str, ...] = ()
    kept: Mapping[str, Fate] = {}
    refused: str = ""


def removals(
    candidates: Mapping[str, Collection[Fate]],
    given: Collection[str],
    *,
    stored: int,
    max_delete: int | None = None,
    doubt: str = "",
) -> Removals:
    """What to remove of the `candidates`, by the fates of the files that each came from.

    `given` are the articles that were read: they stay in any case. Of the `stored` articles a tenth
    may go, and always one, unless `max_delete` names another number. With a `doubt` none may.
    """
    fates = {key: _fate(candidates[key]) for key in sorted(candidates) if key not in given}
    vanished = tuple(key for key, fate in fates.items() if fate is Fate.GONE)
    kept = {key: fate for key, fate in fates.items() if fate is not Fate.GONE}
    refused = (doubt or _over_the_cap(len(vanished), stored, max_delete)) if vanished else ""
    return Removals(remove=vanished, kept=kept, refused=refused)


def allowed(stored: int, max_delete: int | None = None) -> int:
    """How many of so many stored articles may go at once."""
    return max(1, stored // _SHARE) if max_delete is None else max_delete


def _fate(fates: Collection[Fate]) -> Fate:
    """Of several files the one that is not gone decides."""
    present = [fate for fate in (Fate.UNREAD, Fate.ELSEWHERE, Fate.NO_FILE) if fate in fates]
    return next(iter(present), Fate.GONE if fates else Fate.NO_FILE)


def _over_the_cap(vanished: int, stored: int, max_delete: int | None) -> str:
    most = allowed(stored, max_delete)
    if vanished <= most:
        return ""
    return (
        f"{vanished:,} of {stored:,} stored articles have vanished, and at most {most:,} may go at "
        f"once: check the folders, then allow it with --max-delete {vanished}"
    )
