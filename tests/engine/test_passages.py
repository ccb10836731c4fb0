"""What may be quoted of an article, and where it stands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from data_pipeline.articles import Chunk, Kind, Tier
from data_pipeline.engine.intent import Intent
from data_pipeline.engine.passages import Passage, is_warning, passages_of
from data_pipeline.engine.procedures import procedures_of
from data_pipeline.engine.quotable import is_closed_to_customers
from data_pipeline.engine.wanted import is_wanted
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.language import split_sentences
from tests.builders import articles, structured_documents
from tests.builders_index import a_chunk
from tests.engine.kb import article, chunks_of, page, step


def said(chunks: tuple[Chunk, ...] | list[Chunk]) -> list[str]:
    return [passage.text for passage in passages_of(chunks)]


def flat(text: str) -> str:
    return " ".join(text.split())


def assert_exact(passage: Passage) -> None:
    assert passage.quote == passage.chunk.text[passage.start : passage.end]
    assert passage.quote.strip()
    assert not passage.chunk.agent_only


@settings(max_examples=60)
@given(articles())
def test_every_quote_of_any_article_is_exact_and_visible(random_article: Any) -> None:
    """Random articles of any kinds: places are right, agent-only text is never there."""
    for passage in passages_of(chunk_article(random_article)):
        assert_exact(passage)


@settings(max_examples=60)
@given(structured_documents())
def test_what_is_said_comes_from_the_chunk(raw: dict[str, Any]) -> None:
    """Every sentence said stands in the article's own text, labels and frames of ours aside."""
    chunks = chunks_of(raw)
    for passage in passages_of(chunks):
        assert_exact(passage)
        if passage.chunk.kind not in {Kind.ELIGIBILITY, Kind.BLOCKING, Kind.FEES, Kind.DEFINITIONS}:
            assert flat(passage.claim) in flat(passage.chunk.text)


@settings(max_examples=40)
@given(structured_documents())
def test_no_random_article_ever_speaks_to_agents(raw: dict[str, Any]) -> None:
    """Sentences for agents are in no claim of a passage."""
    for passage in passages_of(chunks_of(raw)):
        if passage.chunk.kind not in {Kind.FEES, Kind.DEFINITIONS}:
            assert not any(map(is_closed_to_customers, split_sentences(passage.claim)))


@pytest.mark.parametrize("kind", list(Kind))
def test_kinds_for_agents_and_for_code_are_never_quoted(kind: Kind) -> None:
    """Questions to ask, guardrails, flags, outcomes, frames, data points and examples stay inside."""
    quoted = bool(said([a_chunk(kind=kind, body="The lamp goes back within 45 days.")]))
    assert quoted == (
        kind
        not in {
            Kind.MISSING_DATA,
            Kind.GUARDRAIL,
            Kind.FLAGS,
            Kind.OUTCOMES,
            Kind.FRAME,
            Kind.REQUIRED_DATA,
            Kind.OPTIONAL_DATA,
            Kind.DISAMBIGUATION,
            Kind.EXAMPLES,
        }
    )


def test_agent_only_chunks_are_never_quoted() -> None:
    """Whatever their kind."""
    assert not said([a_chunk(kind=k, body="Lamps go back.", agent_only=True) for k in Kind])


# --- questions, issues, fees, definitions --------------------------------------------------------


def test_answer_that_stands_alone_is_said_without_its_question() -> None:
    """No echo of the question."""
    chunks = article(
        {"faq_pairs": [{"question": "What does it cost?", "answer": "The parcel costs €7."}]}
    )
    assert said(chunks) == ["The parcel costs €7."]


@pytest.mark.parametrize(
    "answer", ["€7.", "No, never.", "Within 45 days.", "It is free.", "Once a year."]
)
def test_fragment_comes_with_its_question(answer: str) -> None:
    """ "Within 45 days" alone tells nobody what."""
    chunks = article({"faq_pairs": [{"question": "How long can I return it?", "answer": answer}]})
    [passage] = passages_of(chunks)
    assert passage.text == f"How long can I return it? {answer}"
    assert passage.claim == answer
    assert flat(passage.quote) == passage.text


