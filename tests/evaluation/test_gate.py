"""The gate: which figures fall short, and what is wrong with a gate file."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_pipeline.errors import KbgateError
from data_pipeline.evaluation.gate import read_gate, shortfalls, unknown

FOUND = {"kb": {"recall@5": 0.8, "ece": 0.1, "required_recall": None}}


def test_higher_or_lower_is_better_by_figure() -> None:
    assert shortfalls({"kb": {"recall@5": 0.8, "ece": 0.1}}, FOUND) == []
    low, high = shortfalls({"kb": {"recall@5": 0.81, "ece": 0.09}}, FOUND)
    assert str(low) == "kb: recall@5 is 0.8, the gate wants at least 0.81"
    assert str(high) == "kb: ece is 0.1, the gate wants at most 0.09"


def test_what_could_not_be_counted_falls_short() -> None:
    (only,) = shortfalls({"kb": {"required_recall": 0.1}}, FOUND)
    assert "nothing to count" in str(only)


def test_what_is_not_measured_is_named() -> None:
    assert unknown({"kb": {"recal@5": 0.1}, "other": {"ece": 1}}, FOUND) == ["other", "kb: recal@5"]


@pytest.mark.parametrize("raw", ["", "{", "[]", '{"set": {}}', '{"sets": {"kb": {"ece": "x"}}}'])
def test_a_malformed_gate_says_how_one_looks(tmp_path: Path, raw: str) -> None:
    (tmp_path / "gate.json").write_text(raw)
    with pytest.raises(KbgateError, match=r'gate\.json.*\{"sets"'):
        read_gate(tmp_path / "gate.json")
    with pytest.raises(KbgateError, match="cannot be read"):
        read_gate(tmp_path / "none.json")
