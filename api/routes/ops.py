"""What operators and newcomers open first: root, health, readiness and documentation. No key."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from litestar import Response, Router, get
from litestar.params import FromPath

from api import __version__
from api.guards import NO_KEY
from api.problems import CODES, RefusedError, documented
from api.request import ApiRequest
from data_pipeline.errors import IndexUnavailableError

_STATIC = Path(__file__).parents[1] / "static"
_ASSETS: Mapping[str, tuple[str, str]] = {
    "docs.js": ("docs.js", "text/javascript"),
    "swagger-ui-bundle.js": ("swagger-ui/swagger-ui-bundle.js", "text/javascript"),
    "swagger-ui.css": ("swagger-ui/swagger-ui.css", "text/css"),
}
_SELF_ONLY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Root(msgspec.Struct, frozen=True):
    """What runs here, and where to go on."""

    name: str
    version: str
    links: dict[str, str]


class Status(msgspec.Struct, frozen=True):
    """The state of this process."""

    status: Literal["ok", "degraded"] = "ok"


@get("/", operation_id="getRoot", summary="Name, version and links")
async def root() -> Root:
    """What runs here, and where to go on."""
    names = ("docs", "openapi.json", "health", "ready")
    return Root("kbgate", __version__, {name.partition(".")[0]: f"/{name}" for name in names})


@get("/health", operation_id="getHealth", summary="Is this process alive?")
async def health() -> Status:
    """Answers as long as the process does; looks at nothing else."""
    return Status()


@get("/ready", operation_id="getReady", summary="Can it decide?", responses=documented(503))
async def ready(request: ApiRequest) -> Status:
    """200 while typed decisions are possible, 503 when no knowledge base can be read.

    `degraded` when the service's own namespace (`KB_NAMESPACE`) holds no article or is damaged.
    """
    index = request.services.index
    await index.ping()
    with suppress(IndexUnavailableError):  # another namespace answers
        if (await index.catalogue(request.app.state.namespace)).articles:
            return Status()
    return Status("degraded")


@get("/openapi.json", include_in_schema=False)
async def openapi(request: ApiRequest) -> Response[bytes]:
    """The description of this service for machines."""
    return Response(request.app.state.openapi, media_type="application/json")


@get("/docs", include_in_schema=False)
async def docs() -> Response[bytes]:
    """The description of this service for people; loads nothing from elsewhere."""
    return Response(
        _read("docs.html").replace(b"<!-- problems -->", _problems()),
        media_type="text/html",
        headers={"Content-Security-Policy": _SELF_ONLY, "X-Content-Type-Options": "nosniff"},
    )


@get("/docs/{asset:str}", include_in_schema=False)
async def docs_asset(asset: FromPath[str]) -> Response[bytes]:
    """Scripts and styles of the page."""
    if asset not in _ASSETS:
        raise RefusedError("not_found", "The documentation is at GET /docs.")
    path, media_type = _ASSETS[asset]
    return Response(
        _read(path),
        media_type=media_type,
        headers={"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"},
    )


@cache
def _problems() -> bytes:
    """A row per code, with the anchor that `type` of a problem points to."""
    rows = (
        f'<tr id="{name}"><td>{code.status}</td><td><code>{name}</code></td><td>{code.title}</td>'
        f"<td>{'yes' if code.retryable else 'no'}</td></tr>"
        for name, code in CODES.items()
    )
    return "\n      ".join(rows).encode()


@cache
def _read(path: str) -> bytes:
    return (_STATIC / path).read_bytes()


ops = Router(
    "/",
    route_handlers=[root, health, ready, openapi, docs, docs_asset],
    opt={"permission": NO_KEY},
    tags=["operation"],
    security=[{}],
)