def test_situation_comes_with_its_answer() -> None:
    """A statement in place of a question says when the answer holds."""
    chunks = article(
        {"faq_pairs": [{"question": "I have it for a year.", "answer": "The window is over."}]}
    )
    assert said(chunks) == ["I have it for a year. The window is over."]


def test_question_in_a_heading_goes_with_its_fragment() -> None:
    """In a page the question is the heading above the answer."""
    chunks = page(
        "# Lamps\n\n## Common questions\n\n### Can I paint the lamp?\n\nNo. The paint burns.\n"
    )
    texts = said(chunks)
    assert texts == ["Can I paint the lamp? No. The paint burns."]


def test_issue_is_said_with_its_resolution() -> None:
    """A resolution holds in its situation only."""
    chunks = article(
        {
            "common_issues": [
                {
                    "issue": "The lamp hums.",
                    "resolution": "The dimmer is too weak. Use another one.",
                }
            ]
        }
    )
    assert said(chunks) == ["The lamp hums. The dimmer is too weak. Use another one."]


@pytest.mark.parametrize(
    ("issue", "resolution"),
    [
        ("Customer lost the receipt.", "The order number is enough."),
        ("Wants another colour.", "Not possible."),
        ("The lamp hums.", "Ask the customer to try another dimmer."),
        ("The lamp hums.", "Explain that the dimmer is too weak."),
        ("The lamp hums.", "See lamp-dimmer-guide."),
        ("Se queja del ruido.", "El regulador es demasiado débil."),
    ],
)
def test_issues_for_agents_are_not_quoted(issue: str, resolution: str) -> None:
    """Neither those told about the customer nor those that tell what to do with one."""
    assert not said(article({"common_issues": [{"issue": issue, "resolution": resolution}]}))


def test_fee_is_said_with_what_it_is_for() -> None:
    """An amount alone is no price; a note for agents is left out of it."""
    chunks = article(
        {
            "fees": [
                {"service": "Return parcel", "fee": "€7", "notes": "Free for bulbs"},
                {"service": "New shade", "fee": "€12", "notes": "Offer it only once."},
            ]
        }
    )
    assert said(chunks) == ["Return parcel: €7 (Free for bulbs)", "New shade: €12"]


def test_rows_of_a_price_table_name_their_columns() -> None:
    """A table of a page is quoted row by row."""
    chunks = page(
        "# Lamps\n\n## Fees\n\n| Part | Price |\n|---|---|\n| Shade | €12 |\n| Foot | €30 |\n"
    )
    texts = said(chunks)
    assert any("Shade" in text and "€12" in text and "Foot" not in text for text in texts)


def test_text_beside_structured_units_is_quoted_too() -> None:
    """A paragraph below a price list is not lost."""
    chunks = page(
        "# Lamps\n\n## Fees\n\n| Part | Price |\n|---|---|\n| Shade | €12 |\n\nAll prices include VAT.\n"
    )
    assert "All prices include VAT." in said(chunks)


def test_conditions_are_said_as_conditions() -> None:
    """ "There is an open balance." must not be said of the customer."""
    guide = {
        "eligibility_requirements": ["The lamp is unused."],
        "blocking_conditions": ["There is an open balance."],
    }
    assert said(article({"decision_guide": guide})) == [
        "A condition for this: The lamp is unused.",
        "This would stand against it: There is an open balance.",
    ]
    spanish = said(article({"decision_guide": guide}, language="es"))
    assert spanish[0].startswith("Condición")
    assert not said(article({"decision_guide": guide}, language="fr"))


# --- running text --------------------------------------------------------------------------------


def test_sentence_that_leans_comes_with_the_one_before() -> None:
    """ "It" needs its lamp."""
    rule = "A swap takes 3 days. It is free for bulbs."
    chunks = article({"business_rules": [{"category": "Swap", "rules": [rule]}]})
    assert said(chunks) == ["A swap takes 3 days.", rule]


