"""Which facts of an article are known, and which of the unknown ones block this inquiry. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from data_pipeline.articles import Blocks, DataPoint, FactSource
from data_pipeline.contract.replies import (
    FoundIn,
    Lookup,
    Problem,
    Question,
    RefusedField,
    RequiredField,
)
from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine import collected, spans, values
from data_pipeline.engine.article_content import ArticleContent, SourcedPoint
from data_pipeline.engine.inquiry import Inquiry
from data_pipeline.engine.intent import Intent
from data_pipeline.engine.secrets import refusal
from data_pipeline.engine.wording import wording_for


class FactNeeds(msgspec.Struct, frozen=True, kw_only=True):
    """What an article asks for, split by what becomes of it.

    `missing` blocks this inquiry; `later` would block only what was not asked for.
    """

    fields: tuple[RequiredField, ...] = ()
    missing: tuple[RequiredField, ...] = ()
    later: tuple[RequiredField, ...] = ()
    refused: tuple[RefusedField, ...] = ()

    @property
    def known(self) -> dict[str, Any]:
        """Values of the known facts by key."""
        return {field.key: field.value for field in self.fields if field.known}


class _Sources(msgspec.Struct, frozen=True):
    """Where facts may be known from: the workflow, the customer's words, or sought in vain."""

    given: tuple[collected.Leaf, ...]
    stated: dict[str, spans.Fact]
    gone: frozenset[tuple[str, ...]]


def read_needs(
    content: ArticleContent, inquiry: Inquiry, request: RequiredDataRequest, language: str
) -> FactNeeds:
    """Match the article's data points with what the workflow and the customer already gave."""
    reasons = {s.point.key: reason for s in content.points if (reason := refusal(s.point))}
    asked = [s for s in content.points if s.point.key not in reasons]
    sources = _sources([s.point for s in asked], inquiry, request)
    fields = tuple(_field(s, content.article_id, sources, language) for s in asked)
    blocking = [f for f in fields if f.required and not f.known and f.blocks is not Blocks.NEVER]
    return FactNeeds(
        fields=fields,
        missing=tuple(f for f in blocking if _blocks(f, inquiry.intent)),
        later=tuple(f for f in blocking if not _blocks(f, inquiry.intent)),
        refused=tuple(
            RefusedField(s.point.key, s.point.label, reasons[s.point.key])
            for s in content.points
            if s.point.key in reasons
        ),
    )


def _sources(points: list[DataPoint], inquiry: Inquiry, request: RequiredDataRequest) -> _Sources:
    data = collected.leaves(request.collected_data)
    return _Sources(
        given=tuple(leaf for leaf in data if not values.is_unknown(leaf.value)),
        stated=spans.facts_in_messages(points, inquiry.messages, inquiry.asked, inquiry.language),
        gone=frozenset(collected.name_words(name) for name in request.unavailable),
    )


def _blocks(field: RequiredField, intent: Intent) -> bool:
    return {
        Blocks.ALWAYS: True,
        Blocks.ELIGIBILITY: intent.verdict,
        Blocks.EXECUTION: intent.execution,
        Blocks.NEVER: False,
    }[field.blocks]


def _field(
    sourced: SourcedPoint, article_id: str, sources: _Sources, language: str
) -> RequiredField:
    point = sourced.point
    blank = _blank(sourced, article_id, language)
    names = collected.names_of(point)
    leaf = collected.find(sources.given, names)
    parsed = values.parse(leaf.value, point.data_type, point.choices) if leaf else None
    if parsed is not None:
        return msgspec.structs.replace(
            blank, known=True, value=parsed.value, found_in=FoundIn.COLLECTED_DATA
        )
    fact = sources.stated.get(point.key)
    if fact is not None:
        return msgspec.structs.replace(
            blank, known=True, value=fact.value, found_in=FoundIn.MESSAGE, quote=fact.quote
        )
    if any(collected.name_words(name) in sources.gone for name in names):
        return msgspec.structs.replace(blank, problem=Problem.UNAVAILABLE)
    return msgspec.structs.replace(blank, problem=Problem.INVALID if leaf else Problem.MISSING)


def _blank(sourced: SourcedPoint, article_id: str, language: str) -> RequiredField:
    point = sourced.point
    words = point.translations.get(language)
    return RequiredField(
        key=point.key,
        label=(words.label if words and words.label else point.label),
        description=point.description,
        why_needed=point.why_needed,
        data_type=point.data_type,
        required=point.required,
        source=point.source,
        question=(words.question if words and words.question else point.question),
        blocks=point.blocks,
        choices=point.choices,
        examples=point.examples,
        article_id=article_id,
        section=sourced.section,
    )


def questions_for(missing: Sequence[RequiredField], language: str) -> tuple[Question, ...]:
    """What to ask the customer; a fact without a question of the article's gets a plain one."""
    words = wording_for(language)
    return tuple(
        Question(f.key, f.question or words.ask.format(label=f.label), f.why_needed)
        for f in missing
        if f.source is FactSource.CUSTOMER and f.problem is not Problem.UNAVAILABLE
    )


def lookups_for(missing: Sequence[RequiredField]) -> tuple[Lookup, ...]:
    """What the workflow or an agent has to supply."""
    return tuple(
        Lookup(f.key, f.source, f.description)
        for f in missing
        if f.source is not FactSource.CUSTOMER and f.problem is not Problem.UNAVAILABLE
    )
