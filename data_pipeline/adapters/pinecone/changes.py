"""What a set of changes makes of a published catalogue. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from data_pipeline.adapters.holdings.statistics import bound_keys, counted, replaced
from data_pipeline.adapters.holdings.stored import Stored, analysed, analyser_fingerprint
from data_pipeline.adapters.pinecone.documents import (
    Document,
    TooLargeError,
    UnreadableError,
    document_id,
    from_document,
    to_document,
)
from data_pipeline.adapters.pinecone.published import Held, Published
from data_pipeline.ports import ArticleChange, FailedArticle, Vector

_TOO_LARGE = "A section of it is too large for Pinecone: divide it, then load the article again."
_REFUSED = "Pinecone refuses a section of it: divide or shorten it, then load the article again."
_KEPT = "It stays, because the article that replaces it could not be stored."


class Uploads(msgspec.Struct, frozen=True):
    """The documents of changed articles, by article id, and the articles that have none."""

    stored: Mapping[str, Sequence[Stored]]
    documents: Mapping[str, Sequence[Document]]
    failed: tuple[FailedArticle, ...]


def uploads(changes: Iterable[ArticleChange], embedder: str, instead: Vector) -> Uploads:
    """What must be in the index for `changes`; `instead` stands where a chunk has no vector."""
    stored: dict[str, Sequence[Stored]] = {}
    documents: dict[str, Sequence[Document]] = {}
    failed = []
    for change in _by_article(changes):
        written = {chunk.chunk_id: chunk for chunk in change.write}
        rows = [
            analysed(chunk, embedder if chunk_id in change.vectors else "")
            for chunk_id, chunk in written.items()
        ]
        try:
            documents[change.article_id] = [
                to_document(row, change.vectors.get(row.chunk.chunk_id, instead)) for row in rows
            ]
        except TooLargeError:
            failed.append(FailedArticle(change.article_id, _TOO_LARGE))
        else:
            stored[change.article_id] = rows
    return Uploads(stored, documents, tuple(failed))


def refused(made: Uploads, ids: Collection[str]) -> list[FailedArticle]:
    """The articles that need a document among `ids`."""
    return [
        FailedArticle(article_id, _REFUSED)
        for article_id, documents in made.documents.items()
        if any(document["_id"] in ids for document in documents)
    ]


def held_back(
    changes: Iterable[ArticleChange], failed: Iterable[FailedArticle]
) -> tuple[list[ArticleChange], list[FailedArticle]]:
    """The changes to make, and all articles that stay as they were.

    A removal that directly follows a failed arrival belongs to it: its article was renamed, and
    would be lost.
    """
    causes = {failure.article_id: failure for failure in failed}
    kept = []
    previous_failed = False
    for change in changes:
        is_removal = not change.write
        if change.article_id in causes:
            previous_failed = True
        elif is_removal and previous_failed:
            causes[change.article_id] = FailedArticle(change.article_id, _KEPT)
        else:
            previous_failed = False
            kept.append(change)
    return kept, list(causes.values())


def published_after(
    before: Published,
    changes: Sequence[ArticleChange],
    come: Mapping[str, Sequence[Stored]],
    was: Iterable[Stored],
) -> Published:
    """`before` with `changes` made; `was` are all chunks of their articles, `come` the new ones."""
    old: defaultdict[str, dict[str, Stored]] = defaultdict(dict)
    for row in was:
        old[row.chunk.article_id][row.chunk.chunk_id] = row
    new = {article_id: dict(rows) for article_id, rows in old.items()}
    for change in _by_article(changes):
        rows = new.setdefault(change.article_id, {})
        for chunk_id in change.delete:
            rows.pop(chunk_id, None)
        rows |= {row.chunk.chunk_id: row for row in come.get(change.article_id, ())}
    held = {key: value for key, value in before.held.items() if key not in new}
    held |= {article_id: _held(rows) for article_id, rows in new.items() if rows}
    return msgspec.structs.replace(
        before,
        analyser=analyser_fingerprint(),
        contents=replaced(before.contents, counted(_all(old)), counted(_all(new))),
        held=held,
    )


def published_anew(before: Published, rows: Iterable[Stored]) -> Published:
    """`before` with the terms that this release makes, which `rows`, all chunks, carry."""
    return msgspec.structs.replace(before, analyser=analyser_fingerprint(), contents=counted(rows))


def published_again(found: Mapping[str, Mapping[str, Any]]) -> Published:
    """A catalogue of the documents `found`, by id, where the one there was cannot be read.

    What another analyser made, and what cannot be read, is left out.
    """
    analyser = analyser_fingerprint()
    rows: dict[str, Stored] = {}
    for found_as, document in sorted(found.items()):
        with suppress(UnreadableError):
            row = from_document(document)
            chunk = row.chunk
            made = document_id(chunk.chunk_id, chunk.content_hash, row.embedder, analyser)
            if made == found_as:
                rows[chunk.chunk_id] = row
    articles: defaultdict[str, dict[str, Stored]] = defaultdict(dict)
    for chunk_id, row in rows.items():
        articles[row.chunk.article_id][chunk_id] = row
    contents = counted(rows.values())
    return Published(
        analyser=analyser,
        scope_keys=bound_keys(contents),
        contents=contents,
        held={article_id: _held(each) for article_id, each in articles.items()},
    )


def _by_article(changes: Iterable[ArticleChange]) -> list[ArticleChange]:
    """One change per article: a later one adds to an earlier one."""
    merged: dict[str, ArticleChange] = {}
    for change in changes:
        first = merged.get(change.article_id, ArticleChange(change.article_id, (), ()))
        merged[change.article_id] = ArticleChange(
            change.article_id,
            (*first.write, *change.write),
            (*first.delete, *change.delete),
            {**first.vectors, **change.vectors},
        )
    return list(merged.values())


def _held(rows: Mapping[str, Stored]) -> dict[str, Held]:
    return {key: Held(row.chunk.content_hash, row.embedder) for key, row in rows.items()}


def _all(articles: Mapping[str, Mapping[str, Stored]]) -> list[Stored]:
    return [row for rows in articles.values() for row in rows.values()]
