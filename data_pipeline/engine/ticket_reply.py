"""Use case: answer this ticket from the knowledge base, ask, hand over, or leave it alone."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
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
    ReasonCode,
    RequiredField,
    StructuredReply,
    Timings,
    Usage,
    Versions,
)
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.engine.assessment import Assessment, Engine, Part, assess
from data_pipeline.engine.confidence import Confidence, estimate, level, provenance, threshold
from data_pipeline.engine.escalation import Reason, escalation_for, lookup_reason, reason_for
from data_pipeline.engine.evidence import Evidence, passage_coverage
from data_pipeline.engine.extractive import Assignment, Draft, write_reply
from data_pipeline.engine.guardrails import private_values, reveals
from data_pipeline.engine.intent import read_intent
from data_pipeline.engine.outcome import Verdict, decide_outcome
from data_pipeline.engine.questions import clauses
from data_pipeline.engine.ranking import build_query
from data_pipeline.engine.reply_text import render_answer, render_questions
from data_pipeline.engine.required_data import coverage_gaps, keys_of, unique_fields
from data_pipeline.engine.required_fields import lookups_for, questions_for
from data_pipeline.engine.selection import Asked
from data_pipeline.language import fold

_CARE: Final = {Decision.ANSWER: 0, Decision.CLARIFY: 1, Decision.ESCALATE: 2}


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided on one part of a ticket, and what could be said about it."""

    part: Part
    decision: Decision
    confidence: Confidence
    evidence: Evidence = Evidence()
    reason: Reason | None = None
    draft: Draft | None = None
    verdict: Verdict | None = None


class Case(msgspec.Struct, frozen=True):
    """A ticket on the table: `cut` is the probability that an answer needs."""

    engine: Engine
    assessment: Assessment
    request: GenerateResponseRequest
    cut: float

    @property
    def allowed_error(self) -> float:
        """A caller may only be stricter than the operator."""
        return allowed_error(self.engine, self.request)


async def ticket_reply(
    engine: Engine,
    namespace: str,
    request: GenerateResponseRequest,
    *,
    request_id: str,
    warnings: Sequence[str] = (),
) -> GenerateResponseReply:
    """Decide on a ticket and write what may be sent, from the knowledge base alone.

    Raises `UnknownScopeKeyError` and, from the index, `IndexUnavailableError`.
    """
    started = time.perf_counter()
    assessment = await assess(engine, namespace, request)
    retrieved = time.perf_counter()
    cut = threshold(engine.coefficients, allowed_error(engine, request))
    case = Case(engine, assessment, request, cut)
    rulings = [rule(case, part, number) for number, part in enumerate(assessment.parts)]
    reply = _reply(case, rulings)
    done = time.perf_counter()
    timings = Timings(
        retrieve=_milliseconds(started, retrieved),
        generate=_milliseconds(retrieved, done),
        total=_milliseconds(started, done),
    )
    return msgspec.structs.replace(
        reply, timings_ms=timings, request_id=request_id, warnings=(*warnings, *reply.warnings)
    )


def _milliseconds(start: float, end: float) -> float:
    return round((end - start) * 1000, 2)


def allowed_error(engine: Engine, request: GenerateResponseRequest) -> float:
    """The stricter of what the operator and the caller allow."""
    return min(engine.allowed_error, request.options.allowed_error or engine.allowed_error)


def rule(case: Case, part: Part, number: int) -> Ruling:
    """Decide on one part: the first of the reasons for care wins, an answer comes last."""
    assessment = case.assessment
    verdict = decide_outcome(part.content, part.needs.known) if part.content else None
    draft = _draft(part, number, assessment, verdict if _wants_verdict(assessment) else None)
    evidence, confidence = _confidence(case, part, draft)
    ruling = Ruling(
        part=part,
        decision=Decision.ESCALATE,
        confidence=confidence,
        evidence=evidence,
        draft=draft,
        verdict=verdict,
    )
    reason = reason_for(part, assessment) or lookup_reason(part)
    if reason is None and part.missing:
        return msgspec.structs.replace(
            ruling, decision=Decision.CLARIFY, confidence=part.confidence
        )
    reason = reason or _unsayable(case, part, draft) or _below_cut(confidence, case.cut, draft)
    if reason is not None:
        return msgspec.structs.replace(ruling, reason=reason)
    return msgspec.structs.replace(ruling, decision=Decision.ANSWER)


