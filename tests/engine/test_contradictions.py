"""Two passages near the top that cannot both be right stop an answer; others do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_pipeline.articles import Article, Chunk
from data_pipeline.contract.replies import Citation, Decision, GenerateResponseReply, ReasonCode
from data_pipeline.engine.confidence import Model
from data_pipeline.engine.contradiction import dispute
from data_pipeline.engine.contradiction.dispute import find_dispute
from data_pipeline.engine.contradiction.same_matter import same_matter
from data_pipeline.engine.contradiction.statement import Statement
from data_pipeline.ingest.chunking import chunk_article
from tests.builders import TEXTS, article, articles, section
from tests.engine.contradicting_pairs import CLOSE, CONSISTENT, CONTRADICTING, REWORDED, Told
from tests.engine.kb import ask, bulb_delivery, engine_of, lamp_return, page, sure
from tests.engine.test_writing import writes
from tests.fakes_models import ScriptedModel

HOW_LONG = "How long can I return a lamp?"
LAMP = ("Returning a lamp", "A lamp can be returned within 45 days of delivery.")
FAQ = ("Lamp FAQ", "A lamp can be returned within 30 days of delivery.")
# Of everything, so that nothing but the pair decides.
CERTAIN = msgspec.structs.replace(sure(), article=Model(4.0, {}), reply=Model(4.0, {}))
# One sentence more, another place in the journey, a title that no sentence speaks of.
TOO_FAR_APART = {
    "How long does a refund take?",
    "How early should I arrive for check-in?",
    "Can I bring my dog into the hotel room?",
    "What time is check-out?",
    "How long do I have to send a purchase back?",
    "How many books can I borrow?",
    "¿Cuántos libros puedo llevarme?",
}
# The same words in another order: an appeal against a decision, a decision on an appeal.
TOO_NEAR = {"How long do I have to appeal?"}


def pages(*told: tuple[str, str], matter: str = "language: en") -> list[tuple[Chunk, ...]]:
    """A page for each title and text."""
    return [
        page(f"---\n{matter}\n---\n# {title}\n\n{text}\n", f"p{number}.md")
        for number, (title, text) in enumerate(told)
    ]


async def asked(*told: tuple[str, str], question: str = HOW_LONG) -> GenerateResponseReply:
    return await ask(engine_of(*pages(*told)), question)


async def reply_to(pair: Told) -> GenerateResponseReply:
    known = pages(pair.one, pair.other, matter=f"language: {pair.language}")
    engine = engine_of(*known, coefficients=CERTAIN)
    return await ask(engine, pair.question, options={"language": pair.language})


def contradicts(reply: GenerateResponseReply) -> bool:
    return bool(reply.escalation and reply.escalation.reason_code is ReasonCode.CONTRADICTION)


# which pairs contradict each other


@pytest.mark.parametrize("pair", CONTRADICTING + REWORDED, ids=lambda pair: pair.other[1][-40:])
async def test_two_values_of_one_thing_go_to_a_person(pair: Told) -> None:
    """Amounts, spans, times, numbers to call, limits, permissions; what is too far apart is known."""
    assert contradicts(await reply_to(pair)) is (pair.question not in TOO_FAR_APART)


@pytest.mark.parametrize("pair", CONSISTENT + CLOSE, ids=lambda pair: pair.other[1][-40:])
async def test_values_of_two_things_are_no_contradiction(pair: Told) -> None:
    """Plans, devices, places, conditions, years, reaches, examples, rows; one is known to fail."""
    assert contradicts(await reply_to(pair)) is (pair.question in TOO_NEAR)


def test_most_invented_pairs_are_caught_and_few_of_the_others() -> None:
    """The two rates that the guide for editors speaks of."""
    assert len(TOO_FAR_APART) <= 0.15 * len(CONTRADICTING + REWORDED)
    assert len(TOO_NEAR) <= 0.03 * len(CONSISTENT + CLOSE)


# what is said about it


async def test_both_quotes_are_cited_and_both_places_named() -> None:
    """The agent sees what stands where, and what to mend; the customer gets no value."""
    reply = await asked(LAMP, FAQ)
    assert reply.decision is Decision.ESCALATE
    assert not reply.publishable
    escalation = reply.escalation
    assert escalation
    quotes = {c.quote: c for c in reply.citations}
    mine, theirs = quotes[LAMP[1]], quotes[FAQ[1]]
    if mine.id.startswith("against-"):
        mine, theirs = theirs, mine
    assert theirs.id == f"against-{mine.id}"
    assert theirs.revision
    for told in (*LAMP, *FAQ, f"[{mine.id}]", f"[{theirs.id}]"):
        assert told in escalation.reason
        assert told in escalation.summary_for_agent
    (unless,) = escalation.would_answer_if
    assert LAMP[0] in unless
    assert FAQ[0] in unless
    assert "corrected" in unless
    assert "days" not in str(reply.reply_text)
    assert [result.reason_code for result in reply.inquiries] == [ReasonCode.CONTRADICTION]


async def test_quotes_stand_where_the_citations_say() -> None:
    """Also those of a price list and of a table, and with the whole texts asked for."""
    rows = "| Service | Fee |\n| --- | --- |\n| Lost key | €{} |\n| New lock | €90 |"
    known = pages(("Keys", rows.format(35)), ("Lost key", "A lost key costs €45."))
    reply = await ask(engine_of(*known), "What does a lost key cost?", options={"debug": True})
    assert contradicts(reply)
    chunks = {chunk.chunk_id: chunk for one in known for chunk in one}
    for citation in reply.citations:
        assert chunks[citation.chunk_id].text[citation.start : citation.end] == citation.quote
        assert citation.text == chunks[citation.chunk_id].text


async def test_reason_is_in_the_agents_language() -> None:
    """The quotes stay as they are."""
    known = engine_of(*pages(LAMP, FAQ))
    reply = await ask(known, HOW_LONG, options={"agent_language": "es"})
    assert reply.escalation
    assert reply.escalation.reason.startswith("La base de conocimiento se contradice")
    assert "within 45 days" in reply.escalation.reason


async def test_braces_in_titles_are_only_text() -> None:
    """Whatever an article is called, the sentence about it is made."""
    reply = await asked(("Returning a lamp {} {:}", LAMP[1]), FAQ)
    assert reply.escalation
    assert "{} {:}" in reply.escalation.reason


# where it is looked for


async def test_two_sections_of_one_article() -> None:
    """An old section that nobody took out."""
    text = f"## Conditions\n\n{LAMP[1]}\n\n## Update\n\n{FAQ[1]}"
    assert contradicts(await asked(("Returning a lamp", text)))


async def test_other_scopes_do_not_contradict() -> None:
    """Each country has its own rule; an article for all countries meets both."""
    here = lamp_return(article_id="here", country="Spain")
    rules = [{"category": "x", "rules": ["A lamp can be returned within 30 days of its delivery."]}]
    changed = {"business_rules": rules, "fees": [], "steps": [], "faq_pairs": []}
    question = {"inquiry": HOW_LONG}
    for there, expected in (({"country": "Ireland"}, False), ({}, True)):
        other = lamp_return(article_id="there", details=changed, **there)
        reply = await ask(engine_of(here, other), **question, scope={"country": "Spain"})
        assert contradicts(reply) is expected


async def test_what_no_longer_holds_does_not_contradict() -> None:
    """Last year's page may say what it likes."""
    (now,), matter = pages(LAMP), "language: en\nvalid_until: 2025-12-31"
    (old,) = pages(FAQ, matter=matter)
    old = tuple(
        msgspec.structs.replace(c, article_id="old", chunk_id=f"old{n}") for n, c in enumerate(old)
    )
    assert not contradicts(await ask(engine_of(now, old), HOW_LONG))


