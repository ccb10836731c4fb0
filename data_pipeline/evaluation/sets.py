"""Labelled sets: a folder with `articles.jsonl` and `questions.jsonl`, plain or gzipped.

An article has `article_id`, `title`, `body_markdown` or `body_text`, and `lang`. A question has
`question` and `gold_article_ids`; `gold_passage`, `history` (earlier turns, `user: ...` or
`agent: ...`, oldest first), `scope`, `collected_data` and `missing` (the keys that should be asked
for) are optional. Questions that are marked `vague` are left out.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from data_pipeline.articles import Article, Chunk
from data_pipeline.errors import ArticleSourceError
from data_pipeline.evaluation.overlap import Twins
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.injection import article_chunks
from data_pipeline.ingest.readers.markdown import read_markdown
from data_pipeline.slugs import slug

_Row = TypeVar("_Row", bound=msgspec.Struct)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One labelled question; `history` are earlier turns, oldest first.

    `missing` are the keys that should be asked for, None where nobody said. `request` are other
    fields of the request; where it is the whole of it, `text` is empty.
    """

    text: str
    qid: str = ""
    gold: frozenset[str] = frozenset()
    passage: str = ""
    kind: str = ""
    lang: str = ""
    history: tuple[str, ...] = ()
    missing: frozenset[str] | None = None
    request: dict[str, Any] = {}


class LabelledSet(msgspec.Struct, frozen=True):
    """Articles and their chunks and raw texts by article id, the questions, and ids to take out."""

    name: str
    chunks: dict[str, tuple[Chunk, ...]]
    texts: dict[str, str]
    cases: tuple[Case, ...]
    removed: frozenset[str] = frozenset()
    articles: tuple[Article, ...] = ()
    scope_keys: tuple[str, ...] = ()


class _ArticleRow(msgspec.Struct):
    article_id: str
    title: str
    lang: str | None = None
    body_markdown: str | None = None
    body_text: str | None = None

    @property
    def text(self) -> str:
        return self.body_markdown or self.body_text or ""


class _QuestionRow(msgspec.Struct):
    question: str
    gold_article_ids: tuple[str, ...] | None = None
    qid: str | None = None
    answerable: bool = True
    gold_passage: str | None = None
    kind: str | None = None
    lang: str | None = None
    history: tuple[str, ...] | None = None
    vague: bool | None = False
    missing: tuple[str, ...] | None = None
    scope: dict[str, Any] | None = None
    collected_data: dict[str, Any] | None = None


class _Split(msgspec.Struct):
    removed_article_ids: tuple[str, ...]


def read_set(folder: Path) -> LabelledSet:
    """The labelled set in `folder`. Raises `ArticleSourceError` naming the file and the line."""
    rows = list(read_rows(folder / "articles.jsonl", _ArticleRow))
    articles = [article for row in rows if (article := _article(row)) is not None]
    return LabelledSet(
        name=folder.resolve().name,
        chunks={article.article_id: article_chunks(article) for article in articles},
        texts={slug(row.article_id): row.text for row in rows},
        cases=tuple(read_cases(folder / "questions.jsonl")),
        articles=tuple(articles),
    )


def read_cases(path: Path) -> list[Case]:
    """The questions in the file at `path`, or in `path` with `.gz` added.

    Raises `ArticleSourceError` naming the file and the line.
    """
    rows = enumerate(read_rows(path, _QuestionRow), 1)
    return [_case(row, number) for number, row in rows if not row.vague]


def read_removal(path: Path) -> frozenset[str]:
    """The article ids that a removal split takes out. Raises `ArticleSourceError`."""
    try:
        split = msgspec.json.decode(_bytes(_existing(path)), type=_Split)
    except msgspec.MsgspecError as error:
        raise ArticleSourceError(str(path), f"{error}; give `removed_article_ids`.") from None
    return frozenset(slug(article_id) for article_id in split.removed_article_ids)


def golds_of(labelled: LabelledSet) -> dict[int, frozenset[str]]:
    """Gold articles of each question by position, with those that hold the gold passage too."""
    twins = Twins(labelled.texts, [case.passage for case in labelled.cases])
    return {n: case.gold | twins.of(case.passage) for n, case in enumerate(labelled.cases)}


def by_turn(labelled: LabelledSet) -> tuple[LabelledSet, LabelledSet]:
    """The questions that open a conversation, and as a set of its own those with a history."""
    first = tuple(case for case in labelled.cases if not case.history)
    later = tuple(case for case in labelled.cases if case.history)
    return (
        msgspec.structs.replace(labelled, cases=first),
        msgspec.structs.replace(labelled, name=f"{labelled.name}.later_turns", cases=later),
    )


def _existing(path: Path) -> Path:
    packed = path.with_name(path.name + ".gz")
    found = next((p for p in (path, packed) if p.is_file()), None)
    if found is None:
        raise ArticleSourceError(
            str(path), "there is no such file, nor with .gz; name another one."
        )
    return found


def _bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError, zlib.error):
        raise ArticleSourceError(str(path), "it cannot be read; is it whole?") from None


def read_rows(path: Path, kind: type[_Row]) -> Iterator[_Row]:
    """The lines of the file at `path`, or with `.gz` added. Raises `ArticleSourceError`."""
    path = _existing(path)
    decoder = msgspec.json.Decoder(kind)
    for number, line in enumerate(_bytes(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            cause = f"{_without_values(error)}; mend the line or leave it out."
            raise ArticleSourceError(str(path), cause, f"line {number}") from None


def _without_values(error: Exception) -> str:
    return str(error) if isinstance(error, msgspec.MsgspecError) else "it is not UTF-8"


def _article(row: _ArticleRow) -> Article | None:
    """The row as its reader would read it as Markdown; None where there is nothing to read."""
    head = {"article_id": slug(row.article_id), "title": row.title, "language": row.lang or "en"}
    front = "\n".join(f"{key}: {msgspec.json.encode(text).decode()}" for key, text in head.items())
    raw = f"---\n{front}\n---\n{row.text}\n".encode("utf-8", "replace")
    try:
        return read_markdown(raw, f"{head['article_id']}.md", Defaults(), ())
    except ArticleSourceError:
        return None


def _case(row: _QuestionRow, number: int) -> Case:
    golds = row.gold_article_ids if row.answerable and row.gold_article_ids else ()
    request = {"scope": row.scope, "collected_data": row.collected_data}
    return Case(
        text=row.question,
        qid=row.qid or f"line-{number}",
        gold=frozenset(slug(article_id) for article_id in golds),
        passage=(row.gold_passage or "") if golds else "",
        kind=row.kind or "",
        lang=row.lang or "",
        history=row.history or (),
        missing=frozenset(row.missing) if row.missing is not None else None,
        request={key: value for key, value in request.items() if value},
    )
