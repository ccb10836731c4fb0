"""Texts cut at sentences, then at blanks, then anywhere."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.ingest.text_splitting import runs, split_text
from data_pipeline.language import estimate_tokens


def test_sentences_first() -> None:
    """As many whole sentences as fit stand together, with the line breaks between them."""
    text = "One two.\nThree four. Five six."
    assert split_text(text, lambda piece: len(piece) <= 20) == [
        "One two.\nThree four.",
        "Five six.",
    ]


def test_blanks_next() -> None:
    """A sentence that does not fit is cut between words."""
    assert split_text("alpha beta gamma delta.", lambda piece: len(piece) <= 12) == [
        "alpha beta",
        "gamma delta.",
    ]


def test_anywhere_last() -> None:
    """A word that does not fit is cut, and nothing of it is lost."""
    pieces = split_text("x" * 50, lambda piece: len(piece) <= 12)
    assert "".join(pieces) == "x" * 50
    assert max(map(len, pieces)) <= 12


@given(st.text(min_size=1).filter(lambda text: text.strip() != ""), st.integers(3, 40))
def test_nothing_but_blanks_is_lost(text: str, tokens: int) -> None:
    """Pieces fit, stand in order and hold every character that is not a blank."""
    stripped = text.strip()
    pieces = split_text(stripped, lambda piece: estimate_tokens(piece) <= tokens)
    assert "".join("".join(pieces).split()) == "".join(stripped.split())
    assert all(estimate_tokens(piece) <= tokens for piece in pieces)
    assert all(piece in stripped for piece in pieces)


@given(st.lists(st.integers(1, 9), max_size=60), st.integers(1, 30))
def test_runs_are_as_long_as_fits(sizes: list[int], room: int) -> None:
    """Runs cover all numbers in order; each fits or is alone, and could not be longer."""
    cut = list(runs(len(sizes), lambda first, end: sum(sizes[first:end]) <= room))
    assert [n for first, end in cut for n in range(first, end)] == list(range(len(sizes)))
    for first, end in cut:
        assert end - first == 1 or sum(sizes[first:end]) <= room
        assert end == len(sizes) or sum(sizes[first : end + 1]) > room
