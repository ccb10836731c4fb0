"""Vectors from OpenAI, or from a server that speaks its protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, Literal

from data_pipeline.adapters.openai.account import VENDOR_URL, Account
from data_pipeline.adapters.openai.embedding_wire import (
    MAX_INPUTS,
    EmbeddingReply,
    read_reply,
    request_groups,
    sendable,
)
from data_pipeline.adapters.openai.faults import told_as
from data_pipeline.errors import EmbedderUnavailableError, TextRefusedError
from data_pipeline.ports import Embeddings

# What a model gives when it is not told a length.
_NATIVE: Final = {
    "text-embedding-3-small": 1536,
    "text-embedding-3-large": 3072,
    "text-embedding-ada-002": 1536,
}


class OpenAIEmbedder:
    """`Embedder` over `POST /embeddings`. Nothing is opened before the first call or `open`."""

    def __init__(
        self,
        api_key: str,
        base_url: str = VENDOR_URL,
        *,
        model: str = "text-embedding-3-small",
        dimensions: int | None = 1536,
        timeout_seconds: float = 5.0,
        max_retries: int = 1,
        max_inputs: int = MAX_INPUTS,
    ) -> None:
        """Embed with `model`.

        `dimensions`: the length to ask for; None where the model or its server knows no choice.
        `timeout_seconds` bounds a whole call, `max_retries` each of its requests: few for a
        customer's question, more for a load. `max_inputs`: texts per request, below the vendor's
        2,048 for servers that take fewer.
        """
        self._account = Account(
            api_key, base_url, timeout_seconds=timeout_seconds, max_retries=max_retries
        )
        self._model = model
        self._asked = dimensions
        self._length = dimensions or _NATIVE.get(model)
        self._max_inputs = min(max_inputs, MAX_INPUTS)
        native = _NATIVE.get(model)
        named = dimensions or native
        # An at sign separates a hash from an embedder's identity where vectors are stored.
        self._identity = (f"{model}/{named}" if named else model).replace("@", ":")

    def __repr__(self) -> str:
        return f"OpenAIEmbedder({self._identity!r} at {self._account.host!r})"

    @property
    def identity(self) -> str:
        return self._identity

    @property
    def model(self) -> str:
        return self._model

    @property
    def dimensions(self) -> int:
        """Length of a vector; 0 until the first reply of an unknown model that was not told one."""
        return self._length or 0

    async def open(self) -> None:
        """Import the SDK and build the client now, so that no question waits for it."""
        with told_as(EmbedderUnavailableError, self._account, self._model):
            await self._account.client()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._account.close()

    async def embed(
        self,
        texts: Sequence[str],
        purpose: Literal["query", "passage"],  # noqa: ARG002 (these models embed both alike)
    ) -> Embeddings:
        with told_as(EmbedderUnavailableError, self._account, self._model, TextRefusedError):
            async with asyncio.timeout(self._account.timeout_seconds):
                replies = [
                    await self._request(group)
                    for group in request_groups(
                        [sendable(text) for text in texts], self._max_inputs
                    )
                ]
        return Embeddings(
            tuple(vector for reply in replies for vector in reply.vectors),
            sum(reply.tokens for reply in replies),
        )

    async def _request(self, texts: list[str]) -> EmbeddingReply:
        client = await self._account.client()
        raw = await client.embeddings.with_raw_response.create(**self._body(texts))
        reply = read_reply(raw.content, len(texts), self._length)
        self._length = len(reply.vectors[0])
        return reply

    def _body(self, texts: list[str]) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._model,
            "input": texts,
            # A third of the bytes, but few of the servers that speak this protocol have it.
            "encoding_format": "base64" if self._account.is_vendor else "float",
        }
        if self._asked is not None:
            body["dimensions"] = self._asked
        return body