def test_leaning_sentence_with_nothing_before_it_is_not_said() -> None:
    """Nobody knows what it means."""
    assert not said(
        article({"business_rules": [{"category": "x", "rules": ["They cost 3 euros each."]}]})
    )


def test_sentence_for_agents_splits_a_text() -> None:
    """What stands before and behind it is said, without it."""
    text = "Lamps go back by parcel. Never promise a date to anybody. Bulbs go back by letter."
    texts = said([a_chunk(body=text)])
    assert texts == ["Lamps go back by parcel.", "Bulbs go back by letter."]


def test_question_alone_is_never_a_passage() -> None:
    """An echo of the question is no answer, at the end of a text either."""
    assert not said([a_chunk(body="How do I return a lamp?")])
    assert said([a_chunk(body="Can I paint it? No. Paint burns on a hot lamp.")])[0].startswith(
        "Can I paint it? No."
    )


def test_announcement_without_its_list_is_not_said() -> None:
    """Nothing ends in a colon."""
    assert not said([a_chunk(body="To return a lamp do the following:")])
    texts = said([a_chunk(body="You need these things:\nthe receipt\nthe parcel")])
    assert texts[0] == "You need these things:\nthe receipt\nthe parcel"
    assert not any(text.endswith(":") for text in texts)


def test_item_of_a_list_starts_with_its_announcement() -> None:
    """ "the parcel" alone says nothing."""
    texts = said(
        [
            a_chunk(
                body="You need these things:\nthe receipt of the shop\nthe parcel that it came in"
            )
        ]
    )
    assert all(text.startswith("You need these things:") for text in texts)


def test_list_and_paragraph_below_it_are_not_joined() -> None:
    """A new paragraph is a new matter."""
    body = "You need these things:\nthe receipt\nthe parcel\nBulbs are another matter. They break."
    assert not any("the parcel" in text and "Bulbs" in text for text in said([a_chunk(body=body)]))


def test_reference_to_something_above_is_not_said() -> None:
    """The customer sees no table above."""
    texts = said([a_chunk(body="Lamps cost €12.\nYou pay by the table above.")])
    assert texts
    assert not any(text.startswith("You pay") for text in texts)


def test_heading_line_goes_with_what_it_heads() -> None:
    """Plain documents have headings that only look like lines; no list item is one."""
    body = "Broken shades\nWe send a new one by letter. Glue does not hold.\nLost screws\nAsk us."
    texts = said([a_chunk(body=body)])
    assert "Broken shades\nWe send a new one by letter. Glue does not hold." in texts
    assert not any("hold" in text and "screws" in text for text in texts)
    listed = said([a_chunk(body="You need:\nThe receipt of the shop\nBulbs break easily.")])
    assert not any("receipt" in text and "Bulbs" in text for text in listed)


def test_passage_is_found_by_its_heading_line() -> None:
    """Also where it is quoted without."""
    passages = passages_of([a_chunk(body="Broken shades\nWe send a new one by letter.")])
    [alone] = [p for p in passages if p.text == "We send a new one by letter."]
    assert "shade" in alone.own
    assert "shade" not in alone.said


def test_sentence_that_opens_a_question_is_no_statement() -> None:
    """ "My lamp flickers. What can I do?" is one question, the answer is found by both."""
    body = "Lamps are tested twice.\nMy lamp flickers. What can I do? Turn the bulb to the left."
    passages = passages_of([a_chunk(body=body)])
    assert [p.text for p in passages] == ["Lamps are tested twice.", "Turn the bulb to the left."]
    assert "flicker" in passages[1].own


def test_fragment_comes_with_all_of_its_question() -> None:
    """Unless its first sentence is for agents."""
    [one] = said([a_chunk(body="My lamp is wet. Can I use it? No, never.")])
    assert one == "My lamp is wet. Can I use it? No, never."
    texts = said([a_chunk(body="Verify the customer's identity. Can I use it? No, never.")])
    assert not any("Verify" in text for text in texts)


