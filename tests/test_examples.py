"""The example tickets get what they should: the same engine, the same files, no service."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from data_pipeline.contract.replies import Decision, GenerateResponseReply
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.engine.numbers import as_number
from data_pipeline.engine.required_data import required_data
from data_pipeline.engine.ticket_reply import ticket_reply
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.scope import fits, fold_scope
from tests.example_kb import SCOPE_KEYS, Ticket, example_articles, example_tickets
from tests.fakes_index import MemoryIndex

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def engine() -> Engine:
    chunks = [chunk for article in example_articles() for chunk in chunk_article(article)]
    return Engine(
        index=MemoryIndex(chunks, scope_keys=SCOPE_KEYS),
        coefficients=shipped_coefficients(),
        today=lambda: TODAY,
    )


async def reply_to(engine: Engine, request: GenerateResponseRequest) -> GenerateResponseReply:
    return await ticket_reply(engine, "default", request)


def used_article(reply: GenerateResponseReply) -> str | None:
    return next((i.article_id for i in reply.inquiries), None)


@pytest.mark.parametrize("ticket", list(example_tickets()), ids=lambda t: t.id)
async def test_ticket_gets_what_it_should(engine: Engine, ticket: Ticket) -> None:
    """Decision, article, missing facts, reason and the words that matter."""
    request = ticket.body()
    reply = await reply_to(engine, request)
    expect = ticket.expect

    decisions = expect["decision"] if isinstance(expect["decision"], list) else [expect["decision"]]
    assert reply.decision in decisions, reply.escalation or reply.missing
    for words in expect.get("must_not_contain", ()):
        assert words.casefold() not in (reply.reply_text or "").casefold()
    if reply.decision != decisions[0]:
        return
    if expect.get("article_id"):
        used = {i.article_id for i in reply.inquiries}
        assert used & {expect["article_id"], *expect.get("cites", ())}
    assert set(expect.get("missing", ())) <= set(reply.missing)
    assert set(expect.get("needed_later", ())) <= set(reply.needed_later)
    if "reason_code" in expect:
        codes = expect["reason_code"]
        assert reply.escalation
        assert reply.escalation.reason_code in ([codes] if isinstance(codes, str) else codes)
    if "outcome" in expect:
        assert reply.outcome == expect["outcome"]
    text = reply.reply_text or ""
    for words in expect.get("must_contain", ()):
        assert words in text


@pytest.mark.parametrize(
    "ticket", [t for t in example_tickets() if t.expect.get("known")], ids=lambda t: t.id
)
async def test_known_facts_are_recognised(engine: Engine, ticket: Ticket) -> None:
    """Facts in the customer's words and in the workflow's data are found under any spelling."""
    reply = await required_data(engine, "default", ticket.body())
    known = {f.key: f.value for f in reply.required_fields if f.known}
    for key, value in ticket.expect["known"].items():
        found = known.get(key)
        if isinstance(value, (int, float)):
            assert as_number(found) == as_number(value)
        else:
            assert str(found).casefold() == str(value).casefold()


@pytest.mark.parametrize("ticket", list(example_tickets()), ids=lambda t: t.id)
async def test_every_quote_is_in_its_chunk_and_of_the_scope(engine: Engine, ticket: Ticket) -> None:
    """Citations are exact, every id used is there, and no article of another scope is cited."""
    request = ticket.body()
    reply = await reply_to(engine, request)
    catalogue = await engine.index.catalogue("default")
    chunks = {c.chunk_id: c async for c in engine.index.list_chunks("default")}
    for citation in reply.citations:
        chunk = chunks[citation.chunk_id]
        assert chunk.text[citation.start : citation.end] == citation.quote
        assert not chunk.agent_only
        assert fits(catalogue.articles[citation.article_id].scope, fold_scope(request.scope))
        assert citation.revision == catalogue.articles[citation.article_id].revision
    ids = {citation.id for citation in reply.citations}
    parts = reply.reply
    used = [*parts.key_points, *parts.steps, *parts.warnings] if parts else []
    assert all(set(part.citations) <= ids for part in used)
    assert reply.publishable == (reply.decision in {Decision.ANSWER, Decision.CLARIFY})


async def test_no_scope_ever_sees_the_other_scope(engine: Engine) -> None:
    """Over all pairs of articles of different scope: each one's title and questions, asked in the
    other's scope, never bring a citation of it."""
    catalogue = await engine.index.catalogue("default")
    bound = [card for card in catalogue.articles.values() if card.scope]
    pairs = [
        (asked, other)
        for asked in bound
        for other in bound
        if not fits(asked.scope, fold_scope(other.scope))
    ]
    assert len(pairs) >= 10
    for asked, other in pairs:
        scope = {key: list(values) for key, values in other.scope.items()}
        reply = await reply_to(engine, GenerateResponseRequest(inquiry=asked.title, scope=scope))
        assert asked.article_id not in {c.article_id for c in reply.citations}
        assert asked.article_id not in {s.article_id for s in reply.sources}


async def test_a_stricter_error_never_adds_an_answer(engine: Engine) -> None:
    """Lowering the allowed error only ever turns answers into escalations."""
    coefficients = shipped_coefficients()
    errors = (0.2, 0.05, 0.01, 0.001)
    for ticket in example_tickets():
        decisions = []
        for error in errors:
            stricter = Engine(
                index=engine.index,
                coefficients=coefficients,
                allowed_error=error,
                today=engine.today,
            )
            decisions.append((await reply_to(stricter, ticket.body())).decision)
        for laxer, stricter_decision in pairwise(decisions):
            assert (stricter_decision is Decision.ANSWER) <= (laxer is Decision.ANSWER)


async def test_unknown_scope_is_asked_for_with_its_choices(engine: Engine) -> None:
    """The best article is bound to a plan, the request names none: the plan is missing."""
    request = GenerateResponseRequest(
        inquiry="How do I cancel my subscription and what notice period applies?"
    )
    reply = await required_data(engine, "default", request)
    assert "plan" in reply.missing
    field = next(f for f in reply.required_fields if f.key == "plan")
    assert set(field.choices) == {"Flex", "Lease"}


async def test_misspelt_scope_value_names_the_nearest(engine: Engine) -> None:
    """A value that no article has is a warning with the value that was probably meant."""
    request = GenerateResponseRequest(inquiry="How do I cancel?", scope={"plan": "Flexx"})
    reply = await required_data(engine, "default", request)
    assert any('did you mean "Flex"' in warning for warning in reply.warnings)
