"""The procedures of an article: its visible steps, section by section. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from data_pipeline.articles import Chunk, Kind, Step
from data_pipeline.engine.article_content import structured
from data_pipeline.engine.passages import Passage, find_text, passage_at
from data_pipeline.engine.quotable import is_closed_to_customers, is_sayable


class Procedure(msgspec.Struct, frozen=True):
    """The visible steps of one section, in order, each with its passage."""

    section: str
    steps: tuple[tuple[Step, Passage], ...]


def procedures_of(chunks: Sequence[Chunk]) -> list[Procedure]:
    """The procedures that a customer may see; steps and details for agents are left out."""
    by_section: dict[str, list[tuple[Step, Passage]]] = {}
    for chunk in sorted(chunks, key=_place):
        if chunk.kind is Kind.STEPS and not chunk.agent_only:
            by_section.setdefault(section_of(chunk), []).extend(_steps(chunk))
    return [
        Procedure(section, tuple(_in_order(steps)))
        for section, steps in by_section.items()
        if steps
    ]


def section_of(chunk: Chunk) -> str:
    """The section path of a chunk, whatever piece of the section it is."""
    return chunk.chunk_id.partition("#")[2].partition("~")[0]


def _place(chunk: Chunk) -> tuple[str, int]:
    """Section and number of the piece: piece 10 comes after piece 9."""
    piece = chunk.chunk_id.rpartition("~")[2]
    return section_of(chunk), int(piece) if piece.isdecimal() and "~" in chunk.chunk_id else 1


def _steps(chunk: Chunk) -> Iterator[tuple[Step, Passage]]:
    for step in structured(chunk, Kind.STEPS, Step):
        if is_closed_to_customers(step.action):
            continue
        detail = step.detail if step.detail and is_sayable(step.detail) else None
        said = f"{step.action}\n{detail}" if detail else step.action
        place = find_text(chunk, step.action, detail or "") or find_text(chunk, step.action)
        if place:
            shown = msgspec.structs.replace(step, detail=detail)
            yield shown, passage_at(chunk, said, place)


def _in_order(steps: Sequence[tuple[Step, Passage]]) -> Sequence[tuple[Step, Passage]]:
    """By number where every step has its own; else as the article tells them."""
    numbers = [step.number for step, _ in steps]
    return sorted(steps, key=lambda s: s[0].number) if len(set(numbers)) == len(numbers) else steps
