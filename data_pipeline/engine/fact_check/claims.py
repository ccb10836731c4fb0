"""Everything that a text claims and that another text can hold. Pure.

Kinds are read one after the other, and what one has taken the next does not see: `2026-06-03` is a
day before it could be a phone number, `€1,250` an amount before a bare number. What is left with a
digit in it counts as a code, so that no number is overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

from data_pipeline.engine.fact_check.claim import Claim, Page, Value, plain
from data_pipeline.engine.fact_check.moments import (
    read_moments,
    read_years,
    weekdays_in,
    years_in,
)
from data_pipeline.engine.fact_check.promises import (
    free_words,
    promise_words,
    read_free,
    read_promises,
)
from data_pipeline.engine.fact_check.quantities import (
    PERCENT,
    currencies,
    measured,
    read_measures,
    read_money,
    read_numbers,
    read_spelled,
)
from data_pipeline.engine.fact_check.references import read_addresses, read_codes, read_phones
from data_pipeline.engine.fact_check.units import DURATION, unit_of
from data_pipeline.engine.numbers import CURRENCY_SIGN
from data_pipeline.language import fold

_READERS: Final = (
    *(read_addresses, read_moments, read_spelled, read_money, read_phones),
    *(read_measures, read_years, read_numbers, read_codes),
)
_ONE_OF: Final = re.compile(
    r"(?<!\w)(?:an?|per|each|every|one|once|next|same|first|al|cada|una?|por|la|el|primera?)\s"
    rf"(?P<unit>{DURATION})",
    re.IGNORECASE,
)
# What is said of a time like `a month`; `a second` and `a quarter` are mostly something else.
_ONE_LONG: Final = re.compile(
    r"(?<!\w)(?:within|in|after|for|takes?|lasts?|have|get|wait|than|to|least|most|about|around"
    r"|nearly|almost|under|over|every)\s(?P<one>an?\s(?P<unit>hour|day|week|fortnight|month|year))"
    r"(?!\w|['\u2019-])",
    re.IGNORECASE,
)
_UNIT_NAMED: Final = re.compile(
    rf"(?<!\w)(?P<span>{DURATION})|(?P<money>{CURRENCY_SIGN})|(?P<rate>{PERCENT})", re.IGNORECASE
)
_ORDINALS: Final = {
    word: Decimal(number)
    for number, words in enumerate(
        (
            "first primer primero primera",
            "second segundo segunda",
            "third tercer tercero tercera",
            "fourth cuarto cuarta",
            "fifth quinto quinta",
            "sixth sexto sexta",
            "seventh septimo septima",
            "eighth octavo octava",
            "ninth noveno novena",
            "tenth decimo decima",
        ),
        start=1,
    )
    for word in words.split()
}
_WORD: Final = re.compile(r"[^\W\d_]+")


def claims_in(text: str) -> list[Claim]:
    """What `text` states, kind by kind."""
    prepared = plain(text)
    page = Page(prepared)
    for read in _READERS:
        read(page)
    return [*page.claims, *_read_single(prepared), *read_free(prepared), *read_promises(prepared)]


def held_by(text: str) -> frozenset[Value]:
    """Every value that `text` backs: what it claims, and what its tables and words imply."""
    prepared = plain(text)
    values = {value for claim in claims_in(prepared) for value in claim.held()}
    values.update(promise_words(prepared), years_in(prepared), weekdays_in(prepared))
    values.update(_spelled_out(prepared), free_words(prepared))
    values.update(_single_units(prepared), _under_a_unit(prepared))
    return frozenset(values)


held_by_article = lru_cache(maxsize=4_096)(held_by)
"""`held_by` for texts of a knowledge base: they are asked about again, customers' are not."""


def _spelled_out(text: str) -> Iterator[Value]:
    for word in _WORD.findall(fold(text)):
        if word in _ORDINALS:
            yield ("number", _ORDINALS[word])


def _read_single(text: str) -> Iterator[Claim]:
    """`within a month` claims one month."""
    for match in _ONE_LONG.finditer(text):
        unit = unit_of(match["unit"])
        if unit is not None:
            yield Claim("duration", match["one"], (measured(Decimal(1), unit),))


def _single_units(text: str) -> Iterator[Value]:
    """`a week` and `per month` hold one week and one month."""
    for match in _ONE_OF.finditer(text):
        unit = unit_of(match["unit"])
        if unit is not None:
            yield measured(Decimal(1), unit)


def _under_a_unit(text: str) -> Iterator[Value]:
    """Bare numbers beside a unit that stands elsewhere in the line: `Notice (days): 30`.

    In a table the unit may stand in another row.
    """
    whole = list(_named_units(text)) if "|" in text else []
    for line in text.splitlines():
        units = whole if "|" in line else list(_named_units(line))
        if not units:
            continue
        numbers = {c.number for c in claims_in(line) if ("number", c.number) in c.values}
        yield from (_in_unit(n, unit) for n in numbers if n is not None for unit in units)


def _named_units(text: str) -> Iterator[Value]:
    """`("day", size)` and `("amount", "EUR")` of the units that a text names without a number."""
    seen: set[Value] = set()
    for match in _UNIT_NAMED.finditer(text):
        if match["money"]:
            seen.update(("amount", currency) for currency in currencies(match["money"]))
        elif match["rate"]:
            seen.add(("percent",))
        elif (unit := unit_of(match["span"])) is not None:
            seen.add(unit)
    yield from seen


def _in_unit(number: Decimal, unit: Value) -> Value:
    if isinstance(unit[-1], Decimal):
        return (unit[0], number * unit[-1])
    return (*unit, number)
