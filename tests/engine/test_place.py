"""How sure it is that the right place is quoted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.engine.place import Place, least_sure
from tests.builders_index import a_chunk
from tests.engine.kb import lamp_return
from tests.engine.test_extractive import write


def place(body: str, question: str) -> Place:
    return write((a_chunk(body=body, title="Manual", heading=""),), question).place


def test_passage_that_holds_all_side_by_side_is_sure() -> None:
    """The whole question stands there, and nowhere else."""
    found = place("The green shade costs more. Bulbs are cheap.", "green shade")
    assert found == Place(held=1, together=1, ahead=1)


def test_rival_that_is_not_quoted_makes_it_doubtful() -> None:
    """Five places that say the same words: four of them cannot be told at once."""
    filler = "We make it of paper and glue in our own old workshop beside the river. " * 3
    bodies = "\n".join(f"The green shade number {n} is nice. {filler}" for n in range(8))
    assert place(bodies, "green shade").ahead < 0.1


def test_words_in_different_places_hold_less() -> None:
    """Half of the question here, half of it there."""
    apart = place("A green cable is long.\nWhy?\nEvery shade is made of glass.", "green shade")
    assert apart.held < 1
    assert apart.together == 0


@pytest.mark.parametrize("question", ["", "helicopter", "what do you charge for the helicopter"])
def test_nothing_chosen_is_no_place(question: str) -> None:
    """All zeros, no division by zero."""
    assert place("Bulbs are cheap.", question) == Place()


def test_of_several_questions_the_least_sure_counts() -> None:
    """One answer that is elsewhere makes the reply doubtful."""
    assert least_sure([Place(held=1), Place(held=0.2), Place(held=0.6)]).held == pytest.approx(0.2)
    assert least_sure([]) == Place()


@given(
    st.lists(st.sampled_from("lamp shade bulb parcel refund days €7 how".split()), max_size=30).map(
        " ".join
    )
)
def test_shares_stay_between_0_and_1(question: str) -> None:
    """Whatever is asked."""
    found = write(lamp_return(), question).place
    assert all(0 <= share <= 1 for share in (found.held, found.together, found.ahead))
