"""How a chunk becomes a row of the table. Pure.

The columns that LanceDB looks into are few: ids, the content hash, the id of the chunk's `Bounds`
and the one column that is searched. Everything else is one binary column, because a hit is decoded
from it 1.5 times faster than from a column per field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import msgspec

from data_pipeline.articles import Chunk
from data_pipeline.function_words import ASKING, BY_LANGUAGE
from data_pipeline.language import terms

# A term of the title counts like two of the body; an exact scorer orders the hits afterwards.
_TITLE_COPIES: Final = 2
# Endings, accents, joints, numbers and scripts: what another analyser would treat otherwise.
_SAMPLE: Final = """
    Nations' running studies, the cities' fees; re-opened e-mails, it's well-known, unhappily.
    Los niños reservaron habitaciones; la información, ¿cuándo?, canción, vergüenza, corríamos.
    Die Häuser, Größe und Übungen, gelaufen. L'été, aujourd'hui, qu'elles mangeaient, œuvre.
    Gli studenti parlavano, dell'università. De kinderen liepen, mogelijkheden. Não, corações.
    $1,234.56 1.234,56 € 401(k) 3rd 2024-01-31 A-17 v2.0 50% a@b.example US us İstanbul Ǆ ﬁne
    東京都の図書館 ประเทศไทย 한국어를 हिन्दी में Москвы العربية ελληνικά עברית
"""


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """A chunk with its analysed title, heading and body, each as blank-separated terms."""

    chunk: Chunk
    terms: tuple[str, str, str]


class Bounds(msgspec.Struct, frozen=True):
    """For whom and when a chunk holds: sorted `(key, display values)` and ISO days."""

    scope: tuple[tuple[str, tuple[str, ...]], ...] = ()
    valid_from: str | None = None
    valid_until: str | None = None


class Row(msgspec.Struct, frozen=True):
    """One row of the table, column by column."""

    chunk_id: str
    article_id: str
    content_hash: str
    bounds: str
    searched: str
    stored: bytes


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Stored)


def analysed(chunk: Chunk) -> Stored:
    """`chunk` with its terms by the house's analyser."""
    title, heading, body = (
        " ".join(terms(text, chunk.language)) for text in (chunk.title, chunk.heading, chunk.body)
    )
    return Stored(chunk, (title, heading, body))


@lru_cache(maxsize=1)
def analyser_fingerprint() -> str:
    """A short hash that is another one when this release would make other terms of stored text."""
    words = sorted({*ASKING, *(word for listed in BY_LANGUAGE.values() for word in listed)})
    sample = f"{_SAMPLE} {' '.join(words)}"
    made = [terms(sample, language) for language in (*sorted(BY_LANGUAGE), "und")]
    weighted = searched_text(("title", "heading", "body"))
    return hashlib.sha256(_encoder.encode((made, weighted))).hexdigest()[:16]


def to_rows(chunks: Iterable[Chunk]) -> list[Row]:
    """Rows of `chunks`, one per chunk id: the last one wins."""
    return [_to_row(analysed(chunk)) for chunk in {c.chunk_id: c for c in chunks}.values()]


def _to_row(stored: Stored) -> Row:
    chunk = stored.chunk
    return Row(
        chunk_id=chunk.chunk_id,
        article_id=chunk.article_id,
        content_hash=chunk.content_hash,
        bounds=bounds_id(bounds_of(chunk)),
        searched=searched_text(stored.terms),
        stored=_encoder.encode(stored),
    )


def from_bytes(stored: bytes) -> Stored:
    """The `stored` column decoded. Raises `msgspec.DecodeError` when it holds anything else."""
    return _decoder.decode(stored)


def searched_text(fields: tuple[str, str, str]) -> str:
    """The one column that is searched, with the title twice, so that its terms count more.

    This is BM25 over weighted fields (Robertson et al. 2004). Three indexed columns whose scores
    are added lose the right article more often; docs/decisions has the figures.
    """
    title, heading, body = fields
    return " ".join([*[title] * _TITLE_COPIES, heading, body]).strip()


def bounds_of(chunk: Chunk) -> Bounds:
    """The scope and validity that `chunk` carries."""
    scope = tuple(sorted((key, tuple(sorted(values))) for key, values in chunk.scope.items()))
    return Bounds(scope, chunk.valid_from, chunk.valid_until)


def bounds_id(bounds: Bounds) -> str:
    """A short hash: what stands in SQL is hexadecimal and never a value that somebody typed."""
    return hashlib.sha256(_encoder.encode(bounds)).hexdigest()[:16]
