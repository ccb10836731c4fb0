"""One walker for all markup: an HTML tree becomes a flat list of blocks.

Markdown and DOCX arrive here as HTML too, so every format is cut into units the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final

import msgspec
from selectolax.lexbor import LexborNode

from data_pipeline.ingest.readers.blocks import (
    BOLD_LINE_LEVEL,
    Block,
    Role,
    as_lines,
    heading,
    pair,
    text_block,
)
from data_pipeline.ingest.readers.inline import DROPPED, Page, collapse, inline_text, tidy
from data_pipeline.ingest.readers.tables import cells_of, is_layout, table_blocks

_BLOCK_TAGS: Final = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav"
    " ol optgroup p pre search section summary table tbody td tfoot th thead tr ul".split()
)
_HEADINGS: Final = {f"h{n}": n for n in range(1, 7)}
_BOLD: Final = frozenset({"b", "strong"})
_EMPHASIS: Final = _BOLD | {"em", "i"}
_MAX_DEPTH: Final = 100
_MAX_HEADING: Final = 200
_MAX_BOLD_LINE: Final = 200
_MAX_FLAT_ITEM: Final = 2_000


def read_blocks(root: LexborNode, page: Page) -> list[Block]:
    """Everything visible below `root` in reading order; addresses are collected in `page`."""
    return _inside(root, page, 0)


def _inside(node: LexborNode, page: Page, depth: int) -> list[Block]:
    if depth > _MAX_DEPTH:
        return _paragraphs([], tidy(node.text(separator=" ")))
    blocks: list[Block] = []
    run: list[LexborNode] = []
    for child in node.iter(include_text=True):
        if not _holds_blocks(child, depth):
            run.append(child)
            continue
        blocks += _running_text(run, page)
        run = []
        blocks += _block(child, page, depth + 1)
    return blocks + _running_text(run, page)


def _holds_blocks(node: LexborNode, depth: int) -> bool:
    if node.is_text_node or node.tag in DROPPED:
        return False
    if node.tag in _BLOCK_TAGS:
        return True
    return depth <= _MAX_DEPTH and any(_holds_blocks(child, depth + 1) for child in node.iter())


def _block(node: LexborNode, page: Page, depth: int) -> list[Block]:
    read = _READERS.get(node.tag or "", _inside)
    blocks = read(node, page, depth)
    if node.attributes.get("data-visibility") in {"agent", "internal"}:
        return [msgspec.structs.replace(block, agent_only=True) for block in blocks]
    return blocks


def _running_text(nodes: Sequence[LexborNode], page: Page) -> list[Block]:
    if not nodes:
        return []
    return _paragraphs(nodes, inline_text(nodes, page)) + _long_footnotes(page)


def _long_footnotes(page: Page) -> list[Block]:
    """Footnotes that the text just read refers to, as paragraphs below it."""
    notes, page.pending = page.pending, []
    return [text_block(f"[{note.number}] {note.text}") for note in notes]


def _paragraphs(nodes: Sequence[LexborNode], text: str) -> list[Block]:
    """Paragraphs of running text; an empty line parts them as well as markup does."""
    parts = [part for part in text.split("\n\n") if part.strip()]
    bold = len(parts) == 1 and len(text) <= _MAX_BOLD_LINE and _is_bold(nodes)
    lead = "" if bold or len(parts) != 1 else _lead(nodes, text)
    return [text_block(part, bold=bold, lead=lead) for part in parts]


def _lead(nodes: Sequence[LexborNode], text: str) -> str:
    """The emphasised beginning of a paragraph that goes on plainly, or nothing."""
    emphasised = list(takewhile(lambda n: n.tag in _EMPHASIS or _is_blank(n), nodes))
    if not any(node.tag in _EMPHASIS for node in emphasised):
        return ""
    lead = collapse(inline_text(emphasised, Page(), addresses=False))
    return lead if len(lead) < len(text) and text.startswith(lead) else ""


def _is_blank(node: LexborNode) -> bool:
    return node.is_text_node and not (node.text_content or "").strip()


def _is_bold(nodes: Iterable[LexborNode]) -> bool:
    """Whether all visible text of `nodes` is bold."""
    telling = [node for node in nodes if not _is_blank(node)]
    return bool(telling) and all(
        node.tag in _BOLD
        or (
            node.tag in {"u", "em", "i", "span", "a", "font"}
            and _is_bold(node.iter(include_text=True))
        )
        or (node.tag == "br")
        for node in telling
    )


def _heading(node: LexborNode, page: Page, _depth: int) -> list[Block]:
    text = collapse(inline_text([node], page, addresses=False))
    notes = _long_footnotes(page)
    if len(text) > _MAX_HEADING:
        return [text_block(text), *notes]
    return ([heading(text, _HEADINGS[node.tag or "h6"])] if text else []) + notes


def _code(node: LexborNode, _page: Page, _depth: int) -> list[Block]:
    lines = (node.text() or "").replace("\r", "").strip("\n").split("\n")
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    return [Block(role=Role.CODE, text=text)] if text.strip() else []


def _list(node: LexborNode, page: Page, depth: int) -> list[Block]:
    ordered = node.tag == "ol"
    number = _whole(node.attributes.get("start"), 1)
    blocks: list[Block] = []
    for child in node.iter(include_text=True):
        if child.tag == "li":
            number = _whole(child.attributes.get("value"), number)
            blocks += _item(_inside(child, page, depth), number if ordered else None)
            number += 1
        elif not child.is_text_node and _holds_blocks(child, depth):
            blocks += _block(child, page, depth + 1)
        else:
            blocks += _running_text([child], page)
    return blocks


def _item(inner: list[Block], number: int | None) -> list[Block]:
    """A list item as one block, or its own blocks where it is a layout rather than an item."""
    if number is not None and inner and inner[0].role is Role.HEADING:
        inner = [text_block(inner[0].text), *inner[1:]]
    if any(block.role in {Role.HEADING, Role.HEADING_END} for block in inner):
        return inner
    open_to_all = [block for block in inner if not block.agent_only]
    if sum(len(block.text) for block in inner) > _MAX_FLAT_ITEM and number is None:
        return inner
    role = Role.ITEM if number is None else Role.STEP
    text = as_lines(open_to_all)
    lead = inner[0].lead if inner else ""
    items = [Block(role=role, text=text, number=number or 0, lead=lead)] if text else []
    return items + [block for block in inner if block.agent_only]


def _table(node: LexborNode, page: Page, depth: int) -> list[Block]:
    if is_layout(node):
        return [block for cell in cells_of(node) for block in _inside(cell, page, depth + 1)]

    def read(cell: LexborNode) -> str:
        return " / ".join(as_lines(_inside(cell, page, depth + 1)).split("\n"))

    return list(table_blocks(node, read))


def _definitions(node: LexborNode, page: Page, depth: int) -> list[Block]:
    """Terms with their meanings; what else stands in the list is kept as it is."""
    blocks: list[Block] = []
    terms: list[str] = []
    for child in _definition_parts(node):
        if child.tag == "dt":
            terms.append(" / ".join(as_lines(_inside(child, page, depth + 1)).split("\n")))
        elif child.tag == "dd" and any(terms):
            meaning = as_lines(_inside(child, page, depth + 1))
            blocks.append(pair(" / ".join(filter(None, terms)), meaning))
            terms = []
        elif _holds_blocks(child, depth):
            blocks += _block(child, page, depth + 1)
        else:
            blocks += _running_text([child], page)
    return blocks + [text_block(term) for term in terms if term]


def _definition_parts(node: LexborNode) -> Iterator[LexborNode]:
    for child in node.iter(include_text=True):
        if child.tag == "div":
            yield from child.iter(include_text=True)
        else:
            yield child


def _details(node: LexborNode, page: Page, depth: int) -> list[Block]:
    """A fold-out: its summary is a heading for what it holds, and for nothing after it."""
    summary = next((child for child in node.iter() if child.tag == "summary"), None)
    title = collapse(inline_text([summary], page, addresses=False)) if summary else ""
    if summary is not None:
        summary.remove()
    inner = _long_footnotes(page) + _inside(node, page, depth)
    if not title or len(title) > _MAX_HEADING:
        return ([text_block(title)] if title else []) + inner
    level = BOLD_LINE_LEVEL + depth
    end = Block(role=Role.HEADING_END, text="", level=level)
    return [heading(title, level), *inner, end]


def _nothing(_node: LexborNode, _page: Page, _depth: int) -> list[Block]:
    return []


_READERS: Final[dict[str, Callable[[LexborNode, Page, int], list[Block]]]] = {
    **dict.fromkeys(_HEADINGS, _heading),
    **dict.fromkeys(("ul", "ol", "menu", "dir"), _list),
    "pre": _code,
    "table": _table,
    "dl": _definitions,
    "details": _details,
    "hr": _nothing,
}


def _whole(value: str | None, default: int) -> int:
    text = (value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("100000") else default
