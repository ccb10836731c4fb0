"""Random documents of every kind: each visible word ends up in a unit, a heading or the title."""

from __future__ import annotations

import itertools
import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data_pipeline.articles import Article
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.docx import read_docx
from data_pipeline.ingest.readers.html import read_html
from data_pipeline.ingest.readers.markdown import read_markdown, render_markdown
from data_pipeline.ingest.readers.text import read_text
from tests.ingest.random_documents import markdown_documents, tag_soup, w_paragraph, word_document

_WORD = re.compile(r"w\d+q")


def _words(*texts: str) -> set[str]:
    return {word for text in texts for word in _WORD.findall(text)}


def _public(article: Article) -> set[str]:
    units = (u.text for s in article.sections for u in s.units if not u.agent_only)
    return _words(article.title, *(section.heading for section in article.sections), *units)


def _for_agents(article: Article) -> set[str]:
    return _words(*(u.text for s in article.sections for u in s.units if u.agent_only))


@given(markdown_documents())
@settings(max_examples=120)
def test_markdown(document: tuple[str, list[str], list[str]]) -> None:
    """No word of random Markdown is lost, and none inside a fence is public."""
    text, public, for_agents = document
    article = read_markdown(text.encode(), "random.md", Defaults(), ())
    assert set(public) <= _public(article)
    assert set(for_agents) == _for_agents(article)
    assert not set(for_agents) & _public(article)


@given(markdown_documents())
@settings(max_examples=50)
def test_html(document: tuple[str, list[str], list[str]]) -> None:
    """The same documents as HTML pages lose nothing either, fences included."""
    text, public, for_agents = document
    body = render_markdown(text, "random.md")
    page = f"<html><body><nav>w0q</nav><main>{body}</main><footer>w0q</footer></body></html>"
    article = read_html(page.encode(), "random.html", Defaults(), ())
    assert set(public) <= _public(article)
    assert set(for_agents) <= _for_agents(article)
    assert not ({"w0q"} | set(for_agents)) & _public(article)


@given(tag_soup())
@settings(max_examples=150)
def test_tag_soup(soup: str) -> None:
    """Tags in any nesting keep their words."""
    numbers = itertools.count(1)
    body = re.sub("x0q", lambda _: f"w{next(numbers)}q", soup)
    assume("w1q" in body)
    article = read_html(f"<body>{body}".encode(), "soup.html", Defaults(), ())
    assert _public(article) == _words(body)


@given(markdown_documents())
@settings(max_examples=50)
def test_text(document: tuple[str, list[str], list[str]]) -> None:
    """The same documents read as plain text keep every word, and what is fenced stays fenced."""
    text, public, for_agents = document
    article = read_text(text.encode(), "random.txt", Defaults(), ())
    assert set(public) <= _public(article)
    assert not set(for_agents) & _public(article)


_STYLES = st.sampled_from(["", "", "Title", "Heading1", "Heading2"])


@given(st.lists(st.tuples(_STYLES, st.integers(0, 2), st.booleans()), min_size=1, max_size=12))
@settings(max_examples=50)
def test_docx(shapes: list[tuple[str, int, bool]]) -> None:
    """No word of a random Word document is lost."""
    words = [f"w{n}q" for n in range(1, len(shapes) + 1)]
    paragraphs = [
        w_paragraph(word, style=style, numbering=numbering, bold=bold)
        for word, (style, numbering, bold) in zip(words, shapes, strict=True)
    ]
    article = read_docx(word_document(paragraphs), "random.docx", Defaults(), ())
    assert _public(article) == set(words)


@given(markdown_documents())
@settings(max_examples=40)
def test_section_paths_are_unique_ascii(document: tuple[str, list[str], list[str]]) -> None:
    """Chunk ids can be made of the section paths: unique, ASCII and short."""
    article = read_markdown(document[0].encode(), "random.md", Defaults(), ())
    paths = [section.path for section in article.sections]
    assert len(set(paths)) == len(paths)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._/-]{0,219}", path) for path in paths)
