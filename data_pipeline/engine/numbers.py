"""Numbers and amounts as people write them, across locales. Pure."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Final

CURRENCY_SIGN: Final = (
    r"(?:(?:(?<![A-Za-z])(?:US|AU?|CA?|NZ|HK|MX|R|S))?\$|[\u00a3-\u00a5\u0e3f\u20a0-\u20cf]"
    r"|(?<![A-Za-z])(?:USD|EUR|GBP|CHF|CAD|AUD|NZD|MXN|ARS|CLP|COP|BRL|PEN|JPY|INR|SEK|NOK|DKK"
    r"|dollars?|bucks|euros?|pounds?|d[óo]lar(?:es)?|libras?|pesos?|francs?|francos?|rupees?|Rs\.?"
    r")(?![A-Za-z]))"
)
# Groups of three after one and the same sign, then the other sign before decimals; India's groups.
_GROUPED: Final = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:['\u2019]\d{3})+(?:[.,]\d+)?"
    r"|\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?:[.,]\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?"
)
_UNCUT: Final = r"(?![.,'\u2019]?\d)"
NUMBER: Final = rf"(?:{_GROUPED}|\d+(?:[.,]\d+)?){_UNCUT}"
"""A number in running text; one with blanks between its groups only where the blanks are fixed."""

SPACED_NUMBER: Final = rf"(?:{_GROUPED}|\d{{1,3}}(?: \d{{3}})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?){_UNCUT}"
"""The same with ordinary blanks too, for where a currency sign shows where it ends."""

SCALE: Final = (
    r"(?:k(?![A-Za-z])|thousand|mil(?![A-Za-z])|millions?|mill[óo]n(?:es)?(?: de)?|M(?![A-Za-z]))"
)
_SCALES: Final = {"k": 3, "t": 3, "m": 6}
_PERCENT: Final = r"(?:%|per ?cent|percent|por ciento)"
_WRITTEN: Final = re.compile(
    rf"(?P<minus>[-\u2212]?)\s?(?P<before>{CURRENCY_SIGN})?\s?(?P<inner>[-\u2212]?)"
    rf"(?P<number>{SPACED_NUMBER}|[.,]\d{{1,2}})(?:[.,][-\u2013\u2014]{{1,2}})?"
    rf"(?:\s?(?P<scale>{SCALE}))?\s?(?P<after>{CURRENCY_SIGN}|{_PERCENT})?",
    re.IGNORECASE,
)
_ENGLISH_MONEY: Final = re.compile(r"\$|dollars?|pounds?|bucks|£", re.IGNORECASE)
_LONGEST: Final = 60
_GROUP: Final = 3

_WORDS: Final = {
    name: number
    for number, names in enumerate(
        (
            "zero cero",
            "one uno una un",
            "two dos",
            "three tres",
            "four cuatro",
            "five cinco",
            "six seis",
            "seven siete",
            "eight ocho",
            "nine nueve",
            "ten diez",
            "eleven",  # the Spanish one reads "once"
            "twelve doce",
        )
    )
    for name in names.split()
}
NUMBER_WORD: Final = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce)"
)
"""A count in words, without "one" and "un": in a sentence those are mostly no number."""


def as_number(value: object) -> Decimal | None:
    """A number out of 5, "5,000.50", "5.000,50 €", "$1 250", "-€3", "5k", "two"; None for others.

    One separator followed by exactly three digits groups thousands, as in both locales; what can
    be read in two ways ("$5 mil", a thousand in Spanish and a million in English) is no number.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(str(value)) if math.isfinite(value) else None
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    text = value.strip().removeprefix("+")
    found = _WRITTEN.fullmatch(text)
    if found:
        return _scaled(found)
    word = _WORDS.get(text.casefold())
    return None if word is None else Decimal(word)


def _scaled(found: re.Match[str]) -> Decimal | None:
    number = _decimal(found["number"])
    scale = (found["scale"] or "").casefold()
    if found["minus"] and found["inner"]:
        return None
    if found["minus"] or found["inner"]:
        number = -number
    if not scale:
        return number
    money = f"{found['before'] or ''}{found['after'] or ''}"
    if scale == "mil":
        return None if _ENGLISH_MONEY.search(money) else number * 1000
    return None if scale == "m" and not money else number * 10 ** _SCALES[scale[0]]


def _decimal(text: str) -> Decimal:
    compact = re.sub(r"[^\d.,]", "", text)
    last = max(compact.rfind("."), compact.rfind(","))
    whole, rest = compact[: max(last, 0)], compact[last + 1 :]
    if last < 0 or _groups(compact, whole, rest, mixed=len(compact) < len(text)):
        return Decimal(re.sub(r"[.,]", "", compact))
    return Decimal(f"{re.sub(r'[.,]', '', whole) or 0}.{rest}")


def _groups(compact: str, whole: str, rest: str, *, mixed: bool) -> bool:
    """Whether the last separator stands between groups of three, not before decimals."""
    kinds = {sign for sign in compact if sign in ".,"}
    if len(kinds) > 1 or mixed:
        return False
    if whole.isdigit():
        return len(rest) == _GROUP >= len(whole) and whole.strip("0") != ""
    return whole != ""
