"""What of an article a model reads: within its budget, the important first."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import Kind, Tier
from data_pipeline.engine.context import Candidate, pack, relevance
from data_pipeline.engine.intent import read_intent
from data_pipeline.engine.model_answer.offered import offer
from data_pipeline.engine.passages import passage_at, passages_of
from data_pipeline.engine.ranking import build_query
from data_pipeline.engine.selection import Asked
from data_pipeline.ports import TermStatistics
from tests.builders_index import a_chunk
from tests.engine.kb import article, bulb_delivery, lamp_return, step
from tests.engine.model_desk import part, ticket


def candidate(number: int, size: int, tier: Tier, relevant: float) -> Candidate:
    body = " ".join(["word"] * max(1, size))
    chunk = a_chunk(section=f"s{number}", body=body, tier=tier)
    place = (chunk.body_start, len(chunk.text))
    return Candidate(passage_at(chunk, body, place), "", relevant)


CANDIDATES = st.lists(
    st.tuples(st.integers(1, 40), st.sampled_from(Tier), st.sampled_from([0.0, 1.0, 2.5])),
    max_size=12,
).map(lambda rows: [candidate(n, *row) for n, row in enumerate(rows)])


@given(CANDIDATES, st.integers(-5, 800))
def test_budget_is_never_exceeded(candidates: list[Candidate], budget: int) -> None:
    """And what is kept stands in the order given, each once."""
    kept = pack(candidates, budget)
    assert sum(c.cost for c in kept) <= max(0, budget)
    positions = [candidates.index(c) for c in kept]
    assert positions == sorted(set(positions))
    assert kept == pack(candidates, budget)


@given(CANDIDATES, st.integers(0, 800))
def test_nothing_important_is_left_out_for_less(candidates: list[Candidate], budget: int) -> None:
    """What was left out did not fit beside what is at least as important."""
    kept = pack(candidates, budget)
    for lost in candidates:
        if lost not in kept:
            before = [c for c in kept if _weight(c) >= _weight(lost)]
            assert sum(c.cost for c in before) + lost.cost > budget


def _weight(one: Candidate) -> tuple[bool, bool]:
    critical = one.passage.chunk.tier is Tier.CRITICAL
    return critical, critical or one.relevance > 0


@given(CANDIDATES)
def test_all_is_kept_where_it_fits(candidates: list[Candidate]) -> None:
    """No passage is dropped without need."""
    assert pack(candidates, sum(c.cost for c in candidates)) == candidates


def test_critical_goes_before_relevant_before_the_rest() -> None:
    """One passage fits: which one it is."""
    critical = candidate(0, 10, Tier.CRITICAL, 0.0)
    relevant = candidate(1, 10, Tier.LOW, 1.0)
    beside = candidate(2, 10, Tier.HIGH, 0.0)
    assert pack([beside, relevant, critical], critical.cost) == [critical]
    assert pack([beside, relevant], relevant.cost) == [relevant]


def test_passage_on_the_question_is_more_relevant() -> None:
    """A price where a price is asked for."""
    question = "How much is the return parcel?"
    asked = [Asked(build_query(question, "en"), read_intent(question))]
    ranked = sorted(
        passages_of(lamp_return()),
        key=lambda p: -relevance(p, asked, TermStatistics(chunks=10)),
    )
    assert "€7" in ranked[0].text
    assert relevance(ranked[0], [], TermStatistics()) == 0


def test_articles_share_the_budget() -> None:
    """A huge first article leaves room for the second, and unused room is passed on."""
    rules = [f"Lamp number {n} may be returned to shop number {n}." for n in range(300)]
    huge = article(
        {"business_rules": [{"category": "Shops", "rules": rules}]},
        article_id="huge",
        title="Lamps",
    )
    task = ticket(part(huge), part(bulb_delivery(), "When are my bulbs delivered?"), budget=600)
    numbers = [o.part for o in offer(task)]
    assert set(numbers) == {0, 1}
    swapped = msgspec.structs.replace(task, parts=task.parts[::-1])
    assert [o.part for o in offer(swapped)].count(1) > numbers.count(0)


def test_ids_run_through_all_articles() -> None:
    """One id, one passage."""
    task = ticket(part(lamp_return()), part(bulb_delivery()))
    offered = offer(task)
    assert [o.id for o in offered] == [f"p{n}" for n in range(1, len(offered) + 1)]
    assert offer(task) == offered


def test_steps_stand_in_their_order() -> None:
    """Ten and more of them, over several chunks."""
    steps = [
        step(n, f"Turn screw number {n} of the lamp {'slowly ' * 20}once.") for n in range(1, 30)
    ]
    task = ticket(part(article({"steps": steps}, title="Repairing a lamp"), "How do I repair it?"))
    told = [o.passage.text for o in offer(task) if o.passage.chunk.kind is Kind.STEPS]
    assert [int(text.split()[3]) for text in told] == list(range(1, 30))


def test_question_of_an_answer_is_shown_with_it_and_backs_it() -> None:
    """`Within 3 days` alone tells nobody what."""
    offered = offer(ticket(part(bulb_delivery())))
    answer = next(o for o in offered if o.passage.text.startswith("The courier"))
    assert answer.lead == "When are my bulbs delivered?"
    assert answer.lead in answer.texts
