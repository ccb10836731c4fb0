"""One article that is sent instead of read from a folder: read, stored whole, removed again."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import msgspec

from data_pipeline.articles import Article, Tier, article_revision
from data_pipeline.errors import ArticleSourceError, FieldProblem, InvalidRequestError
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.embedding import RememberedVectors
from data_pipeline.ingest.formats import READERS
from data_pipeline.ingest.links import article_links
from data_pipeline.ingest.load_report import ArticleResult
from data_pipeline.ingest.sync import load, prepare
from data_pipeline.ingest.visibility import Wanted, wait_until_visible, wanted_hashes
from data_pipeline.ports import ChunkIndex, Embedder
from data_pipeline.prices import Prices, cost_usd, shipped_prices
from data_pipeline.slugs import slug

SUFFIX_OF_TYPE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "application/json": ".json",
        "text/markdown": ".md",
        "text/html": ".html",
        "text/plain": ".txt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    }
)
"""Media types that an article can be sent as, and whose reader each is for."""

# Clients take `.` and `..` out of an address: such an article could not be removed again.
_ID: Final = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._:@=+-]{1,200}")
_ID_WARNINGS: Final = ("metadata.article_id:", "article_id is not")


class ArticleUpload(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it was sent; `media_type` is one of `SUFFIX_OF_TYPE`."""

    article_id: str
    media_type: str
    content: bytes


class EmbeddingPaid(msgspec.Struct, frozen=True, kw_only=True):
    """What the vectors of an article cost; `cost_usd` is null where the price is not known."""

    model: str
    tokens: int
    cost_usd: float | None


class StoredUpload(msgspec.Struct, frozen=True, kw_only=True):
    """An article after it was stored.

    `chunks` are all that it has now, `tiers` counts them; `written` and `deleted` are those that
    changed. `flagged` are the ids of chunks that read like instructions to a model: no model is
    shown them. `visible` says whether every reader sees it already. `embedding` is null where
    there is no embedder.
    """

    article_id: str
    title: str
    created: bool
    revision: str
    chunks: int
    tiers: dict[str, int]
    written: int
    deleted: int
    warnings: tuple[str, ...]
    flagged: tuple[str, ...]
    embedding: EmbeddingPaid | None
    kb_version: str
    visible: bool


class RemovedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article after it was removed; `visible` says whether no reader sees it any more."""

    article_id: str
    deleted: int
    kb_version: str
    visible: bool


@dataclass(frozen=True)
class ArticleDesk:
    """Takes articles in and out of namespaces.

    `scope_keys` are the configured ones; without any those count that the namespace knows.
    `refresh_seconds` is how soon other processes see a change, `patience_seconds` how long a
    caller who waits for that is kept.
    """

    index: ChunkIndex
    embedder: Embedder | None = None
    scope_keys: Sequence[str] = ()
    prices: Prices | None = None
    refresh_seconds: float = 0.0
    patience_seconds: float = 30.0

    async def put(
        self, namespace: str, upload: ArticleUpload, *, wait: bool = False
    ) -> StoredUpload:
        """Store one article whole, in place of what it was before; with `wait` until all see it.

        Raises `InvalidRequestError` when the document cannot be read or stored,
        `EmbedderUnavailableError` and `IndexUnavailableError`; nothing has changed then.
        """
        before = await self.index.catalogue(namespace)
        keys = tuple(self.scope_keys) or before.scope_keys
        article = await asyncio.to_thread(read_upload, upload, keys)
        vectors = await self._vectors_ahead(namespace, article)
        report = await load(self.index, namespace, [article], keys, embedder=vectors)
        if report.failed:
            raise InvalidRequestError(f"The article was not stored: {report.failed[0].cause}")
        wanted = await asyncio.to_thread(wanted_hashes, [article])
        return _told(
            article,
            report.articles[0],
            created=article.article_id not in before.articles,
            revision=article_revision(wanted[article.article_id]),
            embedding=self._paid(vectors),
            visible=wait and await self._seen(namespace, wanted),
            kb_version=(await self.index.catalogue(namespace)).version,
        )

    async def remove(
        self, namespace: str, article_id: str, *, wait: bool = False
    ) -> RemovedArticle | None:
        """Remove one article; None when there is none. Raises `IndexUnavailableError`."""
        deleted = await self.index.delete_article(namespace, article_id)
        if not deleted:
            return None
        visible = wait and await self._seen(namespace, {article_id: {}})
        version = (await self.index.catalogue(namespace)).version
        return RemovedArticle(
            article_id=article_id, deleted=deleted, kb_version=version, visible=visible
        )

    async def _vectors_ahead(self, namespace: str, article: Article) -> RememberedVectors | None:
        """The vectors that will be needed, made while nobody is kept from writing."""
        if self.embedder is None:
            return None
        vectors = RememberedVectors(self.embedder)
        planned = await prepare(self.index, namespace, [article], self.embedder)
        texts = [chunk.text for change in planned.changes for chunk in change.write]
        if texts:
            await vectors.embed(texts, "passage")
        return vectors

    async def _seen(self, namespace: str, wanted: Wanted) -> bool:
        return await wait_until_visible(
            self.index,
            namespace,
            wanted,
            patience=self.patience_seconds,
            refresh_seconds=self.refresh_seconds,
        )

    def _paid(self, vectors: RememberedVectors | None) -> EmbeddingPaid | None:
        if vectors is None:
            return None
        prices = self.prices or shipped_prices()
        cost = cost_usd(prices, vectors.model, vectors.paid, 0)
        return EmbeddingPaid(model=vectors.model, tokens=vectors.paid, cost_usd=cost)


def read_upload(upload: ArticleUpload, scope_keys: Sequence[str]) -> Article:
    """The article in `upload`, under the id that it was sent to.

    Raises `InvalidRequestError` for an id that cannot be stored, a document that cannot be read
    and one that names another id.
    """
    _check_id(upload.article_id)
    suffix = SUFFIX_OF_TYPE[upload.media_type]
    defaults = Defaults(scope_keys=tuple(scope_keys))
    try:
        read = READERS[suffix](
            upload.content, f"{upload.article_id}{suffix}", defaults, defaults.scope_keys
        )
    except ArticleSourceError as error:
        told = f"{error.place}: {error.cause}" if error.place else error.cause
        problems = [FieldProblem(error.place, error.cause)] if error.place else []
        raise InvalidRequestError(f"The document cannot be read: {told}", problems) from None
    _check_same_id(upload.article_id, read.article_id)
    if not any(unit.text.strip() for section in read.sections for unit in section.units):
        raise InvalidRequestError("The document holds no text: write the article.")
    warnings = (one for one in read.warnings if not one.startswith(_ID_WARNINGS))
    return msgspec.structs.replace(
        read,
        article_id=upload.article_id,
        source="",
        links=article_links(read.links),
        warnings=tuple(warnings),
    )


def _told(article: Article, result: ArticleResult, **facts: Any) -> StoredUpload:
    return StoredUpload(
        article_id=article.article_id,
        title=article.title,
        chunks=sum(result.chunks.values()),
        tiers={tier.value: result.chunks.get(tier, 0) for tier in Tier},
        written=result.written,
        deleted=result.deleted,
        warnings=article.warnings,
        flagged=result.flagged,
        **facts,
    )


def _check_id(article_id: str) -> None:
    if not _ID.fullmatch(article_id):
        raise InvalidRequestError(
            "Choose another id for the article.",
            [FieldProblem("article_id", "expected 1 to 200 of A-Z, a-z, 0-9 and . _ : @ = + -")],
        )


def _check_same_id(wanted: str, named: str) -> None:
    if named not in {wanted, slug(wanted)}:
        raise InvalidRequestError(
            f"The address names the article {wanted} and the document {named}: send it to the "
            "address of its own id, or take the id out of the document."
        )
