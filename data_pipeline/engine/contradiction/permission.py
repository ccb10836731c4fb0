"""Sentences that say that something may be done, or that it may not. Pure."""

from __future__ import annotations

import re
from typing import Final

from data_pipeline.engine.contradiction.words import NEGATIONS
from data_pipeline.language import fold

_ALLOWING: Final = re.compile(
    r"(?<!\w)(?:can|cannot|can't|may|(?:is|are|be|isn't|aren't)(?: not| never| also| always)? "
    r"(?:allowed|permitted|accepted|possible|covered|included|eligible)|refundable|non-refundable"
    r"|puedes?|pueden|podr[aá]s?|podr[aá]n|se (?:admite|permite|acepta|incluye)n?|permitid[oa]s?"
    r"|es posible|reembolsables?)(?!\w)",
    re.IGNORECASE,
)
# One of these is in every match, and quickly looked for.
_CUES: Final = (
    *("can", "may", "allow", "permit", "accept", "possib", "cover", "includ", "elig", "refund"),
    *("pued", "podr", "admit", "acept", "incluy", "posible", "embols"),
)
_NOT: Final = re.compile(r"n['\u2019]t(?!\w)")
_NON: Final = re.compile(r"(?<!\w)non-(?=\w)")
_WORD: Final = re.compile(r"[^\W\d_]+")
_ALLOWED_WORDS: Final = (
    "allowed permitted accepted possible puede puedes pueden podra podras podran admite admiten "
    "permite permiten acepta aceptan permitido permitida permitidos permitidas posible"
)
PERMISSION_WORDS: Final = frozenset(_ALLOWED_WORDS.split())
"""How it is said that something may be done: no part of what it is."""


def is_permission(sentence: str) -> bool:
    """Whether it says of something that it may be done, or may not."""
    lowered = sentence.lower()
    return any(cue in lowered for cue in _CUES) and bool(_ALLOWING.search(sentence))


def is_denied(sentence: str) -> bool:
    """Whether a permission is denied: an odd number of negations."""
    return sum(word in NEGATIONS for word in plain_words(sentence)) % 2 == 1


def plain_words(sentence: str) -> list[str]:
    """Folded words, a negation as a word of its own."""
    spelled = _NOT.sub(
        " not", fold(sentence).replace("cannot", "can not").replace("can't", "can not")
    )
    return _WORD.findall(_NON.sub("not ", spelled))
