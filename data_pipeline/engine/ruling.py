"""Decide on one part of a ticket: answer, ask, or hand over, and what could be said. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from data_pipeline.contract.replies import Citation, Decision
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.engine.agent_wording import Cause
from data_pipeline.engine.article_content import ArticleContent
from data_pipeline.engine.assessment import Engine, models_of
from data_pipeline.engine.calibration import group_cuts, is_stale, stricter
from data_pipeline.engine.confidence import Confidence, estimate, threshold
from data_pipeline.engine.contradicted import contradiction_reason, dispute_over, opposing
from data_pipeline.engine.escalation import Reason, lookup_reason, reason_for, short_of
from data_pipeline.engine.evidence import Evidence, asked_coverage, passage_coverage
from data_pipeline.engine.extractive import Assignment, Draft, write_reply
from data_pipeline.engine.guardrails import private_values, reveals
from data_pipeline.engine.intent import Intent, read_intent
from data_pipeline.engine.outcome import Verdict
from data_pipeline.engine.parts import Assessment, Part
from data_pipeline.engine.questions import clauses
from data_pipeline.engine.ranking import Query, build_query
from data_pipeline.engine.reply_text import render_answer
from data_pipeline.engine.search import telling
from data_pipeline.engine.selection import Asked

# Share of a short question's information that must stand in what is quoted.
_TO_THE_POINT: Final = 1 / 3


class Case(msgspec.Struct, frozen=True):
    """A ticket on the table: `cut` is the probability that an answer needs.

    `group_cuts` are those of topics and scope values that have one of their own.
    """

    engine: Engine
    assessment: Assessment
    request: GenerateResponseRequest
    cut: float
    group_cuts: Mapping[str, float] = {}

    @property
    def allowed_error(self) -> float:
        """A caller may only be stricter than the operator."""
        return allowed_error(self.engine, self.request)

    def cut_of(self, part: Part) -> float:
        """The probability that an answer from the part's article needs."""
        article_id = part.content.article_id if part.content else ""
        card = self.assessment.catalogue.articles.get(article_id)
        return stricter(self.cut, self.group_cuts, card)

    @property
    def is_stale(self) -> bool:
        """Whether nothing was measured, or something else than what decides now."""
        measured, catalogue = self.assessment.coefficients.measured, self.assessment.catalogue
        return measured is None or is_stale(measured, catalogue, models_of(self.engine))


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided on one part of a ticket, and what could be said about it.

    `against` is the quote that contradicts one of the draft's.
    """

    part: Part
    decision: Decision
    confidence: Confidence
    evidence: Evidence = Evidence()
    reason: Reason | None = None
    draft: Draft | None = None
    against: tuple[Citation, ...] = ()


class Written(msgspec.Struct, frozen=True):
    """What a model wrote about one part, and why that may not be sent, if it may not."""

    draft: Draft | None
    cause: Cause | None = None


def allowed_error(engine: Engine, request: GenerateResponseRequest) -> float:
    """The stricter of what the operator and the caller allow."""
    return min(engine.allowed_error, request.options.allowed_error or engine.allowed_error)


def case_of(engine: Engine, assessment: Assessment, request: GenerateResponseRequest) -> Case:
    """The ticket with the cuts that hold for it."""
    coefficients, error = assessment.coefficients, allowed_error(engine, request)
    own = group_cuts(coefficients.measured, error)
    return Case(engine, assessment, request, threshold(coefficients, error), own)


def rule(case: Case, part: Part, number: int, written: Written | None = None) -> Ruling:
    """Decide on one part: the first of the reasons for care wins, an answer comes last.

    Without anything `written`, the reply is made of the article's own sentences.
    """
    assessment = case.assessment
    draft = written.draft if written else _draft(part, number, assessment)
    evidence, confidence = _confidence(case, part, draft)
    ruling = Ruling(
        part=part,
        decision=Decision.ESCALATE,
        confidence=confidence,
        evidence=evidence,
        draft=draft,
    )
    reason = reason_for(part, assessment, translated=written is not None) or lookup_reason(part)
    if reason is None and part.missing:
        return msgspec.structs.replace(
            ruling, decision=Decision.CLARIFY, confidence=part.confidence
        )
    reason = reason or _unsayable(case, part, draft, written)
    dispute = dispute_over(part, draft.citations) if draft and not reason else None
    if dispute is not None:
        against = (opposing(dispute, assessment.catalogue),)
        return msgspec.structs.replace(
            ruling, reason=contradiction_reason(dispute), against=against
        )
    reason = reason or _below_cut(case, part, draft, confidence)
    if reason is not None:
        return msgspec.structs.replace(ruling, reason=reason)
    return msgspec.structs.replace(ruling, decision=Decision.ANSWER)


def _draft(part: Part, number: int, assessment: Assessment) -> Draft | None:
    """The best reply there is; nothing is written from an article whose scope is not settled."""
    if part.content is None or part.open_scope:
        return None
    task = assignment_for(part, part.content, number, assessment)
    return write_reply(task, assessment.catalogue.statistics)


def assignment_for(
    part: Part, content: ArticleContent, number: int, assessment: Assessment
) -> Assignment:
    """What is to be written about part `number` (from 0) of a ticket, whoever writes it."""
    return Assignment(
        content=content,
        revision=part.revision,
        asked=tuple(_asked(part, assessment)),
        intent=assessment.inquiry.intent,
        language=assessment.language,
        verdict=_wanted_verdict(part, assessment.inquiry.intent),
        prefix="c" if number == 0 else f"c{number + 1}-",
    )


def _wanted_verdict(part: Part, intent: Intent) -> Verdict | None:
    """A proven outcome, where that is what the customer wants to hear."""
    return part.verdict if intent.verdict or intent.possible or intent.execution else None


def _asked(part: Part, assessment: Assessment) -> Iterator[Asked]:
    """A question that joins two is answered as two."""
    inquiry = assessment.inquiry
    for question, found in zip(part.questions, part.found, strict=True):
        worded, language = found.translated or question, found.language or inquiry.language
        several = clauses(worded)
        for clause in several if len(several) > 1 else ():
            yield Asked(_clause_query(clause, worded, language), read_intent(clause))
        if len(several) == 1:
            intent = inquiry.intent if len(inquiry.questions) == 1 else read_intent(question)
            yield Asked(found.query, intent)


def _clause_query(clause: str, question: str, language: str | None) -> Query:
    """A clause by its own words; one without any by those of the whole question."""
    query = build_query(clause, language)
    return query if query.asked else build_query(clause, language, [question])


def _confidence(case: Case, part: Part, draft: Draft | None) -> tuple[Evidence, Confidence]:
    """Evidence and probability that the reply is right, of its least certain question."""
    covered = draft.covered if draft else frozenset()
    statistics = case.assessment.catalogue.statistics
    model = case.assessment.coefficients.reply
    evidence = [
        msgspec.structs.replace(
            found.evidence, coverage_passage=passage_coverage(found.query, covered, statistics)
        )
        for found in telling(part.found)
    ]
    judged = [(one, estimate(one, model)) for one in evidence]
    return min(judged, key=lambda pair: pair[1].probability)


def _unsayable(
    case: Case, part: Part, draft: Draft | None, written: Written | None
) -> Reason | None:
    """Why a draft may not be sent, whatever its probability."""
    covered = draft.covered if draft else frozenset()
    if written and written.cause:
        return short_of(written.cause, part, case.assessment, covered)
    if draft is None or not draft.says_something:
        return short_of(Cause.NOTHING_TO_QUOTE, part, case.assessment)
    if written is None and not _to_the_point(case, part, draft):
        return short_of(Cause.BESIDE_THE_POINT, part, case.assessment, covered)
    if case.assessment.inquiry.private and _tells_facts(case, part, draft):
        return Reason(Cause.NOT_VERIFIED)
    return None


def _to_the_point(case: Case, part: Part, draft: Draft) -> bool:
    """A short question is understood with the words around it, but these alone are no answer."""
    statistics = case.assessment.catalogue.statistics
    return draft.is_framed or all(
        asked_coverage(found.query, draft.covered, statistics) >= _TO_THE_POINT
        for found in part.found
        if not found.query.stands_alone
    )


def _tells_facts(case: Case, part: Part, draft: Draft) -> bool:
    """Whether a reply holds collected values that are not the article's own words anyway."""
    said = render_answer(draft.reply, case.assessment.language)
    told = [v for v in private_values(case.request.collected_data) if reveals(said, (v,))]
    chunks = part.content.chunks if part.content and told else ()
    own = "\n".join(chunk.text for chunk in chunks)
    return any(not reveals(own, (value,)) for value in told)


def _below_cut(
    case: Case, part: Part, draft: Draft | None, confidence: Confidence
) -> Reason | None:
    cut = case.cut_of(part)
    if confidence.probability >= cut:
        return None
    covered = draft.covered if draft else frozenset()
    reason = short_of(Cause.TOO_UNSURE, part, case.assessment, covered)
    return msgspec.structs.replace(reason, detail=_short_by(confidence.probability, min(cut, 1)))


def _short_by(probability: float, cut: float) -> str:
    """Both with as many decimals as it takes to tell them apart: never `0.22 < 0.22`."""
    shown = ((f"{probability:.{n}f}", f"{cut:.{n}f}") for n in range(2, 17))
    return " < ".join(
        next((one for one in shown if one[0] != one[1]), (str(probability), str(cut)))
    )
