"""How a language tells an agent why a ticket was handed over: what there is to say."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Cause(StrEnum):
    """Why a ticket cannot go on without a person."""

    PERSON = "person"
    NOT_FOUND = "not_found"
    NOT_COVERED = "not_covered"
    DOUBTFUL = "doubtful"
    OTHER_SCOPE = "other_scope"
    OTHER_LANGUAGE = "other_language"
    NOT_OBTAINABLE = "not_obtainable"
    ONLY_SYSTEMS = "only_systems"
    ASKED_TWICE = "asked_twice"
    NOTHING_TO_QUOTE = "nothing_to_quote"
    BESIDE_THE_POINT = "beside_the_point"
    NOT_VERIFIED = "not_verified"
    TOO_UNSURE = "too_unsure"
    ONLY_PARTLY = "only_partly"
    UNBACKED = "unbacked"
    CONTRADICTION = "contradiction"


class Because(msgspec.Struct, frozen=True):
    """A cause in words, and what would have led to an answer.

    `{name}`, `{key}`, `{detail}` and whatever else the reason tells are filled in; `unless` is said
    once for each name. In its place stand `unless_words` where it is known which `{words}` of the
    question nothing spoke of, and `unless_rival` where `{rival}` is an article as near.
    """

    text: str
    unless: str = ""
    unless_words: str = ""
    unless_rival: str = ""


class SummaryLabels(msgspec.Struct, frozen=True):
    """What the lines of a summary start with."""

    writes: str
    because: str
    nearest: str
    known: str
    missing: str


class AgentWording(msgspec.Struct, frozen=True):
    """The sentences of one language; `quoted` is how it sets a word in quotation marks."""

    labels: SummaryLabels
    quoted: str
    causes: Mapping[Cause, Because]
