"""Names that a text gives away, by the words around them, in English and Spanish. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from data_pipeline.function_words import BY_LANGUAGE
from data_pipeline.language import fold

_BIG: Final = r"[^\W\d_a-zß-öø-ÿ][\w'\u2019\-]{1,30}"
_PARTICLE: Final = r"(?:(?:de|del|de la|de los|la|van|von|der|den|da|di|do|dos|y|O'|Mc|bin|al)[ ])?"
_NAME: Final = rf"{_BIG}(?:[ ]{_PARTICLE}{_BIG}){{0,3}}"
_INITIALS: Final = rf"(?:{_BIG}(?:[ ](?:[^\W\d_]\.|{_PARTICLE}{_BIG})){{0,3}})"
_INTRODUCED: Final = re.compile(
    r"(?<!\w)(?i:my (?:full )?name(?:'s| is|:)|me llamo|mi nombre(?: completo)? es|mi nombre:"
    r"|i am called|name(?: on (?:the |my )?(?:account|card|contract|order))?:|nombre(?: completo)?:"
    r"|a nombre de|in the name of|on behalf of|account holder(?: is|:)?|titular(?: es|:)?)"
    r"[ ]+(?P<name>[^\W\d_][\w'\u2019\-]{1,30}(?:[ ][^\W\d_][\w'\u2019\-]{1,30}){0,3})"
)
_SELF: Final = re.compile(
    rf"(?<!\w)(?i:i am|i'm|i\u2019m|this is|soy|le habla|te habla|it's|here is)[ ]"
    rf"(?P<name>{_BIG}(?:[ ]{_PARTICLE}{_BIG}){{1,3}})"
)
_TITLED: Final = re.compile(
    r"(?<!\w)(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sr|Sra|Srta|Dra|Don|Do\u00f1a|D|D\u00f1a|Herr|Frau|Mme"
    rf"|M)\.?[ ](?P<name>{_INITIALS})"
)
_GREETED: Final = re.compile(
    r"^[ \t>]*(?i:hi|hello|hey|dear|hola|estimad[oa]s?|querid[oa]s?|buenos d[ií]as|buenas tardes"
    rf"|good (?:morning|afternoon))[ ,]+(?P<name>{_NAME})(?=[ ]?[,.!:\n]|[ ]?$)",
    re.MULTILINE,
)
_CLOSING: Final = (
    r"(?i:(?:kind |best |warm |many )?(?:regards|wishes)|sincerely|faithfully|cheers|thanks?(?: you)?"
    r"(?: (?:a mill(?:ion)?|a lot|so much|in advance|very much|again))?|ta|yours(?: truly)?"
    r"|love|best|(?:un (?:cordial )?)?saludos?(?: cordial(?:es)?)?|atentamente|(?:muchas )?gracias"
    r"(?: de antemano)?|un abrazo)"
)
_SIGNED: Final = re.compile(
    rf"(?<!\w){_CLOSING}[ \t]*[,.!\-\u2013\u2014]*(?:[ \t]+|[ \t]*\n\s{{0,4}})(?P<name>{_INITIALS})"
    r"(?=[ \t]*[.,!]?[ \t]*(?:\n|$|\|))"
)
# The last line, or the one above a line of contact details, when it holds nothing but a name.
_LAST_LINE: Final = re.compile(rf"\n[ \t]*\n?[ \t\-\u2013\u2014]*(?P<name>{_INITIALS})[ \t]*\Z")
_PATTERNS: Final = (_INTRODUCED, _SELF, _TITLED, _GREETED, _SIGNED, _LAST_LINE)
_NOBODY: Final = frozenset(
    "team all support sir madam there everyone everybody folks customer service services help desk "
    "equipo todos todas soporte cliente clientes atencion senor senora senores sent enviado from "
    "desde re fwd hello hi hey hola dear thanks thank gracias regards saludos please por yes no ok "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june "
    "july august september october november december lunes martes miercoles jueves viernes sabado "
    "domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre in on at to we you they the".split()
)
_FUNCTION_WORDS: Final = frozenset().union(*(BY_LANGUAGE[code] for code in ("en", "es")))
_PARTICLES: Final = frozenset("de del la los las van von der den da di do dos y bin al".split())
_SHORTEST: Final = 3
_SHORTEST_NAME: Final = 2
_LONGEST: Final = 120
_MAX_NAMES: Final = 200


def names_told(text: str) -> list[str]:
    """Names in `text`, whole and by their parts, as they are written there."""
    found = (m["name"] for pattern in _PATTERNS for m in pattern.finditer(text))
    people = (name for name in map(_person, found) if name)
    return list(dict.fromkeys(name_parts(list(islice(people, _MAX_NAMES)))))


def _person(name: str) -> str:
    """The words of `name` up to the first that is nobody's name."""
    words: list[str] = []
    for word in name.split(" "):
        plain = fold(word).strip(".'\u2019-")
        ordinary = plain in _NOBODY or (plain in _FUNCTION_WORDS and plain not in _PARTICLES)
        if ordinary or not plain or (not words and plain in _PARTICLES):
            break
        words.append(word)
    while words and fold(words[-1]) in _PARTICLES:
        words.pop()
    return " ".join(words).rstrip("'\u2019-")


def name_parts(names: Sequence[str]) -> Iterator[str]:
    """Each name and, as they would be called, its single words; small and capital letters."""
    for given in islice(names, _MAX_NAMES):
        name = " ".join(given.split())
        if not _SHORTEST_NAME <= len(name) <= _LONGEST:
            continue
        yield from (name, given.strip(), name.title(), name.upper(), name.lower())
        for word in name.split():
            plain = fold(word).strip(".,'\u2019-")
            if len(plain) >= _SHORTEST and plain not in _FUNCTION_WORDS | _NOBODY | _PARTICLES:
                bare = word.strip(".,")
                yield from (bare, bare.title(), bare.upper())
