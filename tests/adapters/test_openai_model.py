"""The answer model over both of the vendor's APIs: requests, endings, streams, faults."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any, Literal

import msgspec
import pytest
import respx

from data_pipeline.adapters.openai import OpenAIModel
from data_pipeline.errors import ModelReplyError, ModelUnavailableError
from data_pipeline.ports import Completion, ModelTask
from data_pipeline.prompts.strict_schema import strict_schema
from tests.wire import faults
from tests.wire.exchange import Reply
from tests.wire.fault_plan import Fault
from tests.wire.openai_replies import Said
from tests.wire.openai_server import API_KEY, OpenAIServer

SECRET = "Mrs Ondine Quill lost her lamp"
TEXT = '{"verdict":"answered","points":["Within 30 days."]}'
Api = Literal["responses", "chat"]
Open = Callable[..., OpenAIModel]


class Verdict(msgspec.Struct):
    verdict: Literal["answered", "not_answered"]
    points: list[str]


TASK = ModelTask(
    purpose="answer",
    instructions="Answer from the passages.",
    material=SECRET,
    schema_name="verdict",
    schema=strict_schema(Verdict),
)


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as served:
        served.speak = lambda _: TEXT
        yield served


@pytest.fixture(params=["responses", "chat"])
def api(request: pytest.FixtureRequest) -> Api:
    chosen: Api = request.param
    return chosen


@pytest.fixture
async def opened(server: OpenAIServer, api: Api) -> AsyncIterator[Open]:
    """Makes models over the server and closes them."""
    made: list[OpenAIModel] = []

    def make(key: str = API_KEY, url: str = server.base_url, **choices: Any) -> OpenAIModel:
        choices = {"model": "gpt-4.1-mini", "api": api, "max_retries": 0} | choices
        made.append(OpenAIModel(key, url, **choices))
        return made[-1]

    yield make
    for model in made:
        await model.close()


async def pieces_of(model: OpenAIModel) -> list[str | Completion]:
    async with aclosing(model.stream(TASK)) as stream:
        return [piece async for piece in stream]


async def streamed(model: OpenAIModel) -> Completion:
    *_, last = await pieces_of(model)
    assert isinstance(last, Completion)
    return last


def told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error)


BOTH_WAYS = pytest.mark.parametrize(
    "ask", [lambda model: model.complete(TASK), streamed], ids=["whole", "streamed"]
)
Ask = Callable[[OpenAIModel], Any]


# Requests


@BOTH_WAYS
async def test_asks_for_the_schema_strictly(
    server: OpenAIServer, opened: Open, api: Api, ask: Ask
) -> None:
    """One request with our instructions, the material as input, and the strict schema."""
    await ask(opened())
    (request,) = server.requests
    body = request.json()
    form = {"name": "verdict", "strict": True, "schema": TASK.schema}
    if api == "responses":
        assert (body["instructions"], body["input"]) == (TASK.instructions, SECRET)
        assert body["text"] == {"format": {"type": "json_schema", **form}}
    else:
        assert body["messages"] == [
            {"role": "system", "content": TASK.instructions},
            {"role": "user", "content": SECRET},
        ]
        assert body["response_format"] == {"type": "json_schema", "json_schema": form}


async def test_nothing_is_kept_for_later_turns(server: OpenAIServer) -> None:
    """The vendor stores what goes through Responses unless it is told not to."""
    model = OpenAIModel(API_KEY, server.base_url, model="gpt-4.1-mini")
    await model.complete(TASK)
    await streamed(model)
    await model.close()
    assert [request.json()["store"] for request in server.requests] == [False, False]


async def test_temperature_and_effort_are_sent_when_given(
    server: OpenAIServer, opened: Open, api: Api
) -> None:
    """What is not chosen is left to the model."""
    await opened().complete(TASK)
    await opened(temperature=0.0).complete(TASK)
    await opened(reasoning_effort="low", model="gpt-5-mini").complete(TASK)
    plain, cool, *_, quick = [request.json() for request in server.requests]
    assert not {"temperature", "reasoning", "reasoning_effort"} & plain.keys()
    assert cool["temperature"] == 0.0
    effort = quick.get("reasoning") if api == "responses" else quick.get("reasoning_effort")
    assert effort in ({"effort": "low"}, "low")


@BOTH_WAYS
async def test_a_refused_temperature_is_left_out_for_good(
    server: OpenAIServer, opened: Open, ask: Ask
) -> None:
    """Reasoning models refuse it: the reply comes all the same, and later calls need one request."""
    model = opened(model="gpt-5-mini", temperature=0.2)
    assert (await ask(model)).text == TEXT
    server.requests.clear()
    assert (await ask(model)).text == TEXT
    (request,) = server.requests
    assert "temperature" not in request.json()


async def test_another_bad_request_is_not_sent_again(server: OpenAIServer, opened: Open) -> None:
    """Only a refusal that names the parameter is answered by leaving it out."""
    server.faults.always(faults.refusal(400))
    with pytest.raises(ModelUnavailableError):
        await opened(temperature=0.2).complete(TASK)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("api.openai.com", "max_completion_tokens"),
        ("desk.openai.azure.com", "max_completion_tokens"),
        ("localhost", "max_tokens"),
        ("notopenai.com", "max_tokens"),
    ],
)
async def test_each_server_is_told_the_limit_in_its_words(host: str, name: str) -> None:
    """The vendor has renamed the limit of chat replies, most other servers know the old name."""
    with respx.mock:
        route = respx.post(f"https://{host}/v1/chat/completions").respond(500)
        model = OpenAIModel(
            API_KEY,
            f"https://{host}/v1",
            model="m",
            api="chat",
            max_output_tokens=77,
            max_retries=0,
        )
        with pytest.raises(ModelUnavailableError):
            await model.complete(TASK)
        await model.close()
        assert msgspec.json.decode(route.calls[0].request.content)[name] == 77


# Endings


@BOTH_WAYS
async def test_counts_what_was_spent(server: OpenAIServer, opened: Open, ask: Ask) -> None:
    """Tokens of thought are part of the output, cached ones of the input."""
    server.says.append(Said(TEXT, cached_tokens=3, reasoning_tokens=100))
    completion = await ask(opened())
    assert completion.cached_tokens == 3
    assert completion.output_tokens > 100
    assert completion.input_tokens > 3


@BOTH_WAYS
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Said(TEXT, ending="length"), "longer than it may be"),
        (Said(TEXT, ending="content_filter"), "content filter"),
        (Said(SECRET, refused=True), "refused to reply"),
        (Said(""), "replied nothing"),
        (Said(" \n "), "replied nothing"),
    ],
)
async def test_an_unusable_reply_says_what_it_cost(
    server: OpenAIServer, opened: Open, ask: Ask, said: Said, reason: str
) -> None:
    """Cut off, filtered, refused and empty replies are told apart from a service that is away."""
    server.says.append(said)
    with pytest.raises(ModelReplyError, match=reason) as caught:
        await ask(opened())
    usage = caught.value.usage
    assert isinstance(usage, Completion)
    assert usage.input_tokens > 0
    assert usage.text == ""
    assert SECRET not in told(caught.value)


async def test_a_limit_on_the_reply_cuts_it(server: OpenAIServer, opened: Open) -> None:
    """`max_output_tokens` reaches the server under a name that it knows."""
    server.says.append(TEXT + " " * 100)
    with pytest.raises(ModelReplyError, match="allow more output tokens"):
        await opened(max_output_tokens=16).complete(TASK)


# Streams


def an_event(content: dict[str, Any]) -> bytes:
    name = f"event: {content['type']}\n".encode() if "type" in content else b""
    return name + b"data: " + msgspec.json.encode(content) + b"\n\n"


def with_event(place: int, event: bytes, *, instead: bool = False) -> Fault:
    """One more event at `place`, or `instead` of that one and all that follow."""

    def change(reply: Reply) -> Reply:
        events = reply.events or ()
        rest = () if instead else events[place:]
        return replace(reply, events=(*events[:place], event, *rest))

    return Fault(change)


@pytest.mark.parametrize(
    "fault",
    [
        faults.cut_stream(5),
        faults.cut_stream(5, cleanly=False),
        faults.stream_error(5),
        faults.stream_error(5, message=SECRET),
        with_event(5, b"data: {broken json\n\n", instead=True),
        with_event(5, b"data: \xff\xfe\n\n", instead=True),
        with_event(5, b"data: [1, 2]\n\n", instead=True),
        with_event(5, b"data: " + b"[" * 200_000 + b"\n\n", instead=True),
        with_event(5, an_event({"type": "error", "error": {"message": SECRET}}), instead=True),
        with_event(0, b"<html>gateway</html>\n\n", instead=True),
        faults.cut_stream(0),
    ],
)
async def test_a_broken_stream_raises(server: OpenAIServer, opened: Open, fault: Fault) -> None:
    """However a stream breaks, it raises, and never ends in a completion; nothing is quoted."""
    server.faults.always(fault)
    with pytest.raises(ModelUnavailableError) as caught:
        await pieces_of(opened())
    assert not isinstance(caught.value, ModelReplyError)
    assert SECRET not in told(caught.value)


async def test_the_flat_error_event_is_not_overlooked(server: OpenAIServer) -> None:
    """The SDK hands this event of Responses out like any other."""
    server.faults.always(faults.stream_error(5, flat=True, message=SECRET))
    model = OpenAIModel(API_KEY, server.base_url, model="gpt-4.1-mini", max_retries=0)
    with pytest.raises(ModelUnavailableError, match="failed while it replied") as caught:
        await pieces_of(model)
    await model.close()
    assert SECRET not in told(caught.value)


@pytest.mark.parametrize("status", ["failed", "cancelled", "queued", "brand_new"])
@pytest.mark.parametrize("way", ["whole", "streamed"])
async def test_a_response_that_failed_is_unavailable(
    server: OpenAIServer, status: str, way: str
) -> None:
    """A response can arrive well and say that it went wrong."""
    model = OpenAIModel(API_KEY, server.base_url, model="gpt-4.1-mini", max_retries=0)
    response = {"status": status, "error": {"code": "server_error", "message": SECRET}}
    if way == "whole":
        server.faults.always(faults.changed(lambda reply: reply | response))
    else:
        event = an_event({"type": "response.failed", "response": response | {"output": []}})
        server.faults.always(with_event(6, event, instead=True))
    with pytest.raises(ModelUnavailableError) as caught:
        await (model.complete(TASK) if way == "whole" else pieces_of(model))
    await model.close()
    assert not isinstance(caught.value, ModelReplyError)
    assert SECRET not in told(caught.value)


async def test_unknown_events_are_passed_over(server: OpenAIServer) -> None:
    """The vendor adds kinds of events without notice."""
    event = an_event({"type": "response.sparkle.delta", "delta": {"odd": 1}, "response": "odd"})
    server.faults.always(with_event(4, event))
    model = OpenAIModel(API_KEY, server.base_url, model="gpt-4.1-mini", max_retries=0)
    assert (await streamed(model)).text == TEXT
    await model.close()


async def test_unknown_finishes_leave_no_answer(server: OpenAIServer) -> None:
    """A chat reply that ended for another reason than its end is no whole reply."""

    def change(reply: Any) -> Any:
        reply["choices"][0]["finish_reason"] = "tool_calls"
        return reply

    server.faults.always(faults.changed(change))
    model = OpenAIModel(API_KEY, server.base_url, model="gpt-4.1-mini", api="chat", max_retries=0)
    with pytest.raises(ModelReplyError):
        await model.complete(TASK)
    await model.close()


def staying_open(reply: Reply) -> Reply:
    return replace(reply, ending="hang")


async def test_a_whole_reply_counts_although_the_connection_stays(
    server: OpenAIServer, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some servers do not close after the last event: what was said whole is not lost."""
    monkeypatch.setattr("data_pipeline.adapters.openai.model._AFTER_THE_END", 0.05)
    server.faults.always(Fault(staying_open))
    assert (await streamed(opened())).text == TEXT


