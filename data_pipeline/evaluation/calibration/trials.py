"""Put questions to the knowledge base and see what would be sent if certainty were no matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from data_pipeline.articles import Chunk
from data_pipeline.contract.replies import Decision
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.engine.assessment import Engine, assess
from data_pipeline.engine.calibration import groups_of
from data_pipeline.engine.evidence import Evidence
from data_pipeline.engine.parts import Assessment
from data_pipeline.engine.ruling import Case as Ticket
from data_pipeline.engine.ruling import Ruling, rule
from data_pipeline.errors import InvalidRequestError
from data_pipeline.evaluation.runs import (
    Ask,
    Group,
    Progress,
    Run,
    request_for,
    views,
)
from data_pipeline.evaluation.sets import Case

TICKETS: Final = "tickets"
"""The kind of trials whose mix is that of real tickets."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What a question found, and whether a reply from it is right.

    `kind` is its part in the mix, `cluster` what its luck hangs together with (its article), and
    `own` the article that it is about, `article` the one answered from. One that is not `sayable`
    is handed over or asked back about, however sure; `groups` are those of `article`.
    """

    kind: str
    cluster: str
    evidence: Evidence = Evidence()
    right_article: bool = False
    right: bool = False
    sayable: bool = False
    own: str = ""
    article: str = ""
    groups: tuple[str, ...] = ()


class Drafted(msgspec.Struct, frozen=True, kw_only=True):
    """The draft that a request gets, whatever its certainty; `quotes` by the article answered from.

    `evidence` is that of the least certain part, as the reply's confidence is.
    """

    evidence: Evidence = Evidence()
    quotes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sayable: bool = False
    article: str = ""
    groups: tuple[str, ...] = ()


async def draft(engine: Engine, namespace: str, request: GenerateResponseRequest) -> Drafted:
    """Draft a reply as the service would without an answer model. Raises what `assess` raises."""
    assessment = await assess(engine, namespace, request)
    ticket = Ticket(engine, assessment, request, 0.0)
    rulings = [rule(ticket, part, number) for number, part in enumerate(assessment.parts)]
    if not rulings:
        return Drafted()
    least = min(rulings, key=lambda ruling: ruling.confidence.probability)
    return Drafted(
        evidence=least.evidence,
        quotes=tuple(map(_quoted, rulings)),
        sayable=all(ruling.decision is Decision.ANSWER for ruling in rulings),
        article=_article(least),
        groups=_groups(assessment, least),
    )


def _article(ruling: Ruling) -> str:
    return ruling.part.content.article_id if ruling.part.content else ""


def _quoted(ruling: Ruling) -> tuple[str, tuple[str, ...]]:
    citations = ruling.draft.citations if ruling.draft else ()
    return _article(ruling), tuple(citation.quote for citation in citations)


def _groups(assessment: Assessment, ruling: Ruling) -> tuple[str, ...]:
    card = assessment.catalogue.articles.get(_article(ruling))
    return tuple(groups_of(card)) if card else ()


def judged_by_gold(ask: Ask, drafted: Drafted, kind: str = "") -> Trial:
    """The trial of a question whose right articles are known; all parts must be right."""
    runs = [
        Run(case=ask.case, group=ask.group, gold=ask.gold, article=article, quotes=quotes)
        for article, quotes in drafted.quotes
    ]
    own = min(ask.gold | ask.hidden | ask.case.gold, default="")
    return Trial(
        kind=kind or _kind(ask),
        cluster=own or ask.case.qid,
        evidence=drafted.evidence,
        right_article=bool(runs) and all(run.right_article for run in runs),
        right=bool(runs) and all(run.right_quote for run in runs),
        sayable=drafted.sayable,
        own=own,
        article=drafted.article,
        groups=drafted.groups,
    )


def _kind(ask: Ask) -> str:
    return Group.FOREIGN.value if ask.group is Group.UNANSWERABLE else ask.group.value


async def try_all(
    engine: Engine,
    namespace: str,
    asks: Sequence[Ask],
    chunks: Mapping[str, Sequence[Chunk]],
    progress: Progress = lambda _done, _all: None,
) -> list[Trial]:
    """Ask each question; `chunks` are those of the knowledge base, by article id.

    Raises what `assess` raises, `InvalidRequestError` with the question's id.
    """
    view = views(engine, chunks)
    trials = []
    for done, ask in enumerate(asks, 1):
        drafted = await draft(view(ask.hidden), namespace, _request(ask.case))
        trials.append(judged_by_gold(ask, drafted))
        progress(done, len(asks))
    return trials


def _request(case: Case) -> GenerateResponseRequest:
    try:
        return request_for(case, "extractive")
    except InvalidRequestError as error:
        raise InvalidRequestError(f"Question {case.qid}: {error}", error.problems) from None
