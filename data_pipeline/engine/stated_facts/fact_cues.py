"""Words that connect a value in a message to a data point. Pure.

A data point's label says what must stand beside the value; its description and questions say what
may. Words that every data point of the article has say nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import msgspec

from data_pipeline.articles import DataPoint
from data_pipeline.engine.stated_facts.statements import even_fold
from data_pipeline.function_words import BY_LANGUAGE
from data_pipeline.language import detect, stem

# Words that name a kind of value, or that any fact could have: alone they connect to nothing.
_GENERIC: Final = (
    "date day time amount number value total email mail address code id identifier reference month "
    "year week hour percent percentage type name new current latest exact full desired requested "
    "preferred actual customer client participant member user person fecha dia hora importe "
    "cantidad numero valor correo electronico direccion codigo identificador referencia mes ano "
    "semana porcentaje tipo nombre nuevo nueva actual exacto exacta deseado deseada solicitado "
    "solicitada cliente usuario usuaria persona participante socio"
)
_SAID_OF_ALL: Final = (
    "want wants wanted need needs like would please use used know tell give number amount full "
    "many much long kind sort case ask asked required requested account quiere querer necesita "
    "necesitar usar saber decir dar cuenta caso tipo"
)
_PREPOSITION: Final = re.compile(
    r"\b(?:of|for|in|since|on|per|from|to|at|with|by|before|after|de|del|para|en|por|desde|con)\b"
)
_IN_BRACKETS: Final = re.compile(r"[(\[][^()\[\]]*[)\]]")
_WORD: Final = re.compile(r"[^\W_]+")
# Adjectives of two sides: who says the one does not mean the other.
_SIDES: Final = (
    (
        "new nuevo nueva",
        "old current existing previous former antiguo antigua anterior actual viejo",
    ),
    ("gross bruto bruta", "net neto neta"),
    (
        "start begin beginning commence commencement first inicio comienzo empezar alta primer",
        "end finish last stop terminate termination final expiry expire fin termino ultimo baja",
    ),
    ("minimum minimo", "maximum maximo"),
)


class Variant(msgspec.Struct, frozen=True):
    """One name of a data point, in one language, as stems.

    `strong` are its telling words, `head` the one that the name is about ("annual salary":
    salary), or None where that is a kind of value; `every` holds all its stems, `words` its words.
    """

    language: str
    strong: frozenset[str]
    head: str | None
    every: frozenset[str]
    words: frozenset[str]


class Cues(msgspec.Struct, frozen=True):
    """All names of a data point, and per language the words and word pairs told about it.

    `allowed` is every word that its names and descriptions have.
    """

    variants: tuple[Variant, ...]
    about: dict[str, frozenset[str]]
    pairs: dict[str, frozenset[tuple[str, str]]]
    allowed: frozenset[str]

    @property
    def languages(self) -> set[str]:
        """Languages that any of it is in."""
        return {variant.language for variant in self.variants} | self.about.keys()


def stems(text: str, language: str) -> list[str]:
    """Stems of the words of `text` in order, without function words and single letters."""
    dropped = BY_LANGUAGE.get(language, frozenset())
    return [
        stem(word, language)
        for word in _WORD.findall(even_fold(text))
        if word not in dropped and (len(word) > 1 or word.isdecimal())
    ]


def both(text: str) -> frozenset[str]:
    """Stems of a list of English and Spanish words in both languages."""
    return frozenset((*stems(text, "en"), *stems(text, "es")))


@lru_cache(maxsize=16_384)
def word_stems(word: str) -> frozenset[str]:
    """Stems of one word in both languages."""
    return both(word)


GENERIC: Final = both(_GENERIC)
_UNTELLING: Final = both(_SAID_OF_ALL) | GENERIC
_OPPOSITES: Final = tuple(
    pair for one, other in _SIDES for pair in ((both(one), both(other)), (both(other), both(one)))
)


def contradicts(name: frozenset[str], said: frozenset[str]) -> bool:
    """Whether `said` has the other side of a word of `name`, and not its own: new and old."""
    return any(
        name & one and not name & other and said & other and not said & one
        for one, other in _OPPOSITES
    )


def cues_of(points: Sequence[DataPoint]) -> dict[str, Cues]:
    """Cues of every data point by key."""
    told = {point.key: _told(point) for point in points}
    count = Counter(
        (language, term)
        for texts in told.values()
        for language, text in texts.items()
        for term in set(stems(text, language))
    )
    common = {pair for pair, times in count.items() if times > max(1, len(points) // 3)}
    return {point.key: _cues(point, told[point.key], common) for point in points}


def _told(point: DataPoint) -> dict[str, str]:
    """Description and questions by language."""
    texts = {_language(point): f"{point.description}\n{point.question or ''}"}
    for code, words in point.translations.items():
        texts[code] = f"{texts.get(code, '')}\n{words.question or ''}"
    return texts


def _language(point: DataPoint) -> str:
    return detect(f"{point.description} {point.question or ''} {point.why_needed}") or "en"


def _cues(point: DataPoint, told: dict[str, str], common: Iterable[tuple[str, str]]) -> Cues:
    names = [(_language(point), point.label), (_language(point), point.key.replace("_", " "))]
    names += [(code, words.label) for code, words in point.translations.items() if words.label]
    variants = tuple(dict.fromkeys(_variant(language, name) for language, name in names))
    named = frozenset[str]().union(*(variant.every for variant in variants))
    shared = set(common)
    about = {
        language: frozenset(
            term
            for term in stems(text, language)
            if (language, term) not in shared
            and term not in _UNTELLING | named
            and not term.isdecimal()
        )
        for language, text in told.items()
    }
    pairs = {language: _pairs(text, language) for language, text in told.items()}
    return Cues(variants, about, pairs, named.union(*about.values()))


def _pairs(text: str, language: str) -> frozenset[tuple[str, str]]:
    """Neighbours with at least one telling word: "last day"."""
    line = stems(text, language)
    return frozenset(
        (one, other) for one, other in pairwise(line) if not {one, other} <= _UNTELLING
    )


def _variant(language: str, name: str) -> Variant:
    plain = _IN_BRACKETS.sub(" ", even_fold(name))
    every = stems(plain, language)
    phrase = stems(_PREPOSITION.split(plain, maxsplit=1)[0], language) or every
    head = (phrase[0] if language in {"es", "fr", "it", "pt"} else phrase[-1]) if phrase else None
    return Variant(
        language=language,
        strong=frozenset(term for term in every if term not in GENERIC and not term.isdecimal()),
        head=None if head in GENERIC else head,
        every=frozenset(every),
        words=frozenset(_WORD.findall(plain)),
    )
