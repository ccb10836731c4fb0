"""Footnotes: each is read where it is referred to, so that it shares the reference's audience."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborNode

from data_pipeline.ingest.readers.blocks import Block, Role
from data_pipeline.ingest.readers.inline import Note, Page, collapse, inline_text
from data_pipeline.ingest.readers.walk import read_blocks

_NOTE: Final = 'li[id^="fn"], li[id^="footnote"], li[id^="endnote"]'
_REFERENCE: Final = 'a[href^="#fn"], a[href^="#footnote"], a[href^="#endnote"]'
_BACK: Final = (
    'a[href^="#fnref"], a[href^="#footnote-ref"], a[href^="#endnote-ref"], a.footnote-backref'
)
_ARROW: Final = re.compile(r"[\s↑↩↵\ufe0e]+$")


def read_with_footnotes(root: LexborNode, page: Page) -> list[Block]:
    """The blocks below `root`; footnotes whose references were not read follow as notes."""
    page.notes = _take(root, page)
    blocks = read_blocks(root, page)
    left = [note for name, note in page.notes.items() if name not in page.placed]
    return blocks + [Block(role=Role.NOTE, text=f"[{note.number}] {note.text}") for note in left]


def _take(root: LexborNode, page: Page) -> dict[str, Note]:
    """Footnotes by the id that references name, removed from the document.

    A list item that nothing refers to is no footnote and stays.
    """
    referred = {(node.attributes.get("href") or "")[1:] for node in root.css(_REFERENCE)}
    notes: dict[str, Note] = {}
    for node in root.css(_NOTE):
        name = node.attributes.get("id") or ""
        if name in referred and name not in notes:
            for back in node.css(_BACK):
                back.remove()
            text = _ARROW.sub("", collapse(inline_text([node], page)))
            if text:
                notes[name] = Note(len(notes) + 1, text)
            node.remove()
    return notes
