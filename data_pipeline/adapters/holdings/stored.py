"""A chunk as a store keeps it: with the terms that the house's analyser made of it. Pure."""

from __future__ import annotations

import hashlib
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
    """A chunk with its analysed title, heading and body, each as blank-separated terms.

    `embedder` is the identity of the one whose vector lies beside it, empty where there is none.
    """

    chunk: Chunk
    terms: tuple[str, str, str]
    embedder: str = ""


_encoder = msgspec.msgpack.Encoder()


def analysed(chunk: Chunk, embedder: str = "") -> Stored:
    """`chunk` with its terms by the house's analyser, and whose vector it has."""
    title, heading, body = (
        " ".join(terms(text, chunk.language)) for text in (chunk.title, chunk.heading, chunk.body)
    )
    return Stored(chunk, (title, heading, body), embedder)


@lru_cache(maxsize=1)
def analyser_fingerprint() -> str:
    """A short hash that is another one when this release would make other terms of stored text."""
    words = sorted({*ASKING, *(word for listed in BY_LANGUAGE.values() for word in listed)})
    sample = f"{_SAMPLE} {' '.join(words)}"
    made = [terms(sample, language) for language in (*sorted(BY_LANGUAGE), "und")]
    weighted = searched_text(("title", "heading", "body"))
    return hashlib.sha256(_encoder.encode((made, weighted))).hexdigest()[:16]


def searched_text(fields: tuple[str, str, str]) -> str:
    """The one column that is searched, with the title twice, so that its terms count more.

    This is BM25 over weighted fields (Robertson et al. 2004). Three indexed columns whose scores
    are added lose the right article more often; docs/decisions has the figures.
    """
    title, heading, body = fields
    return " ".join([*[title] * _TITLE_COPIES, heading, body]).strip()
