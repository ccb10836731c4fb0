"""Quote more of the text around what was chosen, where that is little. Pure.

A whole paragraph reads better than single sentences, and what answers a question often stands
beside the sentence that repeats its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from data_pipeline.engine.passages import Passage
from data_pipeline.engine.prose import without_blank_lines

_ENOUGH_WORDS: Final = 85


def widened(chosen: Sequence[Passage], passages: Sequence[Passage]) -> list[Passage]:
    """The chosen ones, the best first, each with the running text around it while there is room.

    They grow by whole `passages` of the same text that they overlap, first by what follows; never
    into one another, nor beyond 85 words in all.
    """
    grown = list(chosen)
    for number, passage in enumerate(chosen):
        room = _ENOUGH_WORDS - sum(len(p.text.split()) for p in grown)
        if room > 0 and _is_prose(passage):
            others = [p for p in grown if p is not passage]
            near = [p for p in passages if _may_join(p, passage, others)]
            grown[number] = _grown(passage, near, len(passage.text.split()) + room)
    return grown


def _is_prose(passage: Passage) -> bool:
    """Whether a passage is running text, not a structured unit or a row."""
    return not (passage.chunk.data or passage.is_row)


def _may_join(passage: Passage, chosen: Passage, others: Sequence[Passage]) -> bool:
    return (
        passage.chunk.chunk_id == chosen.chunk.chunk_id
        and _is_prose(passage)
        and not any(passage.overlaps(other) for other in others)
    )


def _grown(passage: Passage, near: Sequence[Passage], most: int) -> Passage:
    """The passage with what follows it, and then with what stands before it, in `most` words."""
    grown = passage
    for step in (_with_next, _with_previous):
        while (wider := step(grown, near)) and len(wider.text.split()) <= most:
            grown = wider
    return grown


def _with_next(passage: Passage, near: Sequence[Passage]) -> Passage | None:
    following = [p for p in near if passage.end < p.end and _are_one(passage, p)]
    return _joined(passage, min(following, key=lambda p: p.end)) if following else None


def _with_previous(passage: Passage, near: Sequence[Passage]) -> Passage | None:
    previous = [p for p in near if p.end <= passage.end and _are_one(p, passage)]
    return _joined(max(previous, key=lambda p: p.start), passage) if previous else None


def _are_one(first: Passage, second: Passage) -> bool:
    """Whether the second starts in the first, or behind it on the same line."""
    between = first.chunk.text[first.end : second.start]
    return first.start < second.start and between in {"", " "}


def _joined(first: Passage, second: Passage) -> Passage:
    """One passage from where the first starts to where the second ends."""
    said = without_blank_lines(first.chunk.text[first.start : second.end])
    return msgspec.structs.replace(
        first,
        text=said,
        end=second.end,
        said=first.said | second.said,
        own=first.own | second.own,
        claim=said,
        sequence=(),
    )
