"""Why a ticket goes to a person, and what that person reads."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from data_pipeline.contract.replies import Decision, Escalation, ReasonCode
from data_pipeline.engine.agent_wording import Cause, agent_wording
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import Coefficients, Model
from data_pipeline.engine.escalation import Reason
from data_pipeline.engine.ruling import _short_by
from tests.engine.kb import ask, engine_of, fact, lamp_return, messages, page, sure, warranty
from tests.engine.test_writing import writes
from tests.fakes_models import ScriptedModel

RECEIPT = fact("Receipt number", question="x", key="receipt_number")
ASKED = "What does the lamp warranty cover?"


TOLD = (
    *("title", "section", "quote", "id"),
    *("other_title", "other_section", "other_quote", "other_id"),
)


def test_every_cause_has_a_code_and_words_in_every_language() -> None:
    """A new cause without them would fail on its first ticket."""
    known = {"name": "n", "key": "k", "detail": "d", "words": "w", "rival": "r"}
    known |= dict.fromkeys(TOLD, "t")
    for cause in Cause:
        assert Reason(cause).code in ReasonCode
        for language in ("en", "es"):
            because = agent_wording(language).causes[cause]
            text = because.text.format(detail="d", **dict.fromkeys(TOLD, "t"))
            assert text[0].isupper()
            assert text.endswith(".")
            assert because.unless
            for unless in (because.unless, because.unless_words, because.unless_rival):
                said = unless.format(**known)
                assert "{" not in text + said
                assert not said.endswith(".")


def test_languages_know_the_same_sentences() -> None:
    """What is told in English is told in Spanish, with the same gaps to fill."""
    english, spanish = agent_wording("en").causes, agent_wording("es").causes
    for cause in Cause:
        for field in ("text", "unless", "unless_words", "unless_rival"):
            one, other = getattr(english[cause], field), getattr(spanish[cause], field)
            assert set(re.findall(r"{(\w+)}", one)) == set(re.findall(r"{(\w+)}", other))


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
    assert reply.escalation.would_answer_if == ('"Receipt number" (receipt_number) were known',)
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


# what would have led to an answer


async def unless(engine: Engine, inquiry: str = "", **fields: Any) -> tuple[str, ...]:
    """What the agent reads as missing."""
    escalation = (await ask(engine, inquiry, **fields)).escalation
    assert isinstance(escalation, Escalation)
    return escalation.would_answer_if


async def test_a_person_who_is_asked_for() -> None:
    assert await unless(engine_of(warranty()), "Let me talk to a human about my lamp") == (
        "the customer had not asked for a person",
    )


async def test_nothing_found_names_the_article_that_is_missing() -> None:
    """In the customer's own words, without those of asking, numbers, addresses and codes."""
    asked = "Please tell me: can you repair my Xylophone X-100 (order 4711, ana@example.com)?"
    (said,) = await unless(engine_of(), asked)
    assert said == 'an article about "repair", "Xylophone", "order" is added to the knowledge base'


async def test_at_most_the_four_most_telling_words_are_named() -> None:
    """A long ticket is not read out."""
    asked = "Do helicopters, zeppelins, gliders, balloons, rockets and lamps have switches?"
    (said,) = await unless(engine_of(warranty(), coefficients=sure(-3.0)), asked)
    assert said.count('"') == 2 * 4 + 2
    assert "helicopters" in said
    assert "lamps" not in said
    assert said.endswith('or "Warranty claim for a lamp", the nearest, speaks of it too')


async def test_words_of_another_language_are_the_agents_to_read() -> None:
    """The sentence is in the agent's language, the words are the customer's."""
    (said,) = await unless(engine_of(), "¿Reparáis xilófonos?", options={"agent_language": "es"})
    assert said == "se añade un artículo sobre «Reparáis», «xilófonos»"


async def test_a_doubtful_article_lacks_words() -> None:
    """Those that it does not hold, not those that it does."""
    (said,) = await unless(
        engine_of(warranty(), coefficients=certain(-2.3)), "Does the lamp warranty cover scratches?"
    )
    assert said == 'the article "Warranty claim for a lamp" also spoke of "scratches"'


async def test_an_answer_that_is_not_sure_enough_lacks_words() -> None:
    (said,) = await unless(
        engine_of(warranty(), coefficients=certain(-1.7)), "Does the lamp warranty cover scratches?"
    )
    assert said == 'the article "Warranty claim for a lamp" also spoke of "scratches"'


