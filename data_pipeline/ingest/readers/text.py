"""Plain text: paragraphs, lists and what its writer meant as headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from markdown_it import MarkdownIt

from data_pipeline.articles import Article
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.front_matter import read_front_matter, split_front_matter
from data_pipeline.ingest.readers.assemble import Document, build_article
from data_pipeline.ingest.readers.decoding import decode_text, require_length
from data_pipeline.ingest.readers.fences import isolate_fences
from data_pipeline.ingest.readers.inline import Page
from data_pipeline.ingest.readers.markup import parse_markup
from data_pipeline.ingest.readers.walk import read_blocks
from data_pipeline.ingest.tiers import classify_heading

_PARAGRAPHS: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_MARKED: Final = re.compile(r"[#>*+•-]|\d+[.)]|:::")
_UNDERLINE: Final = re.compile(r"[=-]{3,}[ \t]*")
_MAX_TITLE: Final = 100
_MAX_HEADING: Final = 80
_MIN_WIDTH: Final = 45


def read_text(raw: bytes, source: str, defaults: Defaults, scope_keys: Sequence[str]) -> Article:
    """Read one text file; raises `ArticleSourceError` with what to mend, nothing else."""
    metadata, body = split_front_matter(decode_text(raw, source), source)
    require_length(body, source)
    front = read_front_matter(metadata, source, scope_keys)
    paragraphs = _PARAGRAPHS.split(isolate_fences(body).strip("\n"))
    marked = "\n\n".join(_marked(text, is_first=n == 0) for n, text in enumerate(paragraphs))
    page = Page()
    root = parse_markup(_parser().render(marked), source).body
    blocks = read_blocks(root, page) if root is not None else []
    return build_article(Document(blocks=blocks), front, source, defaults)


def _parser() -> MarkdownIt:
    """Only lists and headings: stars, brackets and indents mean nothing in plain text."""
    return MarkdownIt("zero").enable(["list", "heading", "lheading", "newline"])


def _marked(paragraph: str, *, is_first: bool) -> str:
    """A paragraph as the parser understands it: a heading marked, short lines kept apart."""
    lines = [line.rstrip() for line in paragraph.split("\n")]
    if len(lines) == 1:
        return _heading(lines[0].strip(), is_first=is_first)
    is_underlined = len(lines) > 1 and _UNDERLINE.fullmatch(lines[1])
    return paragraph if is_underlined or _is_wrapped(lines) else "  \n".join(lines)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether lines end where the next word no longer fitted: one text, not a list of lines."""
    width = max(len(line) for line in lines)
    next_words = (line.split(" ", 1)[0] for line in lines[1:])
    filled = (len(a) + 1 + len(word) > width for a, word in zip(lines, next_words, strict=False))
    return width > _MIN_WIDTH and all(filled)


def _heading(line: str, *, is_first: bool) -> str:
    if not line or _MARKED.match(line):
        return line
    is_bare = line[-1] not in ".,;:!"
    if is_first and is_bare and len(line) <= _MAX_TITLE:
        return f"# {line}"
    shouts = line.isupper() and sum(char.isalpha() for char in line) > 1 and is_bare
    names_section = classify_heading(line) is not None and line[-1] not in ".,;!"
    if len(line) <= _MAX_HEADING and (shouts or names_section):
        return f"## {line.rstrip(':')}"
    return line
