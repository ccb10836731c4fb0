"""Intervals: that they hold the figure, follow the seed and keep questions together."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from data_pipeline.evaluation.bootstrap import draws, interval, intervals, strata_of
from data_pipeline.evaluation.figures import figures
from data_pipeline.evaluation.runs import Group
from tests.evaluation.outcomes import mixed, outcome


def test_the_same_seed_draws_the_same() -> None:
    some = mixed(20)
    assert intervals(some, figures, resamples=20, seed=1) == intervals(
        some, figures, resamples=20, seed=1
    )
    assert intervals(some, figures, resamples=20, seed=1) != intervals(
        some, figures, resamples=20, seed=2
    )


@settings(max_examples=25)
@given(
    st.lists(
        st.builds(
            outcome,
            qid=st.sampled_from("abcdefgh"),
            group=st.sampled_from(list(Group)),
            confidence=st.floats(0, 1),
            right=st.booleans(),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_every_interval_holds_its_figure(some: list) -> None:
    counted = figures(some)
    for name, (low, high) in intervals(some, figures, resamples=8).items():
        assert low <= counted[name] <= high, name


def test_a_question_and_its_twin_without_articles_are_drawn_together() -> None:
    """The number of present and removed ones stays the same in every draw."""
    for sample in draws(strata_of(mixed(15), lambda o: o), 10, 3):
        by_group = [{o.qid for o in sample if o.group is g} for g in (Group.PRESENT, Group.REMOVED)]
        assert by_group[0] == by_group[1]
        assert [sum(o.group is g for o in sample) for g in Group] == [15, 15, 0, 15]


def test_foreign_questions_with_the_same_id_stay_foreign() -> None:
    some = [outcome("1"), outcome("1", Group.FOREIGN)]
    assert len(strata_of(some, lambda o: o)) == 2


@given(st.lists(st.floats(-1, 1), max_size=30), st.floats(-1, 1))
def test_an_interval_is_widened_to_its_estimate(values: list[float], estimate: float) -> None:
    low, high = interval(values, estimate)
    assert low <= estimate <= high


def test_more_questions_make_a_narrower_interval() -> None:
    def width(count: int) -> float:
        low, high = intervals(mixed(count), figures, resamples=60)["auroc"]
        return high - low

    assert width(200) < width(12)
