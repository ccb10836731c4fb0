"""Typed values as people and systems write them, across locales. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from data_pipeline.articles import DataType
from data_pipeline.language import fold

_UNKNOWN: Final = frozenset(
    "n/a|na|none|null|nil|unknown|not known|not available|not provided|unspecified|undefined|tbd"
    "|-|--|?|desconocido|desconocida|no disponible|no consta|sin datos|no se sabe".split("|")
)
_GROUP: Final = 3
_YES: Final = frozenset(
    "yes y true yeah yep yup sure correct ok okay si s claro afirmativo verdadero 1 on".split()
)
_NO: Final = frozenset("no n false nope not never negativo falso 0 off".split())

CURRENCY_SIGN: Final = (
    r"(?:US\$|A\$|C\$|[$€£¥₹]"
    r"|\b(?:USD|EUR|GBP|CHF|CAD|AUD|MXN|dollars?|euros?|pounds?|d[óo]lares|libras)\b)"
)
NUMBER: Final = r"\d{1,3}(?:[.,'\s\u00a0]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
EMAIL: Final = r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63})+"

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
DATE: Final = (
    r"\d{4}-\d{1,2}-\d{1,2}(?:T[\d:.+\-Z]+)?"
    r"|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|º)?\s+(?:of\s+|de\s+)?(?:{_MONTH})\.?(?:,?\s+(?:de\s+|del\s+)?\d{{4}})?"
    rf"|(?:{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s+\d{{4}})?"
)


class Parsed(msgspec.Struct, frozen=True):
    """A value that fits its type."""

    value: Any


def is_unknown(value: object) -> bool:
    """Whether a given value means "not known": null, blank, `N/A`, `unknown`, an empty list."""
    if value is None or (isinstance(value, (list, tuple, dict)) and not value):
        return True
    return isinstance(value, str) and (not value.strip() or fold(value).strip(" .") in _UNKNOWN)


def parse(value: Any, data_type: DataType, choices: Sequence[str] = ()) -> Parsed | None:
    """`value` as `data_type` says, or None when it does not fit. What fits is kept as given.

    With `choices` the value must be one of them (case and punctuation aside) and becomes it.
    """
    if choices:
        return _as_choice(value, choices)
    fits = {
        DataType.NUMBER: lambda: as_number(value) is not None,
        DataType.CURRENCY: lambda: as_number(value) is not None,
        DataType.DATE: lambda: _is_date(value),
        DataType.BOOLEAN: lambda: as_boolean(value) is not None,
        DataType.EMAIL: lambda: isinstance(value, str) and bool(re.fullmatch(EMAIL, value.strip())),
        DataType.LIST: lambda: isinstance(value, (list, str)),
        DataType.TEXT: lambda: isinstance(value, (str, int, float, bool, list)),
    }[data_type]()
    return Parsed(value) if fits else None


def _as_choice(value: object, choices: Sequence[str]) -> Parsed | None:
    wanted = _squeeze(str(value))
    for choice in choices:
        if _squeeze(choice) == wanted:
            return Parsed(choice)
    if isinstance(value, bool):
        return next((Parsed(c) for c in choices if as_boolean(c) is value), None)
    return None


def _squeeze(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def as_number(value: object) -> Decimal | None:
    """A number out of 5, "5,000.50", "5.000,50 €", "$1 250"; None for anything else.

    One separator followed by exactly three digits groups thousands, as in both locales.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return Decimal(str(value)) if math.isfinite(value) else None
    if not isinstance(value, str):
        return None
    stripped = re.sub(CURRENCY_SIGN, "", value, flags=re.IGNORECASE).strip(" \u00a0%+")
    if not re.fullmatch(rf"-?(?:{NUMBER})", stripped):
        return None
    return _decimal(stripped)


def _decimal(text: str) -> Decimal | None:
    compact = re.sub(r"['\s\u00a0]", "", text)
    last = max(compact.rfind("."), compact.rfind(","))
    if last >= 0 and (len(compact) - last - 1 != _GROUP or compact[:last].lstrip("-") == "0"):
        compact = re.sub(r"[.,]", "", compact[:last]) + "." + compact[last + 1 :]
    else:
        compact = re.sub(r"[.,]", "", compact)
    try:
        return Decimal(compact)
    except InvalidOperation:
        return None


def as_boolean(value: object) -> bool | None:
    """Yes or no in words, or None."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {0: False, 1: True}.get(value)
    if not isinstance(value, str):
        return None
    word = fold(value).strip(" .!,")
    return True if word in _YES else False if word in _NO else None


def _is_date(value: object) -> bool:
    return isinstance(value, str) and (
        as_date(value) is not None or bool(re.fullmatch(DATE, value.strip(), re.IGNORECASE))
    )


def as_date(value: object) -> date | None:
    """The day that a text names, or None when it names none or could be read two ways."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    text = fold(value).strip()
    return _iso_date(text) or _numeric_date(text) or _named_date(text)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso_date(text: str) -> date | None:
    found = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:t|\s|$)", text)
    return _day(*(int(part) for part in found.groups())) if found else None


def _numeric_date(text: str) -> date | None:
    found = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text)
    if not found:
        return None
    first, second, year = (int(part) for part in found.groups())
    readings = {d for d in (_day(year, second, first), _day(year, first, second)) if d}
    return readings.pop() if len(readings) == 1 else None


def _named_date(text: str) -> date | None:
    found = re.fullmatch(
        rf"(?:(\d{{1,2}})(?:st|nd|rd|th|o)?\s+(?:of\s+|de\s+)?({_MONTH})|({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?)"
        r"\.?,?\s+(?:de\s+|del\s+)?(\d{4})",
        text,
    )
    if not found:
        return None
    day, month, month_first, day_second, year = found.groups()
    return _day(int(year), _MONTHS[month or month_first], int(day or day_second))
