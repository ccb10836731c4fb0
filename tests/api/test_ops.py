"""Root, health, readiness and documentation."""

from __future__ import annotations

import re
import tomllib
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from api import __version__
from api.app import create_server
from data_pipeline.errors import IndexUnavailableError, SettingsError
from data_pipeline.ports import Catalogue
from data_pipeline.settings import Settings
from tests.api.edge import Edge, lifespan, open_edge

ROOT = Path(__file__).parents[2]


async def test_root_says_what_this_is_and_its_links_work(edge: Edge) -> None:
    """Name, version, and addresses that answer."""
    body = (await edge.http.get("/")).json()
    assert (body["name"], body["version"]) == ("kbgate", __version__)
    assert set(body["links"]) == {"docs", "openapi", "health", "ready"}
    for link in body["links"].values():
        assert (await edge.http.get(link)).status_code == 200


def test_the_version_is_that_of_the_project() -> None:
    """One number in two files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__


@pytest.mark.parametrize("route", ["/health", "/ready"])
async def test_a_healthy_service_says_ok(edge: Edge, route: str) -> None:
    """GET has a body, HEAD the same status without one."""
    got, head = await edge.http.get(route), await edge.http.head(route)
    assert (got.status_code, got.json()) == (200, {"status": "ok"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize(
    "route", ["/", "/docs", "/docs/swagger-ui.css", "/openapi.json", "/api/v1/kb/stats"]
)
async def test_every_address_answers_head_like_get(edge: Edge, route: str) -> None:
    """The same headers, no body, no second handler; a key is needed where GET needs one."""
    edge.http.headers["X-API-Key"] = edge.kb
    got, head = await edge.http.get(route), await edge.http.head(route)
    assert head.content == b""
    for name in ("content-type", "content-length"):
        assert head.headers[name] == got.headers[name]
    edge.http.headers["X-API-Key"] = "wrong"
    assert (await edge.http.head(route)).status_code == (await edge.http.get(route)).status_code


async def test_readiness_follows_the_store_and_health_does_not(edge: Edge) -> None:
    """A store that cannot be read takes the worker out of rotation without killing it."""
    edge.index.broken = True
    assert (await edge.http.get("/ready")).json()["code"] == "index_unavailable"
    assert (await edge.http.head("/ready")).status_code == 503
    assert (await edge.http.get("/health")).status_code == 200
    edge.index.broken = False
    assert (await edge.http.get("/ready")).status_code == 200


async def test_a_knowledge_base_without_articles_is_degraded(tmp_path: Path) -> None:
    """Every decision would be to escalate: still 200, but an operator can see it."""
    async with open_edge(tmp_path) as edge:
        response = await edge.http.get("/ready")
    assert (response.status_code, response.json()) == (200, {"status": "degraded"})


async def test_a_damaged_knowledge_base_beside_sound_ones_is_degraded(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index answers for other namespaces, so this worker stays in rotation."""

    async def damaged(_namespace: str) -> Catalogue:
        raise IndexUnavailableError("var/kb/shop is damaged.")

    monkeypatch.setattr(edge.index, "catalogue", damaged)
    response = await edge.http.get("/ready")
    assert (response.status_code, response.json()) == (200, {"status": "degraded"})


async def test_the_documentation_loads_nothing_from_elsewhere(edge: Edge) -> None:
    """Every script and style is served here, and the page forbids all others."""
    page = await edge.http.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert all(address.startswith(("/", "data:")) for address in loaded)
    for address in (address for address in loaded if address.startswith("/")):
        response = await edge.http.get(address)
        assert response.status_code == 200
        assert len(response.content) > 100


@pytest.mark.parametrize(
    ("asset", "media_type", "holds"),
    [
        ("swagger-ui-bundle.js", "text/javascript; charset=utf-8", b"SwaggerUIBundle"),
        ("swagger-ui.css", "text/css; charset=utf-8", b".swagger-ui"),
        ("docs.js", "text/javascript; charset=utf-8", b'url: "/openapi.json"'),
    ],
)
async def test_assets_are_what_they_say(
    edge: Edge, asset: str, media_type: str, holds: bytes
) -> None:
    """Right type, cacheable, not to be guessed at."""
    response = await edge.http.get(f"/docs/{asset}")
    assert response.headers["content-type"] == media_type
    assert "max-age" in response.headers["cache-control"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert holds in response.content


@pytest.mark.parametrize(
    "asset", ["LICENSE", "..%2fasgi.py", "%2e%2e%2fapp.py", "docs.html", "../app.py"]
)
async def test_nothing_else_is_served_from_the_disk(edge: Edge, asset: str) -> None:
    """Only the named assets exist."""
    assert (await edge.http.get(f"/docs/{asset}")).status_code == 404


def test_the_vendored_license_lies_beside_it() -> None:
    """Swagger UI is somebody else's work."""
    folder = ROOT / "api/static/swagger-ui"
    assert "Apache License" in (folder / "LICENSE").read_text()
    assert "SmartBear" in (folder / "NOTICE").read_text()


async def test_a_store_that_cannot_open_stops_the_start_in_one_sentence() -> None:
    """The operator reads what to do, not a traceback."""

    @asynccontextmanager
    async def cannot(_settings: Settings):  # noqa: ANN202
        raise SettingsError("var/keys.json is not a file of API keys.")
        yield

    with pytest.raises(RuntimeError) as caught:
        async with lifespan(create_server(Settings(), cannot)):
            pass
    assert str(caught.value) == "kbgate cannot start: var/keys.json is not a file of API keys."


async def test_an_unexpected_start_error_is_named_by_type() -> None:
    """Its text may hold anything, so only its kind is said."""

    @asynccontextmanager
    async def cannot(_settings: Settings):  # noqa: ANN202
        raise ZeroDivisionError("canary-4711")
        yield

    with pytest.raises(RuntimeError) as caught:
        async with lifespan(create_server(Settings(), cannot)):
            pass
    assert (
        str(caught.value)
        == "kbgate cannot start: ZeroDivisionError; the event lifespan_failed says where."
    )
