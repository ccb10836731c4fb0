"""Vectors from a model that runs at Pinecone: no second vendor's account."""

from __future__ import annotations

import asyncio
import math
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from data_pipeline.adapters.pinecone_inference import (
    VENDOR_HOST,
    Inference,
    UnreadableReplyError,
    sendable,
)
from data_pipeline.errors import EmbedderUnavailableError, TextRefusedError
from data_pipeline.ports import Embeddings

if TYPE_CHECKING:
    from pinecone.models.inference.embed import EmbeddingsList

_MOST_TEXTS: Final = 96
_AT_ONCE: Final = 4
_MOST_CHARACTERS: Final = 8_000  # 2,048 tokens, the most that one of these models reads
# What a model gives when it is not told a length.
_NATIVE: Final = {"multilingual-e5-large": 1024, "llama-text-embed-v2": 1024}


class PineconeEmbedder:
    """`Embedder` over Pinecone's `/embed`. Nothing is opened before the first call or `open`."""

    def __init__(
        self,
        api_key: str,
        *,
        model: str = "multilingual-e5-large",
        dimensions: int = 1024,
        control_host: str = VENDOR_HOST,
        timeout_seconds: float = 5.0,
        max_retries: int = 1,
    ) -> None:
        """Embed with `model` at `control_host`.

        `dimensions`: the length of a vector; a model that knows no choice refuses another than its
        own. `timeout_seconds` bounds a whole call with its retries.
        """
        self._dimensions = dimensions
        self._inference = Inference(
            api_key,
            control_host,
            model=model,
            timeout_seconds=timeout_seconds,
            max_retries=max_retries,
            setting="KB_EMBEDDING_MODEL and KB_EMBEDDING_DIMENSIONS",
            patience="KB_EMBEDDING_TIMEOUT_SECONDS",
        )
        # An at sign separates a hash from an embedder's identity where vectors are stored.
        self._identity = f"{model}/{dimensions}".replace("@", ":")
        self._turns = asyncio.Semaphore(_AT_ONCE)

    def __repr__(self) -> str:
        return f"PineconeEmbedder({self._identity!r})"

    @property
    def identity(self) -> str:
        return self._identity

    @property
    def model(self) -> str:
        return self._inference.model

    @property
    def dimensions(self) -> int:
        return self._dimensions

    async def open(self) -> None:
        """Import the SDK and build the client now, so that no question waits for it."""
        with self._inference.told_as(EmbedderUnavailableError, TextRefusedError):
            await self._inference.client()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._inference.close()

    async def embed(self, texts: Sequence[str], purpose: Literal["query", "passage"]) -> Embeddings:
        sent = [sendable(text, _MOST_CHARACTERS) for text in texts]
        with self._inference.told_as(EmbedderUnavailableError, TextRefusedError):
            async with asyncio.timeout(self._inference.timeout_seconds):
                replies = await asyncio.gather(
                    *(
                        self._request(sent[start : start + _MOST_TEXTS], purpose)
                        for start in range(0, len(sent), _MOST_TEXTS)
                    )
                )
        return Embeddings(
            tuple(vector for vectors, _ in replies for vector in vectors),
            sum(tokens for _, tokens in replies),
        )

    async def _request(self, texts: list[str], purpose: str) -> tuple[list[array[float]], int]:
        client = await self._inference.client()
        parameters: dict[str, Any] = {"input_type": purpose, "truncate": "END"}
        if self._dimensions != _NATIVE.get(self.model):
            parameters["dimension"] = self._dimensions
        async with self._turns:
            reply = await client.embed(self.model, texts, parameters=parameters)
        return self._vectors(reply, len(texts)), reply.usage.total_tokens

    def _vectors(self, reply: EmbeddingsList, number: int) -> list[array[float]]:
        if reply.vector_type != "dense" or len(reply.data) != number:
            raise UnreadableReplyError
        return [_unit(getattr(each, "values", None), self._dimensions) for each in reply.data]


def _unit(values: object, dimensions: int) -> array[float]:
    """`values` at length 1. Raises `UnreadableReplyError` for what has no direction."""
    if not isinstance(values, list) or len(values) != dimensions:
        raise UnreadableReplyError
    length = math.hypot(*values)
    if not math.isfinite(length) or length == 0:
        raise UnreadableReplyError
    return array("f", (value / length for value in values))
