"""Labelled tickets in the shapes that teams have them, and what today's reply makes of them.

A file holds lines of one shape: judged replies (`evaluation.labels`), tickets with what is expected
(`request` and `expect`), or questions with their articles (`question` and `gold_article_ids`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.engine.assessment import Engine
from data_pipeline.errors import ArticleSourceError, InvalidRequestError
from data_pipeline.evaluation.calibration.trials import (
    TICKETS,
    Drafted,
    Trial,
    draft,
    judged_by_gold,
)
from data_pipeline.evaluation.labels import Label, read_labels
from data_pipeline.evaluation.runs import Ask, Group, Progress, request_for
from data_pipeline.evaluation.sets import Case, read_cases, read_rows
from data_pipeline.evaluation.tickets import read_tickets
from data_pipeline.request_body import read_request


class Labelled(msgspec.Struct, frozen=True):
    """What files of labels hold: replies that people judged, and questions with their articles."""

    labels: tuple[Label, ...] = ()
    cases: tuple[Case, ...] = ()

    def __len__(self) -> int:
        return len(self.labels) + len(self.cases)


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """The trials of labelled tickets, and how many count no more and why.

    `outdated` are judged replies that would not be given today, `unreadable` requests that the
    service refuses.
    """

    trials: tuple[Trial, ...] = ()
    outdated: int = 0
    unreadable: int = 0


class _AnyRow(msgspec.Struct):
    """The fields that tell the shapes apart."""

    right: bool | msgspec.UnsetType = msgspec.UNSET
    expect: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


def read_marked(paths: Sequence[Path]) -> Labelled:
    """All labels of these files. Raises `ArticleSourceError` naming file and line."""
    labels: list[Label] = []
    cases: list[Case] = []
    for path in paths:
        first = next(iter(read_rows(path, _AnyRow)), None)
        if first is None:
            raise ArticleSourceError(str(path), "it holds no labels; mark some and try again.")
        if first.right is not msgspec.UNSET:
            labels += read_labels(path)
        else:
            tickets = first.expect is not msgspec.UNSET
            cases += read_tickets(path) if tickets else read_cases(path)
    return Labelled(tuple(labels), tuple(cases))


async def try_marked(
    engine: Engine,
    namespace: str,
    labelled: Labelled,
    progress: Progress = lambda _done, _all: None,
) -> Marked:
    """Ask every labelled ticket as the service would today. Raises what `assess` raises."""
    trials: list[Trial] = []
    outdated = unreadable = 0
    ones: list[Label | Case] = [*labelled.labels, *labelled.cases]
    for done, one in enumerate(ones, 1):
        progress(done, len(labelled))
        try:
            request = _request(one)
            drafted = await draft(engine, namespace, request)
        except InvalidRequestError:
            unreadable += 1
            continue
        trial = _judged(one, drafted)
        if trial is None:
            outdated += 1
        else:
            trials.append(trial)
    return Marked(trials=tuple(trials), outdated=outdated, unreadable=unreadable)


def _request(one: Label | Case) -> GenerateResponseRequest:
    if isinstance(one, Case):
        return request_for(one, "extractive")
    return read_request(msgspec.json.encode(one.request), GenerateResponseRequest)[0]


def _judged(one: Label | Case, drafted: Drafted) -> Trial | None:
    """The trial; None where the reply is another one than was judged."""
    if isinstance(one, Case):
        return judged_by_gold(Ask(one, Group.PRESENT, one.gold), drafted, TICKETS)
    quotes = {
        quote for article, said in drafted.quotes if article == one.article_id for quote in said
    }
    articles = {article for article, _ in drafted.quotes}
    if one.article_id not in articles or (one.quotes and quotes.isdisjoint(one.quotes)):
        return None
    return Trial(
        kind=TICKETS,
        cluster=one.article_id or one.id,
        evidence=drafted.evidence,
        right_article=one.right,
        right=one.right,
        sayable=drafted.sayable,
        own=one.article_id if one.right else "",
        article=drafted.article,
        groups=drafted.groups,
    )
