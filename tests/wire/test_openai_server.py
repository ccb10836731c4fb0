"""The fake vendor, driven by the vendor's own client."""

from __future__ import annotations

import asyncio
import copy
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from typing import Any

import httpx
import msgspec
import openai
import pytest
from openai import AsyncOpenAI

from tests.wire import faults
from tests.wire.fault_plan import Fault
from tests.wire.openai_replies import Said
from tests.wire.openai_schema import smallest_instance
from tests.wire.openai_server import API_KEY, OpenAIServer

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "kind": {"type": "string", "enum": ["answer", "none"]},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}, "minItems": 1},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["kind", "parts", "note"],
    "additionalProperties": False,
    "$defs": {
        "Part": {
            "type": "object",
            "properties": {"text": {"type": "string"}, "n": {"type": "integer", "minimum": 1}},
            "required": ["text", "n"],
            "additionalProperties": False,
        }
    },
}
INSTANCE = {"kind": "answer", "parts": [{"text": "text", "n": 1}], "note": None}
FORMAT = {"type": "json_schema", "name": "reply", "strict": True, "schema": SCHEMA}


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
async def client(server: OpenAIServer) -> AsyncIterator[AsyncOpenAI]:
    async with httpx.AsyncClient(timeout=6.0, follow_redirects=True) as http:
        yield AsyncOpenAI(
            api_key=API_KEY,
            base_url=server.base_url,
            http_client=http,  # type: ignore[arg-type]  # the types name its successor only
            max_retries=0,
            timeout=6.0,
        )


async def responded(client: AsyncOpenAI, **more: Any) -> Any:
    asked = {"model": "gpt-4.1-mini", "instructions": "Be brief.", "input": "Hello?"}
    return await client.responses.create(**{**asked, "store": False, **more})


async def chatted(client: AsyncOpenAI, **more: Any) -> Any:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}]
    asked = {"model": "gpt-4.1-mini", "messages": messages}
    return await client.chat.completions.create(**{**asked, **more})


async def test_similar_texts_have_near_vectors_in_either_encoding(client: AsyncOpenAI) -> None:
    texts = ["send the parcel back", "send a parcel back", "fees of a bank transfer"]
    told: Any = {"model": "text-embedding-3-small", "input": texts, "dimensions": 256}
    packed = await client.embeddings.create(**told)
    plain = await client.embeddings.create(**told, encoding_format="float")
    first, near, far = [each.embedding for each in packed.data]

    def cosine(a: list[float], b: list[float]) -> float:
        return sum(x * y for x, y in zip(a, b, strict=True))

    assert cosine(first, first) == pytest.approx(1.0, abs=1e-6)
    assert cosine(first, near) > 0.6
    assert cosine(first, far) < 0.3
    assert first == pytest.approx(plain.data[0].embedding, abs=1e-6)
    assert packed.usage.prompt_tokens == packed.usage.total_tokens > 10


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"input": [""]}, None),
        ({"input": []}, None),
        ({"input": ["x"] * 2049}, None),
        ({"input": "x " * 20_000}, None),
        ({"input": ["word " * 6000] * 41}, "max_tokens_per_request"),
        ({"dimensions": 4000}, None),
        ({"model": "text-embedding-ada-002", "dimensions": 8}, None),
        ({"model": "nothing"}, "model_not_found"),
    ],
)
async def test_embeddings_are_refused_beyond_the_vendors_limits(
    client: AsyncOpenAI, wrong: dict[str, Any], code: str | None
) -> None:
    with pytest.raises(openai.APIStatusError) as refused:
        await client.embeddings.create(**{"model": "text-embedding-3-small", "input": "x", **wrong})
    assert refused.value.status_code in {400, 404}
    assert refused.value.code == code


