"""A question from a terminal: the same reader as the service, and the same words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from data_pipeline.adapters.calibration_files import write_calibration
from data_pipeline.engine.confidence import shipped_coefficients
from scripts import ask, process_articles


@pytest.fixture(autouse=True)
def kb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store with one article."""
    monkeypatch.setenv("KB_VAR", str(tmp_path / "var"))
    article = tmp_path / "returns.md"
    article.write_text("# Returns\n\nSend the parcel back within 30 days.\n")
    process_articles.main([str(article), "--json"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([""], "give `inquiry` or `ticket`"),
        (["How?", "--language", "ENGLISH"], "options.language: expected text matching"),
        (["How?", "--scope", "plan"], "--scope takes KEY=VALUE"),
        (["How?", "--scope", "plan=Flex"], "no such scope key"),
        (["How?", "--namespace", "../x"], "namespace"),
    ],
)
def test_a_wrong_question_is_told(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, what is wrong and where, nothing on standard output."""
    capsys.readouterr()
    assert ask.main(arguments) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.out == ""


def test_a_reply_as_json_and_as_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints what the service would send; without it the article's id stands whole."""
    capsys.readouterr()
    assert ask.main(["How long do I have to send it back?", "--json"]) == 0
    reply = json.loads(capsys.readouterr().out)
    assert reply["sources"][0]["article_id"] == "returns"
    assert ask.main(["How long do I have to send it back?"]) == 0
    printed = capsys.readouterr().out
    assert reply["decision"] in printed
    assert reply["citations"][0]["chunk_id"] in printed


def test_events_stay_out_of_the_json(tmp_path: Path) -> None:
    """A calibration that is read is an event, which belongs to no result."""
    write_calibration(tmp_path / "var" / "calibration" / "default.json", shipped_coefficients())
    command = [sys.executable, "-m", "scripts.ask", "How long do I have?", "--json"]
    root = Path(__file__).parents[2]
    run = subprocess.run(command, cwd=root, capture_output=True, check=True)
    assert json.loads(run.stdout)["versions"]["calibration"]
