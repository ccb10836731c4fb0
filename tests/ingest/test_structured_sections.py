"""What each section of a structured article becomes: kind, tier, data, and who may see it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from data_pipeline.articles import (
    Article,
    Check,
    Frame,
    Kind,
    Operator,
    Outcome,
    Pair,
    Rule,
    Step,
    Tier,
)
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.structured_json import read_structured
from tests.builders import as_bytes, data_point, document

DETAILS: dict[str, Any] = {
    "critical_flags": {"taxable": True},
    "business_rules": [
        {"category": "Deadlines", "rules": ["Within 14 days."]},
        {"category": "Packing", "rules": ["Use the box."]},
    ],
    "fees": [{"service": "Pick-up", "fee": "€9", "notes": "Per parcel"}],
    "steps": [
        {
            "step_number": 1,
            "type": "participant-action",
            "visibility": "customer",
            "description": "Open the app.",
            "notes": "Any phone.",
        },
        {
            "step_number": 2,
            "type": "internal-check",
            "visibility": "agent_only",
            "description": "Look at fraud.",
            "notes": None,
        },
    ],
    "common_issues": [{"issue": "No label.", "resolution": "Print it again."}],
    "examples": [{"scenario": "Day 3.", "outcome": "Accepted."}],
    "faq_pairs": [{"question": "How long?", "answer": "A week."}],
    "additional_notes": [
        {"category": "History", "notes": ["Since May."]},
        {"category": "Agent notes", "notes": ["Smile."]},
    ],
    "definitions": [{"term": "RMA", "definition": "A number."}],
    "guardrails": {"must_not": ["Promise a date."], "must_do_if_unsure": ["Ask the lead."]},
    "references": {
        "participant_portal": "https://p.example",
        "internal_articles": ["refunds"],
        "external_links": [],
        "contact": None,
    },
    "required_data": {
        "must_have": [data_point("Order number", source_type="message_text")],
        "nice_to_have": [data_point("Colour", source_type="message_text")],
        "if_missing": [
            {
                "missing_data_point": "Order number",
                "ask_participant": "Which order?",
                "agent_note": "Search.",
            }
        ],
        "disambiguation_notes": ["Lost parcels are another topic."],
    },
    "decision_guide": {
        "supported_outcomes": [
            "can_proceed",
            {
                "outcome": "blocked",
                "description": "Too late.",
                "when": {"key": "order_number", "op": "absent"},
            },
        ],
        "eligibility_requirements": ["Bought from us."],
        "blocking_conditions": ["Already used."],
        "missing_data_conditions": [
            {
                "condition": "No number.",
                "missing_data_point": "Order number",
                "resulting_outcome": "wait",
                "ask_participant": None,
            }
        ],
        "allowed_conclusions": ["It is free."],
        "not_allowed_conclusions": ["It is certain."],
    },
    "response_frames": {
        "can_proceed": {
            "participant_message_components": ["You can return it."],
            "next_steps": ["Print the label."],
            "warnings": ["Keep the receipt."],
            "questions_to_ask": ["Which shop?"],
            "what_not_to_say": ["Never again."],
        }
    },
    "payouts": ["On Fridays."],
}


@pytest.fixture(scope="module")
def article() -> Article:
    raw = as_bytes(document(DETAILS, topic="Returns", subtopics=["label"], tags=["send back"]))
    return read_structured(raw, "kb/returns.json", Defaults(), ())


C, H, M, L = Tier.CRITICAL, Tier.HIGH, Tier.MEDIUM, Tier.LOW
SECTIONS = [
    ("overview", Kind.OVERVIEW, H),
    ("flags", Kind.FLAGS, C),
    ("required-data", Kind.REQUIRED_DATA, C),
    ("optional-data", Kind.OPTIONAL_DATA, M),
    ("if-missing", Kind.MISSING_DATA, H),
    ("disambiguation", Kind.DISAMBIGUATION, M),
    ("eligibility", Kind.ELIGIBILITY, C),
    ("blocking", Kind.BLOCKING, C),
    ("outcomes", Kind.OUTCOMES, C),
    ("missing-data", Kind.MISSING_DATA, H),
    ("guardrails/allowed-conclusions", Kind.GUARDRAIL, C),
    ("guardrails/not-allowed-conclusions", Kind.GUARDRAIL, C),
    ("response-frames/can_proceed", Kind.FRAME, C),
    ("guardrails/must-not", Kind.GUARDRAIL, C),
    ("guardrails/must-do-if-unsure", Kind.GUARDRAIL, C),
    ("rules/deadlines", Kind.RULES, C),
    ("rules/packing", Kind.RULES, H),
    ("fees", Kind.FEES, H),
    ("steps", Kind.STEPS, H),
    ("issues", Kind.ISSUES, H),
    ("examples", Kind.EXAMPLES, M),
    ("faq", Kind.FAQ, L),
    ("definitions", Kind.DEFINITIONS, L),
    ("notes/history", Kind.NOTES, L),
    ("notes/agent-notes", Kind.NOTES, L),
    ("references", Kind.REFERENCES, L),
    ("other/payouts", Kind.NOTES, L),
]


def test_paths_kinds_and_tiers(article: Article) -> None:
    """Each part of the format has its path, kind and tier, the most important first."""
    assert [(one.path, one.kind, one.tier) for one in article.sections] == SECTIONS


def test_what_customers_may_read(article: Article) -> None:
    """Exactly these texts may be quoted; all others are for agents and for code."""
    quotable = [unit.text for one in article.sections for unit in one.units if not unit.agent_only]
    assert quotable == [
        "Which order?",
        "Bought from us.",
        "Already used.",
        "You can return it.\nPrint the label.\nKeep the receipt.\nWhich shop?",
        "Within 14 days.",
        "Use the box.",
        "Pick-up: €9\nPer parcel",
        "1. Open the app.\nAny phone.",
        "No label.\nPrint it again.",
        "Day 3.\nAccepted.",
        "How long?\nA week.",
        "RMA: A number.",
        "Since May.",
        "Portal: https://p.example",
        "On Fridays.",
    ]


def test_agents_and_customers_share_no_chunk(article: Article) -> None:
    """No text for agents stands in a chunk that may be quoted, under any cap."""
    secret = [unit.text for one in article.sections for unit in one.units if unit.agent_only]
    for cap in (60, 700):
        visible = "\n".join(
            chunk.body for chunk in chunk_article(article, cap=cap) if not chunk.agent_only
        )
        assert not [text for text in secret if text in visible]


def data_of(article: Article, path: str, shape: type[Any]) -> list[Any]:
    (found,) = [one for one in article.sections if one.path == path]
    return [msgspec.convert(unit.data, shape) for unit in found.units if unit.data is not None]


def test_structure_travels_as_data(article: Article) -> None:
    """What code decides on is there as data, so that nothing parses prose."""
    assert data_of(article, "rules/deadlines", Rule) == [Rule("Within 14 days.", "Deadlines")]
    assert data_of(article, "guardrails/must-not", Rule) == [Rule("Promise a date.", "must_not")]
    assert data_of(article, "guardrails/not-allowed-conclusions", Rule) == [
        Rule("It is certain.", "not_allowed_conclusions")
    ]
    assert data_of(article, "faq", Pair) == [Pair("How long?", "A week.")]
    assert data_of(article, "steps", Step) == [
        Step(1, "Open the app.", "Any phone."),
        Step(2, "Look at fraud."),
    ]
    assert data_of(article, "outcomes", Outcome) == [
        Outcome(name="can_proceed"),
        Outcome(name="blocked", text="Too late.", when=(Check("order_number", Operator.ABSENT),)),
    ]
    assert data_of(article, "response-frames/can_proceed", Frame) == [
        Frame(
            outcome="can_proceed",
            message=("You can return it.",),
            next_steps=("Print the label.",),
            warnings=("Keep the receipt.",),
            questions=("Which shop?",),
            what_not_to_say=("Never again.",),
        )
    ]


def test_related_articles_are_links_only(article: Article) -> None:
    """Ids of other articles are no text."""
    assert article.links == ("refunds",)
    assert not any("refunds" in unit.text for one in article.sections for unit in one.units)


def test_headings_follow_the_language() -> None:
    """The reader's own headings are Spanish in a Spanish article; paths stay the same."""
    raw = as_bytes(document({"fees": DETAILS["fees"]}, language="es-MX"))
    found = read_structured(raw, "a.json", Defaults(), ())
    assert [(one.path, one.heading) for one in found.sections] == [
        ("overview", "Resumen"),
        ("fees", "Tarifas"),
    ]


