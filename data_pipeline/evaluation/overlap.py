"""Whether texts say the same words: five in a row, case and punctuation aside. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final

_GRAM: Final = 5

Gram = tuple[str, ...]


def grams(text: str) -> frozenset[Gram]:
    """Sets of five words in a row, case and punctuation aside; of a shorter text all its words."""
    found = _words(text)
    if len(found) < _GRAM:
        return frozenset({tuple(found)}) if found else frozenset()
    return frozenset(tuple(found[i : i + _GRAM]) for i in range(len(found) - _GRAM + 1))


def overlaps(quote: str, passage: str) -> bool:
    """Whether a quote and the gold passage share five words in a row, or one holds the other."""
    if grams(quote) & grams(passage):
        return True
    one, other = (" ".join(_words(text)) for text in (quote, passage))
    return bool(one and other) and (one in other or other in one)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


class Twins:
    """Finds the articles that hold a passage, whatever the labels say."""

    def __init__(self, texts: Mapping[str, str], passages: Iterable[str] | None = None) -> None:
        """Index `texts` by article id; for `passages` alone, if given, which takes less memory."""
        wanted = None if passages is None else frozenset(chain.from_iterable(map(grams, passages)))
        self._holders: defaultdict[Gram, list[str]] = defaultdict(list)
        for article_id, text in texts.items():
            found = grams(text)
            for gram in found if wanted is None else found & wanted:
                self._holders[gram].append(article_id)

    def of(self, passage: str) -> frozenset[str]:
        """Articles that hold more than half of the five-word runs of `passage`."""
        wanted = grams(passage)
        held = Counter(article for gram in wanted for article in self._having(gram))
        return frozenset(article for article, n in held.items() if 2 * n > len(wanted))

    def _having(self, gram: Gram) -> Sequence[str]:
        return self._holders.get(gram, ())
