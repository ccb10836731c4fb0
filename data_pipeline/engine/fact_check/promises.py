"""What a text commits the company to. Pure.

A promise is held by its verb: whoever may be quoted must have used a word of the same stem, or its
counterpart in the other language. Nothing here judges whether the rest of the promise is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from data_pipeline.engine.fact_check.claim import Claim, Value
from data_pipeline.language import fold, stem

# Verbs that mean the same in English and Spanish, by the beginnings of their forms.
_VERBS: Final = {
    verb: tuple(beginnings.split())
    for verb, beginnings in {
        "guarantee": "guarant garanti warrant",
        "promise": "promis promet",
        "ensure": "ensur assur asegur",
        "refund": "refund reimburs devol devuelv reembols reintegr",
        "compensate": "compens indemni",
        "replace": "replac substitu sustitu reemplaz reempla",
        "send": "send sent ship dispatch envi mand remit",
        "pay": "pay paid pagar paga pague pago abon",
        "credit": "credit abon acredit",
        "cancel": "cancel anul",
        "contact": "contact",
        "call": "call phone llam telefon",
        "repair": "repair fix repar arregl",
        "reply": "reply repl respond respuest respons contest answer",
        "deliver": "deliver entreg",
        "collect": "collect pick recog recoj",
        "waive": "waiv condon perdon",
        "charge": "charg cobr carg",
        "confirm": "confirm",
        "notify": "notif inform email avis comunic",
        "always": "always siempre",
        "definitely": "definite certain undoubted sure segur duda",
    }.items()
}
_BETWEEN: Final = (
    r"(?:(?:also|then|not|never|gladly|happily|now|always|only|even|immediately|automatically|promptly"
    r"|personally|fully|of course|be able to|be happy to|make sure to|go ahead and)\s+){0,3}"
)
_WE_WILL: Final = re.compile(
    r"(?<!\w)(?:we|i)(?:'ll| will| shall|'re going to| are going to|'m going to| am going to)\s+"
    rf"{_BETWEEN}(?:be\s+(?=\w+ing\b))?(?P<verb>[a-z]+)"
)
_WILL_BE: Final = re.compile(
    r"(?<!\w)(?:will|shall|is going to|are going to)\s+(?:be\s+|get\s+)(?:\w+ly\s+)?"
    r"(?P<verb>refunded|reimbursed|replaced|compensated|credited|waived|guaranteed|repaired)"
)
_NOSOTROS: Final = re.compile(
    r"(?<!\w)(?P<verb>[a-z]{2,20}(?:aremos|eremos|iremos|dremos|rremos|bremos))(?!\w)"
    r"|(?<!\w)vamos a (?P<going>[a-z]{3,20}(?:ar|er|ir))(?:te|le|les|os|lo|la|los|las|se)*(?!\w)"
)
_SE_TE: Final = re.compile(
    r"(?<!\w)se (?:te|le|les|os) (?:va a )?"
    r"(?P<verb>(?:devol|reembols|reintegr|abon|compens|indemni|sustitu|reempla|garanti)[a-z]*)"
)
_VOUCH: Final = re.compile(
    r"(?<!\w)(?P<verb>guarante[a-z]+|promis(?:e|es|ed|ing)|ensur(?:e|es|ing)|assur(?:e|es|ing|ance)"
    r"|garanti[a-z]+|promet[a-z]+|asegur(?:amos|aremos|o|ar[a-z]*))(?!\w)"
)
_SURELY: Final = re.compile(
    r"(?<!\w)(?P<verb>definitely|undoubtedly|(?<=\w )certainly|(?<=will )surely|sin duda"
    r"|con toda seguridad|(?:we|will)(?: \w+)? always|siempre (?:te|le|les|os)|without fail)(?!\w)"
)
_PATTERNS: Final = (_WE_WILL, _WILL_BE, _NOSOTROS, _SE_TE, _VOUCH, _SURELY)
_NO_PROMISE: Final = frozenset(
    "be have need see know ask look try require want like assume explain help check take "
    "seremos tendremos estaremos necesitaremos podremos veremos haremos sabremos".split()
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_COST: Final = r"(?:costs?|charges?|fees?|coste|costo|cargo|gastos?|comision(?:es)?)"
# Free of money, not free to go.
_FREE: Final = re.compile(
    r"(?<!\w)(?:free of charge|(?:for|is|are|be|always|completely|entirely|totally) free"
    r"(?![\w-]| (?:to|from|up|for you to|and clear)(?!\w))"
    r"|(?:costs?|pay|charged?|charge you) nothing|no (?:cuesta|cobramos|pagas) nada"
    rf"|(?:no|without|without any|sin|sin ningun) (?:extra |additional |further )?{_COST}"
    r"|gratis|gratuit[oa]s?|gratuitamente)(?!\w)"
)
_HELD_FREE: Final = re.compile(
    r"(?<!\w)(?:free|nothing|nada|gratis|gratuit\w+|waiv\w+|includ\w+|incluid\w+|incluye\w*"
    rf"|(?:no|not|without|sin|zero|nil)(?: \w+){{0,3}} {_COST}"
    r"|(?:not|never|no|nunca)(?: \w+){0,2} (?:charged?|cobra\w*))(?!\w)"
    r"|(?<![\d.,])0(?:[.,]00)? ?[€$£]|[€$£] ?0(?![.,]?[1-9])(?!\d)"
)
_NO_COST: Final[Value] = ("free",)


def read_promises(text: str) -> list[Claim]:
    """Every commitment that `text` states, one per verb."""
    plain = fold(text).replace("\u2019", "'")
    found: dict[Value, Claim] = {}
    for pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            verb = next(filter(None, match.groups()))
            if verb not in _NO_PROMISE:
                claim = Claim("promise", match.group().strip(), tuple(_names(verb)))
                found.setdefault(claim.values[0], claim)
    return list(found.values())


def read_free(text: str) -> list[Claim]:
    """Every statement of `text` that something costs nothing."""
    found = _FREE.finditer(fold(text))
    return [Claim("amount", match.group(), (_NO_COST,)) for match in found]


def free_words(text: str) -> Iterator[Value]:
    """That something costs nothing, where `text` says so in any way."""
    if _HELD_FREE.search(fold(text)):
        yield _NO_COST


def promise_words(text: str) -> Iterator[Value]:
    """The promises whose verb occurs in `text` in any form."""
    for word in set(_WORD.findall(fold(text))):
        yield from _names(word)


@lru_cache(maxsize=20_000)
def _names(verb: str) -> tuple[Value, ...]:
    words = verb.split()
    known = [
        name for name, starts in _VERBS.items() if any(word.startswith(starts) for word in words)
    ]
    if known:
        return tuple(("promise", name) for name in known)
    return tuple(("promise", stem(words[-1], language)) for language in ("en", "es"))
