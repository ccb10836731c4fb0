"""Vectors that a test can trust: texts that share words are near each other, always the same."""

from __future__ import annotations

import hashlib
import math
import re

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of a text: lower-case, split at everything that is no letter or digit."""
    return _WORD.findall(text.lower())


def token_count(text: str) -> int:
    """Roughly the tokens that a vendor counts: a word or four characters, the greater."""
    return max(len(words(text)), math.ceil(len(text) / 4))


def bag_of_words_vector(text: str, dimensions: int) -> list[float]:
    """A vector of length 1: every word adds to four coordinates that its hash names."""
    vector = [0.0] * dimensions
    for word in words(text) or [""]:
        digest = hashlib.sha256(word.encode()).digest()
        for at in range(0, 16, 4):
            number = int.from_bytes(digest[at : at + 4], "big")
            vector[number % dimensions] += 1.0 if number & 0x80000000 else -1.0
    length = math.sqrt(sum(value * value for value in vector))
    if not length:
        return [1.0] + [0.0] * (dimensions - 1)
    return [value / length for value in vector]
