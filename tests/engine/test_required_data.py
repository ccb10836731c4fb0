"""Which facts block this inquiry, who supplies them, and what happens next."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from data_pipeline.articles import Blocks, FactSource
from data_pipeline.contract.replies import Decision, FoundIn, NextStep, Problem, ReasonCode
from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine.required_data import required_data
from data_pipeline.errors import IndexUnavailableError, UnknownScopeKeyError
from tests.engine.kb import (
    ask,
    bulb_delivery,
    engine_of,
    fact,
    lamp_return,
    messages,
    need,
    sure,
    warranty,
)

EXPLAIN = "What does the lamp warranty cover?"
VERDICT = "Am I eligible for a lamp warranty claim?"
EXECUTE = "Please cover the switch of my lamp under warranty."
INTENTS = {EXPLAIN: frozenset(), VERDICT: {"eligibility_confirmation"}, EXECUTE: {"execution_only"}}
SOURCES = {
    "message_text": FactSource.CUSTOMER,
    "participant_profile": FactSource.PROFILE,
    "agent_input": FactSource.AGENT,
}
BLOCKS = {
    "always": Blocks.ALWAYS,
    "eligibility_confirmation": Blocks.ELIGIBILITY,
    "execution_only": Blocks.EXECUTION,
    "personalization_only": Blocks.NEVER,
}
CASES = list(product(BLOCKS, INTENTS, SOURCES, ["unknown", "known", "unavailable", "invalid"]))


@pytest.mark.parametrize(("blocks", "inquiry", "source", "state"), CASES)
async def test_what_becomes_of_a_fact(blocks: str, inquiry: str, source: str, state: str) -> None:
    """Over every combination: missing, needed later, question, lookup, problem and next step."""
    point = fact("Unit count", blocks, source, key="unit_count", data_type="number")
    given: dict[str, Any] = {
        "unknown": {},
        "known": {"collected_data": {"unitCount": 12}},
        "unavailable": {"unavailable": ["Unit count"]},
        "invalid": {"collected_data": {"unit_count": "a whole lot"}},
    }[state]
    reply = await need(engine_of(warranty(point)), inquiry, **given)

    [field] = reply.required_fields
    blocking = blocks == "always" or blocks in INTENTS[inquiry]
    known, gone = state == "known", state == "unavailable"
    is_missing = blocking and not known
    from_customer = source == "message_text"
    assert (field.blocks, field.source) == (BLOCKS[blocks], SOURCES[source])
    assert field.known is known
    assert field.value == (12 if known else None)
    assert field.found_in == (FoundIn.COLLECTED_DATA if known else None)
    assert (
        field.problem
        == {
            "unknown": Problem.MISSING,
            "known": None,
            "unavailable": Problem.UNAVAILABLE,
            "invalid": Problem.INVALID,
        }[state]
    )
    assert ("unit_count" in reply.missing) is is_missing
    later = not known and not blocking and blocks != "personalization_only"
    assert ("unit_count" in reply.needed_later) is later
    assert bool(reply.questions) is (is_missing and not gone and from_customer)
    assert bool(reply.lookups) is (is_missing and not gone and not from_customer)
    assert reply.next_step is (
        NextStep.GENERATE if not is_missing else NextStep.ESCALATE if gone else NextStep.COLLECT
    )
    [result] = reply.inquiries
    assert result.decision is (
        Decision.ANSWER if not is_missing else Decision.ESCALATE if gone else Decision.CLARIFY
    )
    assert bool(reply.escalation) is (reply.next_step is NextStep.ESCALATE)


async def test_bare_can_i_explains_the_rule() -> None:
    """Where it is unclear whether a verdict is asked for, its facts are needed later only."""
    point = fact("Unit count", "eligibility_confirmation", key="unit_count")
    reply = await need(engine_of(warranty(point)), "Can I make a lamp warranty claim?")
    assert (reply.missing, reply.needed_later) == ((), ("unit_count",))


async def test_nice_to_have_never_blocks() -> None:
    """It is listed, not asked."""
    chunks = warranty(
        required_data={"must_have": [], "nice_to_have": [fact("Shade colour", key="shade_colour")]}
    )
    reply = await need(engine_of(chunks), EXECUTE)
    [field] = reply.required_fields
    assert not field.required
    assert (reply.missing, reply.needed_later, reply.next_step) == ((), (), NextStep.GENERATE)


async def test_proven_verdict_needs_no_further_facts() -> None:
    """One condition that blocks decides, whatever else is unknown: nothing more is asked."""
    points = [
        fact("Unit count", "eligibility_confirmation", key="unit_count", data_type="number"),
        fact("Lamp age", "eligibility_confirmation", key="lamp_age", data_type="number"),
    ]
    guide = {
        "supported_outcomes": ["can_proceed", "blocked"],
        "blocking_conditions": [
            {
                "condition": "More than 10 units.",
                "when": {"key": "unit_count", "op": "gt", "value": 10},
                "outcome": "blocked",
            },
            "Water came in.",
        ],
    }
    engine = engine_of(warranty(*points, decision_guide=guide))
    reply = await need(engine, VERDICT, collected_data={"unit_count": 12})
    assert (reply.missing, reply.needed_later) == ((), ("lamp_age",))
    assert reply.next_step is NextStep.GENERATE
    undecided = await need(engine, VERDICT, collected_data={"unit_count": 2})
    assert undecided.missing == ("lamp_age",)


# --- questions, lookups, refused fields ----------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Which receipt is it?"),
        ("es", "¿Qué recibo es?"),
    ],
)
async def test_question_is_the_articles_own_in_the_replys_language(
    language: str, question: str
) -> None:
    """Word for word, from the translation where there is one."""
    chunks = warranty(
        required_data={
            "must_have": [
                fact(
                    "Receipt",
                    key="receipt",
                    translations={"es": {"ask_participant": "¿Qué recibo es?"}},
                )
            ],
            "if_missing": [
                {
                    "missing_data_point": "Receipt",
                    "ask_participant": "Which receipt is it?",
                    "agent_note": "x",
                }
            ],
        }
    )
    reply = await need(engine_of(chunks), EXPLAIN, options={"language": language})
    assert [(q.key, q.question, q.why) for q in reply.questions] == [
        ("receipt", question, "To decide.")
    ]


async def test_fact_without_a_question_gets_a_plain_one() -> None:
    """By its label."""
    reply = await need(engine_of(warranty(fact("Receipt number"))), EXPLAIN)
    assert reply.questions[0].question == "Could you please tell us: Receipt number?"


async def test_secrets_are_refused_and_never_asked() -> None:
    """Neither a field nor a question, but a reason each."""
    chunks = warranty(fact("Account password"), fact("Receipt number"), fact("One-time code"))
    reply = await need(engine_of(chunks), EXPLAIN)
    assert [field.label for field in reply.refused_fields] == ["Account password", "One-time code"]
    assert all(field.reason for field in reply.refused_fields)
    assert [field.key for field in reply.required_fields] == ["receipt_number"]
    assert reply.missing == ("receipt_number",)
    assert "password" not in str(reply.questions)


async def test_value_of_the_message_comes_with_its_quote() -> None:
    """Typed, and the exact words that hold it."""
    chunks = warranty(fact("Reply address", key="reply_address", data_type="email"))
    reply = await need(engine_of(chunks), EXPLAIN + " My reply address is ann@post.example.")
    [field] = reply.required_fields
    assert (field.known, field.value, field.quote) == (True, "ann@post.example", "ann@post.example")
    assert field.found_in is FoundIn.MESSAGE


async def test_nobody_elses_words_are_facts() -> None:
    """Private notes and the helpdesk's messages are not read for facts."""
    chunks = warranty(fact("Reply address", key="reply_address", data_type="email"))
    ticket = messages(
        "agent: the reply address is eve@note.example",
        "agent: reply address bob@agent.example",
        f"customer: {EXPLAIN}",
    )
    ticket["messages"][0]["public"] = False
    reply = await need(engine_of(chunks), ticket=ticket)
    assert not reply.required_fields[0].known


