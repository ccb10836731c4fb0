"""The curve keeps its promise on data that nobody has seen, and is monotone."""

from __future__ import annotations

import random
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_pipeline.engine.calibration import NEVER, cut_for
from data_pipeline.evaluation.calibration.cuts import Judged, curve, effective

shares = st.floats(0, 1)
many = st.lists(st.tuples(st.integers(0, 50), st.booleans()), min_size=1, max_size=300)
ALLOWED, DOUBT = 0.1, 0.05


def judged(pairs: list[tuple[int, bool]]) -> list[Judged]:
    return [Judged(probability=p / 50, right=right) for p, right in pairs]


def ask(n: int, generator: random.Random) -> list[Judged]:
    """The more probable, the more often right: from a coin to nearly always."""
    found = []
    for _ in range(n):
        probability = generator.random()
        right = generator.random() < 0.5 + 0.49 * probability
        found.append(Judged(probability=probability, right=right))
    return found


def true_error(cut: float) -> float:
    """The mean of 0.5 - 0.49 p over all p above the cut."""
    return 0.5 - 0.49 * (cut + 1) / 2


@pytest.mark.slow
@pytest.mark.parametrize("n", [150, 1_200])
def test_the_promise_is_broken_no_more_often_than_doubt_allows(n: int) -> None:
    """Of 80 knowledge bases one in twenty may have a cut with more errors, and some luck."""
    generator = random.Random(n)
    cuts = [cut_for(curve(ask(n, generator), allowed_error=ALLOWED, doubt=DOUBT), ALLOWED)
            for _ in range(80)]  # fmt: skip
    broken = sum(cut != NEVER and true_error(cut) > ALLOWED for cut in cuts)
    assert broken <= 80 * DOUBT + 4
    if n == 1_200:
        assert sum(cut != NEVER for cut in cuts) > 60, "so many tickets must lead to a promise"


@pytest.mark.slow
def test_a_weighted_mix_keeps_its_promise_too() -> None:
    """Foreign questions are rare in the data and common in the mix: each weighs three."""
    generator = random.Random(5)
    broken = 0
    for _ in range(80):
        found = ask(600, generator)
        heavy = [
            Judged(probability=0.7 * generator.random(), right=False, weight=3.0) for _ in range(60)
        ]
        cut = cut_for(curve([*found, *heavy], allowed_error=ALLOWED, doubt=DOUBT), ALLOWED)
        if cut == NEVER:
            continue
        foreign = 180 * max(0.0, 0.7 - cut) / 0.7
        own = 600 * (1 - cut)
        broken += (own * true_error(cut) + foreign) / (own + foreign) > ALLOWED
    assert broken <= 80 * DOUBT + 4


@given(many, shares, shares)
def test_a_stricter_error_never_lowers_the_cut(
    pairs: list[tuple[int, bool]], one: float, other: float
) -> None:
    strict, lax = sorted((one, other))
    found = curve(judged(pairs), allowed_error=0.2, doubt=0.05)
    assert cut_for(found, lax) <= cut_for(found, strict)


@settings(max_examples=100)
@given(many, st.data(), st.floats(0.02, 0.5))
def test_one_more_wrong_answer_never_lowers_the_cut(
    pairs: list[tuple[int, bool]], data: st.DataObject, error: float
) -> None:
    before = judged(pairs)
    place = data.draw(st.integers(0, len(before) - 1))
    after = list(before)
    after[place] = msgspec.structs.replace(before[place], right=False)
    found, worse = (curve(one, allowed_error=0.2, doubt=0.05) for one in (before, after))
    assert cut_for(found, error) <= cut_for(worse, error)


@given(many)
def test_the_curve_goes_from_strict_to_lax(pairs: list[tuple[int, bool]]) -> None:
    found = curve(judged(pairs), allowed_error=0.3, doubt=0.05)
    for strict, lax in pairwise(found):
        assert strict.probability > lax.probability
        assert strict.error_bound < lax.error_bound
        assert strict.answered < lax.answered
        assert strict.kept <= lax.kept
    assert all(cut.observed <= cut.error_bound for cut in found)


