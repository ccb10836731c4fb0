"""Running text out of inline markup: words, line breaks, link addresses and image descriptions."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import unquote, urljoin

from selectolax.lexbor import LexborNode

from data_pipeline.ingest.readers.decoding import clean

DROPPED: Final = frozenset(
    "script style template noscript iframe object embed svg canvas audio video map math head title"
    " meta link base select option datalist textarea input progress meter -comment -doctype".split()
)
_BREAKS: Final = frozenset(
    {"p", "div", "li", "tr", "section", "blockquote", "ul", "ol", "table", "pre"}
)
_MAX_DEPTH: Final = 120
_MAX_INLINE_NOTE: Final = 300
_BLANKS: Final = re.compile(r"[ \t\r\n\f\u00a0\u2007\u202f]+")
_LINE_ENDS: Final = re.compile(r" *\n *")
_MANY_LINES: Final = re.compile(r"\n{3,}")
# A picture's description is parted from a word that follows, but not from a comma.
_AFTER_PICTURE: Final = "\ue000"
_NEEDS_BLANK: Final = re.compile(_AFTER_PICTURE + r"(?=[\w(])")
_DOCUMENT: Final = re.compile(r"\.(?:md|markdown|mdx|txt|docx|json)$", re.IGNORECASE)
_ABSOLUTE: Final = ("https://", "http://")


class Note(NamedTuple):
    """A footnote: its number in the document and its text."""

    number: int
    text: str


@dataclass
class Page:
    """What reading one document's text needs and collects.

    `base` is the address that relative links are joined to, `source` the document's own path below
    the knowledge base. `links` are the absolute addresses and the paths of other documents that it
    links to, in order, `notes` the footnotes by the id that references name. A footnote that is
    too long for its sentence waits in `pending` until the paragraph is done.
    """

    base: str | None = None
    source: str = ""
    links: dict[str, None] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    pending: list[Note] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)


def inline_text(nodes: Iterable[LexborNode], page: Page, *, addresses: bool = True) -> str:
    """Text of `nodes`: a link's address follows in parentheses once, an image is its description.

    Blanks are collapsed, `<br>` is a line end, two of them an empty line.
    """
    writer = _Writer(page, addresses=addresses)
    for node in nodes:
        writer.write(node, 0)
    return tidy(_NEEDS_BLANK.sub(" ", "".join(writer.pieces)).replace(_AFTER_PICTURE, ""))


def tidy(text: str) -> str:
    """`text` without blanks at line ends and without more than one empty line."""
    return _MANY_LINES.sub("\n\n", _LINE_ENDS.sub("\n", re.sub(" {2,}", " ", clean(text)))).strip()


def collapse(text: str) -> str:
    """`text` as one line."""
    return " ".join(clean(text).split())


class _Writer:
    def __init__(self, page: Page, *, addresses: bool) -> None:
        self.pieces: list[str] = []
        self._page = page
        self._addresses = addresses
        self._written: set[str] = set()

    def write(self, node: LexborNode, depth: int) -> None:
        tag = node.tag
        if node.is_text_node:
            self.pieces.append(_BLANKS.sub(" ", node.text_content or ""))
        elif tag == "br":
            self.pieces.append("\n")
        elif tag == "img":
            self.pieces.append(f" {collapse(node.attributes.get('alt') or '')}{_AFTER_PICTURE}")
        elif tag == "a":
            self._link(node, depth)
        elif tag in _BREAKS:
            self.pieces.append("\n")
            self._children(node, depth)
            self.pieces.append("\n")
        elif tag not in DROPPED:
            self._children(node, depth)

    def _children(self, node: LexborNode, depth: int) -> None:
        if depth > _MAX_DEPTH:
            self.pieces.append(_BLANKS.sub(" ", node.text(separator=" ")))
            return
        for child in node.iter(include_text=True):
            self.write(child, depth + 1)

    def _link(self, node: LexborNode, depth: int) -> None:
        href = (node.attributes.get("href") or "").strip()
        if href[:1] == "#" and href[1:] in self._page.notes:
            self._footnote(href[1:])
            return
        start = len(self.pieces)
        self._children(node, depth)
        label = "".join(self.pieces[start:])
        address = resolve(href, self._page)
        if address and self._addresses and label.strip() and address not in self._written:
            self._written.add(address)
            if not _shows(label, address):
                self.pieces.append(f" ({address})")

    def _footnote(self, name: str) -> None:
        """A short footnote in parentheses, once; of a long one its number."""
        note = self._page.notes[name]
        is_short = self._addresses and len(note.text) <= _MAX_INLINE_NOTE
        is_new = name not in self._page.placed
        self._page.placed.add(name)
        if not is_short:
            self.pieces.append(f"[{note.number}]")
            self._page.pending += [note] if is_new else []
        elif is_new:
            self.pieces.append(f" ({note.text})")


def resolve(href: str, page: Page) -> str | None:
    """The address to print for `href`, noted in `page.links`; None for what a reader can't follow.

    Links inside the document, scripts, data and relative links without a known base are None, and
    so is a link to another document's file: only its path is noted.
    """
    scheme, _, rest = href.partition(":")
    if scheme.lower() in {"mailto", "tel"}:
        return unquote(rest.partition("?")[0]).strip() or None
    path = re.split(r"[?#]", href, maxsplit=1)[0]
    if not path:
        return None
    if _DOCUMENT.search(path) and not href.lower().startswith(_ABSOLUTE):
        joined = posixpath.join(posixpath.dirname(page.source), unquote(path))
        page.links[posixpath.normpath(joined)] = None
        return None
    try:
        address = urljoin(page.base or "", href)
    except ValueError:
        return None
    if not address.lower().startswith(_ABSOLUTE):
        return None
    page.links[address] = None
    return address


def _shows(label: str, address: str) -> bool:
    bare = re.sub(r"^https?://", "", address).rstrip("/")
    return bare.lower() in label.lower()