@pytest.mark.parametrize(
    ("visibility", "step_type", "hidden"),
    [
        ("customer", "participant-action", False),
        ("Participant", "system", False),
        ("agent_and_customer", "system", False),
        ("customer-only", "agent-action", False),
        (None, "participant-action", False),
        ("", None, False),
        ("agent_only", "participant-action", True),
        ("Agent only", "participant-action", True),
        ("AGENT-ONLY", "participant-action", True),
        ("internal", "system", True),
        ("Internal use", "system", True),
        ("not for customers", "system", True),
        ("agent", "system", True),
        ("solo agentes", "system", True),
        ("restricted", "system", True),
        (["agent"], "system", True),
        (False, "system", True),
        ("customer", "internal-check", True),
        ("customer", "Internal_Check", True),
        ("customer", "INTERNAL CHECK", True),
        (None, "internalcheck", True),
    ],
)
def test_internal_steps_are_for_agents(visibility: Any, step_type: Any, hidden: bool) -> None:
    """Whatever the spelling; an unknown word is taken for the careful one."""
    step = {
        "step_number": 1,
        "type": step_type,
        "visibility": visibility,
        "description": "Look it up.",
        "notes": "Quietly.",
    }
    found = read_structured(as_bytes(document({"steps": [step]})), "a.json", Defaults(), ())
    assert [unit.agent_only for unit in found.sections[-1].units] == [hidden]


