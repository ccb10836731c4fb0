"""Use case: answer this ticket from the knowledge base, ask, hand over, or leave it alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import msgspec

from data_pipeline.contract.replies import (
    Citation,
    Decision,
    Escalation,
    GenerateResponseReply,
    InquiryResult,
    Languages,
    Level,
    Question,
    RequiredField,
    StructuredReply,
    Timings,
    Versions,
)
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.contract.stream import DeltaEvent, RetrievalEvent, Tell, tell_nobody
from data_pipeline.engine.agent_wording import Cause
from data_pipeline.engine.assessment import Engine, assess
from data_pipeline.engine.confidence import Confidence, level, medium_cut, provenance
from data_pipeline.engine.escalation import Reason, escalation_for
from data_pipeline.engine.outcome import Verdict
from data_pipeline.engine.parts import ASK_FLOOR, Assessment, Part
from data_pipeline.engine.reply_text import render_answer, render_questions
from data_pipeline.engine.required_data import coverage_gaps, in_order, keys_of, unique_fields
from data_pipeline.engine.required_fields import lookups_for, questions_for
from data_pipeline.engine.ruling import Case, Ruling, case_of, rule
from data_pipeline.engine.spending import unpriced, usage_of
from data_pipeline.engine.writing import Writing, write_with_model
from data_pipeline.prompts.rendering import prompt_version

__all__ = ["Case", "Ruling", "rule", "ticket_reply"]

_CARE: Final = {Decision.ANSWER: 0, Decision.CLARIFY: 1, Decision.ESCALATE: 2}
_NOTHING: Final = Confidence(0.0, ())
# What is left of the caller's time when the model has had its share: a decision is made in less.
_RESERVE_SECONDS: Final = 0.25


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision gives the customer and the agent to read."""

    reply: StructuredReply | None = None
    citations: tuple[Citation, ...] = ()
    guardrails: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    escalation: Escalation | None = None
    reply_text: str | None = None
    draft_text: str | None = None


async def ticket_reply(
    engine: Engine,
    namespace: str,
    request: GenerateResponseRequest,
    tell: Tell = tell_nobody,
) -> GenerateResponseReply:
    """Decide on a ticket and write what may be sent, from the knowledge base alone.

    `tell` hears of the sources and of each sentence; `request_id` is for the caller to set. Raises
    `UnknownScopeKeyError`, from the index `IndexUnavailableError`, and `ModelUnavailableError` with
    `mode: model` or after some of a model's sentences were told.
    """
    started = time.perf_counter()
    assessment = await assess(engine, namespace, request)
    retrieved = time.perf_counter()
    await tell(RetrievalEvent(state="found", sources=assessment.sources))
    case = case_of(engine, assessment, request)
    quoted = [rule(case, part, number) for number, part in enumerate(assessment.parts)]
    seconds = min(engine.model_seconds, _left(request, started) - _RESERVE_SECONDS)
    writing = await write_with_model(case, quoted, seconds=seconds, tell=tell)
    reply = _reply(case, writing)
    if not writing.is_told:
        await _tell_sentences(reply, tell)
    done = time.perf_counter()
    timings = Timings(
        retrieve=_milliseconds(started, retrieved),
        generate=_milliseconds(retrieved, done),
        verify=round(writing.verify_ms, 2),
        total=_milliseconds(started, done),
    )
    return msgspec.structs.replace(reply, timings_ms=timings)


async def _tell_sentences(reply: GenerateResponseReply, tell: Tell) -> None:
    """What will be answered, piece by piece."""
    if reply.decision is not Decision.ANSWER or reply.reply is None:
        return
    for point in reply.reply.key_points:
        await tell(DeltaEvent(kind="point", text=point.text, citations=point.citations))
    for step in reply.reply.steps:
        text = f"{step.action} ({step.detail})" if step.detail else step.action
        await tell(DeltaEvent(kind="step", text=text, citations=step.citations))
    for warning in reply.reply.warnings:
        await tell(DeltaEvent(kind="warning", text=warning.text, citations=warning.citations))


def _left(request: GenerateResponseRequest, started: float) -> float:
    """Seconds until the caller's deadline."""
    return request.options.deadline_ms / 1000 - (time.perf_counter() - started)


def _milliseconds(start: float, end: float) -> float:
    return round((end - start) * 1000, 2)


