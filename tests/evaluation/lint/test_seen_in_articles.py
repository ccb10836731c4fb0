"""What a lint sees in the articles alone: missing wording, dead links, long sections, own questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings

from data_pipeline.articles import Article
from data_pipeline.evaluation.lint.data_points import wanting_words
from data_pipeline.evaluation.lint.findings import (
    Finding,
    FindingKind,
    Severity,
    shortened,
    worst_first,
)
from data_pipeline.evaluation.lint.links import dead_links
from data_pipeline.evaluation.lint.own_questions import OwnQuestion, is_quoted_from, own_questions
from data_pipeline.evaluation.lint.sizes import oversized
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.markdown import read_markdown
from data_pipeline.ingest.readers.structured_json import read_structured
from tests.builders import article, articles, as_bytes, data_point, document, section, unit


def structured(details: dict[str, Any], **metadata: Any) -> Article:
    return read_structured(as_bytes(document(details, **metadata)), "a.json", Defaults(), ())


def asking(
    *points: dict[str, Any], if_missing: Sequence[dict[str, Any]] = (), **details: Any
) -> Article:
    required = {"must_have": list(points), "nice_to_have": [], "if_missing": list(if_missing)}
    return structured({"required_data": required, **details})


# data points


def test_customer_fact_without_a_question_is_serious() -> None:
    """The customer supplies it and nothing says how to ask; with a question it is fine."""
    point = data_point("Order number", source_type="message_text")
    (finding,) = wanting_words([asking(point)])
    assert (finding.kind, finding.severity) == (FindingKind.DATA_POINT, Severity.SERIOUS)
    assert "“Order number”" in finding.problem
    prompt = {"missing_data_point": "Order number", "ask_participant": "Which order?"}
    assert list(wanting_words([asking(point, if_missing=[prompt])])) == []


def test_what_agents_look_up_needs_no_question() -> None:
    """Nor does what nobody may ask for."""
    profile = data_point("Start date", source_type="plan_profile")
    secret = data_point("Password", source_type="message_text", sensitive=True)
    assert list(wanting_words([asking(profile, secret)])) == []


def test_fact_without_a_description() -> None:
    point = data_point("Start date", source_type="plan_profile", meaning="")
    (finding,) = wanting_words([asking(point)])
    assert finding.severity is Severity.ADVICE
    assert "no description" in finding.problem


def test_prompt_for_a_fact_that_is_not_asked_for() -> None:
    """`if_missing` with a name that no data point has: place and name of the field are told."""
    prompt = {"missing_data_point": "Order nmber", "ask_participant": "Which order?"}
    point = data_point("Start date", source_type="plan_profile")
    (finding,) = wanting_words([asking(point, if_missing=[prompt])])
    assert "if_missing[0].missing_data_point" in finding.place
    assert finding.severity is Severity.SERIOUS


def test_condition_on_a_fact_that_is_not_asked_for() -> None:
    """A machine-readable condition over an unknown key can never be decided."""
    guide = {
        "eligibility_requirements": [
            {"condition": "Less than 45 days.", "when": {"key": "days", "op": "lt", "value": 45}}
        ]
    }
    point = data_point("Start date", source_type="plan_profile")
    (finding,) = wanting_words([asking(point, decision_guide=guide)])
    assert "'days'" in finding.problem
    assert finding.severity is Severity.SERIOUS
    known = data_point("Days since delivery", key="days", source_type="plan_profile")
    assert list(wanting_words([asking(known, decision_guide=guide)])) == []


# links


def test_link_to_an_article_that_is_not_there() -> None:
    """The nearest id is suggested; addresses and ids that are there are fine."""
    one = article(
        article_id="cancel-order",
        links=(
            "return-lamp",
            "retrun-lamp",
            "https://a.example/x",
            "mailto:a@b.example",
            "/contact",
            "#top",
        ),
    )
    (finding,) = dead_links([one, article(article_id="return-lamp")])
    assert "`retrun-lamp`" in finding.problem
    assert "`return-lamp`" in finding.advice
    assert finding.severity is Severity.SERIOUS


def test_link_into_an_article() -> None:
    """A place inside an article does not matter."""
    assert list(dead_links([article(article_id="a", links=("a#fees",))])) == []


# sizes


def test_section_and_paragraph_that_are_too_long() -> None:
    """Each is named once; a long FAQ of short pairs is fine."""
    short = "A lamp is a light. " * 20
    running = section("history", *([short] * 40))
    paragraph = section("rules", "A lamp is a light. " * 400)
    faq = section("faq", *([short] * 40), kind="faq")
    found = list(oversized([article(running, paragraph, faq)]))
    assert [(f.place, f.severity) for f in found] == [
        ("history", Severity.ADVICE),
        ("rules", Severity.ADVICE),
    ]


# own questions


def test_questions_of_an_article() -> None:
    """Title, FAQ with their answers, headings that ask, and scenes of examples; each once."""
    text = "# Returns\n\n## How do I send it back?\n\nPress Return.\n\n## Fees\n\nIt costs €4.\n"
    page = read_markdown(text.encode(), "returns.md", Defaults(), ())
    asked = {q.text: (q.origin, q.answer) for q in own_questions(page)}
    assert asked.keys() == {"Returns", "How do I send it back?"}
    assert "Press Return." in asked["How do I send it back?"][1]
    told = structured(
        {
            "faq_pairs": [{"question": "Is it free?", "answer": "Yes."}] * 2,
            "examples": [{"scenario": "Ana sends two lamps.", "outcome": "One parcel."}],
        }
    )
    assert {(q.origin, q.text, q.answer) for q in own_questions(told)} == {
        ("title", "Cancel an order", ""),
        ("example", "Ana sends two lamps.", ""),
        ("faq", "Is it free?", "Yes."),
    }
    assert len(own_questions(told)) == len({q.text for q in own_questions(told)})


def test_agents_questions_are_not_asked() -> None:
    """What only agents read is no question of a customer's."""
    pair = {"first": "Which macro?", "second": "flex-end"}
    hidden = section("faq", unit("Which macro?\nflex-end", data=pair, agent_only=True), kind="faq")
    assert [q.origin for q in own_questions(article(hidden))] == ["title"]


def test_quote_of_the_own_answer() -> None:
    question = OwnQuestion(
        article_id="a", origin="faq", place="faq", text="Free?", answer="Yes, it\nis free."
    )
    assert is_quoted_from("it is free.", question)
    assert is_quoted_from("Free?\nYes, it is free.", question)
    assert not is_quoted_from("It costs €4.", question)


# order, odd input


def test_worst_first() -> None:
    """Serious before advice, then by kind; the same finding once."""

    def finding(kind: FindingKind, severity: Severity) -> Finding:
        return Finding(
            kind=kind, severity=severity, article_id="a", place="p", problem="x", advice="y"
        )

    advice = finding(FindingKind.UNANSWERED, Severity.ADVICE)
    link = finding(FindingKind.DEAD_LINK, Severity.SERIOUS)
    fee = finding(FindingKind.CONTRADICTION, Severity.SERIOUS)
    assert worst_first([advice, link, fee, link]) == (fee, link, advice)


def test_a_quote_is_one_short_line() -> None:
    assert shortened("a\n\n b", 10) == "a b"
    assert shortened("x" * 500_000, 10) == "xxxxxxxxx…"


@settings(max_examples=40, deadline=None)
@given(articles())
def test_any_article_can_be_looked_at(read: Article) -> None:
    """Nothing raises on random articles."""
    list(wanting_words([read]))
    list(dead_links([read]))
    list(oversized([read]))
    assert all(question.text.strip() for question in own_questions(read))
