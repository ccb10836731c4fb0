"""Numbers in words, English and Spanish: `twenty-five`, `a hundred and five`, `dos mil`. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from data_pipeline.engine.numbers import NUMBER_WORD, as_number
from data_pipeline.language import fold

NUMBERS: Final = {
    word: Decimal(number)
    for number, words in {
        12: "dozen docena",
        13: "thirteen trece",
        14: "fourteen catorce",
        15: "fifteen quince",
        16: "sixteen dieciseis dieciséis",
        17: "seventeen diecisiete",
        18: "eighteen dieciocho",
        19: "nineteen diecinueve",
        20: "twenty veinte",
        21: "veintiun veintiún veintiuno veintiuna",
        22: "veintidos veintidós",
        23: "veintitres veintitrés",
        24: "veinticuatro",
        25: "veinticinco",
        26: "veintiseis veintiséis",
        27: "veintisiete",
        28: "veintiocho",
        29: "veintinueve",
        30: "thirty treinta",
        40: "forty cuarenta",
        50: "fifty cincuenta",
        60: "sixty sesenta",
        70: "seventy setenta",
        80: "eighty ochenta",
        90: "ninety noventa",
        100: "hundred cien",
    }.items()
    for word in words.split()
}
"""Words above twelve, and a dozen, each with what it is worth."""

_HUNDREDS: Final = {
    f"{beginning}{ending}": Decimal(number)
    for number, beginning in (
        *((100, "cient"), (200, "doscient"), (300, "trescient"), (400, "cuatrocient")),
        *((500, "quinient"), (600, "seiscient"), (700, "setecient"), (800, "ochocient")),
        (900, "novecient"),
    )
    for ending in (("o",) if number == 100 else ("os", "as"))  # noqa: PLR2004 - a hundred
}
_SCALES: Final = dict.fromkeys(("thousand", "mil"), Decimal(1_000)) | dict.fromkeys(
    ("million", "millon", "millón", "millones"), Decimal(1_000_000)
)
_ALONE: Final = {word for word, number in NUMBERS.items() if number == 12}  # noqa: PLR2004 - dozens
_LONGEST_FIRST: Final = "|".join(
    sorted({*NUMBERS, *_HUNDREDS, *_SCALES} - _ALONE, key=len, reverse=True)
)
_WORD: Final = rf"(?:{_LONGEST_FIRST}|{NUMBER_WORD}|one|uno|una?)"
_AND: Final = r"(?:(?<=hundred)|(?<=thousand)|(?<=million))\sand\s"
_Y: Final = r"(?:(?<=nta)|(?<=ento)|(?<=ent[oa]s)|(?<=mil))\sy\s"
SPELLED: Final = rf"{_WORD}(?:(?:{_AND}|{_Y}|[\s-]){_WORD}(?!\w)){{1,8}}"
"""A number of two words and more, to be compiled without regard to case."""

ONE_THOUSAND: Final = r"(?<!\d\s)(?:thousand|mil)"
"""`a thousand`, which is one word; not the end of `5 thousand`."""

_HUNDRED: Final = 100
_TEN: Final = 10
_TWENTY: Final = 20


def spelled_number(text: str) -> Decimal | None:
    """What the words of `text` are worth together; None where they are no one number."""
    whole, group = Decimal(0), Decimal(0)
    for word in re.findall(r"[^\W\d_]+", fold(text)):
        if word in {"and", "y"}:
            continue
        if word in _SCALES:
            whole, group = whole + (group or 1) * _SCALES[word], Decimal(0)
            continue
        together = _joined(group, word)
        if together is None:
            return None
        group = together
    return whole + group


def _joined(group: Decimal, word: str) -> Decimal | None:
    """A number below a thousand with one more word."""
    if word == "hundred":
        return (group or Decimal(1)) * _HUNDRED if group < _HUNDRED else None
    number = NUMBERS.get(word, _HUNDREDS.get(word)) or as_number(word)
    if number is None:
        return None
    rest = group % _HUNDRED
    if number >= _HUNDRED:
        return number if not group else None
    fits = not rest or (number < _TEN and rest >= _TWENTY and not rest % _TEN)
    return group + number if fits else None
