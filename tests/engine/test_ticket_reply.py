"""Every field of the reply in every decision, as the contract says."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_pipeline.articles import Chunk, Kind
from data_pipeline.contract.replies import Decision, GenerateResponseReply, Level, ReasonCode
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import Model, shipped_coefficients, threshold
from data_pipeline.engine.evidence import Evidence
from data_pipeline.engine.ticket_reply import ticket_reply
from data_pipeline.errors import IndexUnavailableError, UnknownScopeKeyError
from tests.builders_index import a_chunk
from tests.engine.kb import (
    article,
    ask,
    bulb_delivery,
    engine_of,
    fact,
    lamp_return,
    messages,
    need,
    page,
    request,
    sure,
    warranty,
)

HOW_LONG = "How long can I return a lamp?"
RECEIPT = fact("Receipt number", key="receipt_number")
ACCOUNT = fact("Account state", source="plan_profile", key="account_state")

# One ticket for each decision, with the engine that decides so.
TICKETS: dict[str, tuple[tuple[tuple[Chunk, ...], ...], dict[str, Any]]] = {
    "answer": ((lamp_return(),), {"inquiry": HOW_LONG}),
    "answer of two": (
        (lamp_return(), bulb_delivery()),
        {"inquiry": f"{HOW_LONG} When are my bulbs delivered by courier?"},
    ),
    "clarify": ((warranty(RECEIPT),), {"inquiry": "What does the lamp warranty cover?"}),
    "clarify scope": (
        (lamp_return(country="Spain"), lamp_return(country="Ireland", article_id="ie")),
        {"inquiry": HOW_LONG},
    ),
    "escalate": ((lamp_return(),), {"inquiry": "Do you sell helicopters?"}),
    "escalate person": ((lamp_return(),), {"inquiry": f"{HOW_LONG} I want to talk to a person."}),
    "escalate facts": ((warranty(ACCOUNT),), {"inquiry": "What does the lamp warranty cover?"}),
    "escalate language": ((lamp_return(),), {"inquiry": HOW_LONG, "options": {"language": "es"}}),
    "escalate one of two": (
        (lamp_return(),),
        {"inquiry": f"{HOW_LONG} And do you sell helicopters, too?"},
    ),
    "escalate empty": ((), {"inquiry": HOW_LONG}),
    "ignore": ((lamp_return(),), {"inquiry": "Thanks a lot!"}),
}
each_decision = pytest.mark.parametrize("name", TICKETS)


async def reply_to(name: str, **changes: Any) -> GenerateResponseReply:
    articles, fields = TICKETS[name]
    return await ask(engine_of(*articles), **(fields | changes))


@each_decision
async def test_decision_and_what_may_be_sent(name: str) -> None:
    """Publishable exactly for answer and clarify; a text to send for all but `ignore`."""
    reply = await reply_to(name)
    assert reply.decision == name.split(maxsplit=1)[0]
    assert reply.publishable is (reply.decision in {Decision.ANSWER, Decision.CLARIFY})
    assert (reply.reply_text is None) is (reply.decision is Decision.IGNORE)
    assert (reply.escalation is not None) is (reply.decision is Decision.ESCALATE)
    if reply.decision is not Decision.ESCALATE:
        assert reply.draft_text is None
    if reply.escalation:
        assert reply.reply_text == reply.escalation.customer_message
        assert reply.draft_text != reply.reply_text


@each_decision
async def test_questions_are_there_exactly_when_they_are_asked(name: str) -> None:
    """And stand in the text word for word."""
    reply = await reply_to(name)
    assert bool(reply.questions) is (reply.decision is Decision.CLARIFY)
    assert all(q.question in (reply.reply_text or "") for q in reply.questions)


@each_decision
async def test_confidence_is_what_its_factors_say(name: str) -> None:
    """Contributions, intercept included, add up to logit(confidence); the level follows the cut."""
    reply = await reply_to(name)
    assert 0 <= reply.confidence <= 1
    if reply.confidence_factors:
        odds = math.log(reply.confidence / (1 - reply.confidence))
        assert sum(f.contribution for f in reply.confidence_factors) == pytest.approx(odds)
        assert reply.confidence_factors[0].name == "intercept"
    else:
        assert reply.confidence == 0
    assert (reply.confidence_level is Level.HIGH) is (reply.confidence >= reply.threshold)
    if reply.decision is Decision.ANSWER:
        assert reply.confidence >= reply.threshold


@each_decision
async def test_citations_and_reply_belong_together(name: str) -> None:
    """Ids are unique, every used one is there and no other; without a reply there is none."""
    reply = await reply_to(name)
    parts = reply.reply
    used = [*parts.key_points, *parts.steps, *parts.warnings] if parts else []
    ids = [citation.id for citation in reply.citations]
    assert len(set(ids)) == len(ids)
    assert {i for part in used for i in part.citations} == set(ids)
    assert all(part.citations for part in used)
    if reply.decision in {Decision.CLARIFY, Decision.IGNORE}:
        assert parts is None


@each_decision
async def test_quotes_are_exact_and_for_customers(name: str) -> None:
    """Where they say, in chunks that a customer may see, of the revision that is stored."""
    articles, _ = TICKETS[name]
    chunks = {chunk.chunk_id: chunk for one in articles for chunk in one}
    reply = await reply_to(name)
    for citation in reply.citations:
        chunk = chunks[citation.chunk_id]
        assert chunk.text[citation.start : citation.end] == citation.quote
        assert not chunk.agent_only
        assert citation.text is msgspec.UNSET
        assert citation.revision


@each_decision
async def test_every_question_is_listed_with_a_decision(name: str) -> None:
    """The decision at the top is the most careful of them."""
    reply = await reply_to(name)
    care = [Decision.ANSWER, Decision.CLARIFY, Decision.ESCALATE]
    if reply.decision is Decision.IGNORE:
        assert reply.inquiries == ()
        return
    assert reply.inquiries
    assert max(care.index(i.decision) for i in reply.inquiries) == care.index(reply.decision)
    for one in reply.inquiries:
        assert (one.reason_code is None) is (one.decision is not Decision.ESCALATE)
    if reply.escalation:
        assert reply.escalation.reason_code in {i.reason_code for i in reply.inquiries}


@each_decision
async def test_accounting_fields(name: str) -> None:
    """No model was called; versions, error, cut and times are told in every decision."""
    reply = await reply_to(name)
    assert msgspec.structs.asdict(reply.usage) == {
        "model": None,
        "input_tokens": 0,
        "output_tokens": 0,
        "embedding_tokens": 0,
        "cost_usd": 0.0,
    }
    assert reply.versions.calibration == sure().version
    assert reply.calibration.n > 0
    assert reply.allowed_error == 0.05
    assert reply.threshold == pytest.approx(threshold(sure(), 0.05))
    assert reply.kb_version
    assert reply.timings_ms.total >= reply.timings_ms.generate >= 0
    assert reply.degraded == ()
    assert msgspec.json.encode(reply)


@each_decision
async def test_required_data_says_the_same_before(name: str) -> None:
    """Its next step never promises what this endpoint then refuses for a lack of facts."""
    articles, fields = TICKETS[name]
    needs = await need(engine_of(*articles), **fields)
    reply = await reply_to(name)
    expected = {
        Decision.ANSWER: {"generate"},
        Decision.CLARIFY: {"collect"},
        Decision.ESCALATE: {"escalate", "collect"},
        Decision.IGNORE: {"ignore"},
    }
    assert needs.next_step in expected[reply.decision]
    assert needs.sources == reply.sources
    assert needs.language == reply.language
    assert [i.text for i in needs.inquiries] == [i.text for i in reply.inquiries]


# --- what must never be told ----------------------------------------------------------------------

CANARY = "ZX-CANARY-9931"
COLLECTED = {
    "receipt_number": CANARY,
    "lamp": {"owner": CANARY, "balance": 99314711},
    "notes": [{"name": "Lamp", "value": CANARY}],
}


@each_decision
@pytest.mark.parametrize(
    "ticket",
    [
        {},
        {"requester": {"verified": False}},
        {"requester": {"verified": True}, "cc": ["third@party.example"]},
    ],
    ids=["no requester", "not verified", "third party in copy"],
)
async def test_collected_values_never_reach_the_customer(name: str, ticket: dict[str, Any]) -> None:
    """In no decision: neither in the text nor in the parts of the reply nor in a question."""
    reply = await reply_to(name, collected_data=COLLECTED, ticket=ticket)
    told = [reply.reply_text, reply.reply, reply.questions, reply.citations]
    told.append(reply.escalation.customer_message if reply.escalation else None)
    assert CANARY not in repr(told)
    assert "99314711" not in repr(told)


async def test_reply_that_tells_a_fact_is_stopped_unless_the_requester_is_verified() -> None:
    """A value that is the article's own word is nobody's secret."""
    engine = engine_of(lamp_return())
    own_word = await ask(engine, HOW_LONG, collected_data={"window": "within 45 days of delivery"})
    assert own_word.decision is Decision.ANSWER


@each_decision
async def test_private_notes_are_nowhere(name: str) -> None:
    """Not in the reply, not in the summary, not in what was asked."""
    articles, fields = TICKETS[name]
    ticket = messages(f"customer: {fields['inquiry']}", "agent: NOTE-7 he lies")
    ticket["messages"][1]["public"] = False
    rest = {k: v for k, v in fields.items() if k != "inquiry"}
    reply = await ask(engine_of(*articles), ticket=ticket, **rest)
    assert reply.decision == name.split(maxsplit=1)[0]
    assert "NOTE-7" not in repr(reply)


async def test_agent_only_text_is_in_no_part_of_a_reply() -> None:
    """Steps, flags, guardrails, data points: the customer and the draft see none of them."""
    details = {
        "critical_flags": {"vault": "SECRET-1"},
        "guardrails": {
            "must_not": ["Never tell about SECRET-2."],
            "must_do_if_unsure": ["Ask SECRET-3."],
        },
        "decision_guide": {
            "allowed_conclusions": ["SECRET-4 holds."],
            "missing_data_conditions": [
                {
                    "condition": "SECRET-5",
                    "missing_data_point": "x",
                    "resulting_outcome": "y",
                    "ask_participant": "SECRET-6?",
                }
            ],
        },
    }
    engine = engine_of(lamp_return(details=details))
    for inquiry in ("How do I return a lamp?", "How long can I return a SECRET-1 SECRET-2 lamp?"):
        reply = await ask(engine, inquiry, options={"debug": True})
        said = (reply.reply_text, reply.draft_text, reply.reply, reply.citations)
        assert "SECRET" not in repr(said).replace("SECRET-1 SECRET-2 lamp", "")
        assert "RETURN-VAULT" not in repr(said)


# --- answers ----------------------------------------------------------------------------------------


async def test_answer_is_the_articles_own() -> None:
    """A sentence of ours, then what the article says."""
    reply = await reply_to("answer")
    assert reply.reply_text == (
        "Thank you for your message.\n\nHow long can I return a lamp? Within 45 days of delivery."
    )
    [citation] = reply.citations
    assert (citation.article_id, citation.title) == ("lamp-return", "Returning a lamp")


async def test_two_articles_make_one_reply() -> None:
    """Citations of the second part have ids of their own; steps are numbered through."""
    engine = engine_of(
        lamp_return(),
        article(
            {
                "steps": [
                    {
                        "step_number": 1,
                        "type": "x",
                        "visibility": "customer",
                        "description": "Track bulbs in the app.",
                        "notes": None,
                    }
                ]
            },
            article_id="bulbs",
            title="Track the delivery of bulbs",
        ),
    )
    reply = await ask(engine, "How do I return a lamp? How do I track the delivery of my bulbs?")
    assert reply.decision is Decision.ANSWER
    assert reply.reply
    assert [s.number for s in reply.reply.steps] == [1, 2, 3]
    assert {c.article_id for c in reply.citations} == {"lamp-return", "bulbs"}
    assert {s.article_id for s in reply.sources} == {"lamp-return", "bulbs"}


async def test_confidence_of_several_answers_is_the_least() -> None:
    """A reply is as sure as its weakest part."""
    model = Model(0.0, {"coverage_article": 4.0})
    coefficients = msgspec.structs.replace(sure(), article=model, reply=model)
    engine = engine_of(lamp_return(), bulb_delivery(), coefficients=coefficients)
    questions = [HOW_LONG, "When are my many beautiful bulbs delivered by courier?"]
    alone = [(await ask(engine, q)).confidence for q in questions]
    together = await ask(engine, " ".join(questions))
    assert together.confidence == pytest.approx(min(alone))


async def test_debug_adds_the_text_of_used_chunks() -> None:
    """And only then."""
    reply = await reply_to("answer", options={"debug": True})
    assert all(c.quote in str(c.text) for c in reply.citations)
    assert reply.citations


async def test_long_inquiry_is_condensed_and_says_so() -> None:
    """Never refused."""
    reply = await ask(engine_of(lamp_return()), HOW_LONG + " lamp" * 6_000)
    assert reply.degraded == ("truncated",)


async def test_related_inquiries_help_to_understand() -> None:
    """ "How long?" about what? They tell, and are not answered themselves."""
    reply = await ask(
        engine_of(lamp_return(), bulb_delivery()),
        "How long?",
        related_inquiries=["I return a lamp"],
    )
    assert [i.article_id for i in reply.inquiries] == ["lamp-return"]
    assert [i.text for i in reply.inquiries] == ["How long?"]


async def test_short_question_is_not_answered_by_the_words_around_it() -> None:
    """What else was written must not make an article fit that says nothing about it."""
    inquiry = (
        "I return a lamp within the window and the refund takes 6 days. Do you sell helicopters?"
    )
    reply = await ask(engine_of(lamp_return(), coefficients=sure(12.0)), inquiry)
    assert reply.decision is Decision.ESCALATE


async def test_article_without_a_word_for_customers_is_not_an_answer() -> None:
    """Nothing to quote, nothing to send."""
    chunks = article({"guardrails": {"must_not": ["Never promise a lamp."]}}, title="Lamp promises")
    reply = await ask(engine_of(chunks), "Do you promise a lamp?")
    assert reply.decision is Decision.ESCALATE
    assert reply.escalation
    assert reply.escalation.reason_code is ReasonCode.LOW_CONFIDENCE
    assert reply.draft_text is None
    assert reply.reply is None


async def test_expired_article_is_never_used() -> None:
    """It neither answers nor appears."""
    reply = await ask(engine_of(lamp_return(valid_until="2026-06-14")), HOW_LONG)
    assert reply.decision is Decision.ESCALATE
    assert reply.sources == ()


async def test_guardrails_that_stopped_something_are_named() -> None:
    """The sentence is gone, the rule is told."""
    details = {
        "faq_pairs": [{"question": HOW_LONG, "answer": "A lamp return is always possible."}],
        "guardrails": {"must_not": ["Do not say that a lamp return is always possible."]},
    }
    reply = await ask(engine_of(lamp_return(details=details)), HOW_LONG)
    assert reply.guardrails_applied == ("Do not say that a lamp return is always possible.",)
    assert "always possible" not in (reply.reply_text or "")


# --- outcomes ---------------------------------------------------------------------------------------

UNITS = fact("Unit count", "eligibility_confirmation", key="unit_count", data_type="number")
OUTCOMES = {
    "decision_guide": {
        "supported_outcomes": ["can_proceed", "blocked"],
        "blocking_conditions": [
            {
                "condition": "More than 10 units.",
                "when": {"key": "unit_count", "op": "gt", "value": 10},
                "outcome": "blocked",
            }
        ],
    },
    "response_frames": {
        "blocked": {
            "participant_message_components": [
                "The warranty covers up to 10 units, so this is not covered."
            ]
        },
        "can_proceed": {"participant_message_components": ["Yes, the warranty covers your lamp."]},
    },
}
VERDICT = "Am I eligible for a lamp warranty claim?"


@pytest.mark.parametrize(
    ("units", "outcome", "words"),
    [(12, "blocked", "up to 10 units"), (2, "can_proceed", "Yes, the warranty")],
)
async def test_proven_outcome_is_told_in_its_frame(units: int, outcome: str, words: str) -> None:
    """With the condition that decided."""
    engine = engine_of(warranty(UNITS, **OUTCOMES))
    reply = await ask(engine, VERDICT, collected_data={"unit_count": units})
    assert reply.decision is Decision.ANSWER
    assert reply.outcome == outcome
    assert words in (reply.reply_text or "")
    assert reply.outcome not in set(Decision)


async def test_unproven_outcome_is_null() -> None:
    """A missing fact proves nothing; the rules are explained without a verdict."""
    engine = engine_of(warranty(UNITS, **OUTCOMES))
    explained = await ask(engine, "What does the lamp warranty cover?")
    assert (explained.decision, explained.outcome, explained.outcome_reason) == (
        Decision.ANSWER,
        None,
        None,
    )
    asked = await ask(engine, VERDICT)
    assert (asked.decision, asked.outcome) == (Decision.CLARIFY, None)


async def test_outcome_of_an_open_scope_or_a_doubtful_article_is_null() -> None:
    """Another scope may have other rules; another article, too."""
    chunks = warranty(UNITS, **OUTCOMES)
    bound = [msgspec.structs.replace(c, scope={"country": ("Spain",)}) for c in chunks]
    fields = {"collected_data": {"unit_count": 12}}
    open_scope = await ask(engine_of(bound), VERDICT, **fields)
    assert (open_scope.missing, open_scope.outcome) == (("country",), None)
    doubtful = await ask(engine_of(chunks, coefficients=sure(-2.5)), VERDICT, **fields)
    assert (doubtful.decision, doubtful.outcome) == (Decision.ESCALATE, None)


# --- clarifications ---------------------------------------------------------------------------------


async def test_scope_is_asked_before_the_facts_of_an_article() -> None:
    """Another answer may mean another article; what is missing is told all the same."""
    bound = [msgspec.structs.replace(c, scope={"country": ("Spain",)}) for c in warranty(RECEIPT)]
    reply = await ask(engine_of(bound), "What does the lamp warranty cover?")
    assert reply.missing == ("country", "receipt_number")
    assert [q.key for q in reply.questions] == ["country"]


async def test_unknown_scope_quotes_nothing() -> None:
    """Nothing is answered from an article whose scope is not settled."""
    reply = await reply_to("clarify scope")
    assert (reply.reply, reply.citations) == (None, ())
    assert "45" not in (reply.reply_text or "")


async def test_unknown_scope_key_is_an_error() -> None:
    """As in required-data."""
    with pytest.raises(UnknownScopeKeyError):
        await ask(engine_of(lamp_return()), HOW_LONG, scope={"planet": "Mars"})


async def test_broken_store_is_an_error() -> None:
    """Never a reply."""
    engine = engine_of(lamp_return())
    engine.index.broken = True  # type: ignore[attr-defined]
    with pytest.raises(IndexUnavailableError):
        await ask(engine, HOW_LONG)


# --- languages --------------------------------------------------------------------------------------


async def test_article_in_another_language_goes_to_a_person() -> None:
    """Who gets the draft; the customer is told in the reply's language."""
    reply = await reply_to("escalate language")
    assert reply.escalation
    assert reply.escalation.reason_code is ReasonCode.LANGUAGE
    assert (
        reply.reply_text
        == "Gracias por tu mensaje. Una persona del equipo lo revisará y te responderá."
    )
    assert "Within 45 days" in (reply.draft_text or "")
    assert (reply.language.detected, reply.language.reply) == ("en", "es")


