"""Escalated tickets: how they are read, and how they are grouped."""

from __future__ import annotations

import json
import random

from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.evaluation.lint.gaps import gaps_in
from data_pipeline.evaluation.lint.tickets import read_tickets
from tests.example_kb import EXAMPLES

KEYS = ["I lost the key of my shed", "lost my shed key yesterday", "Shed key lost, what now?"]
LAMPS = ["The lamp flickers at night", "my lamp is flickering every night"]


def lines(*values: object) -> bytes:
    return b"\n".join(v if isinstance(v, bytes) else json.dumps(v).encode() for v in values)


# reading


def test_every_shape_of_a_line() -> None:
    """Requests, labelled requests, texts in JSON and plain text; blank lines are none."""
    read = read_tickets(
        lines(
            {"inquiry": "Where is my lamp?"},
            {
                "ticket": {
                    "subject": "Key",
                    "messages": [{"from": "customer", "text": "It is lost."}],
                }
            },
            {"id": "t1", "request": {"inquiry": "May I return it?"}, "expect": {}},
            {"text": "A text."},
            "A JSON text.",
            b"Plain text, with a comma.",
            b"   ",
        )
    )
    assert read.texts == (
        "Where is my lamp?",
        "Key\nIt is lost.",
        "May I return it?",
        "A text.",
        "A JSON text.",
        "Plain text, with a comma.",
    )
    assert read.unreadable == ()


def test_lines_without_a_ticket_are_counted() -> None:
    """Broken JSON, objects without text, lists, deep nesting, null; the rest is read."""
    deep = b"[" * 100_000
    read = read_tickets(lines(b'{"inquiry": "cut', {"a": 1}, [1], deep, None, b"true", "fine"))
    assert read.texts == ("fine",)
    assert read.unreadable == (1, 2, 3, 4, 5, 6)


def test_the_example_tickets_can_be_read() -> None:
    """All but those in which no customer says anything."""
    raw = (EXAMPLES / "tickets.jsonl").read_bytes()
    read = read_tickets(raw)
    assert len(read.texts) >= len(raw.splitlines()) - 2


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(raw: bytes) -> None:
    read = read_tickets(raw)
    assert all(text.strip() for text in read.texts)


# grouping


def test_similar_tickets_are_one_gap() -> None:
    """Most frequent first, named by the words they share, with examples as they came."""
    first, second = gaps_in([LAMPS[0], *KEYS, LAMPS[1]])
    assert (first.tickets, second.tickets) == (3, 2)
    assert {"lost", "shed", "key"} <= set(first.words)
    assert set(first.examples) == set(KEYS)
    assert set(second.examples) == set(LAMPS)


def test_language_does_not_matter() -> None:
    """Spanish tickets are analysed as Spanish."""
    told = ["He perdido la llave del cobertizo", "perdí las llaves de mi cobertizo ayer", *LAMPS]
    assert sorted(gap.tickets for gap in gaps_in(told)) == [2, 2]


def test_numbers_and_greetings_group_nothing() -> None:
    """Order numbers tell tickets apart, a greeting says nothing."""
    told = ["Hello, order 4711 please: the shelf is bent", "Hello, order 4711 please: a vase broke"]
    assert gaps_in(["", "   ", "!!!", "the of and"]) == []
    assert all(gap.tickets == 1 for gap in gaps_in([*told, *KEYS]) if "shelf" in gap.words)


def test_examples_are_few_short_and_different() -> None:
    """A long mail is cut, a mail that came often is shown once."""
    (gap,) = gaps_in(["The shed key is lost. " * 300] * 50)
    assert gap.tickets == 50
    assert len(gap.examples) == 1
    assert len(gap.examples[0]) <= 200


def test_order_of_coming_decides_nothing_but_ties() -> None:
    """The same tickets give the same gaps every time."""
    assert gaps_in([*KEYS, *LAMPS]) == gaps_in([*KEYS, *LAMPS])


def test_thousands_of_tickets() -> None:
    """Every ticket with a telling word is in exactly one group."""
    rng = random.Random(7)
    words = [f"{a}{b}ing" for a in ("lam", "she", "key", "par", "bik") for b in "bcdfghklmnprst"]
    told = [" ".join(rng.choices(words, k=8)) for _ in range(3_000)]
    gaps = gaps_in(told)
    assert sum(gap.tickets for gap in gaps) == 3_000
    assert [g.tickets for g in gaps] == sorted((g.tickets for g in gaps), reverse=True)


@given(st.lists(st.text(max_size=80), max_size=8))
def test_any_texts_can_be_grouped(texts: list[str]) -> None:
    gaps = gaps_in(texts)
    assert sum(gap.tickets for gap in gaps) <= len(texts)
    assert all(gap.examples for gap in gaps)