async def test_pieces_come_while_the_model_still_writes(server: OpenAIServer, opened: Open) -> None:
    """The first piece is handed out although the reply never ends."""

    def never_ending(reply: Reply) -> Reply:
        return replace(reply, events=(reply.events or ())[:6], ending="hang")

    server.faults.always(Fault(never_ending))
    async with aclosing(opened().stream(TASK)) as stream:
        first = await anext(stream)
    assert TEXT.startswith(str(first))


async def test_a_slow_consumer_is_not_cancelled(server: OpenAIServer, opened: Open) -> None:
    """The time given is for the model: it may end the stream, never the work between two pieces."""
    model = opened(timeout_seconds=0.1)
    await model.open()
    server.says.append("three pieces of text")
    begun, done = [], []

    async def listen() -> None:
        async for piece in model.stream(TASK):
            begun.append(piece)
            await asyncio.sleep(0.2)
            done.append(piece)

    with suppress(ModelUnavailableError):
        await listen()
    assert done
    assert begun == done


async def test_leaving_a_stream_ends_the_request(server: OpenAIServer, opened: Open) -> None:
    """When nobody listens any more the connection is given up, so the vendor stops writing."""

    def never_ending(reply: Reply) -> Reply:
        return replace(reply, events=(reply.events or ())[:6], ending="hang")

    server.faults.always(Fault(never_ending))
    async with aclosing(opened().stream(TASK)) as stream:
        await anext(stream)
    (request,) = server.requests
    assert await asyncio.to_thread(request.left.wait, 5)


