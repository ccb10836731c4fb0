"""The one place where adapters are opened and use cases are built, by hand and in view."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from data_pipeline.adapters.keys_file import KeysFile
from data_pipeline.contract.replies import GenerateResponseReply, RequiredDataReply
from data_pipeline.contract.requests import GenerateResponseRequest, RequiredDataRequest
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.engine.required_data import required_data
from data_pipeline.engine.ticket_reply import ticket_reply
from data_pipeline.errors import DeadlineExceededError, ModelUnavailableError
from data_pipeline.ports import ApiKeys, ChunkIndex
from data_pipeline.services import Call, Services
from data_pipeline.settings import Settings


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open what `settings` name, yield the use cases, close in reverse order."""
    async with open_index(settings) as index:
        yield build_services(settings, index, KeysFile(settings.var / "keys.json"))


@asynccontextmanager
async def open_index(settings: Settings) -> AsyncIterator[ChunkIndex]:
    """The chunk index that `settings` name: the embedded store."""
    from data_pipeline.adapters.embedded import EmbeddedIndex

    index = EmbeddedIndex(settings.var / "kb", refresh_seconds=settings.refresh_seconds)
    try:
        yield index
    finally:
        await index.close()


def build_services(settings: Settings, index: ChunkIndex, api_keys: ApiKeys) -> Services:
    """Use cases over an index that is open already."""
    engine = Engine(
        index=index,
        coefficients=shipped_coefficients(),
        scope_keys=settings.scope_keys,
        allowed_error=settings.allowed_error,
    )
    return Services(
        required_data=partial(_required_data, engine),
        ticket_reply=partial(_ticket_reply, engine),
        index=index,
        api_keys=api_keys,
    )


async def _required_data(
    engine: Engine, call: Call, request: RequiredDataRequest
) -> RequiredDataReply:
    async with _deadline(request):
        return await required_data(
            engine, call.namespace, request, request_id=call.request_id, warnings=call.warnings
        )


async def _ticket_reply(
    engine: Engine, call: Call, request: GenerateResponseRequest
) -> GenerateResponseReply:
    if request.options.mode == "model":
        raise ModelUnavailableError(
            "No answer model is configured: use mode auto or extractive, or ask the operator."
        )
    async with _deadline(request):
        return await ticket_reply(
            engine, call.namespace, request, request_id=call.request_id, warnings=call.warnings
        )


@asynccontextmanager
async def _deadline(request: RequiredDataRequest) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(request.options.deadline_ms / 1000):
            yield
    except TimeoutError:
        raise DeadlineExceededError(
            "No decision could be given in time: allow a longer options.deadline_ms or try again."
        ) from None
