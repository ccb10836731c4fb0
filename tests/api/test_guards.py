"""Who may call what, from where."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar.routes import HTTPRoute

from api.app import create_app
from api.guards import ANY_KEY, NO_KEY
from data_pipeline.adapters.keys_file import PERMISSIONS
from data_pipeline.settings import Settings
from tests.api.edge import TICKET_ROUTES, Edge, open_edge

KB_ROUTES = ("/api/v1/kb/articles", "/api/v1/kb/articles/returns/chunks", "/api/v1/kb/stats")
OPEN_ROUTES = ("/", "/health", "/ready", "/openapi.json", "/docs", "/docs/docs.js")


def test_every_route_says_who_may_call_it() -> None:
    """No route is open, or closed to all but admins, because somebody forgot."""
    app = create_app(Settings(), lambda _: pytest.fail("nothing is opened before the start"))
    found = {
        (route.path, handler.opt.get("permission"))
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.http_methods != {"OPTIONS"}
    }
    assert {permission for _, permission in found} <= {*PERMISSIONS, ANY_KEY, NO_KEY}
    assert {path for path, permission in found if permission == NO_KEY} == {
        "/", "/health", "/ready", "/openapi.json", "/docs", "/docs/{asset:str}",
    }  # fmt: skip


@pytest.mark.parametrize("route", OPEN_ROUTES)
async def test_open_routes_need_no_key(edge: Edge, route: str) -> None:
    """Health, documentation and root are for everyone; a wrong key does not close them."""
    assert (await edge.http.get(route)).status_code == 200
    assert (await edge.http.get(route, headers={"X-API-Key": "nonsense"})).status_code == 200


@pytest.mark.parametrize("route", [*KB_ROUTES, "/api/v1/me"])
async def test_all_else_needs_one(edge: Edge, route: str) -> None:
    """Without a key, or with an empty one, nothing is told."""
    for headers in (
        {},
        {"X-API-Key": " "},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic abc"},
    ):
        response = await edge.http.get(route, headers=headers)
        assert response.json()["code"] == "missing_api_key"


async def test_a_permission_opens_its_own_routes_only(edge: Edge) -> None:
    """The ticket key reads no knowledge base, the editor's key answers no ticket, both know themselves."""
    for route in KB_ROUTES:
        assert (await edge.get(route, edge.kb)).status_code == 200
        refused = await edge.get(route, edge.tickets)
        assert refused.json()["code"] == "forbidden"
        assert "permission kb" in refused.json()["detail"]
    for route in TICKET_ROUTES:
        assert (await edge.ask(route=route)).status_code == 200
        assert (await edge.ask(route=route, X_API_Key=edge.kb)).json()["code"] == "forbidden"
    for key in (edge.kb, edge.tickets):
        assert (await edge.get("/api/v1/me", key)).status_code == 200


async def test_me_says_what_the_key_is(edge: Edge) -> None:
    """A free test of a credential, without the key or its hash."""
    response = await edge.get("/api/v1/me", edge.tickets)
    assert response.json() == {
        "key_id": "desk", "tenant": "acme", "namespace": "shop", "permissions": ["tickets"],
        "request_id": response.headers["x-request-id"],
    }  # fmt: skip


async def test_both_headers_carry_a_key(edge: Edge) -> None:
    """`Authorization: Bearer` in any case works alone; `X-API-Key` wins when both are there."""
    for scheme in ("Bearer", "bearer", "BEARER"):
        response = await edge.http.get(
            "/api/v1/me", headers={"Authorization": f"{scheme} {edge.kb}"}
        )
        assert response.json()["key_id"] == "editor"
    both = {"Authorization": f"Bearer {edge.kb}", "X-API-Key": edge.tickets}
    assert (await edge.http.get("/api/v1/me", headers=both)).json()["key_id"] == "desk"
    wrong = {"Authorization": f"Bearer {edge.kb}", "X-API-Key": "kbg_wrong"}
    assert (await edge.http.get("/api/v1/me", headers=wrong)).json()["code"] == "unknown_api_key"


@pytest.mark.parametrize("key", ["x" * 10_000, "kbg_", "ñandú", "\x7f", "kbg_" + "A" * 43])
async def test_odd_keys_are_unknown_keys(edge: Edge, key: str) -> None:
    """Long, short and foreign ones are refused like any other."""
    headers = [(b"X-API-Key", key.encode("latin-1"))]
    response = await edge.http.get("/api/v1/me", headers=headers)
    assert response.json()["code"] == "unknown_api_key"
    assert key not in response.text


async def test_the_key_is_asked_for_before_the_body_is_read(edge: Edge) -> None:
    """A caller without a key cannot make the service read a megabyte."""
    read: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        for number in range(1000):
            read.append(number)
            yield b"x" * 1000

    response = await edge.http.post(TICKET_ROUTES[0], content=body(), headers={"X-API-Key": "no"})
    assert response.json()["code"] == "unknown_api_key"
    assert read == []
    large = await edge.http.post(TICKET_ROUTES[0], content=b"x" * 10_000_000)
    assert large.json()["code"] == "missing_api_key"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
async def test_the_development_key_works_on_this_machine(tmp_path: Path, host: str) -> None:
    """From any loopback address it may do everything."""
    async with open_edge(tmp_path, client=(host, 5000)) as edge:
        assert (await edge.ask(X_API_Key=edge.dev)).status_code == 200
        assert (await edge.get("/api/v1/kb/stats", edge.dev)).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.8",
        "203.0.113.9",
        "::2",
        "::ffff:10.0.0.8",
        "testclient",
        "",
        "127.0.0.1.evil.example",
    ],
)
async def test_the_development_key_works_nowhere_else(tmp_path: Path, host: str) -> None:
    """From another address it is refused with the remedy, while real keys work."""
    async with open_edge(tmp_path, client=(host, 5000)) as edge:
        refused = await edge.ask(X_API_Key=edge.dev)
        assert refused.json()["code"] == "forbidden"
        assert "create_key" in refused.json()["detail"]
        assert (await edge.ask()).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "203.0.113.9"])
async def test_no_header_makes_a_stranger_local(
    tmp_path: Path, header: dict[str, str], host: str
) -> None:
    """Whoever comes through a proxy is not on this machine, whatever the proxy says."""
    async with open_edge(tmp_path, client=(host, 5000)) as edge:
        response = await edge.http.get("/api/v1/me", headers={"X-API-Key": edge.dev, **header})
        assert response.json()["code"] == "forbidden"


async def test_options_tells_methods_to_everyone(edge: Edge) -> None:
    """It is answered without a key and says nothing but the methods."""
    response = await edge.http.options(TICKET_ROUTES[0])
    assert response.status_code == 204
    assert set(response.headers["allow"].split(", ")) == {"OPTIONS", "POST"}
    assert response.content == b""
