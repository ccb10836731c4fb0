"""Escalated tickets out of a file: one request or text per line. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.engine.inquiry import read_inquiry
from data_pipeline.errors import InvalidRequestError
from data_pipeline.request_body import read_request

_TEXT_FIELDS = ("text", "question", "inquiry")


class TicketFile(msgspec.Struct, frozen=True):
    """What the tickets ask, and the numbers of the lines that hold no ticket."""

    texts: tuple[str, ...]
    unreadable: tuple[int, ...]


def read_tickets(raw: bytes) -> TicketFile:
    """Subject and newest customer text of each line; blank lines are skipped, nothing raises.

    A line is a request, `{"request": …}`, `{"text": …}`, a JSON text, or plain text.
    """
    texts: list[str] = []
    unreadable: list[int] = []
    for number, line in enumerate(raw.splitlines(), start=1):
        if line.strip():
            text = _text(line)
            if text:
                texts.append(text)
            else:
                unreadable.append(number)
    return TicketFile(tuple(texts), tuple(unreadable))


def _text(line: bytes) -> str:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # A line that opens like JSON was meant as JSON: half a request is no text.
        plain = line.lstrip().startswith((b"{", b"["))
        return "" if plain else line.decode("utf-8", "replace").strip()
    return next(_asked(value), "").strip()


def _asked(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, dict) and isinstance(value.get("request"), dict):
        yield from _of_request(value["request"])
    elif isinstance(value, dict):
        yield from _of_request(value)
        yield from (value[f] for f in _TEXT_FIELDS if isinstance(value.get(f), str))


def _of_request(value: dict[str, Any]) -> Iterator[str]:
    try:
        request, _ = read_request(msgspec.json.encode(value), GenerateResponseRequest)
        inquiry = read_inquiry(request)
    except InvalidRequestError:
        return
    yield "\n".join(dict.fromkeys(filter(None, (inquiry.subject, inquiry.text))))
