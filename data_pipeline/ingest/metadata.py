"""Values that people write in front matter and `kb.toml`, checked and brought into one shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from data_pipeline.errors import ArticleSourceError
from data_pipeline.slugs import MAX_SLUG, slug

_LANGUAGE: Final = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?")
_ARTICLE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_BLANK: Final = frozenset({"", "null", "none", "n/a", "~"})
_MAX_TEXT: Final = 1_000


def is_blank(value: object) -> bool:
    """Whether `value` stands for nothing: None, blank text, `null`, `n/a`, an empty list."""
    if isinstance(value, str):
        return value.strip().lower() in _BLANK
    return value is None or value in ([], {}, ())


def as_text(value: object, source: str, place: str) -> str:
    """One line of text out of text or a number."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ArticleSourceError(source, f"expected text, found {_kind(value)}", place)
    text = " ".join(str(value).split())
    if len(text) > _MAX_TEXT:
        raise ArticleSourceError(source, f"longer than {_MAX_TEXT} characters: shorten it", place)
    return text


def as_list(value: object, source: str, place: str) -> tuple[str, ...]:
    """Several texts: a list, or one text with commas."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, dict):
        raise ArticleSourceError(source, "expected a list of texts, found key: value", place)
    items = value if isinstance(value, (list, tuple)) else [value]
    return tuple(as_text(item, source, place) for item in items if not is_blank(item))


def as_scope_values(value: object, source: str, place: str) -> tuple[str, ...]:
    """Values of one scope key: a text or a list; empty means all, so the article is global."""
    if isinstance(value, dict):
        raise ArticleSourceError(source, "expected a text or a list, found key: value", place)
    items = value if isinstance(value, (list, tuple)) else [value]
    texts = (as_text(item, source, place) for item in items if not is_blank(item))
    return tuple(dict.fromkeys(text for text in texts if text != "*"))


def as_language(value: object, source: str, place: str) -> str:
    """The language part of a code such as `es` or `pt-BR`."""
    # YAML reads Norway's code as a boolean.
    text = "no" if value is False else as_text(value, source, place)
    found = _LANGUAGE.fullmatch(text)
    if found is None:
        raise ArticleSourceError(source, "expected a language code such as `en` or `es`", place)
    return found.group(1).lower()


def as_day(value: object, source: str, place: str) -> str:
    """An ISO 8601 day out of a day or a date with a time."""
    found = _DAY.fullmatch(str(value).strip())
    try:
        return date.fromisoformat(found.group(1) if found else "").isoformat()
    except ValueError:
        cause = "expected a day written as year-month-day, such as 2027-01-31"
        raise ArticleSourceError(source, cause, place) from None


def article_id_of(given: str | None, source: str) -> tuple[str, list[str]]:
    """The article's id and warnings: the given one, else the path without its suffix, as a slug."""
    if given is None:
        return slug(re.sub(r"\.[^./]+$", "", source)), []
    if _ARTICLE_ID.fullmatch(given) and len(given) <= MAX_SLUG:
        return given, []
    folded = slug(given)
    return folded, [f"article_id is not a plain ASCII slug: `{folded}` is used for it"]


def unknown_scope_keys(used: Iterable[str], scope_keys: Sequence[str]) -> list[str]:
    """A warning about scope keys that are not configured; none while none is configured."""
    unknown = sorted(set(used) - set(scope_keys))
    if not scope_keys or not unknown:
        return []
    names, known = ", ".join(f"`{key[:60]}`" for key in unknown), ", ".join(scope_keys)
    return [f"unknown scope key {names}: configured are {known}"]


def _kind(value: Any) -> str:
    names = {
        bool: "true or false",
        list: "a list",
        tuple: "a list",
        dict: "key: value",
        bytes: "binary",
    }
    return names.get(type(value), "nothing" if value is None else type(value).__name__)
