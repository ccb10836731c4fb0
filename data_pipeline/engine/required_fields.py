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
from data_pipeline.scope import fold_scope_value


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

    given: collected.Index
    stated: dict[str, spans.Fact]
    gone: collected.Index


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
    sought = dict.fromkeys(request.unavailable)
    return _Sources(
        given=collected.index([leaf for leaf in data if not values.is_unknown(leaf.value)]),
        stated=spans.facts_in_messages(points, inquiry.messages, inquiry.asked, inquiry.language),
        gone=collected.index(collected.leaves(sought)),
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
    given = collected.candidates(sources.given, names)
    parsed = _given(point, given)
    if parsed is not None:
        return msgspec.structs.replace(
            blank, known=True, value=parsed.value, found_in=FoundIn.COLLECTED_DATA
        )
    fact = sources.stated.get(point.key)
    if fact is not None:
        return msgspec.structs.replace(
            blank, known=True, value=fact.value, found_in=FoundIn.MESSAGE, quote=fact.quote
        )
    if collected.candidates(sources.gone, names):
        return msgspec.structs.replace(blank, problem=Problem.UNAVAILABLE)
    return msgspec.structs.replace(blank, problem=Problem.INVALID if given else Problem.MISSING)


def _given(point: DataPoint, given: Sequence[Sequence[collected.Leaf]]) -> values.Parsed | None:
    """The value under the best fitting name that is one of its type; none where two differ."""
    for leaves in given:
        fitting = [parsed for leaf in leaves if (parsed := _parsed(point, leaf.value)) is not None]
        if fitting:
            first = fitting[0]
            return first if all(_agree(first.value, other.value) for other in fitting) else None
    return None


def _parsed(point: DataPoint, value: Any) -> values.Parsed | None:
    """`value` as its type, or as one of the article's own examples ("never" among numbers)."""
    parsed = values.parse(value, point.data_type, point.choices)
    if parsed is None and not point.choices and isinstance(value, str):
        named = {fold_scope_value(example) for example in point.examples}
        parsed = values.Parsed(value) if fold_scope_value(value) in named else None
    return parsed


def _agree(one: Any, other: Any) -> bool:
    number = values.as_number(one)
    if number is not None:
        return number == values.as_number(other)
    return one == other or fold_scope_value(str(one)) == fold_scope_value(str(other))


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
    """What to ask the customer, each fact once; one without a question gets a plain one."""
    words = wording_for(language)
    asked = {
        f.key: Question(f.key, f.question or words.ask.format(label=f.label), f.why_needed)
        for f in reversed(missing)
        if f.source is FactSource.CUSTOMER and f.problem is not Problem.UNAVAILABLE
    }
    return tuple(reversed(asked.values()))


def lookups_for(missing: Sequence[RequiredField]) -> tuple[Lookup, ...]:
    """What the workflow or an agent has to supply, each fact once."""
    sought = {
        f.key: Lookup(f.key, f.source, f.description)
        for f in reversed(missing)
        if f.source is not FactSource.CUSTOMER and f.problem is not Problem.UNAVAILABLE
    }
    return tuple(reversed(sought.values()))
