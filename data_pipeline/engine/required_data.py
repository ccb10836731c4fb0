"""Use case: what must be known before this ticket can be answered."""

from __future__ import annotations

import time
from collections.abc import Sequence

from data_pipeline.contract.replies import (
    Decision,
    Escalation,
    InquiryResult,
    Languages,
    NextStep,
    ReasonCode,
    RequiredDataReply,
    RequiredField,
    Timings,
    Usage,
)
from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine.assessment import Assessment, Engine, Part, assess
from data_pipeline.engine.escalation import Reason, escalation_for, reason_for
from data_pipeline.engine.required_fields import lookups_for, questions_for


async def required_data(
    engine: Engine,
    namespace: str,
    request: RequiredDataRequest,
    *,
    request_id: str,
    warnings: Sequence[str] = (),
) -> RequiredDataReply:
    """Which facts the best article asks for, which of them are known, and what to do next.

    Deterministic: the fields come from the article's own data. Raises as `assess` does.
    """
    started = time.perf_counter()
    assessment = await assess(engine, namespace, request)
    retrieved = time.perf_counter()
    fields = unique_fields([f for p in assessment.parts for f in (*p.scope, *p.needs.fields)])
    missing = unique_fields([f for p in assessment.parts for f in p.missing])
    later = [
        f
        for f in unique_fields([f for p in assessment.parts for f in p.needs.later])
        if f.key not in keys_of(missing)
    ]
    reasons = [reason_for(part, assessment) for part in assessment.parts]
    step = _next_step(assessment, reasons, missing)
    first = assessment.parts[0] if assessment.parts else None
    return RequiredDataReply(
        next_step=step,
        confidence=round(first.confidence.probability, 4) if first and first.content else 0.0,
        article=first.match if first else None,
        required_fields=fields,
        missing=keys_of(missing),
        needed_later=keys_of(later),
        questions=questions_for(missing, assessment.language),
        lookups=lookups_for(missing),
        refused_fields=tuple(r for p in assessment.parts for r in p.needs.refused),
        inquiries=tuple(
            _result(q, p, r)
            for p, r in zip(assessment.parts, reasons, strict=True)
            for q in p.questions
        ),
        escalation=_escalation(step, assessment, reasons, missing, request),
        sources=assessment.sources,
        coverage_gaps=coverage_gaps(assessment.parts, reasons),
        language=Languages(assessment.inquiry.language, assessment.language),
        warnings=(*warnings, *assessment.warnings),
        timings_ms=Timings(
            retrieve=round((retrieved - started) * 1000, 2),
            total=round((time.perf_counter() - started) * 1000, 2),
        ),
        usage=Usage(),
        kb_version=assessment.catalogue.version,
        degraded=assessment.degraded,
        request_id=request_id,
    )


def unique_fields(fields: Sequence[RequiredField]) -> tuple[RequiredField, ...]:
    """One field per key and article; a scope key that two articles need is asked for once."""
    seen: dict[tuple[str, str], RequiredField] = {}
    for field in fields:
        seen.setdefault((field.key, field.article_id if field.section else ""), field)
    return tuple(seen.values())


def keys_of(fields: Sequence[RequiredField]) -> tuple[str, ...]:
    """Keys in order, each once."""
    return tuple(dict.fromkeys(field.key for field in fields))


def _next_step(
    assessment: Assessment, reasons: Sequence[Reason | None], missing: Sequence[RequiredField]
) -> NextStep:
    if assessment.inquiry.silent:
        return NextStep.IGNORE
    if any(reason is not None for reason in reasons) or not assessment.parts:
        return NextStep.ESCALATE
    return NextStep.COLLECT if missing else NextStep.GENERATE


def _result(question: str, part: Part, reason: Reason | None) -> InquiryResult:
    article_id = part.content.article_id if part.content else None
    if reason:
        return InquiryResult(question, Decision.ESCALATE, article_id, reason.code)
    return InquiryResult(
        question, Decision.CLARIFY if part.missing else Decision.ANSWER, article_id, None
    )


def _escalation(
    step: NextStep,
    assessment: Assessment,
    reasons: Sequence[Reason | None],
    missing: Sequence[RequiredField],
    request: RequiredDataRequest,
) -> Escalation | None:
    if step is not NextStep.ESCALATE:
        return None
    reason = next(
        (r for r in reasons if r), Reason(ReasonCode.NO_ARTICLE, "No article covers this.")
    )
    return escalation_for(reason, assessment, missing, request.options.agent_language)


def coverage_gaps(parts: Sequence[Part], reasons: Sequence[Reason | None]) -> tuple[str, ...]:
    """The questions that no article covers."""
    uncovered = {ReasonCode.NO_ARTICLE, ReasonCode.LOW_CONFIDENCE, ReasonCode.OUT_OF_SCOPE}
    return tuple(
        q
        for part, reason in zip(parts, reasons, strict=True)
        if reason and reason.code in uncovered
        for q in part.questions
    )
