"""The name that a sentence gives to a value: `early cancellation fee` of €79. Pure."""

from __future__ import annotations

import re
from typing import Final

from data_pipeline.language import fold, terms

_LINK: Final = re.compile(
    r"(?P<before>(?:[^\W\d_][\w'’-]*\s+){2,7}?)"
    r"(?:is|are|of|was|costs?|at|amounts to|es|son|de|cuestan?|asciende a)\s+"
    r"(?:also |always |currently |de |a )?(?:un |una |a |an )?$",
    re.IGNORECASE,
)
_REACH: Final = 90
# They lead on inside a name: `the fee for a late return`, `la comisión de devolución`.
_JOINING: Final = frozenset("of for a an the de del la el los las por para".split())
_MOST_WORDS: Final = 6


def phrase_before(text: str, start: int) -> str:
    """The words that name the value at `start` of `text`, or nothing where none lead to it."""
    found = _LINK.search(text[max(0, start - _REACH) : start])
    if found is None:
        return ""
    kept: list[str] = []
    for word in reversed(found["before"].split()[-_MOST_WORDS:]):
        if not terms(word) and fold(word) not in _JOINING:
            break
        kept.append(word)
    return " ".join(reversed(kept))