@given(many)
def test_a_cut_never_parts_replies_of_one_probability(pairs: list[tuple[int, bool]]) -> None:
    """What is counted as answered is what the service would answer."""
    ones = judged(pairs)
    for cut in curve(ones, allowed_error=0.3, doubt=0.05):
        sent = sum(one.probability >= cut.probability for one in ones)
        assert cut.answered == pytest.approx(sent / len(ones), abs=1e-6)


def test_replies_of_few_probabilities_each_have_their_cut() -> None:
    """Of 40 each, which no step of a grid meets."""
    ones = [Judged(probability=1 - n / 10, right=n < 5) for n in range(8) for _ in range(40)]
    found = curve(ones, allowed_error=0.05, doubt=0.05)
    assert cut_for(found, 0.05) == pytest.approx(0.6)


def test_few_replies_promise_nothing() -> None:
    """58 right ones and not a wrong one: one more would do."""
    ones = [Judged(probability=0.9, right=True)] * 58
    assert curve(ones, allowed_error=0.05, doubt=0.05) == ()
    (only,) = curve([*ones, ones[0]], allowed_error=0.05, doubt=0.05)
    assert only.error_bound <= 0.05
    assert (only.answered, only.kept, only.observed) == (1, 1, 0)


def test_nothing_judged_promises_nothing() -> None:
    assert curve([], allowed_error=0.05, doubt=0.05) == ()
    unsayable = [Judged(probability=0.9, right=True, sayable=False)] * 500
    assert curve(unsayable, allowed_error=0.05, doubt=0.05) == ()
    assert effective(unsayable) == 0


def test_what_cannot_be_sent_counts_among_the_tickets_and_not_among_the_answers() -> None:
    sent = [Judged(probability=0.9, right=True)] * 100
    held = [Judged(probability=0.99, right=False, sayable=False)] * 100
    (only,) = curve([*sent, *held], allowed_error=0.05, doubt=0.05)
    assert (only.answered, only.kept, only.observed) == (0.5, 1.0, 0.0)


def test_an_early_slip_does_not_end_it_where_there_is_much_data() -> None:
    """Three wrong ones right at the top, then two thousand right ones."""
    slips = [Judged(probability=0.999 - n / 1e6, right=False) for n in range(3)]
    rest = [Judged(probability=0.9 - n / 1e4, right=True) for n in range(2_000)]
    found = curve([*slips, *rest], allowed_error=0.05, doubt=0.05)
    assert cut_for(found, 0.05) == pytest.approx(0.7001)


def test_questions_of_one_article_that_fail_together_count_less() -> None:
    """The same share wrong, as single tickets and as whole articles."""
    alone = [Judged(probability=0.9 - n / 1e4, right=n % 25 != 0) for n in range(1_000)]
    together = [
        msgspec.structs.replace(one, unit=f"a{n // 10}", right=n // 10 % 25 != 0)
        for n, one in enumerate(alone)
    ]
    apart, joined = (curve(ones, allowed_error=0.06, doubt=0.05)[-1] for ones in (alone, together))
    assert apart.observed == pytest.approx(joined.observed, abs=0.002)
    assert joined.error_bound > apart.error_bound + 0.01


def test_ever_so_many_questions_of_one_article_promise_nothing() -> None:
    """Three thousand right answers from one article tell no more than fifty single ones."""
    ones = [Judged(probability=0.9, right=True, unit="a")] * 3_000
    assert effective(ones) == pytest.approx(50, rel=0.02)
    assert curve(ones, allowed_error=0.05, doubt=0.05) == ()


def test_uneven_weights_count_as_fewer_replies() -> None:
    ones = [Judged(probability=0.5, right=True, weight=w) for w in [1.0] * 50 + [9.0] * 50]
    assert effective(ones) == pytest.approx(500**2 / 4_100)
    assert effective(ones[:50]) == 50
