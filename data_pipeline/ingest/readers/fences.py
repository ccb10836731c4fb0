"""`:::agent … :::` marks text for agents only, in any format; other fences are callouts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from data_pipeline.ingest.readers.blocks import Block, Role

UNCLOSED: Final = (
    "`:::agent` is not closed: everything after it is for agents only; add a line `:::`"
)

_CALLOUTS: Final = "note|tip|warning|caution|danger|info|important|details|hint|attention"
_FENCE: Final = re.compile(
    r"(?<!:):{3,}[ \t]*"
    rf"(?:(?P<agent>agent(?:[-_]?only)?)\b|(?P<callout>{_CALLOUTS})\b(?:[ \t]*(?=\n|$))?)?[ \t]*",
    re.IGNORECASE,
)
_FENCE_LINE: Final = re.compile(
    r"^[ \t>]{0,20}:{3,}[ \t]*(?:[a-z][^\n]*)?$", re.IGNORECASE | re.MULTILINE
)
_ONE_LINE: Final = re.compile(
    r"^([ \t]*)(:{3,}[ \t]*agent(?:[-_]?only)?\b)[ \t]+(\S[^\n]*?)[ \t]*(:{3,})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


def isolate_fences(markdown: str) -> str:
    """Markdown with an empty line around every fence line, so that each is a paragraph."""
    if ":::" not in markdown:
        return markdown
    spread = _ONE_LINE.sub(r"\1\2\n\n\1\3\n\n\1\4", markdown)
    return _FENCE_LINE.sub(lambda found: f"\n{found.group().strip(' ' + chr(9) + '>')}\n", spread)


def mark_agent_only(blocks: Iterable[Block]) -> tuple[list[Block], list[str]]:
    """`blocks` without fences, those inside `:::agent` marked; and a warning if one is not closed.

    A fence may open or close within a block (a list item, a line of a paragraph): it is split
    there. A heading inside becomes agent-only text, so that it cannot head public text.
    """
    marked: list[Block] = []
    depth = 0
    for block in blocks:
        if ":::" in block.text:
            pieces, depth = _split(block.text, depth)
            marked += _pieces(block, pieces)
        else:
            marked.append(_for_agents(block) if depth else block)
    return marked, [UNCLOSED] if depth else []


def _split(text: str, depth: int) -> tuple[list[tuple[str, bool]], int]:
    """Pieces of `text` with whether they are agent-only, and how many fences are open after it."""
    pieces: list[tuple[str, bool]] = []
    start, label = 0, ""
    for fence in _FENCE.finditer(text):
        pieces.append((label + text[start : fence.start()], depth > 0))
        start, label = fence.end(), ""
        if fence["agent"]:
            depth += 1
        elif fence["callout"]:
            depth += depth > 0
            label = f"{fence['callout'].capitalize()}: "
        else:
            depth = max(depth - 1, 0)
    pieces.append((label + text[start:], depth > 0))
    return [(piece.strip(), agent) for piece, agent in pieces if piece.strip()], depth


def _pieces(block: Block, pieces: Iterable[tuple[str, bool]]) -> Iterator[Block]:
    for text, agent in pieces:
        part = msgspec.structs.replace(block, text=text, cells=(), first="", second="", lead="")
        if part.role is Role.PAIR:
            part = msgspec.structs.replace(part, role=Role.TEXT)
        yield _for_agents(part) if agent else part


def _for_agents(block: Block) -> Block:
    role = Role.TEXT if block.role in {Role.HEADING, Role.PAIR} else block.role
    return msgspec.structs.replace(block, role=role, agent_only=True, bold=False)
