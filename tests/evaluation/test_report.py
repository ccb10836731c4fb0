"""The page: one file that is well-formed, complete, safe and needs nothing from elsewhere."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.evaluation.comparison import compared
from data_pipeline.evaluation.pictures import (
    confidence_plot,
    latency_plot,
    reliability_plot,
    risk_coverage_plot,
)
from data_pipeline.evaluation.plots import HEIGHT, WIDTH, Axis, Frame
from data_pipeline.evaluation.report import page
from data_pipeline.evaluation.results import Evaluation, figures_alone, result_of
from tests.evaluation.outcomes import mixed, outcome


def evaluation(outcomes: list, name: str = "tickets", warnings: tuple[str, ...] = ()) -> Evaluation:
    return Evaluation(
        made_at="2026-01-01T10:00:00+00:00",
        calibration="public sets",
        allowed_error=0.05,
        cut=0.55,
        mode="extractive",
        seed=7,
        resamples=20,
        sets={name: result_of(outcomes, resamples=20, seed=7, warnings=warnings)},
    )


def test_the_page_needs_nothing_from_elsewhere() -> None:
    html = page(evaluation(mixed()), {"tickets": compared(mixed(lift=0.1), mixed(), resamples=10)})
    assert html.count("<svg") == 4
    assert "<script" not in html
    assert not re.findall(r"(?:src|href)=|url\(|@import", html)
    assert "Against the earlier run" in html


def test_what_did_not_change_is_folded_away() -> None:
    html = page(evaluation(mixed()), {"tickets": compared(mixed(), mixed(), resamples=5)})
    assert "No figure differs by more than luck" in html
    assert "<summary>No clear difference</summary>" in html
    assert "No clear difference" not in page(evaluation(mixed()))


def test_every_picture_states_the_mix_that_it_is_over() -> None:
    html = page(evaluation(mixed(40)))
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", html)
    mix = "40 with their articles there, 40 with their articles left out, 40 foreign"
    assert len(captions) == 4
    assert all(mix in caption for caption in captions)


def test_names_and_warnings_are_escaped() -> None:
    html = page(evaluation(mixed(3), "<b>&amp", ("<img onerror=x>",)))
    assert "<b>" not in html
    assert "<img" not in html
    assert "&lt;b&gt;&amp;amp" in html


@pytest.mark.parametrize("some", [[], [outcome()], [outcome(confidence=1.0, right=True)]])
def test_little_or_nothing_asked_is_still_a_page(some: list) -> None:
    """No division by nothing; what could not be counted is left out of the first table."""
    html = page(evaluation(some))
    assert html.count("<svg") == 4
    assert "None was answered" in html
    assert "nan" not in html.lower().replace("tenant", "")


@given(
    st.lists(
        st.builds(
            outcome,
            qid=st.uuids().map(str),
            confidence=st.floats(0, 1),
            right=st.booleans(),
            milliseconds=st.floats(0, 1e7),
        ),
        max_size=30,
    )
)
def test_pictures_are_well_formed_and_stay_on_the_paper(some: list) -> None:
    drawn = [confidence_plot(some, 0.55)]
    drawn += [plot(some) for plot in (reliability_plot, risk_coverage_plot, latency_plot)]
    for picture in drawn:
        for element in ET.fromstring(picture).iter():  # noqa: S314 -- our own text
            assert -40 <= float(element.get("x", 0)) <= WIDTH
            assert 0 <= float(element.get("y", 0)) <= HEIGHT
            assert float(element.get("height", 0)) >= 0


@given(st.floats(1e-3, 1e9))
def test_ticks_are_few_round_and_within_the_axis(top: float) -> None:
    axis = Axis("x", top=top)
    ticks = axis.ticks()
    assert 2 <= len(ticks) <= 7
    assert ticks[-1] <= top * (1 + 1e-9)


def test_values_lie_between_the_axes() -> None:
    frame = Frame(Axis("x"), Axis("y"))
    assert frame.at_x(0) < frame.at_x(1) <= WIDTH
    assert 0 <= frame.at_y(1) < frame.at_y(0)


def test_the_figures_alone_are_numbers_by_set() -> None:
    alone = figures_alone(evaluation(mixed()))
    assert set(alone) == {"sets", "calibration"}
    decided = {"calibration": "public sets", "cut": 0.55, "promise": ""}
    assert alone["calibration"]["tickets"] == decided
    named = alone["sets"]["tickets"]
    assert {"ndcg@10", "recall@5", "auroc", "auroc_removed", "coverage@0.05", "ece"} <= set(named)
    assert all(value is None or isinstance(value, int | float) for value in named.values())