async def test_reply_in_a_language_that_kbgate_does_not_speak_has_only_the_articles_words() -> None:
    """No English frame around French sentences."""
    french = page(
        "---\nlanguage: fr\n---\n# Retour d'une lampe\n\nUne lampe se retourne dans les 45 jours.\n"
    )
    reply = await ask(engine_of(french), "Est-ce qu'une lampe se retourne dans les 45 jours ?")
    assert reply.decision is Decision.ANSWER
    assert reply.reply_text == "Une lampe se retourne dans les 45 jours."


# --- how sure -----------------------------------------------------------------------------------------


async def test_allowed_error_is_only_ever_stricter() -> None:
    """A caller cannot loosen what the operator set."""
    engine = engine_of(lamp_return(), allowed_error=0.05)
    laxer = await ask(engine, HOW_LONG, options={"allowed_error": 0.5})
    stricter = await ask(engine, HOW_LONG, options={"allowed_error": 0.0001})
    assert (laxer.allowed_error, stricter.allowed_error) == (0.05, 0.0001)
    assert laxer.decision is Decision.ANSWER
    assert stricter.decision is Decision.ESCALATE
    assert stricter.escalation
    assert stricter.escalation.reason_code is ReasonCode.LOW_CONFIDENCE
    assert stricter.draft_text == laxer.reply_text