# Faults


@BOTH_WAYS
@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        (faults.refusal(401, f"Incorrect key {API_KEY}", code=SECRET), "refuses the API key"),
        (faults.refusal(404), "has no model gpt-4.1-mini"),
        (faults.refusal(400, SECRET), "does not take the request"),
        (faults.refusal(413), "does not take the request"),
        (faults.rate_limited("60"), "asked too much"),
        (faults.refusal(429, code="insufficient_quota"), "no credit left"),
        (faults.refusal(500), "status 500"),
        (faults.reset(), "cannot be reached"),
    ],
)
async def test_each_fault_is_told_with_its_remedy(
    server: OpenAIServer, opened: Open, ask: Ask, fault: Fault, remedy: str
) -> None:
    """Whatever goes wrong is one error that says what to do, and holds no material and no key."""
    server.faults.always(fault)
    with pytest.raises(ModelUnavailableError, match=remedy) as caught:
        await ask(opened())
    assert not isinstance(caught.value, ModelReplyError)
    assert SECRET not in told(caught.value)
    assert API_KEY not in told(caught.value)


@pytest.mark.parametrize(
    "fault",
    [
        faults.truncated(),
        faults.half_json(),
        faults.garbage(),
        faults.garbage(b"[]"),
        faults.garbage(b'{"choices": [], "status": 3}'),
        faults.garbage(b'{"choices": [{"message": {"content": ["a"]}}], "output": {}}'),
        faults.garbage(b"[" * 200_000),
    ],
)
async def test_a_reply_of_another_shape_is_unavailable(
    server: OpenAIServer, opened: Open, fault: Fault
) -> None:
    """Half a reply, a proxy's page and nonsense never pass for a reply."""
    server.faults.always(fault)
    with pytest.raises(ModelUnavailableError) as caught:
        await opened().complete(TASK)
    assert not isinstance(caught.value, ModelReplyError)


