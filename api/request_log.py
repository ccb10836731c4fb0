"""Request ids, and one event per request. Wraps the whole app: the router's own 404 and 405 too.

Never logged: bodies, headers, query strings, and addresses that no route has. HEAD is answered here
as HTTP wants it, like GET without the body, so that no route needs a second handler.
"""

from __future__ import annotations

import contextlib
import re
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import msgspec
import structlog
from litestar import Response
from structlog.contextvars import bind_contextvars, clear_contextvars

from api.problems import mistake
from data_pipeline.contract.replies import GenerateResponseReply, RequiredDataReply
from data_pipeline.errors import KbgateError
from data_pipeline.logs import adopt_server_logs, error_facts

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_FAILURES = {
    "lifespan.startup.failed": "cannot start",
    "lifespan.shutdown.failed": "did not stop cleanly",
}
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_log = structlog.get_logger()


class RequestLog:
    """The ASGI app that a server runs: `app` with request ids, events and readable start errors."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on lifespan and HTTP; there are no websockets here."""
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        head = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if head else scope
        request_id = request_id_in(scope["headers"])
        inner.setdefault("state", {})["request_id"] = request_id
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            elif head:
                message["body"] = b""
            await send(message)

        try:
            await self._app(inner, receive, send_with_id)
        except Exception as error:  # noqa: BLE001 - a server would log its text
            _log.error("unhandled_error", exc_info=error)
            if not status:
                await _send_mistake(send_with_id, request_id)
        finally:
            asked = {"method": _method(scope), "route": inner.get("path_template") or "-"}
            noted = inner["state"].get("noted", {})
            _log.info("request", status=status, ms=_ms_since(started), **asked, **noted)

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_reason(message: Message) -> None:
            if (failed := _FAILURES.get(message["type"])) is not None:
                message["message"] = f"kbgate {failed}: {_reason(sys.exception())}"
            elif message["type"] == "lifespan.startup.complete":
                adopt_server_logs()
            await send(message)

        with contextlib.suppress(Exception):  # has just been said, in one sentence
            await self._app(scope, receive, send_reason)


def request_id_in(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The request id that a caller sent, or a new one."""
    for name, value in headers:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return str(value, "ascii")
    return uuid.uuid4().hex


async def note_reply(response: Response[Any]) -> Response[Any]:
    """Put what was decided (never a text) into the event of this request; an `after_request`."""
    bind_contextvars(**_reply_facts(response.content))
    return response


def note(scope: Mapping[str, Any], reply: object) -> None:
    """The same for a reply that is streamed, in a task of its own."""
    scope["state"]["noted"] = _reply_facts(reply)


def _reply_facts(reply: object) -> Mapping[str, Any]:
    match reply:
        case RequiredDataReply():
            return {"next_step": reply.next_step, "confidence": reply.confidence}
        case GenerateResponseReply():
            return {
                "decision": reply.decision,
                "confidence": reply.confidence,
                "chunks": len({citation.chunk_id for citation in reply.citations}),
                "model": reply.usage.model,
                "tokens": reply.usage.input_tokens + reply.usage.output_tokens,
                "embedding_tokens": reply.usage.embedding_tokens,
                "cost_usd": reply.usage.cost_usd,
                "degraded": reply.degraded,
            }
        case _:
            return {}


def _method(scope: Scope) -> str:
    """The method; `-` for one that a caller invented, because it may say anything."""
    return scope["method"] if scope["method"] in _METHODS else "-"


def _ms_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


async def _send_mistake(send: Send, request_id: str) -> None:
    body = msgspec.json.encode(mistake(request_id))
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _reason(error: BaseException | None) -> str:
    """One sentence: our own errors in their words, any other by its type, its places logged."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, KbgateError):
        return str(error)
    if error is not None:
        _log.error("lifespan_failed", **error_facts(error))
    return f"{type(error).__name__}; the event lifespan_failed says where."
