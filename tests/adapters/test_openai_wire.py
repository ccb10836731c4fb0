"""Replies of any shape are read or refused, and nothing of a call reaches a log."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.adapters.openai import (
    OpenAIEmbedder,
    OpenAIModel,
    chat_wire,
    embedding_wire,
    responses_wire,
)
from data_pipeline.errors import ModelUnavailableError
from data_pipeline.ports import ModelTask
from tests.wire import faults
from tests.wire.openai_server import API_KEY, OpenAIServer

REFUSED = (msgspec.MsgspecError, ValueError)
NAMES = (
    "data embedding index usage prompt_tokens output content text type status choices message"
    " delta finish_reason refusal input_tokens incomplete_details reason response"
).split()
WORDS = ("message", "output_text", "completed", "incomplete", "stop", "length", "refusal")
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False), st.sampled_from(WORDS)
)
JSON = st.recursive(
    VALUES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=20,
)
EVENT_TYPES = st.sampled_from(
    "response.output_text.delta response.completed response.incomplete response.failed error".split()
)


@given(JSON, st.integers(1, 3))
def test_any_json_is_read_as_vectors_or_refused(content: Any, count: int) -> None:
    """What passes has one vector per text; all else is refused in a way that is expected."""
    try:
        reply = embedding_wire.read_reply(msgspec.json.encode(content), count, None)
    except REFUSED:
        return
    assert len(reply.vectors) == count
    assert reply.tokens >= 0


@given(JSON)
def test_any_json_is_read_as_a_reply_or_refused(content: Any) -> None:
    """Both readers give a reply or an expected refusal."""
    for wire in (chat_wire, responses_wire):
        try:
            reply = wire.read_reply(msgspec.json.encode(content))
        except REFUSED:
            continue
        assert isinstance(reply.text, str)


@given(st.lists(st.tuples(EVENT_TYPES, JSON), max_size=5))
def test_any_events_are_taken_or_refused(events: list[tuple[str, Any]]) -> None:
    """A stream of odd events ends in a reply or an expected refusal."""
    for wire in (chat_wire, responses_wire):
        gathered = wire.Gathered()
        try:
            for kind, content in events:
                fields = content if isinstance(content, dict) else {"delta": content}
                gathered.take(fields | {"type": kind})
        except REFUSED:
            continue
        assert gathered.reply().ending or not gathered.is_complete


async def test_what_the_environment_says_of_another_account_stays_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The key alone says whose call it is; another vendor's server learns no organization."""
    monkeypatch.setenv("OPENAI_ORG_ID", "org-elsewhere")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-elsewhere")
    with OpenAIServer() as server:
        embedder = OpenAIEmbedder(API_KEY, server.base_url, dimensions=8)
        await embedder.embed(["x"], "query")
        await embedder.close()
    assert "elsewhere" not in str([request.headers for request in server.requests])


async def test_no_log_holds_the_key_or_the_text(caplog: pytest.LogCaptureFixture) -> None:
    """At the most talkative level the SDK and the HTTP client say nothing that is not theirs."""
    caplog.set_level(logging.DEBUG)
    task = ModelTask(
        purpose="answer", instructions="i", material="secret words", schema_name="s", schema={}
    )
    with OpenAIServer() as server:
        embedder = OpenAIEmbedder(API_KEY, server.base_url, dimensions=8)
        model = OpenAIModel(API_KEY, server.base_url, model="gpt-4.1-mini", api="chat")
        await embedder.embed(["secret words"], "query")
        server.faults.add(faults.refusal(500, "secret words", headers={"retry-after-ms": "1"}))
        server.faults.add(faults.refusal(400, "secret words"))
        with pytest.raises(ModelUnavailableError):
            await model.complete(task)
        await embedder.close()
        await model.close()
    assert caplog.records
    assert "secret" not in caplog.text
    assert API_KEY not in caplog.text
