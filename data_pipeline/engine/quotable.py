"""Which sentences of an article may be said to a customer as they stand. Pure.

Articles are written for two readers. What tells an agent what to do, points to a place that the
customer does not see, or talks about the article itself is never quoted. The phrases are closed
lists (`agent_talk.py`) and name no topic.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from data_pipeline.engine.agent_talk import ABOUT_CUSTOMER, speaks_to_agents
from data_pipeline.language import fold, split_sentences

_PLACE: Final = (
    r"(?:tables?|lists?|sections?|pictures?|screenshots?|images?|diagrams?|figures?|steps?|links?)"
)
_LUGAR: Final = (
    r"(?:tablas?|listas?|apartados?|seccion(?:es)?|imagen(?:es)?|capturas?|figuras?|pasos?"
    r"|enlaces?)"
)
_SEE: Final = r"(?:see|shown|listed|described|explained|mentioned|given|as|set out|stated)"
_VER: Final = r"(?:ver|vease|mira|consulta|indicad[oa]s?|descrit[oa]s?|explicad[oa]s?)"
_BACK: Final = re.compile(
    rf"(?<!\w)(?:(?:{_SEE}|{_PLACE}) (?:\w+ )?above|above (?:\w+ )?{_PLACE}|{_VER} (?:mas )?arriba"
    rf"|{_LUGAR} (?:de )?(?:arriba|anterior(?:es)?)|anterior(?:es)? {_LUGAR})(?!\w)"
)
_AHEAD: Final = re.compile(
    rf"(?<!\w)(?:(?:{_SEE}|{_PLACE}) (?:\w+ )?below|(?:below|following) (?:\w+ )?{_PLACE}"
    rf"|{_VER} (?:mas )?(?:abajo|adelante)|{_LUGAR} (?:de )?(?:abajo|siguientes?)"
    rf"|siguientes? {_LUGAR})(?!\w)"
    r"|(?:as follows|the following|lo siguiente|a continuacion)\W*$|[:,;–-]\s*$"
)
# An article named by its id: nobody outside can follow that.
_BY_ID: Final = re.compile(
    r"(?<!\w)(?:see|article|ver|vease|consulta|articulo) (?:also |tambien )?"
    r"[a-z0-9]+(?:-[a-z0-9]+(?:(?:-[a-z0-9]+)+|(?=\W*$|[.,;)])))(?!\w)"
)
_ABOUT_ITSELF: Final = re.compile(
    r"^(?:this|the following) (?:document|page|article|guide|section|text|chapter|overview)"
    r"(?: \w+)? (?:says|explains|describes|covers|tells|lists|shows|gives|contains|provides"
    r"|is about|applies)"
    r"|^(?:en )?est[ea] (?:documento|pagina|articulo|guia|apartado|seccion|texto)(?: \w+)?"
    r" (?:explica|describe|cubre|cuenta|indica|recoge|resume|muestra|contiene|trata)"
)
_LEANING: Final = re.compile(
    r"(?:it|its|it's|they|their|them|this|these|those|he|she|then|otherwise|else|but|and|also|so"
    r"|however|therefore|instead|afterwards?|until then|in (?:that|this|such|both) cases?|both|such"
    r"|the (?:same|latter|former|other|others|rest)"
    r"|est[oea]s?|es[oea]s?|ell[oa]s?|entonces|tambien|pero|sin embargo|si no"
    r"|(?:ademas|despues|luego)(?! del?(?!\w))"
    r"|en (?:ese|este|tal|ambos|estos|esos) casos?|por eso|asi|ambos|lo mismo)(?!\w)"
)
_FRAGMENT: Final = re.compile(
    r"(?:yes|no|not|only|never|always|maybe|it depends|depends|better not|once|twice|within|up to"
    r"|until|from|after|before|in|on|at|to|by|with|without|when|if|because|all|none|any|as soon"
    r"|usually|normally|please do not|unfortunately|sure|of course|correct|exactly|free|included"
    r"|under|over|about|for"
    r"|si|depende|solo|solamente|nunca|siempre|una vez|dos veces|dentro|hasta|desde|antes|en"
    r"|a (?:los|las|la|partir|tu|su|mi|menos)|al|por|con|sin|cuando|porque"
    r"|tod[oa]s?|ningun[oa]?|gratis|incluid[oa]|como maximo"
    r"|como minimo|entre|para|de|del|mejor no|tampoco|claro)(?!\w)|[\d$€£¥]"
)


def is_for_agents(text: str) -> bool:
    """Whether any sentence of `text` tells an agent what to do, or speaks about agents' work."""
    return any(speaks_to_agents(_plain(sentence)) for sentence in split_sentences(text))


def is_about_customers(heading: str) -> bool:
    """Whether a question or issue is put in the words of an agent (`Customer has lost the key`)."""
    return bool(ABOUT_CUSTOMER.match(_plain(heading)))


def is_about_itself(text: str) -> bool:
    """Whether a sentence says what the article is about, not how things are."""
    return bool(_ABOUT_ITSELF.match(_plain(text)))


def points_back(sentence: str) -> bool:
    """Whether a sentence refers to something above it."""
    return bool(_BACK.search(_plain(sentence)))


def points_ahead(sentence: str) -> bool:
    """Whether a sentence announces what follows it, or ends in mid-air."""
    return bool(_AHEAD.search(_plain(sentence)))


@lru_cache(maxsize=20_000)  # an article's sentences are read again for every ticket
def is_closed_to_customers(sentence: str) -> bool:
    """Whether a sentence may not be said to a customer, whatever stands around it."""
    return (
        is_for_agents(sentence)
        or is_about_itself(sentence)
        or bool(_BY_ID.search(_plain(sentence)))
    )


def is_sayable(text: str) -> bool:
    """Whether `text` may be said to a customer as it stands, on its own."""
    sentences = split_sentences(text)
    return (
        bool(sentences)
        and not any(is_closed_to_customers(sentence) for sentence in sentences)
        and not points_back(sentences[0])
        and not points_ahead(sentences[-1])
    )


def leans(text: str) -> bool:
    """Whether `text` starts with a word that stands for something said before it."""
    return bool(_LEANING.match(_plain(text)))


def is_fragment(answer: str) -> bool:
    """Whether an answer only makes sense behind its question (`Yes.`, `Within 14 days`)."""
    return leans(answer) or bool(_FRAGMENT.match(_plain(answer)))


def _plain(text: str) -> str:
    return fold(text).replace("’", "'").lstrip("¡¿\"'«“(*-•\n ")
