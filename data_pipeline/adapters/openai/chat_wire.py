"""The Chat Completions API: requests, replies and chunks as they travel. Pure functions."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from data_pipeline.adapters.openai.characters import whole_characters
from data_pipeline.adapters.openai.replies import CUT_OFF, DONE, FILTERED, OTHER, Reply, Spent
from data_pipeline.ports import ModelTask


class _CachedTokens(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _CachedTokens | None = None


class _Message(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Response(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


class _Piece(msgspec.Struct):
    delta: _Message | None = None
    finish_reason: str | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Piece]
    usage: _Usage | None = None


_FINISHES: Final = {"stop": DONE, "length": CUT_OFF, "content_filter": FILTERED}


STREAMED: Final = {"stream": True, "stream_options": {"include_usage": True}}


def body(task: ModelTask, model: str) -> dict[str, Any]:
    """The request for `task`."""
    return {
        "model": model,
        "messages": [
            {"role": "system", "content": whole_characters(task.instructions)},
            {"role": "user", "content": whole_characters(task.material)},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": task.schema_name, "strict": True, "schema": dict(task.schema)},
        },
    }


def read_reply(content: bytes) -> Reply:
    """The reply in the body `content`. Raises `msgspec.MsgspecError` or `ValueError`."""
    response = msgspec.json.decode(content, type=_Response)
    if not response.choices:
        raise ValueError("no choices")
    choice = response.choices[0]
    return Reply(
        text=choice.message.content or "",
        ending=_ending(choice.finish_reason),
        spent=_spent(response.usage),
        is_refusal=bool(choice.message.refusal),
    )


class Gathered:
    """A streamed reply, chunk by chunk; `is_complete` from the chunk on that ends it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._finish: str | None = None
        self._usage: _Usage | None = None
        self._is_refusal = False

    @property
    def is_complete(self) -> bool:
        return self._finish is not None

    def take(self, event: Any) -> str:
        """Add a chunk; the piece of text that it brings. Raises `msgspec.MsgspecError`."""
        chunk = msgspec.convert(event, _Chunk)
        self._usage = chunk.usage or self._usage
        if not chunk.choices:  # the last one, with the usage
            return ""
        first = chunk.choices[0]
        self._finish = first.finish_reason or self._finish
        delta = first.delta or _Message()
        self._is_refusal |= bool(delta.refusal)
        piece = delta.content or ""
        self._pieces.append(piece)
        return piece

    def reply(self) -> Reply:
        """What was replied: a cut stream ends like a whole one, only without a finish reason."""
        return Reply(
            "".join(self._pieces), _ending(self._finish), _spent(self._usage), self._is_refusal
        )


def _ending(finish_reason: str | None) -> str | None:
    return None if finish_reason is None else _FINISHES.get(finish_reason, OTHER)


def _spent(usage: _Usage | None) -> Spent:
    if usage is None:
        return Spent()
    details = usage.prompt_tokens_details
    return Spent(
        usage.prompt_tokens or 0,
        usage.completion_tokens or 0,
        (details.cached_tokens or 0) if details else 0,
    )
