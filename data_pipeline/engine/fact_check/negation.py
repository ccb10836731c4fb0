"""A sentence that says the opposite of the one it was taken from. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from data_pipeline.engine.fact_check.claim import plain
from data_pipeline.language import fold, split_sentences

_WORD: Final = re.compile(r"[^\W_]+")
_SHORT: Final = re.compile(r"n't(?!\w)")
_NEGATIONS: Final = frozenset(
    "not no never none nothing nobody neither nor without nunca jamas ni sin tampoco ningun ninguna"
    " ninguno nadie nada".split()
)
# Said with a negation and without: "does not cover" and "covers".
_AUXILIARIES: Final = frozenset("do does did".split())
_FEWEST: Final = 3


def is_turned_round(sentence: str, texts: tuple[str, ...]) -> bool:
    """Whether `texts` hold `sentence` word for word, but for a negation, and not as it stands."""
    words, negations = _read(sentence)
    if len(words) < _FEWEST:
        return False
    counts = [count for text in texts for held, count in _sentences(text) if held == words]
    return bool(counts) and negations not in counts


@lru_cache(maxsize=4_096)
def _sentences(text: str) -> tuple[tuple[tuple[str, ...], int], ...]:
    return tuple(_read(sentence) for sentence in split_sentences(text))


def _read(sentence: str) -> tuple[tuple[str, ...], int]:
    """The words of a sentence without its negations, and how many these are."""
    text = fold(plain(sentence)).replace("\u2019", "'").replace("cannot", "can not")
    text = text.replace("can't", "can not").replace("won't", "will not")
    words = _WORD.findall(_SHORT.sub(" not", text))
    telling = (w for w in words if w not in _NEGATIONS and w not in _AUXILIARIES)
    return tuple(telling), sum(word in _NEGATIONS for word in words)
