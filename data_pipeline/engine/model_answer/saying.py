"""A model's text as plain sentences, and what never belongs into one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from data_pipeline.engine.secrets import card_numbers, names_a_secret
from data_pipeline.function_words import BY_LANGUAGE
from data_pipeline.language import detect, fold, split_sentences, terms
from data_pipeline.prompts.rendering import visible

_BULLET: Final = re.compile(r"^[-*•–]\s+")
_NUMBERED: Final = re.compile(r"^(?:[-*•–]\s+|\(?\d{1,2}[.)]\s+)")
# Emphasis, and ids of passages as footnotes: `[p3, p4]`.
_MARKS: Final = re.compile(r"\*\*|__|`|\s*[\[(]p\d+(?:[,; ]+p\d+)*[\])]")
_MARKUP: Final = re.compile(
    r"<\s*/?\s*[a-z!]|!?\[[^\]]*\]\s*\(|&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});", re.IGNORECASE
)
_HANDS_OVER: Final = re.compile(
    r"(?<!\w)(?:send|tell|give|share|provide|submit|supply|reply|respond|email|text|forward|us|call"
    r"|envi[ae]\w*|mand[ae]\w*|di(?:nos|ganos)|dec\w+|facilit\w+|proporcion\w+|compart\w+"
    r"|comuni\w+|respond\w+|escrib\w+nos|\w+nos)(?!\w)"
)
# Whole sentences of politeness: the reply has an opening, and nobody misses the rest.
_COURTESY: Final = re.compile(
    r"(?:hello|hi|hola|dear|estimad[oa])(?: \w+){0,3}[,.! ]*"
    r"|(?:many )?(?:thanks|thank you|gracias)(?: (?:for|por) (?:your|contacting|reaching|getting"
    r"|writing|tu|su|contactar\w*|escribir\w*)(?: \w+){0,5})?[,.! ]*"
    r"|(?:we|i) hope (?:this|that|it)(?: \w+){0,6}[.! ]*"
    r"|esperamos (?:que )?(?:\w+ ){0,5}(?:ayude|util)[.! ]*"
    r"|(?:please )?(?:let us know if|feel free to (?:ask|contact us|reach out|write to us)"
    r"|(?:do not|don't) hesitate to)[^\d@/]{0,80}"
    r"|if you (?:have|need) (?:(?:any|more|further|other) ){1,2}(?:questions?|help|assistance),?"
    r" (?:please |just )?(?:let us|contact us|ask|reach|feel|do not|don't|we are)[^\d@/]{0,60}"
    r"|no dudes? en[^\d@/]{0,80}"
    r"|si (?:tienes?|necesitas?) (?:(?:mas|alguna|cualquier|otra) ){1,2}(?:dudas?|preguntas?|ayuda)"
    r"[^\d@/]{0,60}"
    r"|(?:kind|best|warm) regards[\w ,.]{0,30}|(?:un )?(?:cordial )?saludos?[\w ,.]{0,30}"
)
_OWN_WORDS: Final = 0.8
# Of public service pages' sentences of so many words one in a thousand is taken for another
# language.
_TELLING_WORDS: Final = 8


def plain_sentences(text: str, *, is_step: bool = False) -> list[str]:
    """The sentences of a point without courtesies, list signs, emphasis, footnotes, unseen signs.

    Only a step loses its number: elsewhere `3.` may start a date.
    """
    mark = _NUMBERED if is_step else _BULLET
    seen = _MARKS.sub("", visible(text).replace("&lt;", "<"))
    bare = (" ".join(mark.sub("", sentence).split()) for sentence in split_sentences(seen))
    return [text for text in bare if text and not _COURTESY.fullmatch(_folded(text))]


def shows_markup(sentence: str) -> str:
    """HTML, a Markdown link or an entity in a sentence: a helpdesk might render it; "" for none."""
    found = _MARKUP.search(sentence)
    return found.group() if found else ""


def tells_secret(sentence: str, backing: Sequence[str], language: str) -> bool:
    """Whether a sentence holds a card number, or speaks of a secret as the article does not.

    "Enter your password" may be said where the article speaks of passwords; "send us your
    password" only in the words of one of its sentences.
    """
    if card_numbers(sentence):
        return True
    if not names_a_secret(sentence):
        return False
    own = [sentence for text in backing for sentence in split_sentences(text)]
    if not _HANDS_OVER.search(_folded(sentence)):
        return not any(map(names_a_secret, own))
    said = set(terms(sentence, language))
    most = max((len(said.intersection(terms(text, language))) for text in own), default=0)
    return most < _OWN_WORDS * len(said)


def is_in_other_language(text: str, language: str) -> bool:
    """Whether a text that is long enough to tell is not in `language`, where that can be told."""
    if language not in BY_LANGUAGE or len(text.split()) < _TELLING_WORDS:
        return False
    return detect(text) not in {language, None}


def _folded(text: str) -> str:
    return fold(text).replace("\u2019", "'")
