"""What is wired: the embedded store, no model, and the caller's deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from data_pipeline.adapters.keys_file import KeysFile
from data_pipeline.articles import ScoredChunk
from data_pipeline.contract.requests import (
    GenerateResponseRequest,
    Options,
    ReplyOptions,
    RequiredDataRequest,
)
from data_pipeline.errors import DeadlineExceededError, ModelUnavailableError
from data_pipeline.ports import ChunkFilter
from data_pipeline.services import Call
from data_pipeline.settings import Settings
from data_pipeline.wiring import build_services, open_services
from tests.fakes_index import MemoryIndex

CALL = Call(request_id="r", tenant="t", namespace="default")


class SlowIndex(MemoryIndex):
    """An index whose search takes longer than any deadline of these tests."""

    async def search(
        self, namespace: str, terms: Sequence[str], *, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        await asyncio.sleep(60)
        return []


async def test_an_empty_store_escalates(tmp_path: Path) -> None:
    """A fresh folder gives a typed decision, not an error."""
    async with open_services(Settings(var=tmp_path)) as services:
        reply = await services.ticket_reply(CALL, GenerateResponseRequest(inquiry="Where is it?"))
    assert reply.decision == "escalate"
    assert reply.escalation
    assert reply.escalation.reason_code == "no_article"


async def test_insisting_on_a_model_says_that_there_is_none(tmp_path: Path) -> None:
    """`mode: model` is never answered by something else."""
    request = GenerateResponseRequest(inquiry="Where?", options=ReplyOptions(mode="model"))
    async with open_services(Settings(var=tmp_path)) as services:
        with pytest.raises(ModelUnavailableError):
            await services.ticket_reply(CALL, request)


async def test_a_slow_index_ends_at_the_deadline(tmp_path: Path) -> None:
    """The caller's deadline is kept even when the store hangs."""
    services = build_services(Settings(var=tmp_path), SlowIndex(), KeysFile(tmp_path / "keys.json"))
    request = RequiredDataRequest(inquiry="Where is my parcel?", options=Options(deadline_ms=100))
    with pytest.raises(DeadlineExceededError):
        await services.required_data(CALL, request)
