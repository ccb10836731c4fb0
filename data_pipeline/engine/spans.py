"""Facts that stand in the customer's own messages: typed spans with their quote. Pure.

A span is only ever text that occurs in a message and that the customer states; which data point it
belongs to is decided by the words around it, and where two readings are as good as each other, by
nobody. The newest message that says anything of a fact decides it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from data_pipeline.articles import DataPoint, FactSource
from data_pipeline.engine.stated_facts.answers import answer_to
from data_pipeline.engine.stated_facts.choices import chosen, named_values
from data_pipeline.engine.stated_facts.fact import Fact
from data_pipeline.engine.stated_facts.fact_cues import Cues, cues_of
from data_pipeline.engine.stated_facts.labelled_lines import labelled_facts
from data_pipeline.engine.stated_facts.message_spans import MessageSpans
from data_pipeline.engine.stated_facts.span_finding import Span
from data_pipeline.engine.stated_facts.statements import Text, read_text

__all__ = ["Fact", "facts_in_messages", "named_values"]

_MAX_MESSAGES: Final = 20
_MAX_MESSAGE: Final = 20_000
_MAX_TEXT: Final = 40_000
_CLEARLY_BETTER: Final = 3.0


class _Candidate(msgspec.Struct, frozen=True):
    key: str
    score: float
    span: Span
    fact: Fact


def facts_in_messages(
    points: Sequence[DataPoint],
    messages: Sequence[str],
    asked: Sequence[str] = (),
    language: str | None = None,
) -> dict[str, Fact]:
    """`{key: Fact}` for data points that customers supply, out of `messages` (newest first).

    `asked` are the helpdesk's messages, newest first: a question of ours that stands in the newest
    one is answered by the customer's newest message. Of more than 20 messages, 40,000 characters or
    20,000 characters of one message, the rest is not read.
    """
    askable = [p for p in points if p.source is FactSource.CUSTOMER]
    if not askable:
        return {}
    cues = cues_of(points)
    found: dict[str, Fact | None] = dict(answer_to(askable, cues, messages[:1], asked[:1]))
    for message in _newest(messages):
        open_ = [p for p in askable if p.key not in found]
        text = read_text(message)
        for key, fact in _facts_in(text, open_, cues, language).items():
            found.setdefault(key, fact)
    return {key: fact for key, fact in found.items() if fact is not None}


def _newest(messages: Sequence[str]) -> Iterator[str]:
    left = _MAX_TEXT
    for message in messages[:_MAX_MESSAGES]:
        yield message[: min(left, _MAX_MESSAGE)]
        left -= min(left, len(message), _MAX_MESSAGE)


def _facts_in(
    text: Text, points: Sequence[DataPoint], cues: dict[str, Cues], language: str | None
) -> dict[str, Fact | None]:
    """Facts of one message; None for a data point of which it says several things at once."""
    found: dict[str, Fact | None] = dict(labelled_facts(points, text))
    for point in points:
        if point.key not in found and (said := chosen(point, text, language)) is not None:
            found[point.key] = said if isinstance(said, Fact) else None
    left = [p for p in points if p.key not in found and not p.choices]
    return _assigned(list(_candidates(text, left, cues))) | found


def _candidates(
    text: Text, points: Sequence[DataPoint], cues: dict[str, Cues]
) -> Iterator[_Candidate]:
    spans = MessageSpans(text, sorted({c for point in points for c in cues[point.key].languages}))
    for point in points:
        fitting = [(c, weight) for c, weight in spans.scored(point, cues[point.key]) if weight]
        for context, weight in fitting:
            yield _Candidate(point.key, weight, context.span, Fact(context.span.value, context.raw))
            for other in spans.bare_behind(point, context.span):
                yield _Candidate(point.key, weight, other.span, Fact(other.span.value, other.raw))


def _assigned(candidates: Sequence[_Candidate]) -> dict[str, Fact | None]:
    """Best score first; a span serves one data point, and what is in doubt serves none."""
    found: dict[str, Fact | None] = {}
    used: list[Span] = []
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.span.start)):
        if candidate.key in found or any(_overlap(candidate.span, span) for span in used):
            continue
        others = [c for c in candidates if c.key != candidate.key and c.key not in found]
        equals = {
            c.key for c in others if c.score == candidate.score and _overlap(c.span, candidate.span)
        }
        if equals or _disputed(candidate, candidates, used):
            found |= dict.fromkeys({candidate.key, *equals})
        else:
            found[candidate.key] = candidate.fact
            used.append(candidate.span)
    return found


def _disputed(
    candidate: _Candidate, candidates: Sequence[_Candidate], used: Sequence[Span]
) -> bool:
    """Whether another value fits the same data point nearly as well, and no other one better."""
    return any(
        rival.key == candidate.key
        and rival.fact.value != candidate.fact.value
        and rival.score >= candidate.score - _CLEARLY_BETTER
        and not any(_overlap(rival.span, span) for span in used)
        and not any(
            other.key != rival.key
            and other.score > rival.score
            and _overlap(other.span, rival.span)
            for other in candidates
        )
        for rival in candidates
    )


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
