"""`python -m scripts.evaluate` as a team runs it: figures, files, gate, comparison, bad input."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from data_pipeline.adapters.calibration_files import write_calibration
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.evaluation.fitted import decode, encode
from data_pipeline.evaluation.sets import Case
from scripts import evaluate, evaluate_sets
from tests.evaluation.tiny_set import FOREIGN, QUESTIONS, write_lines, write_set


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KB_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("KB_EMBEDDER", "off")
    return write_set(tmp_path / "tiny")


def run(tiny: Path, *more: object) -> int:
    return evaluate.main(["--set", str(tiny), "--resamples", "10", *map(str, more)])


def figures(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out)["sets"]


def test_json_is_all_that_is_printed_and_is_the_same_again(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """But for the milliseconds."""
    foreign = write_lines(tmp_path / "foreign.jsonl.gz", FOREIGN)
    both = []
    for _ in range(2):
        assert run(tiny, "--foreign", foreign, "--json") == 0
        both.append(figures(capsys)["tiny"])
    first, second = ({k: v for k, v in one.items() if "latency" not in k} for one in both)
    assert first == second
    assert (first["n_present"], first["n_removed"], first["n_foreign"]) == (3, 3, 3)
    assert first["recall@5"] == 1
    assert first["auroc"] > 0.8


def test_files_are_written_where_they_are_wanted(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tiny, "--out", tmp_path / "here") == 0
    assert "evaluation.html" in capsys.readouterr().out.replace("\n", "")
    assert {path.name for path in (tmp_path / "here").iterdir()} == {
        "evaluation.json",
        "evaluation.html",
    }
    assert run(tiny) == 0
    assert (tmp_path / "var" / "evaluation" / "evaluation.json").is_file()


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_asked(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tiny, "--out", tiny / "questions.jsonl") == 2
    assert "name another --out" in capsys.readouterr().err


def test_the_gate_lets_good_figures_pass_and_stops_bad_ones(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate = tmp_path / "gate.json"
    gate.write_text(json.dumps({"sets": {"tiny": {"recall@5": 0.9, "ece": 1}}}))
    assert run(tiny, "--gate", gate) == 0
    gate.write_text(json.dumps({"sets": {"tiny": {"ece": 0.0001}}}))
    assert run(tiny, "--gate", gate) == 1
    assert "the gate wants at most 0.0001" in capsys.readouterr().err
    gate.write_text(json.dumps({"sets": {"other": {"ece": 1}}}))
    assert run(tiny, "--gate", gate) == 2
    assert "other" in capsys.readouterr().err


def test_a_run_is_compared_with_an_earlier_one(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tiny, "--out", tmp_path / "before") == 0
    earlier = tmp_path / "before" / "evaluation.json"
    capsys.readouterr()
    assert run(tiny, "--out", tmp_path / "now", "--compare", earlier) == 0
    assert "Against the earlier run" in capsys.readouterr().out
    assert "Against the earlier run" in (tmp_path / "now" / "evaluation.html").read_text()


def test_later_turns_are_asked_on_demand(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tiny, "--later-turns", "--json") == 0
    assert figures(capsys)["tiny.later_turns"]["n_present"] == 1
    assert run(tiny, "--json") == 0
    assert "--later-turns" in capsys.readouterr().err


def test_a_removal_split_is_taken_out_at_once(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    split = tmp_path / "split.json"
    split.write_text(json.dumps({"removed_article_ids": ["warranty"]}))
    assert run(tiny, "--remove", split, "--json") == 0
    assert figures(capsys)["tiny"]["n_removed"] == 1


def test_fitted_on_is_said(
    tiny: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the question itself, whatever its set is called; a set of new questions gets no warning."""
    assert run(tiny, "--json") == 0
    assert "fitted" not in capsys.readouterr().err
    known = decode(encode([Case(text=QUESTIONS[1]["question"].upper())]))
    monkeypatch.setattr(evaluate_sets, "shipped_fingerprints", lambda: known)
    assert run(tiny, "--json") == 0
    assert "fitted on 1 of these 3 questions" in capsys.readouterr().err


def test_a_model_is_asked_only_on_demand(
    tiny: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none is set a run in its name is refused: its figures would be those of another."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    for mode in ("model", "auto"):
        assert run(tiny, "--mode", mode) == 2
        assert "No answer model" in capsys.readouterr().err


def test_two_sets_of_one_name_are_refused(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other").mkdir()
    assert run(tiny, "--set", write_set(tmp_path / "other" / "tiny")) == 2
    assert "rename one" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--remove", "--foreign", "--gate", "--compare"])
def test_a_file_that_is_not_there_is_named(
    tiny: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tiny, option, "nowhere.json") == 2
    assert "nowhere.json" in capsys.readouterr().err


def test_a_file_that_is_no_evaluation_is_refused(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tiny, "--compare", tiny / "questions.jsonl") == 2
    assert "is not the JSON file" in capsys.readouterr().err


def test_a_set_without_a_question_cannot_be_measured(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tiny / "questions.jsonl").write_text("")
    assert run(tiny) == 2
    assert "no question" in capsys.readouterr().err


@pytest.mark.parametrize("share", ["-1", "nan", "inf", "many"])
def test_a_share_that_is_none_is_refused(tiny: Path, share: str) -> None:
    with pytest.raises(SystemExit) as caught:
        run(tiny, f"--foreign-share={share}")
    assert caught.value.code == 2


@pytest.mark.slow
@pytest.mark.skipif(
    not Path(os.environ.get("KB_EVAL_SETS", "nowhere"), "clapnq_dev").is_dir(),
    reason="KB_EVAL_SETS does not name the folder of the labelled sets",
)
def test_a_public_set_keeps_its_figures(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Above what plain BM25 over passages finds there (.97 among five)."""
    assert run(Path(os.environ["KB_EVAL_SETS"]) / "clapnq_dev", "--json") == 0
    assert figures(capsys)["clapnq_dev"]["recall@5"] > 0.95


def test_a_set_is_decided_by_a_calibration_of_its_own_or_a_given_one(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four articles promise nothing, so nothing is sent; what decided stands beside the figures."""
    assert run(tiny, "--calibrate", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["calibration"]["tiny"]["cut"] > 1
    assert "cannot support 5 %" in printed["calibration"]["tiny"]["promise"]
    assert printed["sets"]["tiny"]["answered"] == 0
    assert printed["sets"]["tiny"]["kept"] == 0
    given = tmp_path / "given.json"
    write_calibration(
        given, msgspec.structs.replace(shipped_coefficients(), reference_cut=0.001, source="mine")
    )
    assert run(tiny, "--calibration", given) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Answers were sent from a confidence of 0.00 on (calibrated on mine)." in shown
    assert run(tiny, "--calibration", tiny / "questions.jsonl") == 2
    assert "is not a calibration" in capsys.readouterr().err
