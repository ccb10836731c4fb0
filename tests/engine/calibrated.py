"""Measured coefficients for tests, made by hand."""

from __future__ import annotations

from typing import Any

import msgspec

from data_pipeline.engine.calibration import Basis, Cut, Measured
from data_pipeline.engine.confidence import Coefficients
from tests.engine.kb import sure


def cut(probability: float, bound: float) -> Cut:
    return Cut(
        probability=probability, error_bound=bound, observed=bound / 2, answered=0.3, kept=0.6
    )


def basis(**changes: Any) -> Basis:
    known: dict[str, Any] = {
        "certainty": 0.95,
        "allowed_error": 0.05,
        "mix": {"present": 1.0},
        "counts": {"present": 100},
    }
    return Basis(**(known | changes))


def measured(*cuts: Cut, odds: float = 4.0, groups: Any = None, **of_basis: Any) -> Coefficients:
    """Coefficients with this curve, as sure of everything as `odds`."""
    found = Measured(basis=basis(**of_basis), curve=cuts, groups=groups or {})
    return msgspec.structs.replace(
        sure(odds), version="2026-01-01", source="this knowledge base", n=100, measured=found
    )
