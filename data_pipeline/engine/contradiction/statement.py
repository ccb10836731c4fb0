"""A statement with a value, and the place in an article that it stands in. Pure."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from data_pipeline.articles import Kind, Unit
from data_pipeline.engine.fact_check.claim import Value


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Units under one heading: a section of an article, or what is stored of one."""

    article_id: str
    path: str
    title: str
    heading: str
    kind: Kind
    language: str
    units: tuple[Unit, ...]


class Source(StrEnum):
    """What sets the label of a value apart."""

    PRICE = "price"
    LABEL = "label"
    PHRASE = "phrase"
    SENTENCE = "sentence"


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A value with what it is a value of.

    `label` are the analysed terms around the value, `turning` the words that set it apart from
    others of its label, `conditions` those of the whole sentence; `asked` the terms of the question
    or problem that it is said to, `around` those of the heading, `titled` those of the title.
    `values` all have the same `unit` (`"amount"`, `"day"`), `others` are what else is stated with
    it. `quote` are the words as they stand in the text, one behind the other.
    """

    article_id: str
    place: str
    language: str
    text: str
    quote: tuple[str, ...]
    label: frozenset[str]
    turning: frozenset[str]
    conditions: frozenset[str]
    asked: frozenset[str]
    around: frozenset[str]
    titled: frozenset[str]
    unit: str
    values: frozenset[Value]
    others: frozenset[Value] = frozenset()
    source: Source = Source.SENTENCE

    @property
    def is_labelled(self) -> bool:
        """Whether the article names the value, in a list or by a phrase in front of it."""
        return self.source is not Source.SENTENCE

    @property
    def is_listed(self) -> bool:
        """Whether it is an entry of a price list, a table or a list of labels."""
        return self.source in {Source.PRICE, Source.LABEL}


def are_two_places(one: Statement, other: Statement) -> bool:
    """One section sets its own values apart, by its order and its lists; a price list does not."""
    if (one.article_id, one.place) != (other.article_id, other.place):
        return True
    return one.source is Source.PRICE and other.source is Source.PRICE
