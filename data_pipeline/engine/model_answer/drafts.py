"""Drafts out of checked points, one for each article, and whether they may be trusted. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from data_pipeline.articles import Kind
from data_pipeline.contract.replies import CitedText, ReplyStep, StructuredReply
from data_pipeline.engine.citing import Citations
from data_pipeline.engine.extractive import Assignment, Draft
from data_pipeline.engine.model_answer.assignment import ModelPart
from data_pipeline.engine.model_answer.checks import CheckedPoint, Removal, Removed
from data_pipeline.engine.passages import Passage
from data_pipeline.engine.wording import wording_for

# A reply that lost more of its sentences than this is not to be trusted in what is left.
_MOST_REMOVED: Final = 1 / 3


class WrittenPart(msgspec.Struct, frozen=True):
    """What is said about one article, and what was removed of it.

    `failed` where so much went, or a step or warning, that a person must see it.
    """

    draft: Draft
    removed: tuple[Removed, ...] = ()
    failed: bool = False


def write_part(
    part: ModelPart, points: Sequence[CheckedPoint], citations: Citations
) -> WrittenPart:
    """The draft of one article from its checked `points`; their citations go to `citations`."""
    said = [(point, cite(point, citations)) for point in points if point.sentences]
    removed = tuple(gone for point in points for gone in point.removed)
    used = [one.passage for point, _ in said for one in point.cited]
    steps = [(point.text, ids) for point, ids in said if point.kind == "step"]
    draft = Draft(
        reply=StructuredReply(
            opening=_opening(part.task, used),
            key_points=tuple(CitedText(p.text, ids) for p, ids in said if p.kind == "point"),
            steps=tuple(
                ReplyStep(number, text, None, ids)
                for number, (text, ids) in enumerate(steps, start=1)
            ),
            warnings=tuple(CitedText(p.text, ids) for p, ids in said if p.kind == "warning"),
        ),
        citations=citations.all,
        covered=_covered(part.task, used),
        guardrails=_rules(removed),
    )
    return WrittenPart(draft, removed, _failed(points))


def cite(point: CheckedPoint, citations: Citations) -> tuple[str, ...]:
    """The ids of a point's citations."""
    return tuple(dict.fromkeys(citations.cite(one.passage) for one in point.cited))


def _opening(task: Assignment, used: Sequence[Passage]) -> str:
    """Only with the frame of a proven outcome something was checked."""
    words = wording_for(task.language)
    if any(passage.chunk.kind is Kind.FRAME for passage in used):
        return words.opening_outcome
    return words.opening_rules if task.intent.verdict else words.opening


def _covered(task: Assignment, used: Sequence[Passage]) -> frozenset[str]:
    """Terms of the questions that the cited passages hold."""
    terms = frozenset[str]().union(*(asked.query.own for asked in task.asked))
    return terms & frozenset[str]().union(*(p.own | p.around for p in used))


def _rules(removed: Sequence[Removed]) -> tuple[str, ...]:
    """The article's rules that took something out."""
    return tuple(dict.fromkeys(r.detail for r in removed if r.reason is Removal.FORBIDDEN))


def _failed(points: Sequence[CheckedPoint]) -> bool:
    gone = sum(len(point.removed) for point in points)
    kept = sum(len(point.sentences) for point in points)
    return gone > _MOST_REMOVED * (gone + kept) or any(
        point.removed for point in points if point.kind != "point"
    )
