"""Labelled sets as teams have them: a folder of documents, and tickets with what is right.

`kb/` holds the documents, `tickets.jsonl` lines of `request` (a body for generate-response) and
`expect`: `article_id` or null, `cites` (others that are right too), `decision`, `missing`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from data_pipeline.evaluation.sets import Case, LabelledSet, read_rows, read_set
from data_pipeline.ingest.folder import read_folder
from data_pipeline.ingest.injection import article_chunks
from data_pipeline.slugs import slug


class _Expected(msgspec.Struct):
    article_id: str | None = None
    cites: tuple[str, ...] = ()
    decision: str | tuple[str, ...] = ""
    missing: tuple[str, ...] | None = None

    @property
    def fields(self) -> frozenset[str] | None:
        """What should be asked for; None where nobody said."""
        if self.missing is None:
            return frozenset() if self.decision == "answer" else None
        return frozenset(self.missing)


class _Ticket(msgspec.Struct):
    request: dict[str, Any]
    expect: _Expected
    id: str | None = None


def read_labelled(folder: Path) -> LabelledSet:
    """The set in `folder`, in either shape. Raises `ArticleSourceError` naming file and line."""
    if (folder / "tickets.jsonl").is_file() and (folder / "kb").is_dir():
        return _read_tickets(folder)
    return read_set(folder)


def read_tickets(path: Path) -> list[Case]:
    """The tickets in a file of them. Raises `ArticleSourceError` naming the file and the line."""
    return [_case(row, number) for number, row in enumerate(read_rows(path, _Ticket), 1)]


def _read_tickets(folder: Path) -> LabelledSet:
    reading = read_folder([folder / "kb"])
    for failure in reading.failures:
        raise failure
    chunks = {article.article_id: article_chunks(article) for article in reading.articles}
    return LabelledSet(
        name=folder.resolve().name,
        chunks=chunks,
        texts={a: "\n".join(chunk.text for chunk in held) for a, held in chunks.items()},
        cases=tuple(read_tickets(folder / "tickets.jsonl")),
        articles=reading.articles,
        scope_keys=reading.scope_keys,
    )


def _case(row: _Ticket, number: int) -> Case:
    expect = row.expect
    golds = [expect.article_id, *expect.cites] if expect.article_id else []
    return Case(
        text="",
        qid=row.id or f"line-{number}",
        gold=frozenset(slug(article_id) for article_id in golds if article_id),
        missing=expect.fields,
        request=row.request,
    )
