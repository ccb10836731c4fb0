"""Tolerant access to JSON that people wrote: what is odd becomes a warning, never a loss.

A place is a JSON path such as `details.steps[3].description`. Warnings are collected in the list
that the caller passes; they name place and type, not the text itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

MAX_QUOTED: Final = 40
"""Longest code word that a warning repeats, in characters."""

_NAMES: Final[Mapping[type, str]] = {
    bool: "true or false",
    dict: "an object",
    float: "a number",
    int: "a number",
    list: "a list",
    str: "text",
    type(None): "nothing",
}


def found(value: Any) -> str:
    """The type of a JSON value in an editor's words."""
    return _NAMES.get(type(value), type(value).__name__)


def quoted(value: str) -> str:
    """A code word for a warning, shortened."""
    return repr(value if len(value) <= MAX_QUOTED else f"{value[:MAX_QUOTED]}…")


def odd(place: str, value: Any, expected: str) -> str:
    """The warning for a value of another type than the format has there."""
    return f"{place}: found {found(value)}, expected {expected}; kept as text"


def is_blank(value: Any) -> bool:
    """Whether `value` says nothing: null, blank text, an empty list or object."""
    return not value.strip() if isinstance(value, str) else value is None or value in ([], {})


def key_words(key: str) -> str:
    """A field's name as words (`free_replacement` is `free replacement`)."""
    return " ".join(key.replace("_", " ").split())


def as_text(value: Any) -> str:
    """Any JSON value as readable text that holds every leaf; blank values give nothing."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "\n".join(_lines_of(value))
    if isinstance(value, list):
        return "\n".join(text for item in value if (text := as_text(item)))
    return "" if value is None else str(value)


def _lines_of(value: Mapping[str, Any]) -> Iterator[str]:
    for key, item in value.items():
        if text := as_text(item):
            yield f"{key_words(key)}: {text}"


def text_at(value: Any, place: str, warnings: list[str]) -> str:
    """The text that stands at `place`, stripped; another type is converted, with a warning."""
    if not isinstance(value, str) and not is_blank(value):
        warnings.append(odd(place, value, "text"))
    return as_text(value)


def items_at(value: Any, place: str, warnings: list[str]) -> list[tuple[str, Any]]:
    """Place and value of every list item that says something; a lone value counts as one item."""
    if is_blank(value):
        return []
    if not isinstance(value, list):
        warnings.append(f"{place}: found {found(value)}, expected a list; read as its only item")
        return [(place, value)]
    return [(f"{place}[{i}]", item) for i, item in enumerate(value) if not is_blank(item)]


def texts_at(value: Any, place: str, warnings: list[str]) -> tuple[str, ...]:
    """The texts of a list of texts."""
    return tuple(text_at(item, where, warnings) for where, item in items_at(value, place, warnings))


def rest_of(item: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The fields that the format does not name and that say something."""
    return {key: v for key, v in item.items() if key not in known and not is_blank(v)}
