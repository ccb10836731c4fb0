"""What a load did, article by article, and what its vectors cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from data_pipeline.articles import Chunk, Tier
from data_pipeline.ports import ArticleChange, FailedArticle


class ArticleResult(msgspec.Struct, frozen=True, kw_only=True):
    """One article of a load: the chunks that it has now, by tier, and how many of them changed.

    `renamed_from` is the id that the same content had before, `flagged` the chunks that read like
    instructions to a model.
    """

    article_id: str
    chunks: dict[Tier, int]
    written: int = 0
    deleted: int = 0
    renamed_from: str | None = None
    flagged: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the store differed from this article."""
        return bool(self.written or self.deleted)


class EmbeddingUse(msgspec.Struct, frozen=True):
    """What was embedded: `chunks` by `model` for `tokens`, paid or, beforehand, estimated."""

    model: str
    chunks: int = 0
    tokens: int = 0


class LoadReport(msgspec.Struct, frozen=True):
    """What a load did, or would do, with each article that it was given, in their order.

    `not_in_sources` are the stored articles that were not given, in the order of their ids.
    `failed` are those that could not be embedded or stored; they are as they were before and not
    among `articles`. `embedding` is there where an embedder is. `without_vector` chunks were
    stored without a vector although others of the namespace have one.
    """

    articles: tuple[ArticleResult, ...] = ()
    not_in_sources: tuple[str, ...] = ()
    failed: tuple[FailedArticle, ...] = ()
    embedding: EmbeddingUse | None = None
    without_vector: int = 0

    @property
    def changed(self) -> list[ArticleResult]:
        """The articles that were written."""
        return [article for article in self.articles if article.changed]

    @property
    def unchanged(self) -> list[ArticleResult]:
        """The articles that the store held already."""
        return [article for article in self.articles if not article.changed]

    @property
    def chunks_written(self) -> int:
        """Chunks that were new or different."""
        return sum(article.written for article in self.articles)

    @property
    def chunks_deleted(self) -> int:
        """Chunks that were removed."""
        return sum(article.deleted for article in self.articles)

    def settled(
        self,
        failed: Sequence[FailedArticle],
        embedding: EmbeddingUse | None,
        vectors: Mapping[str, int],
    ) -> LoadReport:
        """This plan's report once it is carried out: without what `failed`, with what was paid.

        `vectors` are those of the namespace, as in its catalogue.
        """
        lost = {article.article_id for article in failed}
        stored = tuple(article for article in self.articles if article.article_id not in lost)
        bare = sum(article.written for article in stored) if vectors and not embedding else 0
        return LoadReport(stored, self.not_in_sources, tuple(failed), embedding, bare)


def planned_report(
    wanted: Mapping[str, Sequence[Chunk]],
    changes: Sequence[ArticleChange],
    renamed: Mapping[str, str],
    stored: Mapping[str, object],
) -> LoadReport:
    """What `changes` will have done when all goes well; `renamed` maps new ids to old ones."""
    change_of = {change.article_id: change for change in changes}
    results = []
    for article_id, chunks in wanted.items():
        own = change_of.get(article_id, ArticleChange(article_id, (), ()))
        old = renamed.get(article_id)
        result = ArticleResult(
            article_id=article_id,
            chunks=dict(Counter(chunk.tier for chunk in chunks)),
            written=len(own.write),
            deleted=len(own.delete) + (len(change_of[old].delete) if old else 0),
            renamed_from=old,
            flagged=tuple(chunk.chunk_id for chunk in chunks if chunk.flagged),
        )
        results.append(result)
    others = set(stored).difference(wanted, renamed.values())
    return LoadReport(tuple(results), tuple(sorted(others)))