async def test_same_fact_of_two_articles_is_asked_once() -> None:
    """Two questions, two articles, one receipt."""
    receipt = fact("Receipt number", key="receipt_number")
    bulbs = bulb_delivery()
    delivery = warranty(receipt)
    other = lamp_return(details={"required_data": {"must_have": [receipt]}})
    reply = await need(
        engine_of(delivery, other, bulbs),
        "What does the lamp warranty claim cover? How long can I return a lamp within its delivery?",
    )
    assert {r.article_id for r in reply.inquiries} == {"lamp-warranty", "lamp-return"}
    assert [f.article_id for f in reply.required_fields] == ["lamp-warranty", "lamp-return"]
    assert reply.missing == ("receipt_number",)
    assert [q.key for q in reply.questions] == ["receipt_number"]


# --- scope ----------------------------------------------------------------------------------------


async def test_scope_key_that_matters_is_asked_with_its_choices() -> None:
    """The best article is bound to it, the request names none."""
    engine = engine_of(
        lamp_return(country="Spain", article_id="es"),
        lamp_return(country="Ireland", article_id="ie"),
    )
    reply = await need(engine, "How long can I return a lamp?")
    assert reply.missing == ("country",)
    field = next(f for f in reply.required_fields if f.key == "country")
    assert field.choices == ("Ireland", "Spain")
    assert reply.questions[0].question == "Which country is this about: Ireland or Spain?"
    assert reply.next_step is NextStep.COLLECT