def _wants_verdict(assessment: Assessment) -> bool:
    """Whether a proven outcome is what the customer wants to hear."""
    intent = assessment.inquiry.intent
    return intent.verdict or intent.possible or intent.execution


def _draft(
    part: Part, number: int, assessment: Assessment, verdict: Verdict | None
) -> Draft | None:
    """The best reply there is; nothing is written from an article whose scope is not settled."""
    if part.content is None or any(not field.known for field in part.scope):
        return None
    task = Assignment(
        content=part.content,
        revision=part.revision,
        asked=tuple(_asked(part, assessment)),
        intent=assessment.inquiry.intent,
        language=assessment.language,
        verdict=verdict,
        prefix="c" if number == 0 else f"c{number + 1}-",
    )
    return write_reply(task, assessment.catalogue.statistics)


def _asked(part: Part, assessment: Assessment) -> Iterator[Asked]:
    """A question that joins two is answered as two."""
    inquiry = assessment.inquiry
    for question, found in zip(part.questions, part.found, strict=True):
        several = clauses(question)
        for clause in several if len(several) > 1 else ():
            query = build_query(clause, inquiry.language, [question])
            yield Asked(query, read_intent(clause))
        if len(several) == 1:
            intent = inquiry.intent if len(inquiry.questions) == 1 else read_intent(question)
            yield Asked(found.query, intent)


def _confidence(case: Case, part: Part, draft: Draft | None) -> tuple[Evidence, Confidence]:
    """Evidence and probability that the reply is right, of its least certain question."""
    covered = draft.covered if draft else frozenset()
    statistics = case.assessment.catalogue.statistics
    model = case.engine.coefficients.reply
    evidence = [
        msgspec.structs.replace(
            found.evidence, coverage_passage=passage_coverage(found.query, covered, statistics)
        )
        for found in part.found
    ]
    judged = [(one, estimate(one, model)) for one in evidence]
    return min(judged, key=lambda pair: pair[1].probability)


def _unsayable(case: Case, part: Part, draft: Draft | None) -> Reason | None:
    if draft is None or not draft.says_something:
        return Reason(
            ReasonCode.LOW_CONFIDENCE,
            "The article has nothing that could be quoted to the customer.",
        )
    if case.assessment.inquiry.private and reveals(_text(draft), _private(case, part)):
        return Reason(
            ReasonCode.GUARDRAIL,
            "The reply would tell facts about the customer to someone who is not verified.",
            ("the requester were verified and nobody else in copy",),
        )
    return None


def _text(draft: Draft) -> str:
    reply = draft.reply
    return "\n".join((reply.opening, *(p.text for p in (*reply.key_points, *reply.warnings))))


def _private(case: Case, part: Part) -> frozenset[str]:
    """Collected values that are not the article's own words anyway."""
    own = fold("\n".join(chunk.text for chunk in part.content.chunks)) if part.content else ""
    values = private_values(case.request.collected_data)
    return frozenset(value for value in values if value not in own)


def _below_cut(confidence: Confidence, cut: float, draft: Draft | None) -> Reason | None:
    if confidence.probability >= cut:
        return None
    title = draft.citations[0].title if draft and draft.citations else ""
    return Reason(
        ReasonCode.LOW_CONFIDENCE,
        f"The reply is right with a probability of {confidence.probability:.2f}; "
        f"{min(cut, 1):.2f} is needed.",
        (f'the article "{title}" answered this question in so many words',),
    )


