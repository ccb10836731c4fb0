"""What is wired for which settings, and the caller's deadline."""

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
from data_pipeline.errors import DeadlineExceededError, ModelUnavailableError, SettingsError
from data_pipeline.ports import ChunkFilter
from data_pipeline.services import Call
from data_pipeline.settings import Settings, load_settings
from data_pipeline.wiring import build_services, open_services, vector_dimensions
from data_pipeline.wiring.upstreams import Upstreams, open_upstreams
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


async def opened(**environ: str) -> Upstreams:
    """What these variables open; nothing is called."""
    async with open_upstreams(load_settings(environ)) as upstreams:
        return upstreams


async def test_without_any_key_nobody_is_asked() -> None:
    """A fresh checkout has neither model nor embedder."""
    assert await opened() == Upstreams()


@pytest.mark.parametrize(
    ("environ", "model", "embedder"),
    [
        ({"OPENAI_API_KEY": "k"}, "gpt-4.1-mini", "text-embedding-3-small/1536"),
        ({"OPENAI_API_KEY": "k", "KB_MODEL": "off"}, None, "text-embedding-3-small/1536"),
        ({"OPENAI_API_KEY": "k", "KB_MODEL": "m", "KB_EMBEDDER": "off"}, "m", None),
        ({"KB_MODEL_API_KEY": "k"}, "gpt-4.1-mini", None),
        ({"KB_EMBEDDING_API_KEY": "k"}, None, "text-embedding-3-small/1536"),
        (
            {"OPENAI_API_KEY": "k", "KB_EMBEDDING_DIMENSIONS": "512"},
            "gpt-4.1-mini",
            "text-embedding-3-small/512",
        ),
        (
            {"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1", "KB_MODEL": "qwen3:8b"},
            "qwen3:8b",
            None,
        ),
        (
            {
                "OPENAI_BASE_URL": "http://127.0.0.1:11434/v1",
                "KB_EMBEDDER": "openai",
                "KB_EMBEDDING_MODEL": "nomic-embed-text",
            },
            None,
            "nomic-embed-text",
        ),
        (
            {"PINECONE_API_KEY": "k", "KB_EMBEDDER": "pinecone"},
            None,
            "multilingual-e5-large/1024",
        ),
    ],
)
async def test_settings_name_who_is_asked(
    environ: dict[str, str], model: str | None, embedder: str | None
) -> None:
    """One key is enough for what it opens, and each part can be switched off or moved."""
    upstreams = await opened(**environ)
    assert (upstreams.model and upstreams.model.model) == model
    assert (upstreams.embedder and upstreams.embedder.identity) == embedder
    assert (upstreams.loader and upstreams.loader.identity) == embedder


@pytest.mark.parametrize(
    "environ",
    [
        {"KB_RERANKER": "bge-reranker-v2-m3"},
        {"KB_EMBEDDER": "pinecone"},
        {"KB_PRICES": "/nowhere/prices.json"},
        {"KB_STORE": "pinecone"},
    ],
)
async def test_what_cannot_be_opened_says_what_to_set(environ: dict[str, str]) -> None:
    """The start fails with the variable's name, not with the first ticket."""
    with pytest.raises(SettingsError, match=next(iter(environ)).removesuffix("S")):
        async with open_services(load_settings({"KB_VAR": "/tmp/none", **environ})):  # noqa: S108
            pass


@pytest.mark.parametrize(
    ("environ", "dimensions"),
    [
        ({}, 1536),
        ({"OPENAI_API_KEY": "k"}, 1536),
        ({"KB_EMBEDDER": "local"}, 384),
        ({"KB_EMBEDDER": "pinecone"}, 1024),
        ({"KB_EMBEDDING_DIMENSIONS": "256"}, 256),
    ],
)
def test_a_new_index_has_room_for_the_embedders_vectors(
    environ: dict[str, str], dimensions: int
) -> None:
    """The length follows from who makes the vectors, unless it is set."""
    assert vector_dimensions(load_settings(environ)) == dimensions


def test_keys_never_show() -> None:
    """Not in the repr of the settings, nor in what a bad variable is told with."""
    environ = {"OPENAI_API_KEY": "sk-canary", "PINECONE_API_KEY": "pcsk-canary"}
    assert "canary" not in repr(load_settings(environ))
    with pytest.raises(SettingsError) as caught:
        load_settings({**environ, "KB_STORE": "disk", "KB_TEMPERATURE": "warm"})
    assert "canary" not in str(caught.value)
