"""Replies as Server-Sent Events: at once, whole sentences, and an end that says how it ended."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.contract.stream import DeltaEvent, Tell
from data_pipeline.errors import (
    DeadlineExceededError,
    IndexUnavailableError,
    ModelUnavailableError,
)
from data_pipeline.services import Call
from tests.api.edge import Edge

ROUTE = "/api/v1/generate-response/stream"
Logged = Callable[[], list[dict[str, Any]]]


def events_in(body: str) -> list[tuple[str, Any]]:
    """Names and data of the events, comments left out, as WHATWG's parser would read them."""
    events = []
    for block in body.split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith(":")]
        if lines:
            name, data = (line.partition(": ")[2] for line in lines)
            events.append((name, json.loads(data)))
    return events


def replace_streamed_reply(edge: Edge, use_case: Any) -> Any:
    """Have the running edge stream what `use_case` makes; its ASGI app."""
    server = edge.http._transport.app  # type: ignore[attr-defined]
    object.__setattr__(server._app.state["services"], "streamed_reply", use_case)
    return server


async def test_the_events_of_a_reply(edge: Edge) -> None:
    """Retrieval, a delta for each sentence, the decision as the plain route gives it, done."""
    response = await edge.ask({"inquiry": "two words"}, ROUTE, X_Request_ID="r-1")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-cache"
    events = events_in(response.text)
    assert [name for name, _ in events] == [
        "retrieval", "retrieval", "delta", "delta", "decision", "done",
    ]  # fmt: skip
    assert events[0][1] == {"state": "started", "request_id": "r-1", "sources": []}
    assert {data["request_id"] for name, data in events if name == "retrieval"} == {"r-1"}
    assert [data["text"] for name, data in events if name == "delta"] == ["two", "words"]
    plain = await edge.ask(
        {"inquiry": "two words"}, ROUTE.removesuffix("/stream"), X_Request_ID="r-1"
    )
    assert events[-2][1] == plain.json()
    assert events[-1][1] == {"request_id": "r-1"}


async def test_a_failure_after_the_start_is_an_event(edge: Edge, logged: Logged) -> None:
    """Never a silent half answer: the last event is a problem, and no text is in it or the log."""
    response = await edge.ask({"inquiry": "break canary-4711"}, ROUTE)
    events = events_in(response.text)
    assert [name for name, _ in events] == ["retrieval", "retrieval", "delta", "error"]
    problem = events[-1][1]
    assert (problem["code"], problem["status"], problem["retryable"]) == (
        "internal_error",
        500,
        True,
    )
    assert problem["request_id"] == response.headers["x-request-id"]
    assert "canary-4711" not in json.dumps(problem)
    assert not any("canary-4711" in json.dumps(event) for event in logged())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (IndexUnavailableError("x"), "index_unavailable"),
        (ModelUnavailableError("x"), "model_unavailable"),
        (DeadlineExceededError("x"), "deadline_exceeded"),
    ],
)
async def test_errors_have_the_codes_of_the_plain_route(
    edge: Edge, error: Exception, code: str
) -> None:
    """One table for both."""
    edge.desk.error = error
    events = events_in((await edge.ask({"inquiry": "a"}, ROUTE)).text)
    assert events[-1][0] == "error"
    assert events[-1][1]["code"] == code


async def test_cancelled_work_is_an_error(edge: Edge) -> None:
    """Something behind the use case gave up, the caller did not: the stream says that it failed."""

    async def cancelled(_call: Call, _request: GenerateResponseRequest, _tell: Tell) -> Any:
        raise asyncio.CancelledError

    replace_streamed_reply(edge, cancelled)
    events = events_in((await edge.ask({"inquiry": "a"}, ROUTE)).text)
    assert [name for name, _ in events] == ["retrieval", "error"]
    assert events[-1][1]["code"] == "internal_error"


async def test_a_reply_that_cannot_be_written_is_an_error(edge: Edge) -> None:
    """Half a character has no place in UTF-8; what went before it is not the end."""

    async def halved(_call: Call, _request: GenerateResponseRequest, tell: Tell) -> Any:
        await tell(DeltaEvent(kind="point", text="Whole.", citations=()))
        await tell(DeltaEvent(kind="point", text="Half: \ud83d", citations=()))

    replace_streamed_reply(edge, halved)
    events = events_in((await edge.ask({"inquiry": "a"}, ROUTE)).text)
    assert [name for name, _ in events] == ["retrieval", "delta", "error"]
    assert events[-1][1]["code"] == "internal_error"


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), ({"oops": 1}, 400)])
async def test_a_bad_request_is_no_stream(edge: Edge, body: Any, status: int) -> None:
    """What can be told before the start is told as on every other route."""
    response = await edge.ask(body, ROUTE)
    assert response.status_code == status
    assert response.json()["code"] == "invalid_request"


async def test_a_stream_needs_a_key(edge: Edge) -> None:
    """Nothing is begun for nobody."""
    response = await edge.http.post(ROUTE, json={"inquiry": "a"})
    assert response.status_code == 401
    assert edge.desk.calls == []


async def test_the_decision_is_in_the_log(edge: Edge, logged: Logged) -> None:
    """A streamed reply leaves the same event as a plain one."""
    await edge.ask({"inquiry": "a"}, ROUTE)
    (event,) = logged()
    assert (event["route"], event["decision"], event["confidence"]) == (ROUTE, "answer", 0.75)


async def test_the_first_event_waits_for_nothing(edge: Edge) -> None:
    """It has left while the reply is not even begun; who goes away stops the work."""
    first, gone, cancelled = asyncio.Event(), asyncio.Event(), asyncio.Event()
    sent: list[bytes] = []

    async def never(_call: Call, _request: GenerateResponseRequest, _tell: Tell) -> Any:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    server = replace_streamed_reply(edge, never)

    async def receive() -> dict[str, Any]:
        if not sent:
            sent.append(b"")
            return {"type": "http.request", "body": b'{"inquiry": "a"}', "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            sent.append(message["body"])
            first.set()

    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": ROUTE, "raw_path": ROUTE.encode(),
        "query_string": b"", "scheme": "http", "root_path": "", "client": ("127.0.0.1", 1), "server": ("t", 80),
        "headers": [(b"x-api-key", edge.tickets.encode()), (b"content-type", b"application/json")],
    }  # fmt: skip
    serving = asyncio.create_task(server(scope, receive, send))
    await asyncio.wait_for(first.wait(), 10)
    assert sent[1].startswith(b"event: retrieval\n")
    gone.set()
    await asyncio.wait_for(cancelled.wait(), 10)
    await asyncio.wait_for(serving, 10)