def _reply(case: Case, writing: Writing) -> GenerateResponseReply:
    assessment, rulings = case.assessment, writing.rulings
    completions = (*assessment.spent.completions, *writing.completions)
    spent = msgspec.structs.replace(assessment.spent, completions=completions)
    decision = _most_careful(assessment, rulings)
    leading = _leading(decision, rulings)
    near = [r.part for r in rulings if r.part.is_near]
    missing = unique_fields([f for part in near for f in part.missing])
    later = unique_fields([f for part in near for f in part.needs.later])
    said = _said(case, decision, rulings, missing)
    verdict = _verdict([r.part for r in rulings])
    confidence = leading.confidence if leading else _NOTHING
    cut = case.cut_of(leading.part) if leading else case.cut
    medium = medium_cut(assessment.coefficients, case.allowed_error)
    return GenerateResponseReply(
        decision=decision,
        publishable=decision in {Decision.ANSWER, Decision.CLARIFY},
        reply_text=said.reply_text,
        draft_text=said.draft_text,
        confidence=confidence.probability,
        confidence_level=level(confidence.probability, cut, medium) if leading else Level.LOW,
        confidence_factors=confidence.factors,
        threshold=cut,
        allowed_error=case.allowed_error,
        calibration=provenance(assessment.coefficients, stale=case.is_stale),
        outcome=verdict.outcome if verdict else None,
        outcome_reason=verdict.reason if verdict else None,
        reply=said.reply,
        questions=said.questions,
        missing=keys_of(missing),
        needed_later=tuple(k for k in keys_of(later) if k not in keys_of(missing)),
        lookups=lookups_for(missing),
        inquiries=in_order(assessment, [_result(q, r) for r in rulings for q in r.part.questions]),
        escalation=said.escalation,
        citations=said.citations,
        sources=assessment.sources,
        coverage_gaps=coverage_gaps(
            assessment, [r.part for r in rulings], [r.reason for r in rulings]
        ),
        guardrails_applied=said.guardrails,
        language=Languages(assessment.inquiry.language, assessment.language),
        usage=usage_of(spent, case.engine.prices),
        timings_ms=Timings(),
        versions=Versions(
            prompt=prompt_version() if writing.is_by_model else None,
            policy=None,
            calibration=assessment.coefficients.version,
        ),
        kb_version=assessment.catalogue.version,
        degraded=(*assessment.degraded, *writing.degraded),
        warnings=(*assessment.warnings, *unpriced(spent, case.engine.prices)),
        request_id="",
    )


def _most_careful(assessment: Assessment, rulings: Sequence[Ruling]) -> Decision:
    if assessment.inquiry.silent:
        return Decision.IGNORE
    return max((r.decision for r in rulings), key=lambda d: _CARE[d], default=Decision.ESCALATE)


def _leading(decision: Decision, rulings: Sequence[Ruling]) -> Ruling | None:
    """The ruling that the decision rests on: of several answers the least certain one."""
    deciding = [ruling for ruling in rulings if ruling.decision is decision]
    if decision is Decision.ANSWER:
        return min(deciding, key=lambda ruling: ruling.confidence.probability)
    return next(iter(deciding), None)


def _verdict(parts: Sequence[Part]) -> Verdict | None:
    """A proven outcome of an article that is not in doubt."""
    return next(
        (p.verdict for p in parts if p.verdict and p.confidence.probability >= ASK_FLOOR), None
    )


def _said(
    case: Case, decision: Decision, rulings: Sequence[Ruling], missing: Sequence[RequiredField]
) -> _Said:
    language = case.assessment.language
    if decision is Decision.IGNORE:
        return _Said()
    if decision is Decision.CLARIFY:
        questions = questions_for(_asked_now(rulings), language)
        return _Said(questions=questions, reply_text=render_questions(questions, language))
    shown = [r for r in rulings if r.part.is_near and r.draft and r.draft.says_something]
    drafted = _drafted(shown, case.request)
    text = render_answer(drafted.reply, language) if drafted.reply else None
    if decision is Decision.ANSWER:
        return msgspec.structs.replace(drafted, reply_text=text)
    escalation = _escalation(case, rulings, missing)
    return msgspec.structs.replace(
        drafted,
        escalation=escalation,
        reply_text=escalation.customer_message,
        draft_text=text,
    )


def _asked_now(rulings: Sequence[Ruling]) -> tuple[RequiredField, ...]:
    """What to ask: the scope first, because another scope may mean another article's facts."""
    asked = [f for r in rulings for f in (r.part.open_scope or r.part.missing)]
    return unique_fields(asked)


def _drafted(shown: Sequence[Ruling], request: GenerateResponseRequest) -> _Said:
    """The drafts of several articles as one reply, its steps numbered through."""
    drafts = [r.draft for r in shown if r.draft]
    if not drafts:
        return _Said()
    replies = [draft.reply for draft in drafts]
    steps = [step for reply in replies for step in reply.steps]
    return _Said(
        reply=StructuredReply(
            opening=replies[0].opening,
            key_points=tuple(p for reply in replies for p in reply.key_points),
            steps=tuple(msgspec.structs.replace(s, number=n) for n, s in enumerate(steps, 1)),
            warnings=tuple(w for reply in replies for w in reply.warnings),
        ),
        citations=_citations(shown, request),
        guardrails=tuple(dict.fromkeys(g for draft in drafts for g in draft.guardrails)),
    )


def _citations(shown: Sequence[Ruling], request: GenerateResponseRequest) -> tuple[Citation, ...]:
    citations = [c for r in shown if r.draft for c in (*r.draft.citations, *r.against)]
    if not request.options.debug:
        return tuple(citations)
    texts = {chunk.chunk_id: chunk.text for r in shown for chunk in r.part.chunks}
    return tuple(msgspec.structs.replace(c, text=texts[c.chunk_id]) for c in citations)


def _escalation(
    case: Case, rulings: Sequence[Ruling], missing: Sequence[RequiredField]
) -> Escalation:
    reason = next((r.reason for r in rulings if r.reason), Reason(Cause.NOT_FOUND))
    return escalation_for(reason, case.assessment, missing, case.request.options.agent_language)


def _result(question: str, ruling: Ruling) -> InquiryResult:
    article_id = ruling.part.content.article_id if ruling.part.content else None
    return InquiryResult(
        question, ruling.decision, article_id, ruling.reason.code if ruling.reason else None
    )
