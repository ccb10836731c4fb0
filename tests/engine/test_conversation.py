"""What was said before finds the article of a question that says little; a new subject does not."""

from __future__ import annotations

import pytest

from data_pipeline.articles import ScoredChunk
from data_pipeline.engine.conversation import in_conversation, said_before
from data_pipeline.engine.ranking import Query, rank_articles, rank_chunks
from data_pipeline.engine.thread import Turn
from data_pipeline.ports import TermStatistics
from tests.builders_index import a_chunk
from tests.engine.kb import bulb_delivery, engine_of, lamp_return, messages, need, warranty

CUSTOMER, HELPDESK = True, False
STATISTICS = TermStatistics(
    chunks=1_000,
    articles=90,
    chunk_frequency={"lamp": 4, "parcel": 5, "courier": 3, "invoic": 2, "tax": 2, "day": 90},
    mean_body_length=3.0,
)
HITS = [
    ScoredChunk(a_chunk(name, "s", body, title="x", heading="y"), 1.0)
    for name, body in {"lamps": "lamp parcel courier days", "taxes": "invoice tax days"}.items()
]


def best(query: Query) -> str:
    """The article that a query leads to."""
    return rank_articles(rank_chunks(query, HITS, STATISTICS))[0].article_id


def test_newest_turns_weigh_most_and_both_sides_count() -> None:
    """Each side has its own newest turn; words of asking weigh less."""
    turns = [Turn(HELPDESK, "courier"), Turn(CUSTOMER, "need lamp"), Turn(CUSTOMER, "parcel")]
    said = said_before(turns, "en")
    assert said["courier"] == said["lamp"] == 1
    assert 0 < said["need"] < said["parcel"] < 1


def test_endless_threads_and_turns_are_cut() -> None:
    """Only the newest turns of each side are read, and only the start of each."""
    turns = [Turn(CUSTOMER, f"word{n} {'filler ' * 9_000}end{n}") for n in range(200)]
    said = said_before(turns, "en")
    assert "word0" in said
    assert not {"end0", "word150"} & said.keys()


def test_a_question_that_says_little_goes_on_with_the_conversation() -> None:
    """By itself it fits any article."""
    query = Query({"day": 1.0}, before=said_before([Turn(HELPDESK, "The invoice and tax")], "en"))
    joined = in_conversation(query, HITS, STATISTICS)
    assert best(joined) == "taxes"
    assert joined.weights["day"] == 1
    assert all(0 < weight < 1 for term, weight in joined.weights.items() if term != "day")


def test_a_new_subject_does_not_drown_in_what_was_said() -> None:
    """The question alone fits another article far better: it counts alone."""
    before = said_before([Turn(HELPDESK, "invoice tax " * 9)], "en")
    query = Query({"lamp": 1.0, "parcel": 1.0, "courier": 1.0}, before=before)
    assert best(in_conversation(query, HITS, STATISTICS)) == "lamps"


@pytest.mark.parametrize("hits", [[], HITS])
def test_without_a_conversation_nothing_changes(hits: list[ScoredChunk]) -> None:
    """Nor does anything break where nothing was found."""
    alone = Query({"day": 1.0})
    assert in_conversation(alone, hits, STATISTICS) == alone
    again = Query({"day": 1.0}, before={"day": 1.0})
    assert in_conversation(again, hits, STATISTICS).weights == {"day": 1.0}


async def test_the_helpdesk_names_the_matter() -> None:
    """Only our own reply says what the ticket is about."""
    ticket = messages(
        "customer: Hello, one question.",
        "agent: The courier delivers bulbs within 3 working days.",
        "customer: And how long is it at most?",
    )
    reply = await need(engine_of(lamp_return(), bulb_delivery(), warranty()), ticket=ticket)
    assert reply.sources[0].article_id == "bulb-delivery"