@pytest.mark.parametrize(
    "text", ["Después de la entrega tienes 45 días.", "Además del tubo va otro."]
)
def test_spanish_preposition_does_not_lean(text: str) -> None:
    """ "Después de" stands alone, "después" does not."""
    assert said([a_chunk(body=text, language="es")]) == [text]
    assert not said([a_chunk(body="Después se apaga la lámpara sola.", language="es")])


def test_article_opens_with_what_stands_above_its_headings() -> None:
    """Else with its overview, else with nothing: chunks come in no order."""
    body = a_chunk(section="z", heading="", body="Lamps give light. They are bright.")
    other = a_chunk(section="b", heading="Care", body="Dust a lamp weekly.")
    overview = a_chunk(section="c", heading="Overview", kind=Kind.OVERVIEW, body="All on lamps.")
    assert [p.text for p in passages_of([other, overview, body]) if p.is_opening] == [
        "Lamps give light. They are bright."
    ]
    assert [p.text for p in passages_of([other, overview]) if p.is_opening] == ["All on lamps."]
    assert not any(p.is_opening for p in passages_of([other]))
    assert passages_of([]) == []


# --- what was asked for --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body", "intent", "expected"),
    [
        (Kind.BODY, "The parcel costs €7.", Intent(price=True), True),
        (Kind.BODY, "The parcel is heavy.", Intent(price=True), False),
        (Kind.BODY, "A refund takes 6 working days.", Intent(time=True), True),
        (Kind.BODY, "A refund takes long.", Intent(time=True), False),
        (Kind.BODY, "El reembolso tarda 6 días hábiles.", Intent(time=True), True),
        (Kind.BODY, "The parcel costs €7.", Intent(), False),
    ],
)
def test_wanted_passages(kind: Kind, body: str, intent: Intent, *, expected: bool) -> None:
    """A price for "how much", a time for "how long"."""
    [passage] = passages_of([a_chunk(kind=kind, body=body)])
    assert is_wanted(passage, intent) is expected


def test_warnings_of_pages_are_told_apart() -> None:
    """What stands under a critical heading of a page is a warning."""
    [one] = passages_of([a_chunk(body="Lamps get hot.", tier=Tier.CRITICAL)])
    [other] = passages_of([a_chunk(body="Lamps get hot.")])
    assert is_warning(one)
    assert not is_warning(other)


# --- procedures ----------------------------------------------------------------------------------


def test_procedure_holds_only_what_a_customer_may_see() -> None:
    """Agent-only steps, steps that speak to agents and notes for agents are left out."""
    chunks = article(
        {
            "steps": [
                step(1, "Open the app.", "Never send customers to the shop."),
                step(2, "Verify the customer's identity."),
                step(3, "Check the vault.", visibility="agent_only"),
                step(4, "Press Return.", "The button is red."),
            ]
        }
    )
    [procedure] = procedures_of(chunks)
    assert [(s.action, s.detail) for s, _ in procedure.steps] == [
        ("Open the app.", None),
        ("Press Return.", "The button is red."),
    ]
    for _, passage in procedure.steps:
        assert_exact(passage)


def test_steps_over_many_chunks_stay_in_order() -> None:
    """Piece 10 of a section comes after piece 9."""
    steps = [
        step(n, f"Do thing number {n} " + "with great care and patience " * 12)
        for n in range(1, 90)
    ]
    chunks = article({"steps": steps})
    assert len([c for c in chunks if c.kind is Kind.STEPS]) > 10
    [procedure] = procedures_of(sorted(chunks, key=lambda c: c.chunk_id))
    assert [s.number for s, _ in procedure.steps] == list(range(1, 90))


def test_steps_with_repeated_numbers_keep_the_articles_order() -> None:
    """Two procedures in one list must not be shuffled into each other."""
    steps = [
        step(1, "Open the box."),
        step(2, "Take the lamp."),
        step(1, "Open the app."),
        step(2, "Press Return."),
    ]
    [procedure] = procedures_of(article({"steps": steps}))
    assert [s.action for s, _ in procedure.steps] == [
        "Open the box.",
        "Take the lamp.",
        "Open the app.",
        "Press Return.",
    ]
