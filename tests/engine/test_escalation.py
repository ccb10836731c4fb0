"""Why a ticket goes to a person, and what that person reads."""

from __future__ import annotations

from typing import Any

import pytest

from data_pipeline.contract.replies import Decision, ReasonCode
from data_pipeline.engine.agent_wording import Cause, agent_wording
from data_pipeline.engine.escalation import Reason
from tests.engine.kb import ask, engine_of, fact, lamp_return, messages, sure, warranty

RECEIPT = fact("Receipt number", question="x", key="receipt_number")
ASKED = "What does the lamp warranty cover?"


def test_every_cause_has_a_code_and_words_in_every_language() -> None:
    """A new cause without them would fail on its first ticket."""
    for cause in Cause:
        assert Reason(cause).code in ReasonCode
        for language in ("en", "es"):
            because = agent_wording(language).causes[cause]
            text = because.text.format(detail="d")
            assert text[0].isupper()
            assert text.endswith(".")
            assert "{" not in text
            assert "{" not in because.unless.format(name="n")


@pytest.mark.parametrize(
    ("inquiry", "fields", "code"),
    [
        ("I want to speak to a human about my lamp warranty", {}, ReasonCode.HUMAN_REQUESTED),
        ("Do you sell helicopters?", {}, ReasonCode.NO_ARTICLE),
        ("Hola, ¿qué es lo de la lamp y el switch con el 24?", {}, ReasonCode.LANGUAGE),
        (ASKED, {"options": {"language": "es"}}, ReasonCode.LANGUAGE),
    ],
)
async def test_reasons(inquiry: str, fields: dict[str, Any], code: ReasonCode) -> None:
    """Each with its own code; the customer is told that a colleague answers."""
    reply = await ask(engine_of(warranty()), inquiry, **fields)
    assert reply.decision is Decision.ESCALATE
    assert reply.escalation
    assert reply.escalation.reason_code is code
    assert reply.reply_text == reply.escalation.customer_message
    assert not reply.publishable


async def test_person_wins_over_every_other_reason() -> None:
    """Whoever asks for a person gets one, also where nothing was found."""
    reply = await ask(engine_of(), "I want to talk to a real person!")
    assert reply.escalation
    assert reply.escalation.reason_code is ReasonCode.HUMAN_REQUESTED


@pytest.mark.parametrize(
    ("odds", "code"),
    [
        (-3.0, ReasonCode.NO_ARTICLE),
        (-2.0, ReasonCode.LOW_CONFIDENCE),
        (-1.7, ReasonCode.LOW_CONFIDENCE),
    ],
)
async def test_doubt_has_degrees(odds: float, code: ReasonCode) -> None:
    """Far from everything, near something, nearly sure enough."""
    reply = await ask(engine_of(warranty(), coefficients=sure(odds)), ASKED)
    assert reply.decision is Decision.ESCALATE
    assert reply.escalation
    assert reply.escalation.reason_code is code
    assert bool(reply.coverage_gaps) == (code is ReasonCode.NO_ARTICLE)
    assert bool(reply.draft_text) == (code is ReasonCode.LOW_CONFIDENCE)


async def test_article_out_of_reach_gives_no_facts_to_collect() -> None:
    """What a far-off article asks for is nobody's question."""
    engine = engine_of(warranty(RECEIPT), coefficients=sure(-3.0))
    reply = await ask(engine, ASKED)
    assert (reply.missing, reply.needed_later, reply.questions, reply.lookups) == ((), (), (), ())
    assert reply.escalation
    assert "Receipt" not in reply.escalation.summary_for_agent


async def test_unavailable_fact_escalates() -> None:
    """What was looked for in vain is not asked again."""
    reply = await ask(engine_of(warranty(RECEIPT)), ASKED, unavailable=["receiptNumber"])
    assert reply.escalation
    assert reply.escalation.reason_code is ReasonCode.MISSING_DATA
    assert reply.escalation.would_answer_if == ('"Receipt number" were known',)
    assert reply.missing == ("receipt_number",)
    assert reply.questions == ()


async def test_facts_that_only_systems_have_escalate_an_answer() -> None:
    """The customer cannot supply them."""
    point = fact("Account state", source="plan_profile", key="account_state")
    reply = await ask(engine_of(warranty(point)), ASKED)
    assert reply.escalation
    assert reply.escalation.reason_code is ReasonCode.MISSING_DATA
    assert [lookup.key for lookup in reply.lookups] == ["account_state"]


QUESTION = "Could you please tell us: Receipt number?"


