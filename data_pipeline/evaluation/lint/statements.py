"""What articles state with a value: of what, how much, in which unit, and where. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import msgspec

from data_pipeline.articles import Article, Fee, Kind, Section, Unit
from data_pipeline.engine.fact_check.claim import Claim, Value
from data_pipeline.engine.fact_check.claims import claims_in
from data_pipeline.engine.numbers import NUMBER_WORD
from data_pipeline.engine.prose import is_table_row
from data_pipeline.evaluation.lint.phrases import phrase_before
from data_pipeline.language import fold, split_sentences, terms

# Others are somebody's case, what must not be said, or the same fact in a machine's words.
_STATING: Final = frozenset(
    {
        *(Kind.FEES, Kind.RULES, Kind.STEPS, Kind.ISSUES, Kind.FAQ, Kind.DEFINITIONS),
        *(Kind.NOTES, Kind.OVERVIEW, Kind.BODY, Kind.ELIGIBILITY, Kind.BLOCKING),
    }
)
_MEASURED: Final = frozenset({"amount", "percentage", "duration", "number"})
_LABELLED: Final = re.compile(r"(?P<label>[^:;|\n]{3,80}):[ \t]+(?P<value>[^;|\n]{1,80})")
_CELL: Final = re.compile(r"(?P<name>[^:;\n]{1,80}): (?P<value>[^;\n]{1,200})")
_WORD: Final = re.compile(r"[^\W\d_]+")
_MOST_VALUES: Final = 4
_LONGEST_SENTENCE: Final = 400
_LONGEST_UNIT: Final = 20_000
# Code and markup have values of their own, which are nobody's facts.
_CODE: Final = re.compile(r"</?[a-z!]|[={}`\\]|(?<!\w)--\w|^\s*#", re.IGNORECASE)
_NUMBER: Final = re.compile(
    rf"\d|(?<!\w)(?:{NUMBER_WORD}|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred"
    r"|quince|veinte|treinta|cuarenta|cincuenta|sesenta|noventa|cien)(?!\w)",
    re.IGNORECASE,
)
# Words that turn a statement round or say when it holds: two that differ here do not contradict.
_TURNING: Final = frozenset(
    "not no never without except unless only until till before after under over above below more "
    "less fewer least most minimum maximum up first second third last next early late earlier "
    "later if when while or than other another new old additional extra both neither "
    "sin nunca salvo excepto solo hasta antes despues menos mas minimo maximo primero primera "
    "segundo segunda ultimo ultima proximo siguiente si cuando mientras otro otra nuevo nueva "
    "adicional ambos ni".split()
)


# What is paid is called by one of these or by none: `Lost key` and `the charge for a lost key`.
_PRICE_WORDS: Final = (
    "fee fees charge charges charged cost costs price prices rate amount pay "
    "coste costo precio tarifa tarifas comision comisiones cargo cargos importe cuota"
)
# Headings of these kinds say what sort of section it is, and a telling one is longer.
_SORTS: Final = frozenset({Kind.FAQ, Kind.ISSUES, Kind.DEFINITIONS, Kind.ELIGIBILITY})


class Source(StrEnum):
    """What sets the label of a value apart."""

    PRICE = "price"
    LABEL = "label"
    PHRASE = "phrase"
    SENTENCE = "sentence"


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A value with what it is a value of.

    `label` are the analysed terms around the value, `turning` the words that set it apart from
    others of its label, `around` the terms of the heading. `values` all have the same `unit`
    (`"amount"`, `"day"`), `others` are what else is stated with it.
    """

    article_id: str
    place: str
    text: str
    label: frozenset[str]
    turning: frozenset[str]
    around: frozenset[str]
    unit: str
    values: frozenset[Value]
    others: frozenset[Value] = frozenset()
    source: Source = Source.SENTENCE

    @property
    def is_labelled(self) -> bool:
        """Whether the article names the value, in a list or by a phrase in front of it."""
        return self.source is not Source.SENTENCE

    @property
    def is_listed(self) -> bool:
        """Whether it is an entry of a price list, a table or a list of labels."""
        return self.source in {Source.PRICE, Source.LABEL}


class _Said(msgspec.Struct, frozen=True):
    """A value with its label (empty in a sentence), and the text of both."""

    source: Source
    label: str
    value: str
    text: str


def statements_of(article: Article) -> list[Statement]:
    """Everything that `article` states with a value, in reading order."""
    return [
        statement
        for section in article.sections
        if section.kind in _STATING
        for unit in section.units
        for said in _said(section, unit)
        if _NUMBER.search(said.value) and not _CODE.search(said.text)
        for statement in _read(article, section, said)
    ]


