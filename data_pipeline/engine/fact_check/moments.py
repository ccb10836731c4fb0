"""Days, months, years and times of day of a text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from data_pipeline.engine.dates import DATE, as_date
from data_pipeline.engine.fact_check.claim import Claim, Page, Value
from data_pipeline.language import fold

_DAY: Final = re.compile(rf"(?<![\w/\-])(?<!\d\.)(?:{DATE})(?![\w/\-]|\.\d)", re.IGNORECASE)
_NUMERIC: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d\d)")
# Without May and March, and short forms: in a sentence they are mostly something else.
_ENGLISH: Final = "January|February|April|June|July|August|September|October|November|December"
_SPANISH: Final = (
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre"
    "|diciembre"
)
_MONTH_OF_YEAR: Final = re.compile(
    rf"(?<!\w)(?P<month>(?i:{_ENGLISH}|March|May|{_SPANISH}))"
    r"(?:,?\s(?:of |de |del )?)(?P<year>(?:19|20)\d\d)(?![\w]|[.,]\d)"
)
_MONTH: Final = re.compile(rf"(?<!\w)(?P<month>{_ENGLISH}|(?i:{_SPANISH}))(?!\w)")
_IN_YEAR: Final = re.compile(
    r"(?<!\w)(?:in|since|until|till|by|before|after|from|desde|hasta|en|antes de|despu[eé]s de"
    r"|a partir de)\s(?P<year>(?:19|20)\d\d)(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_ANY_YEAR: Final = re.compile(r"(?<![\w.,])(?:19|20)\d\d(?!\w|[.,]\d)")
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "monday mon lunes",
            "tuesday tues tue martes",
            "wednesday wed miercoles",
            "thursday thurs thur thu jueves",
            "friday fri viernes",
            "saturday sat sabado",
            "sunday sun domingo",
        )
    )
    for name in names.split()
}
_WEEKDAY: Final = re.compile(
    r"(?<!\w)(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)s?(?!\w)",
    re.IGNORECASE,
)
# Short forms back a day, but claim none: "Sun" and "sat" are mostly something else.
_SHORT_DAY: Final = re.compile(r"(?<!\w)(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)(?!\w)")
_FROM_NOW: Final = re.compile(
    r"(?<!\w)(?:tomorrow|tonight|yesterday|ayer|today(?!['\u2019]s)|hoy"
    r"|(?<!la )ma[nñ]ana(?! siguiente))(?!\w)",
    re.IGNORECASE,
)
_SAME_DAY: Final = {"today": "hoy", "tomorrow": "manana", "yesterday": "ayer"}
_HALF: Final = r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?)"
_TIME: Final = re.compile(
    r"(?<![\w:.,])(?:(?P<low>\d{1,2})\s?(?:-|\u2013|to|a)\s?)?"
    rf"(?P<hour>\d{{1,2}})(?:[:.](?P<minute>[0-5]\d)(?![\d:]))?{_HALF}(?!\w)"
    r"|(?<![\w:.,])(?P<clock>\d{1,2}):(?P<past>[0-5]\d)(?::[0-5]\d)?"
    r"(?:\s?(?:h|hrs?|horas?|hours?)(?!\w))?(?![\w:])",
    re.IGNORECASE,
)
_HOURS: Final = 24
_HALF_DAY: Final = 12


def read_moments(page: Page) -> None:
    """Days, months with or without their year, and times of day."""
    page.read(_DAY, _day)
    page.read(_MONTH_OF_YEAR, _month)
    page.read(_TIME, _time)
    page.read(_MONTH, _month)
    page.read(_WEEKDAY, lambda m: [Claim("date", m.group(), (_weekday(m["day"]),))])
    page.read(_FROM_NOW, _from_now)


def weekdays_in(text: str) -> Iterator[Value]:
    """The days of the week that `text` names by a short form."""
    yield from (_weekday(m.group()) for m in _SHORT_DAY.finditer(text))


def _weekday(name: str) -> Value:
    return ("weekday", _WEEKDAYS[fold(name)])


def _from_now(match: re.Match[str]) -> list[Claim]:
    word = fold(match.group())
    return [Claim("date", match.group(), (("from now", _SAME_DAY.get(word, word)),))]


def read_years(page: Page) -> None:
    """Years that a preposition makes a point in time; others stand in titles and names."""
    page.read(_IN_YEAR, lambda m: [Claim("date", m.group(), (("year", int(m["year"])),))])


def years_in(text: str) -> Iterator[Value]:
    """Every year that `text` names, however it does."""
    yield from (("year", int(m.group())) for m in _ANY_YEAR.finditer(text))


def _day(match: re.Match[str]) -> list[Claim] | None:
    days = list(_readings(match.group()))
    if not days:
        return None
    asked = (value for day, sure in days for value in _asked(day, sure=sure))
    given = (value for day, sure in days for value in _given(day, sure=sure))
    return [Claim("date", match.group(), tuple(asked), tuple(given))]


def _readings(text: str) -> Iterator[tuple[date, bool]]:
    """The days that a text may name, and whether it names the year."""
    if (day := as_date(text)) is not None:
        yield day, True
    elif (numeric := _NUMERIC.fullmatch(text)) is not None:
        first, second, year = numeric.groups()
        century = "" if len(year) > 2 else "20"  # noqa: PLR2004 - digits of a year
        for day_number, month in ((first, second), (second, first)):
            iso = f"{century}{year}-{int(month):02}-{int(day_number):02}"
            if (day := as_date(iso)) is not None:
                yield day, True
    elif (day := as_date(f"{text.rstrip('.')} 2000")) is not None:
        yield day, False


def _asked(day: date, *, sure: bool) -> tuple[Value, ...]:
    if not sure:
        return (("day", day.month, day.day, "any"),)
    return (("day", day.month, day.day, day.year), ("day", day.month, day.day, "open"))


def _given(day: date, *, sure: bool) -> tuple[Value, ...]:
    year = day.year if sure else "open"
    return (
        ("day", day.month, day.day, year),
        ("day", day.month, day.day, "any"),
        ("month", day.month, year),
        ("month", day.month, "any"),
        ("number", day.day),
    )


def _month(match: re.Match[str]) -> list[Claim] | None:
    first = as_date(f"1 {fold(match['month'])} 2000")
    if first is None:
        return None
    year = match.groupdict().get("year")
    if year is None:
        given = (("month", first.month, "open"), ("month", first.month, "any"))
        return [Claim("date", match.group(), (("month", first.month, "any"),), given)]
    named: Value = ("month", first.month, int(year))
    asked = (named, ("month", first.month, "open"))
    return [Claim("date", match.group(), asked, (named, ("month", first.month, "any")))]


def _time(match: re.Match[str]) -> list[Claim] | None:
    if match["clock"]:
        readings = [_minutes(match["clock"], match["past"], "")]
    else:
        readings = [_minutes(match["hour"], match["minute"] or "0", match["half"].casefold())]
    if match["low"]:
        low = [_minutes(match["low"], "0", half) for half in "ap"]
        return [_at(match, low), _at(match, readings)]
    return [_at(match, readings)] if None not in readings else None


def _at(match: re.Match[str], readings: list[int | None]) -> Claim:
    return Claim("time", match.group(), tuple(("time", minutes) for minutes in readings))


def _minutes(hour: str, minute: str, half: str) -> int | None:
    """Minutes since midnight, or None for an hour that no clock shows."""
    hours = int(hour)
    if hours > (_HALF_DAY if half else _HOURS):
        return None
    if half:
        hours = hours % _HALF_DAY + (_HALF_DAY if half == "p" else 0)
    return hours * 60 + int(minute)
