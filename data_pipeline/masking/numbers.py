"""Numbers that tell who somebody is: cards, accounts, national numbers, phones, orders. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

Span = tuple[int, int, str]
"""Where an identifier starts and ends, and of what kind it is."""

_REGIONS: Final = ("US", "ES", "GB", "IE", "DE", "FR", "IT", "NL", "PT", "MX")
_BLANKS: Final = " \u00a0\u2007\u2009\u202f\u200b\u2060\u2011\\-"
_GAP: Final = f"[{_BLANKS}]"
_CURRENCY: Final = (
    r"(?:[$\u00a3\u20ac\u00a5]|(?i:eur|euros?|usd|gbp|d[oó]lar(?:es)?|dollars?|pounds?|libras?"
    r"|pesos?)\b)"
)
_IBAN: Final = re.compile(
    rf"(?<!\w)[A-Za-z]{{2}}\d{{2}}(?:{_GAP}?[A-Za-z0-9]{{4}}){{2,7}}"
    rf"(?:{_GAP}?[A-Za-z0-9]{{1,3}})?(?!\w)"
)
_CARD: Final = re.compile(rf"(?<![\w.,])\d(?:{_GAP}{{0,3}}\d){{12,18}}(?!\w|[.,]\d)")
_SSN: Final = re.compile(rf"(?<![\w\-])\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{4}}(?![\w\-])")
_NINO: Final = re.compile(
    r"(?<!\w)[A-Z]{2}[ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?[A-Z](?!\w)", re.IGNORECASE
)
_NATIONAL: Final = re.compile(
    r"(?<!\w)(?:[XYZxyz][ -]?\d{7}[ -]?[A-Za-z]|\d{1,2}\.?\d{3}\.?\d{3}[ -]?[A-Za-z]"
    r"|\d{7}[A-Za-z]{1,2})(?!\w)"
)
_PHONE: Final = re.compile(
    rf"(?<![\w,])(?<!\d[.\-:])(?:\+|\(\+?)?\d(?:[{_BLANKS}().\/]{{0,3}}\d){{6,16}}"
    r"(?:\s?(?:x|ext\.?|extension)\s?\d{1,6})?(?!\w|[.,]\d)",
    re.IGNORECASE,
)
_EXTENSION: Final = re.compile(r"\s?(?:x|ext)\D*\d+$", re.IGNORECASE)
_PHONE_WORD: Final = re.compile(
    r"(?:tel(?:[eé]fono|ephone|\.)?|phone|mobile|cell|m[oó]vil|whatsapp|fax"
    r"|call(?: me)?(?: on| at)?|ll[aá]m\w+(?: al)?|number is|n[uú]mero es|text me(?: on| at)?"
    r"|reach me(?: on| at)?)\W{0,4}"
    r"(?:(?:is|es|number|n[uú]mero|no)\W{0,3})?$",
    re.IGNORECASE,
)
_DAY: Final = re.compile(
    r"(?:(?:19|20)\d\d[-/. ][01]?\d[-/. ][0-3]?\d|[0-3]?\d[-/. ][01]?\d[-/. ](?:19|20)?\d\d)"
    r"(?:[ T][0-2]?\d)?"
)
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[., \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?")
_RANGE: Final = re.compile(r"\d{1,5}\s?[-/]\s?\d{1,5}|(?:19|20)\d\d[ ,]+(?:19|20)\d\d")
_LONG: Final = re.compile(
    rf"(?<![\w.,])\d(?:{_GAP}?\d){{7,33}}(?!\w|[.,]\d)|(?<!\d)\d{{8,40}}(?!\d)"
)
_NAMED: Final = re.compile(
    r"(?<!\w)(?i:accounts?|a/c|acct|customer|client|policy|orders?|invoice(?:s)?|contracts?|reference"
    r"|ref|case|ticket|membership|member|booking|reservation|serial|iban|passport|licen[cs]e|dni|nif"
    r"|nie|passport|ssn|pps|cuenta|cliente|p[oó]liza|pedido|factura|contrato|referencia|expediente"
    r"|soci[oa]|reserva|serie|pasaporte|usuario|user)[ .:#]{0,3}"
    r"(?:(?i:numbers?|nos?|nr|num|n[uú]m(?:ero)?|n[ºo°]|id|code|c[oó]digo|is|es|de|ending(?: in)?)"
    r"[ .:#\u00ba\u00b0]{1,3}){0,3}"
    r"#?(?P<number>(?=[A-Za-z\-/]{0,12}\d)[A-Za-z0-9](?:[A-Za-z0-9]|[\-/](?=[A-Za-z0-9])){3,39})(?!\w)"
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MEASURE: Final = re.compile(r"\d{1,5}[A-Za-z]{1,3}")
_MONEY_BEFORE: Final = re.compile(rf"{_CURRENCY}\s?$")
_MONEY_AFTER: Final = re.compile(rf"\s?{_CURRENCY}")
_WINDOW: Final = 20
_LEAST_DIGITS: Final = 3
_PHONE_DIGITS: Final = range(7, 16)


def number_spans(text: str) -> Iterator[Span]:
    """Where such numbers stand; of those that overlap the first is the one that counts."""
    if not any(map(str.isdecimal, text)):
        return
    yield from _ibans(text)
    yield from _found(text, _CARD, "CARD", lambda m: _luhn(_digits(m.group())))
    yield from _found(text, _SSN, "SSN", lambda m: not _is_no_identifier(text, m))
    yield from _found(text, _NINO, "ID", lambda _: True)
    yield from _found(text, _NATIONAL, "ID", lambda m: _is_national(m.group()))
    yield from _found(text, _PHONE, "PHONE", lambda m: _is_phone(text, m))
    yield from _found(text, _LONG, "ACCOUNT", lambda m: not _is_no_identifier(text, m))
    yield from _named(text)


def _found(
    text: str, pattern: re.Pattern[str], kind: str, counts: Callable[[re.Match[str]], bool]
) -> Iterator[Span]:
    yield from ((*m.span(), kind) for m in pattern.finditer(text) if counts(m))


def _digits(text: str) -> str:
    """The decimal digits of `text`, of any script, as ASCII."""
    return "".join(str(int(c)) for c in text if c.isdecimal())


def _ibans(text: str) -> Iterator[Span]:
    from stdnum import iban  # noqa: PLC0415 - loaded with the first number, not with the app

    for match in _IBAN.finditer(text):
        written = match.group()
        ends = [m.end() for m in re.finditer(r"[A-Za-z0-9]+", written)][::-1]
        for end in (len(written), *ends):
            if iban.is_valid(re.sub(r"[^A-Za-z0-9]", "", written[:end]), check_country=False):
                yield (match.start(), match.start() + end, "ACCOUNT")
                break


def _luhn(digits: str) -> bool:
    from stdnum import luhn  # noqa: PLC0415

    return bool(luhn.is_valid(digits))


def _is_national(written: str) -> bool:
    from stdnum.es import nie, nif  # noqa: PLC0415
    from stdnum.ie import pps  # noqa: PLC0415

    return any(module.is_valid(written) for module in (nif, nie, pps))


def _is_phone(text: str, match: re.Match[str]) -> bool:
    written = _EXTENSION.sub("", match.group())
    if len(_digits(written)) not in _PHONE_DIGITS or _is_no_identifier(text, match):
        return False
    before = text[max(0, match.start() - 2 * _WINDOW) : match.start()]
    return ")" in written or bool(_PHONE_WORD.search(before)) or _is_valid_phone(written)


def _is_valid_phone(written: str) -> bool:
    import phonenumbers  # noqa: PLC0415

    called = "+" + written[2:] if written.startswith("00") else written
    for region in ("ZZ",) if "+" in called else _REGIONS:
        try:
            number = phonenumbers.parse(called, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) or "+" in called:
            return True
    return False


def _is_no_identifier(text: str, match: re.Match[str]) -> bool:
    """Whether digits are rather a day, an amount or a range."""
    written = match.group()
    if _DAY.fullmatch(written) or _RANGE.fullmatch(written):
        return True
    before = text[max(0, match.start() - _WINDOW) : match.start()]
    after = text[match.end() : match.end() + _WINDOW]
    if _MONEY_BEFORE.search(before) or _MONEY_AFTER.match(after):
        return True
    return "," in written or bool(_THOUSANDS.fullmatch(written) and "." in written)


def _named(text: str) -> Iterator[Span]:
    """Numbers behind the word for what they number."""
    for match in _NAMED.finditer(text):
        number = match["number"]
        digits = sum(map(str.isdecimal, number))
        if digits < _LEAST_DIGITS or _YEAR.fullmatch(number) or _MEASURE.fullmatch(number):
            continue
        if not _DAY.fullmatch(number):
            yield (*match.span("number"), "ACCOUNT")
