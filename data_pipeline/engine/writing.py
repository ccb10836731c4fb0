"""Have the answer model write, where its words could count, and judge anew what it wrote."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import msgspec

from data_pipeline.contract.replies import Decision
from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.contract.stream import DeltaEvent, Tell, tell_nobody
from data_pipeline.engine.agent_wording import Cause
from data_pipeline.engine.article_content import ArticleContent
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.guardrails import forbidden_phrases
from data_pipeline.engine.identifiers import identifiers_in
from data_pipeline.engine.model_answer.assignment import ModelAssignment, assign
from data_pipeline.engine.model_answer.metered import MeteredModel
from data_pipeline.engine.model_answer.write import (
    ModelWritten,
    OnPoint,
    SaidPoint,
    WrittenPart,
    write_answer,
)
from data_pipeline.engine.ruling import Case, Ruling, Written, assignment_for, rule
from data_pipeline.engine.wording import speaks
from data_pipeline.errors import ModelUnavailableError
from data_pipeline.ports import AnswerModel, Completion

# Reasons for care that end where somebody writes who needs no sentence of the article as it stands.
_LIFTED: Final = frozenset({Cause.NOTHING_TO_QUOTE, Cause.BESIDE_THE_POINT, Cause.TOO_UNSURE})
_TOO_SLOW: Final = "The answer model takes too long: try again, or send options.mode auto."


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """The rulings to go by, the model calls that were made, and whether the model fell out.

    `is_told` where sentences of the model were told as they came; `verify_ms` is what judging its
    words took, in milliseconds.
    """

    rulings: tuple[Ruling, ...]
    completions: tuple[Completion, ...] = ()
    degraded: tuple[str, ...] = ()
    is_told: bool = False
    verify_ms: float = 0.0

    @property
    def is_by_model(self) -> bool:
        """Whether the model's words are the ones that count."""
        return bool(self.completions) and not self.degraded


class _Teller:
    """Passes a model's sentences on, and knows whether there were any."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.has_told = False

    @property
    def on_point(self) -> OnPoint | None:
        """None where nobody follows: then the reply need not be streamed."""
        return None if self._tell is tell_nobody else self._pass_on

    async def _pass_on(self, point: SaidPoint) -> None:
        self.has_told = True
        for sentence in point.sentences:
            await self._tell(DeltaEvent(kind=point.kind, text=sentence, citations=point.citations))


async def write_with_model(
    case: Case, rulings: Sequence[Ruling], *, seconds: float, tell: Tell = tell_nobody
) -> Writing:
    """`rulings` with what the model wrote in the place of quoted sentences.

    The model is asked only where every part of the ticket could be answered with its help, and gets
    `seconds` at most. When it fails, the rulings stay as they were and `degraded` says so. With
    `mode: model`, or with half of its reply told, `ModelUnavailableError` is raised: what was told
    would pass for a part of another reply.
    """
    if case.engine.model is None or not _could_answer(case, rulings):
        return Writing(rulings=tuple(rulings))
    model, teller = MeteredModel(case.engine.model), _Teller(tell)
    try:
        written = await _within(seconds, model, _assigned(case, rulings), teller.on_point)
    except ModelUnavailableError:
        if teller.has_told or case.request.options.mode == "model":
            raise
        return Writing(
            rulings=tuple(rulings),
            completions=tuple(model.calls),
            degraded=("model",),
        )
    started = time.perf_counter()
    parts = zip(rulings, written.parts, strict=True)
    return Writing(
        rulings=tuple(_ruled(case, old, n, one, written) for n, (old, one) in enumerate(parts)),
        completions=written.completions,
        is_told=teller.has_told,
        verify_ms=(time.perf_counter() - started) * 1000,
    )


def may_write(engine: Engine, request: RequiredDataRequest, language: str) -> bool:
    """Whether a model may write in `language`, whatever language the articles are in.

    In a language of which the checks know no promise, no verdict and no rule, none could be sent.
    """
    mode = getattr(request.options, "mode", "auto")
    return engine.model is not None and mode != "extractive" and speaks(language)


def may_be_translated(content: ArticleContent) -> bool:
    """Whether it forbids no words: in a translation nobody could tell that they are said."""
    return not forbidden_phrases(content.guardrails, content.frames.values())


def _could_answer(case: Case, rulings: Sequence[Ruling]) -> bool:
    """Whether nothing but the lack of words stands between the ticket and an answer."""
    return (
        may_write(case.engine, case.request, case.assessment.language)
        and bool(rulings)
        and all(_is_open(ruling) for ruling in rulings)
    )


def _is_open(ruling: Ruling) -> bool:
    part = ruling.part
    if part.content is None or part.missing or ruling.decision is Decision.CLARIFY:
        return False
    if ruling.reason and ruling.reason.cause is Cause.OTHER_LANGUAGE:
        return may_be_translated(part.content)
    return ruling.reason is None or ruling.reason.cause in _LIFTED


def _assigned(case: Case, rulings: Sequence[Ruling]) -> ModelAssignment:
    assessment = case.assessment
    tasks = [
        (ruling.part, assignment_for(ruling.part, ruling.part.content, number, assessment))
        for number, ruling in enumerate(rulings)
        if ruling.part.content is not None
    ]
    return assign(
        assessment,
        tasks,
        identifiers=identifiers_in(case.request),
        budget=case.engine.context_tokens,
    )


async def _within(
    seconds: float, model: AnswerModel, task: ModelAssignment, on_point: OnPoint | None
) -> ModelWritten:
    if seconds <= 0:
        raise ModelUnavailableError(_TOO_SLOW)
    try:
        async with asyncio.timeout(seconds):
            return await write_answer(model, task, on_point)
    except TimeoutError:
        raise ModelUnavailableError(_TOO_SLOW) from None


def _ruled(case: Case, old: Ruling, number: int, one: WrittenPart, all_: ModelWritten) -> Ruling:
    """The part judged anew; where the model had nothing to say, the agent gets the quotes."""
    draft = one.draft if one.draft.says_something else old.draft
    return rule(case, old.part, number, Written(draft, _cause(one, all_)))


def _cause(one: WrittenPart, written: ModelWritten) -> Cause | None:
    """Why what was written may not be sent."""
    if one.failed:
        return Cause.UNBACKED
    if written.verdict == "not_in_articles" or not one.draft.says_something:
        return Cause.NOT_COVERED
    return Cause.ONLY_PARTLY if written.verdict == "partly" else None
