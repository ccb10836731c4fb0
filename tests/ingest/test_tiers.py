"""Headings and wording decide kind and tier, in English and Spanish."""

from __future__ import annotations

import pytest

from data_pipeline.articles import Kind, Tier
from data_pipeline.ingest.tiers import TIER_OF_KIND, classify, classify_heading, rule_tier

_PLAIN = "The lamp on the left side shows the state."


@pytest.mark.parametrize(
    ("heading", "kind", "tier"),
    [
        ("Eligibility", Kind.ELIGIBILITY, Tier.CRITICAL),
        ("Before you begin", Kind.ELIGIBILITY, Tier.CRITICAL),
        ("2. What you’ll need:", Kind.ELIGIBILITY, Tier.CRITICAL),
        ("Required documents", Kind.ELIGIBILITY, Tier.CRITICAL),
        ("Requisitos previos", Kind.ELIGIBILITY, Tier.CRITICAL),
        ("¿Quién puede solicitarlo?", Kind.ELIGIBILITY, Tier.CRITICAL),
        ("Fees", Kind.FEES, Tier.CRITICAL),
        ("Delivery fees", Kind.FEES, Tier.CRITICAL),
        ("Tarifas y plazos", Kind.FEES, Tier.CRITICAL),
        ("¿Cuánto cuesta?", Kind.FEES, Tier.CRITICAL),
        ("Warning", Kind.RULES, Tier.CRITICAL),
        ("Advertencia", Kind.RULES, Tier.CRITICAL),
        ("Deadlines", Kind.RULES, Tier.CRITICAL),
        ("Exceptions", Kind.BLOCKING, Tier.CRITICAL),
        ("What not to say", Kind.GUARDRAIL, Tier.CRITICAL),
        ("Steps", Kind.STEPS, Tier.HIGH),
        ("Paso 1: Abrir la cuenta", Kind.STEPS, Tier.HIGH),
        ("Troubleshooting", Kind.ISSUES, Tier.HIGH),
        ("Solución de problemas", Kind.ISSUES, Tier.HIGH),
        ("Return policy", Kind.RULES, Tier.HIGH),
        ("Overview", Kind.OVERVIEW, Tier.HIGH),
        ("Examples", Kind.EXAMPLES, Tier.MEDIUM),
        ("Frequently asked questions", Kind.FAQ, Tier.LOW),
        ("Preguntas frecuentes", Kind.FAQ, Tier.LOW),
        ("Glossary", Kind.DEFINITIONS, Tier.LOW),
        ("See also", Kind.REFERENCES, Tier.LOW),
        ("Más información", Kind.REFERENCES, Tier.LOW),
        ("Change log", Kind.NOTES, Tier.LOW),
    ],
)
def test_headings(heading: str, kind: Kind, tier: Tier) -> None:
    """Usual headings are recognised, numbering and punctuation aside."""
    assert classify([heading], _PLAIN) == (kind, tier)


@pytest.mark.parametrize(
    "heading",
    [
        "Changing the colour of the lamp",
        "Feedback",
        "Conditional formatting",
        "Coffee machines",
        "How to enter the required serial number of the second lamp in the old menu",
        "",
        "???",
    ],
)
def test_other_headings_say_nothing(heading: str) -> None:
    """A heading that only contains such a word, or is a whole sentence, decides nothing."""
    assert classify_heading(heading) is None
    assert classify([heading], _PLAIN) == (Kind.BODY, Tier.HIGH)


def test_innermost_heading_wins() -> None:
    """What stands under "Fees" is about fees, unless its own heading says otherwise."""
    assert classify(["Fees", "Late return"], _PLAIN) == (Kind.FEES, Tier.CRITICAL)
    assert classify(["Fees", "Examples"], _PLAIN) == (Kind.EXAMPLES, Tier.MEDIUM)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Only customers with a paid invoice can do this.", Kind.ELIGIBILITY),
        ("You must be at least 18 years old.", Kind.ELIGIBILITY),
        ("Los socios tienen derecho a una revisión.", Kind.ELIGIBILITY),
        ("Warning: the lamp gets hot.", Kind.RULES),
        ("Importante: la lámpara se calienta.", Kind.RULES),
    ],
)
def test_wording_of_short_passages(text: str, kind: Kind) -> None:
    """Without a telling heading the words of a short passage decide; a long one stays body text."""
    assert classify(["The lamp"], text) == (kind, Tier.CRITICAL)
    assert classify(["The lamp"], text + " More about it." * 200) == (Kind.BODY, Tier.HIGH)


def test_table_of_tiers_covers_every_kind() -> None:
    """Every kind has a tier, as the format documents them."""
    assert set(TIER_OF_KIND) == set(Kind)
    assert TIER_OF_KIND[Kind.FEES] is Tier.HIGH
    assert TIER_OF_KIND[Kind.REQUIRED_DATA] is Tier.CRITICAL
    assert TIER_OF_KIND[Kind.FAQ] is Tier.LOW


@pytest.mark.parametrize(
    ("category", "text"),
    [
        ("Eligibility", "Open to everybody."),
        ("Plazos de devolución", "Se cuenta en días naturales."),
        ("General", "A fee of $75 applies."),
        ("General", "Send the form within 30 days."),
        ("General", "Se cobra una comisión de 3 €."),
        ("Other", "This amount is taxable."),
    ],
)
def test_critical_rules(category: str, text: str) -> None:
    """Rules on eligibility, fees, taxes and deadlines are critical, by category or wording."""
    assert rule_tier(category, text) is Tier.CRITICAL


def test_other_rules_are_high() -> None:
    """A rule about anything else is high."""
    assert rule_tier("Feedback", "Answer in the language of the customer.") is Tier.HIGH
