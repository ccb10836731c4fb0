"""How like a question the best sentence of a chunk is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import ScoredChunk
from data_pipeline.engine.ranking import build_query, rank_articles, rank_chunks
from data_pipeline.engine.sentence_match import sentence_agreement
from data_pipeline.ports import TermStatistics
from tests.builders_index import a_chunk

ONE = dict.fromkeys(("red", "lamp"), 1.0)


def agreement(body: str, information: dict[str, float] | None = None) -> float:
    chunk = a_chunk("a", "s", body)
    return sentence_agreement(chunk, ONE if information is None else information, lambda _: 1.0)


def test_sentence_that_says_just_what_is_asked_agrees_in_full() -> None:
    assert agreement("Parcels come by post. Red lamp.") == pytest.approx(1)


def test_words_of_two_sentences_are_no_agreement_of_one() -> None:
    together = agreement("The red lamp glows. Parcels come by post.")
    apart = agreement("The red parcel glows. Lamps come by post.")
    assert together > apart > 0


def test_sentence_about_much_else_agrees_less() -> None:
    short = agreement("The red lamp glows.")
    long = agreement("The red lamp glows when parcels with bulbs and shades come by evening post.")
    assert short > long


@pytest.mark.parametrize("body", ["", "...", "Parcels come by post.", "\n\n"])
def test_nothing_shared_is_no_agreement(body: str) -> None:
    assert agreement(body) == 0
    assert agreement(body, {}) == 0


@given(st.text(max_size=200), st.dictionaries(st.sampled_from(["red", "lamp"]), st.floats(0, 9)))
def test_agreement_is_a_share(body: str, information: dict[str, float]) -> None:
    assert 0 <= agreement(body, information) <= 1 + 1e-9


def test_huge_chunk_is_read_in_time() -> None:
    assert agreement("A red lamp and a parcel. " * 20_000) > 0.5


def test_article_with_the_sentence_comes_before_one_with_scattered_words() -> None:
    """Both hold the words as often, in texts of one length."""
    told = ScoredChunk(a_chunk("told", "s", "The bulb fits a lamp. Posts. Parcels go."), 1.0)
    scattered = ScoredChunk(a_chunk("apart", "s", "The bulb posts. Parcels fit. A lamp goes."), 1.0)
    statistics = TermStatistics(
        chunks=10, articles=4, chunk_frequency={"bulb": 2, "fit": 2, "lamp": 2}, mean_body_length=6
    )
    query = build_query("bulb lamp", "en")
    ranked = rank_articles(rank_chunks(query, [scattered, told], statistics))
    assert [article.article_id for article in ranked] == ["told", "apart"]
    assert all(article.chunks[0].told > 0 for article in ranked)
