"""The use cases as callers get them: within their deadline, and equal ones at once only once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec

from data_pipeline.contract.replies import GenerateResponseReply, RequiredDataReply
from data_pipeline.contract.requests import GenerateResponseRequest, RequiredDataRequest
from data_pipeline.contract.stream import Tell
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.fingerprint import request_fingerprint
from data_pipeline.engine.required_data import required_data
from data_pipeline.engine.ticket_reply import ticket_reply
from data_pipeline.errors import DeadlineExceededError, ModelUnavailableError
from data_pipeline.services import Call
from data_pipeline.single_flight import SingleFlight

_Reply = TypeVar("_Reply", RequiredDataReply, GenerateResponseReply)


class Desk:
    """Decides on tickets; 50 equal requests at the same time cost one search and one model call."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._asked = SingleFlight[RequiredDataReply]()
        self._answered = SingleFlight[GenerateResponseReply]()

    async def required_data(self, call: Call, request: RequiredDataRequest) -> RequiredDataReply:
        """Which facts the ticket needs. Raises `DeadlineExceededError` and what the engine does."""
        key = request_fingerprint(call.tenant, call.namespace, request)
        async with _deadline(request):
            reply = await self._asked.run(
                key, lambda: required_data(self._engine, call.namespace, request)
            )
        return _addressed(reply, call)

    async def ticket_reply(
        self, call: Call, request: GenerateResponseRequest
    ) -> GenerateResponseReply:
        """Answer, ask or hand over. Raises as above, and `ModelUnavailableError`."""
        self._check_model(request)
        key = request_fingerprint(call.tenant, call.namespace, request)
        async with _deadline(request):
            reply = await self._answered.run(
                key, lambda: ticket_reply(self._engine, call.namespace, request)
            )
        return _addressed(reply, call)

    async def streamed_reply(
        self, call: Call, request: GenerateResponseRequest, tell: Tell
    ) -> GenerateResponseReply:
        """The same, told as it is made."""
        self._check_model(request)
        async with _deadline(request):
            reply = await ticket_reply(self._engine, call.namespace, request, tell)
        return _addressed(reply, call)

    def _check_model(self, request: GenerateResponseRequest) -> None:
        if request.options.mode == "model" and self._engine.model is None:
            raise ModelUnavailableError(
                "No answer model is configured: use mode auto or extractive, or ask the operator."
            )


def _addressed(reply: _Reply, call: Call) -> _Reply:
    """A shared reply as this caller's own."""
    warnings: Sequence[str] = (*call.warnings, *reply.warnings)
    return msgspec.structs.replace(reply, request_id=call.request_id, warnings=tuple(warnings))


@asynccontextmanager
async def _deadline(request: RequiredDataRequest) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(request.options.deadline_ms / 1000):
            yield
    except TimeoutError:
        raise DeadlineExceededError(
            "No decision could be given in time: allow a longer options.deadline_ms or try again."
        ) from None
