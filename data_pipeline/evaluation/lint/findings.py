"""What a reading of the knowledge base finds wrong: where it stands and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class FindingKind(StrEnum):
    """What is wrong, worst first."""

    CONTRADICTION = "contradiction"
    UNANSWERED = "unanswered"
    DATA_POINT = "data_point"
    DEAD_LINK = "dead_link"
    OVERSIZED = "oversized"
    DUPLICATE = "duplicate"


class Severity(StrEnum):
    """Whether customers are served badly by it, or only editors' work is harder."""

    SERIOUS = "serious"
    ADVICE = "advice"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to mend: `place` is the section's path, `other` a second place that belongs to it.

    `problem` quotes the article, so it is for the editor's eyes and no log.
    """

    kind: FindingKind
    severity: Severity
    article_id: str
    place: str
    problem: str
    advice: str
    other: str = ""


_KINDS = tuple(FindingKind)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once: serious ones first, then by kind, article and place."""
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda f: (
                f.severity is not Severity.SERIOUS,
                _KINDS.index(f.kind),
                f.article_id,
                f.place,
                f.problem,
            ),
        )
    )


def shortened(text: str, most: int = 160) -> str:
    """`text` on one line, cut after `most` characters."""
    line = " ".join(text[: 2 * most + 100].split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
