"""Errors: one shape, the contract's codes, and nothing in them that must not get out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.problems import CODES
from data_pipeline.errors import (
    DeadlineExceededError,
    EmbedderUnavailableError,
    FieldProblem,
    IndexUnavailableError,
    ModelUnavailableError,
    UnknownScopeKeyError,
)
from tests.api.edge import MAX_BODY, TICKET_ROUTES, Edge, open_edge

SHAPE = {"type", "title", "status", "detail", "code", "retryable", "request_id", "errors"}
SECRET = "canary-4711"


def assert_problem(response: httpx.Response, code: str) -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    meaning = CODES[code]
    assert set(body) == SHAPE
    assert (body["code"], body["status"], body["retryable"]) == (
        code,
        meaning.status,
        meaning.retryable,
    )
    assert response.status_code == meaning.status
    assert body["type"] == f"/docs#{code}"
    assert body["request_id"] == response.headers["x-request-id"]
    assert body["title"]
    assert body["detail"]
    assert response.headers["content-type"] == "application/json"
    return body


async def chunked(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1000):
        yield b"x" * 1000


REQUESTS: dict[str, Callable[[Edge], Awaitable[httpx.Response]]] = {
    "invalid_request": lambda edge: edge.ask({"inquiry": 5}),
    "missing_api_key": lambda edge: edge.http.post(TICKET_ROUTES[0], json={}),
    "unknown_api_key": lambda edge: edge.ask(X_API_Key="kbg_wrong"),
    "forbidden": lambda edge: edge.ask(X_API_Key=edge.kb),
    "not_found": lambda edge: edge.http.get("/api/v1/nowhere"),
    "method_not_allowed": lambda edge: edge.http.get(TICKET_ROUTES[0]),
    "body_too_large": lambda edge: edge.ask(b"x" * (MAX_BODY + 1)),
    "unsupported_media_type": lambda edge: edge.ask(
        b"a=b", Content_Type="application/x-www-form-urlencoded"
    ),
    "unsupported_document": lambda edge: edge.http.put(
        "/api/v1/kb/articles/fees", content=b"%PDF", headers={"X-API-Key": edge.kb}
    ),
}
ERRORS: dict[str, Exception] = {
    "unknown_scope_key": UnknownScopeKeyError(
        "No such key.", [FieldProblem("scope.x", "is unknown")]
    ),
    "internal_error": ValueError(SECRET),
    "embedder_unavailable": EmbedderUnavailableError(SECRET),
    "index_unavailable": IndexUnavailableError(SECRET),
    "model_unavailable": ModelUnavailableError(SECRET),
    "deadline_exceeded": DeadlineExceededError(SECRET),
}


async def provoke(edge: Edge, code: str) -> httpx.Response:
    """A request that ends in `code`."""
    edge.desk.error = ERRORS.get(code)
    return await REQUESTS.get(code, Edge.ask)(edge)


@pytest.mark.parametrize("code", CODES)
async def test_every_code_is_reached_and_has_the_one_shape(edge: Edge, code: str) -> None:
    """Each code of the table can happen, with its status, and says what to do next."""
    assert_problem(await provoke(edge, code), code)


@pytest.mark.parametrize("code", CODES)
async def test_problem_json_is_sent_to_who_asks_for_it(edge: Edge, code: str) -> None:
    """`Accept` decides the content type of every error and nothing else about it."""
    edge.http.headers["Accept"] = "text/html, application/problem+json;q=0.9"
    response = await provoke(edge, code)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == code


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/json", "application/*", ""])
async def test_everyone_else_gets_plain_json(edge: Edge, accept: str) -> None:
    """Automation tools parse nothing but application/json by themselves."""
    response = await edge.ask({"inquiry": 5}, Accept=accept)
    assert response.headers["content-type"] == "application/json"


async def test_what_went_wrong_inside_stays_inside(edge: Edge) -> None:
    """Texts of unexpected errors and of the store never reach a caller."""
    for code in ("internal_error", "index_unavailable", "model_unavailable", "deadline_exceeded"):
        assert SECRET not in (await provoke(edge, code)).text


async def test_scope_errors_keep_their_fields(edge: Edge) -> None:
    """What the engine says about the request arrives field by field."""
    body = assert_problem(await provoke(edge, "unknown_scope_key"), "unknown_scope_key")
    assert body["errors"] == [{"field": "scope.x", "message": "is unknown"}]
    assert body["detail"] == "No such key."


async def test_a_missing_key_says_how_to_send_one(edge: Edge) -> None:
    """401 carries the challenge that HTTP asks for, 403 does not."""
    for code in ("missing_api_key", "unknown_api_key"):
        assert (await provoke(edge, code)).headers["www-authenticate"] == 'Bearer realm="kbgate"'
    assert "www-authenticate" not in (await provoke(edge, "forbidden")).headers


@pytest.mark.parametrize(
    ("method", "route", "allowed"),
    [
        ("GET", "/api/v1/required-data", "OPTIONS, POST"),
        ("DELETE", "/api/v1/kb/articles/returns/chunks", "GET, HEAD, OPTIONS"),
        ("PUT", "/health", "GET, HEAD, OPTIONS"),
        ("POST", "/", "GET, HEAD, OPTIONS"),
    ],
)
async def test_a_wrong_method_names_the_right_ones(
    edge: Edge, method: str, route: str, allowed: str
) -> None:
    """405 comes from the router and still has the shape, and an Allow header."""
    response = await edge.http.request(method, route)
    assert_problem(response, "method_not_allowed")
    assert response.headers["allow"] == allowed


async def test_too_large_is_refused_announced_or_not(edge: Edge) -> None:
    """Content-Length is believed at once; a chunked body is cut off when it passes the limit."""
    assert_problem(await edge.ask(b"x" * 10_000_000), "body_too_large")
    assert_problem(await edge.ask(chunked(MAX_BODY * 2)), "body_too_large")
    assert_problem(await edge.ask(chunked(MAX_BODY)), "invalid_request")


async def test_a_large_body_that_fits_is_read(edge: Edge) -> None:
    """The limit is the operator's, and what is below it passes."""
    response = await edge.ask({"inquiry": "x" * (MAX_BODY - 100)})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"limit": SECRET}, "limit"),
        ({"cursor": SECRET}, "cursor"),
        ({"cursor": "é" * 5000}, "cursor"),
        ({"cursor": "=" * 9}, "cursor"),
    ],
)
async def test_bad_parameters_are_named_and_not_repeated(
    edge: Edge, params: dict[str, Any], field: str
) -> None:
    """Query parameters are as strict as bodies."""
    response = await edge.get("/api/v1/kb/articles", **params)
    body = assert_problem(response, "invalid_request")
    assert [error["field"] for error in body["errors"]] == [field]
    assert SECRET not in response.text


async def test_a_hostile_host_header_is_refused(edge: Edge) -> None:
    """What Litestar itself refuses before routing has the shape too."""
    response = await edge.http.get("/health", headers={"Host": "a b<c>"})
    assert_problem(response, "invalid_request")


async def test_an_error_before_any_route_is_answered(tmp_path: Path) -> None:
    """Should the framework itself fail, the wrapper answers in the same shape."""
    async with open_edge(tmp_path) as edge:
        transport: Any = edge.http._transport
        transport.app._app.asgi_handler = None
        assert_problem(await edge.http.get("/health"), "internal_error")


async def test_the_type_of_a_problem_leads_somewhere(edge: Edge) -> None:
    """`/docs#<code>` is an anchor of the page, for every code."""
    page = (await edge.http.get("/docs")).text
    for code in CODES:
        assert page.count(f'id="{code}"') == 1
