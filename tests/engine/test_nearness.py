"""How near words stand to each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.engine.nearness import best_stretch, neighbours, places_of, together

_TEXTS = st.lists(st.sampled_from("abcdefg"), max_size=60)
_VALUES = {"a": 3.0, "b": 2.0, "c": 1.0}


def pairs_in(text: str, asked: str) -> set[tuple[str, str]]:
    """Pairs of `asked` that stand together in `text`; a letter is a term."""
    return set(together(places_of(list(text), set(asked)), neighbours(list(asked))))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ab", {("a", "b")}),
        ("ba", {("a", "b")}),
        ("axb", {("a", "b")}),
        ("axxb", set()),
        ("acb", {("a", "b"), ("b", "c")}),
        ("aaab", {("a", "b")}),
        ("ac", set()),
        ("", set()),
    ],
)
def test_pairs_stand_together_in_either_order(text: str, found: set[tuple[str, str]]) -> None:
    """At most one term between them; only pairs of the question count."""
    assert pairs_in(text, "abc") == found


def test_a_word_is_no_neighbour_of_itself() -> None:
    """ "Bye bye" has no pair."""
    assert neighbours(["bye", "bye"]) == frozenset()
    assert neighbours([]) == frozenset()


def test_stretch_counts_each_term_once_within_its_reach() -> None:
    """Twenty terms, the first and the last of them included."""
    near = ["a", *["x"] * 18, "b", "b"]
    far = ["a", *["x"] * 19, "b"]
    assert best_stretch(places_of(near, _VALUES.keys()), _VALUES) == pytest.approx(5)
    assert best_stretch(places_of(far, _VALUES.keys()), _VALUES) == pytest.approx(3)
    assert best_stretch((), _VALUES) == 0


@given(_TEXTS)
def test_stretch_is_the_best_of_all_windows(text: list[str]) -> None:
    """The running sum gives what looking at every window gives."""
    windows = (set(text[n : n + 20]) for n in range(len(text) + 1))
    best = max(sum(_VALUES.get(term, 0.0) for term in window) for window in windows)
    assert best_stretch(places_of(text, _VALUES.keys()), _VALUES) == pytest.approx(best)