async def test_the_model_says_an_instance_of_the_schema_unless_told(client: AsyncOpenAI) -> None:
    answered = await responded(client, text={"format": FORMAT})
    assert msgspec.json.decode(answered.output_text) == INSTANCE
    assert (answered.status, answered.model) == ("completed", "gpt-4.1-mini-2026-01-01")
    assert answered.usage.total_tokens == answered.usage.input_tokens + answered.usage.output_tokens
    form = {"type": "json_schema", "json_schema": {k: FORMAT[k] for k in FORMAT if k != "type"}}
    said = await chatted(client, response_format=form)
    assert msgspec.json.decode(said.choices[0].message.content) == INSTANCE


async def test_it_says_what_the_test_says(server: OpenAIServer, client: AsyncOpenAI) -> None:
    server.says.extend(["one", Said("two", cached_tokens=3, reasoning_tokens=2)])
    assert (await responded(client)).output_text == "one"
    second = await responded(client)
    assert (second.output_text, second.usage.input_tokens_details.cached_tokens) == ("two", 3)
    server.speak = lambda body: f"you said {body['input']}"
    assert (await responded(client)).output_text == "you said Hello?"


async def test_a_stream_tells_the_same_as_the_whole(
    server: OpenAIServer, client: AsyncOpenAI
) -> None:
    text = "Grüße, 世界! " * 5
    server.says.extend([text, text])
    events = [event async for event in await responded(client, stream=True)]
    whole = await responded(client)
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert events[0].type == "response.created"
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert "".join(deltas) == text == whole.output_text
    assert events[-1].type == "response.completed"
    assert events[-1].response.usage == whole.usage


async def test_a_reasoning_model_puts_its_reasoning_before_the_message(
    client: AsyncOpenAI,
) -> None:
    events = [event async for event in await responded(client, model="gpt-5-mini", stream=True)]
    output = events[-1].response.output
    assert [item.type for item in output] == ["reasoning", "message"]
    assert {event.output_index for event in events if "delta" in event.type} == {1}


async def test_a_chat_stream_has_usage_only_when_asked(
    server: OpenAIServer, client: AsyncOpenAI
) -> None:
    server.says.extend(["some words here", "some words here"])
    chunks = [chunk async for chunk in await chatted(client, stream=True)]
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert (text, chunks[-1].choices[0].finish_reason) == ("some words here", "stop")
    assert all(chunk.usage is None for chunk in chunks)
    asked = {"stream": True, "stream_options": {"include_usage": True}}
    last = [chunk async for chunk in await chatted(client, **asked)][-1]
    assert (last.choices, last.usage.completion_tokens) == ([], 4)


