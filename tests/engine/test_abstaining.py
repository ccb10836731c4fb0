"""Abstention as a guarantee: whoever demands more never gets an automatic answer more."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_pipeline.contract.replies import Decision, GenerateResponseReply
from data_pipeline.engine.assessment import Engine, assess
from data_pipeline.engine.calibration import NEVER, Basis, Cut, Measured
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.engine.ruling import Case, Ruling, Written, case_of, rule
from data_pipeline.ports import ModelTask
from tests.engine.kb import (
    ask,
    bulb_delivery,
    engine_of,
    fact,
    lamp_return,
    page,
    request,
    sure,
    warranty,
)
from tests.engine.test_writing import passage_with
from tests.fakes_models import ScriptedModel

_CASES: Final = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
_QUESTIONS: Final = (
    "How long can I return a lamp?",
    "What does the return parcel cost?",
    "How do I return my lamp?",
    "What does the lamp warranty cover?",
    "When are my bulbs delivered?",
    "Do you sell helicopters?",
    "What does a lost key cost?",
    "¿Cuánto cuesta la lámpara?",
    "I want to talk to a person.",
    "Am I still entitled to return it?",
    "Thanks!",
)
_WORDS: Final = (
    "lamp bulb return delivery parcel days courier switch warranty receipt label broken key lost "
    "refund orders cost free within not Spain Ireland 45 €7 helicopter xylophone please the of"
).split()
_TICKETS = st.one_of(
    st.sampled_from(_QUESTIONS),
    st.lists(st.sampled_from(_QUESTIONS), min_size=2, max_size=3).map(" ".join),
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=9).map(lambda w: f"{' '.join(w)}?"),
)
_ERRORS = st.floats(min_value=0, max_value=1, exclude_min=True, exclude_max=True)
_CUTS = st.floats(min_value=0, max_value=NEVER)
_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "collected_data": st.sampled_from([{}, {"Receipt number": "R-1"}, {"country": "Spain"}]),
        "unavailable": st.sampled_from([[], ["receipt_number"]]),
    },
)


def shop(**changes: Any) -> Engine:
    """A small knowledge base in which everything happens: facts, scopes, a contradiction."""
    lost = "The charge for a lost key is €{}.\n"
    return engine_of(
        lamp_return(country="Spain"),
        bulb_delivery(),
        warranty(fact("Receipt number", question="Which receipt?", key="receipt_number")),
        page("# Keys\n\n" + lost.format(35), "keys.md"),
        page("# Lost key\n\n" + lost.format(45), "lost.md"),
        **({"coefficients": shipped_coefficients()} | changes),
    )


SHOP: Final = shop()


def reply_with(engine: Engine, ticket: str, **fields: Any) -> GenerateResponseReply:
    return asyncio.run(ask(engine, ticket, **fields))


def is_no_answer_more(loose: Decision, strict: Decision) -> bool:
    """A stricter demand changes nothing, or hands over what would have been sent.

    A question to the customer is withdrawn where the other half of the ticket is handed over.
    """
    sent = {Decision.ANSWER, Decision.CLARIFY}
    return strict is loose or (loose in sent and strict is Decision.ESCALATE)


@_CASES
@given(ticket=_TICKETS, errors=st.tuples(_ERRORS, _ERRORS).map(sorted), fields=_FIELDS)
def test_an_operator_who_allows_less_gets_no_answer_more(
    ticket: str, errors: list[float], fields: dict[str, Any]
) -> None:
    """Over the whole engine; the threshold rises, too."""
    strict, loose = (
        reply_with(msgspec.structs.replace(SHOP, allowed_error=error), ticket, **fields)
        for error in errors
    )
    assert is_no_answer_more(loose.decision, strict.decision)
    assert strict.threshold >= loose.threshold


@_CASES
@given(ticket=_TICKETS, errors=st.tuples(_ERRORS, _ERRORS).map(sorted), fields=_FIELDS)
def test_a_caller_who_allows_less_gets_no_answer_more(
    ticket: str, errors: list[float], fields: dict[str, Any]
) -> None:
    """Nor one more than without saying anything: a caller cannot loosen what the operator set."""
    strict, loose = (
        reply_with(SHOP, ticket, options={"allowed_error": error}, **fields) for error in errors
    )
    unsaid = reply_with(SHOP, ticket, **fields)
    assert is_no_answer_more(loose.decision, strict.decision)
    assert is_no_answer_more(unsaid.decision, loose.decision)


def quoting(task: ModelTask) -> str:
    """A model that says what stands in the first passage it is shown."""
    texts = ("A lamp can be returned within 45 days of its delivery.", "within 45 days")
    said, words = texts if "within 45 days" in task.material else ("It depends.", "the")
    point = {"cites": [passage_with(words, task.material)], "kind": "point", "text": said}
    return msgspec.json.encode({"verdict": "answered", "points": [point]}).decode()


@_CASES
@given(ticket=_TICKETS, errors=st.tuples(_ERRORS, _ERRORS).map(sorted))
def test_a_model_does_not_get_round_it(ticket: str, errors: list[float]) -> None:
    """What a model writes needs the same probability."""
    strict, loose = (
        reply_with(shop(model=ScriptedModel(quoting), allowed_error=error), ticket)
        for error in errors
    )
    assert is_no_answer_more(loose.decision, strict.decision)


@_CASES
@given(ticket=_TICKETS, errors=st.tuples(_ERRORS, _ERRORS).map(sorted), data=st.data())
def test_a_measured_curve_keeps_it(ticket: str, errors: list[float], data: st.DataObject) -> None:
    """Whatever was measured, even bounds that go up and down, and with cuts for groups."""
    curves = st.lists(st.builds(_cut, st.floats(0, 1), st.floats(0, 1)), max_size=4).map(tuple)
    measured = Measured(
        basis=Basis(certainty=0.95, allowed_error=0.05, mix={}, counts={}),
        curve=data.draw(curves),
        groups={"scope country=spain": data.draw(curves)},
    )
    known = msgspec.structs.replace(shipped_coefficients(), measured=measured)
    strict, loose = (
        reply_with(shop(coefficients=known, allowed_error=error), ticket) for error in errors
    )
    assert is_no_answer_more(loose.decision, strict.decision)


def _cut(probability: float, error_bound: float) -> Cut:
    return Cut(
        probability=probability,
        error_bound=error_bound,
        observed=error_bound,
        answered=0.5,
        kept=0.5,
    )


def rulings(ticket: str, cut: float, written: bool, fields: dict[str, Any]) -> list[Ruling]:
    """The ruling on each part of a ticket when an answer needs the probability `cut`."""
    asked = request(inquiry=ticket, **fields)
    assessment = asyncio.run(assess(SHOP, "default", asked))
    case = Case(SHOP, assessment, asked, cut)
    plain = [rule(case, part, number) for number, part in enumerate(assessment.parts)]
    if not written:
        return plain
    return [rule(case, old.part, number, Written(old.draft)) for number, old in enumerate(plain)]


@_CASES
@given(
    ticket=_TICKETS,
    cuts=st.tuples(_CUTS, _CUTS).map(sorted),
    written=st.booleans(),
    fields=_FIELDS,
)
def test_a_raised_cut_takes_answers_away_and_nothing_else(
    ticket: str, cuts: list[float], written: bool, fields: dict[str, Any]
) -> None:
    """Every part by itself; an escalation or a question to the customer never becomes an answer."""
    loose, strict = (rulings(ticket, cut, written, fields) for cut in cuts)
    for one, other in zip(loose, strict, strict=True):
        changed = (one.decision, other.decision)
        assert changed == (Decision.ANSWER, Decision.ESCALATE) or len(set(changed)) == 1
        assert one.confidence == other.confidence
        assert (other.reason is None) == (other.decision is not Decision.ESCALATE)


@_CASES
@given(ticket=_TICKETS, fields=_FIELDS, error=_ERRORS)
def test_what_may_be_published_is_an_answer_or_a_question(
    ticket: str, fields: dict[str, Any], error: float
) -> None:
    """And has a text; everything else has none that could be sent by mistake for one."""
    reply = reply_with(SHOP, ticket, options={"allowed_error": error}, **fields)
    assert reply.publishable is (reply.decision in {Decision.ANSWER, Decision.CLARIFY})
    assert not reply.publishable or reply.reply_text
    assert (reply.escalation is not None) == (reply.decision is Decision.ESCALATE)
    assert reply.decision is not Decision.ANSWER or reply.confidence >= reply.threshold


@pytest.mark.parametrize("error", [0.9, 0.05, 1e-9])
def test_a_contradiction_is_answered_at_no_threshold(error: float) -> None:
    """However much may be wrong: nobody knows which of the two is."""
    engine = shop(coefficients=sure(20.0), allowed_error=error)
    reply = reply_with(engine, "What does a lost key cost?")
    assert reply.decision is Decision.ESCALATE


def test_the_shop_answers_asks_and_hands_over() -> None:
    """The properties above speak of something: every decision occurs, and the error matters."""
    engine = shop(allowed_error=0.6)
    seen = {reply_with(engine, question).decision for question in _QUESTIONS}
    assert seen == set(Decision)
    asked = request(inquiry=_QUESTIONS[4])
    assessment = asyncio.run(assess(SHOP, "default", asked))
    (part,) = assessment.parts
    tight, wide = (
        rule(
            case_of(msgspec.structs.replace(SHOP, allowed_error=error), assessment, asked), part, 0
        )
        for error in (1e-6, 0.9)
    )
    assert (tight.decision, wide.decision) == (Decision.ESCALATE, Decision.ANSWER)
