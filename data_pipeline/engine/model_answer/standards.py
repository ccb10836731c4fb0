"""What the statements of a reply are held to, article by article. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from data_pipeline.engine.guardrails import Forbidden, forbidden_phrases
from data_pipeline.engine.model_answer.assignment import ModelAssignment, ModelPart, told_facts
from data_pipeline.engine.model_answer.hidden import flat_words
from data_pipeline.engine.model_answer.offered import Offered
from data_pipeline.ports import TermStatistics


class Standards(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one article: what it forbids to say, and what a customer may read of it.

    `known` are values of facts that may be told, `shown` the offered texts as `flat_words`.
    `is_translated` where the reply is in another language than the article: words tell nothing
    then, only values do.
    """

    part: ModelPart
    forbidden: tuple[Forbidden, ...]
    known: tuple[Any, ...]
    shown: str
    language: str
    is_translated: bool
    statistics: TermStatistics


class Bench(msgspec.Struct, frozen=True):
    """Everything that points are judged by: the standards of each article, the passages by id."""

    standards: tuple[Standards, ...]
    offered: Mapping[str, Offered]


def bench_for(task: ModelAssignment, offered: Sequence[Offered]) -> Bench:
    """What the points of a reply to `task` are judged by."""
    standards = tuple(
        _standards(task, part, [o for o in offered if o.part == number])
        for number, part in enumerate(task.parts)
    )
    return Bench(standards, {one.id: one for one in offered})


def _standards(task: ModelAssignment, part: ModelPart, offered: Sequence[Offered]) -> Standards:
    content = part.task.content
    return Standards(
        part=part,
        forbidden=forbidden_phrases(content.guardrails, content.frames.values()),
        known=tuple(_values(part, private=task.private)),
        shown=flat_words(dict.fromkeys(text for one in offered for text in one.texts)),
        language=task.language,
        is_translated=content.language != task.language,
        statistics=task.statistics,
    )


def _values(part: ModelPart, *, private: bool) -> Iterator[Any]:
    for _, value in told_facts(part, private=private):
        yield from value if isinstance(value, (list, tuple)) else (value,)
