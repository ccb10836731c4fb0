"""Quoting more of the text around what was chosen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_pipeline.articles import Kind
from data_pipeline.engine.passages import Passage, passages_of
from data_pipeline.engine.widening import widened
from tests.builders_index import a_chunk
from tests.engine.kb import article

_LONG = "The lamp shines " + "very " * 90 + "bright."
_SENTENCES = st.sampled_from(
    [
        "A lamp shines.",
        "It is free.",
        "Why so?",
        "Two lamps\n",
        "You need:\n",
        "- a bulb\n",
        "Never promise a date to anybody.",
        "Zone: north; Days: Monday; Price: 3",
        _LONG,
    ]
)
_BODIES = st.lists(st.tuples(_SENTENCES, st.sampled_from([" ", "\n", "\n\n"])), max_size=12).map(
    lambda parts: "".join(f"{text}{gap}" for text, gap in parts)
)


def grown(body: str, start: str, **changes: str) -> list[str]:
    """What becomes of the passage that starts with `start`, alone in a reply."""
    passages = passages_of([a_chunk(body=body, **changes)])
    chosen = next(p for p in passages if p.text.startswith(start))
    return [p.text for p in widened([chosen], passages)]


def test_short_quote_becomes_its_paragraph() -> None:
    """With what stands before it, too."""
    body = "A lamp gets hot. Keep it off curtains. Dust it weekly. A wet cloth will do."
    assert grown(body, "Dust it") == [body]


@pytest.mark.parametrize(
    "beside",
    [
        "\nAnother matter\nBulbs are cheap.",
        " Never promise a date to anybody.",
        " Is it heavy? A lamp weighs a kilogram.",
        f" {_LONG}",
    ],
)
def test_quote_ends_where_its_matter_ends(beside: str) -> None:
    """At a heading, at a sentence for agents, at a question, and where there is no room."""
    body = f"A lamp gets hot. Keep it off curtains.{beside}"
    assert grown(body, "Keep it") == ["A lamp gets hot. Keep it off curtains."]


def test_long_quote_stays_as_it_is() -> None:
    """A reply with enough words needs no more."""
    passages = passages_of([a_chunk(body=f"A lamp is cheap. {_LONG} {_LONG}")])
    chosen = [p for p in passages if p.text == _LONG]
    assert [p.text for p in widened(chosen, passages)] == [p.text for p in chosen]


def test_structured_units_are_not_joined() -> None:
    """Two rules are two rules."""
    rules = ["A lamp goes back by parcel.", "A bulb goes back by letter."]
    passages = passages_of(article({"business_rules": [{"category": "a", "rules": rules}]}))
    assert {p.chunk.kind for p in passages} == {Kind.RULES}
    assert widened(passages[:1], passages) == passages[:1]


def test_nothing_chosen_stays_nothing() -> None:
    """There is nothing to start from."""
    assert widened([], passages_of([a_chunk(body="A lamp gets hot.")])) == []


@settings(max_examples=150)
@given(_BODIES, st.lists(st.integers(0, 20), max_size=3))
def test_any_text_stays_exact_apart_and_within_its_room(body: str, picks: list[int]) -> None:
    """Exact places, nothing twice, nothing lost, no agents' sentence, no more words than 85."""
    passages = passages_of([a_chunk(body=body)])
    chosen: list[Passage] = []
    for pick in picks:
        free = [p for p in passages if not any(map(p.overlaps, chosen))]
        chosen += free[pick : pick + 1]
    result = widened(chosen, passages)
    for before, after in zip(chosen, result, strict=True):
        assert after.start <= before.start < before.end <= after.end
        assert after.quote.split() == after.text.split()
        assert after.own >= before.own
        assert "promise" not in after.text
        assert not any(after.overlaps(other) for other in result if other is not after)
    words = [sum(len(p.text.split()) for p in some) for some in (chosen, result)]
    assert words[1] <= max(85, words[0])
