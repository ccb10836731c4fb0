"""Hits ordered by a cross-encoder that runs at Pinecone."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from data_pipeline.adapters.pinecone_inference import (
    VENDOR_HOST,
    Inference,
    UnreadableReplyError,
    sendable,
)
from data_pipeline.errors import RerankerUnavailableError
from data_pipeline.ports import Reranking

if TYPE_CHECKING:
    from pinecone.models.inference.rerank import RankedDocument

_MOST_TEXTS: Final = 100
_CHARACTERS_PER_TOKEN: Final = 4
# Tokens that a model reads of query and text together (Pinecone, "Rerank results").
_TOKENS: Final = {
    "bge-reranker-v2-m3": 1024,
    "pinecone-rerank-v0": 512,
    "cohere-rerank-3.5": 4096,
}
_USUAL_TOKENS: Final = 512
# What cuts the rest itself, and has to be told so: by default a longer text is refused.
_CUT_AT_END: Final = frozenset({"bge-reranker-v2-m3", "pinecone-rerank-v0"})


class PineconeReranker:
    """`Reranker` over Pinecone's `/rerank`. Nothing is opened before the first call or `open`.

    A blank text scores 0, which is the least that these models give, and is not sent.
    """

    def __init__(
        self,
        api_key: str,
        *,
        model: str = "bge-reranker-v2-m3",
        control_host: str = VENDOR_HOST,
        timeout_seconds: float = 2.0,
        max_retries: int = 1,
    ) -> None:
        """Ask `model` at `control_host`; `timeout_seconds` bounds a whole call with its retries."""
        self._inference = Inference(
            api_key,
            control_host,
            model=model,
            timeout_seconds=timeout_seconds,
            max_retries=max_retries,
            setting="KB_RERANKER",
            patience="KB_RERANK_TIMEOUT_SECONDS",
        )

    def __repr__(self) -> str:
        return f"PineconeReranker({self.model!r})"

    @property
    def model(self) -> str:
        """The model's name, as the price table has it."""
        return self._inference.model

    async def open(self) -> None:
        """Import the SDK and build the client now, so that no ticket waits for it."""
        with self._inference.told_as(RerankerUnavailableError):
            await self._inference.client()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._inference.close()

    async def rerank(self, query: str, texts: Sequence[str]) -> Reranking:
        places = [at for at, text in enumerate(texts) if text.strip()]
        if not query.strip() or not places:
            return Reranking((0.0,) * len(texts))
        asked, longest = _cut_query(query, _TOKENS.get(self.model, _USUAL_TOKENS))
        sent = [sendable(texts[at], longest) for at in places]
        with self._inference.told_as(RerankerUnavailableError):
            async with asyncio.timeout(self._inference.timeout_seconds):
                groups = await asyncio.gather(
                    *(
                        self._scores(asked, sent[start : start + _MOST_TEXTS])
                        for start in range(0, len(sent), _MOST_TEXTS)
                    )
                )
        scores = dict(zip(places, (score for group in groups for score in group), strict=True))
        return Reranking(tuple(scores.get(at, 0.0) for at in range(len(texts))))

    async def _scores(self, query: str, texts: list[str]) -> list[float]:
        client = await self._inference.client()
        parameters: dict[str, Any] = {"truncate": "END"} if self.model in _CUT_AT_END else {}
        reply = await client.rerank(
            model=self.model,
            query=query,
            documents=texts,
            return_documents=False,
            parameters=parameters or None,
        )
        return _in_order(reply.data, len(texts))


def _cut_query(query: str, tokens: int) -> tuple[str, int]:
    """The query, at most half of what is read, and the characters that are left for a text."""
    most = tokens * _CHARACTERS_PER_TOKEN
    asked = sendable(query, most // 2)
    return asked, most - len(asked)


def _in_order(ranked: Sequence[RankedDocument], number: int) -> list[float]:
    """The scores in the order of the texts. Raises `UnreadableReplyError` unless each has one."""
    scores = {each.index: each.score for each in ranked}
    whole = len(ranked) == number and scores.keys() == set(range(number))
    if not whole or not all(map(math.isfinite, scores.values())):
        raise UnreadableReplyError
    return [scores[at] for at in range(number)]
