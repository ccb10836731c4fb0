"""Request ids, one event per request, and no word of a customer in any of them."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from data_pipeline.errors import IndexUnavailableError, UnknownScopeKeyError
from tests.api.edge import TICKET_ROUTES, Edge

Logged = Callable[[], list[dict[str, Any]]]
SECRET = "canary-4711"


@pytest.mark.parametrize("given", ["a", "A-z0.9_:x", "x" * 128, "3b2f:17-0"])
async def test_a_good_request_id_is_kept(edge: Edge, given: str) -> None:
    """It comes back in the header and in the body."""
    response = await edge.ask(X_Request_ID=given)
    assert response.headers.get_list("x-request-id") == [given]
    assert response.json()["request_id"] == given


@pytest.mark.parametrize(
    "given", ["", " ", "a b", "x" * 129, "a/b", "ñ", "<script>", 'a"b', "a,b", "a\tb"]
)
async def test_a_bad_request_id_is_replaced(edge: Edge, given: str) -> None:
    """A made one is a random hex number; the bad one appears nowhere."""
    headers = [(b"X-Request-ID", given.encode("latin-1")), (b"X-API-Key", edge.kb.encode())]
    response = await edge.http.get("/api/v1/me", headers=headers)
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])
    assert response.json()["request_id"] == response.headers["x-request-id"]


async def test_every_answer_has_an_id_of_its_own(edge: Edge) -> None:
    """Successes, refusals, unknown addresses and wrong methods alike."""
    answers = [
        await edge.ask(), await edge.ask(b"{"), await edge.http.get("/nowhere"), await edge.http.put("/health"),
        await edge.http.head("/ready"), await edge.http.get("/docs"), await edge.http.options(TICKET_ROUTES[0]),
    ]  # fmt: skip
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(answers)


async def test_one_event_says_what_happened(edge: Edge, logged: Logged) -> None:
    """Who, where, how long, what was decided: the fields that operators filter by."""
    await edge.ask(route=TICKET_ROUTES[1], X_Request_ID="r-1")
    (event,) = logged()
    assert event.pop("ms") >= 0
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "request", "level": "info", "request_id": "r-1", "method": "POST", "status": 200,
        "route": "/api/v1/generate-response", "tenant": "acme", "key_id": "desk",
        "decision": "answer", "confidence": 0.75, "chunks": 1, "model": None, "tokens": 0,
        "embedding_tokens": 0, "cost_usd": 0.0, "degraded": [],
    }  # fmt: skip


async def test_required_data_logs_its_next_step(edge: Edge, logged: Logged) -> None:
    """The other endpoint's typed word is in its event."""
    await edge.ask()
    assert (logged()[0]["next_step"], logged()[0]["confidence"]) == ("generate", 0.75)


async def test_nothing_of_one_request_leaks_into_the_next(edge: Edge, logged: Logged) -> None:
    """An anonymous request has neither the key nor the decision of the one before."""
    await edge.ask()
    await edge.http.get("/health")
    assert not {"tenant", "key_id", "decision", "next_step"} & set(logged()[1])
    assert logged()[1]["request_id"] != logged()[0]["request_id"]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", f"/{SECRET}", ("GET", "-", 404)),
        ("GET", f"/api/v1/kb/articles/{SECRET}/chunks", ("GET", "/api/v1/kb/articles/{article_id}/chunks", 404)),
        ("GET", f"/api/v1/kb/stats?x={SECRET}", ("GET", "/api/v1/kb/stats", 400)),
        ("GET", f"/docs/{SECRET}", ("GET", "/docs/{asset}", 404)),
        (SECRET.upper(), "/health", ("-", "-", 405)),
    ],
)  # fmt: skip
async def test_addresses_are_logged_as_templates(
    edge: Edge, logged: Logged, method: str, path: str, expected: tuple[str, str, int]
) -> None:
    """What a caller puts into path, query or method stays out."""
    await edge.http.request(method, path, headers={"X-API-Key": edge.kb})
    event = logged()[-1]
    assert (event["method"], event["route"], event["status"]) == expected
    assert SECRET not in json.dumps(logged()).lower()


async def test_an_unexpected_error_is_logged_by_type_and_place(edge: Edge, logged: Logged) -> None:
    """What failed and where, with the request's id, but not what it said."""
    edge.desk.error = ValueError(f"cannot read {SECRET}")
    edge.desk.error.__cause__ = KeyError(SECRET)
    await edge.ask(X_Request_ID="r-9")
    failed, request = logged()
    assert (failed["event"], failed["level"], failed["request_id"]) == (
        "internal_error",
        "error",
        "r-9",
    )
    assert failed["error"] == "builtins.ValueError"
    assert failed["causes"] == ["builtins.KeyError"]
    assert any("fakes.py" in frame and frame.endswith("in _note") for frame in failed["frames"])
    assert request["status"] == 500


async def test_our_own_errors_say_what_to_do(edge: Edge, logged: Logged) -> None:
    """The operator reads the remedy, whose text is safe by contract; the caller does not."""
    edge.desk.error = IndexUnavailableError("var/kb\udcff is damaged: load the articles again.")
    response = await edge.ask()
    assert logged()[0]["reason"] == "var/kb? is damaged: load the articles again."
    assert "damaged" not in response.text


