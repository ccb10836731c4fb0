"""The pure parts of the embedded store."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.adapters.embedded.faults import as_unavailable
from data_pipeline.adapters.embedded.filters import bounds_condition, one_of
from data_pipeline.adapters.embedded.schema import to_rows
from data_pipeline.adapters.holdings import stored
from data_pipeline.adapters.holdings.bounds import Bounds, admitted, bounds_id, bounds_of
from data_pipeline.adapters.holdings.statistics import catalogue_of, counted, replaced
from data_pipeline.adapters.holdings.stored import (
    Stored,
    analysed,
    analyser_fingerprint,
    searched_text,
)
from data_pipeline.errors import IndexUnavailableError
from data_pipeline.language import terms
from data_pipeline.ports import ChunkFilter
from tests.builders_index import a_chunk

BODIES = st.lists(st.sampled_from(["red parrot", "blue parrot", "a red fee", ""]), max_size=3)
LIBRARY = st.dictionaries(st.sampled_from("abcd"), BODIES, max_size=4)
SCOPES = st.sampled_from([{}, {"plan": ("Gold",)}, {"plan": ("Gold", "Silver")}])


@given(LIBRARY, LIBRARY, SCOPES)
def test_exchanging_articles_counts_like_starting_anew(
    before: dict[str, list[str]], come: dict[str, list[str]], scope: dict[str, tuple[str, ...]]
) -> None:
    """Taking articles out and putting others in ends in the count of what is there then."""
    old, new = rows_of(before), rows_of(come, scope)
    gone = [row for row in old if row.chunk.article_id in come]
    after = [row for row in old if row.chunk.article_id not in come] + new
    exchanged = replaced(counted(old), counted(gone), counted(new))
    assert exchanged == counted(after)
    assert catalogue_of(exchanged, ()).version == catalogue_of(counted(after), ()).version


def test_version_depends_on_scope_keys() -> None:
    """Two catalogues that differ in their scope keys only are two versions."""
    contents = counted(rows_of({"a": ["x"]}))
    assert (
        len({catalogue_of(contents, k).version for k in ((), ("plan",), ("plan", "country"))}) == 3
    )


def test_a_row_is_what_its_chunk_says() -> None:
    """The searched column holds analysed terms only, the title twice, in the chunk's language."""
    (row,) = to_rows([a_chunk(title="Parcels", heading="Fees", body="It costs 4 euros.")])
    assert row.searched == "parcel parcel fee cost 4 euro"
    assert searched_text(("", "", "")) == ""


def test_the_last_of_two_chunks_with_one_id_wins() -> None:
    """LanceDB would store both: a row per id is made."""
    rows = to_rows([a_chunk(body="first"), a_chunk(body="second")])
    assert [row.searched.split()[-1] for row in rows] == ["second"]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("terms", lambda text, language: text.lower().split()),
        ("terms", lambda text, language: terms(text, "en" if language == "es" else language)),
        ("searched_text", " ".join),
    ],
    ids=["no stemming", "one language", "weights"],
)
def test_another_analyser_has_another_fingerprint(
    monkeypatch: pytest.MonkeyPatch, name: str, other: object
) -> None:
    """What changes the stored terms of some text, or their weights, changes the fingerprint."""
    analyser_fingerprint.cache_clear()
    ours = analyser_fingerprint()
    monkeypatch.setattr(stored, name, other)
    analyser_fingerprint.cache_clear()
    assert analyser_fingerprint() != ours
    analyser_fingerprint.cache_clear()


def test_bounds_do_not_depend_on_order() -> None:
    """Scope keys and values in another order are the same bounds."""
    one = a_chunk(scope={"a": ("x", "y"), "b": ("z",)})
    two = a_chunk(scope={"b": ("z",), "a": ("y", "x")})
    assert bounds_id(bounds_of(one)) == bounds_id(bounds_of(two))


def test_conditions_name_the_smaller_part() -> None:
    """All pass: no condition. Few pass: their ids. Most pass: the ids of the others."""
    known = ["1", "2", "3", "4"]
    assert bounds_condition(known, known) is None
    assert bounds_condition(["2"], known) == "bounds IN ('2')"
    assert bounds_condition(["1", "2", "4"], known) == "bounds NOT IN ('3')"


def test_values_are_quoted() -> None:
    """A quote in a value cannot end the text that it stands in."""
    assert one_of("article_id", ["a' OR '1'='1"]) == "article_id IN ('a'' OR ''1''=''1')"
    assert one_of("article_id", []) == "false"


@pytest.mark.parametrize(
    ("bounds", "passes"),
    [
        (Bounds(), True),
        (Bounds(scope=(("plan", ("Gold",)),)), True),
        (Bounds(scope=(("plan", ("Silver",)),)), False),
        (Bounds(valid_from="2026-05-01"), True),
        (Bounds(valid_from="2026-05-02"), False),
        (Bounds(valid_until="2026-05-01"), True),
        (Bounds(valid_until="2026-04-30"), False),
        (Bounds(valid_until="2026-05-01T12:00:00Z"), True),
    ],
)
def test_admission(*, bounds: Bounds, passes: bool) -> None:
    """Scope by the house's rule; the first and the last day are within validity."""
    where = ChunkFilter({"plan": ("gold",)}, date(2026, 5, 1))
    assert bool(admitted({"id": bounds}, where)) is passes


def test_a_full_disk_is_called_so() -> None:
    """The remedy for a full disk is room, not a backup."""
    with (
        pytest.raises(IndexUnavailableError, match="is full: make room"),
        as_unavailable(Path("kb")),
    ):
        raise RuntimeError("lance error: No space left on device (os error 28)")


def rows_of(
    library: dict[str, list[str]], scope: dict[str, tuple[str, ...]] | None = None
) -> list[Stored]:
    return [
        analysed(a_chunk(article_id, f"s{n}", body, title=f"Title {article_id}", scope=scope or {}))
        for article_id, bodies in library.items()
        for n, body in enumerate(bodies)
    ]