@pytest.mark.parametrize(
    ("fields", "decision"),
    [
        (
            {"ticket": messages(f"customer: {ASKED}", f"bot: {QUESTION}", f"customer: {ASKED}")},
            Decision.CLARIFY,
        ),
        (
            {
                "ticket": messages(
                    f"customer: {ASKED}",
                    f"bot: Hello!\n- {QUESTION}",
                    "customer: what?",
                    f"bot: {QUESTION.upper()}",
                    f"customer: {ASKED}",
                )
            },
            Decision.ESCALATE,
        ),
        (
            {
                "inquiry": ASKED,
                "conversation": [
                    {"role": "user", "content": ASKED},
                    {"role": "assistant", "content": QUESTION},
                    {"role": "user", "content": "what?"},
                    {"role": "assistant", "content": QUESTION},
                ],
            },
            Decision.ESCALATE,
        ),
    ],
    ids=["once", "twice by ticket", "twice by conversation"],
)
async def test_two_clarifications_without_progress_escalate(
    fields: dict[str, Any], decision: Decision
) -> None:
    """Nobody is asked for the same fact a third time."""
    reply = await ask(engine_of(warranty(RECEIPT)), **fields)
    assert reply.decision is decision
    if reply.escalation:
        assert reply.escalation.reason_code is ReasonCode.MISSING_DATA


async def test_progress_on_one_fact_lets_the_next_be_asked() -> None:
    """A fact asked twice and then given is no circle."""
    points = (RECEIPT, fact("Shop name", key="shop_name"))
    ticket = messages(
        f"customer: {ASKED}",
        f"bot: {QUESTION}",
        "customer: eh?",
        f"bot: {QUESTION}",
        f"customer: {ASKED}",
    )
    reply = await ask(
        engine_of(warranty(*points)), ticket=ticket, collected_data={"receipt number": "R-77"}
    )
    assert reply.decision is Decision.CLARIFY
    assert reply.missing == ("shop_name",)


async def test_article_of_another_scope_is_named_to_the_agent_only() -> None:
    """The rules are there, for somebody else: nothing of them is told to this customer."""
    elsewhere = lamp_return(country="Spain")
    reply = await ask(
        engine_of(elsewhere), "How long can I return a lamp?", scope={"country": "Ireland"}
    )
    assert reply.escalation
    assert reply.escalation.reason_code is ReasonCode.OUT_OF_SCOPE
    assert "Returning a lamp" in reply.escalation.reason
    assert reply.escalation.would_answer_if == ("the scope of the request were country: Spain",)
    assert not reply.sources
    assert not reply.citations
    assert "45" not in str((reply.reply_text, reply.draft_text, reply.reply))


async def test_twin_in_scope_is_no_matter_of_another_scope() -> None:
    """A twin that fits a little better elsewhere changes nothing."""
    here = lamp_return(country="Ireland", article_id="here")
    there = lamp_return(country="Spain", article_id="there", title="Returning a lamp, a long lamp")
    reply = await ask(
        engine_of(here, there), "How long can I return a lamp?", scope={"country": "Ireland"}
    )
    assert reply.decision is Decision.ANSWER
    assert {c.article_id for c in reply.citations} == {"here"}


@pytest.mark.parametrize(
    ("agent_language", "label"),
    [
        (None, "Customer writes"),
        ("en", "Customer writes"),
        ("es", "El cliente escribe"),
        ("fr", "Customer writes"),
    ],
)
async def test_summary_is_in_the_agents_language(agent_language: str | None, label: str) -> None:
    """Reason, conditions and summary; the message to the customer in the customer's."""
    options = {"agent_language": agent_language} if agent_language else {}
    reply = await ask(engine_of(warranty()), "Do you sell helicopters?", options=options)
    assert reply.escalation
    assert reply.escalation.summary_for_agent.startswith(label)
    assert reply.escalation.reason in reply.escalation.summary_for_agent
    assert ("Ningún" in reply.escalation.reason) == (agent_language == "es")
    assert reply.escalation.customer_message == (
        "Thank you for your message. A colleague will look into it and get back to you."
    )


async def test_customer_message_is_missing_where_kbgate_has_no_words() -> None:
    """Then nothing is sent."""
    reply = await ask(engine_of(), "Wo ist meine Lampe und wann kommt sie endlich bei mir an?")
    assert reply.language.reply == "de"
    assert reply.escalation
    assert reply.escalation.customer_message is None
    assert reply.reply_text is None


async def test_summary_tells_what_is_known_and_what_is_missing() -> None:
    """The agent need not ask again, and sees where to look."""
    points = (RECEIPT, fact("Shop name", key="shop_name", source="plan_profile"))
    reply = await ask(
        engine_of(warranty(*points)),
        ASKED + " x" * 400,
        collected_data={"Receipt number": "R-4711"},
        unavailable=["shop name"],
    )
    assert reply.escalation
    lines = reply.escalation.summary_for_agent.splitlines()
    assert lines[0].endswith("…")
    assert len(lines[0]) < 450
    assert "Nearest article: Warranty claim for a lamp" in lines
    assert "Known: Receipt number: R-4711" in lines
    assert "Still missing: Shop name" in lines