async def test_refusals_and_cut_texts(server: OpenAIServer, client: AsyncOpenAI) -> None:
    server.says.extend([Said("I cannot help", refused=True)] * 3)
    whole = await responded(client)
    assert (whole.output_text, whole.output[0].content[0].type) == ("", "refusal")
    kinds = {event.type async for event in await responded(client, stream=True)}
    assert "response.refusal.delta" in kinds
    assert "response.output_text.delta" not in kinds
    assert (await chatted(client)).choices[0].message.refusal == "I cannot help"
    server.says.extend(["x" * 100] * 3)
    cut = await responded(client, max_output_tokens=16)
    assert (cut.status, cut.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    events = [e async for e in await responded(client, max_output_tokens=16, stream=True)]
    assert events[-1].type == "response.incomplete"
    assert (await chatted(client, max_tokens=5)).choices[0].finish_reason == "length"


def changed(**more: Any) -> dict[str, Any]:
    return copy.deepcopy(SCHEMA) | more


def with_part(part: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"part": part},
        "required": ["part"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    "schema",
    [
        changed(additionalProperties=True),
        changed(required=["kind"]),
        {key: value for key, value in SCHEMA.items() if key != "required"},
        {"$ref": "#/$defs/Part", "$defs": SCHEMA["$defs"]},
        {"anyOf": [SCHEMA]},
        with_part({"type": "string", "default": "x"}),
        with_part({"enum": ["a"]}),
        with_part({"type": "string", "maxLength": 3}),
        with_part({"type": "array", "prefixItems": []}),
        with_part({"type": "array"}),
        with_part({"type": "object", "additionalProperties": {"type": "string"}}),
        with_part({"$ref": "#/$defs/None"}),
        with_part({"$ref": "#/$defs/Part", "description": "x"}),
        with_part({"oneOf": [{"type": "string"}]}),
    ],
)
async def test_a_schema_outside_the_strict_subset_is_refused(
    client: AsyncOpenAI, schema: dict[str, Any]
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        await responded(client, text={"format": FORMAT | {"schema": schema}})
    assert refused.value.code == "invalid_json_schema"
    loose = await responded(client, text={"format": FORMAT | {"schema": schema, "strict": False}})
    assert loose.status == "completed"


def test_a_schema_that_refers_to_itself_has_an_instance() -> None:
    node = with_part({"anyOf": [{"$ref": "#"}, {"type": "null"}]})
    assert smallest_instance(node) == {"part": None}


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"response_format": FORMAT}, "response_format"),
        ({"max_output_tokens": 1}, "max_output_tokens"),
        ({"model": "gpt-5-mini", "temperature": 0}, "temperature"),
        ({"reasoning": {"effort": "low"}}, "reasoning.effort"),
        ({"input": ""}, "input"),
        ({"text": {"format": FORMAT | {"name": "no spaces"}}}, "text.format.name"),
    ],
)
async def test_parameters_that_the_vendor_does_not_take_are_refused(
    client: AsyncOpenAI, wrong: dict[str, Any], param: str
) -> None:
    body = {"model": "gpt-4.1-mini", "input": "Hello?", **wrong}
    with pytest.raises(openai.BadRequestError) as refused:
        await client.post("/responses", body=body, cast_to=object)
    assert refused.value.param == param


async def test_requests_are_kept_for_assertions(server: OpenAIServer, client: AsyncOpenAI) -> None:
    await responded(client, text={"format": FORMAT})
    (request,) = server.sent_to("/responses")
    assert request.json()["store"] is False
    assert request.json()["text"]["format"]["strict"]
    assert request.headers["authorization"] == f"Bearer {API_KEY}"


async def test_a_wrong_key_and_an_unknown_model(server: OpenAIServer, client: AsyncOpenAI) -> None:
    server.unknown_models.add("gone")
    with pytest.raises(openai.NotFoundError) as unknown:
        await responded(client, model="gone")
    assert unknown.value.code == "model_not_found"
    with pytest.raises(openai.AuthenticationError):
        await responded(client.with_options(api_key="wrong"))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b'{"model": 5}', b"\xff"])
@pytest.mark.parametrize("path", ["responses", "embeddings", "chat/completions", "nothing"])
def test_a_malformed_body_is_refused(server: OpenAIServer, body: bytes, path: str) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}"}
    reply = httpx.post(f"{server.base_url}/{path}", content=body, headers=headers)
    assert reply.status_code in {400, 404}
    assert reply.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (faults.refusal(400), openai.BadRequestError),
        (faults.refusal(401), openai.AuthenticationError),
        (faults.refusal(404), openai.NotFoundError),
        (faults.rate_limited("30"), openai.RateLimitError),
        (faults.refusal(500), openai.InternalServerError),
        (faults.refusal(503, body=b"upstream\xff"), openai.InternalServerError),
        (faults.reset(), openai.APIConnectionError),
        (faults.truncated(), openai.APIConnectionError),
        (faults.half_json(), ValueError),
    ],
    ids="400 401 404 429 500 503 reset truncated half".split(),
)
async def test_faults_reach_the_client_as_its_own_errors(
    server: OpenAIServer, client: AsyncOpenAI, fault: Fault, raised: type[Exception]
) -> None:
    server.faults.add(fault)
    with pytest.raises(raised):
        await responded(client)
    assert (await responded(client)).status == "completed"


