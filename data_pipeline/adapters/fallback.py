"""A second answer model for when the first cannot be used."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from data_pipeline.errors import ModelReplyError, ModelUnavailableError
from data_pipeline.ports import AnswerModel, Completion, ModelTask

_Piece = str | Completion

_log: Final = structlog.get_logger()


class FallbackModel:
    """`AnswerModel` that asks `second` when `first` is unavailable before it has said anything.

    A `ModelReplyError` passes through: the first model is there and was paid for its reply.
    `Completion.model` tells who replied.
    """

    def __init__(self, first: AnswerModel, second: AnswerModel) -> None:
        self._first = first
        self._second = second

    def __repr__(self) -> str:
        return f"FallbackModel({self._first!r}, {self._second!r})"

    @property
    def model(self) -> str:
        return self._first.model

    async def complete(self, task: ModelTask) -> Completion:
        try:
            return await self._first.complete(task)
        except ModelReplyError:
            raise
        except ModelUnavailableError as error:
            first = error
        self._tell(first)
        try:
            return await self._second.complete(task)
        except ModelReplyError:
            raise
        except ModelUnavailableError as error:
            raise _both(first, error) from None

    async def stream(self, task: ModelTask) -> AsyncGenerator[_Piece, None]:
        has_spoken = False
        try:
            async with _closing(self._first.stream(task)) as pieces:
                async for piece in pieces:
                    has_spoken = True
                    yield piece
            return
        except ModelUnavailableError as error:
            if has_spoken or isinstance(error, ModelReplyError):
                raise
            first = error
        self._tell(first)
        try:
            async with _closing(self._second.stream(task)) as pieces:
                async for piece in pieces:
                    has_spoken = True
                    yield piece
        except ModelUnavailableError as error:
            if has_spoken or isinstance(error, ModelReplyError):
                raise
            raise _both(first, error) from None

    def _tell(self, reason: ModelUnavailableError) -> None:
        _log.warning(
            "answer_model_replaced",
            model=self._first.model,
            by=self._second.model,
            reason=str(reason),
        )


@asynccontextmanager
async def _closing(stream: AsyncIterator[_Piece]) -> AsyncIterator[AsyncIterator[_Piece]]:
    """End `stream` when its listener leaves: a model that nobody hears is still paid."""
    try:
        yield stream
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()


def _both(first: ModelUnavailableError, second: ModelUnavailableError) -> ModelUnavailableError:
    return ModelUnavailableError(f"{first} Nor could the second model be used: {second}")
