"""Typed spans of a message: amounts, dates, addresses, numbers, identifiers, phones. Pure.

A span is text that occurs in the message and can be read as its type; which fact it is, is not
decided here. What only looks like one (a time, a version, a part of a range) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import msgspec

from data_pipeline.engine.dates import DATE, as_date, is_date
from data_pipeline.engine.numbers import (
    CURRENCY_SIGN,
    NUMBER,
    NUMBER_WORD,
    SCALE,
    SPACED_NUMBER,
    as_number,
)
from data_pipeline.engine.secrets import card_numbers
from data_pipeline.engine.values import EMAIL


class Span(msgspec.Struct, frozen=True):
    """`raw[start:end]` and what it says; `plain` for a number without any sign of its kind."""

    start: int
    end: int
    value: Any
    percent: bool = False
    plain: bool = True


_MINUS: Final = r"(?:(?<![^\s(])[-\u2212])?"
_AMOUNT: Final = re.compile(
    rf"(?<![\w$€£]){_MINUS}{CURRENCY_SIGN}\s?{SPACED_NUMBER}(?:\s?{SCALE})?(?![\w%]|[/\u2013-]\d)"
    rf"|(?<![\w.,'’/\u2013$€£-]){_MINUS}{SPACED_NUMBER}(?:\s?{SCALE})?\s?{CURRENCY_SIGN}(?!\w|[/\u2013-]\d)",
    re.IGNORECASE,
)
_DAY: Final = re.compile(rf"(?<![\w/.\-])(?:{DATE})(?![\w/\-]|\.\d)", re.IGNORECASE)
_ADDRESS: Final = re.compile(EMAIL)
# No k as a scale without a currency: "401k" is a name. Blocks of digits are no numbers each.
_PLAIN: Final = re.compile(
    rf"(?<![\w.,'’/\u2013$€£#:+-])(?<!\d ){NUMBER}"
    r"(?P<percent>\s?(?:%|percent\b|per cent\b|por ciento\b))?"
    r"(?![\w/:°%(]|[\u2013-]\d| \d)",
    re.IGNORECASE,
)
_IN_WORDS: Final = re.compile(rf"(?<!\w){NUMBER_WORD}(?=\s+[^\W\d])", re.IGNORECASE)
_IDENTIFIER: Final = re.compile(
    r"(?<![\w@.\-/])(?<!\d )#?(?=[A-Za-z0-9\-/]{0,40}\d)"
    r"(?P<id>[A-Za-z0-9]{1,40}(?:[\-/][A-Za-z0-9]{1,30}){0,8})"
    r"(?![\w@]|[\-/.]\w|\s\d{2})"
)
_PHONE: Final = re.compile(r"(?<![\w.,/-])(?:\+|\(?\b)\d[\d \-().\u00a0]{6,20}\d(?!\w|[.,]\d)")
_URL: Final = re.compile(r"(?:https?://|www\.)\S{1,2000}", re.IGNORECASE)
_CLOCK: Final = r"(?:[ap]\.?m\b\.?|h\b|hrs?\b|uhr\b)"
_TIME: Final = re.compile(
    rf"(?<![\w:])\d{{1,2}}(?:[:h]\d\d(?::\d\d)?(?:\s?{_CLOCK})?|(?:\.\d\d)?\s?{_CLOCK}|\s?o'clock)(?![\d:])",
    re.IGNORECASE,
)
_LIST_NUMBER: Final = re.compile(r"^[ \t]*\(?\d{1,2}[.)]\s", re.MULTILINE)
_VERSION: Final = re.compile(
    r"\b(?:versi[oó]n|release|build|firmware|ios|android|ip|v)\W{0,2}$", re.IGNORECASE
)
_TO: Final = r"\s*(?:-|–|—|to|or|a|o|u|/|hasta|bis)\s*"
_RANGE_BEFORE: Final = re.compile(rf"\d\s*(?:%\s*)?{_TO}$", re.IGNORECASE)
_RANGE_AFTER: Final = re.compile(rf"{_TO}(?:{CURRENCY_SIGN}\s?)?\d", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"\b(?:between|entre)\b[^.!?\n]{0,40}$", re.IGNORECASE)
_BOUND_BEFORE: Final = re.compile(
    r"\b(?:(?:more|less|fewer|greater|higher|lower|m[aá]s|menos|mayor|menor|superior|inferior)"
    r"(?: (?:than|de|que|a))?|over|under|above|below|at (?:least|most)|up to|almost|nearly"
    r"|exceed\w*|just short of|(?:min|max)(?:imum)?(?: of)?|al menos|como (?:m[ií]nimo|m[aá]ximo)"
    r"|hasta|casi|supera\w*|(?:m[ií]nimo|m[aá]ximo)(?: de)?|within|every|each|cada|another"
    r"|otr[oa]s?)\s*$",
    re.IGNORECASE,
)
_BOUND_AFTER: Final = re.compile(
    r"\s*(?:\+|plus\b|or (?:more|less|above|below|over|under)\b|o (?:m[aá]s|menos)\b|y pico\b"
    r"|at (?:least|most)\b|(?:min|max)(?:imum)?\b|and (?:a half|above|over|below|under)\b"
    r"|y medi[oa]\b|½|\d/\d)",
    re.IGNORECASE,
)
_DATE_BOUND: Final = re.compile(
    r"\b(?:before|after|antes del?|despu[eé]s del?)\s*(?:the|el)?\s*$", re.IGNORECASE
)
_DATE_CHOICE: Final = re.compile(
    r"\s+(?:or|o|u)\s+(?:the |on |el )*$|\b(?:either)\s+$", re.IGNORECASE
)
_WINDOW: Final = 60
_MAX_SPANS: Final = 100
_MAX_DIGITS: Final = 15
_PHONE_DIGITS: Final = range(9, 16)
_MIN_IDENTIFIER: Final = 4
_GROUP: Final = 3


def amounts(raw: str) -> list[Span]:
    """Amounts with a currency sign or word."""
    return list(_taken(raw, _AMOUNT, _amount))


def _amount(raw: str, match: re.Match[str]) -> Span | None:
    number = as_number(match.group())
    if number is None or _is_vague(raw, match.start(), match.end()):
        return None
    return Span(match.start(), match.end(), _json_number(number), plain=False)


def days(raw: str) -> list[Span]:
    """Days that exist, as ISO 8601 where year and order are certain, else as written."""
    return list(_taken(raw, _DAY, _day))


def _day(raw: str, match: re.Match[str]) -> Span | None:
    before = raw[max(0, match.start() - _WINDOW) : match.start()]
    after = raw[match.end() : match.end() + _WINDOW]
    if not is_date(match.group()) or _VERSION.search(before) or _DATE_BOUND.search(before):
        return None
    if _DATE_CHOICE.search(before) or re.match(r"\s+(?:or|o|u)\s+(?:the |on |el )?\d", after):
        return None
    day = as_date(match.group())
    return Span(match.start(), match.end(), day.isoformat() if day else match.group())


def addresses(raw: str) -> list[Span]:
    """E-mail addresses."""
    return list(_taken(raw, _ADDRESS, lambda _, m: Span(m.start(), m.end(), m.group())))


def phones(raw: str) -> list[Span]:
    """Phone numbers: 9 to 15 digits with separators or a plus sign."""
    return list(_taken(raw, _PHONE, _phone))


def _phone(_: str, match: re.Match[str]) -> Span | None:
    digits = sum(c.isdecimal() for c in match.group())
    grouped = not match.group().isdecimal()
    if digits not in _PHONE_DIGITS or not grouped or is_date(match.group()):
        return None
    return Span(match.start(), match.end(), match.group())


def numbers(raw: str, taken: Sequence[Span]) -> list[Span]:
    """Plain numbers, percentages and counts in words, outside of the spans `taken`."""
    found = [*_taken(raw, _PLAIN, _number), *_taken(raw, _IN_WORDS, _number)]
    return _outside(found, [*_not_numbers(raw), *((s.start, s.end) for s in taken)])


def _number(raw: str, match: re.Match[str]) -> Span | None:
    number = as_number(match.group())
    if number is None or len(match.group()) > _MAX_DIGITS + _GROUP:
        return None
    if _is_vague(raw, match.start(), match.end()):
        return None
    percent = match.re is _PLAIN and match["percent"] is not None
    return Span(match.start(), match.end(), _json_number(number), percent=percent)


def identifiers(raw: str, taken: Sequence[Span]) -> list[Span]:
    """Words with digits (order numbers, serial numbers) of four characters or more."""
    found = [
        Span(m.start("id"), m.end("id"), m.group("id"))
        for m in _IDENTIFIER.finditer(raw)
        if len(m.group("id")) >= _MIN_IDENTIFIER
    ]
    not_ids = [*_not_numbers(raw), *((s.start, s.end) for s in taken), *card_numbers(raw)]
    return _outside(found, not_ids)[:_MAX_SPANS]


def shaped(raw: str, examples: Sequence[str]) -> list[Span]:
    """What is written like one of the `examples`: letters, digits and signs in the same places."""
    shapes = dict.fromkeys(filter(None, map(_shape, examples)))
    found = [Span(m.start(), m.end(), m.group()) for shape in shapes for m in shape.finditer(raw)]
    longest = sorted(found, key=lambda s: (s.start - s.end, s.start))
    kept: list[Span] = []
    for span in longest:
        kept += _outside([span], [(other.start, other.end) for other in kept])
    return _outside(kept, card_numbers(raw))[:_MAX_SPANS]


def _shape(example: str) -> re.Pattern[str] | None:
    """The pattern of an example that can be told from a word, a number and a day."""
    text = example.strip()
    digits = sum(c.isdecimal() for c in text)
    if digits < _GROUP or text.isdecimal() or len(text) > _WINDOW:
        return None
    if is_date(text) or as_number(text) is not None:
        return None
    return re.compile(rf"(?<![\w@.\-/]){''.join(map(_place, text))}(?![\w@]|[\-/.]\w)")


def _place(character: str) -> str:
    if character.isdecimal():
        return r"\d"
    if character.isspace():
        return "[ \u00a0]?"
    if character.isalpha():
        return "[A-Z]" if character.isupper() else "[a-z]"
    return re.escape(character)


def _taken(
    raw: str, pattern: re.Pattern[str], read: Callable[[str, re.Match[str]], Span | None]
) -> Iterator[Span]:
    count = 0
    for match in pattern.finditer(raw):
        span = read(raw, match)
        if span is not None:
            yield span
            count += 1
        if count >= _MAX_SPANS:
            return


def _is_vague(raw: str, start: int, end: int) -> bool:
    """Whether a number is one end of a range, or a bound: then it is not the value."""
    before = raw[max(0, start - _WINDOW) : start]
    after = raw[end : end + _WINDOW]
    return bool(
        _RANGE_BEFORE.search(before)
        or _RANGE_AFTER.match(after)
        or _BETWEEN.search(before)
        or _BOUND_BEFORE.search(before)
        or _BOUND_AFTER.match(after)
    )


def _not_numbers(raw: str) -> list[tuple[int, int]]:
    patterns = (_URL, _ADDRESS, _TIME, _LIST_NUMBER)
    return [m.span() for pattern in patterns for m in pattern.finditer(raw)]


def _outside(spans: Sequence[Span], places: Sequence[tuple[int, int]]) -> list[Span]:
    """The `spans` that overlap none of the `places`."""
    barred = bytearray()
    for start, end in places:
        if len(barred) < end:
            barred.extend(bytes(end - len(barred)))
        barred[start:end] = b"\x01" * (end - start)
    return [span for span in spans if not any(barred[span.start : span.end])]


def _json_number(number: Any) -> int | float:
    return int(number) if number == int(number) else float(number)
