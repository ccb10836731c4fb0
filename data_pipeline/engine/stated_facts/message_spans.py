"""The spans of one message, each found once, and how well they fit a data point. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from data_pipeline.articles import DataPoint, DataType
from data_pipeline.engine.secrets import names_a_secret
from data_pipeline.engine.stated_facts import span_finding
from data_pipeline.engine.stated_facts.fact_cues import Cues
from data_pipeline.engine.stated_facts.span_context import Context, context_of
from data_pipeline.engine.stated_facts.span_finding import Span
from data_pipeline.engine.stated_facts.span_scoring import score
from data_pipeline.engine.stated_facts.statements import Text
from data_pipeline.engine.stated_facts.text_scoring import (
    is_identifier,
    is_phone,
    score_address,
    score_identifier,
    score_phone,
)

_CORRECTED_WITHIN: Final = 80

Scored = list[tuple[Context, float]]


class MessageSpans:
    """Typed spans of a message with their contexts in `languages`, made when first asked for."""

    def __init__(self, text: Text, languages: Sequence[str]) -> None:
        self._text = text
        self._languages = languages
        self._contexts: dict[Span, Context | None] = {}

    def scored(self, point: DataPoint, cues: Cues) -> Scored:
        """Every stated span of the data point's type with its score; 0 is no fit."""
        match point.data_type:
            case DataType.EMAIL:
                return [(c, score_address(cues, c)) for c in self._stated(self._addresses)]
            case DataType.TEXT if is_phone(cues):
                return [(c, score_phone(c)) for c in self._stated(self._phones)]
            case DataType.TEXT if is_identifier(point):
                return self._scored_identifiers(point, cues)
            case _:
                spans = self._measures(point.data_type)
                return [(c, score(point, cues, c)) for c in self._stated(spans)]

    def bare_behind(self, point: DataPoint, span: Span) -> list[Context]:
        """What may correct `span`: the same kind of value soon after it with nothing said of it."""
        behind = range(span.end, span.end + _CORRECTED_WITHIN)
        near = [s for s in self._measures(point.data_type) if s.start in behind]
        alike = [s for s in near if s.plain == span.plain and s.percent == span.percent]
        return [context for context in self._stated(alike) if context.is_bare]

    def _measures(self, data_type: DataType) -> list[Span]:
        match data_type:
            case DataType.CURRENCY:
                return [*self._amounts, *self._numbers]
            case DataType.NUMBER:
                return self._numbers
            case DataType.DATE:
                return self._days
            case _:
                return []

    def _scored_identifiers(self, point: DataPoint, cues: Cues) -> Scored:
        shaped = span_finding.shaped(self._text.raw, point.examples)
        places = {(span.start, span.end) for span in shaped}
        others = [s for s in self._identifiers if not _inside(s, shaped)]
        return [
            (c, score_identifier(cues, c, shaped=(c.span.start, c.span.end) in places))
            for c in self._stated([*shaped, *others])
        ]

    def _stated(self, spans: Iterable[Span]) -> list[Context]:
        contexts = (self._context(span) for span in spans)
        return [context for context in contexts if context is not None]

    def _context(self, span: Span) -> Context | None:
        if span not in self._contexts:
            context = context_of(self._text, span, self._languages)
            secret = context and names_a_secret(f"{context.place.before} {context.place.after}")
            self._contexts[span] = None if secret else context
        return self._contexts[span]

    @cached_property
    def _amounts(self) -> list[Span]:
        return span_finding.amounts(self._text.raw)

    @cached_property
    def _days(self) -> list[Span]:
        return span_finding.days(self._text.raw)

    @cached_property
    def _addresses(self) -> list[Span]:
        return span_finding.addresses(self._text.raw)

    @cached_property
    def _phones(self) -> list[Span]:
        known = [*self._amounts, *self._days]
        return [s for s in span_finding.phones(self._text.raw) if not _inside(s, known)]

    @cached_property
    def _numbers(self) -> list[Span]:
        return span_finding.numbers(self._text.raw, self._other_types)

    @cached_property
    def _identifiers(self) -> list[Span]:
        return span_finding.identifiers(self._text.raw, self._other_types)

    @property
    def _other_types(self) -> list[Span]:
        return [*self._amounts, *self._days, *self._addresses, *self._phones]


def _inside(span: Span, others: Sequence[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)
