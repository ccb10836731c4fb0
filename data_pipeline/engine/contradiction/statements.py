"""What a place of an article states: of what, how much, in which unit. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from data_pipeline.articles import Kind
from data_pipeline.engine.contradiction.permission import (
    PERMISSION_WORDS,
    is_denied,
    plain_words,
)
from data_pipeline.engine.contradiction.phrases import phrase_before
from data_pipeline.engine.contradiction.sayings import PAIRED, Said, sayings_at
from data_pipeline.engine.contradiction.stated_values import PERMISSION, beside, by_unit
from data_pipeline.engine.contradiction.statement import Place, Source, Statement
from data_pipeline.engine.contradiction.words import NEGATIONS, TURNING, price_terms
from data_pipeline.engine.fact_check.claim import Claim
from data_pipeline.engine.fact_check.claims import claims_in
from data_pipeline.language import terms

# Headings of these kinds say what sort of section it is, and a telling one is longer.
_SORTS: Final = frozenset({*PAIRED, Kind.ELIGIBILITY})
_MOST_VALUES: Final = 6
# A number in front is a page's or an entry's.
_NUMBERED: Final = re.compile(r"\W*\d")
# It holds whenever, or is said by the way: no part of what a value is of.
_BY_THE_WAY: Final = re.compile(
    r"(?<!\w)(?:any|every|each) (?:single )?day(?!\w)"
    r"|(?<!\w)(?:todos los|cada|cualquier) d[ií]as?(?!\w)"
    r"|,\s(?:which|lo que|que|el cual|la cual)\s[^,.;]*[.!]?$",
    re.IGNORECASE,
)
# Behind a word it is where that word leads to: `the store page (https://...)`.
_POINTER: Final = re.compile(r"\((?:[a-z]{2,8}://|www\.)", re.IGNORECASE)


def statements_at(place: Place) -> list[Statement]:
    """Everything that `place` states with a value, in reading order."""
    return [statement for said in sayings_at(place) for statement in read_saying(place, said)]


def read_saying(place: Place, said: Said) -> list[Statement]:
    """The statements in what `place` says; none where it holds too many values to tell."""
    if said.has_value:
        return list(_valued(place, said))
    return [_permission(place, said)] if said.is_permission else []


def _valued(place: Place, said: Said) -> Iterator[Statement]:
    claims = [c for c in claims_in(said.value) if c.kind not in {"promise", "negation"}]
    units = by_unit(claims)
    if _NUMBERED.match(said.text):
        units.pop("number", None)
    if _POINTER.search(said.text):
        units.pop("link", None)
    if not units or len(claims) > _MOST_VALUES:
        return
    told = _BY_THE_WAY.sub(" ", _without(claims, said.value))
    whole = _statement(place, said, f"{said.label} {told}")
    for unit, values in units.items():
        yield msgspec.structs.replace(
            whole,
            label=_of_unit(whole.label, unit, place.language),
            unit=unit,
            values=values,
            others=beside(claims, unit),
        )
    if said.source is Source.SENTENCE:
        yield from _named(place, said, claims, whole.conditions)


def _of_unit(label: frozenset[str], unit: str, language: str) -> frozenset[str]:
    return label - price_terms(language) if unit == "amount" else label


def _named(
    place: Place, said: Said, claims: Sequence[Claim], conditions: frozenset[str]
) -> Iterator[Statement]:
    """The values that a phrase leads to, each alone: what else is said is no part of its name."""
    for claim in claims:
        phrase = phrase_before(said.text, said.text.find(claim.text))
        for unit, values in by_unit([claim]).items() if phrase else ():
            named = _statement(place, said, phrase)
            yield msgspec.structs.replace(
                named,
                label=_of_unit(named.label, unit, place.language),
                conditions=conditions,
                unit=unit,
                values=values,
                source=Source.PHRASE,
            )


def _permission(place: Place, said: Said) -> Statement:
    words = frozenset(plain_words(said.text))
    bare = " ".join(word for word in plain_words(said.text) if word not in PERMISSION_WORDS)
    stated = _statement(place, said, bare)
    return msgspec.structs.replace(
        stated,
        turning=words & TURNING - NEGATIONS,
        conditions=words & TURNING - NEGATIONS,
        unit=PERMISSION,
        values=frozenset({(PERMISSION, not is_denied(said.text))}),
    )


def _statement(place: Place, said: Said, label: str) -> Statement:
    """A statement that has no values yet."""
    language = place.language
    turning = frozenset(plain_words(label)) & TURNING
    return Statement(
        article_id=place.article_id,
        place=place.path,
        language=language,
        text=said.text,
        quote=said.quote,
        label=frozenset(terms(label, language)),
        turning=turning,
        conditions=turning,
        asked=frozenset(terms(said.asked, language)),
        around=_around(place),
        titled=frozenset(terms(place.title, language)),
        unit="",
        values=frozenset(),
        source=said.source,
    )


def _around(place: Place) -> frozenset[str]:
    heading = frozenset(terms(place.heading, place.language))
    is_sort = place.kind in _SORTS or (place.kind is not Kind.BODY and len(heading) <= 1)
    return frozenset() if is_sort else heading


def _without(claims: Sequence[Claim], text: str) -> str:
    for claim in claims:
        text = text.replace(claim.text, " ", 1)
    return text
