"""Honest stand-ins for the embedder and the answer model, held to the suites of the real ones."""

from __future__ import annotations

import hashlib
import math
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Literal

from data_pipeline.errors import ModelReplyError, ModelUnavailableError
from data_pipeline.language import estimate_tokens, stem, words
from data_pipeline.ports import Completion, Embeddings, ModelTask, Vector

Reply = str | Exception | Callable[[ModelTask], str]


class HashEmbedder:
    """Bag-of-words vectors: texts that share stems are near, and equal texts have equal vectors.

    `calls` keeps the texts and the purpose of each call. Set `error` and every call raises it.
    """

    def __init__(self, dimensions: int = 64, model: str = "hash") -> None:
        self.dimensions = dimensions
        self.model = model
        self.error: Exception | None = None
        self.calls: list[tuple[tuple[str, ...], str]] = []

    @property
    def identity(self) -> str:
        return f"{self.model}/{self.dimensions}"

    @property
    def texts(self) -> list[str]:
        """All texts that were embedded, in order."""
        return [text for texts, _ in self.calls for text in texts]

    async def embed(self, texts: Sequence[str], purpose: Literal["query", "passage"]) -> Embeddings:
        self.calls.append((tuple(texts), purpose))
        if self.error is not None:
            raise self.error
        vectors = tuple(hash_vector(text, self.dimensions) for text in texts)
        return Embeddings(vectors, sum(estimate_tokens(text) for text in texts))


def hash_vector(text: str, dimensions: int) -> Vector:
    """A vector of length 1 whose direction the stems of `text` decide."""
    counts = [0.0] * dimensions
    for word in words(text):
        digest = hashlib.blake2b(stem(word, "en").encode(), digest_size=8).digest()
        counts[int.from_bytes(digest[1:], "big") % dimensions] += 1 if digest[0] % 2 else -1
    if not any(counts):
        counts[0] = 1.0
    length = math.hypot(*counts)
    return [count / length for count in counts]


class ScriptedModel:
    """Replies what the test says: one reply per call in order, the last one again and again.

    A reply is a text, an exception to raise, or a function of the task. `tasks` keeps what was
    asked. Streams come in pieces of `piece` characters; with `cut_after` a stream breaks after so
    many of them.
    """

    def __init__(
        self,
        *replies: Reply,
        model: str = "scripted",
        piece: int = 7,
        cut_after: int | None = None,
    ) -> None:
        self.model = model
        self.tasks: list[ModelTask] = []
        self._replies = list(replies)
        self._piece = piece
        self._cut_after = cut_after

    async def complete(self, task: ModelTask) -> Completion:
        return self._reply(task)

    async def stream(self, task: ModelTask) -> AsyncIterator[str | Completion]:
        completion = self._reply(task)
        text = completion.text
        pieces = [text[at : at + self._piece] for at in range(0, len(text), self._piece)]
        for piece in pieces[: self._cut_after]:
            yield piece
        if self._cut_after is not None:
            raise ModelUnavailableError("The scripted stream was cut.")
        yield completion

    def _reply(self, task: ModelTask) -> Completion:
        self.tasks.append(task)
        if not self._replies:
            raise ModelUnavailableError("Nothing was scripted.")
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if isinstance(reply, Exception):
            raise reply
        text = reply(task) if callable(reply) else reply
        if not text.strip():
            raise ModelReplyError("The scripted reply is empty.")
        return Completion(
            text=text,
            model=self.model,
            input_tokens=estimate_tokens(task.instructions) + estimate_tokens(task.material),
            output_tokens=estimate_tokens(text),
        )
