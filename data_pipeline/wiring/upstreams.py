"""Embedder, reranker and answer model: whom the settings name, and what stands before them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data_pipeline.errors import KbgateError, SettingsError
from data_pipeline.ports import AnswerModel, Embedder, Reranker
from data_pipeline.prices import Prices, load_prices, shipped_prices
from data_pipeline.settings import Settings
from data_pipeline.wiring.stores import embedder_kind

_OPENAI: Final = "https://api.openai.com/v1"
_DEFAULT_MODEL: Final = "gpt-4.1-mini"
# Servers of one's own ask for no key, but the SDK does.
_NO_KEY: Final = "none"
# A load may wait for a service that is busy; a customer's question may not.
_LOAD_SECONDS: Final = 120.0
_LOAD_RETRIES: Final = 6
# Who sends one article over HTTP waits for it, but not for ever.
_UPLOAD_SECONDS: Final = 30.0
_UPLOAD_RETRIES: Final = 2
# OpenAI's limit of texts in a request, and the least that other servers are known for (TEI).
_MOST_TEXTS: Final = 2_048
_MOST_TEXTS_ELSEWHERE: Final = 32
_MOST_TEXTS_AT_PINECONE: Final = 96
_BATCH: Final = 256
# What the first model may take of the time for both, where there is a second one.
_FIRST_SHARE: Final = 0.6


@dataclass(frozen=True)
class Upstreams:
    """What answers from outside; None where the settings name nobody.

    `embedder` is for questions, `loader` the same model with more patience, for articles.
    """

    embedder: Embedder | None = None
    loader: Embedder | None = None
    reranker: Reranker | None = None
    model: AnswerModel | None = None


@dataclass(frozen=True)
class Patience:
    """How long an embedder may take, in seconds for a whole call, and how often it tries again."""

    seconds: float
    retries: int


class _Opened(AsyncExitStack):
    """Adapters that are closed at the end, in reverse order."""

    def __init__(self) -> None:
        super().__init__()
        self._adapters: list[Any] = []

    def take(self, adapter: Any) -> Any:
        """Close `adapter` at the end."""
        self._adapters.append(adapter)
        self.push_async_callback(adapter.close)
        return adapter

    async def get_ready(self) -> None:
        """Import the SDKs now, so that no customer's question waits half a second for it."""
        for adapter in self._adapters:
            with suppress(KbgateError):  # what is wrong then is told at its first use
                await adapter.open()


@asynccontextmanager
async def open_upstreams(settings: Settings) -> AsyncIterator[Upstreams]:
    """All that `settings` name; nothing is called before the first use."""
    async with _Opened() as opened:
        loader = _embedder(settings, opened, Patience(_UPLOAD_SECONDS, _UPLOAD_RETRIES))
        embedder = _embedder(settings, opened)
        upstreams = Upstreams(
            embedder=embedder,
            loader=loader,
            reranker=_reranker(settings, opened),
            model=_model(settings, opened),
        )
        await opened.get_ready()
        yield upstreams


@asynccontextmanager
async def open_embedder(settings: Settings) -> AsyncIterator[Embedder | None]:
    """The embedder for a load; None where the settings name none."""
    async with _Opened() as opened:
        yield _embedder(settings, opened, Patience(_LOAD_SECONDS, _LOAD_RETRIES))


def prices_of(settings: Settings) -> Prices:
    """The price table. Raises `SettingsError` where the operator's own cannot be read."""
    return load_prices(Path(settings.prices)) if settings.prices else shipped_prices()


def _embedder(
    settings: Settings, opened: _Opened, patience: Patience | None = None
) -> Embedder | None:
    """Without `patience` the one for questions: it shares calls between callers and remembers."""
    kind = embedder_kind(settings)
    if kind == "off":
        return None
    makers = {"openai": _at_openai, "pinecone": _at_pinecone, "local": _in_process}
    allowed = patience or Patience(settings.embedding_timeout_seconds, 1)
    embedder: Embedder = opened.take(makers[kind](settings, allowed))
    if patience is None:
        from data_pipeline.adapters.embedding.batching import BatchingEmbedder
        from data_pipeline.adapters.embedding.cache import CachingEmbedder

        batching = BatchingEmbedder(embedder, max_texts=_batch(settings, kind))
        embedder = caching = CachingEmbedder(batching)
        opened.push_async_callback(batching.close)
        opened.push_async_callback(caching.close)
    if settings.masking != "all" or kind == "local":
        return embedder
    from data_pipeline.adapters.masked import MaskedEmbedder

    return MaskedEmbedder(embedder)


