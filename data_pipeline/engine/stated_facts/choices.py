"""Choices that a message names: a closed list of values, recognised by their own words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from data_pipeline.articles import DataPoint, DataType
from data_pipeline.engine.stated_facts.fact import Fact
from data_pipeline.engine.stated_facts.statements import (
    Place,
    Text,
    even_fold,
    is_denied,
    is_stated,
    place_of,
    read_text,
)
from data_pipeline.language import terms

# Too common to mean a choice by themselves: they need a word of the data point beside them.
_COMMON: Final = frozenset(
    """other others none yes no any all both neither new old same different single double normal
    regular standard full partial active inactive open closed high low medium home house office work
    street business company private personal phone email mail online web app chat paper card cash
    bank check cheque transfer daily weekly monthly yearly annual paid unpaid pending first second
    last next more less unknown basic early late good bad free year month week day morning evening
    otro otra otros otras ninguno ninguna si todos todas nuevo nueva antiguo normal completo parcial
    activo inactivo abierto cerrado alto bajo medio casa oficina trabajo calle empresa particular
    personal telefono correo tarjeta efectivo banco cheque transferencia diario semanal mensual
    anual pagado pendiente primero segundo ultimo gratis ano mes semana dia manana tarde
    noche""".split()
)
_BETWEEN: Final = r"[ \t_\-\u2010\u2011\u2013'’/&,()+]{0,3}"
_BESIDE: Final = re.compile(
    r"(?:\b(?:i'?m|i am|we are|we'?re|am|is|are|was|were|it'?s|soy|somos|es|era|son|estoy|fue"
    r"|choose|chose|prefer|want|take|pick(?:ed)?|elijo|prefiero|quiero)"
    r"(?: (?:a|an|the|un|una|el|la|in|en|by|por|to|as))?\s*)$"
)
_WORD: Final = re.compile(r"[^\W_]+")
_MAX_PLACES: Final = 50
_MIN_EXAMPLE: Final = 4
_MAX_EXAMPLE_WORDS: Final = 6


class Mention(msgspec.Struct, frozen=True):
    """An option that a text names at `raw[start:end]`."""

    option: str
    start: int
    end: int
    place: Place


def mentions(options: Sequence[str], text: Text) -> Iterator[Mention]:
    """Every place where one of `options` stands as whole words, the longest option only.

    Case, accents and punctuation between the words aside.
    """
    taken: list[tuple[int, int]] = []
    for option in sorted(options, key=len, reverse=True):
        places = [
            match.span()
            for match in islice(_occurrences(option, text.low), _MAX_PLACES)
            if not any(first <= match.start() and match.end() <= last for first, last in taken)
        ]
        taken += places
        yield from (Mention(option, *place, place_of(text, *place)) for place in places)


def named_values(options: Sequence[str], message: str) -> dict[str, str]:
    """`{option: quote}` of the options that `message` names and does not deny ("not Basic")."""
    found = (m for m in mentions(options, read_text(message)) if not is_denied(m.place))
    return {m.option: message[m.start : m.end] for m in _first_of_each(found)}


def stated_values(options: Sequence[str], text: Text) -> list[Mention]:
    """The options that are stated, not just asked about or supposed, each once."""
    return list(_first_of_each(m for m in mentions(options, text) if is_stated(m.place)))


def _first_of_each(found: Iterable[Mention]) -> Iterator[Mention]:
    seen: set[str] = set()
    for mention in found:
        if mention.option not in seen:
            seen.add(mention.option)
            yield mention


def _occurrences(option: str, low: str) -> Iterator[re.Match[str]]:
    words = _WORD.findall(even_fold(option))
    if not words or not all(word in low for word in words):
        return iter(())
    pattern = rf"(?<!\w){_BETWEEN.join(map(re.escape, words))}(?!\w)"
    return re.finditer(pattern, low)


def chosen(point: DataPoint, text: Text, language: str | None) -> Fact | bool | None:
    """The one choice (or wording of an example) that `text` names for `point`.

    None when it names none, True when it names several: then the point is open, and older messages
    say nothing about it either.
    """
    options = point.choices or _worded_examples(point)
    cues = _cues(point, language)
    named = [
        (m.option, text.raw[m.start : m.end])
        for m in stated_values(options, text)
        if _is_meant(m, text, cues, language, closed=bool(point.choices))
    ]
    if len(named) > 1:
        return True
    return next((Fact(o if point.choices else quote, quote) for o, quote in named), None)


def _worded_examples(point: DataPoint) -> tuple[str, ...]:
    if point.data_type is not DataType.TEXT:
        return ()
    return tuple(
        e
        for e in point.examples
        if not re.search(r"\d", e)
        and len(e) >= _MIN_EXAMPLE
        and len(e.split()) <= _MAX_EXAMPLE_WORDS
    )


def _cues(point: DataPoint, language: str | None) -> frozenset[str]:
    labels = (point.label, *(w.label or "" for w in point.translations.values()))
    return frozenset(t for label in labels for code in ("en", language) for t in terms(label, code))


def _is_meant(
    mention: Mention, text: Text, cues: frozenset[str], language: str | None, *, closed: bool
) -> bool:
    """Whether a named value is meant as one, not just a word of the sentence."""
    around = f"{mention.place.before} {mention.place.after}"
    if not cues.isdisjoint((*terms(around, "en"), *terms(around, language))):
        return True
    words = _WORD.findall(text.low[mention.start : mention.end])
    if all(word in _COMMON for word in words):
        return False
    return closed or len(words) > 1 or bool(_BESIDE.search(mention.place.before))
