"""What a place of an article says with a value, as it stands there: cheap to find. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, TypeVar

import msgspec

from data_pipeline.articles import Fee, Kind, Pair, Unit
from data_pipeline.engine.contradiction.permission import is_permission
from data_pipeline.engine.contradiction.statement import Place, Source
from data_pipeline.engine.prose import is_table_row
from data_pipeline.language import split_sentences

T = TypeVar("T")
# Others are somebody's case, what must not be said, or the same fact in a machine's words.
_STATING: Final = frozenset(
    {
        *(Kind.FEES, Kind.RULES, Kind.STEPS, Kind.ISSUES, Kind.FAQ, Kind.DEFINITIONS),
        *(Kind.NOTES, Kind.OVERVIEW, Kind.BODY, Kind.ELIGIBILITY, Kind.BLOCKING),
    }
)
PAIRED: Final = frozenset({Kind.FAQ, Kind.ISSUES, Kind.DEFINITIONS})
"""Kinds whose units are two texts that belong together."""

_LABELLED: Final = re.compile(r"(?P<label>[^:;|\n]{3,80}):[ \t]+(?P<value>[^;|\n]{1,80})")
_CELL: Final = re.compile(r"(?P<name>[^:;\n]{1,80}): (?P<value>[^;\n]{1,200})")
_LONGEST_SENTENCE: Final = 400
_LONGEST_UNIT: Final = 20_000
# Code and markup have values of their own, which are nobody's facts; what holds "in this case" is
# said of something else.
_LEFT_OUT: Final = re.compile(
    r"</?[a-z!]|[={}`\\]|(?<!\w)--\w|^\s*#|>>>|\w[.]\w+\(|\w\(\)|(?<!\S):[a-z-]+:"
    r"|(?<!\w)(?:in|for|with) (?:this|that|these|those|such)(?: an?)? [a-z]"
    r"|(?<!\w)(?:en|para|con) (?:est|es)[eao]s? [a-z]",
    re.IGNORECASE,
)
_DIGIT: Final = re.compile(r"\d")
# Not inside of a name: `A4`.
_NUMBER: Final = re.compile(r"(?<![^\W\d_])\d")
_NUMBER_WORDS: Final = frozenset(
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty "
    "sixty ninety hundred dos tres cuatro cinco seis siete ocho nueve diez doce quince veinte "
    "treinta cuarenta cincuenta sesenta noventa cien".split()
)
_NEGATION: Final = re.compile(
    r"(?<!\w)(?:no|not|cannot|never|non|nunca|tampoco|without|sin|ni)(?!\w)|n['\u2019]t(?!\w)",
    re.IGNORECASE,
)
_NO_LETTERS: Final = re.compile(r"[\s.,;:()\-]+")
_ADDRESS: Final = re.compile(r"\w@\w|://|(?<!\w)www\.", re.IGNORECASE)


class Said(msgspec.Struct, frozen=True):
    """A value with its label (empty in a sentence), and the text of both; `quote` as it stands.

    `asked` is the question or problem that it is said to; without a value in it (`has_value`) it
    says that something may be done, or may not.
    """

    source: Source
    label: str
    value: str
    text: str
    quote: tuple[str, ...]
    asked: str = ""

    @property
    def has_value(self) -> bool:
        """Whether it looks as if there were a value in it."""
        return _looks_valued(self.value)

    @property
    def is_permission(self) -> bool:
        """Whether it says that something may be done, or may not."""
        return self.source is Source.SENTENCE and is_permission(self.text)

    @property
    def may_deny(self) -> bool:
        """Whether there is a negation in it."""
        return bool(_NEGATION.search(self.text))


@lru_cache(maxsize=16_384)
def _looks_valued(text: str) -> bool:
    """Cheap tests first: most sentences have no digit."""
    if _DIGIT.search(text) and _NUMBER.search(text):
        return True
    if not _NUMBER_WORDS.isdisjoint(_NO_LETTERS.split(text.lower())):
        return True
    return ("@" in text or "/" in text or "www" in text) and bool(_ADDRESS.search(text))


def sayings_at(place: Place) -> Iterator[Said]:
    """What may state something, cheaply found: sentences, entries of lists, cells of tables."""
    for unit in place.units if place.kind in _STATING else ():
        for said in _said(place, unit):
            if (said.has_value or said.is_permission) and not _LEFT_OUT.search(said.text):
                yield said


def _said(place: Place, unit: Unit) -> Iterator[Said]:
    text = unit.text[:_LONGEST_UNIT]
    if place.kind is Kind.FEES and (fee := _as(unit.data, Fee)) is not None:
        service, price = fee.service[:_LONGEST_SENTENCE], fee.fee[:_LONGEST_SENTENCE]
        yield Said(Source.PRICE, service, price, f"{service}: {price}", (service, price))
    elif place.kind in PAIRED and (pair := _as(unit.data, Pair)) is not None:
        yield from _sentences(pair.second[:_LONGEST_UNIT], pair.first[:_LONGEST_SENTENCE])
    elif is_table_row(text):
        yield from _cells(text)
    else:
        yield from _sentences(text)


def _as(data: Any, shape: type[T]) -> T | None:
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError:
        return None


def _sentences(text: str, asked: str = "") -> Iterator[Said]:
    for sentence in split_sentences(text):
        labelled = _LABELLED.fullmatch(sentence)
        if labelled and not _looks_valued(labelled["label"]):
            label, value = labelled["label"], labelled["value"]
            yield Said(Source.LABEL, label, value, sentence, (sentence,), asked)
        elif len(sentence) <= _LONGEST_SENTENCE and not sentence.endswith("?"):
            yield Said(Source.SENTENCE, "", sentence, sentence, (sentence,), asked)


def _cells(row: str) -> Iterator[Said]:
    """Each value of a row under its column's name and the row's first cell."""
    cells = [(found["name"].strip(), found["value"].strip()) for found in _CELL.finditer(row)]
    for name, value in cells[1:]:
        first, text = cells[0][1], f"{cells[0][1]}, {name}: {value}"
        yield Said(Source.LABEL, f"{first} {name}", value, text, (first, name, value))
