"""What a model replies, and what is wrong with a reply that cannot be used as it is. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from data_pipeline.engine.model_answer.saying import is_in_other_language, plain_sentences
from data_pipeline.prompts.strict_schema import strict_schema

Kind = Literal["point", "step", "warning"]
Verdict = Literal["answered", "partly", "not_in_articles"]

MAX_POINTS: Final = 16
_MAX_CITES: Final = 8
MAX_TEXT: Final = 800
"""Characters of a point."""
MAX_REPLY: Final = 40_000


class Point(msgspec.Struct, frozen=True):
    """One statement; the passages come before the text that rests on them."""

    cites: Annotated[list[str], Meta(description="ids of the passages that the text rests on")]
    kind: Annotated[Kind, Meta(description="step: the customer does it; warning: mind it")]
    text: Annotated[str, Meta(description="one or two plain sentences to the customer")]


class ModelAnswer(msgspec.Struct, frozen=True):
    """A model's whole reply."""

    verdict: Annotated[Verdict, Meta(description="how much of what is asked the passages answer")]
    points: list[Point]


ANSWER_SCHEMA: Final[dict[str, Any]] = strict_schema(ModelAnswer)


class UnreadableReplyError(ValueError):
    """A reply that is no `ModelAnswer`; the message says why, without its text."""


def decode_answer(text: str) -> ModelAnswer:
    """The reply in `text`; raises `UnreadableReplyError` where it does not fit the schema."""
    if len(text) > MAX_REPLY:
        raise UnreadableReplyError(f"The reply is longer than {MAX_REPLY:,} characters.")
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"), type=ModelAnswer)
    except (msgspec.DecodeError, RecursionError):
        # The decoder's message may quote the reply.
        raise UnreadableReplyError("The reply is not JSON that fits the schema.") from None


def passage_id(cite: str) -> str:
    """The id that is meant by one in brackets or capitals."""
    return cite.strip("[]() ").lower()


def problems_of(answer: ModelAnswer, ids: AbstractSet[str], language: str) -> list[str]:
    """What is wrong with a reply that could be read, as the model is told; `ids` are known."""
    if answer.verdict == "not_in_articles":
        return []
    said = " ".join(point.text for point in answer.points)
    strange = ["The text is not in the language that was asked for."]
    return [*_problems(answer, ids), *(strange if is_in_other_language(said, language) else ())]


def _problems(answer: ModelAnswer, ids: AbstractSet[str]) -> Iterator[str]:
    if not answer.points:
        yield "There are no points, but `verdict` is not `not_in_articles`."
    if len(answer.points) > MAX_POINTS:
        yield f"There are more than {MAX_POINTS} points."
    for number, point in enumerate(answer.points[:MAX_POINTS], start=1):
        said = plain_sentences(point.text[:MAX_TEXT])
        if said and ids.isdisjoint(map(passage_id, point.cites)):
            yield f"Point {number} cites no passage that there is."
        if len(point.cites) > _MAX_CITES:
            yield f"Point {number} cites more than {_MAX_CITES} passages."
        if not point.text.strip():
            yield f"Point {number} has no text."
        if len(point.text) > MAX_TEXT:
            yield f"The text of point {number} is longer than {MAX_TEXT} characters."
