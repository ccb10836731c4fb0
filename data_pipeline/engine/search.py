"""Ask the index and order what it finds: each question in its own words, and in translation."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

import msgspec

from data_pipeline.articles import ScoredChunk
from data_pipeline.engine.across import (
    Own,
    Round,
    Variants,
    asked_in,
    embedded,
    foreign_questions,
    is_missed,
    open_questions,
    search_in,
    translations,
    with_others,
)
from data_pipeline.engine.asking import asked_for, query_for
from data_pipeline.engine.found import Asked, Found, Retrieval, Searches, Shelf, telling
from data_pipeline.engine.inquiry import Inquiry
from data_pipeline.engine.languages import reach_of
from data_pipeline.engine.legs import by_meaning, by_words, embed, found_in, reranked, without
from data_pipeline.ports import ChunkFilter, Embeddings

__all__ = ["Found", "Retrieval", "Searches", "Shelf", "find_all", "query_for", "telling"]

# An article outside the scope is only of interest where those inside leave so much open.
_LEAVES_OPEN: Final = 0.2


async def find_all(
    shelf: Shelf,
    inquiry: Inquiry,
    scope: Mapping[str, tuple[str, ...]],
    *,
    language: str | None,
    topic: str | None = None,
) -> Retrieval:
    """Every question of `inquiry` at once, inside `scope` (folded values) and outside of it.

    One search by words and, with an embedder, one by meaning for each; where the articles are in
    other languages and there is a translator, the same in translation; a last one by words, outside
    the scope, for a question that is left half open inside.
    """
    where = ChunkFilter(scope, shelf.on)
    until = None if shelf.patience is None else _now() + shelf.patience
    this = Round(shelf, inquiry, where, reach_of(shelf.catalogue, where, language), until)
    asked = [asked_for(q, inquiry, shelf, language, topic) for q in inquiry.questions]
    # Where no article is in the question's language, nothing has to be found before that is clear.
    foreign = foreign_questions(this)
    early = asyncio.ensure_future(translations(this, foreign)) if foreign else None
    try:
        own, tokens = await _in_own_words(this, asked)
        open_ = foreign or open_questions(this, own)
        told = await early if early else await translations(this, open_)
    finally:
        if early:
            early.cancel()
    variants = [asked_in(this, o.asked, told) for o in own]
    made = await embedded(this, [asked for some in variants for asked in some])
    vectors = iter(made.vectors)
    searches = await asyncio.gather(
        *(
            _judged(
                this,
                one,
                Variants(some, tuple(islice(vectors, len(some)))),
                is_open=one.asked.question in open_,
            )
            for one, some in zip(own, variants, strict=True)
        )
    )
    return Retrieval(tuple(searches), tokens + made.tokens, told.completions)


async def _in_own_words(this: Round, asked: Sequence[Asked]) -> tuple[list[Own], int]:
    """What each question finds as it was written, and the tokens that were embedded."""
    embedding = asyncio.ensure_future(embed(this.shelf, asked, this.until))
    try:
        own = await asyncio.gather(*(_own(this, one, n, embedding) for n, one in enumerate(asked)))
        embeddings = await embedding
    finally:
        embedding.cancel()
    return own, embeddings.tokens if embeddings else 0


async def _own(
    this: Round, asked: Asked, number: int, embedding: asyncio.Future[Embeddings | None]
) -> Own:
    async def nearest() -> Sequence[ScoredChunk] | None:
        embeddings = await asyncio.shield(embedding)
        if embeddings is None:
            return None
        return await by_meaning(this.shelf, embeddings.vectors[number], this.where)

    words, near = await asyncio.gather(by_words(this.shelf, asked.query, this.where), nearest())
    found = found_in(this.shelf, asked, words, near or ())
    if this.shelf.embedder and near is None:
        found = without(found, "embedder")
    return Own(asked, found, near)


async def _judged(this: Round, own: Own, variants: Variants, *, is_open: bool) -> Searches:
    """The better of what a question found in its own words and in translation."""
    asked, vectors = variants.asked, variants.vectors or (None,) * len(variants.asked)
    others = await asyncio.gather(
        *(search_in(this, own, one, v) for one, v in zip(asked, vectors, strict=True))
    )
    best, as_asked = max(
        zip((own.found, *others), (own.asked, *asked), strict=True),
        key=lambda pair: pair[0].evidence.strength,
    )
    best = msgspec.structs.replace(best, skipped=own.found.skipped)
    if is_open and not others and is_missed(this, own):
        best = without(best, "translation")
    found = with_others(await reranked(this.shelf, as_asked, best), [own.found, *others])
    return Searches(own.asked.question, found, await _anywhere(this, as_asked, found))


async def _anywhere(this: Round, asked: Asked, found: Found) -> Found | None:
    """What the question finds outside of the scope, where those inside leave it half open."""
    if not this.where.scope or found.evidence.coverage_article >= 1 - _LEAVES_OPEN:
        return None
    hits = await by_words(this.shelf, asked.query, ChunkFilter({}, this.shelf.on))
    return found_in(this.shelf, asked, hits, ())


def _now() -> float:
    return asyncio.get_running_loop().time()
