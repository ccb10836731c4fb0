"""Days as people and systems write them, in English and Spanish. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

from data_pipeline.language import fold

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene",
            "february feb febrero",
            "march mar marzo",
            "april apr abril abr",
            "may mayo",
            "june jun junio",
            "july jul julio",
            "august aug agosto ago",
            "september sep sept septiembre setiembre",
            "october oct octubre",
            "november nov noviembre",
            "december dec diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
# "may 10 people come" and "2 weeks ago 15 euros" are no dates.
_FIRST: Final = "|".join(sorted(set(_MONTHS) - {"may", "mar", "ago"}, key=len, reverse=True))
_DAY: Final = r"(?:3[01]|[12]\d|0?[1-9])"
_ORDINAL: Final = r"(?:st|nd|rd|th|er|ro|[ºª°])?"
_YEAR: Final = (
    r"(?:19|20)\d\d(?!\d|[.,]\d|\s?(?:[$€£]|eur\b|euros?\b|usd\b|dollars?\b|d[óo]lares\b|pesos\b))"
)
_TIME: Final = r"(?:[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:\s?Z|[+-]\d\d:?\d\d)?)"
DATE: Final = (
    rf"(?:19|20)\d\d(?:-\d{{1,2}}-|/\d{{1,2}}/|\.\d{{1,2}}\.)\d{{1,2}}{_TIME}?(?!\d)"
    r"|\d{1,2}(?:/\d{1,2}/|-\d{1,2}-|\.\d{1,2}\.)(?:\d{4}|\d\d)(?!\d)"
    rf"|{_DAY}{_ORDINAL}(?:[ ]+(?:of |de )?|[-/])(?:{_MONTH})(?![a-z])\.?"
    rf"(?:(?:,?[ ]+(?:of |de |del )?|[-/]){_YEAR})?"
    rf"|(?:{_FIRST}|(?-i:M(?:ay|ar|AY|AR)))(?![a-z])\.?[ ]+(?:the )?{_DAY}(?!\d){_ORDINAL}"
    rf"(?:,?[ ]+(?:de |del )?{_YEAR})?"
    rf"|(?:may|mar)\.?[ ]+{_DAY}(?!\d)(?:st|nd|rd|th|{_ORDINAL},?[ ]+{_YEAR})"
)
"""A day in running text, to be compiled without regard to case."""

_DATE: Final = re.compile(DATE, re.IGNORECASE)
_WEEKDAY: Final = re.compile(
    r"^(?:(?:on|el)\s+)?(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|lunes|martes|miercoles|jueves|viernes|sabado|domingo)\.?,?\s+(?:the\s+)?"
)
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:t|\s|$)")
_COMPACT: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_NUMERIC: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})")
_DAY_FIRST: Final = re.compile(
    rf"(\d{{1,2}})[a-z°]{{0,2}}(?:\s+(?:of |de )?|[-/])({_MONTH})\.?"
    r"(?:(?:,?\s+(?:of |de |del )?|[-/])(\d{4}))?"
)
_MONTH_FIRST: Final = re.compile(
    rf"({_MONTH})\.?\s+(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?:de |del )?(\d{{4}}))?"
)
_EPOCHS: Final = {10: 1, 13: 1000}
_LEAP_YEAR: Final = 2000
_LONGEST: Final = 60
_FULL_YEAR: Final = 4
_LAST_YEAR: Final = 2100


def as_date(value: object) -> date | None:
    """The day that a text names, or None when it names none or could be read two ways.

    Two ways are `03/04/2026`, a year of two digits, and a day without a year. Besides texts, ISO
    8601 and the seconds or milliseconds since 1970 that systems send (10 or 13 digits) are read.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = f"{value:.0f}"
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    text = _WEEKDAY.sub("", fold(value).strip())
    days = {day for day, certain in _readings(text) if certain}
    return days.pop() if len(days) == 1 else None


def is_date(value: object) -> bool:
    """Whether a value names a day that exists, even if its year or order is open."""
    if as_date(value) is not None:
        return True
    if not isinstance(value, str) or len(value) > _LONGEST:
        return False
    return any(True for _ in _readings(_WEEKDAY.sub("", fold(value).strip())))


def _readings(text: str) -> Iterator[tuple[date, bool]]:
    """Every day that `text` may name, and whether its year is certain."""
    if text.isdecimal():
        yield from _from_digits(text)
    elif found := _ISO.match(text):
        yield from _day(*(int(part) for part in found.groups()))
    elif found := _NUMERIC.fullmatch(text):
        first, second, year = found.groups()
        certain = len(year) == _FULL_YEAR
        century = 0 if certain else _LEAP_YEAR
        for day, month in {(first, second), (second, first)}:
            yield from _day(century + int(year), int(month), int(day), certain=certain)
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
        yield from _named(year, month, day)
    elif found := _MONTH_FIRST.fullmatch(text):
        month, day, year = found.groups()
        yield from _named(year, month, day)


def _named(year: str | None, month: str, day: str) -> Iterator[tuple[date, bool]]:
    yield from _day(int(year or _LEAP_YEAR), _MONTHS[month], int(day), certain=year is not None)


def _from_digits(text: str) -> Iterator[tuple[date, bool]]:
    found = _COMPACT.fullmatch(text)
    if found:
        yield from _day(*(int(part) for part in found.groups()))
    elif len(text) in _EPOCHS:
        day = datetime.fromtimestamp(int(text) / _EPOCHS[len(text)], UTC).date()
        yield from ((day, True),) if day.year < _LAST_YEAR else ()


def _day(year: int, month: int, day: int, *, certain: bool = True) -> Iterator[tuple[date, bool]]:
    try:
        yield date(year, month, day), certain
    except ValueError:
        return