async def test_extra_fields_garbage_delay_and_slow_bytes(
    server: OpenAIServer, client: AsyncOpenAI
) -> None:
    for fault in (faults.extra_fields(), faults.delay(0.01), faults.slow(0.001, piece=400)):
        server.faults.add(fault)
        assert (await responded(client)).output_text == "Hello from this machine."
    server.faults.add(faults.garbage())
    assert isinstance(await responded(client), str)  # the SDK hands over what is no JSON


async def test_every_second_request_fails_and_the_client_tries_again(
    server: OpenAIServer, client: AsyncOpenAI
) -> None:
    server.faults.always(faults.rate_limited("0.01"), every=2)
    patient = client.with_options(max_retries=1)
    for _ in range(3):
        assert (await responded(patient)).status == "completed"
    assert len(server.requests) == 5


@pytest.mark.parametrize("cleanly", [True, False])
async def test_a_stream_that_is_cut_has_no_end(
    server: OpenAIServer, client: AsyncOpenAI, *, cleanly: bool
) -> None:
    server.faults.add(faults.cut_stream(5, cleanly=cleanly))
    stream = await responded(client, stream=True)
    kinds = [(await anext(stream)).type for _ in range(5)]
    assert kinds[0] == "response.created"
    with pytest.raises(StopAsyncIteration if cleanly else openai.APIConnectionError):
        await anext(stream)


async def test_a_stream_with_unknown_fields_is_read_and_a_torn_event_is_not(
    server: OpenAIServer, client: AsyncOpenAI
) -> None:
    server.faults.add(faults.extra_fields())
    events = [event async for event in await responded(client, stream=True)]
    assert events[-1].response.output_text == "Hello from this machine."
    server.faults.add(faults.half_json())
    with pytest.raises(ValueError, match=r"JSON|Unterminated|Expecting"):
        [event async for event in await responded(client, stream=True)]
    server.faults.add(faults.truncated())
    with pytest.raises(openai.APIConnectionError):
        [event async for event in await responded(client, stream=True)]


def test_a_fault_that_does_not_fit_the_reply_is_told_when_the_server_ends() -> None:
    """Else a test would pass for a fault that never happened."""

    def cut_what_is_no_stream() -> None:
        with OpenAIServer() as server:
            server.faults.add(faults.cut_stream(1))
            with pytest.raises(httpx.RemoteProtocolError):
                httpx.post(f"{server.base_url}/responses", headers={"Authorization": "none"})

    with pytest.raises(ValueError, match="for streams"):
        cut_what_is_no_stream()


async def test_an_error_in_a_stream_is_raised_when_nested_and_an_event_when_flat(
    server: OpenAIServer, client: AsyncOpenAI
) -> None:
    server.faults.add(faults.stream_error(3, flat=True))
    assert [e.type async for e in await responded(client, stream=True)][-1] == "error"
    server.faults.add(faults.stream_error(3))
    with pytest.raises(openai.APIError, match="the model broke"):
        [event async for event in await responded(client, stream=True)]


async def test_a_hanging_server_notices_that_the_caller_left(
    server: OpenAIServer, client: AsyncOpenAI
) -> None:
    server.faults.add(faults.hang())
    call = asyncio.create_task(responded(client))
    (request,) = await asyncio.to_thread(server.wait_for, 1)
    assert not request.aborted
    call.cancel()
    assert await asyncio.to_thread(request.left.wait, 10)


@pytest.mark.slow
def test_it_runs_as_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "tests.wire.openai_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with closing(process.stdout):
            url = process.stdout.readline().strip()
            headers = {"Authorization": f"Bearer {API_KEY}"}
            body = {"model": "gpt-4.1-mini", "input": "Hello?"}
            reply = httpx.post(f"{url}/responses", json=body, headers=headers)
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert reply.json()["status"] == "completed"
