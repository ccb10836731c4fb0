"""What both endpoints start from: the inquiry, its best articles, and the facts they need.

Awaits the index; everything else is the pure modules beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from data_pipeline.articles import Blocks
from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine.article_content import ArticleContent, read_content
from data_pipeline.engine.confidence import Calibrations, Coefficients, estimate
from data_pipeline.engine.inquiry import read_inquiry
from data_pipeline.engine.outcome import decide_outcome
from data_pipeline.engine.parts import ASK_FLOOR, Assessment, Elsewhere, Part, Spent
from data_pipeline.engine.required_fields import FactNeeds, read_needs
from data_pipeline.engine.scope_needs import BoundScope, read_scope, scope_fields
from data_pipeline.engine.search import Retrieval, Searches, Shelf, find_all, telling
from data_pipeline.engine.translation import translator_for
from data_pipeline.language import terms
from data_pipeline.ports import AnswerModel, ChunkIndex, Embedder, Reranker
from data_pipeline.prices import Prices, shipped_prices

# An article of another scope must fit this much better, and cover so much more of the question,
# before it says what a question is about: a twin in scope covers as much.
_CLEARLY_BETTER: Final = 1.5
_CLEARLY_MORE: Final = 0.2
# What embedder and reranker together may take of the caller's time.
_SEARCH_SHARE: Final = 1 / 3


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """What the use cases are built from; `scope_keys` empty means those that the store knows.

    `coefficients` are for namespaces of which `calibrations` knows nothing.
    `model_seconds` is the longest that the answer model may take, `context_tokens` the most that it
    is given of articles.
    """

    index: ChunkIndex
    coefficients: Coefficients
    calibrations: Calibrations | None = None
    embedder: Embedder | None = None
    reranker: Reranker | None = None
    model: AnswerModel | None = None
    model_seconds: float = 6.0
    context_tokens: int = 6_000
    prices: Prices = msgspec.field(default_factory=shipped_prices)
    scope_keys: tuple[str, ...] = ()
    allowed_error: float = 0.05
    today: Callable[[], date] = date.today


def models_of(engine: Engine) -> tuple[str, str, str]:
    """What a calibration was made with: embedder, reranker and answer model, "" for none."""
    return (
        engine.embedder.identity if engine.embedder else "",
        engine.reranker.model if engine.reranker else "",
        engine.model.model if engine.model else "",
    )


async def coefficients_of(engine: Engine, namespace: str) -> Coefficients:
    """The namespace's own coefficients, else those of the engine."""
    own = await engine.calibrations.of(namespace) if engine.calibrations else None
    return own or engine.coefficients


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
        coefficients=await coefficients_of(engine, namespace),
        warnings=scope.warnings,
        degraded=("truncated",) if inquiry.truncated else (),
    )
    return assessment if inquiry.silent else await _answered(engine, namespace, request, assessment)


async def _answered(
    engine: Engine, namespace: str, request: RequiredDataRequest, assessment: Assessment
) -> Assessment:
    """The assessment with a part for every article that a question is about."""
    language = assessment.inquiry.language or request.options.language
    settled = frozenset(terms(" ".join(_scope_values(request, assessment)), language))
    shelf = Shelf(
        engine.index,
        namespace,
        assessment.catalogue,
        engine.today(),
        settled,
        engine.embedder,
        engine.reranker,
        translator_for(engine.model, request),
        patience=request.options.deadline_ms * _SEARCH_SHARE / 1000,
    )
    retrieval = await find_all(
        shelf,
        assessment.inquiry,
        assessment.scope.folded,
        language=language,
        topic=request.topic,
    )
    groups = _by_article(retrieval.searches)
    chunks = await asyncio.gather(
        *(engine.index.article_chunks(namespace, article_id) for article_id in groups if article_id)
    )
    contents = {c[0].article_id: read_content(c) for c in chunks if c}
    understood = _in_some_language(assessment, request, contents)
    parts = tuple(
        _with_needs(_part(found, understood), contents.get(key), request, understood)
        for key, found in groups.items()
    )
    return msgspec.structs.replace(
        understood,
        parts=parts,
        degraded=(*understood.degraded, *retrieval.skipped),
        spent=_spent(engine, retrieval),
    )


