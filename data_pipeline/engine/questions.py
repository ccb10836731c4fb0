"""The questions of a text: every one, each able to stand alone. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from data_pipeline.engine import cues
from data_pipeline.engine.intent import matched_form
from data_pipeline.language import detect, soft_terms, split_sentences, terms

MAX_QUESTIONS: Final = 8
_MIN_TERMS: Final = 2
_MARKS: Final = ("?", "\uff1f", "\u061f")  # of Latin, East Asian and Arabic texts
_CLOSING_SIGNS: Final = "\"'”’») "


def is_question(sentence: str) -> bool:
    """Whether a sentence ends in a question mark of any script."""
    return sentence.rstrip(_CLOSING_SIGNS).endswith(_MARKS)


def has_question_mark(text: str) -> bool:
    """Whether a question mark of any script stands anywhere."""
    return any(mark in text for mark in _MARKS)


def is_asking(sentence: str) -> bool:
    """Whether a sentence wants an answer or an act: a question, marked or not, or a demand."""
    folded = matched_form(sentence).strip()
    return (
        is_question(sentence)
        or bool(cues.OPENS_QUESTION.match(folded))
        or bool(cues.WANTS_TO_KNOW.search(folded))
        or bool(cues.DEMANDS.search(folded))
    )


def split_questions(text: str) -> tuple[str, ...]:
    """What a text asks, in order; a text that asks nothing clearly is one inquiry, whole.

    One that says too little alone goes with the one before it. Of more than eight the last holds
    all the rest, so that none is left out.
    """
    asked = [sentence for sentence in split_sentences(text) if is_asking(sentence)]
    is_one_wish = len(asked) == 1 and not is_question(asked[0])
    if is_one_wish or not any(_stands_alone(sentence) for sentence in asked):
        return (text,)
    joined = tuple(dict.fromkeys(_joined(asked)))
    head, rest = joined[: MAX_QUESTIONS - 1], joined[MAX_QUESTIONS - 1 :]
    return (*head, " ".join(rest)) if rest else head


def clauses(question: str) -> tuple[str, ...]:
    """The questions that one sentence joins: `how much is it and when is it due?` asks two."""
    language = detect(question)
    parts = [p for p in cues.NEXT_QUESTION.split(question) if terms(p, language) or _asks_figure(p)]
    return tuple(parts) or (question,)


def _stands_alone(sentence: str) -> bool:
    language = detect(sentence)
    said = set(terms(sentence, language))
    return len(said) >= _MIN_TERMS and bool(said - soft_terms(language))


def _joined(asked: Sequence[str]) -> list[str]:
    """Short ones joined to the question before, or after where there is none before."""
    joined: list[str] = []
    waiting: list[str] = []
    for sentence in asked:
        if _stands_alone(sentence):
            joined.append(" ".join((*waiting, sentence)))
            waiting = []
        elif not _adds_something(sentence):
            continue
        elif joined:
            joined[-1] = f"{joined[-1]} {sentence}"
        else:
            waiting.append(sentence)
    return joined


def _adds_something(sentence: str) -> bool:
    """Whether a short question names a thing or asks for a price or a time: not "Can you help?"."""
    language = detect(sentence)
    return _asks_figure(sentence) or bool(set(terms(sentence, language)) - soft_terms(language))


def _asks_figure(sentence: str) -> bool:
    """Whether a price or a time is asked for, which needs no word of its own."""
    folded = matched_form(sentence)
    return bool(cues.ASKS_PRICE.search(folded) or cues.ASKS_TIME.search(folded))
