"""What an agent reads about a ticket that was handed over, per language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

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


class Because(msgspec.Struct, frozen=True):
    """A cause in words, and what would have led to an answer.

    `{name}` and `{detail}` are filled in; `unless` is said once for each name.
    """

    text: str
    unless: str = ""


class SummaryLabels(msgspec.Struct, frozen=True):
    """What the lines of a summary start with."""

    writes: str
    because: str
    nearest: str
    known: str
    missing: str


class AgentWording(msgspec.Struct, frozen=True):
    """The sentences of one language."""

    labels: SummaryLabels
    causes: Mapping[Cause, Because]


_ENGLISH: Final = AgentWording(
    SummaryLabels(
        "Customer writes", "Handed over because", "Nearest article", "Known", "Still missing"
    ),
    {
        Cause.PERSON: Because("The customer asks for a person."),
        Cause.NOT_FOUND: Because(
            "No article covers this.", "an article about it is added to the knowledge base"
        ),
        Cause.NOT_COVERED: Because(
            "No article covers this well enough.",
            "an article about it is added to the knowledge base",
        ),
        Cause.DOUBTFUL: Because(
            "The nearest article may not be the right one.",
            'the article "{name}" covered what is asked more fully',
        ),
        Cause.OTHER_SCOPE: Because(
            'Only the article "{detail}" covers this, and it is for another scope.',
            "the scope of the request were {name}",
        ),
        Cause.OTHER_LANGUAGE: Because(
            "The article is in another language ({detail}) than the reply should be in.",
            'the article were there in "{name}"',
        ),
        Cause.NOT_OBTAINABLE: Because(
            "A fact that the answer depends on could not be found.", '"{name}" were known'
        ),
        Cause.ONLY_SYSTEMS: Because(
            "The answer depends on facts that only your systems or an agent have.",
            '"{name}" were known',
        ),
        Cause.ASKED_TWICE: Because(
            "The customer was asked twice and the fact is still not known.", '"{name}" were known'
        ),
        Cause.NOTHING_TO_QUOTE: Because(
            "The article has nothing that could be quoted to the customer.",
            'the article "{name}" answered this in words for customers',
        ),
        Cause.BESIDE_THE_POINT: Because(
            "What the article says does not speak of what was asked.",
            'the article "{name}" answered this question in so many words',
        ),
        Cause.NOT_VERIFIED: Because(
            "The reply would tell facts about the customer to someone who is not verified.",
            "the requester were verified and nobody else in copy",
        ),
        Cause.TOO_UNSURE: Because(
            "It is not sure enough that the reply is right ({detail}).",
            'the article "{name}" answered this question in so many words',
        ),
        Cause.ONLY_PARTLY: Because(
            "The article answers only a part of what is asked.",
            'the article "{name}" answered all of it',
        ),
        Cause.UNBACKED: Because(
            "The written reply said something that the article does not say, or must not be said.",
            'the article "{name}" said it in words for customers',
        ),
    },
)

_SPANISH: Final = AgentWording(
    SummaryLabels(
        "El cliente escribe", "Se traspasa porque", "Artículo más cercano", "Se sabe", "Falta"
    ),
    {
        Cause.PERSON: Because("El cliente pide hablar con una persona."),
        Cause.NOT_FOUND: Because(
            "Ningún artículo trata de esto.", "se añade un artículo sobre ello"
        ),
        Cause.NOT_COVERED: Because(
            "Ningún artículo trata de esto lo suficiente.", "se añade un artículo sobre ello"
        ),
        Cause.DOUBTFUL: Because(
            "El artículo más cercano quizá no sea el correcto.",
            "el artículo «{name}» tratara más a fondo lo que se pregunta",
        ),
        Cause.OTHER_SCOPE: Because(
            "Solo el artículo «{detail}» trata de esto, y es para otro ámbito.",
            "el ámbito de la petición fuera {name}",
        ),
        Cause.OTHER_LANGUAGE: Because(
            "El artículo está en otro idioma ({detail}) que el de la respuesta.",
            "el artículo existiera en «{name}»",
        ),
        Cause.NOT_OBTAINABLE: Because(
            "No se ha podido encontrar un dato del que depende la respuesta.",
            "se supiera «{name}»",
        ),
        Cause.ONLY_SYSTEMS: Because(
            "La respuesta depende de datos que solo tienen vuestros sistemas o un agente.",
            "se supiera «{name}»",
        ),
        Cause.ASKED_TWICE: Because(
            "Se le ha preguntado dos veces y el dato sigue sin saberse.", "se supiera «{name}»"
        ),
        Cause.NOTHING_TO_QUOTE: Because(
            "El artículo no tiene nada que se pueda citar al cliente.",
            "el artículo «{name}» respondiera a esto con palabras para clientes",
        ),
        Cause.BESIDE_THE_POINT: Because(
            "Lo que dice el artículo no habla de lo que se pregunta.",
            "el artículo «{name}» respondiera a esta pregunta",
        ),
        Cause.NOT_VERIFIED: Because(
            "La respuesta contaría datos del cliente a alguien que no está verificado.",
            "el solicitante estuviera verificado y sin nadie en copia",
        ),
        Cause.TOO_UNSURE: Because(
            "No es lo bastante seguro que la respuesta sea correcta ({detail}).",
            "el artículo «{name}» respondiera a esta pregunta",
        ),
        Cause.ONLY_PARTLY: Because(
            "El artículo responde solo a una parte de lo que se pregunta.",
            "el artículo «{name}» respondiera a todo",
        ),
        Cause.UNBACKED: Because(
            "La respuesta redactada decía algo que el artículo no dice o que no debe decirse.",
            "el artículo «{name}» lo dijera con palabras para clientes",
        ),
    },
)

_BY_LANGUAGE: Final[Mapping[str, AgentWording]] = {"en": _ENGLISH, "es": _SPANISH}


def agent_wording(language: str | None) -> AgentWording:
    """The sentences of `language`, English where there are none."""
    return _BY_LANGUAGE.get(language or "en", _ENGLISH)
