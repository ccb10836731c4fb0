"""Spellings of a ticket that helpdesks send and the contract does not name.

- Numbers are read where ids are expected.
- `headers` may hold numbers and lists of texts and numbers (joined with a comma), and may be a list
  of `{name, value}`.
- `cc` may be one text, its items objects with an `email` or `address`, and all of it an object that
  holds them as `value`, the way mail parsers give it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from data_pipeline.contract.requests import Message, Requester, Ticket
from data_pipeline.request_body.notes import Notes, below, given


def _as_text(value: object, _at: str, _notes: Notes) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if number else value


def _headers(value: object, at: str, notes: Notes) -> object:
    """Headers as `{name: text}`; a value of another shape is ignored, no ticket fails for it."""
    if isinstance(value, list):
        return _headers(_paired(value), at, notes)
    if not isinstance(value, dict):
        return value
    read = {name: _joined(item) for name, item in value.items()}
    for name in (name for name, text in read.items() if text is None):
        notes.ignore(below(at, name))
    return {name: text for name, text in read.items() if text is not None}


def _paired(items: Iterable[object]) -> dict[str, list[object]]:
    """`[{name, value}, ...]` as `{name: [value, ...]}`; items of another shape are left out."""
    read: dict[str, list[object]] = {}
    for item in items:
        if isinstance(item, dict) and isinstance(name := item.get("name"), str):
            read.setdefault(name, []).append(item.get("value"))
    return read


def _joined(value: object) -> str | None:
    """Texts and numbers as one text; absent ones are skipped, None when anything else is there."""
    parts = value if isinstance(value, list) else [value]
    texts = [_as_text(part, "", Notes()) for part in parts if given(part)]
    return ", ".join(map(str, texts)) if all(isinstance(text, str) for text in texts) else None


def _addresses(value: object, _at: str, _notes: Notes) -> object:
    """Addresses as a list; an item without one stays as it is, to be refused: it reads along."""
    if isinstance(value, dict):
        value = value.get("value", value)
    return [_address(item) for item in (value if isinstance(value, list) else [value])]


def _address(item: object) -> object:
    return (item.get("email") or item.get("address") or item) if isinstance(item, dict) else item


_Spelling = Callable[[object, str, Notes], object]
SPELLINGS: Mapping[tuple[type[Any], str], _Spelling] = {
    (Ticket, "id"): _as_text,
    (Ticket, "headers"): _headers,
    (Ticket, "cc"): _addresses,
    (Message, "id"): _as_text,
    (Requester, "ref"): _as_text,
}