def test_an_unknown_visibility_is_warned_of() -> None:
    """The editor hears that a word was not understood."""
    step = {
        "step_number": 1,
        "type": "system",
        "visibility": "restricted",
        "description": "Look.",
        "notes": None,
    }
    found = read_structured(as_bytes(document({"steps": [step]})), "a.json", Defaults(), ())
    assert found.warnings == (
        "details.steps[0].visibility: found 'restricted', expected `customer` or `agent_only`; read as agent_only",
    )


def test_step_numbers() -> None:
    """A number in another form is kept in the text; without one the position counts."""
    steps = [{"step_number": n, "description": "Go."} for n in ("2a", None, 3.0)]
    found = read_structured(as_bytes(document({"steps": steps})), "a.json", Defaults(), ())
    assert [unit.text for unit in found.sections[-1].units] == ["2a. Go.", "Go.", "3.0. Go."]
    assert [unit.data["number"] for unit in found.sections[-1].units] == [2, 2, 3]
    assert len(found.warnings) == 1


@pytest.mark.parametrize("field", ["common_issues", "steps", "references", "payouts"])
def test_fields_for_agents_inside_public_sections(field: str) -> None:
    """A field that the format does not know is kept; named for agents, it stays with them."""
    item: dict[str, Any] = {
        "issue": "A.",
        "resolution": "B.",
        "description": "C.",
        "step_number": 1,
        "agent_note": "Secret.",
    }
    value: Any = item if field == "references" else [item]
    found = read_structured(as_bytes(document({field: value})), "a.json", Defaults(), ())
    holders = [unit for one in found.sections for unit in one.units if "Secret." in unit.text]
    assert [unit.agent_only for unit in holders] == [True]
