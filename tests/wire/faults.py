"""What can go wrong on the wire: each is a change to a reply, for `server.faults.add(...)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from tests.wire.exchange import Ending, Reply
from tests.wire.fault_plan import Fault

Whole = TypeVar("Whole", bytes, tuple[bytes, ...])

_JSON = ("content-type", "application/json")


def refusal(
    status: int,
    message: str = "refused by the test",
    *,
    code: str = "refused",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Fault:
    """A status that both vendors' SDKs read: 401, 400, 404, 429 with `Retry-After`, 500, 503."""
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    content = msgspec.json.encode({"error": error, "status": status}) if body is None else body
    reply = Reply(status, content, (_JSON, *(headers or {}).items()))
    return Fault(lambda _: reply, executed=False)


def rate_limited(retry_after: str = "0") -> Fault:
    """429 with `Retry-After`, in seconds."""
    return refusal(429, code="rate_limit_exceeded", headers={"retry-after": retry_after})


def reset() -> Fault:
    """The connection is reset before any byte of the reply."""
    return Fault(lambda _: Reply(silent=True, ending="reset"), executed=False)


def hang() -> Fault:
    """No reply, ever; the connection stays open until the caller leaves."""
    return Fault(lambda _: Reply(silent=True, ending="hang"), executed=False)


def delay(seconds: float) -> Fault:
    """The reply comes, `seconds` late."""
    return Fault(lambda reply: replace(reply, delay=seconds))


def slow(seconds_per_piece: float, piece: int = 1) -> Fault:
    """The body drips: `piece` bytes, or one event, at a time."""
    return Fault(lambda reply: replace(reply, pause=seconds_per_piece, piece=piece))


def truncated(share: float = 0.5) -> Fault:
    """The connection ends after a share of the announced bytes, or of the stream's."""

    def damage(reply: Reply) -> Reply:
        if reply.events is None:
            return replace(reply, cut=int(len(reply.body) * share), ending="close")
        return replace(reply, events=(_part(b"".join(reply.events), share),), ending="close")

    return Fault(damage)


def half_json(share: float = 0.5) -> Fault:
    """A complete reply whose JSON breaks off; in a stream, one of whose events it does."""

    def damage(reply: Reply) -> Reply:
        if reply.events is None:
            return replace(reply, body=_part(reply.body, share))
        whole = _part(reply.events, share)
        return replace(reply, events=(*whole, _part(reply.events[len(whole)], share) + b"\n\n"))

    return Fault(damage)


def garbage(body: bytes = b"<html>\xff\x00 Bad Gateway </html>", status: int = 200) -> Fault:
    """Something that is no JSON, from a proxy on the way."""
    return Fault(lambda _: Reply(status, body, (("content-type", "text/html"),)))


def extra_fields(**fields: Any) -> Fault:
    """The reply has fields that the SDK does not know yet, at the top and in each listed object."""
    added = fields or {"added_later": {"by": ["the", "vendor"]}}

    def damage(reply: Reply) -> Reply:
        if reply.events is None:
            return replace(reply, body=_with(reply.body, added))
        return replace(reply, events=tuple(_event_with(event, added) for event in reply.events))

    return Fault(damage)


def changed(change: Callable[[Any], Any]) -> Fault:
    """The reply's JSON as `change` returns it, for contents that no other fault has."""
    return Fault(
        lambda reply: replace(
            reply, body=msgspec.json.encode(change(msgspec.json.decode(reply.body)))
        )
    )


def cut_stream(after: int, *, cleanly: bool = True) -> Fault:
    """The stream ends after so many events: as if it were complete, or without its end."""

    def damage(reply: Reply) -> Reply:
        ending: Ending = "keep" if cleanly else "close"
        return replace(reply, events=_streamed(reply)[:after], ending=ending)

    return Fault(damage)


def stream_error(after: int, *, flat: bool = False, message: str = "the model broke") -> Fault:
    """An `error` event after so many events: `{"error": {...}}`, or the flat shape of Responses."""
    error: dict[str, Any] = {"message": message, "code": "server_error", "param": None}
    content = {"type": "error", "sequence_number": after} | (error if flat else {"error": error})
    event = b"event: error\ndata: " + msgspec.json.encode(content) + b"\n\n"
    return Fault(lambda reply: replace(reply, events=(*_streamed(reply)[:after], event)))


def _streamed(reply: Reply) -> tuple[bytes, ...]:
    if reply.events is None:
        raise ValueError("this fault is for streams, and the reply is none")
    return reply.events


def _part(whole: Whole, share: float) -> Whole:
    """The beginning, never all of it."""
    return whole[: min(int(len(whole) * share), len(whole) - 1)]


def _event_with(event: bytes, added: Mapping[str, Any]) -> bytes:
    head, _, data = event.partition(b"data: ")
    if data.startswith(b"[DONE]"):
        return event
    return head + b"data: " + _with(data.strip(), added) + b"\n\n"


def _with(body: bytes, added: Mapping[str, Any]) -> bytes:
    if not body:
        return body
    content = msgspec.json.decode(body)
    for value in list(content.values()):
        for item in value if isinstance(value, list) else ():
            if isinstance(item, dict):
                item.update(added)
    return msgspec.json.encode(content | dict(added))
