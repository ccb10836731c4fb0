"""Word documents: headings, lists, tables and footnotes as their styles say."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import islice
from typing import Final
from xml.etree import ElementTree as ET

import mammoth
import msgspec
from selectolax.lexbor import LexborNode

from data_pipeline.articles import Article
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import Defaults, article_url
from data_pipeline.ingest.front_matter import load_yaml, read_front_matter
from data_pipeline.ingest.readers.assemble import Document, build_article
from data_pipeline.ingest.readers.blocks import Block, Role
from data_pipeline.ingest.readers.decoding import clean
from data_pipeline.ingest.readers.footnotes import read_with_footnotes
from data_pipeline.ingest.readers.inline import Page, collapse
from data_pipeline.ingest.readers.markup import parse_markup

_MAX_EXPANDED: Final = 40_000_000
_MAX_ENTRIES: Final = 10_000
_MAX_REMARKS: Final = 2
_MAX_FRONT_MATTER: Final = 80
_OLD_WORD: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_FENCE: Final = re.compile(r"(?:-|–|—){1,3}")
_PLAIN_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
_STYLES: Final = "\n".join(
    (
        "p[style-name='Title'] => h1.title:fresh",
        *(f"p[style-name='toc {n}'] => !" for n in range(1, 10)),
        "p[style-name='TOC Heading'] => !",
        *(f"p[style-name='heading {n}'] => h6:fresh" for n in (7, 8, 9)),
        *(f"p[style-name='Heading {n}'] => h6:fresh" for n in (7, 8, 9)),
    )
)


def read_docx(raw: bytes, source: str, defaults: Defaults, scope_keys: Sequence[str]) -> Article:
    """Read one Word document; raises `ArticleSourceError` with what to mend, nothing else.

    Front matter may stand in its first paragraphs, between two paragraphs `---`.
    """
    parts = _text_parts(raw, source)
    root = parse_markup(_as_html(_archive(parts), source), source).body
    if root is None:
        raise ArticleSourceError(source, "no text was found in it: write the article")
    front = read_front_matter(_take_front_matter(root, source), source, scope_keys)
    _remove_contents(root)
    page = Page(base=article_url(front.url, defaults, source), source=source)
    blocks = _counted_on(read_with_footnotes(root, page))
    title = _title_style(root) or _title_property(parts.get("docProps/core.xml", b""))
    document = Document(blocks=blocks, title=title, links=tuple(page.links))
    return build_article(document, front, source, defaults)


def _text_parts(raw: bytes, source: str) -> dict[str, bytes]:
    """The XML inside a Word document, by name, when it is safe to parse.

    Raises `ArticleSourceError` for what is no Word document, expands without bound, or brings
    its own XML entities, which no word processor writes.
    """
    if not raw:
        raise ArticleSourceError(source, "the file is empty: write the article or remove the file")
    if raw.startswith(_OLD_WORD):
        cause = "it is an old .doc or protected by a password: save it as a plain .docx"
        raise ArticleSourceError(source, cause)
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            names = _bounded(archive.infolist(), source)
            parts = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError):
        cause = "it is not a .docx file, or a damaged one: save it again as .docx"
        raise ArticleSourceError(source, cause) from None
    for name, part in parts.items():
        if b"<!DOCTYPE" in part.replace(b"\x00", b""):
            raise ArticleSourceError(source, "it declares XML entities: save it again", name[:100])
    return parts


def _bounded(entries: Sequence[zipfile.ZipInfo], source: str) -> list[str]:
    parts = [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
    if sum(part.file_size for part in parts) > _MAX_EXPANDED or len(entries) > _MAX_ENTRIES:
        cause = f"its text expands to more than {_MAX_EXPANDED // 1_000_000} MB: split the document"
        raise ArticleSourceError(source, cause)
    return [part.filename for part in parts]


def _archive(parts: Mapping[str, bytes]) -> BytesIO:
    """A Word document of the checked parts only: no pictures, no embedded files."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    packed.seek(0)
    return packed


def _as_html(packed: BytesIO, source: str) -> str:
    try:
        converted = mammoth.convert_to_html(
            packed,
            style_map=_STYLES,
            include_embedded_style_map=False,
            convert_image=mammoth.images.img_element(_without_data),
        )
    except RecursionError:
        cause = "its tables or fields are nested too deeply: simplify the document"
        raise ArticleSourceError(source, cause) from None
    except Exception as error:  # noqa: BLE001 - a broken document can fail anywhere in the library
        cause = (
            f"it is not a complete Word document ({type(error).__name__}): save it again as .docx"
        )
        raise ArticleSourceError(source, cause) from None
    return str(converted.value)


def _without_data(_image: object) -> dict[str, str]:
    return {"src": ""}


def _title_property(core: bytes) -> str | None:
    try:
        return collapse(ET.fromstring(core).findtext(_TITLE) or "") or None  # noqa: S314 - no DOCTYPE
    except ET.ParseError:
        return None


def _title_style(root: LexborNode) -> str | None:
    node = root.css_first("h1.title")
    return (collapse(node.text()) or None) if node else None


def _remove_contents(root: LexborNode) -> None:
    """The table of contents repeats the headings with page numbers."""
    for link in root.css('a[href^="#_Toc"]'):
        link.remove()


def _take_front_matter(root: LexborNode, source: str) -> dict[str, object]:
    """Front matter out of the first paragraphs, which are removed; empty without any."""
    nodes = list(islice(root.iter(), _MAX_FRONT_MATTER + 2))
    if not nodes or not _is_fence(nodes[0]):
        return {}
    end = next((n for n, node in enumerate(nodes[1:], 1) if _is_fence(node)), None)
    if end is None:
        return {}
    raw = load_yaml("\n".join(line for node in nodes[1:end] for line in _yaml_lines(node)), source)
    if not isinstance(raw, dict):
        return {}
    for node in nodes[: end + 1]:
        node.remove()
    return raw


def _is_fence(node: LexborNode) -> bool:
    return node.tag == "p" and bool(_FENCE.fullmatch(node.text().strip()))


def _yaml_lines(node: LexborNode) -> Iterator[str]:
    """Lines as typed: list items with their dash, typographic quotes as plain ones."""
    if node.tag in {"ul", "ol"}:
        yield from (f"  - {item.text().strip()}" for item in node.css("li"))
        return
    for part in node.css("br"):
        part.replace_with("\n")
    for line in clean(node.text()).split("\n"):
        yield line.translate(_PLAIN_QUOTES).replace("\t", "  ").rstrip()


def _counted_on(blocks: Sequence[Block]) -> list[Block]:
    """Steps with the numbers that Word shows: a list goes on after a picture or a remark.

    The conversion starts every list at 1. What looks like a new list's introduction (a heading, a
    line that is no sentence, more than two paragraphs) lets it begin anew.
    """
    counted: list[Block] = []
    between: list[Block] = []
    offset = last = 0
    for block in blocks:
        if block.role is not Role.STEP:
            between.append(block)
            counted.append(block)
            continue
        if block.number == 1 and (between or last):
            offset = last if _only_interrupts(between) else 0
        last = block.number + offset
        between = []
        counted.append(msgspec.structs.replace(block, number=last))
    return counted


def _only_interrupts(between: Sequence[Block]) -> bool:
    if len(between) > _MAX_REMARKS:
        return False
    return all(b.role is Role.TEXT and b.text.endswith((".", "!", ")")) for b in between)
