"""The few sentences that kbgate itself says to customers and agents, per language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences of one language; `{label}`, `{choices}` and `{condition}` are filled in."""

    opening: str
    opening_rules: str
    opening_outcome: str
    opening_questions: str
    steps: str
    warnings: str
    ask: str
    ask_scope: str
    scope_why: str
    handed_over: str
    either: str
    requirement: str
    blocker: str


_ENGLISH: Final = Wording(
    opening="Thank you for your message.",
    opening_rules="Thank you for your message. Whether this applies to you depends on these rules:",
    opening_outcome="Thank you for your message. We have checked this for you.",
    opening_questions="Thank you for your message. To help you, we need to know:",
    steps="What to do:",
    warnings="Please note:",
    ask="Could you please tell us: {label}?",
    ask_scope="Which {label} is this about: {choices}?",
    scope_why="The rules depend on it.",
    handed_over="Thank you for your message. A colleague will look into it and get back to you.",
    either=" or ",
    requirement="A condition for this: {condition}",
    blocker="This would stand against it: {condition}",
)

_SPANISH: Final = Wording(
    opening="Gracias por tu mensaje.",
    opening_rules="Gracias por tu mensaje. Que se aplique en tu caso depende de estas condiciones:",
    opening_outcome="Gracias por tu mensaje. Lo hemos comprobado.",
    opening_questions="Gracias por tu mensaje. Para poder ayudarte, necesitamos saber:",
    steps="Qué hay que hacer:",
    warnings="Ten en cuenta:",
    ask="¿Podrías indicarnos: {label}?",
    ask_scope="¿A cuál de estas opciones se refiere tu consulta ({label}): {choices}?",
    scope_why="Las condiciones dependen de ello.",
    handed_over="Gracias por tu mensaje. Una persona del equipo lo revisará y te responderá.",
    either=" o ",
    requirement="Condición para ello: {condition}",
    blocker="Lo impediría lo siguiente: {condition}",
)

# For a language that kbgate does not speak: the article's own words and signs, nothing else.
_WORDLESS: Final = Wording(
    opening="",
    opening_rules="",
    opening_outcome="",
    opening_questions="",
    steps="",
    warnings="",
    ask="{label}?",
    ask_scope="{label}: {choices}?",
    scope_why="",
    handed_over="",
    either=" / ",
    requirement="",
    blocker="",
)

_BY_LANGUAGE: Final[Mapping[str, Wording]] = {"en": _ENGLISH, "es": _SPANISH}


def speaks(language: str) -> bool:
    """Whether kbgate has its own sentences in `language`."""
    return language in _BY_LANGUAGE


def wording_for(language: str) -> Wording:
    """The sentences of `language`, empty or mere signs where kbgate does not speak it."""
    return _BY_LANGUAGE.get(language, _WORDLESS)
