"""Fees out of table rows and list items, where a price is clearly stated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from data_pipeline.articles import Fee
from data_pipeline.language import fold

_PRICE_COLUMN: Final = re.compile(
    r"\b(?:prices?|fees?|costs?|charges?|amounts?|rates?|tariffs?|surcharges?"
    r"|precios?|tarifas?|costes?|costos?|importes?|comision(?:es)?|cuotas?|recargos?"
    r"|preis|gebuhr|kosten|betrag|prix|frais|tarif|montant|prezzo|costo|preco|taxa)\b"
)
_AMOUNT: Final = re.compile(
    r"\d|\b(?:free|none|no (?:charge|fee|cost)|included|waived"
    r"|gratis|gratuit[oa]?|sin coste|sin cargo|incluid[oa]|kostenlos)\b"
)
_MONEY: Final = re.compile(
    r"[$€£¥₹]\s?\d|\d\s?(?:[$€£¥₹%]|(?:usd|eur|gbp|chf|mxn|dollars?|euros?|pounds?|pesos?)\b)"
    r"|^(?:free|no charge|no fee|included|gratis|sin coste|sin cargo|incluid[oa])\b"
)
_LISTED: Final = re.compile(r"(?P<service>[^\n:]{2,100}?)(?::| [–—-]) +(?P<fee>[^\n]{1,160})")


def has_price_column(cells: Sequence[tuple[str, str]]) -> bool:
    """Whether a row's columns are a service and what it costs."""
    return len(cells) > 1 and any(_is_price(name) for name, _ in cells)


def fee_of_row(cells: Sequence[tuple[str, str]]) -> Fee | None:
    """The fee of a row with exactly one price column; the other columns are its notes."""
    prices = [n for n, (name, value) in enumerate(cells) if _is_price(name) and _is_amount(value)]
    others = [cell for n, cell in enumerate(cells) if n not in prices]
    if len(prices) != 1 or not others:
        return None
    (_, service), *rest = others
    notes = "; ".join(f"{name}: {value}" if name else value for name, value in rest)
    return Fee(service, cells[prices[0]][1], notes or None)


def fee_of_line(text: str) -> Fee | None:
    """The fee of a line such as `Late return: €15 per day`."""
    found = _LISTED.fullmatch(text)
    if found is None or not _MONEY.search(fold(found["fee"])):
        return None
    return Fee(found["service"].strip(), found["fee"].strip())


def _is_price(name: str) -> bool:
    return bool(_PRICE_COLUMN.search(fold(name)))


def _is_amount(value: str) -> bool:
    return bool(_AMOUNT.search(fold(value)))