def _batch(settings: Settings, kind: str) -> int:
    """Questions sent as one: as many as fit into one request, or they would wait in a row."""
    most = {"openai": _most_texts(_embedding_url(settings)), "pinecone": _MOST_TEXTS_AT_PINECONE}
    return min(_BATCH, most.get(kind, _BATCH))


def _embedding_url(settings: Settings) -> str:
    return settings.embedding_base_url or settings.openai_base_url


def _most_texts(base_url: str) -> int:
    return _MOST_TEXTS if base_url == _OPENAI else _MOST_TEXTS_ELSEWHERE


def _at_openai(settings: Settings, patience: Patience) -> Any:
    from data_pipeline.adapters.openai import OpenAIEmbedder

    base_url = _embedding_url(settings)
    return OpenAIEmbedder(
        _key(settings, settings.embedding_api_key.reveal()),
        base_url,
        max_inputs=_most_texts(base_url),
        model=settings.embedding_model or "text-embedding-3-small",
        dimensions=settings.embedding_dimensions or None,
        timeout_seconds=patience.seconds,
        max_retries=patience.retries,
    )


def _at_pinecone(settings: Settings, patience: Patience) -> Any:
    from data_pipeline.adapters.pinecone_embedder import PineconeEmbedder

    return PineconeEmbedder(
        _pinecone_key(settings, "KB_EMBEDDER"),
        control_host=settings.pinecone_control_host,
        timeout_seconds=patience.seconds,
        max_retries=patience.retries,
        **_chosen(settings),
    )


def _in_process(settings: Settings, _patience: Patience) -> Any:
    from data_pipeline.adapters.embedding.local import LocalEmbedder

    return LocalEmbedder(folder=settings.var / "models", **_chosen(settings))


def _chosen(settings: Settings) -> dict[str, Any]:
    """Model and length, where they are set."""
    chosen: dict[str, Any] = {}
    if settings.embedding_model:
        chosen["model"] = settings.embedding_model
    if settings.embedding_dimensions:
        chosen["dimensions"] = settings.embedding_dimensions
    return chosen


def _reranker(settings: Settings, opened: _Opened) -> Reranker | None:
    if settings.reranker == "off":
        return None
    from data_pipeline.adapters.pinecone_reranker import PineconeReranker

    reranker = PineconeReranker(
        _pinecone_key(settings, "KB_RERANKER"),
        model=settings.reranker,
        control_host=settings.pinecone_control_host,
        timeout_seconds=settings.rerank_timeout_seconds,
        max_retries=0,
    )
    opened.take(reranker)
    if settings.masking != "all":
        return reranker
    from data_pipeline.adapters.masked import MaskedReranker

    return MaskedReranker(reranker)


def _model(settings: Settings, opened: _Opened) -> AnswerModel | None:
    """The answer model with its second one, if there is one; what goes out is masked, then kept."""
    name = _model_name(settings)
    if not name:
        return None
    seconds = settings.model_timeout_seconds
    second = settings.fallback_model
    model = _asked(settings, opened, name, seconds * _FIRST_SHARE if second else seconds)
    if second:
        from data_pipeline.adapters.fallback import FallbackModel

        model = FallbackModel(model, _asked(settings, opened, second, seconds))
    from data_pipeline.adapters.remembering import RememberingModel
    from data_pipeline.engine.translation import is_translation

    model = RememberingModel(model, is_usable=is_translation)
    if settings.masking == "off":
        return model
    from data_pipeline.adapters.masked import MaskedModel

    return MaskedModel(model)


def _model_name(settings: Settings) -> str:
    if settings.model == "off":
        return ""
    if settings.model != "auto":
        return settings.model
    return _DEFAULT_MODEL if settings.model_api_key or settings.openai_api_key else ""


def _asked(settings: Settings, opened: _Opened, name: str, seconds: float) -> AnswerModel:
    from data_pipeline.adapters.openai import OpenAIModel

    base_url = settings.model_base_url or settings.openai_base_url
    if settings.model_api == "auto":
        api: Any = "responses" if base_url == _OPENAI else "chat"
    else:
        api = settings.model_api
    model = OpenAIModel(
        _key(settings, settings.model_api_key.reveal()),
        base_url,
        model=name,
        api=api,
        temperature=None if settings.temperature == "default" else float(settings.temperature),
        max_output_tokens=settings.model_output_tokens,
        timeout_seconds=seconds,
    )
    opened.take(model)
    return model


def _key(settings: Settings, own: str) -> str:
    return own or settings.openai_api_key.reveal() or _NO_KEY


def _pinecone_key(settings: Settings, needed_by: str) -> str:
    if not settings.pinecone_api_key:
        raise SettingsError(f"{needed_by} needs Pinecone: set PINECONE_API_KEY, too.")
    return settings.pinecone_api_key.reveal()
