"""Who may call: asked before the body is read."""

from __future__ import annotations

import ipaddress
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Headers
from litestar.handlers import BaseRouteHandler
from structlog.contextvars import bind_contextvars

from api.problems import RefusedError
from data_pipeline.ports import ApiKey
from data_pipeline.services import Services

Connection = ASGIConnection[Any, Any, Any, Any]

NO_KEY = "no key"
ANY_KEY = "any key"
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


async def check_key(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let a request pass whose key has the `permission` that the route's `opt` names.

    The permission is one of `keys_file.PERMISSIONS`, `ANY_KEY` or `NO_KEY`; a route that names none
    needs `admin`. Raises `RefusedError` (401 or 403).
    """
    permission = handler.opt.get("permission", "admin")
    if permission == NO_KEY or connection.scope.get("method") == "OPTIONS":
        return
    key = await _known_key(connection)
    connection.scope["auth"] = key
    bind_contextvars(tenant=key.tenant, key_id=key.key_id)
    if key.loopback_only and not _from_this_machine(connection):
        raise RefusedError(
            "forbidden",
            "The development key works on the service's own machine only, not through a proxy: "
            "ask the operator for a key (python -m scripts.create_key).",
        )
    if permission not in {ANY_KEY, *key.permissions}:
        raise RefusedError(
            "forbidden", f"This needs the permission {permission}: ask the operator for a key."
        )


async def _known_key(connection: Connection) -> ApiKey:
    presented = _presented_key(connection.headers)
    if not presented:
        raise RefusedError(
            "missing_api_key", "Send your key as X-API-Key: <key> or Authorization: Bearer <key>."
        )
    services: Services = connection.app.state.services
    key = await services.api_keys.find(presented)
    if key is None:
        raise RefusedError(
            "unknown_api_key", "Check the key for missing characters, or ask the operator for one."
        )
    return key


def _presented_key(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    return headers.get("x-api-key", "").strip() or bearer


def _from_this_machine(connection: Connection) -> bool:
    """Whether the peer is loopback and nothing says that it speaks for somebody else."""
    client = connection.client
    if client is None or any(name in connection.headers for name in _FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(client.host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
