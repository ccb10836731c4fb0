"""When and why a ticket goes to a person, and what that person reads. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import zip_longest
from typing import Final

import msgspec

from data_pipeline.articles import FactSource
from data_pipeline.contract.replies import Escalation, Problem, ReasonCode, RequiredField
from data_pipeline.engine.agent_wording import Cause, agent_wording
from data_pipeline.engine.article_content import ArticleContent
from data_pipeline.engine.parts import ASK_FLOOR, Assessment, Part
from data_pipeline.engine.required_fields import questions_for
from data_pipeline.engine.uncovered import close_rival, uncovered_words
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
    Cause.CONTRADICTION: ReasonCode.CONTRADICTION,
}


class Reason(msgspec.Struct, frozen=True):
    """Why a person is needed; the rest completes the sentences about it.

    `keys` are those of the facts that `names` names; `words` are of the question and `rival` is an
    article that could be meant as well; `told` is whatever else a cause's sentences need.
    """

    cause: Cause
    names: tuple[str, ...] = ()
    detail: str = ""
    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    rival: str = ""
    told: Mapping[str, str] = {}

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
        return Reason(Cause.NOT_FOUND, words=_open_words(part, assessment))
    return (
        _too_uncertain(part, assessment)
        or (None if translated else _wrong_language(part.content, assessment.language))
        or _unobtainable(part)
        or _going_in_circles(part, assessment)
    )


def short_of(
    cause: Cause, part: Part, assessment: Assessment, covered: AbstractSet[str] = frozenset()
) -> Reason:
    """The article says too little for an answer: with the words that it leaves open.

    `covered` are terms of the question that a reply would hold. Another article that is as near
    makes it doubtful, too.
    """
    names = (part.content.title,) if part.content else ()
    words = _open_words(part, assessment, covered)
    return Reason(cause, names, words=words, rival=close_rival(part))


def _open_words(
    part: Part, assessment: Assessment, covered: AbstractSet[str] = frozenset()
) -> tuple[str, ...]:
    language = assessment.inquiry.language or assessment.language
    return uncovered_words(part, assessment.catalogue.statistics, language, covered)


def _too_uncertain(part: Part, assessment: Assessment) -> Reason | None:
    if part.confidence.probability >= ASK_FLOOR:
        return None
    return short_of(Cause.DOUBTFUL if part.is_near else Cause.NOT_COVERED, part, assessment)


def _wrong_language(content: ArticleContent, reply: str) -> Reason | None:
    if content.language == reply:
        return None
    told = {"title": content.title}
    return Reason(Cause.OTHER_LANGUAGE, (reply,), content.language, told=told)


def _unobtainable(part: Part) -> Reason | None:
    """A blocking fact was looked for in vain."""
    gone = [f for f in part.missing if f.problem is Problem.UNAVAILABLE]
    return _facts(Cause.NOT_OBTAINABLE, gone) if gone else None


def lookup_reason(part: Part) -> Reason | None:
    """For an answer: every blocking fact is one that only systems or agents can supply."""
    if not part.missing or any(f.source is FactSource.CUSTOMER for f in part.missing):
        return None
    return _facts(Cause.ONLY_SYSTEMS, part.missing)


def _facts(cause: Cause, fields: Sequence[RequiredField]) -> Reason:
    return Reason(cause, tuple(f.label for f in fields), keys=tuple(f.key for f in fields))


def _going_in_circles(part: Part, assessment: Assessment) -> Reason | None:
    """Asked for the same fact twice already, and it is still not known."""
    asked = [_flat(text) for text in assessment.inquiry.asked]
    for question in questions_for(part.missing, assessment.language):
        if sum(_flat(question.question) in text for text in asked) >= _MAX_CLARIFICATIONS:
            return _facts(Cause.ASKED_TWICE, [f for f in part.missing if f.key == question.key][:1])
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
    text = because.text.format(detail=reason.detail, **reason.told)
    return Escalation(
        reason_code=reason.code,
        reason=text,
        would_answer_if=_would_answer_if(reason, agent_language),
        summary_for_agent=_summary(text, assessment, missing, agent_language),
        customer_message=wording_for(language).handed_over if speaks(language) else None,
    )


def _would_answer_if(reason: Reason, agent_language: str | None) -> tuple[str, ...]:
    """What is missing for an answer: a fact, words in an article, a correction."""
    wording = agent_wording(agent_language)
    because = wording.causes[reason.cause]
    words = ", ".join(wording.quoted.format(word=word) for word in reason.words)
    known = {"detail": reason.detail, "words": words, "rival": reason.rival, **reason.told}
    wanting = (words and because.unless_words, reason.rival and because.unless_rival)
    facts = zip_longest(reason.names or ("",), reason.keys[: len(reason.names)], fillvalue="")
    said = [
        unless.format(name=name, key=key, **known)
        for name, key in facts
        for unless in tuple(filter(None, wanting)) or (because.unless,)
    ]
    return tuple(dict.fromkeys(filter(None, said)))


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
