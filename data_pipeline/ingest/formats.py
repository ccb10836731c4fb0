"""Which reader a file's suffix stands for. Readers are imported when a file of theirs comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from types import MappingProxyType
from typing import Final

from data_pipeline.articles import Article
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import Defaults

Reader = Callable[[bytes, str, Defaults, Sequence[str]], Article]
"""Bytes, the file's name, defaults of its folder and scope keys to an article."""


def _of_an_extra(reader: Reader) -> Reader:
    """`reader`, which says what to install where its libraries are not there."""

    @wraps(reader)
    def read(content: bytes, source: str, defaults: Defaults, scope_keys: Sequence[str]) -> Article:
        try:
            return reader(content, source, defaults, scope_keys)
        except ModuleNotFoundError:
            raise ArticleSourceError(
                source, "the readers of documents are not installed: pip install 'kbgate[readers]'"
            ) from None

    return read


@_of_an_extra
def _structured(
    content: bytes, source: str, defaults: Defaults, scope_keys: Sequence[str]
) -> Article:
    from data_pipeline.ingest.readers.structured_json import read_structured

    return read_structured(content, source, defaults, scope_keys)


@_of_an_extra
def _markdown(
    content: bytes, source: str, defaults: Defaults, scope_keys: Sequence[str]
) -> Article:
    from data_pipeline.ingest.readers.markdown import read_markdown

    return read_markdown(content, source, defaults, scope_keys)


@_of_an_extra
def _text(content: bytes, source: str, defaults: Defaults, scope_keys: Sequence[str]) -> Article:
    from data_pipeline.ingest.readers.text import read_text

    return read_text(content, source, defaults, scope_keys)


@_of_an_extra
def _html(content: bytes, source: str, defaults: Defaults, scope_keys: Sequence[str]) -> Article:
    from data_pipeline.ingest.readers.html import read_html

    return read_html(content, source, defaults, scope_keys)


@_of_an_extra
def _docx(content: bytes, source: str, defaults: Defaults, scope_keys: Sequence[str]) -> Article:
    from data_pipeline.ingest.readers.docx import read_docx

    return read_docx(content, source, defaults, scope_keys)


READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        ".json": _structured,
        ".md": _markdown,
        ".markdown": _markdown,
        ".txt": _text,
        ".html": _html,
        ".htm": _html,
        ".docx": _docx,
    }
)