async def test_fields_that_came_later_are_no_harm(server: OpenAIServer, opened: Open) -> None:
    """The vendor adds fields without notice."""
    server.faults.add(faults.extra_fields())
    assert (await opened().complete(TASK)).text == TEXT


async def test_missing_usage_costs_nothing(server: OpenAIServer, opened: Open) -> None:
    """Some servers do not count."""
    server.faults.add(faults.changed(lambda reply: reply | {"usage": None}))
    completion = await opened().complete(TASK)
    assert (completion.input_tokens, completion.output_tokens) == (0, 0)


@BOTH_WAYS
@pytest.mark.parametrize("fault", [faults.hang(), faults.delay(9), faults.slow(0.2, 9)])
async def test_a_whole_call_is_bounded(
    server: OpenAIServer, opened: Open, ask: Ask, fault: Fault
) -> None:
    """Silence and dripping end after the time given, retries included."""
    model = opened(timeout_seconds=0.3, max_retries=3)
    await model.open()
    server.faults.always(fault)
    with pytest.raises(ModelUnavailableError, match=r"within 0\.3 s"):
        await ask(model)


@BOTH_WAYS
async def test_what_passes_is_tried_again(server: OpenAIServer, opened: Open, ask: Ask) -> None:
    """With retries a short fault before the reply begins is not noticed."""
    server.faults.add(faults.refusal(500, headers={"retry-after-ms": "1"}))
    assert (await ask(opened(max_retries=1))).text == TEXT
    assert len(server.requests) == 2


@BOTH_WAYS
async def test_cancelling_is_not_an_error_of_the_model(
    server: OpenAIServer, opened: Open, ask: Ask
) -> None:
    """A caller that is cancelled sees its cancellation, and the request ends."""
    server.faults.always(faults.hang())
    model = opened()
    await model.open()
    asking = asyncio.ensure_future(ask(model))
    while not server.requests:  # noqa: ASYNC110 (the server has a thread of its own)
        await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await asyncio.to_thread(server.requests[0].left.wait, 5)


def test_repr_shows_no_key() -> None:
    """Neither the key nor a password in the base URL is shown."""
    model = OpenAIModel(API_KEY, "https://user:hidden@models.example/v1", model="m")
    assert repr(model) == "OpenAIModel('m' at 'models.example')"
    assert API_KEY not in repr(vars(model))
