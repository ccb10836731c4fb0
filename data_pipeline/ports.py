"""What the engine and the loader need from outside, as small Protocols.

Adapters implement them; nothing above an adapter retries, and no vendor type crosses this line.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Any, Literal, Protocol

import msgspec

from data_pipeline.articles import Chunk, ScoredChunk

Vector = Sequence[float]
"""Coordinates of a text; adapters keep them in single precision."""


class ChunkFilter(msgspec.Struct, frozen=True):
    """What a search may see.

    `scope` maps a key to the accepted values (folded by `scope.fold_scope_value`): a chunk passes
    when its article names one of them for that key or is global for it. `on` is the day on which
    `valid_from` and `valid_until` are judged.
    """

    scope: Mapping[str, tuple[str, ...]] = {}
    on: date | None = None


class ArticleCard(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the catalogue. `revision` is the hash over the article's chunks."""

    article_id: str
    title: str
    revision: str
    language: str
    chunks: int
    url: str | None = None
    topic: str | None = None
    scope: dict[str, tuple[str, ...]] = {}
    valid_from: str | None = None
    valid_until: str | None = None
    links: tuple[str, ...] = ()


class TermStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """Frequencies over the chunks of a namespace, by the house's analyser.

    `chunk_frequency[t]` chunks hold the term `t` anywhere (title, heading or body);
    `title_frequency[t]` article titles hold it. The means are lengths in terms.
    """

    chunks: int = 0
    articles: int = 0
    chunk_frequency: dict[str, int] = {}
    title_frequency: dict[str, int] = {}
    mean_body_length: float = 0.0
    mean_heading_length: float = 0.0
    mean_title_length: float = 0.0


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """What a namespace holds at one version: its articles, scope keys and term statistics.

    `vectors` counts the chunks that have a vector, by the identity of the embedder that made it.
    """

    version: str
    articles: dict[str, ArticleCard] = {}
    scope_keys: tuple[str, ...] = ()
    statistics: TermStatistics = TermStatistics()
    vectors: dict[str, int] = {}


class ArticleChange(msgspec.Struct, frozen=True):
    """How the stored chunks of one article differ from the wanted ones.

    `write` are new or changed chunks, `delete` the ids that the article no longer has, `vectors`
    those of the chunks in `write` by chunk id: of all of them, or of none without an embedder.
    """

    article_id: str
    write: tuple[Chunk, ...]
    delete: tuple[str, ...]
    vectors: Mapping[str, Vector] = {}


class FailedArticle(msgspec.Struct, frozen=True):
    """An article that could not be stored and is as it was before; `cause` says what to do."""

    article_id: str
    cause: str


