"""What no passage can tell a customer: a verdict on their case, or that something was done. Pure.

Closed lists of phrases, matched on folded sentences. A phrase that a cited passage says, too, is
the article's own; one said on a condition ("if you qualify") claims nothing, there or here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from data_pipeline.language import fold, split_sentences


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<!\w)(?:{pattern})(?!\w)" for pattern in patterns))


_RULED: Final = (
    r"(?:eligible|ineligible|entitled|qualified|disqualified|approved|accepted|granted|denied"
    r"|rejected|refused|declined|covered|authori[sz]ed)"
)
_FALLADO: Final = (
    r"(?:elegibles?|apt[oa]s?"
    r"|(?:aprobad|aceptad|concedid|denegad|rechazad|cubiert|autorizad)[oa]s?)"
)
_DONE: Final = (
    r"(?:activated|added|approved|arranged|blocked|booked|cancel+ed|changed|checked|closed"
    r"|confirmed|created|credited|deactivated|escalated|extended|forwarded|issued|noted|opened"
    r"|ordered|paid|passed|processed|refunded|registered|reimbursed|removed|reported|reset"
    r"|reviewed|scheduled|sent|shipped|submitted|transferred|unlocked|updated|verified|waived)"
)
_HECHO: Final = r"\w+(?:ad|id)[oa]s?|hecho|puesto|abierto|resuelto|devuelto|escrito|visto"

_VERDICT: Final = _any_of(
    rf"you(?:'re| are| were| will be)(?: \w+)? {_RULED}",
    r"you(?: do not| don't| did not| didn't| also| fully)? (?:qualify|meet (?:all|the|our|every))",
    rf"your(?: \w+){{1,4}} (?:is|are|was|were|has been|have been|will be)(?: \w+)? {_RULED}",
    r"(?:tienes|tiene|teneis|tienen) derecho",
    r"cumpl(?:es|e|en|is)(?: con)? (?:todos|todas|los|las|el|la|este|esta|estos|estas)",
    rf"(?:eres|estas|esta usted|es usted|sera usted)(?: \w+)? {_FALLADO}",
    rf"(?:tu|su|tus|sus)(?: \w+){{1,4}} (?:es|son|esta|estan|ha sido|han sido|fue|sera|queda)"
    rf"(?: \w+)? {_FALLADO}",
)
_ACTION: Final = _any_of(
    rf"(?:we|i)(?:'ve| have| had)?(?: already| just| now| also)? {_DONE}",
    rf"your(?: \w+){{1,4}} (?:has|have)(?: already| just| now)? been {_DONE}",
    rf"(?:hemos|he)(?: ya)? (?:{_HECHO})",
    rf"(?:tu|su|tus|sus)(?: \w+){{1,4}} (?:ha|han) sido (?:{_HECHO})",
)
_CONDITION: Final = re.compile(
    r"(?<!\w)(?:if|unless|whether|when|whenever|once|until|after|before|provided|as long as"
    r"|depends?|may|might|could|si|cuando|salvo|siempre que|una vez|hasta que|tras|despues de"
    r"|antes de|depende\w*|puede que|podria\w*)(?!\w)"
)
_NEGATION: Final = re.compile(
    r"(?<!\w)(?:not|no|never|nor|neither|cannot|without|\w+n't|in(?:eligible|valid)|disqualified"
    r"|denied|rejected|refused|declined|nunca|tampoco|ningun[oa]?|denegad[oa]|rechazad[oa])(?!\w)"
)
_POSSESSIVE: Final = re.compile(r"^(?:your|tus?|sus?) ")


def rules_on_customer(sentence: str, backing: Iterable[str]) -> str:
    """The words by which a sentence decides on the customer's case, "" where it does not."""
    plain = _plain(sentence)
    if plain.endswith("?") or _CONDITION.search(plain):
        return ""
    return _first((found.group() for found in _VERDICT.finditer(plain)), backing)


def claims_an_act(sentence: str, backing: Iterable[str]) -> str:
    """The words by which a sentence says that something was done, "" where it does not.

    A condition must come before them: "We cancelled it after your call" says that it was.
    """
    plain = _plain(sentence)
    if plain.endswith("?"):
        return ""
    found = _ACTION.finditer(plain)
    return _first((f.group() for f in found if not _CONDITION.search(plain[: f.start()])), backing)


def is_negative(text: str) -> bool:
    """Whether a text denies or refuses something."""
    return bool(_NEGATION.search(_plain(text)))


def _first(phrases: Iterable[str], backing: Iterable[str]) -> str:
    """The first phrase that is not the article's own: said there, and on no condition."""
    return next(
        (p for p in phrases if not any(_stands_in(p, own) for own in _claiming(backing))), ""
    )


def _claiming(backing: Iterable[str]) -> Iterator[str]:
    """The sentences that claim what they say."""
    sentences = (_plain(sentence) for text in backing for sentence in split_sentences(text))
    return (sentence for sentence in sentences if not _CONDITION.search(sentence))


def _stands_in(phrase: str, own: str) -> bool:
    """Whether the article says it, of "the" thing or of the reader's."""
    bare = _POSSESSIVE.sub("", phrase)
    return bool(re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", own))


def _plain(text: str) -> str:
    return " ".join(fold(text).replace("’", "'").split())
