"""How well addresses, phone numbers and identifiers fit a data point. Pure."""

from __future__ import annotations

import re
from typing import Final

from data_pipeline.articles import DataPoint
from data_pipeline.engine.stated_facts.fact_cues import Cues, Variant, both, contradicts, stems
from data_pipeline.engine.stated_facts.span_context import Context

_CHANGE: Final = re.compile(
    r"\b(?:chang\w*|switch\w*|updat\w*|replac\w*|us(?:e|ing)|cambi\w*|actualiz\w*|modific\w*"
    r"|sustitu\w*|pon(?:er|ed|gan)?)\b"
)
_TO: Final = re.compile(r"\b(?:to|into|with|a|por|as)\s*:?\s*[\"'<(]?$")
_FROM: Final = re.compile(r"\b(?:from|de)\s*:?\s*[\"'<(]?$")
_NEW: Final = both("new nuevo nueva")
_OLD: Final = both("old current previous former antiguo anterior")
_CONTACT: Final = re.compile(
    r"\b(?:e-?mails?|mail|correo|direccion|address|reach|contact\w*|write to me|repl(?:y|ies)"
    r"|respond\w*|escrib\w*)\b"
)
_CALLED: Final = re.compile(r"\b(?:call|reach|ring|text|tel|llam\w+|contact\w*)\b")
_WRITTEN_TO: Final = re.compile(
    r"\b(?:e-?mailed|wrote(?: to)?|written(?: to)?|contacted|sent|mailed|escrib[io]\b|enviado"
    r"|mandado|enviamos|escrito|received|recibi\w*)\b[^@]{0,40}$"
)
_DESK: Final = re.compile(
    r"(?:support|info|help|helpdesk|no-?reply|contact|service|sales|admin|billing|hello|office|team"
    r"|soporte|ayuda|atencion\w*|contacto|facturacion|clientes)@",
    re.IGNORECASE,
)
_ONLY_CONNECTED: Final = re.compile(
    r"(?:[^\w]|\b(?:is|was|are|the|my|no|nr|num|number|numero|id|ref|reference|referencia|code"
    r"|codigo|es|el|la|mi|of|del?|with|con|that|it|called|following|siguiente|nuev[oa]|new)\b)*"
)
_NAMED_BEHIND: Final = re.compile(r"\s*(?:is|was|es|era)\s+(?:the|my|our|el|la|mi)\s+")
_PHONE: Final = both("phone telephone mobile cell cellphone whatsapp telefono movil celular")
_IDENTIFIER: Final = frozenset(
    """number no nr id code reference ref serial iban sku imei vin plate tracking numero codigo
    referencia matricula seguimiento dni nie nif cif passport pasaporte""".split()
)
_VERB: Final = re.compile(r"(?:ed|ing|ado|ando|iendo)$")
_TOKEN: Final = re.compile(r"[^\W_]+")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NAMED: Final = 3.0
_WORDS_BEHIND: Final = 3
_SHAPED: Final = 2.0


def score_address(cues: Cues, context: Context) -> float:
    """How well an e-mail address fits; 0 for not at all."""
    if _WRITTEN_TO.search(context.place.before):
        return 0.0
    said = frozenset[str]().union(*context.said.values()) | _exchanged(context.place.before)
    return max(_address_by_name(variant, said, context) for variant in cues.variants)


def _address_by_name(variant: Variant, said: frozenset[str], context: Context) -> float:
    sides = [side for side in (_NEW, _OLD) if variant.every & side]
    if not sides and said & (_NEW | _OLD):
        return 0.0
    if not all(said & side for side in sides) or contradicts(variant.every, said):
        return 0.0
    own = variant.strong & said
    if 2 * len(own) < len(variant.strong):
        return 0.0
    if not sides and not own and _is_a_desk_or_unasked(context):
        return 0.0
    return 1.0 + bool(sides) + _NAMED * len(own)


def _exchanged(before: str) -> frozenset[str]:
    """Which one an exchange names: "change it to …" the new one, "from …" the old one."""
    if not _CHANGE.search(before):
        return frozenset()
    return _NEW if _TO.search(before) else _OLD if _FROM.search(before) else frozenset()


def _is_a_desk_or_unasked(context: Context) -> bool:
    around = f"{context.place.opening} {context.place.after}"
    return bool(_DESK.match(context.raw)) or not _CONTACT.search(around)


def is_phone(cues: Cues) -> bool:
    """Whether a data point is a phone number."""
    return any(variant.every & _PHONE for variant in cues.variants)


def score_phone(context: Context) -> float:
    """How well a phone number fits a data point that is one: it needs the word, or "call me"."""
    said = frozenset[str]().union(*context.said.values())
    return _NAMED if said & _PHONE or _CALLED.search(context.place.before) else 0.0


def is_identifier(point: DataPoint) -> bool:
    """Whether a text is one word with digits: by its examples, without any by its name."""
    told = [example for example in point.examples if example.strip()]
    if told:
        return any(c.isdecimal() for example in told for c in example)
    words = _TOKEN.findall(f"{point.label} {point.key.replace('_', ' ')}".casefold())
    return not _IDENTIFIER.isdisjoint(words)


def score_identifier(cues: Cues, context: Context, *, shaped: bool) -> float:
    """How well an identifier fits: its name stands beside it, or it is written like an example."""
    if not shaped and _YEAR.fullmatch(context.raw):
        return 0.0
    return max(_named_beside(variant, context) for variant in cues.variants) + _SHAPED * shaped


def _named_beside(variant: Variant, context: Context) -> float:
    """Points for the name right before the span ("order no. 123") or after it."""
    before, after = context.place.before, context.place.after
    names = [w for w in _TOKEN.finditer(before) if _is_of(w.group(), variant)]
    if names and _ONLY_CONNECTED.fullmatch(before[names[-1].end() :]):
        return _NAMED * len(variant.strong & context.said[variant.language])
    behind = _NAMED_BEHIND.match(after)
    words = after[behind.end() :].split()[:_WORDS_BEHIND] if behind else []
    return _NAMED * sum(_is_of(word, variant) for word in words)


def _is_of(word: str, variant: Variant) -> bool:
    """Whether `word` is one of the name's, as a noun: "I ordered 1000" has no order number."""
    if _VERB.search(word) and word not in variant.words:
        return False
    return not variant.strong.isdisjoint(stems(word, variant.language))
