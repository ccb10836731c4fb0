"""Exact BM25F over what a store found, and articles by their chunks."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import ScoredChunk
from data_pipeline.engine.ranking import (
    Query,
    build_query,
    idf,
    rank_articles,
    rank_chunks,
)
from data_pipeline.language import terms
from data_pipeline.ports import TermStatistics
from tests.builders_index import a_chunk

STATISTICS = TermStatistics(
    chunks=10,
    articles=4,
    chunk_frequency={"lamp": 8, "bulb": 2, "shade": 1},
    title_frequency={"lamp": 3},
    mean_body_length=6.0,
    mean_heading_length=2.0,
    mean_title_length=2.0,
)
_WORDS = st.sampled_from("lamp bulb shade red blue parcel return 45 days fee".split())
_BODIES = st.lists(_WORDS, min_size=1, max_size=12).map(" ".join)


def hits(*bodies: str) -> list[ScoredChunk]:
    return [ScoredChunk(a_chunk(f"a{n % 3}", f"s{n}", body), 1.0) for n, body in enumerate(bodies)]


@given(st.lists(_BODIES, max_size=12), _BODIES)
def test_ranking_is_a_permutation(bodies: list[str], question: str) -> None:
    """Nothing found gets lost, nothing is made up, best first."""
    found = hits(*bodies)
    ranked = rank_chunks(build_query(question, "en"), found, STATISTICS)
    assert sorted(r.chunk.chunk_id for r in ranked) == sorted(h.chunk.chunk_id for h in found)
    assert [r.score for r in ranked] == sorted((r.score for r in ranked), reverse=True)


@given(st.permutations(["lamp", "bulb", "shade", "red lamp", "blue bulb shade"]))
def test_ranking_does_not_depend_on_the_stores_order(bodies: list[str]) -> None:
    """Stores order and score as they like: the house's scores decide, ties by id."""
    found = [ScoredChunk(a_chunk("a", body.replace(" ", "-"), body), 1.0) for body in bodies]
    ranked = rank_chunks(build_query("blue bulb", "en"), found, STATISTICS)
    again = rank_chunks(build_query("blue bulb", "en"), found[::-1], STATISTICS)
    assert [r.chunk.chunk_id for r in ranked] == [r.chunk.chunk_id for r in again]


def test_stored_terms_rank_like_analysed_ones() -> None:
    """A store that keeps the analysed fields saves the work and changes nothing."""
    chunk = a_chunk(body="Bulbs and lamps are returned.", title="Lamps", heading="Returning bulbs")
    stored = tuple(" ".join(terms(t, "en")) for t in (chunk.title, chunk.heading, chunk.body))
    query = build_query("return a bulb", "en")
    [one] = rank_chunks(query, [ScoredChunk(chunk, 1.0)], STATISTICS)
    [two] = rank_chunks(query, [ScoredChunk(chunk, 9.0, stored)], STATISTICS)  # type: ignore[arg-type]
    assert one == two


def test_title_and_heading_weigh_more_than_the_body() -> None:
    """The same word in the title is worth more."""
    titled = ScoredChunk(a_chunk("t", title="Bulbs", heading="x", body="about parcels"), 1.0)
    told = ScoredChunk(a_chunk("b", title="Parcels", heading="x", body="about bulbs"), 1.0)
    ranked = rank_chunks(build_query("bulbs", "en"), [told, titled], STATISTICS)
    assert ranked[0].chunk.article_id == "t"
    assert ranked[0].named == pytest.approx(1)
    assert ranked[1].named == 0


@pytest.mark.parametrize("topic", ["Lamp returns", "lamp", "completely different", "", "?!", None])
def test_topic_only_raises(topic: str | None) -> None:
    """A hint never lowers a score and never drops a chunk."""
    found = [
        ScoredChunk(a_chunk("lamps", title="Lamps", body="return within 45 days"), 1.0),
        ScoredChunk(a_chunk("bulbs", title="Bulbs", body="return within 3 days"), 1.0),
    ]
    query = build_query("return", "en")
    plain = {r.chunk.chunk_id: r.score for r in rank_chunks(query, found, STATISTICS)}
    hinted = {r.chunk.chunk_id: r.score for r in rank_chunks(query, found, STATISTICS, topic)}
    assert hinted.keys() == plain.keys()
    assert all(hinted[key] >= plain[key] for key in plain)


