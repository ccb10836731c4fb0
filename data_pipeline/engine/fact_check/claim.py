"""What all kinds of claims share: their shape, and text prepared for reading them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal
from typing import Final, Literal

import msgspec

Kind = Literal[
    "amount",
    "percentage",
    "date",
    "time",
    "duration",
    "phone",
    "email",
    "link",
    "number",
    "code",
    "promise",
    "negation",
]
Value = tuple[Hashable, ...]
"""A family (`"percent"`, `"day"`) and what identifies a value in it."""

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f]")
_FIXED_BLANKS: Final = "\u00a0\u2009\u202f"
_BLANK: Final = "\x00"
_SPACES: Final = re.compile("[ \\t]{2,}|\\t")


class Claim(msgspec.Struct, frozen=True):
    """Something a text states. `values` are its readings: one of them has to be held elsewhere.

    `gives` is what a text that states it holds, where that is more or less than the readings.
    `number` is the bare number of a quantity, as a fact without a unit would hold it.
    """

    kind: Kind
    text: str
    values: tuple[Value, ...]
    gives: tuple[Value, ...] = ()
    number: Decimal | None = None

    def held(self) -> tuple[Value, ...]:
        """What this claim backs when it stands in a text that may be relied on."""
        values = self.gives or self.values
        return values if self.number is None else (*values, ("number", self.number))


def plain(text: str) -> str:
    """`text` without invisible signs, with every script's digits and wide forms as ASCII."""
    spaced = _SPACES.sub(" ", text.replace(_BLANK, " "))
    return spaced if text.isascii() else "".join(map(_plain_sign, _INVISIBLE.sub("", spaced)))


def _plain_sign(sign: str) -> str:
    if sign.isascii() or sign in _FIXED_BLANKS:
        return sign
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    simple = unicodedata.normalize("NFKC", sign)
    return simple if len(simple) == 1 else sign


Reader = Callable[[re.Match[str]], Sequence[Claim] | None]
"""Makes claims of a match; an empty sequence takes the place without a claim, None leaves it."""


class Page:
    """A text that is read kind by kind: what one kind has taken is blank for the next."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.claims: list[Claim] = []

    def read(self, pattern: re.Pattern[str], read: Reader) -> None:
        """Note what `read` makes of the matches of `pattern`, and blank what it took."""
        parts: list[str] = []
        position = 0
        for match in pattern.finditer(self.text):
            claims = read(match)
            if claims is None:
                continue
            self.claims += claims
            parts += (self.text[position : match.start()], _BLANK * len(match.group()))
            position = match.end()
        self.text = "".join((*parts, self.text[position:]))
