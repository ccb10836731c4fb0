"""Trials made by hand: sure and right ones, and others."""

from __future__ import annotations

import random
from typing import Any

from data_pipeline.engine.evidence import Evidence
from data_pipeline.evaluation.calibration.promise import Origin
from data_pipeline.evaluation.calibration.trials import Trial
from data_pipeline.evaluation.runs import Group

ORIGIN = Origin(version="v", source="tests", date="2026-01-01")


def trial(number: int = 0, kind: str = "present", *, sure: float = 0.5, **facts: Any) -> Trial:
    """A trial whose evidence says `sure`, 0 to 1."""
    found = Evidence(
        strength=sure, matched=6 * sure, ahead=2 * sure, clear=sure, title_asked=sure,
        coverage_passage=sure,
    )  # fmt: skip
    right = bool(facts.pop("right", False))
    known = {"sayable": True, "own": f"a{number}", "article": f"a{number}"}
    return Trial(
        kind=kind,
        cluster=facts.pop("cluster", f"a{number}"),
        evidence=found,
        right=right,
        right_article=right,
        **(known | facts),
    )


def mixed(count: int, *, slip: float = 0.0, seed: int = 1, **facts: Any) -> list[Trial]:
    """`count` of each kind; present ones are sure and right, but for a share `slip` of them."""
    generator = random.Random(seed)
    made = []
    for n in range(count):
        right = generator.random() >= slip
        made += [
            trial(n, sure=generator.uniform(0.6, 1.0), right=right, **facts),
            trial(n, Group.REMOVED, sure=generator.uniform(0.0, 0.5), article="other"),
            trial(n, Group.FOREIGN, sure=generator.uniform(0.0, 0.3), cluster=f"f{n}", own=""),
        ]
    return made
