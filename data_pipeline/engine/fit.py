"""How well a passage fits a question. Pure; in information (idf mass)."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Final

import msgspec

from data_pipeline.articles import Kind
from data_pipeline.engine.intent import Intent
from data_pipeline.engine.nearness import Pair, Place, places_of, together
from data_pipeline.engine.passages import Passage
from data_pipeline.engine.ranking import Query
from data_pipeline.engine.wanted import is_wanted

_HEADING_WEIGHT: Final = 0.3
_SHORT_WORDS: Final = 6
_SHORT_SHARE: Final = 0.7
_WANTED_WEIGHT: Final = 1.4
# Two words that stand together in the question and in the passage say more than either alone.
_PAIR_WEIGHT: Final = 0.4
# What answers a question comes right after the words that it repeats: better early than late.
_LATE_WEIGHT: Final = 0.1
# Where the title says what is asked, the first lines of the article are about it.
_OPENING_WEIGHT: Final = 0.3


class Fit(msgspec.Struct, frozen=True):
    """A passage and what a question finds in it.

    `held` are terms of the question in it, `beside` those in its heading and title only, `pairs`
    those side by side; `weight` is how readily it is quoted, `opening` what it gains as the first
    lines of an article on what is asked.
    """

    passage: Passage
    held: frozenset[str]
    beside: frozenset[str]
    pairs: frozenset[Pair]
    weight: float
    opening: float = 0.0

    def value(self, information: Mapping[str, float]) -> float:
        """Its worth where each term has this information, without what it gains as an opening."""
        # Exact sums: sets have no order, and a draw must not fall otherwise in another process.
        own = fsum(information[t] for t in self.held)
        around = fsum(information[t] for t in self.beside)
        pairs = fsum(min(information[a], information[b]) for a, b in self.pairs)
        return self.weight * (own + _HEADING_WEIGHT * around + _PAIR_WEIGHT * pairs)


def fit_of(passage: Passage, query: Query, intent: Intent, information: Mapping[str, float]) -> Fit:
    """What the question finds in a passage; `information` has its terms."""
    terms = information.keys()
    places = places_of(passage.sequence, terms)
    wanted = _WANTED_WEIGHT if is_wanted(passage, intent) else 1.0
    bare = passage.chunk.kind is not Kind.FEES and len(passage.text.split()) < _SHORT_WORDS
    short = _SHORT_SHARE if bare else 1.0
    late = _LATE_WEIGHT * _lateness(places, len(passage.sequence), information)
    named = passage.around & query.own & terms if passage.is_opening else ()
    return Fit(
        passage=passage,
        held=passage.own & terms,
        beside=(passage.around - passage.own) & terms,
        pairs=frozenset(together(places, query.pairs)),
        weight=passage.weight * short * wanted * (1 - late),
        opening=_OPENING_WEIGHT * fsum(information[t] for t in named),
    )


def _lateness(places: tuple[Place, ...], length: int, information: Mapping[str, float]) -> float:
    """Where the terms first stand, by their information: 0 at the start, 1 at the end."""
    firsts = {term: at for at, term in reversed(places)}
    held = sum(information[term] for term in firsts)
    late = sum(at * information[term] for term, at in firsts.items())
    return late / (held * length) if held else 0.0
