"""A ticket as the engine understands it: its questions, by the article that each is about. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from data_pipeline.articles import Chunk
from data_pipeline.contract.replies import ArticleMatch, RequiredField, Source
from data_pipeline.engine.article_content import ArticleContent
from data_pipeline.engine.confidence import Coefficients, Confidence, shipped_coefficients
from data_pipeline.engine.inquiry import Inquiry
from data_pipeline.engine.outcome import Verdict
from data_pipeline.engine.ranking import RankedArticle
from data_pipeline.engine.required_fields import FactNeeds
from data_pipeline.engine.scope_needs import KnownScope
from data_pipeline.engine.search import Found
from data_pipeline.ports import Catalogue, Completion

# Below this the best article shares too little with the inquiry to be called a near miss.
NEAR_MISS: Final = 0.085
# Below this the article is too doubtful for a question to the customer to be worth it.
ASK_FLOOR: Final = 0.1
_MAX_SOURCES: Final = 5


class Elsewhere(msgspec.Struct, frozen=True):
    """An article of another scope that fits far better: its title and scope (`key: value`)."""

    title: str
    scope: str


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Questions of a ticket that one article is about; `content` is None when nothing was found.

    `verdict` is the article's outcome that the known facts prove, where its scope is settled.
    """

    questions: tuple[str, ...]
    found: tuple[Found, ...]
    confidence: Confidence
    content: ArticleContent | None = None
    revision: str = ""
    scope: tuple[RequiredField, ...] = ()
    needs: FactNeeds = FactNeeds()
    verdict: Verdict | None = None
    elsewhere: Elsewhere | None = None

    @property
    def chunks(self) -> tuple[Chunk, ...]:
        """What was found for the questions, and the whole of the article."""
        found = (r.chunk for one in self.found for a in one.articles for r in a.chunks)
        return (*found, *(self.content.chunks if self.content else ()))

    @property
    def open_scope(self) -> tuple[RequiredField, ...]:
        """Scope keys that the article is bound to and nobody named."""
        return tuple(field for field in self.scope if not field.known)

    @property
    def missing(self) -> tuple[RequiredField, ...]:
        """Everything that blocks these questions, scope first."""
        return (*self.open_scope, *self.needs.missing)

    @property
    def is_near(self) -> bool:
        """Whether the article has enough to do with the questions to speak of it."""
        return self.content is not None and self.confidence.probability >= NEAR_MISS

    @property
    def match(self) -> ArticleMatch | None:
        """The article as the reply names it."""
        if self.content is None:
            return None
        c = self.content
        return ArticleMatch(
            c.article_id, c.title, c.url, self.revision, round(self.found[0].articles[0].score, 4)
        )


class Spent(msgspec.Struct, frozen=True):
    """What a request has used so far: embedded tokens, reranked searches, replies of models."""

    embedding_tokens: int = 0
    embedding_model: str = ""
    reranks: int = 0
    reranker: str = ""
    completions: tuple[Completion, ...] = ()


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """A request, understood; `language` is the one to reply in.

    `coefficients` are those of the namespace, the same for the whole of a reply.
    """

    inquiry: Inquiry
    catalogue: Catalogue
    scope: KnownScope
    language: str
    coefficients: Coefficients = msgspec.field(default_factory=shipped_coefficients)
    parts: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    spent: Spent = Spent()

    @property
    def sources(self) -> tuple[Source, ...]:
        """Articles that the searches found, each once: the chosen ones first, then by score."""
        found = [f.articles for part in self.parts for f in part.found if f.articles]
        chosen = [articles[0] for articles in found]
        others = [article for articles in found for article in articles[1:_MAX_SOURCES]]
        ordered = [*_by_score(chosen), *_by_score(others)]
        best = {article.article_id: article for article in reversed(ordered)}
        firsts = list(dict.fromkeys(article.article_id for article in ordered))
        return tuple(_source(best[article_id]) for article_id in firsts[:_MAX_SOURCES])


def _by_score(articles: Sequence[RankedArticle]) -> list[RankedArticle]:
    return sorted(articles, key=lambda article: -article.score)


def _source(article: RankedArticle) -> Source:
    kinds = dict.fromkeys(c.chunk.kind.value for c in article.chunks)
    return Source(
        article.article_id, article.chunks[0].chunk.title, round(article.score, 4), tuple(kinds)
    )
