"""What both endpoints start from: the inquiry, its best articles, and the facts they need.

Awaits the index; everything else is the pure modules beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from data_pipeline.contract.replies import ArticleMatch, RequiredField, Source
from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine.article_content import ArticleContent, read_content
from data_pipeline.engine.confidence import Coefficients, Confidence, estimate
from data_pipeline.engine.inquiry import Inquiry, read_inquiry
from data_pipeline.engine.ranking import Query, RankedArticle, build_query
from data_pipeline.engine.required_fields import FactNeeds, read_needs
from data_pipeline.engine.scope_needs import BoundScope, KnownScope, read_scope, scope_fields
from data_pipeline.engine.search import Found, find_articles
from data_pipeline.ports import Catalogue, ChunkIndex

_MAX_SOURCES = 5


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """What the use cases are built from; `scope_keys` empty means those that the store knows."""

    index: ChunkIndex
    coefficients: Coefficients
    scope_keys: tuple[str, ...] = ()
    allowed_error: float = 0.05
    today: Callable[[], date] = date.today


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Questions of a ticket that one article is about; `content` is None when nothing was found."""

    questions: tuple[str, ...]
    found: tuple[Found, ...]
    confidence: Confidence
    content: ArticleContent | None = None
    revision: str = ""
    scope: tuple[RequiredField, ...] = ()
    needs: FactNeeds = FactNeeds()

    @property
    def missing(self) -> tuple[RequiredField, ...]:
        """Everything that blocks these questions, scope first."""
        return (*(f for f in self.scope if not f.known), *self.needs.missing)

    @property
    def match(self) -> ArticleMatch | None:
        """The article as the reply names it."""
        if self.content is None:
            return None
        c = self.content
        return ArticleMatch(
            c.article_id, c.title, c.url, self.revision, round(self.found[0].articles[0].score, 4)
        )


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """A request, understood; `language` is the one to reply in."""

    inquiry: Inquiry
    catalogue: Catalogue
    scope: KnownScope
    language: str
    parts: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """Articles that the searches found, best first, each once."""
        best: dict[str, RankedArticle] = {}
        for part in self.parts:
            for found in part.found:
                for article in found.articles[:_MAX_SOURCES]:
                    best.setdefault(article.article_id, article)
        return tuple(
            _source(a) for a in sorted(best.values(), key=lambda a: -a.score)[:_MAX_SOURCES]
        )


def _source(article: RankedArticle) -> Source:
    kinds = dict.fromkeys(c.chunk.kind.value for c in article.chunks)
    return Source(
        article.article_id, article.chunks[0].chunk.title, round(article.score, 4), tuple(kinds)
    )


async def assess(engine: Engine, namespace: str, request: RequiredDataRequest) -> Assessment:
    """Understand `request` against the knowledge base in `namespace`.

    Raises `UnknownScopeKeyError` and, from the index, `IndexUnavailableError`.
    """
    inquiry = read_inquiry(request)
    catalogue = await engine.index.catalogue(namespace)
    keys = engine.scope_keys or catalogue.scope_keys
    scope = read_scope(request, inquiry, catalogue, keys)
    assessment = Assessment(
        inquiry=inquiry,
        catalogue=catalogue,
        scope=scope,
        language=request.options.language or inquiry.language or "en",
        warnings=scope.warnings,
        degraded=("truncated",) if inquiry.truncated else (),
    )
    if inquiry.silent:
        return assessment
    parts = await _parts(engine, namespace, request, assessment)
    return msgspec.structs.replace(assessment, parts=parts)


async def _parts(
    engine: Engine, namespace: str, request: RequiredDataRequest, assessment: Assessment
) -> tuple[Part, ...]:
    questions = assessment.inquiry.questions
    searches = await asyncio.gather(
        *(_search(engine, namespace, question, request, assessment) for question in questions)
    )
    groups = _by_article(questions, searches)
    chunks = await asyncio.gather(
        *(engine.index.article_chunks(namespace, article_id) for article_id in groups if article_id)
    )
    contents = {c[0].article_id: read_content(c) for c in chunks if c}
    return tuple(
        _with_needs(_part(engine, pairs), contents.get(article_id), request, assessment)
        for article_id, pairs in groups.items()
    )


async def _search(
    engine: Engine,
    namespace: str,
    question: str,
    request: RequiredDataRequest,
    assessment: Assessment,
) -> Found:
    inquiry = assessment.inquiry
    return await find_articles(
        engine.index,
        namespace,
        _query(question, inquiry),
        catalogue=assessment.catalogue,
        scope=assessment.scope.folded,
        on=engine.today(),
        topic=request.topic,
    )


def _query(question: str, inquiry: Inquiry) -> Query:
    whole = question == inquiry.text
    around = [inquiry.subject] if whole else [inquiry.subject, inquiry.statements]
    asked = f"{inquiry.subject}\n{question}" if whole and inquiry.subject else question
    return build_query(asked, inquiry.language, around, inquiry.context)


def _by_article(
    questions: Sequence[str], searches: Sequence[Found]
) -> dict[str, list[tuple[str, Found]]]:
    """Questions grouped by their best article ("" for none), in the order asked."""
    groups: dict[str, list[tuple[str, Found]]] = {}
    for question, found in zip(questions, searches, strict=True):
        best = found.articles[0].article_id if found.articles else ""
        groups.setdefault(best, []).append((question, found))
    return groups


def _part(engine: Engine, pairs: Sequence[tuple[str, Found]]) -> Part:
    found = tuple(f for _, f in pairs)
    confidences = [estimate(f.evidence, engine.coefficients.article) for f in found]
    return Part(
        questions=tuple(q for q, _ in pairs),
        found=found,
        confidence=min(confidences, key=lambda c: c.probability),
    )


def _with_needs(
    part: Part,
    content: ArticleContent | None,
    request: RequiredDataRequest,
    assessment: Assessment,
) -> Part:
    """Add the article and what it asks for; a part without one stays as it is."""
    if content is None:
        return part
    card = assessment.catalogue.articles.get(content.article_id)
    return msgspec.structs.replace(
        part,
        content=content,
        revision=card.revision if card else "",
        scope=_scope(content, assessment, request),
        needs=read_needs(content, assessment.inquiry, request, assessment.language),
    )


def _scope(
    content: ArticleContent, assessment: Assessment, request: RequiredDataRequest
) -> tuple[RequiredField, ...]:
    bound = BoundScope(content, assessment.scope, assessment.catalogue)
    return scope_fields(bound, request.unavailable, assessment.language)
