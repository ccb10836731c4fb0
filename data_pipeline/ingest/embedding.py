"""Vectors for the chunks that are about to be stored, with as little lost as possible."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from typing import Final, Literal, TypeVar

import msgspec

from data_pipeline.errors import EmbedderUnavailableError, TextRefusedError
from data_pipeline.ingest.load_report import EmbeddingUse
from data_pipeline.language import estimate_tokens
from data_pipeline.ports import ArticleChange, Embedder, Embeddings, FailedArticle, Vector

CHUNKS_PER_BATCH: Final = 96
"""About how many chunks go to the embedder at a time; an article is never parted."""

_LOST_BATCHES: Final = 3
_LOST_ARTICLES: Final = 5
_NOT_REMOVED: Final = "It was not removed, because the article before it failed: run it again."

_Made = TypeVar("_Made")
_Group = TypeVar("_Group")


class PassageVectors:
    """Makes the vectors of changes; `failed` are the articles that got none, `use` what was paid.

    A batch that is refused is tried once more, article by article, until five in a row have
    failed. After three batches in a row that failed completely `stopped` is set and nothing is
    tried any more. Without an embedder changes stay as they are.
    """

    def __init__(self, embedder: Embedder | None) -> None:
        self._embedder = embedder
        self._lost_in_a_row = 0
        self.failed: list[FailedArticle] = []
        self.use = EmbeddingUse(embedder.model) if embedder else None
        self.stopped: EmbedderUnavailableError | None = None

    async def of(self, changes: Sequence[ArticleChange]) -> list[ArticleChange]:
        """`changes` with vectors, in their order, without those that failed or came too late."""
        if self._embedder is None:
            return list(changes)
        made: dict[str, ArticleChange] = {}
        for batch in batches(changes):
            if self.stopped is None:
                made |= await self._batch(self._embedder, batch)
        return list(self._kept(changes, made))

    def _kept(
        self, changes: Iterable[ArticleChange], made: Mapping[str, ArticleChange]
    ) -> Iterator[ArticleChange]:
        """A removal goes where the arrival before it went: the two may be one renamed article."""
        arrived = True
        for change in changes:
            if change.write:
                arrived = change.article_id in made
            if arrived:
                yield made.get(change.article_id, change)
            elif not change.write:
                self.failed.append(FailedArticle(change.article_id, _NOT_REMOVED))

    async def _batch(
        self, embedder: Embedder, batch: Sequence[ArticleChange]
    ) -> dict[str, ArticleChange]:
        try:
            made = await self._embedded(embedder, batch)
        except TextRefusedError:
            made = await self._one_by_one(embedder, batch)
        except EmbedderUnavailableError as error:
            made = {}
            self.failed += [FailedArticle(change.article_id, str(error)) for change in batch]
        self._lost_in_a_row = 0 if made else self._lost_in_a_row + 1
        if self._lost_in_a_row >= _LOST_BATCHES:
            cause = self.failed[-1].cause
            self.stopped = EmbedderUnavailableError(
                f"{cause} What is stored stays: run it again to go on."
            )
        return made

    async def _one_by_one(
        self, embedder: Embedder, batch: Sequence[ArticleChange]
    ) -> dict[str, ArticleChange]:
        made: dict[str, ArticleChange] = {}
        in_a_row = 0
        cause = ""
        for change in batch:
            if in_a_row < _LOST_ARTICLES:
                try:
                    made |= await self._embedded(embedder, [change])
                    in_a_row = 0
                    continue
                except EmbedderUnavailableError as error:
                    in_a_row, cause = in_a_row + 1, str(error)
            self.failed.append(FailedArticle(change.article_id, cause))
        return made

    async def _embedded(
        self, embedder: Embedder, batch: Sequence[ArticleChange]
    ) -> dict[str, ArticleChange]:
        chunks = [chunk for change in batch for chunk in change.write]
        reply = await embedder.embed([chunk.text for chunk in chunks], "passage")
        self.use = _more(self.use, len(chunks), reply.tokens)
        ids = (chunk.chunk_id for chunk in chunks)
        vectors = dict(zip(ids, reply.vectors, strict=True))
        return {
            change.article_id: msgspec.structs.replace(
                change, vectors={chunk.chunk_id: vectors[chunk.chunk_id] for chunk in change.write}
            )
            for change in batch
        }


class RememberedVectors:
    """An `Embedder` that asks another one for each text once; `paid` are the tokens of it all."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vector] = {}
        self.paid = 0

    @property
    def identity(self) -> str:
        """That of the embedder that makes the vectors."""
        return self._embedder.identity

    @property
    def model(self) -> str:
        """That of the embedder that makes the vectors."""
        return self._embedder.model

    @property
    def dimensions(self) -> int:
        """That of the embedder that makes the vectors."""
        return self._embedder.dimensions

    async def embed(self, texts: Sequence[str], purpose: Literal["query", "passage"]) -> Embeddings:
        """Vectors of `texts`; pays for those that are new. Raises `EmbedderUnavailableError`."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        tokens = 0
        if new:
            made = await self._embedder.embed(new, purpose)
            self._known |= dict(zip(new, made.vectors, strict=True))
            tokens = made.tokens
            self.paid += tokens
        return Embeddings(tuple(self._known[text] for text in texts), tokens)


def estimated_use(changes: Iterable[ArticleChange], model: str) -> EmbeddingUse:
    """What embedding `changes` with `model` will take, estimated offline and rather too high."""
    texts = [chunk.text for change in changes for chunk in change.write]
    return EmbeddingUse(model, len(texts), sum(map(estimate_tokens, texts)))


def batches(
    changes: Iterable[ArticleChange], size: int = CHUNKS_PER_BATCH
) -> Iterator[list[ArticleChange]]:
    """The changes that write something, in groups of whole articles with about `size` chunks."""
    batch: list[ArticleChange] = []
    chunks = 0
    for change in changes:
        if batch and chunks + len(change.write) > size:
            yield batch
            batch, chunks = [], 0
        if change.write:
            batch.append(change)
            chunks += len(change.write)
    if batch:
        yield batch


async def made_ahead(
    make: Callable[[_Group], Awaitable[_Made]], groups: Iterable[_Group]
) -> AsyncGenerator[_Made, None]:
    """What `make` makes of each group, in order: the next is made while this one is used.

    Close it (`contextlib.aclosing`), or what is being made goes on after an error.
    """
    task: asyncio.Task[_Made] | None = None

    async def making(group: _Group) -> _Made:
        return await make(group)

    try:
        for group in groups:
            made = (await task,) if task else ()
            task = asyncio.create_task(making(group))
            for one in made:
                yield one
        if task:
            yield await task
    finally:
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def _more(use: EmbeddingUse | None, chunks: int, tokens: int) -> EmbeddingUse | None:
    return use and EmbeddingUse(use.model, use.chunks + chunks, use.tokens + tokens)
