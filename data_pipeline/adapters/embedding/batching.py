"""Concurrent requests for vectors, sent as few."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from data_pipeline.errors import EmbedderUnavailableError, TextRefusedError
from data_pipeline.language import estimate_tokens
from data_pipeline.ports import Embedder, Embeddings

Purpose = Literal["query", "passage"]

_CLOSED: Final = "The embedder was closed while texts waited: ask again."


@dataclass(eq=False)
class _Caller:
    texts: tuple[str, ...]
    result: asyncio.Future[Embeddings]


@dataclass(eq=False)
class _Batch:
    callers: list[_Caller] = field(default_factory=list)
    texts: int = 0
    timer: asyncio.TimerHandle | None = None


class BatchingEmbedder:
    """`Embedder` that waits a moment for other callers and asks `embedder` for all of them at once.

    A caller that goes away spoils nothing for the others; a failed call fails all whose texts were
    in it; texts that are refused are asked for again in halves, until the refused ones are alone.
    """

    def __init__(
        self, embedder: Embedder, *, window_seconds: float = 0.003, max_texts: int = 256
    ) -> None:
        """Wait `window_seconds` from the first caller on, or until `max_texts` have come."""
        self._embedder = embedder
        self._window = window_seconds
        self._max_texts = max_texts
        self._waiting: dict[Purpose, _Batch] = {}
        self._sending: set[asyncio.Task[None]] = set()

    def __repr__(self) -> str:
        return f"BatchingEmbedder({self._embedder!r})"

    @property
    def identity(self) -> str:
        return self._embedder.identity

    @property
    def model(self) -> str:
        return self._embedder.model

    @property
    def dimensions(self) -> int:
        return self._embedder.dimensions

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Embeddings:
        if not texts or len(texts) >= self._max_texts:
            return await self._embedder.embed(texts, purpose)
        caller = _Caller(tuple(texts), asyncio.get_running_loop().create_future())
        self._join(caller, purpose)
        return await caller.result

    async def close(self) -> None:
        """Fail those that wait and end the calls that run; the embedder itself stays open."""
        for batch in self._waiting.values():
            if batch.timer is not None:
                batch.timer.cancel()
            _fail(batch.callers, EmbedderUnavailableError(_CLOSED))
        self._waiting.clear()
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    def _join(self, caller: _Caller, purpose: Purpose) -> None:
        batch = self._waiting.get(purpose)
        if batch is not None and batch.texts + len(caller.texts) > self._max_texts:
            self._send(purpose)
            batch = None
        if batch is None:
            batch = self._waiting[purpose] = _Batch()
            loop = asyncio.get_running_loop()
            batch.timer = loop.call_later(self._window, self._send, purpose)
        batch.callers.append(caller)
        batch.texts += len(caller.texts)
        if batch.texts == self._max_texts:
            self._send(purpose)

    def _send(self, purpose: Purpose) -> None:
        batch = self._waiting.pop(purpose)
        if batch.timer is not None:
            batch.timer.cancel()
        task = asyncio.create_task(self._serve(batch.callers, purpose))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _serve(self, callers: list[_Caller], purpose: Purpose) -> None:
        """Have every caller's result set, whatever happens."""
        callers = [caller for caller in callers if not caller.result.done()]
        if not callers:
            return
        try:
            embeddings = await self._embedder.embed(_texts(callers), purpose)
            _share_out(callers, embeddings)
        except TextRefusedError as error:
            await self._serve_in_halves(callers, purpose, error)
        except asyncio.CancelledError:
            _fail(callers, EmbedderUnavailableError(_CLOSED))
            raise
        except Exception as error:  # noqa: BLE001 (who waits must be told of a mistake of ours, too)
            _fail(callers, error)

    async def _serve_in_halves(
        self, callers: list[_Caller], purpose: Purpose, error: TextRefusedError
    ) -> None:
        if len(callers) == 1:
            _fail(callers, error)
            return
        middle = len(callers) // 2
        await asyncio.gather(
            self._serve(callers[:middle], purpose), self._serve(callers[middle:], purpose)
        )


def _texts(callers: Sequence[_Caller]) -> list[str]:
    return [text for caller in callers for text in caller.texts]


def _share_out(callers: Sequence[_Caller], embeddings: Embeddings) -> None:
    if len(embeddings.vectors) != len(_texts(callers)):
        raise EmbedderUnavailableError("The embedder gave another number of vectors than of texts.")
    sizes = [sum(map(estimate_tokens, caller.texts)) for caller in callers]
    start = 0
    for caller, tokens in zip(callers, shares(embeddings.tokens, sizes), strict=True):
        end = start + len(caller.texts)
        if not caller.result.done():
            caller.result.set_result(Embeddings(embeddings.vectors[start:end], tokens))
        start = end


def _fail(callers: Sequence[_Caller], error: Exception) -> None:
    """Fail each caller with an error of its own: one that several raise collects their traces."""
    for caller in callers:
        if not caller.result.done():
            own = type(error)(str(error)) if isinstance(error, EmbedderUnavailableError) else error
            caller.result.set_exception(own)


def shares(total: int, sizes: Sequence[int]) -> list[int]:
    """`total` divided in proportion to `sizes`, in whole numbers whose sum is `total`."""
    whole = sum(sizes)
    given = 0
    before = 0
    parts = []
    for place, size in enumerate(sizes, start=1):
        before += size
        # Rounding the running sum, not each part, is what keeps the sum.
        until = total * before // whole if whole else total * place // len(sizes)
        parts.append(until - given)
        given = until
    return parts
