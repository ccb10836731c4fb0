"""The one shape between a document's markup and its sections: a flat list of blocks."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

BOLD_LINE_LEVEL = 7
"""Level of a heading that is only a bold line: below every real one."""


class Role(StrEnum):
    """What a block is in the document's layout."""

    HEADING = "heading"
    HEADING_END = "heading_end"  # what follows belongs to the heading above again
    TEXT = "text"
    ITEM = "item"
    STEP = "step"
    ROW = "row"
    PAIR = "pair"
    CODE = "code"
    NOTE = "note"


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One heading, paragraph, list item with all that is nested in it, table row or code block.

    `level` is a heading's, 1 outermost; `number` a step's. `cells` are a row's (column, value)
    pairs, `first` and `second` a pair's halves. `bold` marks a paragraph that is bold throughout,
    `lead` is the emphasised text that a paragraph begins with.
    """

    role: Role
    text: str
    level: int = 0
    number: int = 0
    cells: tuple[tuple[str, str], ...] = ()
    first: str = ""
    second: str = ""
    bold: bool = False
    lead: str = ""
    agent_only: bool = False


def text_block(text: str, *, bold: bool = False, lead: str = "") -> Block:
    """A paragraph."""
    return Block(role=Role.TEXT, text=text, bold=bold, lead=lead)


def heading(text: str, level: int) -> Block:
    """A heading."""
    return Block(role=Role.HEADING, text=text, level=level)


def pair(first: str, second: str) -> Block:
    """Question and answer on lines of their own, or a term, a colon and its meaning."""
    joint = "\n" if first.endswith(("?", ".", "!", ":")) else ": "
    return Block(role=Role.PAIR, text=f"{first}{joint}{second}", first=first, second=second)


def as_line(block: Block) -> str:
    """A block as lines inside a list item: nested items with a dash, steps with their number."""
    if block.role is Role.ITEM:
        return "- " + _indented(block.text)
    if block.role is Role.STEP:
        return f"{block.number}. " + _indented(block.text)
    return block.text


def as_lines(blocks: Iterable[Block]) -> str:
    """Blocks as the text of one unit."""
    return "\n".join(as_line(block) for block in blocks if block.text)


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")
