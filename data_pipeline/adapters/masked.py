"""The one door through which customers' texts leave for services that are not ours.

Each class stands before the port that it implements, and everything that passes is masked on the
way out and unmasked on the way back. Of an embedder and a reranker only the query is masked: the
passages are the knowledge base's own public text, and so the vectors that are stored stay valid
whether or not masking is on.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Final, Literal

import msgspec

from data_pipeline.errors import ModelReplyError
from data_pipeline.masking import Mask, held_back, mask
from data_pipeline.ports import (
    AnswerModel,
    Completion,
    Embedder,
    Embeddings,
    ModelTask,
    Reranker,
    Reranking,
)

_INVENTED: Final = (
    "The answer model wrote a placeholder that stands for nothing. Ask it again; if this happens"
    " often, choose a model that copies text more reliably."
)


class MaskedModel:
    """`AnswerModel` that never sees whose ticket it answers.

    The material of a task is masked as a whole, articles included: the same phone number is the
    same token in both. Replies are JSON, and what is put back into them is escaped.
    """

    def __init__(self, model: AnswerModel) -> None:
        self._inner = model

    def __repr__(self) -> str:
        return f"MaskedModel({self._inner!r})"

    @property
    def model(self) -> str:
        return self._inner.model

    async def complete(self, task: ModelTask) -> Completion:
        one = Mask(task.identifiers)
        return _told(await self._inner.complete(_hidden(task, one)), one)

    async def stream(self, task: ModelTask) -> AsyncGenerator[str | Completion, None]:
        one = Mask(task.identifiers)
        waiting = ""
        stream = self._inner.stream(_hidden(task, one))
        try:
            async for piece in stream:
                if isinstance(piece, Completion):
                    if waiting:
                        yield one.unmask_json(waiting)
                    yield _told(piece, one)
                    return
                waiting += piece
                ready = held_back(waiting)
                if ready:
                    yield one.unmask_json(waiting[:ready])
                waiting = waiting[ready:]
        finally:
            # A consumer that leaves early must not leave a connection behind.
            if isinstance(stream, AsyncGenerator):
                await stream.aclose()


class MaskedEmbedder:
    """`Embedder` whose queries are masked, each on its own: equal texts keep equal vectors."""

    def __init__(self, embedder: Embedder) -> None:
        self._inner = embedder

    def __repr__(self) -> str:
        return f"MaskedEmbedder({self._inner!r})"

    @property
    def identity(self) -> str:
        return self._inner.identity

    @property
    def model(self) -> str:
        return self._inner.model

    @property
    def dimensions(self) -> int:
        return self._inner.dimensions

    async def embed(self, texts: Sequence[str], purpose: Literal["query", "passage"]) -> Embeddings:
        if purpose == "query":
            texts = [mask(text).text for text in texts]
        return await self._inner.embed(texts, purpose)


class MaskedReranker:
    """`Reranker` whose query is masked."""

    def __init__(self, reranker: Reranker) -> None:
        self._inner = reranker

    def __repr__(self) -> str:
        return f"MaskedReranker({self._inner!r})"

    @property
    def model(self) -> str:
        return self._inner.model

    async def rerank(self, query: str, texts: Sequence[str]) -> Reranking:
        return await self._inner.rerank(mask(query).text, texts)


def _hidden(task: ModelTask, one: Mask) -> ModelTask:
    """`task` without identifiers: neither in the material nor beside it."""
    return msgspec.structs.replace(task, material=one.mask(task.material), identifiers=())


def _told(completion: Completion, one: Mask) -> Completion:
    if not one.knows_all(completion.text):
        raise ModelReplyError(_INVENTED, usage=msgspec.structs.replace(completion, text=""))
    return msgspec.structs.replace(completion, text=one.unmask_json(completion.text))