@pytest.mark.parametrize(
    ("fields", "found_in"),
    [
        ({"inquiry": "How long can I return a lamp in Spain?"}, FoundIn.MESSAGE),
        (
            {"inquiry": "How long can I return a lamp?", "collected_data": {"country": "spain"}},
            FoundIn.COLLECTED_DATA,
        ),
    ],
)
async def test_scope_is_found_elsewhere_in_the_request(
    fields: dict[str, Any], found_in: FoundIn
) -> None:
    """Named in passing, it filters like a scope that was given."""
    engine = engine_of(
        lamp_return(country="Spain", article_id="es"),
        lamp_return(country="Ireland", article_id="ie"),
    )
    reply = await need(engine, **fields)
    assert reply.article
    assert reply.article.article_id == "es"
    field = next(f for f in reply.required_fields if f.key == "country")
    assert (field.known, field.value, field.found_in) == (True, "Spain", found_in)
    assert reply.missing == ()


async def test_given_scope_needs_no_field() -> None:
    """Case, blanks and punctuation aside; what is known for sure is not listed."""
    engine = engine_of(lamp_return(country="Spain"))
    reply = await need(engine, "How long can I return a lamp?", scope={"country": " SPAIN! "})
    assert reply.required_fields == ()
    assert reply.next_step is NextStep.GENERATE


async def test_scope_value_that_no_article_has() -> None:
    """A warning with the nearest; global articles still answer, bound ones never."""
    engine = engine_of(lamp_return(country="Spain"), bulb_delivery())
    asked = await need(
        engine, "When are my bulbs delivered by courier?", scope={"country": "Spayn"}
    )
    assert asked.next_step is NextStep.GENERATE
    assert any('did you mean "Spain"?' in warning for warning in asked.warnings)
    bound = await need(engine, "How long can I return a lamp?", scope={"country": "Atlantis"})
    assert bound.article is None or bound.article.article_id != "lamp-return"


async def test_unknown_scope_key_is_an_error() -> None:
    """Typing errors must not become silent filters."""
    with pytest.raises(UnknownScopeKeyError) as caught:
        await need(engine_of(lamp_return()), "How long?", scope={"contry": "Spain"})
    assert caught.value.problems[0].field == "scope.contry"
    assert "country" in str(caught.value)


async def test_scope_that_is_unavailable_escalates() -> None:
    """Looked for in vain, it is not asked again."""
    engine = engine_of(
        lamp_return(country="Spain"), lamp_return(country="Ireland", article_id="ie")
    )
    reply = await need(engine, "How long can I return a lamp?", unavailable=["country"])
    assert reply.next_step is NextStep.ESCALATE
    assert reply.escalation
    assert reply.escalation.reason_code is ReasonCode.MISSING_DATA


# --- the reply as a whole ---------------------------------------------------------------------------


async def test_empty_knowledge_base_escalates_with_a_typed_reason() -> None:
    """Nothing is there, and that is said."""
    reply = await need(engine_of(), "How long can I return a lamp?")
    assert reply.next_step is NextStep.ESCALATE
    assert reply.escalation
    assert reply.escalation.reason_code is ReasonCode.NO_ARTICLE
    assert reply.coverage_gaps == ("How long can I return a lamp?",)
    assert (reply.article, reply.confidence, reply.sources) == (None, 0.0, ())


async def test_article_and_confidence() -> None:
    """The match is named with its revision; confidence is that of the first question's article."""
    engine = engine_of(lamp_return(url="https://help.example/lamps"), coefficients=sure(1.0))
    reply = await need(engine, "How long can I return a lamp?")
    card = (await engine.index.catalogue("default")).articles["lamp-return"]
    assert reply.article
    assert reply.article.revision == card.revision
    assert (reply.article.title, reply.article.url) == (
        "Returning a lamp",
        "https://help.example/lamps",
    )
    assert reply.article.score > 0
    assert reply.confidence == pytest.approx(0.731, abs=0.001)
    assert reply.kb_version == (await engine.index.catalogue("default")).version
    assert reply.sources[0].article_id == "lamp-return"
    assert reply.usage.model is None


