"""What a sync did beyond its load, as lines for people or as JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from data_pipeline.ingest.removals import Fate
from scripts.load_summary import Load
from scripts.load_summary import as_json as load_as_json
from scripts.terminal import DONE, SOME_FAILED, UNUSABLE, note, notes, results

PATIENCE_SECONDS: Final = 120.0
"""How long --wait waits."""

DRY_RUN: Final = "this is a dry run"
"""Why nothing is removed when nothing shall be."""

_SHOWN_IDS: Final = 20
_HINTS: Final[Mapping[str, str]] = dict.fromkeys(
    (Fate.ELSEWHERE.value, Fate.NO_FILE.value), "; --mirror removes it"
)


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the vanished articles: those that went, that stay, and why none may go."""

    removed: tuple[str, ...] = ()
    kept: dict[str, str] = {}
    not_removed: tuple[str, ...] = ()
    reason: str = ""


class Synced(msgspec.Struct, frozen=True, kw_only=True):
    """A finished run; `visible` is None when nobody waited."""

    load: Load
    removal: Removed = Removed()
    visible: bool | None = None

    @property
    def exit_code(self) -> int:
        """0 all fine, 1 something failed or stays that should go, 2 nothing could be read."""
        if self.load.exit_code == UNUSABLE and not self.removal.removed:
            return UNUSABLE
        stays = self.removal.not_removed and self.removal.reason != DRY_RUN
        failed = self.load.reading.failures or self.load.report.failed or stays
        return SOME_FAILED if failed or self.visible is False else DONE


def as_json(synced: Synced) -> dict[str, Any]:
    """The whole run as one JSON object: the load, and what became of vanished articles."""
    return {
        **load_as_json(synced.load),
        **msgspec.to_builtins(synced.removal),
        "visible": synced.visible,
    }


def show(synced: Synced) -> None:
    """What was removed, what stays and why; the load has been shown already."""
    removal = synced.removal
    for reason in dict.fromkeys(removal.kept.values()):
        named = _named([key for key, why in removal.kept.items() if why == reason])
        note(notes(), "kept", "cyan", f"{named}: {reason}{_HINTS.get(reason, '')}")
    if removal.removed:
        note(results(), "removed", "green", _named(removal.removed))
    if removal.not_removed and removal.reason == DRY_RUN:
        named = _named(removal.not_removed)
        note(notes(), "to go", "yellow", f"{named} vanished from the folders and would be removed")
    elif removal.not_removed:
        vanished = f"{_named(removal.not_removed)} vanished from the folders and stay: "
        note(notes(), "stay", "yellow", f"{vanished}{removal.reason}")
    if synced.visible is False:
        late = f"not visible after {PATIENCE_SECONDS:.0f} s: look again later with verify_articles"
        note(notes(), "late", "yellow", late)


def _named(article_ids: Sequence[str]) -> str:
    """Ids in a row, the number of those that are too many to name."""
    shown = article_ids[:_SHOWN_IDS]
    more = len(article_ids) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
