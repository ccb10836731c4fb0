"""A document, its front matter and its folder's defaults become one article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import PurePosixPath

import msgspec

from data_pipeline.articles import Article
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import Defaults, article_url
from data_pipeline.ingest.front_matter import FrontMatter
from data_pipeline.ingest.metadata import article_id_of
from data_pipeline.ingest.readers.blocks import Block, Role, text_block
from data_pipeline.ingest.readers.fences import mark_agent_only
from data_pipeline.ingest.readers.patterns import (
    bold_headings,
    labelled_callouts,
    typed_lists,
    typed_pairs,
    without_comments,
)
from data_pipeline.ingest.readers.sections import sections_of
from data_pipeline.ingest.readers.stated import stated_sections
from data_pipeline.language import detect

_FALLBACK_LANGUAGE = "en"
_SAMPLE = 5_000
_SAMPLED_BLOCKS = 100
# Addresses and paths are in no language, but `com` and `de` are words of some.
_ADDRESS = re.compile(r"\S*[./@\\]\S+")
_DEEPEST = 6


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader found in a file, before metadata.

    `title`, `language` and `url` are what the markup itself says (a page's title, its language
    attribute, its canonical address); a title in the text is a heading among the `blocks`.
    """

    blocks: Sequence[Block]
    title: str | None = None
    language: str | None = None
    url: str | None = None
    links: tuple[str, ...] = ()


def build_article(
    document: Document, front: FrontMatter, source: str, defaults: Defaults
) -> Article:
    """Put an article together; front matter wins over the document, the document over `defaults`.

    Raises `ArticleSourceError` when there is no text.
    """
    blocks, fence_warnings = mark_agent_only(document.blocks)
    blocks = typed_pairs(typed_lists(labelled_callouts(without_comments(blocks))))
    title, blocks = _title(document, front, source, blocks)
    language = _language(document, front, defaults, blocks)
    stated, data_warnings = stated_sections(front, source, language)
    read = sections_of(bold_headings(blocks), [section.path for section in stated])
    if not any(unit.text.strip() for section in read for unit in section.units):
        cause = "no text was found in it: write the article, or remove the file"
        raise ArticleSourceError(source, cause)
    article_id, id_warnings = article_id_of(front.article_id, source)
    article = Article(
        article_id=article_id,
        title=title,
        language=language,
        sections=(*stated, *read),
        source=source,
        url=article_url(front.url or document.url, defaults, source),
        topic=front.topic or defaults.topic,
        tags=defaults.tags if front.tags is None else front.tags,
        scope=_scope(front.scope, defaults.scope),
        links=document.links,
        valid_from=front.valid_from or defaults.valid_from,
        valid_until=front.valid_until or defaults.valid_until,
        warnings=(*front.warnings, *id_warnings, *data_warnings, *fence_warnings),
    )
    return msgspec.structs.replace(article, warnings=(*article.warnings, *_doubts(front, article)))


def _doubts(front: FrontMatter, article: Article) -> Iterator[str]:
    if front.url and article.url is None:
        yield "front matter, url: expected an address with https://; not used"
    if article.valid_from and article.valid_until and article.valid_from > article.valid_until:
        yield "valid_until: it is before valid_from, so the article never holds"


def _title(
    document: Document, front: FrontMatter, source: str, blocks: list[Block]
) -> tuple[str, list[Block]]:
    """The title and the blocks without it: front matter, first heading, markup, file name."""
    own = _own_title(blocks, has_title=bool(document.title))
    title = front.title or own or document.title or _from_name(source)
    at = _where(title, blocks)
    if at is None:
        return title, blocks
    rest = blocks[:at] + blocks[at + 1 :]
    # A title with nothing below it is all the text there is.
    return title, rest if any(block.text for block in rest) else [text_block(title)]


def _own_title(blocks: Sequence[Block], *, has_title: bool) -> str | None:
    """The heading that titles the whole: the only one of level 1, or the first block.

    Several headings of level 1 are chapters when the document has a title elsewhere.
    """
    headings = [n for n, b in enumerate(blocks) if b.role is Role.HEADING and b.level <= _DEEPEST]
    tops = [n for n in headings if blocks[n].level == 1]
    if len(tops) == 1:
        return blocks[tops[0]].text
    starts = headings[:1] == [0] and (tops[:1] == [0] or _outranks(blocks, headings))
    if starts and not (tops and has_title):
        return blocks[0].text
    is_bold_line = bool(blocks) and not tops and blocks[0].bold and blocks[0].text[-1:] not in "?.:"
    return blocks[0].text if is_bold_line and not has_title else None


def _where(title: str, blocks: Sequence[Block]) -> int | None:
    """The line that only repeats the title: a heading or a bold line before all other headings."""
    for n, block in enumerate(blocks):
        if block.role is Role.HEADING or block.bold:
            return n if block.text.casefold() == title.casefold() else None
    return None


def _outranks(blocks: Sequence[Block], headings: Sequence[int]) -> bool:
    return all(blocks[n].level > blocks[0].level for n in headings[1:])


def _from_name(source: str) -> str:
    stem = PurePosixPath(source).stem.replace("_", " ").replace("-", " ").strip()
    return stem[:1].upper() + stem[1:] if stem else source


def _language(
    document: Document, front: FrontMatter, defaults: Defaults, blocks: Iterable[Block]
) -> str:
    stated = front.language or document.language or defaults.language
    return stated or detect(_sample(blocks)) or _FALLBACK_LANGUAGE


def _sample(blocks: Iterable[Block]) -> str:
    texts = (block.text[:_SAMPLE] for block in islice(blocks, _SAMPLED_BLOCKS))
    return _ADDRESS.sub(" ", "\n".join(texts))[:_SAMPLE]


def _scope(
    own: Mapping[str, tuple[str, ...]], inherited: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Scope key by key; an own key without values makes the article global for it."""
    return {key: values for key, values in {**inherited, **own}.items() if values}
