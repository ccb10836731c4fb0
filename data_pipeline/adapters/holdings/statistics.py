"""What a namespace holds, counted: article cards, term frequencies, bounds. Pure.

Replacing an article takes its old share away and adds its new one, so the cost of a change does
not grow with the knowledge base, and the result is the same as counting everything again.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from data_pipeline.adapters.holdings.bounds import Bounds, bounds_id, bounds_of
from data_pipeline.adapters.holdings.stored import Stored
from data_pipeline.articles import article_revision
from data_pipeline.ports import ArticleCard, Catalogue, TermStatistics


class Contents(msgspec.Struct, frozen=True):
    """Cards by article id, and sums over all chunks.

    `bounds` maps an id to (bounds, chunks), `vectors` an embedder to the chunks that it embedded.
    """

    cards: dict[str, ArticleCard] = {}
    chunks: int = 0
    title_length: int = 0
    heading_length: int = 0
    body_length: int = 0
    chunk_frequency: dict[str, int] = {}
    title_frequency: dict[str, int] = {}
    bounds: dict[str, tuple[Bounds, int]] = {}
    vectors: dict[str, int] = {}


def counted(rows: Iterable[Stored]) -> Contents:
    """The contents that `rows`, whole articles in any order, make up."""
    articles = _by_article(rows)
    everything = [row for article in articles.values() for row in article]
    lengths = [[len(field.split()) for field in row.terms] for row in everything]
    return Contents(
        cards={article_id: _card(article) for article_id, article in articles.items()},
        chunks=len(everything),
        title_length=sum(title for title, _, _ in lengths),
        heading_length=sum(heading for _, heading, _ in lengths),
        body_length=sum(body for _, _, body in lengths),
        chunk_frequency=_frequency(" ".join(row.terms) for row in everything),
        title_frequency=_frequency(article[0].terms[0] for article in articles.values()),
        bounds=_bounds(everything),
        vectors=dict(Counter(row.embedder for row in everything if row.embedder)),
    )


def replaced(before: Contents, gone: Contents, come: Contents) -> Contents:
    """`before` with the articles in `gone` taken out and those in `come` put in."""
    kept = {key: card for key, card in before.cards.items() if key not in gone.cards}
    return Contents(
        cards=kept | come.cards,
        chunks=before.chunks - gone.chunks + come.chunks,
        title_length=before.title_length - gone.title_length + come.title_length,
        heading_length=before.heading_length - gone.heading_length + come.heading_length,
        body_length=before.body_length - gone.body_length + come.body_length,
        chunk_frequency=_exchanged(
            before.chunk_frequency, gone.chunk_frequency, come.chunk_frequency
        ),
        title_frequency=_exchanged(
            before.title_frequency, gone.title_frequency, come.title_frequency
        ),
        bounds=_exchanged_bounds(before.bounds, gone.bounds, come.bounds),
        vectors=_exchanged(before.vectors, gone.vectors, come.vectors),
    )


def catalogue_of(contents: Contents, scope_keys: Sequence[str]) -> Catalogue:
    """The catalogue as the engine reads it. Equal contents have an equal version everywhere."""
    return Catalogue(
        version=_version(contents, scope_keys),
        articles=contents.cards,
        scope_keys=tuple(scope_keys),
        statistics=_statistics(contents),
        vectors=contents.vectors,
    )


def bound_keys(contents: Contents) -> tuple[str, ...]:
    """The scope keys that some chunk is bound to, sorted."""
    return tuple(sorted({key for bounds, _ in contents.bounds.values() for key, _ in bounds.scope}))


def _statistics(contents: Contents) -> TermStatistics:
    chunks = contents.chunks or 1
    return TermStatistics(
        chunks=contents.chunks,
        articles=len(contents.cards),
        chunk_frequency=contents.chunk_frequency,
        title_frequency=contents.title_frequency,
        mean_body_length=contents.body_length / chunks,
        mean_heading_length=contents.heading_length / chunks,
        mean_title_length=contents.title_length / chunks,
    )


def _version(contents: Contents, scope_keys: Sequence[str]) -> str:
    revisions = [f"{key}\0{contents.cards[key].revision}" for key in sorted(contents.cards)]
    vectors = [f"\0{embedder}\0{n}" for embedder, n in sorted(contents.vectors.items())]
    lines = "\n".join((*scope_keys, "", *revisions, *vectors))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def _by_article(rows: Iterable[Stored]) -> dict[str, list[Stored]]:
    articles: defaultdict[str, list[Stored]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.chunk.chunk_id):
        articles[row.chunk.article_id].append(row)
    return articles


def _card(rows: Sequence[Stored]) -> ArticleCard:
    first = rows[0].chunk
    return ArticleCard(
        article_id=first.article_id,
        title=first.title,
        revision=article_revision({row.chunk.chunk_id: row.chunk.content_hash for row in rows}),
        language=first.language,
        chunks=len(rows),
        url=first.url,
        topic=first.topic,
        scope=first.scope,
        valid_from=first.valid_from,
        valid_until=first.valid_until,
        links=tuple(dict.fromkeys(link for row in rows for link in row.chunk.links)),
    )


def _frequency(texts: Iterable[str]) -> dict[str, int]:
    count: Counter[str] = Counter()
    for text in texts:
        count.update(set(text.split()))
    return dict(count)


def _bounds(rows: Iterable[Stored]) -> dict[str, tuple[Bounds, int]]:
    count = Counter(bounds_of(row.chunk) for row in rows)
    return {bounds_id(bounds): (bounds, chunks) for bounds, chunks in count.items()}


def _exchanged(
    before: Mapping[str, int], gone: Mapping[str, int], come: Mapping[str, int]
) -> dict[str, int]:
    after = dict(before)
    for key in gone.keys() | come.keys():
        after[key] = after.get(key, 0) - gone.get(key, 0) + come.get(key, 0)
        if not after[key]:
            del after[key]
    return after


def _exchanged_bounds(
    before: Mapping[str, tuple[Bounds, int]],
    gone: Mapping[str, tuple[Bounds, int]],
    come: Mapping[str, tuple[Bounds, int]],
) -> dict[str, tuple[Bounds, int]]:
    every = {key: bounds for part in (before, come) for key, (bounds, _) in part.items()}
    counts = _exchanged(*({k: n for k, (_, n) in part.items()} for part in (before, gone, come)))
    return {key: (every[key], chunks) for key, chunks in counts.items()}
