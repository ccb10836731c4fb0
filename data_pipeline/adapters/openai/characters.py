"""Text as JSON can carry it."""

from __future__ import annotations


def whole_characters(text: str) -> str:
    """`text` with a question mark for each half of a character, which UTF-8 has no bytes for."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
