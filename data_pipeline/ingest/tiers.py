"""Which kind a passage is and how much it matters, from its headings and its wording.

Structured sections have their kind by name and their tier from `TIER_OF_KIND`. Ordinary documents
have neither: the nearest heading that says something decides, then the wording, and everything
else is body text of high tier, so that a plain knowledge base works without any authoring.
English and Spanish are covered well, French, German, Italian and Portuguese in their usual words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from data_pipeline.articles import Kind, Tier
from data_pipeline.ingest.heading_words import HEADING_WORDS
from data_pipeline.language import fold

TIER_OF_KIND: Final[Mapping[Kind, Tier]] = MappingProxyType(
    {
        Kind.REQUIRED_DATA: Tier.CRITICAL,
        Kind.ELIGIBILITY: Tier.CRITICAL,
        Kind.BLOCKING: Tier.CRITICAL,
        Kind.OUTCOMES: Tier.CRITICAL,
        Kind.FRAME: Tier.CRITICAL,
        Kind.GUARDRAIL: Tier.CRITICAL,
        Kind.FLAGS: Tier.CRITICAL,
        Kind.FEES: Tier.HIGH,
        Kind.RULES: Tier.HIGH,
        Kind.STEPS: Tier.HIGH,
        Kind.ISSUES: Tier.HIGH,
        Kind.MISSING_DATA: Tier.HIGH,
        Kind.OVERVIEW: Tier.HIGH,
        Kind.BODY: Tier.HIGH,
        Kind.OPTIONAL_DATA: Tier.MEDIUM,
        Kind.EXAMPLES: Tier.MEDIUM,
        Kind.DISAMBIGUATION: Tier.MEDIUM,
        Kind.FAQ: Tier.LOW,
        Kind.DEFINITIONS: Tier.LOW,
        Kind.REFERENCES: Tier.LOW,
        Kind.NOTES: Tier.LOW,
    }
)
"""Tier of a section whose kind is known. Fees as such are high; rules about fees (see `rule_tier`)
and "Fees" headings of ordinary documents are critical."""

_MAX_HEADING_WORDS: Final = 9
_MAX_WORDED: Final = 1_200


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{words})" for words in patterns))


_COMPILED: Final = tuple((_any_of(*words), kind, tier) for kind, tier, words in HEADING_WORDS)
_NUMBERING: Final = re.compile(r"^[\W_]*(?:(?:\d+|[ivx]+|[a-z])[.)]\s*)*(?:\d+\s+(?=\w))?[\W_]*")


_WARNED: Final = _any_of(
    r"(important|warning|caution|attention|danger)\s*[:!]",
    r"(importante|advertencia|atencion|precaucion|aviso)\s*[:!]",
)
_ENTITLED: Final = _any_of(
    r"\bonly (customers?|members?|users?|employees|people) (who|with|over|under|in)\b",
    r"\b(is|are|not|be|become) eligible\b|\bineligible\b|\bdo(es)? not qualify\b",
    r"\bmust be (at least|over|under|aged)\b|\bto (be eligible|qualify)\b",
    r"\byou qualify (if|when|for)\b",
    r"\bsolo (los|las|pueden) .{0,40}\b(clientes|usuarios|socios|personas|empleados)\b",
    r"\b(tienen?|tener) derecho a\b|\bser mayor de\b",
    r"\bcumpl(ir|e|en|es) (los|con los) requisitos\b",
)
_CRITICAL_CATEGORY: Final = _any_of(
    r"eligib|qualif|requirement|prerequisit|who can|\bage\b",
    r"\bfees?\b|\bcharges?\b|\bcosts?\b|pric(e|ing)|penalt|\btax|withhold",
    r"deadline|time ?(limit|frame|line)|due date|notice|cut-?off|expir|\blimits?\b",
    r"restrict|prohibit|elegib|requisito|comision|tarifa|precio|\bcost[eo]s?\b|recargo|penaliz",
    r"impuesto|fiscal|retencion|plazo|fecha limite|vencimiento|caducidad|\blimites?\b",
)
_CRITICAL_RULE: Final = _any_of(
    r"[$€£¥]\s?\d|\d\s?([$€£¥]|(usd|eur|gbp|dollars|euros)\b)|\bfees?\b|\bpenalt",
    r"\btax(es|able|ed)?\b|\bwithh[eo]ld|\b(in)?eligib|\bqualif(y|ies|ied)\b",
    r"\bmust be (at least|over|under|aged)\b|\bage \d",
    r"\bdeadlines?\b|\bno later than\b|\bdue (date|by|on)\b|\bexpires?\b",
    r"\bwithin (\w+ ){0,3}?(\d+|one|two|three) (\w+ ){0,2}?(hours?|days?|weeks?|months?|years?)\b",
    r"\b\d+( \w+)? (hours?|days?|weeks?|months?)['’]? (notice|before|after|in advance)",
    r"\bcomision(es)?\b|\btarifas?\b|\brecargos?\b|\bpenalizaci|\bimpuestos?\b|\bretenci",
    r"\belegib|\brequisitos?\b|\bplazo|\bfecha limite|\bmayor(es)? de \d",
    r"\b(en|dentro de) (los )?(proximos )?\d+ (horas|dias|semanas|meses)",
    r"\b\d+ (horas|dias|semanas|meses)( \w+)? (de antelacion|antes|despues|de preaviso)",
)


def classify(heading_path: Sequence[str], text: str) -> tuple[Kind, Tier]:
    """Kind and tier of a passage of an ordinary document.

    `heading_path` is outermost first, without the article's title; the innermost heading that
    says something wins, so what stands under "Fees" is about fees. A short `text` (up to 1,200
    characters) may decide by its wording. Otherwise (`Kind.BODY`, `Tier.HIGH`).
    """
    for heading in reversed(heading_path):
        found = classify_heading(heading)
        if found is not None:
            return found
    return _by_wording(text)


@lru_cache(maxsize=8_192)
def classify_heading(heading: str) -> tuple[Kind, Tier] | None:
    """What one heading says, or None; a long one is a sentence and says nothing by itself."""
    words = _NUMBERING.sub("", fold(heading).replace("’", "'")).rstrip(" :.!?*")
    if not words or len(words.split()) > _MAX_HEADING_WORDS:
        return None
    return next(((k, t) for pattern, k, t in _COMPILED if pattern.match(words)), None)


def rule_tier(category: str, text: str) -> Tier:
    """Critical for a rule on eligibility, fees, taxes or deadlines, by category or wording."""
    if _CRITICAL_CATEGORY.search(fold(category)) or _CRITICAL_RULE.search(fold(text)):
        return Tier.CRITICAL
    return TIER_OF_KIND[Kind.RULES]


def _by_wording(text: str) -> tuple[Kind, Tier]:
    if len(text) <= _MAX_WORDED:
        folded = fold(text)
        if _ENTITLED.search(folded):
            return Kind.ELIGIBILITY, Tier.CRITICAL
        if _WARNED.match(folded):
            return Kind.RULES, Tier.CRITICAL
    return Kind.BODY, TIER_OF_KIND[Kind.BODY]
