"""The Responses API: requests, replies and events as they travel. Pure functions."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from data_pipeline.adapters.openai.characters import whole_characters
from data_pipeline.adapters.openai.replies import (
    CUT_OFF,
    DONE,
    FAILED,
    FILTERED,
    OTHER,
    Reply,
    Spent,
)
from data_pipeline.ports import ModelTask


class _CachedTokens(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    input_tokens: int | None = None
    output_tokens: int | None = None
    input_tokens_details: _CachedTokens | None = None


class _Content(msgspec.Struct):
    type: str
    text: str | None = None


class _Item(msgspec.Struct):
    type: str
    content: list[_Content] | None = None


class _Reason(msgspec.Struct):
    reason: str | None = None


class _Response(msgspec.Struct):
    status: str
    output: list[_Item] = []
    usage: _Usage | None = None
    incomplete_details: _Reason | None = None


class _Event(msgspec.Struct):
    type: str = ""


class _Ending(msgspec.Struct):
    response: _Response


class _Delta(msgspec.Struct):
    delta: str


_REASONS: Final = {"max_output_tokens": CUT_OFF, "content_filter": FILTERED}
_STATUSES: Final = {"completed": DONE, "failed": FAILED}


STREAMED: Final = {"stream": True}


def body(task: ModelTask, model: str) -> dict[str, Any]:
    """The request for `task`; nothing of it is kept on the vendor's side for later turns."""
    return {
        "model": model,
        "instructions": whole_characters(task.instructions),
        "input": whole_characters(task.material),
        "text": {
            "format": {
                "type": "json_schema",
                "name": task.schema_name,
                "strict": True,
                "schema": dict(task.schema),
            }
        },
        "store": False,
    }


def read_reply(content: bytes) -> Reply:
    """The reply in the body `content`. Raises `msgspec.MsgspecError` where it is none."""
    return _reply(msgspec.json.decode(content, type=_Response))


class Gathered:
    """A streamed reply, event by event; `is_complete` from the event on that ends it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._ending: Reply | None = None
        self._failed = False

    @property
    def is_complete(self) -> bool:
        return self._ending is not None

    def take(self, event: Any) -> str:
        """Add `event`; the piece of text that it brings. Raises `msgspec.MsgspecError`."""
        match msgspec.convert(event, _Event).type:
            case "response.output_text.delta":
                piece = msgspec.convert(event, _Delta).delta
                self._pieces.append(piece)
                return piece
            case "response.completed" | "response.incomplete" | "response.failed":
                response = msgspec.convert(event, _Ending).response
                self._ending = _reply(response)
            case "error":  # which the SDK hands out like any other event
                self._failed = True
        return ""

    def reply(self) -> Reply:
        """What was replied: a stream that broke off has no ending."""
        text = "".join(self._pieces)
        if self._ending is None:
            return Reply(text, FAILED if self._failed else None, Spent())
        return msgspec.structs.replace(self._ending, text=text)


def _reply(response: _Response) -> Reply:
    contents = [
        content
        for item in response.output
        if item.type == "message"
        for content in item.content or ()
    ]
    return Reply(
        text="".join(part.text or "" for part in contents if part.type == "output_text"),
        ending=_ending(response),
        spent=_spent(response.usage),
        is_refusal=any(part.type == "refusal" for part in contents),
    )


def _ending(response: _Response) -> str:
    if response.status == "incomplete":
        reason = response.incomplete_details and response.incomplete_details.reason
        return _REASONS.get(reason or "", OTHER)
    return _STATUSES.get(response.status, FAILED)


def _spent(usage: _Usage | None) -> Spent:
    if usage is None:
        return Spent()
    details = usage.input_tokens_details
    return Spent(
        usage.input_tokens or 0,
        usage.output_tokens or 0,
        (details.cached_tokens or 0) if details else 0,
    )
