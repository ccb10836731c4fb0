"""Have a question translated into the languages of the articles: one short call, checked.

The translation only serves the search. It is never sent, shown or quoted; what a customer reads is
the article's, or the answer model's in the customer's own language.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine.faithful import is_faithful
from data_pipeline.engine.identifiers import identifiers_in
from data_pipeline.engine.inquiry import Inquiry
from data_pipeline.engine.model_answer.metered import MeteredModel
from data_pipeline.errors import ModelUnavailableError
from data_pipeline.ports import AnswerModel, Completion, ModelTask
from data_pipeline.prompts.rendering import render_texts, translate_instructions
from data_pipeline.prompts.strict_schema import strict_schema

_SCHEMA_NAME: Final = "translation"
# Characters of one text, and of all: a search needs no more of a long mail.
_MOST_OF_ONE: Final = 1_000
_MOST_OF_ALL: Final = 3_000
_MAX_REPLY: Final = 20_000
# Turns of a conversation that a question may go on with.
_TURNS: Final = 2


class _Text(msgspec.Struct, frozen=True):
    """One text in one language."""

    id: Annotated[int, Meta(description="the number of the text")]
    language: Annotated[str, Meta(description="two-letter code of the language that it is now in")]
    text: Annotated[str, Meta(description="the translation and nothing else")]


class _Reply(msgspec.Struct, frozen=True):
    """A model's whole reply."""

    translations: list[_Text]


TRANSLATION_SCHEMA: Final = strict_schema(_Reply)


class Translator(msgspec.Struct, frozen=True):
    """Who translates; `identifiers` are names in the texts that must not leave the house."""

    model: AnswerModel
    identifiers: tuple[str, ...] = ()


def translator_for(model: AnswerModel | None, request: RequiredDataRequest) -> Translator | None:
    """Who translates for a request; nobody where there is no model, or the caller wants none."""
    if model is None or getattr(request.options, "mode", "auto") == "extractive":
        return None
    return Translator(model, identifiers_in(request))


class Translations(msgspec.Struct, frozen=True):
    """Translated texts by language and original, those that passed the checks, and the calls."""

    texts: Mapping[str, Mapping[str, str]] = {}
    completions: tuple[Completion, ...] = ()


async def translate(
    translator: Translator,
    inquiry: Inquiry,
    questions: Sequence[str],
    languages: Sequence[str],
    *,
    until: float | None = None,
) -> Translations:
    """`questions` of `inquiry`, and what was written around them, in each of `languages`.

    Ends at the loop's time `until`. What could not be had is left out; nothing is raised.
    """
    originals = _originals(inquiry, questions)
    model = MeteredModel(translator.model)
    try:
        async with asyncio.timeout_at(until):
            reply = await model.complete(_task(translator, originals, languages))
    except (ModelUnavailableError, TimeoutError):
        return Translations({}, tuple(model.calls))
    return Translations(_read(reply.text, originals, languages), tuple(model.calls))


def in_translation(inquiry: Inquiry, told: Mapping[str, str]) -> Inquiry:
    """`inquiry` in the words of another language: what has no translation in `told` is left out."""
    turns = (
        msgspec.structs.replace(turn, text=told[turn.text])
        for turn in inquiry.thread
        if turn.text in told
    )
    return msgspec.structs.replace(
        inquiry,
        text=told.get(inquiry.text, ""),
        subject=told.get(inquiry.subject, ""),
        statements=told.get(inquiry.statements, ""),
        context=(),
        thread=tuple(turns),
    )


def _originals(inquiry: Inquiry, questions: Sequence[str]) -> tuple[str, ...]:
    """The questions first, then the texts around them, as far as there is room."""
    whole = inquiry.text in questions
    around = (inquiry.subject, "" if whole else inquiry.statements)
    turns = (turn.text for turn in inquiry.thread[:_TURNS])
    left, kept = _MOST_OF_ALL, []
    for text in dict.fromkeys((*questions, *around, *turns)):
        size = min(len(text), _MOST_OF_ONE)
        if text.strip() and size <= left:
            kept.append(text)
            left -= size
    return tuple(kept)


def _task(translator: Translator, originals: Sequence[str], languages: Sequence[str]) -> ModelTask:
    return ModelTask(
        purpose="translation",
        instructions=translate_instructions(languages),
        material=render_texts([_shortened(text) for text in originals]),
        schema_name=_SCHEMA_NAME,
        schema=TRANSLATION_SCHEMA,
        identifiers=translator.identifiers,
    )


def _shortened(text: str) -> str:
    """A long text's start and end."""
    if len(text) <= _MOST_OF_ONE:
        return text
    half = _MOST_OF_ONE // 2
    return f"{text[:half].rstrip()} … {text[-half + 3 :].lstrip()}"


def is_translation(reply: str) -> bool:
    """Whether anything was translated in a model's reply: nonsense is not worth keeping."""
    return any(one.text.strip() for one in _decoded(reply))


def _read(
    reply: str, originals: Sequence[str], languages: Sequence[str]
) -> dict[str, dict[str, str]]:
    """What can be used of a reply, each text once per language; nothing of one that is no JSON."""
    found: dict[str, dict[str, str]] = {language: {} for language in languages}
    for one in _decoded(reply):
        told = found.get(one.language[:2].lower())
        if told is None or not 1 <= one.id <= len(originals):
            continue
        original = originals[one.id - 1]
        if is_faithful(_shortened(original), one.text):
            told.setdefault(original, one.text.strip())
    return found


def _decoded(reply: str) -> Sequence[_Text]:
    try:
        whole = msgspec.json.decode(reply[:_MAX_REPLY].encode("utf-8", "replace"), type=_Reply)
    except (msgspec.DecodeError, RecursionError):
        return ()
    return whole.translations