async def test_agents_texts_do_not_contradict() -> None:
    """They are never quoted, to nobody."""
    assert not contradicts(await asked(LAMP, ("Lamp FAQ", f":::agent\n{FAQ[1]}\n:::\n\nLamps.")))


async def test_three_values_are_a_list_of_variants() -> None:
    """Pages made from one form have a value each."""
    others = [(f"Shop {n}", f"A lamp can be returned within {n} days of delivery.") for n in (7, 9)]
    assert not contradicts(await asked(LAMP, *others))


async def test_a_value_that_is_not_quoted_stops_nothing() -> None:
    """Two articles may contradict each other on what nobody asked."""
    keys = (("Keys", "A lost key costs €35."), ("Lost key", "A lost key costs €45."))
    reply = await asked(LAMP, *keys)
    assert reply.decision is Decision.ANSWER


async def test_a_model_is_not_asked_to_choose() -> None:
    """Nobody knows which value is right, a model no more than others."""
    model = ScriptedModel(writes(("You have 45 days.", "within 45 days")))
    reply = await ask(engine_of(*pages(LAMP, FAQ), model=model), HOW_LONG)
    assert contradicts(reply)
    assert model.tasks == []


async def test_what_a_model_quotes_is_looked_at_too() -> None:
    """It may cite a passage that the article's own sentences would not have."""
    more = ("Lamps", "Lamps are lovely things to own. Every lamp comes with a bulb.")
    question = "What comes with a lamp?"
    keys = ("Lamp FAQ", "A spare lamp bulb costs €5.")
    one = (more[0], f"{more[1]}\n\n## Bulbs\n\nA spare lamp bulb costs €4.")
    model = ScriptedModel(writes(("A bulb; a spare lamp bulb costs €4.", "costs €4")))
    plain = await ask(engine_of(*pages(one, keys)), question)
    written = await ask(engine_of(*pages(one, keys), model=model), question)
    assert model.tasks
    assert not contradicts(plain)
    assert contradicts(written)


