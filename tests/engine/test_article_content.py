"""An article's structured parts, read back from its chunks."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from data_pipeline.articles import (
    Chunk,
    Condition,
    DataPoint,
    Frame,
    Kind,
    Outcome,
    Rule,
    Step,
    Tier,
)
from data_pipeline.engine.article_content import read_content, structured
from tests.engine.points import point


def chunk(kind: Kind, items: Any, number: int = 1) -> Chunk:
    data = items if isinstance(items, str) else msgspec.json.encode(items).decode()
    return Chunk(
        chunk_id=f"a#{kind}/{number}",
        article_id="a",
        title="T",
        heading=f"{kind} {number}",
        kind=kind,
        tier=Tier.CRITICAL,
        text="T\nbody",
        body_start=2,
        language="en",
        scope={"plan": ("Flex",)},
        data=data,
    )


def test_every_part_is_decoded() -> None:
    """Conditions, outcomes, frames, guardrails and data points come back as they were stored."""
    requirement, blocker = Condition(text="r"), Condition(text="b", outcome="blocked")
    outcome, frame, rule = (
        Outcome(name="o"),
        Frame(outcome="o", message=("m",)),
        Rule("x", "must_not"),
    )
    content = read_content(
        [
            chunk(Kind.ELIGIBILITY, [requirement]),
            chunk(Kind.BLOCKING, [blocker]),
            chunk(Kind.OUTCOMES, [outcome]),
            chunk(Kind.FRAME, [frame]),
            chunk(Kind.GUARDRAIL, [rule]),
            chunk(Kind.BODY, ""),
        ]
    )
    assert (content.requirements, content.blockers) == ((requirement,), (blocker,))
    assert (content.outcomes, content.frames, content.guardrails) == (
        (outcome,),
        {"o": frame},
        (rule,),
    )
    assert content.scope == {"plan": ("Flex",)}


def test_must_haves_come_first_and_each_key_once() -> None:
    """A data point that both lists name is the required one, with the heading that lists it."""
    required, optional = point("Age"), point("Age", required=False)
    other = point("Name", required=False)
    content = read_content(
        [chunk(Kind.OPTIONAL_DATA, [optional, other]), chunk(Kind.REQUIRED_DATA, [required])]
    )
    assert [s.point for s in content.points] == [required, other]
    assert content.points[0].section == "required_data 1"


def test_parts_over_several_chunks_keep_their_order() -> None:
    """A long section is one list again."""
    rules = [Rule(str(n), "must_not") for n in range(4)]
    content = read_content([chunk(Kind.GUARDRAIL, rules[:2]), chunk(Kind.GUARDRAIL, rules[2:], 2)])
    assert list(content.guardrails) == rules


@pytest.mark.parametrize(
    "data", ["", "[]", "null", "{}", '"text"', "[null, 5, [], {}]", '[{"label": "no key"}]']
)
def test_data_of_another_shape_is_left_out(data: str) -> None:
    """What is no data point is none, and nothing breaks."""
    assert structured(chunk(Kind.REQUIRED_DATA, data), Kind.REQUIRED_DATA, DataPoint) == []


def test_another_kind_is_not_read() -> None:
    """A step is read from steps only."""
    steps = chunk(Kind.STEPS, [Step(1, "Open it.")])
    assert structured(steps, Kind.RULES, Step) == []
    assert structured(steps, Kind.STEPS, Step) == [Step(1, "Open it.")]
