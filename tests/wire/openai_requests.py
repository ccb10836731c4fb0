"""What the vendor refuses of a request for text, and what such a request asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.wire.openai_errors import require
from tests.wire.openai_schema import Schema, check_format
from tests.wire.vectors import token_count

_REASONING = re.compile(r"(o\d|gpt-5)")
_BOTH = (
    "metadata model parallel_tool_calls prompt_cache_key prompt_cache_retention safety_identifier"
    " service_tier store stream stream_options temperature tool_choice tools top_logprobs top_p user"
)
_RESPONSES = frozenset(
    f"{_BOTH} background conversation include input instructions max_output_tokens max_tool_calls"
    " previous_response_id prompt reasoning text truncation".split()
)
_CHAT = frozenset(
    f"{_BOTH} frequency_penalty logit_bias logprobs max_completion_tokens max_tokens messages n"
    " presence_penalty reasoning_effort response_format seed stop verbosity".split()
)
_LEAST_OUTPUT = 16


@dataclass(frozen=True)
class Asked:
    """A request for text, the same for both APIs. `most` is the limit on the output's tokens."""

    model: str
    schema: Schema | None
    stream: bool
    tokens: int
    most: int | None
    store: bool
    reasoning: bool
    usage_in_stream: bool = True


def asked_of_responses(body: dict[str, Any]) -> Asked:
    """A request to `/v1/responses`, or a refusal."""
    _check_names(body, _RESPONSES)
    require(body.get("input"), "Missing required parameter: 'input'.", param="input")
    reasoning = _check_model(body, temperature="temperature")
    effort = reasoning or "reasoning" not in body
    require(effort, "Unsupported parameter: 'reasoning.effort'", param="reasoning.effort")
    most = body.get("max_output_tokens")
    enough = most is None or most >= _LEAST_OUTPUT
    require(enough, "Invalid 'max_output_tokens': minimum is 16", param="max_output_tokens")
    form = (body.get("text") or {}).get("format") or {"type": "text"}
    schema = check_format(form) if form.get("type") == "json_schema" else None
    text = f"{body.get('instructions') or ''}{_text_of(body['input'])}"
    stored = body.get("store", True)
    streamed = bool(body.get("stream"))
    return Asked(body["model"], schema, streamed, token_count(text), most, stored, reasoning)


def asked_of_chat(body: dict[str, Any]) -> Asked:
    """A request to `/v1/chat/completions`, or a refusal."""
    _check_names(body, _CHAT)
    messages = body.get("messages")
    require(messages, "Missing required parameter: 'messages'.", param="messages")
    reasoning = _check_model(body, temperature="temperature")
    limit = not reasoning or "max_tokens" not in body
    require(limit, "Unsupported parameter: 'max_tokens' with this model", param="max_tokens")
    form = body.get("response_format") or {"type": "text"}
    schema = check_format(form.get("json_schema")) if form["type"] == "json_schema" else None
    options = body.get("stream_options") or {}
    require(not options or body.get("stream"), "stream_options needs stream", param="stream")
    return Asked(
        model=body["model"],
        schema=schema,
        stream=bool(body.get("stream")),
        tokens=token_count(_text_of(messages)),
        most=body.get("max_completion_tokens") or body.get("max_tokens"),
        store=body.get("store") or False,
        reasoning=reasoning,
        usage_in_stream=bool(options.get("include_usage")),
    )


def _check_names(body: dict[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(body.keys() - known)
    name = unknown[0] if unknown else None
    require(name is None, f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")


def _check_model(body: dict[str, Any], *, temperature: str) -> bool:
    model = body.get("model")
    require(isinstance(model, str) and model, "you must provide a model parameter", param="model")
    reasoning = bool(_REASONING.match(str(model)))
    fits = not reasoning or temperature not in body
    message = f"Unsupported parameter: '{temperature}' is not supported with this model."
    require(fits, message, param=temperature, code="unsupported_parameter")
    return reasoning


def _text_of(content: Any) -> str:
    """All strings under `content` or `text` in messages, one after the other."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(map(_text_of, content))
    return _text_of(content.get("content") or content.get("text") or "")
