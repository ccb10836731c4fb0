"""HTTP/1.1 below the app: bounds what comes before a body, and refuses in the one problem shape."""

from __future__ import annotations

import httptools
import msgspec
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api.problems import media_type, problem
from api.request_log import request_id_in

MAX_HEAD_BYTES = 64_000
"""Address and headers of a request; the parser itself takes any number, before any key is asked."""
_NOT_HTTP = "This is not a request in HTTP/1.1: check its first line, headers and chunk sizes."
_HEAD_TOO_LARGE = (
    f"Address and headers are larger than {MAX_HEAD_BYTES:,} bytes: send text in the body."
)
_LINGER_SECONDS = 1
"""A connection closed on unread bytes is reset, and the caller never sees the answer."""
_log = structlog.get_logger()


class _HeadTooLargeError(Exception):
    """Raised through the parser, which then reads no further."""


class ServerProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a bounded head; asking for a websocket is no event, and gets none."""

    _is_refused = False
    _head_bytes = 0
    _silent_bytes = 0
    """Bytes since a head began or a part of a body came: one header or trailer may be endless."""

    def data_received(self, data: bytes) -> None:
        """Feed the parser; what it cannot read is answered once and the connection closed."""
        if self._is_refused:
            return
        self._unset_keepalive_if_required()
        self._silent_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            return
        except httptools.HttpParserError as error:
            too_large = isinstance(error.__context__, _HeadTooLargeError)
            self.send_400_response(_HEAD_TOO_LARGE if too_large else _NOT_HTTP)
            return
        if self._silent_bytes > MAX_HEAD_BYTES:
            self.send_400_response(_HEAD_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A new request: count from the start."""
        self._head_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count a part of the address."""
        self._count(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header or a trailer."""
        self._count(name + value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole and was counted."""
        self._silent_bytes = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A body is bounded by the app."""
        self._silent_bytes = 0
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        """Answer with a problem whose detail is `msg`, unless an answer is already under way."""
        self._is_refused = True
        if self.transport.is_closing() or (self._is_running and self.cycle.response_started):
            self.transport.close()
            return
        self.transport.write(self._refusal(msg))
        if self._is_running:  # what the app says now has nowhere to go
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.transport.close)

    @property
    def _is_running(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _count(self, part: bytes) -> None:
        self._head_bytes += len(part)
        if self._head_bytes > MAX_HEAD_BYTES:
            raise _HeadTooLargeError

    def _refusal(self, detail: str) -> bytes:
        headers = self.headers or []
        request_id = request_id_in(headers)
        if self._is_running:  # the app has seen this request, and logs its end
            request_id = self.cycle.scope["state"].get("request_id", request_id)
        else:
            event = {"request_id": request_id, "status": 400, "method": "-", "route": "-"}
            _log.info("request", **event)
        body = msgspec.json.encode(problem("invalid_request", detail, request_id))
        accept = b",".join(value for name, value in headers if name == b"accept")
        head = (
            "HTTP/1.1 400 Bad Request\r\n"
            f"content-type: {media_type(accept.decode('latin-1'))}\r\n"
            f"content-length: {len(body)}\r\n"
            f"x-request-id: {request_id}\r\n"
            "connection: close\r\n\r\n"
        )
        return head.encode() + body
