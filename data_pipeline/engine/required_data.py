"""Use case: what must be known before this ticket can be answered."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from data_pipeline.contract.replies import (
    Decision,
    Escalation,
    InquiryResult,
    Languages,
    NextStep,
    ReasonCode,
    RefusedField,
    RequiredDataReply,
    RequiredField,
    Timings,
)
from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine.agent_wording import Cause
from data_pipeline.engine.assessment import Engine, assess
from data_pipeline.engine.escalation import Reason, escalation_for, reason_for
from data_pipeline.engine.parts import Assessment, Part
from data_pipeline.engine.required_fields import lookups_for, questions_for
from data_pipeline.engine.spending import unpriced, usage_of
from data_pipeline.engine.writing import may_be_translated, may_write

_UNCOVERED: Final = frozenset({ReasonCode.NO_ARTICLE, ReasonCode.OUT_OF_SCOPE})


async def required_data(
    engine: Engine, namespace: str, request: RequiredDataRequest
) -> RequiredDataReply:
    """Which facts the best article asks for, which of them are known, and what to do next.

    Deterministic: the fields come from the article's own data. `request_id` is for the caller to
    set. Raises as `assess` does.
    """
    started = time.perf_counter()
    assessment = await assess(engine, namespace, request)
    retrieved = time.perf_counter()
    near = [part for part in assessment.parts if part.is_near]
    missing = unique_fields([f for part in near for f in part.missing])
    later = unique_fields([f for part in near for f in part.needs.later])
    reasons = [_reason(engine, request, part, assessment) for part in assessment.parts]
    first = assessment.parts[0] if assessment.parts else None
    return RequiredDataReply(
        next_step=_next_step(assessment, reasons, missing),
        confidence=first.confidence.probability if first and first.content else 0.0,
        article=first.match if first else None,
        required_fields=unique_fields([f for p in near for f in (*p.scope, *p.needs.fields)]),
        missing=keys_of(missing),
        needed_later=tuple(k for k in keys_of(later) if k not in keys_of(missing)),
        questions=questions_for(missing, assessment.language),
        lookups=lookups_for(missing),
        refused_fields=_refused(near),
        inquiries=in_order(
            assessment,
            [
                _result(question, part, reason)
                for part, reason in zip(assessment.parts, reasons, strict=True)
                for question in part.questions
            ],
        ),
        escalation=_escalation(assessment, reasons, missing, request),
        sources=assessment.sources,
        coverage_gaps=coverage_gaps(assessment, assessment.parts, reasons),
        language=Languages(assessment.inquiry.language, assessment.language),
        warnings=(
            *assessment.warnings,
            *unpriced(assessment.spent, engine.prices),
        ),
        timings_ms=Timings(
            retrieve=round((retrieved - started) * 1000, 2),
            total=round((time.perf_counter() - started) * 1000, 2),
        ),
        usage=usage_of(assessment.spent, engine.prices),
        kb_version=assessment.catalogue.version,
        degraded=assessment.degraded,
        request_id="",
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


def in_order(assessment: Assessment, results: Sequence[InquiryResult]) -> tuple[InquiryResult, ...]:
    """Results in the order in which the customer asked."""
    places = {question: n for n, question in enumerate(assessment.inquiry.questions)}
    return tuple(sorted(results, key=lambda result: places[result.text]))


def coverage_gaps(
    assessment: Assessment, parts: Sequence[Part], reasons: Sequence[Reason | None]
) -> tuple[str, ...]:
    """The questions that no article covers."""
    uncovered = {
        question
        for part, reason in zip(parts, reasons, strict=True)
        if reason and reason.code in _UNCOVERED
        for question in part.questions
    }
    return tuple(q for q in assessment.inquiry.questions if q in uncovered)


def _next_step(
    assessment: Assessment, reasons: Sequence[Reason | None], missing: Sequence[RequiredField]
) -> NextStep:
    if assessment.inquiry.silent:
        return NextStep.IGNORE
    if any(reason is not None for reason in reasons) or not assessment.parts:
        return NextStep.ESCALATE
    return NextStep.COLLECT if missing else NextStep.GENERATE


def _reason(
    engine: Engine, request: RequiredDataRequest, part: Part, assessment: Assessment
) -> Reason | None:
    """Why the part needs a person; another language is no reason where a model can write it.

    The article's questions to the customer stay in its own language: nobody translates those.
    """
    reason, language = reason_for(part, assessment), assessment.language
    is_language = reason is not None and reason.cause is Cause.OTHER_LANGUAGE
    if part.content is None or not is_language or questions_for(part.missing, language):
        return reason
    if not (may_write(engine, request, language) and may_be_translated(part.content)):
        return reason
    return reason_for(part, assessment, translated=True)


def _refused(parts: Sequence[Part]) -> tuple[RefusedField, ...]:
    return tuple({field.key: field for part in parts for field in part.needs.refused}.values())


def _result(question: str, part: Part, reason: Reason | None) -> InquiryResult:
    article_id = part.content.article_id if part.content else None
    if reason:
        return InquiryResult(question, Decision.ESCALATE, article_id, reason.code)
    return InquiryResult(
        question, Decision.CLARIFY if part.missing else Decision.ANSWER, article_id, None
    )


def _escalation(
    assessment: Assessment,
    reasons: Sequence[Reason | None],
    missing: Sequence[RequiredField],
    request: RequiredDataRequest,
) -> Escalation | None:
    if _next_step(assessment, reasons, missing) is not NextStep.ESCALATE:
        return None
    reason = next((r for r in reasons if r), Reason(Cause.NOT_FOUND))
    return escalation_for(reason, assessment, missing, request.options.agent_language)
