"""The lint as a person runs it: tables, JSON, exit codes, bad input."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scripts import lint_kb

KEYS = "# Moving out\n\nReturn all keys on the last day.\n\n## Fees\n\n| Service | Fee |\n| --- | --- |\n| Lost shed key | {} |\n| Lost lamp | €60 |\n"
LINKS = "# Prices of garden things\n\nSee [moving](moving-in.md).\n\n## Fees\n\n| Service | Fee |\n| --- | --- |\n| Lost shed key | €45 |\n| Lost hose | €20 |\n"


@pytest.fixture
def kb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two articles that contradict each other, one with a dead link."""
    monkeypatch.setenv("KB_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("KB_STORE", "embedded")
    folder = tmp_path / "kb"
    folder.mkdir()
    (folder / "moving-out.md").write_text(KEYS.format("€35"))
    (folder / "prices.md").write_text(LINKS)
    return folder


def test_tables_name_article_place_and_remedy(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Worst first; without --strict that is no failure, and nothing is stored."""
    assert lint_kb.main([str(kb)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert out.index("Contradicting values (1)") < out.index("Dead links between articles (1)")
    for words in ("moving-out", "prices#fees", "€35", "€45", "Correct the wrong one"):
        assert words in out
    assert "2 articles" in out
    assert not (kb.parent / "var").exists()


def test_strict_fails_for_serious_findings_only(kb: Path) -> None:
    """1 with a contradiction, 0 once it and the link are mended."""
    assert lint_kb.main([str(kb), "--strict", "--json"]) == 1
    (kb / "moving-out.md").write_text(KEYS.format("€45"))
    (kb / "prices.md").write_text(LINKS.replace("moving-in", "moving-out"))
    assert lint_kb.main([str(kb), "--strict", "--json"]) == 0


def test_json_is_one_object(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts of every kind, findings, own questions and gaps; nothing else on either stream."""
    tickets = kb.parent / "tickets.jsonl"
    tickets.write_text('{"inquiry": "my hose is torn"}\n"torn hose"\n')
    assert lint_kb.main([str(kb), "--json", "--gaps", str(tickets)]) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert printed.err == ""
    assert told["counts"]["contradiction"] == told["counts"]["dead_link"] == 1
    assert told["serious"] >= 2
    assert told["findings"][0]["kind"] == "contradiction"
    assert {q["question"]["origin"] for q in told["questions"]} == {"title"}
    assert [gap["tickets"] for gap in told["gaps"]] == [2]


def test_gaps_as_a_table(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Lines without a ticket are named by number, never quoted."""
    tickets = kb.parent / "tickets.jsonl"
    tickets.write_text('"torn hose"\n{"private": "SECRET-WORDS"}\n')
    assert lint_kb.main([str(kb), "--gaps", str(tickets)]) == 0
    printed = capsys.readouterr()
    assert "What escalated tickets ask about" in printed.out
    assert "1 line" in printed.err
    assert "SECRET-WORDS" not in printed.out + printed.err


@pytest.mark.parametrize("content", [None, "", "\n\n", "{}\n[]\n"])
def test_gaps_file_without_tickets(
    kb: Path, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is missing or holds none is an error that says what to give."""
    tickets = kb.parent / "tickets.jsonl"
    if content is not None:
        tickets.write_text(content)
    assert lint_kb.main([str(kb), "--gaps", str(tickets)]) == 2
    assert "tickets.jsonl" in capsys.readouterr().err


def test_nothing_readable(kb: Path) -> None:
    """2 for a path that is not there, a broken file and an empty folder."""
    assert lint_kb.main([str(kb / "nowhere")]) == 2
    (kb / "empty").mkdir()
    assert lint_kb.main([str(kb / "empty"), "--json"]) == 2
    broken = kb / "broken.json"
    broken.write_text("{")
    assert lint_kb.main([str(broken)]) == 2


def test_a_broken_file_does_not_stop_the_rest(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is named; with --strict it counts."""
    (kb / "moving-out.md").write_text(KEYS.format("€45"))
    (kb / "prices.md").write_text(LINKS.replace("moving-in", "moving-out"))
    (kb / "broken.json").write_text("{")
    assert lint_kb.main([str(kb)]) == 0
    assert "broken.json" in capsys.readouterr().err
    assert lint_kb.main([str(kb), "--strict"]) == 1


def test_markup_in_articles_is_shown_as_it_is(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Square brackets of an article are no colours of the table."""
    (kb / "prices.md").write_text(LINKS.replace("shed key", "[red]shed[/red] key"))
    (kb / "moving-out.md").write_text(KEYS.format("€35").replace("shed key", "[red]shed[/red] key"))
    assert lint_kb.main([str(kb)]) == 0
    assert "[red]" in capsys.readouterr().out


def test_many_findings_are_cut_and_all_shows_them(
    kb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twenty rows of a table are enough at first."""
    links = " ".join(f"[x](gone-{n}.md)" for n in range(25))
    (kb / "links.md").write_text(f"# Links of the garden\n\n{links}\n")
    lint_kb.main([str(kb)])
    assert "and 6 more: --all shows them" in capsys.readouterr().out
    lint_kb.main([str(kb), "--all"])
    out = capsys.readouterr().out
    assert "more: --all" not in out
    assert "gone-24" in out


def test_help_needs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        lint_kb.main(["--help"])
    assert left.value.code == 0
    assert os.linesep in capsys.readouterr().out
