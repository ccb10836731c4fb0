"""The two ticket routes: what reaches the use case, what comes back, and no bad body is a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.routes.examples import REPLY_EXAMPLE, REQUIRED_DATA_EXAMPLE
from tests.api.edge import TICKET_ROUTES, Edge


@pytest.mark.parametrize("route", TICKET_ROUTES)
async def test_the_use_case_gets_the_caller_and_the_body(edge: Edge, route: str) -> None:
    """Tenant and namespace come from the key; ignored keys are handed on as warnings."""
    response = await edge.ask(
        {"ticket": {"id": 5, "subject": "Hi", "odd": 1}}, route, X_Request_ID="r-1"
    )
    assert response.status_code == 200
    call, request = edge.desk.calls[0]
    assert (call.tenant, call.namespace, call.key_id, call.request_id) == (
        "acme",
        "shop",
        "desk",
        "r-1",
    )
    assert request.ticket is not None
    assert request.ticket.id == "5"
    assert response.json()["warnings"] == ["Unknown keys were ignored: ticket.odd."]


@pytest.mark.parametrize("route", TICKET_ROUTES)
async def test_a_reply_is_one_object_that_automation_tools_take_for_success(
    edge: Edge, route: str
) -> None:
    """Not an array, not empty, and without the keys that mean failure to a workflow engine."""
    response = await edge.ask({"inquiry": "¿Cuánto cuesta?"}, route)
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert isinstance(body, dict)
    assert not {"error", "message", "details"} & set(body)
    assert body["request_id"] == response.headers["x-request-id"]
    assert "¿Cuánto cuesta?" in response.text


@pytest.mark.parametrize("route", TICKET_ROUTES)
async def test_no_field_of_a_body_chooses_the_namespace(edge: Edge, route: str) -> None:
    """Such a field is unknown, and an error."""
    for name in ("namespace", "tenant", "key_id"):
        response = await edge.ask({"inquiry": "q", name: "other"}, route)
        assert response.status_code == 400
        assert [error["field"] for error in response.json()["errors"]] == [name]


BAD: dict[str, bytes] = {
    "empty": b"",
    "blank": b"  \n",
    "null": b"null",
    "array": b'[{"inquiry": "q"}]',
    "text": b'"inquiry"',
    "cut": b'{"inquiry": "q"',
    "form": b"inquiry=q",
    "xml": b"<inquiry>q</inquiry>",
    "latin-1": '{"inquiry": "café"}'.encode("latin-1"),
    "utf-16": '{"inquiry": "q"}'.encode("utf-16"),
    "surrogate": b'{"inquiry": "\\ud800"}',
    "raw-surrogate": b'{"inquiry": "\xed\xa0\x80"}',
    "nan": b'{"inquiry": "q", "collected_data": {"a": NaN}}',
    "huge-number": b'{"inquiry": "q", "collected_data": {"a": 1e999}}',
    "zeros": b"\x00" * 500,
    "deep": b"[" * 19_000,
    "deep-data": b'{"inquiry": "q", "collected_data": ' + b'{"a":' * 900 + b"1" + b"}" * 901,
    "no-text": b'{"inquiry": " ", "ticket": {"messages": [{"from": "customer"}]}}',
    "wrong-types": b'{"inquiry": {}, "scope": [], "ticket": 1, "options": "x", "unavailable": {}}',
    "unknown": b'{"inquiry": "q", "inqury": "q"}',
    "unknown-option": b'{"inquiry": "q", "options": {"speed": 1}}',
    "role": b'{"inquiry": "q", "ticket": {"messages": [{"from": "boss"}]}}',
    "many": json.dumps({"inquiry": "q", **{f"k{n}": n for n in range(1400)}}).encode(),
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("route", TICKET_ROUTES)
async def test_every_kind_of_bad_body_is_a_400(edge: Edge, route: str, body: bytes) -> None:
    """Bad input is the caller's, is said to be, and never reaches a use case."""
    response = await edge.ask(body, route, Content_Type="application/json")
    assert response.status_code == 400
    assert response.json()["code"] == "invalid_request"
    assert len(response.text) < 8_000
    assert edge.desk.calls == []


async def test_every_bad_field_is_named_at_once(edge: Edge) -> None:
    """Nested ones with their place, so one round trip mends the request."""
    body = {"topic": 5, "ticket": {"messages": [{"from": "x"}]}, "options": {"deadline_ms": 1}}
    errors = (await edge.ask(body)).json()["errors"]
    assert {error["field"] for error in errors} == {
        "topic",
        "ticket.messages[0].from",
        "options.deadline_ms",
    }


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;charset=UTF-8",
        "application/vnd.api+json",
        "application/problem+json; x=y",
    ],
)
async def test_json_under_any_name_is_read(edge: Edge, media_type: str) -> None:
    """A charset or a vendor's name changes nothing."""
    assert (await edge.ask(b'{"inquiry": "q"}', Content_Type=media_type)).status_code == 200


async def test_a_body_without_content_type_is_read(edge: Edge) -> None:
    """Simple clients leave the header out."""
    request = edge.http.build_request("POST", TICKET_ROUTES[0], content=b'{"inquiry": "q"}')
    request.headers["X-API-Key"] = edge.tickets
    assert "content-type" not in request.headers
    assert (await edge.http.send(request)).status_code == 200


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
     "application/jsonp", "json", "application/json5", "application/msgpack"],
)  # fmt: skip
async def test_other_media_types_are_refused(edge: Edge, media_type: str) -> None:
    """They are named a 415 even if the bytes happen to be JSON."""
    response = await edge.ask(b'{"inquiry": "q"}', Content_Type=media_type)
    assert response.json()["code"] == "unsupported_media_type"


async def test_compressed_bodies_are_refused(edge: Edge) -> None:
    """Not read as broken JSON, but named for what they are."""
    response = await edge.ask(b"\x1f\x8b", Content_Type="application/json", Content_Encoding="gzip")
    assert response.json()["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    ("example", "route"),
    [(REQUIRED_DATA_EXAMPLE, TICKET_ROUTES[0]), (REPLY_EXAMPLE, TICKET_ROUTES[1])],
)
async def test_the_documented_examples_work(edge: Edge, example: Any, route: str) -> None:
    """What the documentation shows can be sent as it is."""
    response = await edge.ask(example.value, route)
    assert response.status_code == 200
    assert response.json()["warnings"] == []


async def test_a_body_that_ends_early_is_nobodys_mistake(edge: Edge) -> None:
    """A caller that hangs up gets (and the log says) a 400, not an internal error."""
    sent: list[dict[str, Any]] = []

    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def keep(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": TICKET_ROUTES[0], "query_string": b"", "root_path": "",
        "headers": [(b"x-api-key", edge.tickets.encode())], "client": ("127.0.0.1", 1), "http_version": "1.1",
    }  # fmt: skip
    transport: Any = edge.http._transport
    await transport.app(scope, gone, keep)
    assert sent[0]["status"] == 400
