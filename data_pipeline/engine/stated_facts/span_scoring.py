"""How well an amount, a number or a day fits a data point, by the words around it. Pure.

Zero means not at all: the data point's own word must stand in the clause (the word that its name
is about, or half of its telling ones), or two signs of its description; and nothing may speak
against it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from data_pipeline.articles import DataPoint, DataType
from data_pipeline.engine.stated_facts.fact_cues import GENERIC, Cues, Variant, both, contradicts
from data_pipeline.engine.stated_facts.span_context import Context
from data_pipeline.engine.stated_facts.statements import asks_why
from data_pipeline.function_words import BY_LANGUAGE
from data_pipeline.language import stem

_TOKEN: Final = re.compile(r"[^\W_]+")
_NEUTRAL: Final = GENERIC | both(
    "account remaining available present final overall estimated approximate own original whole "
    "due show shows showing say says display displays read reads have has get gets see sees pay "
    "pays earn earns make makes list state states restante disponible total estimado muestra "
    "pone dice indica sale tengo cuenta"
)
_NOT_NOW: Final = re.compile(
    r"\b(?:used to|previously|formerly|originally|last (?:year|month|week)|anteriormente|solia"
    r"|el (?:ano|mes) pasado|la semana pasada|(?:should|ought to|supposed to) (?:be|have)"
    r"|deberia\w* (?:ser|haber|tener)|tendria\w* que)\b"
)
_PERCENT: Final = re.compile(r"%|per ?cent|porcentaje|por ciento", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_AGE: Final = both("age edad")
_AGE_BEFORE: Final = re.compile(r"\b(?:i am|i'?m|turn(?:ed|ing)|tengo|cumpl\w+|aged?)\s*$")
_AGE_BEHIND: Final = re.compile(
    r"\s*(?:(?:years? old|years? of age|yrs? old|anos(?: de edad)?)\b|$|[.,;!?)]"
    r"|(?:and|y|last|next|this|in|on|yesterday|today|el|la|en|ayer|hoy)\b)"
)
_BIRTH: Final = both("birth nacimiento")
_BORN: Final = re.compile(r"\b(?:born|birthday|dob|naci(?:do|da)?)\b")
_OF: Final = frozenset("of on for de del".split())
_ROMANCE: Final = frozenset("es fr it pt".split())
_OWN_WORD: Final = 3.0
_ALL_WORDS: Final = 2.0
_ENOUGH_TOLD: Final = 2.0
_NEAR: Final = 4
_MIN_PLAIN_AMOUNT: Final = 100


def score(point: DataPoint, cues: Cues, context: Context) -> float:
    """How well `context.span` fits `point`; 0 for not at all."""
    said = frozenset[str]().union(*context.said.values())
    known = not cues.allowed.isdisjoint(said) or _is_age(cues, context) or _is_birth(cues, context)
    if not known or _speaks_against(point, cues, context):
        return 0.0
    by_name = max(_by_name(point, variant, cues, context) for variant in cues.variants)
    told = _told(cues, context)
    if by_name:
        return by_name + told / 2
    enough = told >= _ENOUGH_TOLD and not asks_why(context.place)
    return told if enough and _tells_its_type(point, context) else 0.0


def _tells_its_type(point: DataPoint, context: Context) -> bool:
    """Whether the span can be nothing but its type: a day, or an amount with its sign."""
    if point.data_type is DataType.DATE:
        return True
    return point.data_type is DataType.CURRENCY and not context.span.plain


def _speaks_against(point: DataPoint, cues: Cues, context: Context) -> bool:
    said = context.said
    if all(contradicts(v.every, said[v.language] | context.side) for v in cues.variants):
        return True
    if point.data_type is DataType.DATE:
        return False
    money = context.money if point.data_type is DataType.CURRENCY else frozenset[str]()
    return (
        (context.span.percent and not _asks_percent(point))
        or _NOT_NOW.search(context.place.before) is not None
        or any(kind and kind.isdisjoint(cues.allowed) for kind in (context.period, money))
        or (context.span.plain and _is_other_number(point, cues, context))
    )


def _asks_percent(point: DataPoint) -> bool:
    return bool(_PERCENT.search(" ".join((point.label, point.description, *point.examples))))


def _is_other_number(point: DataPoint, cues: Cues, context: Context) -> bool:
    """Whether a plain number is a year, counts other things or is too small for an amount."""
    if _YEAR.fullmatch(context.raw) and not any(map(_YEAR.fullmatch, point.examples)):
        return True
    if context.unit and context.unit.isdisjoint(cues.allowed) and not context.span.percent:
        return not _is_age(cues, context)
    return point.data_type is DataType.CURRENCY and (
        context.span.percent or abs(context.span.value) < _MIN_PLAIN_AMOUNT
    )


def _by_name(point: DataPoint, variant: Variant, cues: Cues, context: Context) -> float:
    """Points for the words of one name, 0 unless the name is really there."""
    said = context.said[variant.language]
    own = variant.strong & (said | context.side) if variant.strong & said else frozenset[str]()
    if not _is_named(point, variant, own, cues, context):
        return 0.0
    whole = _ALL_WORDS if own == variant.strong else 0.0
    generic = len((variant.every - variant.strong) & said)
    return _OWN_WORD * max(1, len(own)) + whole + generic / 2


def _is_named(
    point: DataPoint, variant: Variant, own: frozenset[str], cues: Cues, context: Context
) -> bool:
    if point.data_type is DataType.NUMBER and context.unit & variant.every:
        return _half_of(variant.strong - context.unit, own)
    if _is_age(cues, context) or _is_birth(cues, context):
        return True
    if context.span.plain and not _is_near(own, variant, context):
        return point.data_type is DataType.DATE and _heads(variant, own, cues, context)
    return _heads(variant, own, cues, context)


def _heads(variant: Variant, own: frozenset[str], cues: Cues, context: Context) -> bool:
    if variant.head is None:
        return bool(variant.strong) and _half_of(variant.strong, own)
    return variant.head in own and not _means_another(variant, cues, context)


def _half_of(strong: frozenset[str], own: frozenset[str]) -> bool:
    return 2 * len(strong & own) >= len(strong)


def _is_near(own: frozenset[str], variant: Variant, context: Context) -> bool:
    """Whether one of the name's words stands within a few telling words of the span."""
    language = variant.language
    near = {*context.before[language][-_NEAR:], *context.after[language][: _NEAR - 1]}
    return not own.isdisjoint(near)


