"""What a model is to answer: the articles, the questions about each, and what may be told. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from data_pipeline.contract.replies import FoundIn, RequiredField
from data_pipeline.engine.extractive import Assignment
from data_pipeline.engine.parts import Assessment, Part
from data_pipeline.ports import TermStatistics

PASSAGE_BUDGET: Final = 6_000
"""Tokens of passages in one prompt, unless told otherwise."""


class ModelPart(msgspec.Struct, frozen=True, kw_only=True):
    """One article, the customer's questions about it, and the facts that it asks for."""

    task: Assignment
    questions: tuple[str, ...]
    facts: tuple[RequiredField, ...] = ()


class ModelAssignment(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket to answer from `parts` in `language`.

    `earlier` is what the customer wrote before, `replies` what was answered, newest first. With
    `private` no value of the workflow's data reaches the model; `identifiers` tell who somebody is.
    """

    parts: tuple[ModelPart, ...]
    message: str
    language: str
    statistics: TermStatistics
    subject: str = ""
    earlier: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    private: bool = True
    identifiers: tuple[str, ...] = ()
    budget: int = PASSAGE_BUDGET


def assign(
    assessment: Assessment,
    parts: Sequence[tuple[Part, Assignment]],
    *,
    identifiers: Sequence[str] = (),
    budget: int = PASSAGE_BUDGET,
) -> ModelAssignment:
    """The assignment for those `parts` of a ticket that are to be answered."""
    inquiry = assessment.inquiry
    return ModelAssignment(
        parts=tuple(
            ModelPart(task=task, questions=part.questions, facts=part.needs.fields)
            for part, task in parts
        ),
        message=inquiry.text,
        language=assessment.language,
        statistics=assessment.catalogue.statistics,
        subject=inquiry.subject,
        earlier=tuple(m for m in inquiry.messages if m not in {inquiry.text, inquiry.subject}),
        replies=inquiry.asked,
        private=inquiry.private,
        identifiers=tuple(identifiers),
        budget=budget,
    )


def told_facts(part: ModelPart, *, private: bool) -> Iterator[tuple[str, Any]]:
    """Labels and values of the known facts that the article asks for and that may be told.

    What the workflow knows is left out with `private`; what the customer wrote is no secret.
    """
    for field in part.facts:
        if field.known and (field.found_in is FoundIn.MESSAGE or not private):
            yield field.label, field.value
