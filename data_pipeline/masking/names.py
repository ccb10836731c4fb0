"""Names that a text gives away, by the words around them, in English and Spanish. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from data_pipeline.function_words import BY_LANGUAGE
from data_pipeline.language import fold

_BIG: Final = r"[^\W\d_a-zß-öø-ÿ][\w'\u2019\-]{1,30}"
_PARTICLE: Final = (
    r"(?:(?:del?|de la|de los|de las|l[ae]|du|des|van|von|zu|de[rn]|ter|ten|d[aio]|dos|y|bin"
    r"|al)[ ])?"
)
_TITLE: Final = r"(?:(?:Mrs?|Ms|Dr|Prof|Sra?|Dra|(?:Dipl\.-)?Ing)\.?[ ]){0,2}"
_DEGREE: Final = r"(?:,?[ ](?:(?:[A-Z][a-z]{0,2}\.){1,3}|MBA\.?|MSc|BSc|PhD))?"
_NAME: Final = rf"{_BIG}(?:[ ]{_PARTICLE}{_BIG}){{0,4}}"
_INITIALS: Final = rf"{_BIG}(?:[ ](?:[^\W\d_]\.|{_PARTICLE}{_BIG})){{0,4}}"
_INTRODUCED: Final = re.compile(
    r"(?<!\w)(?i:my (?:full )?name(?:'s| is|:)|me llamo|mi nombre(?: completo)? es|mi nombre:"
    r"|i am called|name(?: on (?:the |my )?(?:account|card|contract|order))?:|nombre(?: completo)?:"
    r"|a nombre de|in the name of|on behalf of|account holder(?: is|:)?|titular(?: es|:)?)"
    r"[ ]+(?P<name>[^\W\d_][\w'\u2019\-]{1,30}(?:[ ][^\W\d_][\w'\u2019\-]{1,30}){0,3})"
)
_SELF: Final = re.compile(
    rf"(?<!\w)(?i:i am|i'm|i\u2019m|this is|soy|le habla|te habla)[ ]"
    rf"{_TITLE}(?P<name>{_BIG}(?:[ ]{_PARTICLE}{_BIG}){{1,4}})"
)
_TITLED: Final = re.compile(
    r"(?<!\w)(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sr|Sra|Srta|Dra|Don|Do\u00f1a|D\u00f1a|Herr|Frau"
    rf"|Mme)\.?[ ](?P<name>{_INITIALS})"
)
_GREETED: Final = re.compile(
    r"(?:^|>)[ \t]*+(?i:hi|hello|hey|dear|hola|estimad[oa]s?|querid[oa]s?|buenos d[ií]as"
    rf"|buenas tardes|good (?:morning|afternoon))[ ,]+(?P<name>{_NAME})(?=[ ]?[,.!:\n]|[ ]?$)",
    re.MULTILINE,
)
_CLOSING: Final = (
    r"(?i:(?:kind |best |warm |many )?(?:regards|wishes)|sincerely|faithfully|cheers"
    r"|thanks?(?: you)?(?: (?:a mill(?:ion)?|a lot|so much|in advance|very much|again))?"
    r"|ta|yours(?: truly)?|love|best|(?:un (?:cordial )?)?saludos?(?: cordial(?:es)?)?"
    r"|atentamente|(?:muchas )?gracias(?: de antemano)?|un abrazo)"
)
_SIGNED: Final = re.compile(
    rf"(?<!\w){_CLOSING}[ \t]*+[,.!\-\u2013\u2014]*+[ \t]*+(?:\n\s{{0,4}}|(?<=[ \t]))"
    rf"{_TITLE}(?P<name>{_INITIALS}){_DEGREE}"
    r"(?=[ \t]*+[.,!]?[ \t]*+(?:\n|$|\||</))"
)
# The last line behind an empty one, when it holds nothing but a name.
_LAST_LINE: Final = re.compile(
    rf"\n[ \t]*\n[ \t\-\u2013\u2014]*{_TITLE}(?P<name>{_INITIALS}){_DEGREE}[ \t]*+(?=\n?</|\s*\Z)"
)
_PATTERNS: Final = (_INTRODUCED, _SELF, _TITLED, _GREETED, _SIGNED, _LAST_LINE)
_NOBODY: Final = frozenset(
    "team all support sir madam there everyone everybody folks customer service services help desk "
    "equipo todos todas soporte cliente clientes atencion senor senora senores sent enviado from "
    "desde re fwd hello hi hey hola dear thanks thank gracias regards saludos please por yes no ok "
    "in on at to we you they the it this that is can could i'm i'll it's".split()
)
# Alone they are a month or a day, with a surname a person.
_CALENDAR: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december lunes martes miercoles jueves "
    "viernes sabado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre "
    "noviembre diciembre".split()
)
_FUNCTION_WORDS: Final = frozenset().union(*(BY_LANGUAGE[code] for code in ("en", "es")))
_PARTICLES: Final = frozenset("de del la los las van von der den da di do dos y bin al".split())
_ORDINARY: Final = _FUNCTION_WORDS | _NOBODY | _PARTICLES | _CALENDAR
_SHORTEST: Final = 3
_SHORTEST_NAME: Final = 2
_LONGEST: Final = 120
_MAX_NAMES: Final = 50


def names_told(text: str) -> list[str]:
    """Names in `text`, whole and by their parts, as they are written there."""
    found = (m["name"] for pattern in _PATTERNS for m in pattern.finditer(text))
    people = list(islice((name for name in map(_person, found) if name), _MAX_NAMES))
    return list(dict.fromkeys(name_parts([*people, *_surnames(text, people)])))


def _surnames(text: str, people: Sequence[str]) -> Iterator[str]:
    """Lines that begin with one of `people` and go on with a surname, as signatures do."""
    if people:
        anyone = "|".join(map(re.escape, people))
        signature = re.compile(rf"^[ \t]*(?:{anyone})[ ](?P<name>{_NAME})", re.MULTILINE)
        yield from filter(None, (_person(m["name"]) for m in signature.finditer(text)))


def _person(name: str) -> str:
    """The words of `name` up to the first that is nobody's name."""
    words: list[str] = []
    for word in name.split(" "):
        plain = fold(word).strip(".'\u2019-")
        small = word.islower() and plain not in _PARTICLES
        ordinary = plain in _NOBODY or (small and plain in _FUNCTION_WORDS)
        if ordinary or not plain or (not words and plain in _PARTICLES):
            break
        words.append(word)
    while words and fold(words[-1]) in _PARTICLES:
        words.pop()
    if len(words) == 1 and fold(words[0]) in _CALENDAR:
        return ""
    return " ".join(words).rstrip("'\u2019-")


def name_parts(names: Sequence[str]) -> Iterator[str]:
    """Each name and the single words of it, in large and small letters as names are written."""
    for given in islice(names, _MAX_NAMES):
        name = " ".join(given.split())
        if _SHORTEST_NAME <= len(name) <= _LONGEST:
            yield from (name, given.strip(), name.title(), name.upper(), name.lower())
            for word in _telling_words(name):
                yield from (word, word.title(), word.upper())


def name_forms(identifiers: Sequence[str]) -> Iterator[str]:
    """The same of names that are known to be such: their words in small letters, too."""
    yield from name_parts(identifiers)
    for name in islice(identifiers, _MAX_NAMES):
        yield from (word.lower() for word in _telling_words(name) if len(word) > _SHORTEST)


def _telling_words(name: str) -> Iterator[str]:
    for word in name[:_LONGEST].split():
        bare = word.strip(".,'\u2019-")
        plain = fold(bare)
        if len(plain) >= _SHORTEST and plain not in _ORDINARY:
            yield bare