_WEIGHTS = st.dictionaries(
    st.sampled_from([n for n in Evidence.__struct_fields__ if n != "coverage_passage"]),
    st.floats(-4, 4),
    max_size=4,
)


@settings(max_examples=25)
@given(
    intercept=st.floats(-4, 4),
    weights=_WEIGHTS,
    inquiry=st.sampled_from([t["inquiry"] for _, t in TICKETS.values()]),
    errors=st.lists(st.floats(1e-6, 0.9), min_size=2, max_size=4),
)
async def test_stricter_error_never_adds_an_answer(
    intercept: float, weights: dict[str, float], inquiry: str, errors: list[float]
) -> None:
    """Whatever the coefficients: of two errors the smaller one answers a subset."""
    model = Model(intercept, weights)
    coefficients = msgspec.structs.replace(shipped_coefficients(), article=model, reply=model)
    answered = []
    for error in sorted(errors, reverse=True):
        engine = engine_of(
            lamp_return(), bulb_delivery(), coefficients=coefficients, allowed_error=error
        )
        answered.append((await ask(engine, inquiry)).decision is Decision.ANSWER)
    assert all(later <= earlier for earlier, later in pairwise(answered))


# --- any ticket, any knowledge base ---------------------------------------------------------------------

_WORDS = st.sampled_from(
    "lamp Lampe return ¿cómo? how much €7 within 45 days please cancel my not no thanks 退货 كيف 💡 ... ?! a@b.example "
    "Spain ask the customer: yes - 2026-01-01 {label} <b> null person".split()
)
_TEXTS = st.lists(_WORDS, min_size=1, max_size=14).map(" ".join) | st.text(min_size=1, max_size=80)
_CHUNKS = st.lists(
    st.builds(
        a_chunk,
        st.sampled_from(["one", "two", "three"]),
        st.sampled_from(["s1", "s2", "s3~2"]),
        _TEXTS,
        title=st.sampled_from(["Lamps", "Returns", "退货"]),
        kind=st.sampled_from(list(Kind)),
        language=st.sampled_from(["en", "es", "fr"]),
        agent_only=st.booleans(),
        scope=st.sampled_from([{}, {"country": ("Spain",)}]),
    ),
    max_size=8,
    unique_by=lambda chunk: chunk.chunk_id,
)
_TURNS = st.lists(
    st.tuples(st.sampled_from(["customer", "agent", "bot", "system"]), _TEXTS, st.booleans()),
    max_size=4,
)


