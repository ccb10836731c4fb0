"""The whole service against servers that speak the vendors' wire formats, in every combination."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from data_pipeline.contract.replies import Decision
from data_pipeline.errors import EmbedderUnavailableError, ModelUnavailableError
from data_pipeline.ports import Embeddings
from data_pipeline.settings import load_settings
from data_pipeline.wiring.upstreams import open_upstreams
from tests.wire.fault_plan import Fault
from tests.wire.faults import delay, garbage, half_json, hang, refusal, reset
from tests.wire.openai_server import API_KEY
from tests.wired import ask, load_examples, running, settings_for, vendors

QUESTION = "Is there an early cancellation fee on Flex if I stop in the second month?"


@pytest.mark.parametrize(
    ("openai", "pinecone"),
    [(True, True), (True, False), (False, True), (False, False)],
    ids=["both", "openai", "pinecone", "neither"],
)
async def test_every_combination_of_keys_answers(
    tmp_path: Path, openai: bool, pinecone: bool
) -> None:
    """With a model it writes; with an embedder both legs search; without either it still answers."""
    with vendors(openai=openai, pinecone=pinecone) as servers:
        async with running(settings_for(tmp_path, servers)) as services:
            catalogue = await services.index.catalogue("default")
            reply = await ask(services, QUESTION)
    assert bool(catalogue.vectors) is openai
    assert reply.decision is Decision.ANSWER, reply.escalation
    assert reply.degraded == ()
    assert reply.citations
    assert (reply.usage.model is not None) is openai
    assert (reply.usage.embedding_tokens > 0) is openai
    assert (reply.usage.cost_usd > 0) is openai
    assert (tmp_path / "kb").exists() is not pinecone


async def test_an_answer_makes_few_calls(tmp_path: Path) -> None:
    """One embedding, one search by words, one by meaning and one model call for one question."""
    with vendors(openai=True, pinecone=True) as servers:
        assert servers.openai
        assert servers.pinecone
        async with running(settings_for(tmp_path, servers)) as services:
            await services.index.catalogue("default")
            servers.openai.requests.clear()
            servers.pinecone.requests.clear()
            await ask(services, QUESTION)
        searches = [one.json()["score_by"] for one in servers.pinecone.sent_to("/search")]
        kinds = sorted("values" in str(by) for by in searches)
    assert kinds == [False, True]
    assert len(servers.openai.sent_to("/embeddings")) == 1
    assert len(servers.openai.sent_to("/responses")) == 1


async def test_an_unchanged_knowledge_base_costs_nothing(tmp_path: Path) -> None:
    """The second load embeds nothing and writes no document."""
    with vendors(openai=True, pinecone=True) as servers:
        assert servers.openai
        assert servers.pinecone
        settings = settings_for(tmp_path, servers)
        await load_examples(settings)
        servers.openai.requests.clear()
        servers.pinecone.requests.clear()
        await load_examples(settings)
        assert servers.openai.requests == []
        upserts = servers.pinecone.sent_to("/namespaces/default/documents/upsert")
        assert upserts == []


async def test_fifty_equal_requests_are_one_model_call(tmp_path: Path) -> None:
    """And one embedding; all get the same words."""
    with vendors(openai=True, pinecone=False) as servers:
        assert servers.openai
        async with running(settings_for(tmp_path, servers)) as services:
            servers.openai.requests.clear()
            replies = await asyncio.gather(*(ask(services, QUESTION) for _ in range(50)))
        assert len(servers.openai.sent_to("/responses")) == 1
        assert len(servers.openai.sent_to("/embeddings")) == 1
    assert len({reply.reply_text for reply in replies}) == 1


@pytest.mark.parametrize(
    "fault",
    [
        refusal(500), refusal(401), refusal(429), refusal(400), reset(), hang(), delay(30),
        garbage(), half_json(),
    ],
    ids=["500", "401", "429", "400", "reset", "hang", "slow", "garbage", "half"],
)  # fmt: skip
@pytest.mark.parametrize("api", ["responses", "chat"])
async def test_a_failing_model_never_becomes_an_answer(
    tmp_path: Path, fault: Fault, api: str
) -> None:
    """Whatever the model's server does: a typed decision in time, and `degraded` names it."""
    with vendors(openai=True, pinecone=False) as servers:
        assert servers.openai
        settings = settings_for(tmp_path, servers, KB_MODEL_API=api, KB_MODEL_TIMEOUT_SECONDS="1.5")
        path = "/responses" if api == "responses" else "/chat/completions"
        async with running(settings) as services:
            servers.openai.faults.add(fault, path=path, times=100)
            reply = await ask(services, QUESTION)
            with pytest.raises(ModelUnavailableError):
                await ask(services, QUESTION, options={"mode": "model"})
    assert reply.decision is Decision.ANSWER
    assert reply.degraded == ("model",)
    assert "Bad Gateway" not in json.dumps(reply.reply_text)


@pytest.mark.parametrize("fault", [refusal(500), hang(), garbage()], ids=["500", "hang", "garbage"])
async def test_without_the_embedder_the_search_is_by_words(tmp_path: Path, fault: Fault) -> None:
    """The answer comes all the same, and `degraded` says what was left out."""
    with vendors(openai=True, pinecone=False) as servers:
        assert servers.openai
        settings = settings_for(
            tmp_path, servers, KB_EMBEDDING_TIMEOUT_SECONDS="0.5", KB_MODEL="off"
        )
        async with running(settings) as services:
            servers.openai.faults.add(fault, path="/embeddings", times=100)
            reply = await ask(services, QUESTION)
    assert reply.decision is Decision.ANSWER
    assert reply.degraded == ("embedder",)


async def test_questions_that_come_together_do_not_fall_together() -> None:
    """They share requests of the size that the server takes, and a lost one fails only its own."""
    with vendors(openai=True, pinecone=False) as servers:
        assert servers.openai
        servers.openai.faults.add(refusal(401))
        environ = {"OPENAI_API_KEY": API_KEY, "OPENAI_BASE_URL": servers.openai.base_url}
        async with open_upstreams(load_settings(environ)) as upstreams:
            assert upstreams.embedder
            asked = [upstreams.embedder.embed([f"question {n}"], "query") for n in range(100)]
            replies = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(reply, EmbedderUnavailableError) for reply in replies) == 32
        assert sum(isinstance(reply, Embeddings) for reply in replies) == 68
        assert len(servers.openai.sent_to("/embeddings")) == 4


async def test_the_second_model_answers_for_the_first(tmp_path: Path) -> None:
    """`usage.model` tells who wrote."""
    with vendors(openai=True, pinecone=False) as servers:
        assert servers.openai
        servers.openai.unknown_models.add("gpt-4.1-mini")
        settings = settings_for(tmp_path, servers, KB_FALLBACK_MODEL="gpt-4.1-nano")
        async with running(settings) as services:
            reply = await ask(services, QUESTION)
    assert reply.degraded == ()
    assert (reply.usage.model or "").startswith("gpt-4.1-nano")
