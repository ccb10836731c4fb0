"""What a customer states about a value, as against denying, supposing or asking it. Pure.

A place in a message is judged by the clause around it. Doubt means no: a fact that is not taken is
asked for, a wrong one decides.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import msgspec

from data_pipeline.language import fold, split_sentences

# One blank on each side: a run of blanks would be searched anew from each of them.
_SOFT: Final = re.compile(
    r"[,;]\s|\s[-\u2013\u2014]\s|\s(?:and|but|so|because|while|y|e|pero|porque|und|et)\s"
)
_BREAK: Final = re.compile(r"[,;]\s")
_APOSTROPHES: Final = "\u2018\u2019\u00b4"
_MAX_BEFORE: Final = 120
_MAX_AFTER: Final = 80
_MAX_QUESTION: Final = 300

_ABLE: Final = re.compile(
    r"\b(?:can(?:no|'?)t|couldn'?t|(?:was|am|are|were) (?:not able|unable)|unable|not only|not sure"
    r"|no (?:puedo|podemos|pude|me deja|nos deja|consigo|logro|solo))\b"
)
_DENIES: Final = re.compile(
    r"\b(?:not|never|no longer|(?:is|are|was|were|do|does|did|have|has|had|wo|would|should|ai)n'?t"
    r"|without|nor|neither|nunca|jamas|sin|tampoco|ni|no(?!\.|\s*[.:#]*\s*\d|\s*$))\b"
)
_REPLACED: Final = re.compile(
    r"\b(?:instead of|rather than|not|en vez del?|en lugar del?)\s+(?:\w+\s+){0,2}$"
)
_DENIED_BEHIND: Final = re.compile(
    r"\s*(?:(?:is|are|was|were|es|son|era|eran|esta)\s+)?"
    r"(?:not|isn'?t|wasn'?t|no (?:es|era))\b"
)
_SUPPOSES: Final = re.compile(
    r"\b(?:if|unless|suppos(?:e|ing)|assum(?:e|ing)|imagin[ea]\w*|in case|otherwise|hypothetically"
    r"|what about|suponiendo|supongamos|en caso de|a menos que|salvo que)\b"
)
_INDIRECT: Final = re.compile(
    r"\b(?:know|wonder\w*|ask\w*|see|check|sure|tell me|confirm|understand|saber|preguntar\w*|ver"
    r"|confirmar|comprobar)\s+(?:if|whether|si)\b"
)
# Unaccented "si" is "if"; the accented one, and one before a comma, is "yes".
_SPANISH_IF: Final = re.compile(r"(?<!\w)[Ss]i(?![\w,])")
_EXAMPLE: Final = re.compile(
    r"\b(?:for (?:example|instance)|e\.?g|por ejemplo|p\. ?ej)\b|\b(?:such as|say|like)[,:]?\s*$"
)
_SOMEONE_ELSE: Final = re.compile(
    r"\b(?:wife|husband|spouse|partner|friend|mother|father|mum|mom|dad|son|daughter|brother|sister"
    r"|colleague|neighbou?r|mujer|esposa|marido|esposo|pareja|amig[oa]|madre|padre|hij[oa]"
    r"|herman[oa]|companer[oa]|vecin[oa]"
    r"|(?:an?|any|every|each|another|un|una|cada|cualquier) (?:customer|client|person|user|member"
    r"|participant|employee|cliente|persona|usuari[oa]|participante|soci[oa]|emplead[oa]))\b"
)
_COPULA_FIRST: Final = re.compile(r"\W*(?:is|are|was|were|isn'?t|aren'?t|es|son|era|esta)\b")
_ASKS_GENERALLY: Final = re.compile(
    r"\W*(?:do(?:es)?|did|can|could|may|what|which|how (?:much|many|long)|cuant[oa]s?|cual(?:es)?"
    r"|que|hay|se puede|cuesta|vale|cobr\w+|ten(?:eis|es))\b"
)
_OWN: Final = re.compile(
    r"\b(?:i|i'?m|i'?ve|im|my|me|mine|we|our|us|(?:can|could|would|will) you|mi|mis|yo|nos"
    r"|nuestr[oa]s?|puedo|podria|podemos|podeis|pueden?|podrian|tengo|tenemos|quiero|queremos"
    r"|necesito|soy|estoy|he|hemos|debo|gano|cobro|llevo|pago)\b"
)
_WHY: Final = re.compile(r"\W*(?:why|how come|por que)\b")


class Text(msgspec.Struct, frozen=True):
    """A message with the ends of its sentences and clauses; `low` is folded, of the same length."""

    raw: str
    low: str
    sentences: tuple[int, ...]
    breaks: tuple[int, ...]
    clauses: tuple[int, ...]


class Place(msgspec.Struct, frozen=True):
    """The surroundings of a span, folded: its clause before and after it, and its sentence.

    `lead` is what stands before it since the last comma, in the message's own spelling; `asks` the
    part of a question that it stands in, from the last comma on.
    """

    before: str
    after: str
    lead: str
    opening: str
    asks: str | None


def even_fold(text: str) -> str:
    """`text` folded letter by letter, so that every offset stays what it was."""
    return text.lower() if text.isascii() else "".join(map(_even, text))


@lru_cache(maxsize=4_096)
def _even(letter: str) -> str:
    return "'" if letter in _APOSTROPHES else (fold(letter) or letter)[0]


def read_text(message: str) -> Text:
    """`message`, cut into sentences and clauses."""
    low = even_fold(message)
    hard = _sentence_ends(message)
    breaks = {m.end() for m in _BREAK.finditer(low)}
    soft = {m.end() for m in _SOFT.finditer(low)}
    return Text(
        raw=message,
        low=low,
        sentences=tuple(hard),
        breaks=tuple(sorted(breaks.union(hard))),
        clauses=tuple(sorted(soft.union(breaks, hard))),
    )


def _sentence_ends(message: str) -> list[int]:
    ends, position = [0], 0
    for sentence in split_sentences(message):
        position = message.index(sentence, position) + len(sentence)
        ends.append(position)
    return [*ends, len(message)]


def _last(ends: Sequence[int], position: int) -> int:
    return ends[bisect_right(ends, position) - 1]


def _next(ends: Sequence[int], position: int) -> int:
    return ends[min(bisect_left(ends, position), len(ends) - 1)]


def place_of(text: Text, start: int, end: int) -> Place:
    """The surroundings of `text.raw[start:end]`."""
    clause = max(_last(text.clauses, start), start - _MAX_BEFORE)
    ending = _next(text.sentences, end)
    opening = max(_last(text.sentences, start), start - _MAX_QUESTION)
    break_ = max(_last(text.breaks, start), start - _MAX_BEFORE)
    asks = text.low[break_ : min(ending, end + _MAX_QUESTION)]
    return Place(
        before=text.low[clause:start]
        if text.low[clause:start].strip()
        else _line_above(text, start),
        after=text.low[end : min(_next(text.clauses, end), end + _MAX_AFTER)],
        lead=text.raw[break_:start],
        opening=text.low[opening:start],
        asks=asks if asks.rstrip("\"'”’) ").endswith("?") else None,
    )


def _line_above(text: Text, start: int) -> str:
    """A form's label on a line of its own: `Order number:` above the value."""
    above = text.low[max(0, start - _MAX_BEFORE) : start].rstrip()
    return above.rpartition("\n")[2] if above.endswith(":") else ""


