"""When a model's reply can be used: what both of the vendor's APIs are read into, and judged by."""

from __future__ import annotations

from typing import Final

import msgspec

from data_pipeline.errors import ModelReplyError, ModelUnavailableError
from data_pipeline.ports import Completion


class Spent(msgspec.Struct, frozen=True):
    """Tokens of one call; `cached` are of the input."""

    input: int = 0
    output: int = 0
    cached: int = 0


class Reply(msgspec.Struct, frozen=True):
    """A reply as it came. `ending` is why it ended: `done`, another word of ours, or None: cut."""

    text: str
    ending: str | None
    spent: Spent
    is_refusal: bool = False


DONE: Final = "done"
CUT_OFF: Final = "cut off"
FILTERED: Final = "filtered"
FAILED: Final = "failed"
OTHER: Final = "other"

_UNUSABLE: Final = {
    CUT_OFF: "The reply of {model} was longer than it may be: allow more output tokens.",
    FILTERED: "The content filter of {model} stopped its reply.",
    OTHER: "The reply of {model} ended for a reason that leaves no answer.",
}


def usable(reply: Reply, model: str) -> Completion:
    """`reply` as a completion.

    Raises `ModelReplyError`, with what the reply cost, when it holds no whole answer, and
    `ModelUnavailableError` when it never ended.
    """
    if reply.ending is None:
        raise ModelUnavailableError(f"The reply of {model} broke off before its end: try again.")
    if reply.ending == FAILED:
        raise ModelUnavailableError(f"{model} failed while it replied: try again.")
    if reply.is_refusal:
        raise ModelReplyError(f"{model} refused to reply.", usage=completion("", reply, model))
    if reply.ending != DONE:
        detail = _UNUSABLE[reply.ending].format(model=model)
        raise ModelReplyError(detail, usage=completion("", reply, model))
    if not reply.text.strip():
        raise ModelReplyError(f"{model} replied nothing.", usage=completion("", reply, model))
    return completion(reply.text, reply, model)


def completion(text: str, reply: Reply, model: str) -> Completion:
    """`text` with what `reply` cost."""
    return Completion(
        text=text,
        model=model,
        input_tokens=reply.spent.input,
        output_tokens=reply.spent.output,
        cached_tokens=reply.spent.cached,
    )
