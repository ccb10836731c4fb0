"""What the knowledge base of the key's namespace holds."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Router, get
from litestar.params import FromPath, QueryParameter

from api.problems import RefusedError, documented
from api.query import check_query
from api.request import ApiRequest
from api.routes.articles import StoredArticle, delete_article, get_article, put_article
from data_pipeline.articles import Chunk, Kind, Tier
from data_pipeline.errors import FieldProblem, InvalidRequestError
from data_pipeline.ports import ArticleCard


class ArticlePage(msgspec.Struct, frozen=True, kw_only=True):
    """Articles ordered by id; `next_cursor` is null on the last page."""

    articles: tuple[StoredArticle, ...]
    next_cursor: str | None
    total: int
    kb_version: str
    request_id: str


class StoredChunk(msgspec.Struct, frozen=True, kw_only=True):
    """A stored chunk; `text` without the title and heading in front, `data` its structured form.

    A `flagged` one reads like instructions to a model, and no model is shown it.
    """

    chunk_id: str
    heading: str
    kind: Kind
    tier: Tier
    text: str
    language: str
    agent_only: bool
    flagged: bool
    page: int | None
    data: Any


class ArticleChunks(msgspec.Struct, frozen=True, kw_only=True):
    """All chunks of one article, ordered by id."""

    article_id: str
    title: str
    chunks: tuple[StoredChunk, ...]
    request_id: str


class KnowledgeStats(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers of articles and chunks; `tiers` and `kinds` count chunks."""

    articles: int
    chunks: int
    tiers: dict[str, int]
    kinds: dict[str, int]
    kb_version: str
    request_id: str


@get(
    "/articles",
    operation_id="listArticles",
    summary="The articles",
    responses=documented(400, 401, 403, 500, 503),
)
async def list_articles(
    request: ApiRequest,
    limit: Annotated[int, QueryParameter(ge=1, le=200, description="articles per page")] = 50,
    cursor: Annotated[
        str | None, QueryParameter(description="`next_cursor` of the page before")
    ] = None,
) -> ArticlePage:
    """The articles of this key's namespace, ordered by id, page by page."""
    catalogue = await request.services.index.catalogue(request.auth.namespace)
    page, following = _page(catalogue.articles, limit, cursor)
    return ArticlePage(
        articles=page,
        next_cursor=following,
        total=len(catalogue.articles),
        kb_version=catalogue.version,
        request_id=request.request_id,
    )


@get(
    "/articles/{article_id:str}/chunks",
    operation_id="listArticleChunks",
    summary="The chunks of an article",
    responses=documented(400, 401, 403, 404, 500, 503),
)
async def list_article_chunks(article_id: FromPath[str], request: ApiRequest) -> ArticleChunks:
    """How one article was split: every chunk with its kind and tier."""
    chunks = await request.services.index.article_chunks(request.auth.namespace, article_id)
    if not chunks:
        raise RefusedError("not_found", "GET /api/v1/kb/articles lists the ids of all articles.")
    return ArticleChunks(
        article_id=article_id,
        title=chunks[0].title,
        chunks=tuple(map(_stored, chunks)),
        request_id=request.request_id,
    )


@get(
    "/stats",
    operation_id="getKnowledgeStats",
    summary="Counts",
    responses=documented(400, 401, 403, 500, 503),
)
async def knowledge_stats(request: ApiRequest) -> KnowledgeStats:
    """How many articles and chunks there are, by tier and kind."""
    index, namespace = request.services.index, request.auth.namespace
    catalogue = await index.catalogue(namespace)
    stored = [(chunk.tier, chunk.kind) async for chunk in index.list_chunks(namespace)]
    tiers, kinds = Counter(tier for tier, _ in stored), Counter(kind for _, kind in stored)
    return KnowledgeStats(
        articles=len(catalogue.articles),
        chunks=len(stored),
        tiers={tier.value: tiers[tier] for tier in Tier},
        kinds={kind.value: kinds[kind] for kind in Kind if kinds[kind]},
        kb_version=catalogue.version,
        request_id=request.request_id,
    )


def _page(
    articles: Mapping[str, ArticleCard], limit: int, cursor: str | None
) -> tuple[tuple[StoredArticle, ...], str | None]:
    ids = sorted(articles)
    start = bisect_right(ids, _decoded(cursor)) if cursor else 0
    shown = ids[start : start + limit]
    following = _encoded(shown[-1]) if start + limit < len(ids) else None
    cards = (msgspec.structs.asdict(articles[article_id]) for article_id in shown)
    return tuple(StoredArticle(**card) for card in cards), following


def _encoded(article_id: str) -> str:
    return base64.urlsafe_b64encode(article_id.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise InvalidRequestError(
            "Take `cursor` from `next_cursor` of the page before.",
            [FieldProblem("cursor", "is no cursor of this service")],
        ) from None


def _stored(chunk: Chunk) -> StoredChunk:
    return StoredChunk(
        chunk_id=chunk.chunk_id,
        heading=chunk.heading,
        kind=chunk.kind,
        tier=chunk.tier,
        text=chunk.body,
        language=chunk.language,
        agent_only=chunk.agent_only,
        flagged=chunk.flagged,
        page=chunk.page,
        data=msgspec.json.decode(chunk.data) if chunk.data else None,
    )


knowledge = Router(
    "/api/v1/kb",
    route_handlers=[
        list_articles,
        put_article,
        get_article,
        delete_article,
        list_article_chunks,
        knowledge_stats,
    ],
    guards=[check_query],
    opt={"permission": "kb"},
    tags=["knowledge"],
)