@pytest.mark.parametrize(
    ("number", "level"), [(5, "debug"), (15, "debug"), (35, "warning"), (99, "critical")]
)
def test_a_level_that_a_library_invented_is_taken_as_the_next_lower(
    logged: Logged, number: int, level: str
) -> None:
    """A log call never raises."""
    library = logging.getLogger("some.library")
    library.setLevel(1)
    library.log(number, "x")
    assert [event["level"] for event in logged()] == [level]


def test_what_cannot_be_written_fails_nobody(logged: Logged) -> None:
    """An event that JSON cannot hold is lost, the caller goes on."""
    library = logging.getLogger("some.library")
    library.handle(logging.makeLogRecord({"pathname": "\udcff", "levelno": logging.ERROR}))
    library.error("next %s", 1)
    assert [event["template"] for event in logged()] == ["next %s"]


async def test_no_word_of_a_customer_is_ever_logged(edge: Edge, logged: Logged) -> None:
    """A marked word in every field, header and kind of failure, and in no line of the log."""
    everything = {
        "inquiry": SECRET, "topic": SECRET, "scope": {SECRET: [SECRET]}, "collected_data": {SECRET: {"a": SECRET}},
        "unavailable": [SECRET], "related_inquiries": [SECRET], "conversation": [{"role": "user", "content": SECRET}],
        "ticket": {
            "id": SECRET, "channel": SECRET, "subject": SECRET, "body": SECRET, "headers": {SECRET: SECRET},
            "cc": [SECRET], "requester": {"ref": SECRET}, "attachments": [{"name": SECRET, SECRET: 1}], SECRET: SECRET,
            "messages": [{"id": SECRET, "text": SECRET, "html": SECRET, "at": SECRET}],
        },
    }  # fmt: skip
    headers = dict.fromkeys(
        ("Cookie", "User-Agent", "Referer", "Origin", "Host", "X-Forwarded-For", "Prefer"), SECRET
    )
    bad_types = {name: [[SECRET]] for name in everything}
    bodies: list[Any] = [
        everything,
        bad_types,
        {SECRET: SECRET},
        f'{{"inquiry": "{SECRET}'.encode(),
    ]
    errors = [None, ValueError(SECRET), UnknownScopeKeyError(SECRET), IndexUnavailableError("The store is gone."),
              ExceptionGroup(SECRET, [OSError(SECRET)]), RecursionError(SECRET)]  # fmt: skip
    statuses = set()
    for edge.desk.error in errors:
        for route in TICKET_ROUTES:
            for body in bodies:
                statuses.add((await edge.ask(body, f"{route}?q={SECRET}", **headers)).status_code)
    for refused in (
        edge.ask(SECRET.encode(), Content_Type=f"text/{SECRET}"),
        edge.ask(X_API_Key=SECRET),
        edge.ask(X_API_Key="", Authorization=f"Bearer {SECRET}"),
        edge.http.get(f"/{SECRET}"),
        edge.get("/api/v1/kb/articles", cursor=SECRET, limit=SECRET),
        edge.ask(Accept=SECRET, X_Request_ID=f"{SECRET} "),
    ):
        statuses.add((await refused).status_code)
    assert {200, 400, 401, 404, 415, 500, 503} <= statuses
    assert len(logged()) > 50
    assert SECRET not in json.dumps(logged())
    assert edge.tickets not in json.dumps(logged())


async def test_what_libraries_log_is_kept_without_their_sentences(logged: Logged) -> None:
    """asyncio and others put values into finished sentences: template, place and error type remain."""
    logging.getLogger("some.library").error("failed with %s", SECRET, exc_info=ValueError(SECRET))
    logging.getLogger("asyncio").error(f"Task exception was never retrieved: {SECRET}")  # noqa: G004
    logging.getLogger("httpx").info("HTTP Request: GET %s", SECRET)
    first, second = logged()
    assert (first["template"], first["error"]) == ("failed with %s", "builtins.ValueError")
    assert (second["logger"], second["template"]) == ("asyncio", None)
    assert SECRET not in json.dumps(logged())


async def test_an_answer_in_flight_is_cut_not_doubled(edge: Edge, logged: Logged) -> None:
    """When sending fails half way nothing is sent twice, and nothing is raised into the server's log."""
    sent: list[str] = []

    async def broken(message: dict[str, Any]) -> None:
        sent.append(message["type"])
        if message["type"] == "http.response.body":
            raise OSError(SECRET)

    transport: Any = edge.http._transport
    request = httpx.Request("GET", "http://x/health")
    scope = {
        "type": "http", "method": "GET", "path": "/health", "query_string": b"", "root_path": "",
        "headers": request.headers.raw, "client": ("127.0.0.1", 1), "http_version": "1.1",
    }  # fmt: skip
    await transport.app(scope, None, broken)
    assert sent == ["http.response.start", "http.response.body"]
    assert logged()[0]["event"] == "unhandled_error"
    assert SECRET not in json.dumps(logged())