def _is_age(cues: Cues, context: Context) -> bool:
    """Whether an age is told without the word: "I am 65"."""
    place = context.place
    return (
        any(_AGE & variant.strong for variant in cues.variants)
        and bool(_AGE_BEFORE.search(place.before))
        and bool(_AGE_BEHIND.match(place.after))
    )


def _is_birth(cues: Cues, context: Context) -> bool:
    named = any(_BIRTH & variant.strong for variant in cues.variants)
    return named and bool(_BORN.search(context.place.before))


def _means_another(variant: Variant, cues: Cues, context: Context) -> bool:
    """Whether the head has another word's company: "loan balance" is no "account balance"."""
    language = variant.language
    return any(
        _in_other_company(words, variant, cues)
        for words in (_TOKEN.findall(context.place.before), _TOKEN.findall(context.place.after))
        if variant.head in {stem(word, language) for word in words}
    )


def _in_other_company(words: list[str], variant: Variant, cues: Cues) -> bool:
    language = variant.language
    dropped = BY_LANGUAGE.get(language, frozenset())

    def foreign(word: str) -> bool:
        known = cues.allowed | _NEUTRAL
        return word not in dropped and not word.isdecimal() and stem(word, language) not in known

    at = max(n for n, word in enumerate(words) if stem(word, language) == variant.head)
    if language not in _ROMANCE and at > 0 and foreign(words[at - 1]):
        return True
    behind = words[at + 1 :]
    if not behind or behind[0] not in _OF:
        return False
    complement = next((word for word in behind[1:] if word not in dropped), None)
    return complement is not None and foreign(complement)


def _told(cues: Cues, context: Context) -> float:
    """Points for the words of the description: single words, neighbours, and the nearest word."""
    points = 0.0
    for language, about in cues.about.items():
        line = [*context.before[language], *context.after[language]]
        told = float(min(2, len(about & context.said[language])))
        told += any(pair in cues.pairs[language] for pair in pairwise(line))
        told += bool(context.before[language]) and context.before[language][-1] in about
        points = max(points, told)
    return points