@settings(max_examples=150)
@given(
    chunks=_CHUNKS,
    inquiry=st.none() | _TEXTS,
    turns=_TURNS,
    data=st.dictionaries(_TEXTS, _TEXTS, max_size=3),
)
async def test_any_ticket_gets_a_typed_decision(
    chunks: list[Chunk],
    inquiry: str | None,
    turns: list[tuple[str, str, bool]],
    data: dict[str, str],
) -> None:
    """Random texts against a random knowledge base: nothing raises, and every promise holds."""
    fields: dict[str, Any] = {
        "ticket": {
            "messages": [
                {"from": who, "text": text, "public": public} for who, text, public in turns
            ]
        },
        "collected_data": data,
    }
    body = (
        request(**({"inquiry": inquiry} if inquiry else {}), **fields) if inquiry or turns else None
    )
    if body is None:
        return
    engine: Engine = engine_of(chunks)
    reply = await ticket_reply(engine, "default", body)
    held = {chunk.chunk_id: chunk for chunk in chunks}
    assert reply.publishable is (reply.decision in {Decision.ANSWER, Decision.CLARIFY})
    assert 0 <= reply.confidence <= 1
    for citation in reply.citations:
        chunk = held[citation.chunk_id]
        assert chunk.text[citation.start : citation.end] == citation.quote
        assert not chunk.agent_only
        assert chunk.kind not in {Kind.GUARDRAIL, Kind.MISSING_DATA, Kind.FLAGS, Kind.EXAMPLES}
    if reply.decision is Decision.ANSWER:
        assert reply.reply
        assert reply.citations
        quotes = {c.id: " ".join(c.quote.split()) for c in reply.citations}
        for point in (*reply.reply.key_points, *reply.reply.warnings):
            assert " ".join(point.text.split()) in {quotes[i] for i in point.citations}
    assert msgspec.json.encode(reply)


LONG = 20_000


@pytest.mark.parametrize(
    "inquiry",
    [
        "x" * LONG,
        "lamp " * (LONG // 5),
        "How long can I return a lamp? " * (LONG // 30),
        "💡" * 500,
        "?!.,;:" * 300,
        "????",
        "这盏灯可以退货吗？我昨天收到的，颜色不对。",
        "هل يمكنني إرجاع المصباح؟ وصلني أمس واللون غير صحيح.",
        "a\u0000b lamp \ufffd \u202e return",
        "<script>alert(1)</script> return a lamp?",
        "{label} {0} %s ${x} {{ $json.inquiry }} lamp",
        "\n\n\n \t lamp",
    ],
    ids=lambda text: ascii(text[:12]),
)
async def test_odd_inquiries_get_a_typed_decision(inquiry: str) -> None:
    """Long, of signs only, in other scripts, hostile: a decision, and never a wrong answer."""
    reply = await ask(
        engine_of(lamp_return(), bulb_delivery(), coefficients=shipped_coefficients()), inquiry
    )
    assert reply.decision in set(Decision)
    if not any(word in inquiry for word in ("lamp", "return")):
        assert reply.decision in {Decision.ESCALATE, Decision.IGNORE}
