"""Facts on lines of their own, as web forms send them: `Order number: 123`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final

from data_pipeline.articles import DataPoint, DataType
from data_pipeline.engine.collected import name_words, names_of
from data_pipeline.engine.dates import as_date, is_date
from data_pipeline.engine.numbers import as_number
from data_pipeline.engine.secrets import card_numbers
from data_pipeline.engine.stated_facts import span_finding
from data_pipeline.engine.stated_facts.choices import named_values
from data_pipeline.engine.stated_facts.fact import Fact
from data_pipeline.engine.stated_facts.statements import Text, even_fold
from data_pipeline.engine.stated_facts.text_scoring import is_identifier
from data_pipeline.engine.values import as_boolean, is_unknown, parse

_SEPARATOR: Final = re.compile(r"[:=]")
_MARKUP: Final = " \t*_"
_MAX_LINES: Final = 500
_MAX_LABEL: Final = 80
_DOUBT: Final = re.compile(
    r"\b(?:don'?t (?:know|remember|have|understand)|do not (?:know|remember|have)|no idea"
    r"|no clue|not sure|unsure|maybe|perhaps|i think|i guess|probably|yes and no|(?:it )?depends"
    r"|no (?:lo )?(?:se|recuerdo|entiendo|tengo)|ni idea|no estoy segur[oa]|quiza\w*|tal vez"
    r"|creo|depende)\b"
)
_MAX_TEXT: Final = 200
_MAX_IDENTIFIER: Final = 40


def labelled_facts(points: Sequence[DataPoint], text: Text) -> dict[str, Fact]:
    """`{key: Fact}` of the data points whose name stands before a value on the same or last line.

    A name with two different values gives none.
    """
    lines: dict[str, list[str]] = {}
    for label, value in _lines(text.raw):
        lines.setdefault(label, []).append(value)
    return {
        point.key: facts[0]
        for point in points
        if (facts := [f for v in _values(point, lines) if (f := read_value(point, v)) is not None])
        and all(fact.value == facts[0].value for fact in facts)
    }


def _lines(raw: str) -> Iterator[tuple[str, str]]:
    """`(squeezed label, value)` of every `Label: value`, the value on the same line or the next."""
    lines = [line.strip(_MARKUP) for line in raw.split("\n", _MAX_LINES)[:_MAX_LINES]]
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        separator = _SEPARATOR.search(line[: _MAX_LABEL + 1])
        if separator is None:
            continue
        value = line[separator.end() :].strip(_MARKUP)
        if not value and not _SEPARATOR.search(following):
            value = following
        if value and len(value) <= _MAX_TEXT:
            yield "".join(name_words(line[: separator.start()])), value


def _values(point: DataPoint, lines: dict[str, list[str]]) -> list[str]:
    names = dict.fromkeys("".join(name_words(name)) for name in names_of(point))
    return [value for name in names for value in lines.get(name, ())]


def read_value(point: DataPoint, text: str) -> Fact | None:
    """The whole of `text` as the value of `point`, or None where it is not one."""
    told = text.strip().strip("*_").strip()
    if is_unknown(told) or len(told) > _MAX_TEXT or card_numbers(told):
        return None
    if point.choices:
        named = named_values(point.choices, told)
        return Fact(*next(iter(named.items()))) if len(named) == 1 else None
    if point.data_type is DataType.TEXT and is_identifier(point):
        return _identifier(told, point)
    return _READERS.get(point.data_type, _free_text)(told)


def is_in_doubt(low: str) -> bool:
    """Whether folded words say that somebody does not know, or is not sure."""
    return bool(_DOUBT.search(low))


def _identifier(told: str, point: DataPoint) -> Fact | None:
    spans = span_finding.shaped(told, point.examples) or span_finding.identifiers(told, ())
    values = {span.value for span in spans}
    if len(values) == 1:
        return Fact(spans[0].value, spans[0].value)
    spaced = not values and len(told) <= _MAX_IDENTIFIER and any(c.isdecimal() for c in told)
    return _free_text(told) if spaced else None


def _number(told: str) -> Fact | None:
    quote = told.rstrip(".,; ")
    number = as_number(quote)
    if number is None:
        return None
    return Fact(int(number) if number == int(number) else float(number), quote)


def _day(told: str) -> Fact | None:
    quote = told.rstrip(".,; ")
    day = as_date(quote)
    return Fact(day.isoformat() if day else quote, quote) if is_date(quote) else None


def _yes_or_no(told: str) -> Fact | None:
    verdict = as_boolean(told)
    return None if verdict is None else Fact(verdict, told)


def _address(told: str) -> Fact | None:
    return Fact(told, told) if "<" not in told and parse(told, DataType.EMAIL) else None


def _free_text(told: str) -> Fact | None:
    return None if "?" in told or is_in_doubt(even_fold(told)) else Fact(told, told)


_READERS: Final[Mapping[DataType, Callable[[str], Fact | None]]] = {
    DataType.NUMBER: _number,
    DataType.CURRENCY: _number,
    DataType.DATE: _day,
    DataType.BOOLEAN: _yes_or_no,
    DataType.EMAIL: _address,
}
