"""Short ways for tests to read a document and look at what came out."""

from __future__ import annotations

from typing import Any

from data_pipeline.articles import Article, Kind, Section
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.html import read_html
from data_pipeline.ingest.readers.markdown import read_markdown
from data_pipeline.ingest.readers.text import read_text


def markdown(text: str, *, scope_keys: tuple[str, ...] = (), **defaults: Any) -> Article:
    """A Markdown file `guides/lamp.md`."""
    return read_markdown(text.encode(), "guides/lamp.md", Defaults(**defaults), scope_keys)


def html(text: str, **defaults: Any) -> Article:
    """An HTML file `lamp.html`."""
    return read_html(text.encode(), "lamp.html", Defaults(**defaults), ())


def plain(text: str) -> Article:
    """A text file `lamp.txt`."""
    return read_text(text.encode(), "lamp.txt", Defaults(), ())


def section(article: Article, path: str) -> Section:
    """The section with this path."""
    return next(section for section in article.sections if section.path == path)


def texts(article: Article, path: str) -> list[str]:
    """Unit texts of one section."""
    return [unit.text for unit in section(article, path).units]


def all_text(article: Article) -> str:
    """Everything that was read, one unit per line."""
    lines = [article.title]
    for part in article.sections:
        lines += [part.heading, *(unit.text for unit in part.units)]
    return "\n".join(lines)


def kinds(article: Article) -> list[tuple[str, Kind]]:
    """Path and kind of every section."""
    return [(part.path, part.kind) for part in article.sections]


def data(article: Article, path: str) -> list[Any]:
    """Structured forms of one section's units."""
    return [unit.data for unit in section(article, path).units]
