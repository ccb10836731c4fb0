"""Amounts, percentages, durations, measures and bare numbers of a text. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from data_pipeline.engine.fact_check.claim import Claim, Kind, Page, Value
from data_pipeline.engine.fact_check.spelled import NUMBERS, ONE_THOUSAND, SPELLED, spelled_number
from data_pipeline.engine.fact_check.units import UNIT, Unit, is_duration, unit_of
from data_pipeline.engine.numbers import (
    CURRENCY_SIGN,
    NUMBER,
    NUMBER_WORD,
    SCALE,
    SPACED_NUMBER,
    as_number,
)
from data_pipeline.language import fold

_DOLLARS: Final = ("USD", "CAD", "AUD", "NZD", "HKD")
_PESOS: Final = ("MXN", "ARS", "CLP", "COP")
_CURRENCIES: Final = {
    "$": (*_DOLLARS, *_PESOS),
    **dict.fromkeys(("us$", "bucks"), ("USD",)),
    **dict.fromkeys(("ca$", "c$"), ("CAD",)),
    **dict.fromkeys(("au$", "a$"), ("AUD",)),
    **dict.fromkeys(("nz$",), ("NZD",)),
    **dict.fromkeys(("mx$",), ("MXN",)),
    **dict.fromkeys(("r$",), ("BRL",)),
    **dict.fromkeys(("dollar", "dollars", "dolar", "dolares"), _DOLLARS),
    **dict.fromkeys(("peso", "pesos"), _PESOS),
    **dict.fromkeys(("€", "euro", "euros"), ("EUR",)),
    **dict.fromkeys(("£", "pound", "pounds", "libra", "libras"), ("GBP",)),
    **dict.fromkeys(("¥",), ("JPY",)),
    **dict.fromkeys(("₹", "rupee", "rupees", "rs", "rs."), ("INR",)),
    **dict.fromkeys(("franc", "francs", "franco", "francos"), ("CHF",)),
}
PERCENT: Final = (
    r"(?:%|per ?cent(?:age points?)?(?!\w)|puntos? porcentual(?:es)?(?!\w)|por ?ciento(?!\w))"
)
# Not behind a word, and not inside of a number.
_START: Final = r"(?<!\w)(?<!\d[.,'\u2019])"
_TO: Final = r"\s?(?:-|\u2013|\u2014|/|(?:to|or|and|a|o|u|y|hasta)(?!\w))\s?"
_UP_TO: Final = r"\s?(?:-|\u2013|\u2014|(?:to|a|hasta)(?!\w))\s?"
_MORE_WORDS: Final = "|".join(sorted(NUMBERS, key=len, reverse=True))
_WORD: Final = rf"(?:(?:one|uno|una?|{_MORE_WORDS}|{NUMBER_WORD})(?!\w))"
_SPELLED: Final = re.compile(
    rf"(?<!\w)(?P<number>{SPELLED}|{ONE_THOUSAND}(?=[\s-](?:{UNIT}|{CURRENCY_SIGN})))"
    rf"(?:\s(?P<money>{CURRENCY_SIGN})|\s?(?P<rate>{PERCENT})|[\s-](?P<unit>{UNIT}))?(?!\w)",
    re.IGNORECASE,
)
_MONEY: Final = re.compile(
    rf"{_START}(?P<before>{CURRENCY_SIGN})\s?(?P<first>{SPACED_NUMBER}(?:\s?{SCALE})?)"
    rf"(?:{_UP_TO}(?P<second>{SPACED_NUMBER}(?:\s?{SCALE})?)(?!\s?(?:{UNIT}|{PERCENT})))?"
    rf"|{_START}(?:(?P<low>{SPACED_NUMBER}){_TO})?"
    rf"(?P<high>{SPACED_NUMBER}(?:\s?{SCALE})?|{_WORD})\s?(?P<after>{CURRENCY_SIGN})(?!\w)",
    re.IGNORECASE,
)
_RATE: Final = re.compile(
    rf"{_START}(?:(?P<low>{NUMBER})\s?%?{_TO})?(?P<high>{NUMBER}|{_WORD})\s?{PERCENT}",
    re.IGNORECASE,
)
_MEASURED: Final = re.compile(
    rf"{_START}(?:(?P<low>{NUMBER}|{_WORD})(?:[\s-]?(?P<lower>{UNIT}))?{_TO})?"
    rf"(?P<high>{NUMBER}|{_WORD})[)+]?(?:\s(?:full|more|m[aá]s|additional))?"
    rf"[\s-]?(?P<unit>{UNIT})",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(
    rf"{_START}(?P<number>\d{{1,3}})(?:st|nd|rd|th|\.?[ºª°])(?![\wº])", re.IGNORECASE
)
_PLAIN: Final = re.compile(rf"{_START}(?P<number>{NUMBER}(?:\s?{SCALE})?)(?!\w)", re.IGNORECASE)
_COUNT: Final = re.compile(
    rf"(?<!\w)(?P<number>{NUMBER_WORD})(?=\s+(?P<noun>[^\W\d]+))", re.IGNORECASE
)
# Numbers that lead through a text.
_NUMBERING: Final = re.compile(
    r"^[ \t>*-]{0,9}\(?\d{1,2}[.)](?=\s)|\[\d{1,3}\]"
    r"|\b(?:steps?|sections?|options?|pages?|chapter|parts?|points?|questions?|figure|table|number"
    r"|no\.|pasos?|secci[oó]n|apartados?|opci[oó]n|p[aá]ginas?|cap[ií]tulo|partes?|puntos?"
    r"|preguntas?|tabla|n[uú]mero|n\.?[ºo°]\.?|art[ií]culos?|articles?)\s\d{1,3}(?:\.\d{1,2})*"
    r"(?:\s?(?:-|\u2013|and|to|or|y|a|o)\s?\d{1,3})?(?![\w%]|[.,]\d)",
    re.IGNORECASE | re.MULTILINE,
)
# Counts of what a text itself lists.
_LISTED: Final = frozenset(
    "options ways steps things cases points possibilities parts reasons questions of situations "
    "conditions opciones formas maneras pasos cosas casos puntos posibilidades partes motivos "
    "preguntas de situaciones condiciones".split()
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def read_spelled(page: Page) -> None:
    """Numbers of several words, with their unit: `twenty-five euros` are not five."""
    page.read(_SPELLED, _spelled)


def _spelled(match: re.Match[str]) -> list[Claim] | None:
    number = spelled_number(match["number"])
    if number is None:
        return None
    if match["unit"]:
        return [_measured(match.group(), number, match["unit"])]
    if match["rate"]:
        return [_quantity("percentage", match.group(), number, [("percent",)])]
    if match["money"]:
        families = [("amount", currency) for currency in currencies(match["money"])]
        return [_quantity("amount", match.group(), number, families)]
    return [_quantity("number", match.group(), number, [])]


def read_money(page: Page) -> None:
    """Amounts with a currency sign or word, both ends of a range."""
    page.read(_MONEY, _amounts)


def _amounts(match: re.Match[str]) -> list[Claim]:
    sign = match["before"] or match["after"]
    families = [("amount", currency) for currency in currencies(sign)]
    return [
        _quantity("amount", match.group(), _number(f"{sign}{match[name]}", match[name]), families)
        for name in ("first", "second", "low", "high")
        if match[name]
    ]


def currencies(sign: str) -> tuple[str, ...]:
    """The currencies that a sign or word may mean: `$` several, one not listed only itself."""
    written = sign.casefold() if len(sign) == 1 else fold(sign)
    return _CURRENCIES.get(written, (written.upper(),))


def read_measures(page: Page) -> None:
    """Percentages, durations and measures, both ends of a range."""
    page.read(_RATE, _rates)
    page.read(_MEASURED, _measures)


def _rates(match: re.Match[str]) -> list[Claim]:
    return [
        _quantity("percentage", match.group(), _number(match[name]), [("percent",)])
        for name in ("low", "high")
        if match[name]
    ]


def _measures(match: re.Match[str]) -> list[Claim]:
    high = _measure(match.group(), match["high"], match["unit"])
    if match["low"] is None:
        return [high]
    return [_measure(match.group(), match["low"], match["lower"] or match["unit"]), high]


def _measure(text: str, written: str, unit_name: str) -> Claim:
    return _measured(text, _number(written), unit_name)


def _measured(text: str, number: Decimal | None, unit_name: str) -> Claim:
    kind: Kind = "duration" if is_duration(unit_name) else "number"
    unit = unit_of(unit_name)
    if unit is None or number is None:
        return _quantity(kind, text, None, [])
    return Claim(kind, text, (measured(number, unit),), number=number)


def measured(number: Decimal, unit: Unit) -> Value:
    """A number of `unit`, as all units of its family share it."""
    family, size = unit
    return (family, number * size)


def read_numbers(page: Page) -> None:
    """Ordinals, bare numbers and counts in words; numbering and bare years are none."""
    page.read(_NUMBERING, lambda _: ())
    page.read(_ORDINAL, _bare)
    page.read(_PLAIN, _bare)
    page.read(_COUNT, _bare)


def _bare(match: re.Match[str]) -> Sequence[Claim]:
    written = match["number"]
    if match.re is _PLAIN and _YEAR.fullmatch(written):
        return ()
    if match.re is _COUNT and fold(match["noun"]) in _LISTED:
        return ()
    return [_quantity("number", match.group(), _number(written), [])]


def _quantity(
    kind: Kind, text: str, number: Decimal | None, families: Sequence[tuple[str, ...]]
) -> Claim:
    """A claim of `number` in one of `families`; what cannot be read counts as written."""
    if number is None:
        return Claim(kind, text, (("written", fold(text)),))
    values = tuple((*family, number) for family in families)
    return Claim(kind, text, values or (("number", number),), number=number)


def _number(*spellings: str) -> Decimal | None:
    for written in spellings:
        number = as_number(written)
        if number is None:
            number = NUMBERS.get(fold(written))
        if number is not None:
            return number
    return None
