"""Markdown, by people or exported from an editor, with front matter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from data_pipeline.articles import Article
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import Defaults, article_url
from data_pipeline.ingest.front_matter import read_front_matter, split_front_matter
from data_pipeline.ingest.readers.assemble import Document, build_article
from data_pipeline.ingest.readers.decoding import decode_text, require_length
from data_pipeline.ingest.readers.fences import isolate_fences
from data_pipeline.ingest.readers.footnotes import read_with_footnotes
from data_pipeline.ingest.readers.html_tags import KNOWN_TAGS
from data_pipeline.ingest.readers.inline import Page
from data_pipeline.ingest.readers.markup import parse_markup

_MAX_NESTING: Final = 100
_EMBEDDED: Final = re.compile(r"data:[\w.+-]+/[\w.+-]+;base64,[A-Za-z0-9+/=%]*")
_ESCAPED_NUMBER: Final = re.compile(r"^([ \t]{0,3}\d{1,2})\\([.)])(?=[ \t])", re.MULTILINE)
_HEADING_ID: Final = re.compile(r"^(#{1,6}[ \t][^\n]*?)[ \t]*\{#[\w:.-]+\}[ \t]*$", re.MULTILINE)
_LOOSE_BOLD: Final = re.compile(r"\*\*(?=\S)([^*\n]*[^*\s])[ \t]+\*\*(?=[\s.,;:)]|$)", re.MULTILINE)
_SITE_MARKS: Final = re.compile(
    r"^[ \t]*:::[ \t]*(?:zone|moniker|row|column)\b[^\n]*$"
    r"|\[!INCLUDE[ \t]*\[[^\]\n]*\]\([^)\n]*\)\]",
    re.IGNORECASE | re.MULTILINE,
)
_LABEL_LINE: Final = re.compile(
    r"^(?=(?:\*\*|__)?(?:[QAPR]|Question|Answer|Pregunta|Respuesta)\s?\d{0,2}\s?:)", re.MULTILINE
)
_NOTE_MARK: Final = re.compile(r"\[\^([^\]\s]{1,60})\]")
_NOTE: Final = re.compile(r"^\[\^([^\]\s]{1,60})\]:[ \t]*", re.MULTILINE)
_PLACEHOLDER: Final = re.compile(r"<(/?)([A-Za-z][\w.-]*)(\s[^>]*)?/?>")


def read_markdown(
    raw: bytes, source: str, defaults: Defaults, scope_keys: Sequence[str]
) -> Article:
    """Read one Markdown file; raises `ArticleSourceError` with what to mend, nothing else."""
    metadata, body = split_front_matter(_EMBEDDED.sub("#", decode_text(raw, source)), source)
    require_length(body, source)
    front = read_front_matter(metadata, source, scope_keys)
    page = Page(base=article_url(front.url, defaults, source), source=source)
    root = parse_markup(render_markdown(body, source), source).body
    blocks = read_with_footnotes(root, page) if root is not None else []
    return build_article(Document(blocks=blocks, links=tuple(page.links)), front, source, defaults)


def render_markdown(text: str, source: str) -> str:
    """Markdown as HTML, cleaned of what exports and site generators leave in it.

    Raises `ArticleSourceError` for nesting beyond what the parser reads to the end.
    """
    parser = _parser()
    environment: dict[str, object] = {}
    tokens = parser.parse(_cleaned(text), environment)
    if any(token.level >= _MAX_NESTING - 1 for token in tokens):
        raise ArticleSourceError(source, "lists or quotes are nested too deeply: flatten them")
    return str(parser.renderer.render(tokens, parser.options, environment))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _MAX_NESTING})
    parser.enable(["table", "strikethrough"]).use(footnote_plugin)
    parser.add_render_rule("html_inline", _html)
    parser.add_render_rule("html_block", _html)
    return parser


def _cleaned(text: str) -> str:
    for pattern, replacement in (
        (_SITE_MARKS, ""),
        (_ESCAPED_NUMBER, r"\1\2"),
        (_HEADING_ID, r"\1"),
        (_LOOSE_BOLD, r"**\1** "),
        (_LABEL_LINE, "\n"),
    ):
        text = pattern.sub(replacement, text)
    return isolate_fences(_with_lost_notes(text))


def _with_lost_notes(text: str) -> str:
    """Footnotes that nothing refers to would vanish: they become paragraphs."""
    mentions = Counter(_NOTE_MARK.findall(text))
    return _NOTE.sub(lambda note: note.group() if mentions[note[1]] > 1 else "\n", text)


def _html(
    _self: RendererHTML, tokens: Sequence[Token], at: int, _options: object, _env: object
) -> str:
    """Raw HTML as it is, but `<your-name>` is a placeholder that people want to read."""
    return _PLACEHOLDER.sub(_shown, tokens[at].content)


def _shown(tag: re.Match[str]) -> str:
    closing, name, attributes = tag.groups()
    if name.lower() in KNOWN_TAGS:
        return tag.group()
    return "" if closing or attributes else escape(tag.group())