# empty, huge, malformed, hostile


def citation_of(chunk: Chunk) -> Citation:
    return Citation(
        id="c1",
        chunk_id=chunk.chunk_id,
        article_id=chunk.article_id,
        title=chunk.title,
        url=None,
        section=chunk.heading,
        page=None,
        quote=chunk.body,
        start=chunk.body_start,
        end=len(chunk.text),
        revision="",
    )


def test_nothing_to_compare() -> None:
    (chunk,) = pages(LAMP)[0]
    assert find_dispute((), ()) is None
    assert find_dispute((), (chunk,)) is None
    assert find_dispute((citation_of(chunk),), ()) is None
    assert find_dispute((citation_of(chunk),), (chunk, chunk)) is None


def test_data_that_is_none_is_passed_over() -> None:
    """A chunk whose data is not what its kind promises."""
    (chunk,) = pages(FAQ)[0]
    for data in ("[]", "[null, 3, {}]", '[{"service": 1}]'):
        broken = msgspec.structs.replace(chunk, data=data, kind="fees", chunk_id=f"x{data}")
        assert find_dispute((citation_of(broken),), (broken,)) is None


@pytest.mark.parametrize(
    "text",
    [
        *("1 " * 9_000, "€" * 20_000, "a: " * 9_000, "9" * 20_000, "is of " * 9_000 + "€5"),
        *("can not " * 6_000, ", which " * 6_000 + "5 days", "(https://" * 5_000),
        *("any day " * 6_000, "5 days, which " * 3_000, "todos los " * 6_000 + "5 días"),
    ],
)
def test_hostile_texts_are_read_in_time(text: str) -> None:
    """No text makes the reading explode."""
    hostile = article(section("body", text), section("other", f"{text} 5 days"))
    chunks = chunk_article(hostile)[:6]
    find_dispute([citation_of(chunk) for chunk in chunks], chunks)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(articles(), max_size=3), TEXTS)
def test_whatever_is_found_stands_there(read: list[Article], text: str) -> None:
    """Nothing raises, and both quotes are of the chunks, at two places."""
    named: Sequence[Article] = [
        *(msgspec.structs.replace(one, article_id=f"a{n}") for n, one in enumerate(read)),
        article(section("body", text)),
    ]
    chunks = [chunk for one in named for chunk in chunk_article(one)]
    found = find_dispute([citation_of(chunk) for chunk in chunks], chunks)
    if found is not None:
        for stated in (found.said, found.against):
            assert stated.quote in stated.chunk.text
            assert not stated.chunk.agent_only
        places: list[Any] = [(s.chunk.chunk_id, s.start) for s in (found.said, found.against)]
        assert places[0] != places[1]


async def test_a_ticket_of_two_parts_tells_of_the_contradiction() -> None:
    """One part that cannot be answered takes the whole ticket to a person."""
    known = engine_of(*pages(LAMP, FAQ), bulb_delivery())
    reply = await ask(known, f"{HOW_LONG} When are my bulbs delivered?")
    assert contradicts(reply)
    codes = {result.reason_code for result in reply.inquiries}
    assert codes == {None, ReasonCode.CONTRADICTION}


async def test_thousands_of_figures_are_not_all_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a chunk full of them only so many are: nobody else's question waits for the rest."""
    compared = 0

    def counted(one: Statement, other: Statement) -> bool:
        nonlocal compared
        compared += 1
        return same_matter(one, other)

    monkeypatch.setattr(dispute, "same_matter", counted)
    text = " ".join(f"A lamp return is {n} days." for n in range(1, 900))
    known = [page(f"# Returning a lamp {n}\n\n{text}\n", f"p{n}.md") for n in range(4)]
    await ask(engine_of(*known, coefficients=CERTAIN), HOW_LONG)
    assert 0 < compared < 60_000


def test_a_contradiction_behind_many_figures_of_another_matter_is_found() -> None:
    """Only statements in words of the reply count towards what is compared of a chunk."""
    others = " ".join(f"Bulb box {n} holds {n} shades." for n in range(2, 72))
    (one,), (other,) = pages(LAMP, (FAQ[0], f"{others} {FAQ[1]}"))
    found = find_dispute([citation_of(one)], [one, other])
    assert found
    assert found.against.quote == FAQ[1]
