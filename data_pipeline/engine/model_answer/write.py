"""Have a model write a reply: one call, a second one where the first cannot be used."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from typing import Final

import msgspec

from data_pipeline.engine.model_answer.assignment import ModelAssignment
from data_pipeline.engine.model_answer.drafts import WrittenPart
from data_pipeline.engine.model_answer.material import answer_task, repair_task
from data_pipeline.engine.model_answer.metered import estimated
from data_pipeline.engine.model_answer.offered import Offered, offer
from data_pipeline.engine.model_answer.reading import Reading, SaidPoint, finished_points
from data_pipeline.engine.model_answer.schema import (
    MAX_REPLY,
    ModelAnswer,
    Point,
    UnreadableReplyError,
    Verdict,
    decode_answer,
    problems_of,
)
from data_pipeline.errors import ModelReplyError, ModelUnavailableError
from data_pipeline.ports import AnswerModel, Completion, ModelTask

__all__ = ["ModelWritten", "OnPoint", "SaidPoint", "WrittenPart", "write_answer"]

OnPoint = Callable[[SaidPoint], Awaitable[None]]
"""Told each point of a reply as soon as it is complete and has passed the checks."""

# Characters between two looks at a stream: each reads all of it.
_STRIDE: Final = 16
_UNUSABLE: Final = (
    "The answer model's reply does not fit its schema, and neither did a second one: "
    "see that the model supports structured output, or choose another."
)
_BROKEN: Final = (
    "The answer model's streamed reply does not fit its schema: "
    "see that the model supports structured output, or choose another."
)
_CUT: Final = "The answer model's stream ended early: send the request again."
_TOO_LONG: Final = f"The answer model's reply is longer than {MAX_REPLY:,} characters."
_NOT_ASKED_AGAIN: Final = (
    "The answer model's reply does not fit its schema, and a second one failed: "
    "send the request again."
)


class ModelWritten(msgspec.Struct, frozen=True, kw_only=True):
    """What a model wrote, after the checks; `parts` are as those of the assignment.

    `completions` are the calls that were made: one or two, none without a passage to cite.
    """

    verdict: Verdict
    parts: tuple[WrittenPart, ...]
    completions: tuple[Completion, ...] = ()


async def write_answer(
    model: AnswerModel, task: ModelAssignment, on_point: OnPoint | None = None
) -> ModelWritten:
    """A checked reply to `task`; with `on_point` it is streamed.

    What `on_point` was told is what the drafts say: a reply that turns out to be unusable after
    that is not written again. Raises `ModelUnavailableError`, and `ModelReplyError` where the
    model replied but nothing usable; its `usage` is what all calls cost.
    """
    offered = offer(task)
    reading = Reading(task, offered)
    if not offered:
        return ModelWritten(verdict="not_in_articles", parts=reading.written())
    calls = [await _first(model, answer_task(task, offered), reading, on_point)]
    answer, problems = _read(calls[0].text, task, offered)
    if problems and not reading.says_something:
        reading = Reading(task, offered)
        repair = repair_task(task, offered, calls[0].text, problems)
        calls.append(await _again(model, repair, calls[0]))
        answer, _ = _read(calls[1].text, task, offered)
    if answer is None or not (answer.points or answer.verdict == "not_in_articles"):
        raise ModelReplyError(_UNUSABLE if len(calls) > 1 else _BROKEN, usage=total(calls))
    return await _concluded(answer, reading, calls, on_point)


def total(calls: Sequence[Completion]) -> Completion:
    """What several calls cost together, without their texts; the model is that of the last."""
    return Completion(
        text="",
        model=calls[-1].model,
        input_tokens=sum(call.input_tokens for call in calls),
        output_tokens=sum(call.output_tokens for call in calls),
        cached_tokens=sum(call.cached_tokens for call in calls),
    )


async def _first(
    model: AnswerModel, asked: ModelTask, reading: Reading, on_point: OnPoint | None
) -> Completion:
    """The first reply; its points go through `reading` to `on_point` as they come."""
    if on_point is None:
        return await model.complete(asked)
    text, looked_at = "", 0
    async with aclosing(_pieces(model, asked)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Completion):
                return piece
            text += piece
            if len(text) > MAX_REPLY:
                raise ModelReplyError(_TOO_LONG, usage=estimated(model, asked, text))
            # A quotation mark ends the text of a point.
            if '"' in piece and len(text) >= looked_at + _STRIDE:
                looked_at = len(text)
                await _tell(finished_points(text, len(reading.taken)), reading, on_point)
    raise ModelReplyError(_CUT, usage=estimated(model, asked, text))


async def _pieces(model: AnswerModel, asked: ModelTask) -> AsyncGenerator[str | Completion, None]:
    """The stream as a generator, so that it can be closed when nobody listens any more."""
    stream = model.stream(asked)
    try:
        async for piece in stream:
            yield piece
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()


async def _tell(points: Iterable[Point], reading: Reading, on_point: OnPoint | None) -> None:
    for point in points:
        said = reading.take(point)
        if said is not None and on_point is not None:
            await on_point(said)


def _read(
    text: str, task: ModelAssignment, offered: Sequence[Offered]
) -> tuple[ModelAnswer | None, list[str]]:
    """The reply, None where it cannot be read, and what is wrong with it."""
    try:
        answer = decode_answer(text)
    except UnreadableReplyError as error:
        return None, [str(error)]
    return answer, problems_of(answer, {one.id for one in offered}, task.language)


async def _again(model: AnswerModel, repair: ModelTask, first: Completion) -> Completion:
    """The second reply; where it fails, the error tells what the first one cost, too."""
    try:
        return await model.complete(repair)
    except ModelUnavailableError as error:
        spent = getattr(error, "usage", None)
        calls = [first, spent] if isinstance(spent, Completion) else [first]
        raise ModelReplyError(_NOT_ASKED_AGAIN, usage=total(calls)) from error


async def _concluded(
    answer: ModelAnswer, reading: Reading, calls: Sequence[Completion], on_point: OnPoint | None
) -> ModelWritten:
    """What is written, once the points that are not told yet are judged and told."""
    points = [] if answer.verdict == "not_in_articles" else answer.points
    told = len(reading.taken)
    if points[:told] != reading.taken:
        raise ModelReplyError(_BROKEN, usage=total(calls))
    await _tell(points[told:], reading, on_point)
    return ModelWritten(verdict=answer.verdict, parts=reading.written(), completions=tuple(calls))
