"""Numbers about one search: what they mean, and that they stay within their bounds."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import ScoredChunk
from data_pipeline.engine.evidence import (
    Evidence,
    asked_coverage,
    passage_coverage,
    read_evidence,
)
from data_pipeline.engine.ranking import Query, build_query, rank_articles, rank_chunks
from data_pipeline.ports import TermStatistics
from tests.builders_index import a_chunk

_NAMES = "lamp bulb shade red blue parcel return window fee label".split()
_BODIES = st.lists(st.sampled_from(_NAMES), min_size=1, max_size=10).map(" ".join)


def evidence_for(question: str, *bodies: tuple[str, str]) -> Evidence:
    """Evidence over chunks `(article, body)` of a base that knows every word of `_NAMES`."""
    statistics = TermStatistics(
        chunks=20,
        articles=5,
        chunk_frequency={name: 2 + n for n, name in enumerate(_NAMES)},
        mean_body_length=5.0,
        mean_heading_length=1.0,
        mean_title_length=1.0,
    )
    query = build_query(question, "en")
    hits = [
        ScoredChunk(a_chunk(article, f"s{n}", body, title=article, heading="x"), 1.0)
        for n, (article, body) in enumerate(bodies)
    ]
    ranked = rank_chunks(query, hits, statistics)
    return read_evidence(query, ranked, rank_articles(ranked), statistics)


@given(_BODIES, st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), _BODIES), max_size=8))
def test_every_share_stays_within_its_bounds(question: str, bodies: list[tuple[str, str]]) -> None:
    """Whatever is asked and found, each number means what its docstring says."""
    found = msgspec.structs.asdict(evidence_for(question, *bodies))
    assert 0 <= found.pop("ahead") <= found.pop("matched")
    assert -1 - 1e-9 <= found.pop("stretch_lead") <= 1 + 1e-9
    assert all(0 <= value <= 1 + 1e-9 for value in found.values()), found
    assert all(math.isfinite(value) for value in found.values())


def test_nothing_found_is_no_evidence() -> None:
    """All zero, so that the intercept alone decides."""
    assert evidence_for("lamp") == Evidence()


def test_question_without_words_is_no_evidence() -> None:
    """There is nothing to cover."""
    assert evidence_for("the of and", ("a", "lamp")) == Evidence()


def test_perfect_passage_beats_a_partial_one() -> None:
    """Coverage is the share of the question's information."""
    full = evidence_for("red lamp shade", ("a", "red lamp shade"))
    part = evidence_for("red lamp shade", ("a", "red"))
    assert full.coverage_article == pytest.approx(1)
    assert 0 < part.coverage_article < 1
    assert full.strength > part.strength
    assert full.matched > part.matched


def test_article_covers_what_its_chunks_hold_together() -> None:
    """Two sections of it together hold both words."""
    found = evidence_for("red lamp", ("a", "red"), ("a", "lamp"))
    assert found.coverage_article == pytest.approx(1)


def test_lead_tells_rivals() -> None:
    """A twin takes the lead away, a second one what is left; the only article has all of it."""
    alone = evidence_for("red lamp", ("a", "red lamp"))
    twins = evidence_for("red lamp", ("a", "red lamp"), ("b", "red lamp"))
    three = evidence_for("red lamp", *((name, "red lamp") for name in "abc"))
    assert (alone.lead, alone.clear, alone.ahead) == (1, 1, alone.matched)
    assert (twins.lead, twins.clear, twins.ahead) == (0, 1, 0)
    assert (three.lead, three.clear) == (0, 0)


def test_stretch_tells_who_says_it_in_one_place() -> None:
    """Words scattered over a long text say less than the same words in one sentence."""
    padding = " ".join(["fee"] * 30)
    rival = ("b", "window")
    dense = evidence_for("red lamp shade", ("a", f"{padding} red lamp shade {padding}"), rival)
    loose = evidence_for("red lamp shade", ("a", f"red {padding} lamp {padding} shade"), rival)
    assert dense.stretch_lead > loose.stretch_lead
    assert dense.coverage_article == loose.coverage_article


def test_title_that_is_asked_for_in_full() -> None:
    """The share of the title that the question names, whatever else it asks."""
    named = evidence_for("red lamp fee", ("lamp", "red fee"))
    other = evidence_for("red lamp fee", ("parcel", "red lamp fee"))
    assert named.title_asked == pytest.approx(1)
    assert other.title_asked == 0


def test_numbers_mean_the_same_in_a_larger_base() -> None:
    """Four times the chunks, each word four times as common: the match is worth the same."""
    found = []
    for times in (1, 4):
        statistics = TermStatistics(
            chunks=1_000 * times, articles=9, chunk_frequency={"red": 2 * times, "lamp": 9 * times}
        )
        query = build_query("red lamp", "en")
        hit = ScoredChunk(a_chunk("a", "s", "red lamp", title="x", heading="y"), 1.0)
        ranked = rank_chunks(query, [hit], statistics)
        found.append(read_evidence(query, ranked, rank_articles(ranked), statistics).matched)
    assert found[0] == pytest.approx(found[1], rel=0.15)


def test_unknown_words_are_told_apart() -> None:
    """A word that no chunk holds is information that the base lacks."""
    known = evidence_for("red lamp shade", ("a", "red lamp shade"))
    foreign = evidence_for("red lamp helicopter", ("a", "red lamp shade"))
    assert known.unknown_share == 0
    assert foreign.unknown_share > 0.3


def test_coverage_of_what_is_quoted() -> None:
    """By the question's own words; one without any is covered by whatever is said."""
    statistics = TermStatistics(chunks=10, chunk_frequency={"lamp": 5, "shade": 1})
    query = Query({"lamp": 1.0, "shade": 1.0, "red": 0.4})
    assert passage_coverage(query, {"lamp", "shade", "red"}, statistics) == pytest.approx(1)
    assert asked_coverage(query, {"shade"}, statistics) > asked_coverage(
        query, {"lamp"}, statistics
    )
    assert asked_coverage(query, set(), statistics) == 0
    assert asked_coverage(Query({"red": 0.4}), set(), statistics) == 1
    assert passage_coverage(Query({}), set(), statistics) == 0