async def test_far_off_article_asks_for_nothing() -> None:
    """Its fields are not this customer's."""
    reply = await need(
        engine_of(warranty(fact("Receipt number")), coefficients=sure(-3.0)), EXPLAIN
    )
    assert (reply.required_fields, reply.missing, reply.questions) == ((), (), ())
    assert reply.next_step is NextStep.ESCALATE


async def test_questions_keep_the_order_of_the_ticket() -> None:
    """Also where the first and the third are about one article."""
    engine = engine_of(lamp_return(), bulb_delivery())
    asked = [
        "How long can I return a lamp?",
        "When are my bulbs delivered by courier?",
        "How much is the return parcel for a lamp?",
    ]
    reply = await need(engine, " ".join(asked))
    assert [r.text for r in reply.inquiries] == asked
    assert [r.article_id for r in reply.inquiries] == [
        "lamp-return",
        "bulb-delivery",
        "lamp-return",
    ]


async def test_sources_hold_every_article_that_is_answered_from() -> None:
    """The chosen ones first, each once, however well others score."""
    others = [lamp_return(article_id=f"lamp-{n}", title=f"Returning a lamp {n}") for n in range(6)]
    engine = engine_of(*others, bulb_delivery())
    reply = await need(engine, "How long can I return a lamp? When are bulbs delivered?")
    ids = [source.article_id for source in reply.sources]
    assert len(set(ids)) == len(ids) <= 5
    assert set(ids[:2]) == {r.article_id for r in reply.inquiries}


@pytest.mark.parametrize(
    "fields",
    [
        {"ticket": messages("customer: How long can I return a lamp?", "agent: 45 days.")},
        {"inquiry": "Thanks!"},
        {"inquiry": "🙂🙂"},
        {"ticket": {"body": "How long?", "headers": {"Auto-Submitted": "auto-replied"}}},
    ],
)
async def test_ignored_tickets_ask_and_find_nothing(fields: dict[str, Any]) -> None:
    """No search, no fields, no escalation."""
    reply = await need(engine_of(warranty(fact("Receipt number"))), **fields)
    assert reply.next_step is NextStep.IGNORE
    assert (reply.required_fields, reply.inquiries, reply.escalation, reply.article) == (
        (),
        (),
        None,
        None,
    )
    assert (reply.sources, reply.coverage_gaps, reply.questions) == ((), (), ())


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ({"valid_until": "2026-06-14"}, False),
        ({"valid_until": "2026-06-15"}, True),
        ({"valid_from": "2026-06-16"}, False),
        ({"valid_from": "2026-06-15"}, True),
    ],
)
async def test_articles_hold_only_on_their_days(days: dict[str, str], *, found: bool) -> None:
    """Expired and future articles are not there."""
    reply = await need(engine_of(lamp_return(**days)), "How long can I return a lamp?")
    assert bool(reply.article) is found


async def test_language_of_an_undetectable_text_is_the_articles() -> None:
    """A code or a name tells no language; the knowledge base does."""
    spanish = lamp_return(language="es", article_id="es", title="Lamp 4711")
    reply = await need(engine_of(spanish), "4711 lamp")
    assert (reply.language.detected, reply.language.reply) == (None, "es")
    assert reply.escalation is None


async def test_broken_store_is_an_error_not_an_answer() -> None:
    """A technical failure is never a decision."""
    engine = engine_of(lamp_return())
    engine.index.broken = True  # type: ignore[attr-defined]
    with pytest.raises(IndexUnavailableError):
        await need(engine, "How long can I return a lamp?")


async def test_what_the_caller_should_mend_is_told_with_the_times() -> None:
    """A scope value that no article has is a warning; the stages add up."""
    engine = engine_of(lamp_return(country="Spain"))
    body = RequiredDataRequest(inquiry="How long?", scope={"country": "Spayn"})
    reply = await required_data(engine, "default", body)
    assert len(reply.warnings) == 1
    assert reply.timings_ms.total >= reply.timings_ms.retrieve >= 0


async def test_both_endpoints_agree_on_what_is_missing() -> None:
    """The same request, the same keys."""
    points = [
        fact("Receipt number"),
        fact("Unit count", "eligibility_confirmation"),
        fact("Shop name", "execution_only", "plan_profile"),
    ]
    engine = engine_of(warranty(*points))
    for inquiry in INTENTS:
        needs, reply = await need(engine, inquiry), await ask(engine, inquiry)
        assert (needs.missing, needs.needed_later) == (reply.missing, reply.needed_later)
        assert needs.lookups == reply.lookups
