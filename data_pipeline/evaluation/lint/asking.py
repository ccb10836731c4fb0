"""Every article's own questions asked against the whole knowledge base."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from data_pipeline.articles import Article
from data_pipeline.contract.replies import Decision, GenerateResponseReply, ReasonCode
from data_pipeline.contract.requests import GenerateResponseRequest, ReplyOptions
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.ticket_reply import ticket_reply
from data_pipeline.evaluation.lint.findings import Finding, FindingKind, Severity, shortened
from data_pipeline.evaluation.lint.own_questions import (
    OwnQuestion,
    is_quoted_from,
    own_questions,
)

_DEADLINE_MS: Final = 120_000


class Reception(StrEnum):
    """What becomes of a question: the good ones first."""

    ANSWERED = "answered"
    NEEDS_FACTS = "needs_facts"
    FOUND = "found"
    OTHER_PASSAGE = "other_passage"
    HANDED_OVER = "handed_over"
    OTHER_ARTICLE = "other_article"
    NOT_FOUND = "not_found"


_UNSURE: Final = frozenset({"", ReasonCode.NO_ARTICLE, ReasonCode.LOW_CONFIDENCE})
GOOD: Final = frozenset({Reception.ANSWERED, Reception.NEEDS_FACTS, Reception.FOUND})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An article's question and its reception; `instead` is the article found before it.

    `is_sent` where a reply would go out unseen; `reason` is why a person is needed, where one is.
    """

    question: OwnQuestion
    reception: Reception
    confidence: float = 0.0
    instead: str = ""
    is_sent: bool = False
    reason: str = ""


async def ask_all(
    engine: Engine,
    namespace: str,
    articles: Sequence[Article],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> list[Asked]:
    """Ask each article's own questions within its own scope, on `engine.today()`, without a model.

    Articles that do not hold today are not asked about. Raises `IndexUnavailableError`.
    """
    day = engine.today()
    asked: list[Asked] = []
    for done, article in enumerate(articles):
        progress(done, len(articles))
        if holds(article, day):
            asked += [await _ask(engine, namespace, article, q) for q in own_questions(article)]
    progress(len(articles), len(articles))
    return asked


def holds(article: Article, day: date) -> bool:
    """Whether the article is valid on that day."""
    today = day.isoformat()
    return (article.valid_from or today) <= today <= (article.valid_until or today)


async def _ask(engine: Engine, namespace: str, article: Article, question: OwnQuestion) -> Asked:
    request = GenerateResponseRequest(
        inquiry=question.text,
        scope={key: list(values) for key, values in article.scope.items() if values},
        options=ReplyOptions(
            deadline_ms=_DEADLINE_MS, language=article.language or None, mode="extractive"
        ),
    )
    reply = await ticket_reply(engine, namespace, request)
    return Asked(
        question=question,
        reception=_reception(question, reply),
        confidence=round(reply.confidence, 3),
        instead=_instead(question, reply),
        is_sent=reply.decision is Decision.ANSWER,
        reason=_reason(reply),
    )


def _reception(question: OwnQuestion, reply: GenerateResponseReply) -> Reception:
    found = [result.article_id for result in reply.inquiries if result.article_id]
    if not found:
        return Reception.NOT_FOUND
    if question.article_id not in found:
        return Reception.OTHER_ARTICLE
    if question.origin in {"title", "example"}:
        return Reception.FOUND
    if reply.decision is Decision.CLARIFY or _reason(reply) == ReasonCode.MISSING_DATA:
        return Reception.NEEDS_FACTS
    own = [c for c in reply.citations if c.article_id == question.article_id]
    if own and not any(is_quoted_from(c.quote, question) for c in own):
        return Reception.OTHER_PASSAGE
    return Reception.ANSWERED if reply.decision is Decision.ANSWER else Reception.HANDED_OVER


def _reason(reply: GenerateResponseReply) -> str:
    return reply.escalation.reason_code.value if reply.escalation else ""


def _instead(question: OwnQuestion, reply: GenerateResponseReply) -> str:
    found = [result.article_id for result in reply.inquiries if result.article_id]
    return "" if question.article_id in found else next(iter(found), "")


def unanswered(asked: Sequence[Asked]) -> list[Finding]:
    """What an editor can do about each question that its article does not answer."""
    return [_finding(one) for one in asked if one.reception not in GOOD]


def _finding(asked: Asked) -> Finding:
    question = asked.question
    is_misled = asked.reception is Reception.OTHER_ARTICLE and asked.is_sent
    is_question = question.origin in {"faq", "heading"}
    problem, advice = _words(asked)
    return Finding(
        kind=FindingKind.UNANSWERED,
        severity=Severity.SERIOUS if is_misled and is_question else Severity.ADVICE,
        article_id=question.article_id,
        place=question.place,
        problem=f"{question.origin} “{shortened(question.text, 100)}”: {problem}",
        advice=advice,
        other=asked.instead,
    )


def _words(asked: Asked) -> tuple[str, str]:
    match asked.reception:
        case Reception.NOT_FOUND:
            return "no article is found", "Use the question's words in the article's text."
        case Reception.OTHER_ARTICLE:
            return (
                f"`{asked.instead}` {'answers it' if asked.is_sent else 'is found first'}",
                _apart(asked.question),
            )
        case Reception.OTHER_PASSAGE:
            return (
                "another passage is quoted than its own answer",
                "Repeat the question's words in its answer, or merge the two passages.",
            )
        case _:
            return f"goes to a person ({asked.reason}, {asked.confidence:.0%} sure)", _mend(asked)


def _apart(question: OwnQuestion) -> str:
    if question.origin == "title":
        return "Name in both titles what tells the articles apart, or make one of them."
    return "Say in it what it is about, or keep the answer in one article."


def _mend(asked: Asked) -> str:
    if asked.reason in _UNSURE:
        return "Answer it in one plain sentence that uses the question's words."
    return "Nothing, if a person shall decide on that; else see the reason."
