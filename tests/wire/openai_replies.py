"""What the vendor sends for a text that the model said: whole and streamed, in both APIs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec

from tests.wire.openai_requests import Asked
from tests.wire.vectors import token_count

_PIECE = 7
_CREATED = 1_790_000_000


@dataclass(frozen=True)
class Said:
    """What the model says. A `filtered` or cut text ends as the vendor tells it."""

    text: str
    refused: bool = False
    ending: Literal["stop", "length", "content_filter"] = "stop"
    cached_tokens: int = 0
    reasoning_tokens: int = 0


def within_limit(said: Said, most: int | None) -> Said:
    """Cut after as many tokens as the request allows, at four characters each."""
    if most is None or token_count(said.text) <= most:
        return said
    return replace(said, text=said.text[: most * 4], ending="length")


def response(asked: Asked, said: Said, number: int) -> dict[str, Any]:
    """The object of the Responses API."""
    whole = _response(asked, number) | {"output": _output(asked, said, number)}
    whole["usage"] = _response_usage(asked, said)
    if said.ending == "stop":
        return whole | {"status": "completed"}
    reason = "max_output_tokens" if said.ending == "length" else said.ending
    return whole | {"status": "incomplete", "incomplete_details": {"reason": reason}}


def response_events(asked: Asked, said: Said, number: int) -> tuple[bytes, ...]:
    """The events of the Responses API from `response.created` to the end."""
    events = list(_response_events(asked, said, number))
    return tuple(
        _event(event | {"sequence_number": at}, named=True) for at, event in enumerate(events)
    )


def chat(asked: Asked, said: Said, number: int) -> dict[str, Any]:
    """The object of chat completions."""
    message = {"role": "assistant", "annotations": []} | _chat_content(said)
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": said.ending}
    head = _chat(asked, number, "chat.completion")
    return head | {"choices": [choice], "usage": _chat_usage(asked, said)}


def chat_events(asked: Asked, said: Said, number: int) -> tuple[bytes, ...]:
    """The chunks of chat completions, a usage chunk where it was asked for, and `[DONE]`."""
    head = _chat(asked, number, "chat.completion.chunk")
    key = "refusal" if said.refused else "content"
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": "", "refusal": None}]
    deltas += [{key: piece} for piece in _pieces(said.text)]
    choices = [[_chat_choice(delta, None)] for delta in deltas]
    choices.append([_chat_choice({}, said.ending)])
    chunks = [head | {"choices": choice} for choice in choices]
    if asked.usage_in_stream:
        chunks = [chunk | {"usage": None} for chunk in chunks]
        chunks.append(head | {"choices": [], "usage": _chat_usage(asked, said)})
    return (*(_event(chunk, named=False) for chunk in chunks), b"data: [DONE]\n\n")


def _response(asked: Asked, number: int) -> dict[str, Any]:
    return {
        "id": f"resp_{number:04}",
        "object": "response",
        "created_at": _CREATED,
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": asked.most,
        "metadata": {},
        "model": f"{asked.model}-2026-01-01",
        "output": [],
        "parallel_tool_calls": True,
        "store": asked.store,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": None,
    }


def _output(asked: Asked, said: Said, number: int) -> list[dict[str, Any]]:
    status = "completed" if said.ending == "stop" else "incomplete"
    message = _message(number, status) | {"content": [_part(said, said.text)]}
    return [*_reasoning(asked, number), message]


def _reasoning(asked: Asked, number: int) -> list[dict[str, Any]]:
    """What a reasoning model puts before its message."""
    item = {"id": f"rs_{number:04}", "type": "reasoning", "summary": []}
    return [item] if asked.reasoning else []


def _message(number: int, status: str) -> dict[str, Any]:
    head = {"id": f"msg_{number:04}", "type": "message", "role": "assistant"}
    return head | {"status": status, "content": []}


def _part(said: Said, text: str) -> dict[str, Any]:
    if said.refused:
        return {"type": "refusal", "refusal": text}
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _response_events(asked: Asked, said: Said, number: int) -> Iterator[dict[str, Any]]:
    started, ended = _response(asked, number), response(asked, said, number)
    message = ended["output"][-1]
    index = len(ended["output"]) - 1
    yield {"type": "response.created", "response": started}
    yield {"type": "response.in_progress", "response": started}
    for item in ended["output"][:-1]:
        yield {"type": "response.output_item.added", "output_index": 0, "item": item}
        yield {"type": "response.output_item.done", "output_index": 0, "item": item}
    opened = _message(number, "in_progress")
    yield {"type": "response.output_item.added", "output_index": index, "item": opened}
    where = {"item_id": message["id"], "output_index": index, "content_index": 0}
    yield from ({**event, **where} for event in _part_events(said))
    yield {"type": "response.output_item.done", "output_index": index, "item": message}
    yield {"type": f"response.{ended['status']}", "response": ended}


def _part_events(said: Said) -> Iterator[dict[str, Any]]:
    yield {"type": "response.content_part.added", "part": _part(said, "")}
    kind = "response.refusal" if said.refused else "response.output_text"
    probabilities: dict[str, Any] = {} if said.refused else {"logprobs": []}
    for piece in _pieces(said.text):
        yield {"type": f"{kind}.delta", "delta": piece} | probabilities
    key = "refusal" if said.refused else "text"
    yield {"type": f"{kind}.done", key: said.text} | probabilities
    yield {"type": "response.content_part.done", "part": _part(said, said.text)}


def _response_usage(asked: Asked, said: Said) -> dict[str, Any]:
    output = token_count(said.text) + said.reasoning_tokens
    return {
        "input_tokens": asked.tokens,
        "input_tokens_details": {"cached_tokens": said.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": output,
        "output_tokens_details": {"reasoning_tokens": said.reasoning_tokens},
        "total_tokens": asked.tokens + output,
    }


def _chat(asked: Asked, number: int, kind: str) -> dict[str, Any]:
    head = {"id": f"chatcmpl-{number:04}", "object": kind, "created": _CREATED}
    return head | {"model": f"{asked.model}-2026-01-01", "service_tier": "default"}


def _chat_choice(delta: dict[str, Any], ending: str | None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": ending}


def _chat_content(said: Said) -> dict[str, Any]:
    if said.refused:
        return {"content": None, "refusal": said.text}
    return {"content": said.text, "refusal": None}


def _chat_usage(asked: Asked, said: Said) -> dict[str, Any]:
    output = token_count(said.text) + said.reasoning_tokens
    return {
        "prompt_tokens": asked.tokens,
        "completion_tokens": output,
        "total_tokens": asked.tokens + output,
        "prompt_tokens_details": {"cached_tokens": said.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": said.reasoning_tokens},
    }


def _pieces(text: str) -> list[str]:
    return [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]


def _event(content: dict[str, Any], *, named: bool) -> bytes:
    name = f"event: {content['type']}\n".encode() if named else b""
    return name + b"data: " + msgspec.json.encode(content) + b"\n\n"