def test_topic_raises_what_it_names_in_the_articles_own_language() -> None:
    """Plurals and accents of Spanish count as in a question."""
    chunk = a_chunk("es", title="Lámpara", body="devolución", language="es")
    query = build_query("devolución", "es")
    [plain] = rank_chunks(query, [ScoredChunk(chunk, 1.0)], STATISTICS)
    [hinted] = rank_chunks(query, [ScoredChunk(chunk, 1.0)], STATISTICS, "lamparas")
    assert hinted.score > plain.score


def test_query_weighs_what_is_asked_most() -> None:
    """The question counts in full, what is around it less, what was said before least."""
    query = build_query("return the lamp", "en", ["the red shade"], ["a bulb", "a parcel"])
    assert query.weights["lamp"] == 1.0
    assert query.weights["lamp"] > query.weights["shade"] > query.weights["bulb"]
    assert query.weights["bulb"] > query.weights["parcel"]
    assert query.asked == {"return", "lamp"}


def test_words_of_asking_carry_less() -> None:
    """ "I need to know" says nothing about the matter."""
    query = build_query("I need to know about the lamp", "en")
    assert query.weights["know"] < 1
    assert query.asked == {"lamp"}


def test_question_that_says_little_takes_what_is_around() -> None:
    """ "How much is it?" is understood with the words before it."""
    query = build_query("how much is the parcel", "en", ["I return a red lamp with its shade"])
    assert not query.stands_alone
    assert {"lamp", "shade"} <= query.own


def test_empty_query_ranks_everything_at_zero() -> None:
    """No words, no preference."""
    ranked = rank_chunks(Query({}), hits("lamp", "bulb"), STATISTICS)
    assert {r.score for r in ranked} == {0.0}


@given(st.integers(0, 10), st.integers(0, 1_000))
def test_information_is_never_negative(frequency: int, chunks: int) -> None:
    """Also of a word that stands everywhere."""
    statistics = TermStatistics(chunks=max(frequency, chunks), chunk_frequency={"lamp": frequency})
    assert idf("lamp", statistics) >= 0
    assert idf("unknown", statistics) >= idf("lamp", statistics)
    assert math.isfinite(idf("lamp", statistics))


def test_article_with_several_good_chunks_wins() -> None:
    """The best chunk decides, the next ones break the tie."""
    found = [
        ScoredChunk(a_chunk("one", "s1", "shade shade"), 1.0),
        ScoredChunk(a_chunk("two", "s1", "shade shade"), 1.0),
        ScoredChunk(a_chunk("two", "s2", "shade"), 1.0),
    ]
    articles = rank_articles(rank_chunks(build_query("shade", "en"), found, STATISTICS))
    assert [a.article_id for a in articles] == ["two", "one"]
    assert [len(a.chunks) for a in articles] == [2, 1]


def test_statistics_of_an_empty_base_do_no_harm() -> None:
    """Means of zero are no divisors."""
    ranked = rank_chunks(build_query("lamp", "en"), hits("lamp"), TermStatistics())
    assert math.isfinite(ranked[0].score)


def test_words_that_stand_together_count_for_more() -> None:
    """The same words, in the order of the question and torn apart."""
    near = ScoredChunk(a_chunk("near", "s", "red lamp in a blue parcel"), 1.0)
    torn = ScoredChunk(a_chunk("torn", "s", "red parcel in a blue lamp"), 1.0)
    ranked = rank_chunks(build_query("red lamp", "en"), [torn, near], STATISTICS)
    assert [r.chunk.article_id for r in ranked] == ["near", "torn"]


def test_article_that_is_named_in_full_comes_first() -> None:
    """A title that the question repeats, before one that says more than was asked."""
    titles = {"named": "Red lamp", "wider": "Red lamp shade bulb"}
    hits = [
        ScoredChunk(a_chunk(name, "s", "blue parcel", title=title), 1.0)
        for name, title in titles.items()
    ]
    ranked = rank_chunks(build_query("red lamp", "en"), hits, STATISTICS)
    named = {r.chunk.article_id: r.named for r in ranked}
    assert named["named"] == pytest.approx(1)
    assert 0 < named["wider"] < 1
    assert rank_articles(ranked)[0].article_id == "named"
