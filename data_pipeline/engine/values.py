"""Typed values as people and systems write them: what is unknown, what fits a type. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from data_pipeline.articles import DataType
from data_pipeline.engine.dates import as_date, is_date
from data_pipeline.engine.numbers import as_number
from data_pipeline.language import fold
from data_pipeline.scope import fold_scope_value

__all__ = ["EMAIL", "Parsed", "as_boolean", "as_date", "as_number", "is_unknown", "parse"]

# What people write, and what forms, spreadsheets and workflow tools leave behind.
_UNKNOWN: Final = frozenset(
    "n/a|na|n.a|n/d|s/d|none|null|nil|nan|unknown|not known|not available|not provided|no data"
    "|not applicable|not sure|not set|don't know|dont know|i don't know|i dont know|unspecified"
    "|undefined|empty|tbd|tba|to be determined|to be confirmed|[object object]|-|--|---|?|??|???|_"
    "|desconocido|desconocida|no disponible|no aplica|no consta|sin datos|sin especificar"
    "|no se sabe|no se|no lo se|por determinar|pendiente de confirmar".split("|")
)
_UNFILLED: Final = re.compile(r"\{\{.*\}\}|<<.*>>|\$\{.*\}|\[\[.*\]\]", re.DOTALL)
_MAX_DEPTH: Final = 20
_YES: Final = frozenset(
    "yes y true yeah yep yup sure correct ok okay 1 on checked si s claro afirmativo verdadero "
    "cierto".split()
)
_NO: Final = frozenset("no n false nope never negativo falso 0 off unchecked".split())

_ADDRESS: Final = (
    r"[A-Za-z0-9_\u00c0-\u024f](?:[A-Za-z0-9_.%+\-\u00c0-\u024f]|'(?=\w)){0,63}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![\w@]|[.\-]\w)"
)
EMAIL: Final = rf"(?<![\w.%+\-@]){_ADDRESS}"
_MAILBOX: Final = re.compile(rf"(?:mailto:)?{_ADDRESS}|[^<>@]*<{_ADDRESS}>")
_LONGEST_MAILBOX: Final = 320
_LONGEST_MEASURE: Final = 100
_MEASURE: Final = re.compile(r"(?:\s*[^\W\d]+[.,/]?){1,3}")
_ROUGHLY: Final = re.compile(
    r"(?:about|around|roughly|approximately|approx\.?|circa|ca\.?|unos|unas|aprox\.?|aproximadamente"
    r"|alrededor de|~|≈)\s*",
    re.IGNORECASE,
)


class Parsed(msgspec.Struct, frozen=True):
    """A value that fits its type."""

    value: Any


def is_unknown(value: object) -> bool:
    """Whether a given value means "not known": null, blank, `N/A`, `unknown`, or only such parts.

    A template that a workflow tool left unfilled (`{{ $json.age }}`) is unknown too.
    """
    return _is_unknown(value, 0)


def _is_unknown(value: object, depth: int) -> bool:
    if isinstance(value, str):
        return _says_nothing(value)
    if isinstance(value, float):
        return math.isnan(value)
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)) and depth < _MAX_DEPTH:
        return all(_is_unknown(part, depth + 1) for part in value)
    return value is None


def _says_nothing(text: str) -> bool:
    told = fold(text[:100]).replace("\u2019", "'").strip(" .!#\t\r\n\u00a0")
    return not told or told in _UNKNOWN or bool(_UNFILLED.fullmatch(text.strip()))


def parse(value: Any, data_type: DataType, choices: Sequence[str] = ()) -> Parsed | None:
    """`value` as `data_type` says, or None when it does not fit. What fits is kept as given.

    With `choices` the value must be one of them (case and punctuation aside) and becomes it.
    """
    if choices:
        return _as_choice(value, choices)
    fits = {
        DataType.NUMBER: lambda: _is_measure(value),
        DataType.CURRENCY: lambda: _is_measure(value) and not str(value).rstrip().endswith("%"),
        DataType.DATE: lambda: is_date(value),
        DataType.BOOLEAN: lambda: as_boolean(value) is not None,
        DataType.EMAIL: lambda: isinstance(value, str) and _is_email(value),
        DataType.LIST: lambda: isinstance(value, (list, str)),
        DataType.TEXT: lambda: isinstance(value, (str, int, float, bool, list, dict)),
    }[data_type]()
    return Parsed(value) if fits else None


def _is_measure(value: object) -> bool:
    """A number, or one with words around it: `about 30 km`, `€500 per month`."""
    if as_number(value) is not None:
        return True
    if not isinstance(value, str) or len(value) > _LONGEST_MEASURE:
        return False
    exact = _ROUGHLY.sub("", value.strip(), count=1)
    words = _MEASURE.search(exact)
    return as_number(exact) is not None or (
        words is not None
        and words.end() == len(exact)
        and as_number(exact[: words.start()]) is not None
    )


def _is_email(value: str) -> bool:
    return len(value) <= _LONGEST_MAILBOX and bool(_MAILBOX.fullmatch(value.strip()))


def _as_choice(value: object, choices: Sequence[str]) -> Parsed | None:
    given = value[0] if isinstance(value, list) and len(value) == 1 else value
    if not isinstance(given, (str, int, float)):
        return None
    # Helpdesks send a choice as a tag, too: "reason::too_expensive".
    wanted = {fold_scope_value(str(given)), fold_scope_value(str(given).rpartition("::")[2])}
    named = [choice for choice in choices if fold_scope_value(choice) in wanted]
    answer = as_boolean(given)
    if not named and answer is not None:
        named = [choice for choice in choices if as_boolean(choice) is answer]
    return Parsed(named[0]) if named else None


def as_boolean(value: object) -> bool | None:
    """Yes or no in words, or None."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return bool(value) if value in {0, 1} else None
    if not isinstance(value, str):
        return None
    word = fold(value[:20]).strip(" .!,\t\r\n")
    return True if word in _YES else False if word in _NO else None
