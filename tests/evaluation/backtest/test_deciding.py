"""Past tickets over the example knowledge base, with the engine as it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from data_pipeline.contract.replies import Decision, GenerateResponseReply
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.engine.ticket_reply import ticket_reply
from data_pipeline.errors import DeadlineExceededError, IndexUnavailableError
from data_pipeline.evaluation.backtest.deciding import Decide, Decided, decide_all
from data_pipeline.evaluation.backtest.past_ticket import PastTicket, Unreadable
from data_pipeline.ingest.chunking import chunk_article
from tests.example_kb import SCOPE_KEYS, example_articles, example_tickets
from tests.fakes_index import MemoryIndex

FLEX = {"plan": "Flex", "country": "Ireland"}


@pytest.fixture(scope="module")
def decide() -> Decide:
    chunks = [chunk for article in example_articles() for chunk in chunk_article(article)]
    engine = Engine(
        index=MemoryIndex(chunks, scope_keys=SCOPE_KEYS),
        coefficients=shipped_coefficients(),
        today=lambda: date(2026, 11, 20),
    )
    return lambda request: ticket_reply(engine, "default", request)


def past(number: int, human: str = "", **request: Any) -> PastTicket:
    return PastTicket(place=f"line {number}", id=f"t{number}", request=request, human_reply=human)


async def decided(decide: Decide, *tickets: PastTicket | Unreadable) -> Decided:
    return await decide_all(decide, tickets, mode="extractive")


async def test_every_example_is_decided_as_the_service_decides_it(decide: Decide) -> None:
    """The same decision, confidence, reply and citations for each of them."""
    examples = {ticket.id: ticket for ticket in example_tickets()}
    tickets = [
        PastTicket(place=key, id=key, request=one.request, human_reply="")
        for key, one in examples.items()
    ]
    seen: list[int] = []
    found = await decide_all(decide, tickets, mode="extractive", progress=seen.append)
    assert not found.left_out
    assert seen == list(range(1, len(examples) + 1))
    assert {row.id for row in found.rows} == set(examples)
    for row in found.rows:
        reply = await decide(examples[row.id].body())
        assert (row.decision, row.confidence) == (reply.decision, reply.confidence), row.id
        assert (row.sent, row.draft) == (reply.reply_text or "", reply.draft_text or "")
        assert [c.quote for c in row.citations] == [c.quote for c in reply.citations]


async def test_an_answer_is_compared_with_what_a_person_replied(decide: Decide) -> None:
    """Another figure than the article's makes the same answer riskier."""
    asked = "Is there an early cancellation fee on Flex if I stop in the second month?"
    same, other = "Yes, the fee is €79.", "Yes, the fee is €49."
    found = await decided(
        decide, past(1, same, inquiry=asked, scope=FLEX), past(2, other, inquiry=asked, scope=FLEX)
    )
    first, second = found.rows
    assert [first.id, second.id] == ["t2", "t1"]
    assert first.decision is Decision.ANSWER
    assert first.agreement is not None
    assert [(d.reply, d.human) for d in first.agreement.differences] == [("€79", "€49")]
    assert first.risk > second.risk
    assert first.confidence == second.confidence


async def test_wrong_requests_are_left_out_and_named_without_their_words(decide: Decide) -> None:
    found = await decided(
        decide,
        Unreadable("line 1", "no ticket"),
        past(2, inquiry="How?", scope={"plna": "SECRET"}),
        past(3, inquiry=["SECRET"]),
        past(4, inquiry="   "),
        past(5, inquiry="How do I cancel?", topic="SECRET" * 200),
        past(6, inquiry="How do I cancel?", scope=FLEX),
    )
    assert [row.id for row in found.rows] == ["t6"]
    assert [one.place for one in found.left_out] == [f"line {n}" for n in range(1, 6)]
    assert 'did you mean "plan"' in found.left_out[1].cause
    assert "SECRET" not in repr(found.left_out)


async def test_ids_that_come_twice_or_not_at_all_are_told_apart(decide: Decide) -> None:
    ticket = past(1, inquiry="How do I cancel?")
    nameless = PastTicket(place="line 9", id="", request=ticket.request, human_reply="")
    found = await decided(decide, ticket, ticket, nameless, ticket)
    assert {row.id for row in found.rows} == {"t1", "t1 (2)", "line 9", "t1 (3)"}
    assert len({row.key for row in found.rows}) == 4


async def test_marks_fit_again_where_the_reply_is_the_same_and_nowhere_else(decide: Decide) -> None:
    """The key of a row comes from ticket and reply: more tickets or another order do not matter."""
    cancel, thanks = past(1, inquiry="How do I cancel?", scope=FLEX), past(2, inquiry="thanks!")
    first = {row.id: row.key for row in (await decided(decide, cancel, thanks)).rows}
    again = {row.id: row.key for row in (await decided(decide, thanks, cancel)).rows}
    assert first == again
    other = past(1, inquiry="How do I cancel?", scope={"plan": "Lease", "country": "Ireland"})
    changed = {row.id: row.key for row in (await decided(decide, other, thanks)).rows}
    assert changed["t1"] != first["t1"]
    assert changed["t2"] == first["t2"]


async def test_a_ticket_without_a_decision_in_time_is_left_out() -> None:
    async def late(_request: GenerateResponseRequest) -> GenerateResponseReply:
        raise DeadlineExceededError("late")

    found = await decided(late, past(1, inquiry="How?"))
    assert [one.place for one in found.left_out] == ["line 1"]


async def test_a_store_that_cannot_be_read_ends_the_run() -> None:
    async def broken(_request: GenerateResponseRequest) -> GenerateResponseReply:
        raise IndexUnavailableError("gone")

    with pytest.raises(IndexUnavailableError):
        await decided(broken, past(1, inquiry="How?"))


async def test_nothing_in_nothing_out(decide: Decide) -> None:
    found = await decided(decide)
    assert (found.rows, found.left_out, found.calibration) == ((), (), None)