def _spent(engine: Engine, retrieval: Retrieval) -> Spent:
    return Spent(
        embedding_tokens=retrieval.embedding_tokens,
        embedding_model=engine.embedder.model if engine.embedder else "",
        reranks=retrieval.reranks,
        reranker=engine.reranker.model if engine.reranker else "",
        completions=retrieval.completions,
    )


def _scope_values(request: RequiredDataRequest, assessment: Assessment) -> Iterator[str]:
    for values in request.scope.values():
        yield from [values] if isinstance(values, str) else values
    yield from (guess.value for guess in assessment.scope.inferred.values())


def _in_some_language(
    assessment: Assessment, request: RequiredDataRequest, contents: Mapping[str, ArticleContent]
) -> Assessment:
    """Where neither the caller nor the text tells the language, the article's is as good as any."""
    if request.options.language or assessment.inquiry.language or not contents:
        return assessment
    return msgspec.structs.replace(assessment, language=next(iter(contents.values())).language)


def _by_article(searches: Sequence[Searches]) -> dict[str, list[Searches]]:
    """Searches grouped by their best article ("" for none), in the order asked."""
    groups: dict[str, list[Searches]] = {}
    for search in searches:
        articles = search.found.articles
        groups.setdefault(articles[0].article_id if articles else "", []).append(search)
    return groups


def _part(searches: Sequence[Searches], assessment: Assessment) -> Part:
    found = tuple(search.found for search in searches)
    model = assessment.coefficients.article
    confidences = [estimate(f.evidence, model) for f in telling(found)]
    elsewhere = (_elsewhere(search, assessment) for search in searches)
    return Part(
        questions=tuple(s.question for s in searches),
        found=found,
        confidence=min(confidences, key=lambda c: c.probability),
        elsewhere=next(filter(None, elsewhere), None),
    )


def _elsewhere(search: Searches, assessment: Assessment) -> Elsewhere | None:
    """The best article of any scope, where it fits and those in scope are far behind it."""
    anywhere = search.anywhere
    if anywhere is None or not anywhere.articles:
        return None
    best = anywhere.articles[0]
    inside = search.found.articles[0].score if search.found.articles else 0.0
    more = anywhere.evidence.coverage_article - search.found.evidence.coverage_article
    card = assessment.catalogue.articles.get(best.article_id)
    probability = estimate(anywhere.evidence, assessment.coefficients.article).probability
    if card is None or probability < ASK_FLOOR:
        return None
    if best.score < _CLEARLY_BETTER * inside or more < _CLEARLY_MORE:
        return None
    scope = ", ".join(f"{key}: {' / '.join(values)}" for key, values in sorted(card.scope.items()))
    return Elsewhere(card.title, scope)


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
    bound = BoundScope(content, assessment.scope, assessment.catalogue)
    scope = scope_fields(bound, request.unavailable, assessment.language)
    needs = read_needs(content, assessment.inquiry, request, assessment.language)
    settled = all(field.known for field in scope)
    verdict = decide_outcome(content, needs.known) if settled else None
    return msgspec.structs.replace(
        part,
        content=content,
        revision=card.revision if card else "",
        scope=scope,
        needs=_without_verdict_facts(needs) if verdict else needs,
        verdict=verdict,
    )


def _without_verdict_facts(needs: FactNeeds) -> FactNeeds:
    """Once a verdict is proven, no further fact blocks it."""
    freed = [field for field in needs.missing if field.blocks is Blocks.ELIGIBILITY]
    return msgspec.structs.replace(
        needs,
        missing=tuple(field for field in needs.missing if field not in freed),
        later=(*needs.later, *freed),
    )