def _reply(case: Case, rulings: Sequence[Ruling]) -> GenerateResponseReply:
    assessment, request, language = case.assessment, case.request, case.assessment.language
    decision = _most_careful(assessment, rulings)
    leading = next((r for r in rulings if r.decision is decision), None)
    missing = unique_fields([f for r in rulings for f in r.part.missing])
    later = unique_fields([f for r in rulings for f in r.part.needs.later])
    questions = questions_for(missing, language)
    escalation = _escalation(case, decision, leading, missing)
    shown = [r for r in rulings if r.draft is not None and r.draft.says_something]
    draft = _combined(shown) if decision in {Decision.ANSWER, Decision.ESCALATE} else None
    verdict = next((r.verdict for r in rulings if r.verdict), None)
    confidence = leading.confidence if leading else Confidence(0.0, ())
    return GenerateResponseReply(
        decision=decision,
        publishable=decision in {Decision.ANSWER, Decision.CLARIFY},
        reply_text=_reply_text(decision, draft, questions, escalation, language),
        draft_text=render_answer(draft, language)
        if draft and decision is Decision.ESCALATE
        else None,
        confidence=confidence.probability,
        confidence_level=level(confidence.probability, case.cut) if leading else Level.LOW,
        confidence_factors=confidence.factors,
        threshold=case.cut,
        allowed_error=case.allowed_error,
        calibration=provenance(case.engine.coefficients),
        outcome=verdict.outcome if verdict else None,
        outcome_reason=verdict.reason if verdict else None,
        reply=draft,
        questions=questions if decision is Decision.CLARIFY else (),
        missing=keys_of(missing),
        needed_later=tuple(k for k in keys_of(later) if k not in keys_of(missing)),
        lookups=lookups_for(missing),
        inquiries=tuple(_result(q, r) for r in rulings for q in r.part.questions),
        escalation=escalation,
        citations=_citations(shown, request) if draft else (),
        sources=assessment.sources,
        coverage_gaps=coverage_gaps([r.part for r in rulings], [r.reason for r in rulings]),
        guardrails_applied=tuple(
            dict.fromkeys(g for r in shown if r.draft for g in r.draft.guardrails)
        ),
        language=Languages(assessment.inquiry.language, language),
        usage=Usage(),
        timings_ms=Timings(),
        versions=Versions(prompt=None, policy=None, calibration=case.engine.coefficients.version),
        kb_version=assessment.catalogue.version,
        degraded=(*assessment.degraded, *_degraded(request)),
        warnings=assessment.warnings,
        request_id="",
    )


def _degraded(request: GenerateResponseRequest) -> tuple[str, ...]:
    """Without an answer model the extractive writer steps in for `mode: model`, and says so."""
    return ("model",) if request.options.mode == "model" else ()


def _most_careful(assessment: Assessment, rulings: Sequence[Ruling]) -> Decision:
    if assessment.inquiry.silent:
        return Decision.IGNORE
    return max((r.decision for r in rulings), key=lambda d: _CARE[d], default=Decision.ESCALATE)


def _combined(rulings: Sequence[Ruling]) -> StructuredReply | None:
    drafts = [r.draft.reply for r in rulings if r.draft]
    if not drafts:
        return None
    steps = [s for draft in drafts for s in draft.steps]
    return StructuredReply(
        opening=drafts[0].opening,
        key_points=tuple(p for draft in drafts for p in draft.key_points),
        steps=tuple(msgspec.structs.replace(s, number=n) for n, s in enumerate(steps, start=1)),
        warnings=tuple(w for draft in drafts for w in draft.warnings),
    )


def _citations(rulings: Sequence[Ruling], request: GenerateResponseRequest) -> tuple[Citation, ...]:
    citations = [c for r in rulings if r.draft for c in r.draft.citations]
    if not request.options.debug:
        return tuple(citations)
    texts = {c.chunk_id: c.text for r in rulings if r.part.content for c in r.part.content.chunks}
    return tuple(msgspec.structs.replace(c, text=texts[c.chunk_id]) for c in citations)


def _escalation(
    case: Case, decision: Decision, leading: Ruling | None, missing: Sequence[RequiredField]
) -> Escalation | None:
    if decision is not Decision.ESCALATE:
        return None
    reason = (leading.reason if leading else None) or Reason(
        ReasonCode.NO_ARTICLE, "No article covers this."
    )
    agent_language = case.request.options.agent_language
    return escalation_for(reason, case.assessment, missing, agent_language)


def _reply_text(
    decision: Decision,
    draft: StructuredReply | None,
    questions: Sequence[Question],
    escalation: Escalation | None,
    language: str,
) -> str | None:
    if decision is Decision.ANSWER and draft:
        return render_answer(draft, language)
    if decision is Decision.CLARIFY:
        return render_questions(questions, language)
    return escalation.customer_message if escalation else None


def _result(question: str, ruling: Ruling) -> InquiryResult:
    article_id = ruling.part.content.article_id if ruling.part.content else None
    return InquiryResult(
        question, ruling.decision, article_id, ruling.reason.code if ruling.reason else None
    )
