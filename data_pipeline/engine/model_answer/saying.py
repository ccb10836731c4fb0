"""A model's text as plain sentences, and what never belongs into one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from data_pipeline.engine.secrets import card_numbers, names_a_secret
from data_pipeline.function_words import BY_LANGUAGE
from data_pipeline.language import detect, split_sentences, terms
from data_pipeline.prompts.rendering import visible

_BULLET: Final = re.compile(r"^(?:[-*•–]\s+|\(?\d{1,2}[.)]\s+)")
_EMPHASIS: Final = re.compile(r"\*\*|__|`")
_MARKUP: Final = re.compile(
    r"<\s*/?\s*[a-z!]|!?\[[^\]]*\]\s*\(|&(?:#\d+|#x[0-9a-f]+|[a-z]+);", re.IGNORECASE
)
_OWN_WORDS: Final = 0.8
_TELLING_WORDS: Final = 12


def plain_sentences(text: str) -> list[str]:
    """The sentences of a point: blanks made one, no list signs, no emphasis, no unseen signs."""
    seen = visible(text).replace("&lt;", "<")
    return [
        " ".join(bare.split())
        for sentence in split_sentences(_EMPHASIS.sub("", seen))
        if (bare := _BULLET.sub("", sentence).strip())
    ]


def shows_markup(sentence: str) -> str:
    """HTML, a Markdown link or an entity in a sentence: a helpdesk might render it; "" for none."""
    found = _MARKUP.search(sentence)
    return found.group() if found else ""


def tells_secret(sentence: str, backing: Sequence[str], language: str) -> bool:
    """Whether a sentence holds a card number, or speaks of a secret in words of its own.

    What the article says of passwords may be said; "send us your password" is not the article's.
    """
    if card_numbers(sentence):
        return True
    if not names_a_secret(sentence):
        return False
    said = set(terms(sentence, language))
    own = {term for text in backing for term in terms(text, language)}
    return len(said & own) < _OWN_WORDS * len(said)


def is_in_other_language(text: str, language: str) -> bool:
    """Whether a text that is long enough to tell is not in `language`, where that can be told."""
    if language not in BY_LANGUAGE or len(text.split()) < _TELLING_WORDS:
        return False
    return detect(text) not in {language, None}