def is_stated(place: Place, *, own: bool = True) -> bool:
    """Whether the customer states what stands in `place`, and (with `own`) of themselves."""
    return not (
        is_denied(place)
        or _supposed(place.lead)
        or _EXAMPLE.search(place.before)
        or (own and _SOMEONE_ELSE.search(place.before))
        or (place.asks is not None and _only_asked(place.asks))
    )


def asks_why(place: Place) -> bool:
    """Whether the sentence asks for a reason: then its verbs tell what others did."""
    return bool(_WHY.match(place.opening))


def is_denied(place: Place) -> bool:
    """Whether the clause says that it is not so."""
    before = _ABLE.sub(" ", place.before.rpartition(":")[2])
    return bool(
        _DENIES.search(before) or _REPLACED.search(before) or _DENIED_BEHIND.match(place.after)
    )


def _supposed(lead: str) -> bool:
    if _SPANISH_IF.search(_indirect_off(lead)):
        return True
    return bool(_SUPPOSES.search(_indirect_off(even_fold(lead))))


def _indirect_off(lead: str) -> str:
    return _INDIRECT.sub(" ", lead)


def _only_asked(asks: str) -> bool:
    if _COPULA_FIRST.match(asks):
        return True
    return bool(_ASKS_GENERALLY.match(asks)) and not _OWN.search(asks)
