"""The words around one span of a message, ready to be compared with a data point. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from data_pipeline.engine.dates import is_date
from data_pipeline.engine.stated_facts.fact_cues import both, stems, word_stems
from data_pipeline.engine.stated_facts.span_finding import Span
from data_pipeline.engine.stated_facts.statements import Place, Text, is_stated, place_of

_TOKEN: Final = re.compile(r"[^\W_]+")
_UNIT: Final = re.compile(r"\s?([^\W\d_]+)")
_NO_UNIT: Final = frozenset(
    """now today currently left only already still please each again too also ago there here thanks
    ahora hoy ya solo aun todavia por cada favor gracias aqui in on at and or but the to for of from
    is was if when so as with by i we you he she it they my our en y o pero el la los las a de del
    para con si se que me mi al""".split()
)
_FROM: Final = re.compile(
    r"\b(?:from|since|starting|beginning|as of|effective|desde|a partir del?)(?: the| el| on)?\s*$"
)
_UNTIL: Final = re.compile(r"\b(?:until|till|through|to|ending|hasta|al)(?: the| el| on)?\s*$")
_START: Final = both("start inicio")
_END: Final = both("end fin")
_PERIOD: Final = re.compile(
    r"\s*(?:(?:/\s?|per |an? |each |every |al |por |cada |a la )"
    r"(month|year|week|day|hour|mes|ano|semana|dia|hora)\b"
    r"|(monthly|yearly|annually|weekly|daily|mensual|anual|semanal))"
)
_PERIODS: Final = tuple(
    both(words)
    for words in (
        "month monthly mes mensual",
        "year yearly annual annually ano anual",
        "week weekly semana semanal",
        "day daily dia diario",
        "hour hourly hora",
    )
)
_MONEY: Final = both(
    "fee fees charge charged deposit tax taxes penalty refund payment bill invoice discount cost "
    "price balance salary wage wages income loan rent credit debit bonus debt premium withdrawal "
    "contribution limit excess comision tarifa cargo multa reembolso factura saldo sueldo salario "
    "cuota precio coste impuesto prestamo alquiler deuda recibo fianza descuento"
)
_PREPOSITION: Final = re.compile(
    r"\b(?:of|on|for|from|to|in|after|before|with|de|del|por|sobre|en|al?|con)\s+"
    r"(?:(?:the|my|our|your|an?|mi|el|la|los|su|tu|una?)\s+)?$"
)
_SAYS_NOTHING: Final = both(
    "now today then actually instead sorry correction correct really maybe perhaps rather meant "
    "mean ahora hoy entonces perdon realmente quizas mejor dicho"
)
_WRONG: Final = re.compile(
    r"\s*(?:is|was|es|era|esta)\s+(?:wrong|incorrect|false|incorrect[oa]|mal)\b"
)
_NEAR_BEHIND: Final = 30


class Context(msgspec.Struct, frozen=True):
    """One stated span: its clause as stems per language, before and after it and together."""

    span: Span
    place: Place
    raw: str
    before: dict[str, list[str]]
    after: dict[str, list[str]]
    said: dict[str, frozenset[str]]
    side: frozenset[str]
    unit: frozenset[str]
    period: frozenset[str]
    money: frozenset[str]

    @property
    def is_bare(self) -> bool:
        """Whether nothing is said of the value but that it is so now."""
        return all(words <= _SAYS_NOTHING for words in self.said.values())


def context_of(text: Text, span: Span, languages: Sequence[str]) -> Context | None:
    """The context of a span that is stated of the customer, else None."""
    place = place_of(text, span.start, span.end)
    if not is_stated(place) or (_is_told(span) and _WRONG.match(place.after)):
        return None
    before = {code: stems(place.before, code) for code in languages}
    after = {code: stems(place.after, code) for code in languages}
    return Context(
        span=span,
        place=place,
        raw=text.raw[span.start : span.end],
        before=before,
        after=after,
        said={code: frozenset((*before[code], *after[code])) for code in languages},
        side=_side(place.before),
        unit=counted_unit(place.after),
        period=_period(place.after),
        money=frozenset() if isinstance(span.value, str) else _money(place),
    )


def _is_told(span: Span) -> bool:
    """Whether the value is itself a statement, as an amount is; an invoice's number is a name."""
    return not isinstance(span.value, str) or is_date(span.value)


def _side(before: str) -> frozenset[str]:
    """A preposition that makes a day the first or the last one."""
    if _FROM.search(before):
        return _START
    return _END if _UNTIL.search(before) else frozenset()


def counted_unit(after: str) -> frozenset[str]:
    """Stems of the word that a number counts, empty where there is none."""
    found = _UNIT.match(after)
    return word_stems(found[1]) if found and found[1] not in _NO_UNIT else frozenset()


def _period(after: str) -> frozenset[str]:
    """Stems of "per month" and its like: an amount with one is a rate."""
    found = _PERIOD.match(after)
    named = both(found[1] or found[2]) if found else frozenset[str]()
    return next((period for period in _PERIODS if period & named), frozenset())


def _money(place: Place) -> frozenset[str]:
    """Stems of the noun that says what an amount is: "the fee on my balance was" is about a fee."""
    nouns = list(_money_nouns(place))
    heads = [noun for noun in nouns if not noun[1]] or nouns
    return min(heads, key=lambda noun: noun[0])[2] if heads else frozenset()


def _money_nouns(place: Place) -> Iterator[tuple[int, bool, frozenset[str]]]:
    """Distance, whether a preposition makes it a mere complement, and stems."""
    for word in _TOKEN.finditer(place.before):
        named = word_stems(word.group())
        if named & _MONEY:
            complement = bool(_PREPOSITION.search(place.before[: word.start()]))
            yield len(place.before) - word.end(), complement, named
    behind = list(_TOKEN.finditer(place.after[:_NEAR_BEHIND]))
    for number, word in enumerate(behind):
        named = word_stems(word.group())
        compound = number + 1 < len(behind) and word_stems(behind[number + 1].group()) & _MONEY
        if named & _MONEY and not compound:  # "$75 withdrawal fee" is a fee
            complement = bool(_PREPOSITION.search(place.after[: word.start()]))
            yield word.start(), complement, named
