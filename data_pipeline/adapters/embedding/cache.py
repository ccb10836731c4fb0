"""Vectors of texts that were asked for before."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final, Literal

from data_pipeline.errors import EmbedderUnavailableError, TextRefusedError
from data_pipeline.ports import Embedder, Embeddings, Vector

Purpose = Literal["query", "passage"]
_Key = tuple[str, str, bytes]
_Vectors = dict[_Key, Vector]
_Call = asyncio.Task[tuple[_Vectors, int]]

_CLOSED: Final = "The embedder was closed while texts waited: ask again."


class CachingEmbedder:
    """`Embedder` that keeps the latest vectors of `embedder` in memory, under hashes of the texts.

    A text that is being embedded is waited for, not asked for again. Who waits, and who finds a
    text here, pays no tokens.
    """

    def __init__(self, embedder: Embedder, *, max_entries: int = 4_096) -> None:
        """Keep `max_entries` vectors, of four bytes a dimension each."""
        self._embedder = embedder
        self._max_entries = max_entries
        self._kept: OrderedDict[_Key, Vector] = OrderedDict()
        self._coming: dict[_Key, _Call] = {}

    def __repr__(self) -> str:
        return f"CachingEmbedder({self._embedder!r})"

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
        keys = [self._key(text, purpose) for text in texts]
        wanted = dict(zip(keys, texts, strict=True))
        found = self._hits(wanted)
        others = {self._coming[key] for key in wanted if key in self._coming}
        missing = {
            key: text
            for key, text in wanted.items()
            if key not in found and key not in self._coming
        }
        own = self._start(missing, purpose)
        await _await_others(others, found)
        tokens = await _await_own(own, found)
        rest = {key: text for key, text in wanted.items() if key not in found}
        tokens += await _await_own(self._start(rest, purpose), found)
        return Embeddings(tuple(found[key] for key in keys), tokens)

    async def close(self) -> None:
        """End the calls that run and forget everything; the embedder itself stays open."""
        tasks = set(self._coming.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._kept.clear()

    def _key(self, text: str, purpose: Purpose) -> _Key:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        return self._embedder.identity, purpose, digest

    def _hits(self, wanted: Iterable[_Key]) -> _Vectors:
        found = {key: self._kept[key] for key in wanted if key in self._kept}
        for key in found:
            self._kept.move_to_end(key)
        return found

    def _start(self, texts: Mapping[_Key, str], purpose: Purpose) -> _Call | None:
        """Begin to embed `texts` in a task of its own: its caller may go away, others wait too."""
        if not texts:
            return None
        call = asyncio.create_task(self._call(texts, purpose))
        self._coming |= dict.fromkeys(texts, call)
        call.add_done_callback(partial(self._end, list(texts)))
        return call

    async def _call(self, texts: Mapping[_Key, str], purpose: Purpose) -> tuple[_Vectors, int]:
        try:
            embeddings = await self._embedder.embed(list(texts.values()), purpose)
        except asyncio.CancelledError:
            raise EmbedderUnavailableError(_CLOSED) from None
        vectors = dict(zip(texts, embeddings.vectors, strict=True))
        self._keep(vectors)
        return vectors, embeddings.tokens

    def _keep(self, vectors: _Vectors) -> None:
        self._kept |= vectors
        while len(self._kept) > self._max_entries:
            self._kept.popitem(last=False)

    def _end(self, keys: Iterable[_Key], call: _Call) -> None:
        for key in keys:
            self._coming.pop(key, None)
        if not call.cancelled():
            call.exception()  # seen: nobody may be waiting any more


async def _await_others(calls: Iterable[_Call], found: _Vectors) -> None:
    """Add what others' `calls` bring; one refused as a whole may hold good texts, asked for again.

    Vectors of texts that were not asked for come along, and are not looked at.
    """
    for call in calls:
        try:
            vectors, _ = await asyncio.shield(call)
        except TextRefusedError:
            continue
        found |= vectors


async def _await_own(call: _Call | None, found: _Vectors) -> int:
    """Add what `call` brings; the tokens that it cost."""
    if call is None:
        return 0
    vectors, tokens = await asyncio.shield(call)
    found |= vectors
    return tokens
