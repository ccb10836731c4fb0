"""What a customer wants, as far as closed lists of phrases tell. Pure."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from data_pipeline.engine import cues
from data_pipeline.language import fold, split_sentences

_WRAP: Final = re.compile(r"(?<!\n)\n(?!\n)")
_SIGNS: Final = re.compile(r"[^\w\s.?!,]")
_BLANKS: Final = re.compile(r"[ \t]+")


class Intent(msgspec.Struct, frozen=True):
    """What the customer wants, as far as the words tell.

    `verdict`: a ruling on their own case. `possible`: a bare "can I", which may mean that or the
    rule as such. `execution`: something is to be carried out for them.
    """

    verdict: bool = False
    possible: bool = False
    execution: bool = False
    how: bool = False
    price: bool = False
    time: bool = False
    person: bool = False


def read_intent(text: str) -> Intent:
    """What the words say is wanted.

    "Can I" with figures of one's own case asks for a verdict. A wish ("I want to …") beside a
    question is explained, not carried out; a demand ("please …") is both.
    """
    folded = matched_form(text)
    possible = bool(cues.MAY_ASK_VERDICT.search(folded))
    how, price, time = (
        bool(asks.search(folded)) for asks in (cues.ASKS_HOW, cues.ASKS_PRICE, cues.ASKS_TIME)
    )
    wishes = bool(cues.WISHES.search(folded)) and not (how or price or time)
    return Intent(
        verdict=bool(cues.ASKS_VERDICT.search(folded)) or (possible and _states_own_case(folded)),
        possible=possible,
        execution=wishes or bool(cues.DEMANDS.search(folded)),
        how=how,
        price=price,
        time=time,
        person=bool(cues.WANTS_PERSON.search(folded)),
    )


def matched_form(text: str) -> str:
    """`text` as the phrase lists want it: folded, apostrophes as blanks, wrapped lines joined."""
    return _BLANKS.sub(" ", _SIGNS.sub(" ", _WRAP.sub(" ", fold(text))))


def _states_own_case(folded: str) -> bool:
    """Whether a sentence about oneself holds a figure or a month."""
    return any(
        cues.FIGURE.search(sentence) and cues.FIRST_PERSON.search(sentence)
        for sentence in split_sentences(folded)
    )
