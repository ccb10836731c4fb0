"""How a fact's value is read, where the article does not say: from its examples and its label."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, Final

from data_pipeline.articles import DataType
from data_pipeline.language import fold

_YES_NO: Final = frozenset({"yes", "no", "true", "false", "si", "verdadero", "falso", "y", "n"})
_YES_NO_LABEL: Final = re.compile(r"\byes ?(/|or) ?no\b|\bsi ?(/|o) ?no\b|^whether\b")
_LIST_LABEL: Final = re.compile(r"^(list|lista|listado)\b")
_EMAIL_LABEL: Final = re.compile(r"\be-?mail\b|\bcorreo electronico\b|\bcorreo$")
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_DATE_LABEL: Final = re.compile(r"\b(dates?|birthday|day|fechas?|dia)\b")
_MONTH: Final = (
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
    r"|ene|abr|ago|set|dic)[a-z]*\.?"
)
_DATE: Final = re.compile(
    rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}([t ].*)?|\d{{1,2}}[./-]\d{{1,2}}[./-](\d{{4}}|\d{{2}})"
    rf"|{_MONTH} \d{{1,2}}(st|nd|rd|th)?,? \d{{4}}"
    rf"|\d{{1,2}}(st|nd|rd|th)?( de)? {_MONTH},?( de| del)? \d{{4}}"
)
_COUNT_LABEL: Final = re.compile(
    r"\b(number of|how many|count|quantity|age|percentage|percent|cuant[oa]s|cantidad|edad"
    r"|porcentaje|numero de \w+s)\b|%"
)
_IDENTIFIER_LABEL: Final = re.compile(
    r"\b(number|no|nr|id|ids|code|reference|zip|postcode|phone|pin|ssn|iban"
    r"|numero|codigo|referencia|telefono|movil|dni|nif)\b"
)
_MONEY_LABEL: Final = re.compile(
    r"(?<!\bper )(?<!\bpor )\b(amount|balance|fee|price|cost|charge|payment|refund|deposit|salary"
    r"|income|wage|premium|rent|debt|total|importe|monto|saldo|tarifa|precio|coste|costo|cargo|pago|reembolso|deposito"
    r"|salario|sueldo|ingreso|cuota|alquiler|deuda)(e?s)?\b"
)
_NUMBER: Final = re.compile(r"[-+]?\d+([.,' ]\d+)*\s?%?")
_CURRENCY_CODE: Final = re.compile(r"\b[A-Z]{3}\s?\d|\d\s?[A-Z]{3}\b")


def derive_data_type(label: str, examples: Sequence[Any], choices: Sequence[str] = ()) -> DataType:
    """The first that fits, in this order; nulls in `examples` say nothing.

    1. boolean: every choice or example is a yes or no, or the label asks "yes/no"
    2. text: there are choices
    3. list: an example is a list, or the label starts with "list"
    4. email: the label says e-mail and an example is an address (or there is none), or all are
    5. date: the same, with days
    6. number: the label counts ("number of", "how many", "age") and no example speaks against it
    7. text: the label names an identifier ("order number", "code"), whatever its digits
    8. currency: the label names money and an example is numeric or has a currency, or every
       example has a currency sign
    9. number: every example is a JSON number
    10. text
    """
    words = fold(label)
    told = [example for example in examples if example is not None and example != ""]
    for data_type, fits in _ORDER:
        if fits(words, told, choices):
            return data_type
    return DataType.TEXT


def _is_boolean(label: str, told: Sequence[Any], choices: Sequence[str]) -> bool:
    values = choices or told
    if values:
        return all(isinstance(v, bool) or fold(str(v)).strip() in _YES_NO for v in values)
    return _YES_NO_LABEL.search(label) is not None


def _is_choice(_label: str, _told: Sequence[Any], choices: Sequence[str]) -> bool:
    return bool(choices)


def _is_list(label: str, told: Sequence[Any], _choices: Sequence[str]) -> bool:
    return any(isinstance(v, list) for v in told) or _LIST_LABEL.search(label) is not None


def _is_email(label: str, told: Sequence[Any], _choices: Sequence[str]) -> bool:
    return _says(label, _EMAIL_LABEL, [_EMAIL.fullmatch(str(v).strip()) for v in told])


def _is_date(label: str, told: Sequence[Any], _choices: Sequence[str]) -> bool:
    return _says(label, _DATE_LABEL, [_DATE.fullmatch(fold(str(v)).strip()) for v in told])


def _says(label: str, wording: re.Pattern[str], matches: Sequence[re.Match[str] | None]) -> bool:
    """The label says so and not every example denies it, or all examples say so."""
    if wording.search(label):
        return not matches or any(matches)
    return bool(matches) and all(matches)


def _is_count(label: str, told: Sequence[Any], _choices: Sequence[str]) -> bool:
    return _COUNT_LABEL.search(label) is not None and all(_is_numeric(v) for v in told)


def _is_identifier(label: str, _told: Sequence[Any], _choices: Sequence[str]) -> bool:
    return _IDENTIFIER_LABEL.search(label) is not None


def _is_money(label: str, told: Sequence[Any], _choices: Sequence[str]) -> bool:
    if _MONEY_LABEL.search(label):
        return any(_is_numeric(v) or _has_currency(str(v)) for v in told)
    return bool(told) and all(_has_sign(str(v)) for v in told)


def _is_number(_label: str, told: Sequence[Any], _choices: Sequence[str]) -> bool:
    return bool(told) and all(isinstance(v, int | float) for v in told)


def _is_numeric(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) or _NUMBER.fullmatch(str(value).strip()) is not None


def _has_currency(text: str) -> bool:
    return _has_sign(text) or _CURRENCY_CODE.search(text) is not None


def _has_sign(text: str) -> bool:
    return any(c.isdigit() for c in text) and any(unicodedata.category(c) == "Sc" for c in text)


_ORDER: Final[tuple[tuple[DataType, Callable[[str, Sequence[Any], Sequence[str]], bool]], ...]] = (
    (DataType.BOOLEAN, _is_boolean),
    (DataType.TEXT, _is_choice),
    (DataType.LIST, _is_list),
    (DataType.EMAIL, _is_email),
    (DataType.DATE, _is_date),
    (DataType.NUMBER, _is_count),
    (DataType.TEXT, _is_identifier),
    (DataType.CURRENCY, _is_money),
    (DataType.NUMBER, _is_number),
)
