"""From trials to a promise: mixes, tickets, groups, refusals and what is advised then."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from data_pipeline.engine.calibration import NEVER
from data_pipeline.engine.confidence import Coefficients, is_sound, shipped_coefficients, threshold
from data_pipeline.evaluation.calibration.advice import advise
from data_pipeline.evaluation.calibration.promise import Calibrated, _folds, calibrate
from data_pipeline.evaluation.calibration.terms import EVEN, Terms, decisive, mix_of, weights_of
from data_pipeline.evaluation.calibration.trials import TICKETS, Trial
from data_pipeline.evaluation.runs import Group
from tests.evaluation.calibration.trials import ORIGIN, mixed, trial

KNOWN = shipped_coefficients()


def calibrated(trials: Sequence[Trial], **terms: object) -> Calibrated:
    return calibrate(trials, KNOWN, Terms(**terms), ORIGIN)


def cut_of(found: Calibrated, error: float = 0.05) -> float:
    return threshold(found.coefficients, error)


def test_what_can_be_told_apart_is_promised() -> None:
    found = calibrated(mixed(300))
    assert found.promised
    assert found.promised.error_bound <= 0.05
    assert found.promised.kept > 0.8
    assert 0.25 < found.promised.answered < 0.4
    assert cut_of(found) == found.promised.probability
    assert is_sound(found.coefficients)
    assert found.basis.mix == pytest.approx(dict.fromkeys(EVEN, 1 / 3), abs=1e-3)
    assert found.basis.counts == dict.fromkeys(EVEN, 300)


def test_what_was_calibrated_survives_being_written() -> None:
    found = calibrated(mixed(100)).coefficients
    assert msgspec.json.decode(msgspec.json.encode(found), type=Coefficients) == found


def test_too_few_questions_are_refused_and_the_number_that_is_missing_is_named() -> None:
    found = calibrated(mixed(8))
    assert found.promised is None
    assert cut_of(found) == NEVER
    assert advise(found).more >= 93 - 24


def test_what_cannot_be_told_apart_is_refused_however_much_there_is() -> None:
    found = calibrated(mixed(300, slip=0.3))
    assert found.promised is None
    advice = advise(found)
    assert (advice.more, advice.enough) == (0, 0)
    assert advice.observed > 0.05


def test_what_nearly_holds_takes_more_tickets_of_the_same() -> None:
    """Of 150 sure replies 2 are wrong, too many for so few."""
    tickets = [trial(n, TICKETS, sure=0.9, right=n % 75 != 1, cluster=f"t{n}") for n in range(150)]
    found = calibrated(tickets)
    assert found.promised is None
    advice = advise(found)
    assert advice.more == 0
    assert 0 < advice.enough < 2_000


def test_the_articles_that_are_mixed_up_are_named() -> None:
    trials = mixed(150)
    twins = [trial(n, sure=0.99, own="one", article="other", cluster="one") for n in range(60)]
    advice = advise(calibrated([*trials, *twins]))
    assert advice.alike[0].asked == "one"
    assert advice.alike[0].answered == "other"
    assert advice.alike[0].wrong >= 30


def test_foreign_questions_name_no_article_of_this_knowledge_base() -> None:
    """Those of another labelled set come with an article of theirs."""
    strangers = [trial(n, Group.FOREIGN, sure=0.99, own="theirs", article="x") for n in range(60)]
    alike = advise(calibrated([*mixed(150), *strangers])).alike
    assert "theirs" not in {pair.asked for pair in alike}


def test_nobody_is_judged_by_a_model_that_has_seen_its_article() -> None:
    """Questions of one article are in one fold, and folds are about as large."""
    trials = mixed(50)
    fold = _folds(trials, seed=3)
    sizes = [sum(fold[t.cluster] == number for t in trials) for number in range(5)]
    assert set(fold) == {t.cluster for t in trials}
    assert max(sizes) - min(sizes) <= 4
    assert fold == _folds(trials[::-1], seed=3)
    assert fold != _folds(trials, seed=4)


def test_kinds_count_as_the_mix_says_whatever_was_asked() -> None:
    trials = [trial(n) for n in range(10)] + [trial(n, "removed") for n in range(40)]
    weights = weights_of(trials, {"present": 3.0, "removed": 1.0, "foreign": 5.0})
    assert mix_of(trials, weights) == {"present": 0.75, "removed": 0.25}
    assert sum(weights) == pytest.approx(50)


def test_a_kind_that_the_mix_leaves_out_does_not_count() -> None:
    found = calibrated(mixed(200), mix={"present": 1.0, "removed": 1.0, "foreign": 0.0})
    assert set(found.basis.mix) == {"present", "removed"}


def test_with_enough_tickets_the_cut_is_found_on_tickets_alone() -> None:
    own = mixed(50)
    tickets = [trial(n, TICKETS, sure=0.8, right=True) for n in range(200)]
    assert decisive([*own, *tickets]) == tickets
    assert decisive([*own, *tickets[1:]]) == [*own, *tickets[1:]]
    assert calibrated([*own, *tickets]).basis.mix == {TICKETS: 1.0}


def test_tickets_alone_are_enough() -> None:
    tickets = [trial(n, TICKETS, sure=0.9 if n % 3 else 0.1, right=bool(n % 3)) for n in range(300)]
    found = calibrated(tickets)
    assert found.promised
    assert found.promised.answered == pytest.approx(2 / 3, abs=0.05)


def test_own_questions_move_the_level_and_tickets_the_slopes() -> None:
    own = calibrated(mixed(200)).coefficients.reply
    tickets = [msgspec.structs.replace(one, kind=TICKETS) for one in mixed(200)]
    told = calibrated(tickets).coefficients.reply

    def moved(weights: dict[str, float]) -> float:
        return sum(abs(weights[name] - value) for name, value in KNOWN.reply.weights.items())

    assert moved(own.weights) < moved(told.weights) / 3
    assert own.intercept != KNOWN.reply.intercept


def test_a_topic_that_is_wrong_too_often_gets_a_stricter_cut_and_no_other_does() -> None:
    good = mixed(900, groups=("topic=good",))
    bad = [
        trial(5_000 + n, sure=0.8 if n % 5 else 0.75, right=bool(n % 5), groups=("topic=bad",))
        for n in range(300)
    ]
    found = calibrated([*good, *bad], allowed_error=0.15)
    assert found.promised
    assert found.coefficients.measured
    groups = found.coefficients.measured.groups
    assert set(groups) <= {"topic=bad"}


def test_one_kind_of_answer_only_is_no_error() -> None:
    assert calibrated([trial(n, sure=0.5) for n in range(100)]).promised is None
    assert calibrated([trial(n, sure=0.5, right=True) for n in range(300)]).promised
    assert calibrated([trial(sayable=False)]).promised is None