class ChunkIndex(Protocol):
    """Stores chunks and finds them again. Raises `IndexUnavailableError`, nothing else.

    A namespace that was never written behaves as an empty one.
    """

    async def search(
        self, namespace: str, terms: Sequence[str], *, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        """Best chunks for analysed `terms` over title, heading and text, best first."""
        ...

    async def nearest(
        self, namespace: str, vector: Vector, *, embedder: str, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        """Chunks nearest to `vector` by cosine, best first, among those that `embedder` embedded.

        The score is the cosine, -1 to 1. Nothing where `catalogue.vectors` lacks that embedder.
        """
        ...

    async def article_chunks(self, namespace: str, article_id: str) -> Sequence[Chunk]:
        """Every chunk of one article, ordered by chunk id."""
        ...

    async def catalogue(self, namespace: str) -> Catalogue:
        """Articles, scope keys and term statistics at the version that searches see now."""
        ...

    async def content_hashes(self, namespace: str) -> dict[str, dict[str, str]]:
        """`{article_id: {chunk_id: hash}}` of all that is stored.

        The hash is `articles.stored_hash`: of the content, and of whose vector lies beside it.
        """
        ...

    def writing(self, namespace: str) -> AbstractAsyncContextManager[None]:
        """Be the only writer of a namespace from planning to the last `apply` and `refresh`.

        A second writer waits, then fails with `IndexUnavailableError`. The writing methods take it
        themselves when their caller does not hold it.
        """
        ...

    async def apply(
        self, namespace: str, changes: Sequence[ArticleChange], *, embedder: str = ""
    ) -> Sequence[FailedArticle]:
        """Make `changes` visible at once: readers see each article whole, old or new.

        `embedder` is the identity of the one that made the vectors, if there are any. Returns the
        articles that the store refused; they stay as they were.
        """
        ...

    async def refresh(self, namespace: str, scope_keys: Sequence[str]) -> None:
        """After a load: fold new rows into the index and rewrite the catalogue; idempotent."""
        ...

    async def delete_article(self, namespace: str, article_id: str) -> int:
        """Remove one article; the number of chunks that went."""
        ...

    def list_chunks(self, namespace: str, *, article_id: str | None = None) -> AsyncIterator[Chunk]:
        """All chunks ordered by id, of one article or of the namespace."""
        ...

    async def count(self, namespace: str) -> int:
        """Number of chunks stored."""
        ...

    async def ping(self) -> None:
        """Return when the store can be read, raise `IndexUnavailableError` when it cannot."""
        ...


class Embeddings(msgspec.Struct, frozen=True):
    """One vector per text, in their order, and the tokens that were paid for (0 from a cache)."""

    vectors: tuple[Vector, ...]
    tokens: int = 0


class Embedder(Protocol):
    """Turns texts into vectors. Raises `EmbedderUnavailableError`, nothing else."""

    @property
    def identity(self) -> str:
        """Whose vectors these are: vectors of equal identity can be compared with each other."""
        ...

    @property
    def model(self) -> str:
        """The model's name, as the price table has it."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    async def embed(self, texts: Sequence[str], purpose: Literal["query", "passage"]) -> Embeddings:
        """Vectors of `texts`, each of length 1; an empty text is embedded as a blank one."""
        ...


class Reranking(msgspec.Struct, frozen=True):
    """A relevance per text, in their order, comparable within one call only."""

    scores: tuple[float, ...]


class Reranker(Protocol):
    """Judges how well texts answer a query. Raises `RerankerUnavailableError`, nothing else."""

    @property
    def model(self) -> str:
        """The model's name, as the price table has it."""
        ...

    async def rerank(self, query: str, texts: Sequence[str]) -> Reranking:
        """One score per text, higher is better."""
        ...


class ModelTask(msgspec.Struct, frozen=True, kw_only=True):
    """What a model is asked: `instructions` of ours, and `material` that is data throughout.

    `schema` is a JSON schema in the strict subset, `identifiers` are texts in `material` that tell
    who somebody is (names), and must not leave the house as they are.
    """

    purpose: Literal["answer", "repair", "translation"]
    instructions: str
    material: str
    schema_name: str
    schema: Mapping[str, Any]
    identifiers: tuple[str, ...] = ()


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """What a model replied: the whole text, and what it cost. `cached_tokens` are of the input."""

    text: str
    model: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0


class AnswerModel(Protocol):
    """Writes structured text.

    Raises `ModelUnavailableError`, `ModelReplyError` where it replied (cut off, refused, empty).
    """

    @property
    def model(self) -> str:
        """The name of the model that is asked first."""
        ...

    async def complete(self, task: ModelTask) -> Completion:
        """The whole reply."""
        ...

    def stream(self, task: ModelTask) -> AsyncIterator[str | Completion]:
        """Pieces of the reply as they come, at last the whole of it as a `Completion`.

        A stream that ends without its `Completion` was cut and raises.
        """
        ...


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A caller's key as stored: never the key itself, only its SHA-256."""

    key_id: str
    sha256: str
    tenant: str
    namespace: str
    permissions: tuple[str, ...]
    loopback_only: bool = False


class ApiKeys(Protocol):
    """Knows the keys that may call."""

    async def find(self, presented: str) -> ApiKey | None:
        """The key that `presented` is, compared in constant time, or None."""
        ...
