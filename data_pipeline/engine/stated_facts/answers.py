"""What the newest message answers to the one question of ours that was asked last. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from data_pipeline.articles import DataPoint, DataType
from data_pipeline.engine.mail.signature import is_greeting
from data_pipeline.engine.stated_facts import span_finding
from data_pipeline.engine.stated_facts.choices import stated_values
from data_pipeline.engine.stated_facts.fact import Fact
from data_pipeline.engine.stated_facts.fact_cues import Cues, both, stems
from data_pipeline.engine.stated_facts.labelled_lines import is_in_doubt, read_value
from data_pipeline.engine.stated_facts.span_context import counted_unit
from data_pipeline.engine.stated_facts.span_finding import Span
from data_pipeline.engine.stated_facts.statements import Text, is_stated, place_of, read_text
from data_pipeline.engine.stated_facts.text_scoring import is_identifier
from data_pipeline.engine.values import as_boolean
from data_pipeline.language import fold, terms

_ANSWER: Final = re.compile(r"\W*(?P<word>[^\W\d_]+)")
_GOES_ON: Final = re.compile(
    r"(?:[,.;:!\u2013\u2014-]|\n|(?:it|i|we|they|he|she|that|there|please|thanks?|sir|madam"
    r"|por favor|gracias|lo|la|los|las|esta|estaba|estan|hay|tengo|tenemos|era|es|fue)\b|$)"
)
_REFUSES: Final = re.compile(
    r"\b(?:why|already (?:told|said|sent|gave|answered)|what do you mean|por que"
    r"|ya (?:lo )?(?:dije|he dicho|envie|he enviado)|que quiere)\b"
)
_MAX_TEXT: Final = 200
_MAX_ANSWER: Final = 2_000
_HALF: Final = 0.5


def answer_to(
    points: Sequence[DataPoint],
    cues: Mapping[str, Cues],
    newest: Sequence[str],
    asked: Sequence[str],
) -> dict[str, Fact]:
    """`{key: Fact}` of the one data point that was asked for, where the newest message answers.

    `newest` and `asked` hold the newest message of the customer and of the helpdesk, or nothing.
    A question in other words than the article's asks for a data point whose name it holds, as long
    as the answer fits just one of those.
    """
    if not asked or not newest or asked[0].count("?") > 1:
        return {}
    message = newest[0].strip()[:_MAX_ANSWER]
    question = f" {_flat(asked[0])} "
    ours = [p for p in points if any(f" {_flat(q)} " in question for q in _wordings(p))]
    near = ours or [p for p in points if _names(p, cues[p.key], asked[0])]
    if len(ours) > 1:
        return {}
    facts = {p.key: _answer(p, cues[p.key], message, asked[0]) for p in near}
    told = {key: fact for key, fact in facts.items() if fact is not None}
    return told if len(told) == 1 else {}


def _wordings(point: DataPoint) -> list[str]:
    questions = (point.question, *(w.question for w in point.translations.values()))
    return [q for q in questions if q and _flat(q)]


def _flat(text: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(text)).strip()


def _names(point: DataPoint, cues: Cues, asked: str) -> bool:
    """Whether a question holds the name of a data point whose answers can be told from chat."""
    if point.data_type in {DataType.TEXT, DataType.LIST} and not point.choices:
        return False
    least = 1.0 if point.data_type is DataType.BOOLEAN else _HALF
    return any(
        variant.strong
        and len(variant.strong.intersection(stems(asked, variant.language)))
        >= least * len(variant.strong)
        for variant in cues.variants
    )


def _answer(point: DataPoint, cues: Cues, message: str, asked: str) -> Fact | None:
    text = read_text(message)
    if point.choices:
        named = stated_values(point.choices, text)
        quotes = [message[m.start : m.end] for m in named]
        return Fact(named[0].option, quotes[0]) if len(named) == 1 else None
    if point.data_type is DataType.BOOLEAN:
        return _yes_or_no(text)
    spans = _spans(point, message)
    if spans is None:
        return _text(point, text)
    if not spans:
        return read_value(point, message)
    first = spans[0]
    if len({span.value for span in spans}) > 1 or not _is_meant(point, cues, text, first, asked):
        return None
    return Fact(first.value, message[first.start : first.end])


def _is_meant(point: DataPoint, cues: Cues, text: Text, span: Span, asked: str) -> bool:
    """Whether a span is stated, and counts what was asked for: "2 weeks" are no months."""
    if not is_stated(place_of(text, span.start, span.end), own=False):
        return False
    counted = counted_unit(text.low[span.end :]) if point.data_type is DataType.NUMBER else None
    return not counted or not counted.isdisjoint(cues.allowed | both(asked))


def _spans(point: DataPoint, message: str) -> list[Span] | None:
    """Spans of the data point's type; None where an answer is free text."""
    match point.data_type:
        case DataType.CURRENCY:
            return span_finding.amounts(message) or _numbers(message)
        case DataType.NUMBER:
            return _numbers(message)
        case DataType.DATE:
            return span_finding.days(message)
        case DataType.EMAIL:
            return span_finding.addresses(message)
        case DataType.TEXT if is_identifier(point):
            shaped = span_finding.shaped(message, point.examples)
            return shaped or span_finding.identifiers(message, ())
        case _:
            return None


def _numbers(message: str) -> list[Span]:
    kinds = (span_finding.days, span_finding.amounts, span_finding.phones)
    return span_finding.numbers(message, [span for kind in kinds for span in kind(message)])


def _yes_or_no(text: Text) -> Fact | None:
    """A yes or no at the very start that nothing takes back: "No idea" is none."""
    found = _ANSWER.match(text.raw)
    verdict = as_boolean(found["word"]) if found else None
    if found is None or verdict is None or is_in_doubt(text.low[:_MAX_TEXT]):
        return None
    behind = text.low[found.end("word") :].lstrip(" ")
    return Fact(verdict, found["word"]) if _GOES_ON.match(behind) else None


def _text(point: DataPoint, text: Text) -> Fact | None:
    """A short answer in free words, greeting aside; not a question back, a doubt or a refusal."""
    lines = [line.strip() for line in text.raw.split("\n") if not is_greeting(line)]
    if len(lines) != 1 or _REFUSES.search(text.low):
        return None
    return read_value(point, lines[0]) if terms(lines[0]) and terms(lines[0], "es") else None
