"""ASCII slugs: the words that article ids, section paths and keys are made of."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

MAX_SLUG: Final = 200
"""Longest slug in characters: with a section path it stays well below any store's id limit."""

_HASH_LENGTH: Final = 8
_MAX_PART: Final = 80
_SPELLINGS: Final = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"}
)
_OUTSIDE: Final = re.compile(r"[^a-z0-9._]+")
_ROUGH: Final = re.compile(r"[._]*-[-._]*")
_EDGES: Final = "-._"


def slug(text: str, *, limit: int = MAX_SLUG) -> str:
    """`text` as an ASCII slug `[a-z0-9][a-z0-9._-]*` of at most `limit` characters.

    Accents are folded. Where letters are lost (another script) or the text is cut, a short hash
    of the whole text is appended, so that different texts stay different; it is the same on every
    machine. Text without any letter or digit becomes the hash alone.
    """
    folded = _fold(text)
    words = _ROUGH.sub("-", _OUTSIDE.sub("-", folded)).strip(_EDGES)
    if words and not _loses_letters(folded) and len(words) <= limit:
        return words
    kept = words[: limit - _HASH_LENGTH - 1].rstrip(_EDGES)
    return f"{kept}-{_short_hash(text)}" if kept else _short_hash(text)


def slug_path(parts: Iterable[str], *, limit: int = MAX_SLUG) -> str:
    """`parts` slugged and joined with `/`; a path over `limit` ends in a hash of the whole."""
    path = "/".join(slug(part, limit=_MAX_PART) for part in parts)
    if len(path) <= limit:
        return path
    return f"{path[: limit - _HASH_LENGTH - 1].rstrip('/' + _EDGES)}-{_short_hash(path)}"


def _fold(text: str) -> str:
    lowered = unicodedata.normalize("NFKD", text.casefold()).translate(_SPELLINGS)
    return "".join(char for char in lowered if not unicodedata.combining(char))


def _loses_letters(folded: str) -> bool:
    return any(char.isalnum() and not char.isascii() for char in folded)


def _short_hash(text: str) -> str:
    normal = unicodedata.normalize("NFC", text.strip())
    return hashlib.sha256(normal.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LENGTH]
