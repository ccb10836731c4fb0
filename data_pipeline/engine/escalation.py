"""When and why a ticket goes to a person, and what that person reads. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from data_pipeline.articles import FactSource
from data_pipeline.contract.replies import Escalation, Problem, ReasonCode, RequiredField
from data_pipeline.engine.agent_wording import Cause, agent_wording
from data_pipeline.engine.parts import ASK_FLOOR, Assessment, Part
from data_pipeline.engine.required_fields import questions_for
from data_pipeline.engine.wording import speaks, wording_for
from data_pipeline.language import fold

_MAX_CLARIFICATIONS: Final = 2
_SUMMARY_CHARACTERS: Final = 400
_CODES: Final = {
    Cause.PERSON: ReasonCode.HUMAN_REQUESTED,
    Cause.NOT_FOUND: ReasonCode.NO_ARTICLE,
    Cause.NOT_COVERED: ReasonCode.NO_ARTICLE,
    Cause.DOUBTFUL: ReasonCode.LOW_CONFIDENCE,
    Cause.OTHER_SCOPE: ReasonCode.OUT_OF_SCOPE,
    Cause.OTHER_LANGUAGE: ReasonCode.LANGUAGE,
    Cause.NOT_OBTAINABLE: ReasonCode.MISSING_DATA,
    Cause.ONLY_SYSTEMS: ReasonCode.MISSING_DATA,
    Cause.ASKED_TWICE: ReasonCode.MISSING_DATA,
    Cause.NOTHING_TO_QUOTE: ReasonCode.LOW_CONFIDENCE,
    Cause.BESIDE_THE_POINT: ReasonCode.LOW_CONFIDENCE,
    Cause.NOT_VERIFIED: ReasonCode.GUARDRAIL,
    Cause.TOO_UNSURE: ReasonCode.LOW_CONFIDENCE,
    Cause.ONLY_PARTLY: ReasonCode.LOW_CONFIDENCE,
    Cause.UNBACKED: ReasonCode.GUARDRAIL,
}


class Reason(msgspec.Struct, frozen=True):
    """Why a person is needed; `names` and `detail` complete the sentences about it."""

    cause: Cause
    names: tuple[str, ...] = ()
    detail: str = ""

    @property
    def code(self) -> ReasonCode:
        """The cause as callers know it."""
        return _CODES[self.cause]


def reason_for(part: Part, assessment: Assessment, *, translated: bool = False) -> Reason | None:
    """Why this part cannot go on without a person, judged before anything is written.

    With `translated`, an article in another language than the reply is no reason.
    """
    if assessment.inquiry.intent.person:
        return Reason(Cause.PERSON)
    if part.elsewhere is not None:
        return Reason(Cause.OTHER_SCOPE, (part.elsewhere.scope,), part.elsewhere.title)
    if part.content is None:
        return Reason(Cause.NOT_FOUND)
    return (
        _too_uncertain(part, part.content.title)
        or (None if translated else _wrong_language(part.content.language, assessment.language))
        or _unobtainable(part)
        or _going_in_circles(part, assessment)
    )


def _too_uncertain(part: Part, title: str) -> Reason | None:
    if part.confidence.probability >= ASK_FLOOR:
        return None
    return Reason(Cause.DOUBTFUL, (title,)) if part.is_near else Reason(Cause.NOT_COVERED)


def _wrong_language(article: str, reply: str) -> Reason | None:
    return None if article == reply else Reason(Cause.OTHER_LANGUAGE, (reply,), article)


def _unobtainable(part: Part) -> Reason | None:
    """A blocking fact was looked for in vain."""
    gone = tuple(f.label for f in part.missing if f.problem is Problem.UNAVAILABLE)
    return Reason(Cause.NOT_OBTAINABLE, gone) if gone else None


def lookup_reason(part: Part) -> Reason | None:
    """For an answer: every blocking fact is one that only systems or agents can supply."""
    if not part.missing or any(f.source is FactSource.CUSTOMER for f in part.missing):
        return None
    return Reason(Cause.ONLY_SYSTEMS, tuple(f.label for f in part.missing))


def _going_in_circles(part: Part, assessment: Assessment) -> Reason | None:
    """Asked for the same fact twice already, and it is still not known."""
    asked = [_flat(text) for text in assessment.inquiry.asked]
    for question in questions_for(part.missing, assessment.language):
        if sum(_flat(question.question) in text for text in asked) >= _MAX_CLARIFICATIONS:
            return Reason(Cause.ASKED_TWICE, (question.key,))
    return None


def _flat(text: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(text)).strip()


def escalation_for(
    reason: Reason,
    assessment: Assessment,
    missing: Sequence[RequiredField],
    agent_language: str | None,
) -> Escalation:
    """The hand-over: a summary for the agent, a line for the customer where kbgate has one."""
    language = assessment.language
    because = agent_wording(agent_language).causes[reason.cause]
    text = because.text.format(detail=reason.detail)
    unless = dict.fromkeys(because.unless.format(name=name) for name in reason.names or ("",))
    return Escalation(
        reason_code=reason.code,
        reason=text,
        would_answer_if=tuple(filter(None, unless)),
        summary_for_agent=_summary(text, assessment, missing, agent_language),
        customer_message=wording_for(language).handed_over if speaks(language) else None,
    )


def _summary(
    reason: str,
    assessment: Assessment,
    missing: Sequence[RequiredField],
    agent_language: str | None,
) -> str:
    labels = agent_wording(agent_language).labels
    near = [part for part in assessment.parts if part.is_near]
    articles = dict.fromkeys(part.content.title for part in near if part.content)
    facts = [f for part in near for f in (*part.scope, *part.needs.fields) if f.known]
    lines = (
        (labels.writes, _shortened(assessment.inquiry.text)),
        (labels.because, reason),
        (labels.nearest, "; ".join(articles)),
        (labels.known, "; ".join(dict.fromkeys(f"{f.label}: {f.value}" for f in facts))),
        (labels.missing, "; ".join(dict.fromkeys(f.label for f in missing))),
    )
    return "\n".join(f"{label}: {told}" for label, told in lines if told)


def _shortened(text: str) -> str:
    shown = " ".join(text.split())
    if len(shown) <= _SUMMARY_CHARACTERS:
        return shown
    return f"{shown[: _SUMMARY_CHARACTERS - 1].rstrip()}…"
