"""`python -m scripts.backtest` as a team runs it: an export, a marked sheet, labels."""

from __future__ import annotations

import json
import re
import shlex
import stat
from pathlib import Path

import pytest

from data_pipeline.evaluation.labels import read_labels
from scripts import backtest, process_articles

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "backtest.md"
ARTICLE = (
    "# Returning a parcel\n\n## How long can I return a parcel?\n\n"
    "Send the parcel back within 30 days of delivery.\n\n"
    "## What does a return cost?\n\nA return costs €5 for each parcel.\n"
)
EXPORT = (
    "Ticket ID;Subject;Description;Reply\n"
    '17;Return;"How long can I return a parcel?\n\nSECRET-NAME";Within 30 days of delivery.\n'
    "18;;What does a return of a parcel cost?;It costs €9.\n"
    "19;;Can you repair my SECRET-THING on the moon?;No.\n"
    "20;;;no question\n"
)


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with one article, and an export of four rows, one of them without a question."""
    monkeypatch.setenv("KB_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("KB_EMBEDDER", "off")
    article = tmp_path / "returns.md"
    article.write_text(ARTICLE)
    assert process_articles.main([str(article), "--json"]) == 0
    path = tmp_path / "export.csv"
    path.write_text(EXPORT, encoding="cp1252")
    return path


def run(*arguments: object) -> int:
    return backtest.main([str(argument) for argument in arguments])


def marked(folder: Path, **marks: str) -> Path:
    """The written sheet with marks by ticket, as a spreadsheet would save it."""
    text = (folder / "review.csv").read_text("utf-8-sig")
    for ticket, mark in marks.items():
        text = re.sub(rf"(?m)^(b\w+,{ticket.removeprefix('t')},)", rf"\g<1>{mark}", text)
    path = folder / "marked.csv"
    path.write_text(text, newline="")
    return path


def test_from_an_export_to_labels(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first line comes first; nobody's words are printed; marks become labels."""
    capsys.readouterr()
    assert run(export) == 1
    printed = capsys.readouterr()
    opening = printed.out.splitlines()[0]
    assert re.fullmatch(
        r"Of your 3 tickets \d would have been answered, about \d of them wrong\.", opening
    )
    assert "line 7: the customer's text is empty" in printed.err
    assert "SECRET" not in printed.out + printed.err

    folder = tmp_path / "var" / "backtest"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "SECRET-NAME" in (folder / "review.html").read_text()
    sheet = marked(folder, t17="yes", t18="nein", t19="skip")
    assert run("--marks", sheet) == 0
    printed = capsys.readouterr()
    assert "1 right, 1 wrong, 1 skipped." in printed.out
    assert "python -m scripts.calibrate --labels" in printed.out
    labels = {label.id: label for label in read_labels(folder / "labels.jsonl")}
    assert {key: label.right for key, label in labels.items()} == {"17": True, "18": False}
    assert labels["17"].article_id == "returns"
    assert "30 days" in " ".join(labels["17"].quotes)
    assert labels["18"].request == {"inquiry": "What does a return of a parcel cost?"}


def test_both_steps_write_where_they_are_told_to(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "here"
    assert run(export, "--out", out, "--delimiter", "semicolon") == 1
    assert (out / "review.csv").read_text("utf-8-sig").startswith("row;id;right;")
    text = (out / "review.csv").read_text("utf-8-sig").replace(";17;;", ";17;x;")
    (out / "review.csv").write_text(text)
    wanted = tmp_path / "elsewhere" / "l.jsonl.gz"
    source = out / "backtest.json"
    assert run("--marks", out / "review.csv", "--from", source, "--out", wanted) == 0
    assert [label.right for label in read_labels(wanted)] == [True]


def test_a_stricter_error_asks_for_more_confidence(export: Path, tmp_path: Path) -> None:
    cuts = []
    for error in ("0.2", "0.001"):
        run(export, "--allowed-error", error)
        whole = json.loads((tmp_path / "var" / "backtest" / "backtest.json").read_text())
        assert whole["allowed_error"] == float(error)
        cuts.append(whole["cut"])
    assert cuts[0] < cuts[1]


def test_columns_with_names_of_their_own_are_mapped(export: Path) -> None:
    export.write_text("Nr.,Kundenmail\n1,How long can I return a parcel?\n")
    assert run(export) == 2
    assert run(export, "--column", "inquiry=Kundenmail", "--column", "id=Nr.") == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Name a file with past tickets"),
        (["{export}", "--marks", "x.csv"], "Give either tickets or --marks"),
        (["--marks", "none.csv"], "run the backtest first"),
        (["none.csv"], "cannot be read"),
        (["{export}", "--column", "inquiry"], "--column takes PART=NAME"),
        (["{export}", "--column", "colour=Red"], "parts are id, subject"),
        (["{export}", "--mode", "model"], "No answer model is configured"),
        (["{export}", "--out", "{export}"], "name another --out"),
    ],
)
def test_wrong_use_says_what_to_do_next(
    export: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(*(argument.format(export=export) for argument in arguments)) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.out == ""


def test_an_export_without_a_ticket_is_refused(
    export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export.write_text("id,question\n1,\n")
    assert run(export) == 2
    assert "holds no ticket that can be decided" in capsys.readouterr().err


def test_an_empty_namespace_is_told(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(export, "--namespace", "other") == 1
    printed = capsys.readouterr()
    assert "holds no article" in printed.err
    assert "Of your 3 tickets 0 would have been answered" in printed.out


def test_marks_that_cannot_be_used_are_named_and_the_others_are(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(export)
    folder = tmp_path / "var" / "backtest"
    sheet = marked(folder, t17="yes", t18="SECRET-WORD")
    other = tmp_path / "other.csv"
    other.write_text("id,right\n99,yes\n")
    capsys.readouterr()
    assert run("--marks", sheet, "--marks", other) == 1
    printed = capsys.readouterr()
    assert "99 (other.csv line 2)" in printed.err
    assert "neither right nor wrong nor skip" in printed.err
    assert "SECRET" not in printed.out + printed.err
    assert len(read_labels(folder / "labels.jsonl")) == 1


def test_a_sheet_without_marks_says_where_to_write_them(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(export)
    assert run("--marks", tmp_path / "var" / "backtest" / "review.csv") == 2
    assert "into the column `right`" in capsys.readouterr().err


def test_the_document_shows_commands_that_work(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command of docs/backtest.md, with its files at hand."""
    monkeypatch.chdir(tmp_path)
    text = DOCUMENT.read_text()
    tickets = re.search(r"```json tickets\n(.*?)```", text, re.DOTALL)
    assert tickets
    (tmp_path / "tickets.jsonl").write_text(tickets[1])
    commands = re.findall(r"^python -m scripts\.backtest (.*)$", text, re.MULTILINE)
    assert len(commands) >= 3
    for command in commands:
        if "--marks" in command:
            folder = tmp_path / "var" / "backtest"
            marked(folder, t17="yes", t18="no").replace(folder / "review.csv")
        assert run(*shlex.split(command)) in {0, 1}, command