def _said(section: Section, unit: Unit) -> Iterator[_Said]:
    text = unit.text[:_LONGEST_UNIT]
    if section.kind is Kind.FEES and (fee := _fee(unit.data)) is not None:
        service, price = fee.service[:_LONGEST_SENTENCE], fee.fee[:_LONGEST_SENTENCE]
        yield _Said(Source.PRICE, service, price, f"{service}: {price}")
    elif is_table_row(text):
        yield from _cells(text)
    else:
        for sentence in split_sentences(text):
            labelled = _LABELLED.fullmatch(sentence)
            if labelled and not _NUMBER.search(labelled["label"]):
                yield _Said(Source.LABEL, labelled["label"], labelled["value"], sentence)
            elif len(sentence) <= _LONGEST_SENTENCE and not sentence.endswith("?"):
                yield _Said(Source.SENTENCE, "", sentence, sentence)


def _fee(data: Any) -> Fee | None:
    try:
        return msgspec.convert(data, Fee)
    except msgspec.ValidationError:
        return None


def _cells(row: str) -> Iterator[_Said]:
    """Each value of a row under its column's name and the row's first cell."""
    cells = [(found["name"].strip(), found["value"].strip()) for found in _CELL.finditer(row)]
    for name, value in cells[1:]:
        first = cells[0][1]
        yield _Said(Source.LABEL, f"{first} {name}", value, f"{first}, {name}: {value}")


def _read(article: Article, section: Section, said: _Said) -> Iterator[Statement]:
    claims = [c for c in claims_in(said.value) if c.kind not in {"promise", "negation"}]
    if not any(c.kind in _MEASURED for c in claims) or len(claims) > _MOST_VALUES:
        return
    by_unit = _by_unit(claims)
    everything = frozenset().union(*by_unit.values(), _unmeasured(claims))
    whole = f"{said.label} {_without(claims, said.value)}"
    for unit, values in by_unit.items():
        stated = _statement(article, section, said, whole, unit)
        yield msgspec.structs.replace(stated, values=values, others=everything - values)
    if said.source is Source.SENTENCE:
        yield from _named(article, section, said, claims)


def _named(
    article: Article, section: Section, said: _Said, claims: Sequence[Claim]
) -> Iterator[Statement]:
    """The values that a phrase leads to, each alone: what else is said is no part of its name."""
    for claim in claims:
        phrase = phrase_before(said.text, said.text.find(claim.text))
        for unit, values in _by_unit([claim]).items() if phrase else ():
            named = msgspec.structs.replace(said, source=Source.PHRASE)
            stated = _statement(article, section, named, phrase, unit)
            yield msgspec.structs.replace(stated, values=values)


def _statement(article: Article, section: Section, said: _Said, label: str, unit: str) -> Statement:
    """A statement that has no values yet."""
    words = {fold(word) for word in _WORD.findall(label)}
    own = frozenset(terms(label, article.language))
    return Statement(
        article_id=article.article_id,
        place=section.path,
        text=said.text,
        label=own - _price_terms(article.language) if unit == "amount" else own,
        turning=frozenset(words & _TURNING),
        around=_around(section, article.language),
        unit=unit,
        values=frozenset(),
        source=said.source,
    )


@lru_cache
def _price_terms(language: str) -> frozenset[str]:
    return frozenset(terms(_PRICE_WORDS, language))


def _around(section: Section, language: str) -> frozenset[str]:
    heading = frozenset(terms(section.heading, language))
    is_sort = section.kind in _SORTS or (section.kind is not Kind.BODY and len(heading) <= 1)
    return frozenset() if is_sort else heading


def _without(claims: Sequence[Claim], text: str) -> str:
    for claim in claims:
        text = text.replace(claim.text, " ", 1)
    return text


def _by_unit(claims: Sequence[Claim]) -> dict[str, frozenset[Value]]:
    """Measured values by the name of their unit; a bare number has none and is left out."""
    found: dict[str, frozenset[Value]] = {}
    for claim in claims:
        for value in claim.values if claim.kind in _MEASURED else ():
            unit = str(value[0])
            if unit not in {"number", "written"}:
                found[unit] = found.get(unit, frozenset()) | {value}
    return found


def _unmeasured(claims: Sequence[Claim]) -> frozenset[Value]:
    return frozenset(
        value
        for claim in claims
        for value in claim.values
        if claim.kind not in _MEASURED or value[0] in {"number", "written"}
    )
