"""When and why a ticket goes to a person, and what that person reads. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from data_pipeline.articles import FactSource
from data_pipeline.contract.replies import Escalation, Problem, ReasonCode, RequiredField
from data_pipeline.engine.assessment import Assessment, Part
from data_pipeline.engine.confidence import weakest
from data_pipeline.engine.required_fields import questions_for
from data_pipeline.engine.wording import speaks, wording_for
from data_pipeline.language import fold

# Below this the best article shares too little with the inquiry to be called a near miss.
NEAR_MISS: Final = 0.25
# Below this the article is too doubtful for a question to the customer to be worth it.
ASK_FLOOR: Final = 0.4
_MAX_CLARIFICATIONS: Final = 2
_SUMMARY_CHARACTERS: Final = 400


class Reason(msgspec.Struct, frozen=True):
    """Why a person is needed, and what would have to change."""

    code: ReasonCode
    text: str
    would_answer_if: tuple[str, ...] = ()


def reason_for(part: Part, assessment: Assessment) -> Reason | None:
    """Why this part cannot go on without a person, judged before anything is written."""
    if assessment.inquiry.intent.person:
        return Reason(ReasonCode.HUMAN_REQUESTED, "The customer asks for a person.")
    if part.content is None:
        return Reason(
            ReasonCode.NO_ARTICLE,
            "No article covers this.",
            ("an article about it is added to the knowledge base",),
        )
    return (
        _too_uncertain(part)
        or _wrong_language(part, assessment)
        or _unobtainable(part)
        or _going_in_circles(part, assessment)
    )


def _too_uncertain(part: Part) -> Reason | None:
    probability = part.confidence.probability
    if probability >= ASK_FLOOR:
        return None
    weak = weakest(part.confidence.factors)
    because = f" {weak.text}" if weak else ""
    if probability < NEAR_MISS:
        return Reason(
            ReasonCode.NO_ARTICLE,
            "No article covers this well enough.",
            ("an article about it is added to the knowledge base",),
        )
    return Reason(
        ReasonCode.LOW_CONFIDENCE,
        f"The nearest article may not be the right one.{because}",
        (f'the article "{part.content.title}" covered what is asked more fully',)
        if part.content
        else (),
    )


def _wrong_language(part: Part, assessment: Assessment) -> Reason | None:
    if part.content is None or part.content.language == assessment.language:
        return None
    return Reason(
        ReasonCode.LANGUAGE,
        f"The article is in {part.content.language}, the reply should be in {assessment.language}.",
        (f"the article were there in {assessment.language}", "an answer model were configured"),
    )


def _unobtainable(part: Part) -> Reason | None:
    """A blocking fact was looked for in vain."""
    gone = [f for f in part.missing if f.problem is Problem.UNAVAILABLE]
    if not gone:
        return None
    names = tuple(f'"{f.label}" were known' for f in gone)
    return Reason(
        ReasonCode.MISSING_DATA, "A fact that the answer depends on could not be found.", names
    )


def lookup_reason(part: Part) -> Reason | None:
    """For an answer: every blocking fact is one that only systems or agents can supply."""
    if not part.missing or any(f.source is FactSource.CUSTOMER for f in part.missing):
        return None
    names = tuple(f'"{f.label}" were known' for f in part.missing)
    return Reason(
        ReasonCode.MISSING_DATA,
        "The answer depends on facts that only your systems or an agent have.",
        names,
    )


def _going_in_circles(part: Part, assessment: Assessment) -> Reason | None:
    """Asked for the same fact twice already, and it is still not known."""
    asked = [_flat(text) for text in assessment.inquiry.asked]
    for question in questions_for(part.missing, assessment.language):
        if sum(_flat(question.question) in text for text in asked) >= _MAX_CLARIFICATIONS:
            return Reason(
                ReasonCode.MISSING_DATA,
                "The customer was asked twice and the fact is still not known.",
                (f'"{question.key}" were known',),
            )
    return None


def _flat(text: str) -> str:
    return " ".join(fold(text).split())


def escalation_for(
    reason: Reason,
    assessment: Assessment,
    missing: Sequence[RequiredField],
    agent_language: str | None,
) -> Escalation:
    """The hand-over: a summary for the agent, a line for the customer where kbgate has one."""
    language = assessment.language
    return Escalation(
        reason_code=reason.code,
        reason=reason.text,
        would_answer_if=reason.would_answer_if,
        summary_for_agent=_summary(reason, assessment, missing, agent_language or "en"),
        customer_message=wording_for(language).handed_over if speaks(language) else None,
    )


_LABELS: Final = {
    "en": ("Customer writes", "Nearest article", "Known", "Still missing", "Handed over because"),
    "es": ("El cliente escribe", "Artículo más cercano", "Se sabe", "Falta", "Se traspasa porque"),
}


def _summary(
    reason: Reason, assessment: Assessment, missing: Sequence[RequiredField], language: str
) -> str:
    writes, nearest, known, absent, because = _LABELS.get(language, _LABELS["en"])
    text = " ".join(assessment.inquiry.text.split())
    shown = (
        text if len(text) <= _SUMMARY_CHARACTERS else text[: _SUMMARY_CHARACTERS - 1].rstrip() + "…"
    )
    articles = [p.content.title for p in assessment.parts if p.content]
    facts = [
        f"{f.label}: {f.value}"
        for p in assessment.parts
        for f in (*p.scope, *p.needs.fields)
        if f.known
    ]
    lines = [
        f"{writes}: {shown}",
        f"{because}: {reason.text}",
        f"{nearest}: {'; '.join(articles)}" if articles else "",
        f"{known}: {'; '.join(facts)}" if facts else "",
        f"{absent}: {'; '.join(f.label for f in missing)}" if missing else "",
    ]
    return "\n".join(line for line in lines if line)
