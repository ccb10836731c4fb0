"""Search in other languages than the question's: where that is needed, and what comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import msgspec

from data_pipeline.articles import ScoredChunk
from data_pipeline.engine.asking import asked_for
from data_pipeline.engine.found import Asked, Found, Shelf
from data_pipeline.engine.inquiry import Inquiry
from data_pipeline.engine.languages import Reach, is_weak, languages_of, spans_languages
from data_pipeline.engine.legs import by_meaning, by_words, embed, embedder_of, found_in
from data_pipeline.engine.translation import Translations, in_translation, translate
from data_pipeline.ports import ChunkFilter, Embeddings, Vector


class Round(msgspec.Struct, frozen=True):
    """The searches of one request: where, for which inquiry, and until when upstreams may take."""

    shelf: Shelf
    inquiry: Inquiry
    where: ChunkFilter
    reach: Reach
    until: float | None


class Own(msgspec.Struct, frozen=True):
    """What a question found in its own words; `nearest` is None where meaning was not asked."""

    asked: Asked
    found: Found
    nearest: Sequence[ScoredChunk] | None


class Variants(msgspec.Struct, frozen=True):
    """A question in other languages, each with its vector, or none of them with one."""

    asked: Sequence[Asked]
    vectors: Sequence[Vector] = ()


def foreign_questions(this: Round) -> list[str]:
    """Questions that no article of their own language is there for, and that need a translation."""
    known = this.shelf.catalogue.statistics.chunk_frequency
    if not this.reach.is_foreign:
        return []
    return [q for q in this.inquiry.questions if languages_of(this.reach, q, known)]


def open_questions(this: Round, own: Iterable[Own]) -> list[str]:
    """Questions that their own language has no good article for, while others may have one."""
    if this.reach.is_foreign:
        return foreign_questions(this)
    if not this.reach.targets:
        return []
    return [o.asked.question for o in own if is_weak(o.found.evidence.coverage_article)]


async def translations(this: Round, questions: Sequence[str]) -> Translations:
    """Those `questions` in the languages of the articles; nothing without a translator."""
    translator = this.shelf.translator
    if translator is None or not questions:
        return Translations()
    return await translate(
        translator, this.inquiry, questions, this.reach.targets, until=this.until
    )


def asked_in(this: Round, own: Asked, told: Translations) -> list[Asked]:
    """The question in each language that it was translated into."""
    return [
        asked_for(
            texts[own.question],
            in_translation(this.inquiry, texts),
            this.shelf,
            language,
            own.topic,
        )
        for language, texts in told.texts.items()
        if own.question in texts
    ]


async def embedded(this: Round, asked: Sequence[Asked]) -> Embeddings:
    """Vectors of translated questions; none where those of the originals do as well."""
    embedder = embedder_of(this.shelf)
    if embedder is None or spans_languages(embedder.model):
        return Embeddings(())
    return await embed(this.shelf, asked, this.until) or Embeddings(())


async def search_in(this: Round, own: Own, asked: Asked, vector: Vector | None) -> Found:
    """What a translated question finds among the articles of its language."""
    words, nearest = await asyncio.gather(
        by_words(this.shelf, asked.query, this.where), _nearest(this, own, vector)
    )
    found = found_in(this.shelf, asked, _only(words, asked), _only(nearest, asked))
    return msgspec.structs.replace(found, translated=asked.question, language=asked.language)


async def _nearest(this: Round, own: Own, vector: Vector | None) -> Sequence[ScoredChunk]:
    if vector is None:
        return own.nearest or ()
    return await by_meaning(this.shelf, vector, this.where)


def _only(hits: Iterable[ScoredChunk], asked: Asked) -> list[ScoredChunk]:
    return [hit for hit in hits if hit.chunk.language[:2].lower() == asked.language]


def is_missed(this: Round, own: Own) -> bool:
    """Whether a question that has no translation may have missed its article for that.

    Without a translator that is so where most articles are in other languages, and no embedder
    that knows several found them by meaning.
    """
    if this.shelf.translator is not None:
        return True
    embedder = embedder_of(this.shelf)
    spans = bool(embedder and spans_languages(embedder.model) and own.nearest is not None)
    return this.reach.is_mostly_foreign and not spans


def with_others(best: Found, all_: Iterable[Found]) -> Found:
    """`best`, and behind its articles what the question's other searches found.

    The others are for whoever looks through the sources; the evidence is about the first.
    """
    unique = {article.article_id: article for article in best.articles}
    for found in all_:
        for article in found.articles:
            unique.setdefault(article.article_id, article)
    return msgspec.structs.replace(best, articles=tuple(unique.values()))