async def test_an_article_that_says_all_is_too_like_another_one() -> None:
    """Where no word is missing, the article next to it is the trouble."""
    twin = lamp_return(article_id="twin", title="Returning the lamp")
    (said,) = await unless(
        engine_of(lamp_return(), twin, coefficients=certain(-1.7)), "How long can I return a lamp?"
    )
    assert said in {
        f'the article "{one}" were easier to tell from "{other}"'
        for one, other in (
            ("Returning a lamp", "Returning the lamp"),
            ("Returning the lamp", "Returning a lamp"),
        )
    }


async def test_namesakes_are_told_apart_by_their_ids() -> None:
    """Two articles of one title, as exports have them; a missing word is told of beside it."""
    twin = lamp_return(article_id="twin")
    engine = engine_of(lamp_return(), twin, coefficients=certain(-1.7))
    words, rival = await unless(engine, "How long can I return a broken lamp?")
    assert words == 'the article "Returning a lamp" also spoke of "broken"'
    assert re.fullmatch(
        'the article "Returning a lamp" were easier to tell from "Returning a lamp '
        r'\((twin|lamp-return)\)"',
        rival,
    )


async def test_an_article_that_says_all_alone_should_say_it_plainly() -> None:
    (said,) = await unless(
        engine_of(warranty(), coefficients=certain(-1.7)), "What does the lamp warranty cover?"
    )
    assert said == (
        'the article "Warranty claim for a lamp" answered this question in so many words'
    )


async def test_another_language_names_the_article_to_translate() -> None:
    (said,) = await unless(engine_of(warranty()), ASKED, options={"language": "es"})
    assert said == 'the article "Warranty claim for a lamp" were there in "es"'


async def test_facts_are_named_with_label_and_key() -> None:
    """Each of them, whoever should have supplied it."""
    points = [fact(name, source="plan_profile") for name in ("Account state", "Plan end")]
    assert await unless(engine_of(warranty(*points)), ASKED) == (
        '"Account state" (account_state) were known',
        '"Plan end" (plan_end) were known',
    )
    ticket = messages(
        f"customer: {ASKED}",
        f"bot: {QUESTION}",
        "customer: what?",
        f"bot: {QUESTION}",
        f"customer: {ASKED}",
    )
    assert await unless(engine_of(warranty(RECEIPT)), ticket=ticket) == (
        '"Receipt number" (receipt_number) were known',
    )


async def test_private_facts_want_a_verified_requester() -> None:
    """Unverified requesters get no facts about anybody."""
    assert agent_wording("en").causes[Cause.NOT_VERIFIED].unless == (
        "the requester were verified and nobody else in copy"
    )


@pytest.mark.parametrize(
    ("verdict", "text", "said"),
    [
        (
            "partly",
            "The switch is covered for 24 months.",
            'the article "Warranty claim for a lamp" also answered what is asked about "scratches"',
        ),
        (
            "answered",
            "The switch is covered for 99 months.",
            'the article "Warranty claim for a lamp" said it in words for customers',
        ),
    ],
)
async def test_what_a_model_could_not_say(verdict: str, text: str, said: str) -> None:
    """Half of an answer lacks the words of the other half; an invented one lacks a source."""
    model = ScriptedModel(writes((text, "24 months"), verdict=verdict))
    engine = engine_of(warranty(), model=model, coefficients=certain())
    assert await unless(engine, "Does the lamp warranty cover the switch and scratches?") == (said,)


async def test_a_text_for_agents_only_cannot_be_quoted() -> None:
    """The article is there, and has nothing for customers."""
    agents = page("# Lamp recall\n\nLamps.\n\n:::agent\nThe recall ends in May.\n:::\n")
    (said,) = await unless(
        engine_of(agents, coefficients=certain()), "When does the lamp recall end?"
    )
    assert said.startswith('the article "Lamp recall" ')


def certain(odds: float = 4.0) -> Coefficients:
    """The same log-odds for all replies, whatever the knowledge base does not know."""
    model = Model(odds, {})
    return msgspec.structs.replace(sure(), article=model, reply=model)


@pytest.mark.parametrize(
    ("probability", "cut", "told"),
    [
        (0.13, 0.22, "0.13 < 0.22"),
        (0.2199, 0.22, "0.2199 < 0.2200"),
        (0.2199999, 0.22, "0.2199999 < 0.2200000"),
        (0.99, 1.0, "0.99 < 1.00"),
    ],
)
def test_what_is_just_below_the_cut_reads_so(probability: float, cut: float, told: str) -> None:
    """An agent never reads that 0.22 is less than 0.22."""
    assert _short_by(probability, cut) == told
