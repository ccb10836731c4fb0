"""The scripts on the store, as a person runs them: output, exit codes, bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import delete_article, list_chunks, process_articles, terminal, verify_articles
from scripts.terminal import quiet_when_unread

RETURNS = "# Returns\n\nSend the parcel back within 30 days.\n\n## Fees\n\nA return costs €4.\n"
SHIPPING = "# Shipping\n\nParcels take three days.\n"


@pytest.fixture
def kb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two articles, and an empty store."""
    monkeypatch.setenv("KB_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("KB_STORE", "embedded")
    monkeypatch.setenv("KB_EMBEDDER", "off")
    folder = tmp_path / "kb"
    folder.mkdir()
    (folder / "returns.md").write_text(RETURNS)
    (folder / "shipping.md").write_text(SHIPPING)
    return folder


@pytest.fixture
def as_json(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    """Run a script with --json: its exit code and what it printed, which must be all it printed."""

    def run(script: Any, *arguments: object) -> tuple[int, Any]:
        code = script.main([*map(str, arguments), "--json"])
        printed = capsys.readouterr()
        assert printed.err == ""
        return code, json.loads(printed.out)

    return run


Run = Callable[..., tuple[int, Any]]


# process_articles


def test_load_then_load_again(kb: Path, as_json: Run) -> None:
    """The first run writes both articles, the second nothing; both exit with 0."""
    code, first = as_json(process_articles, kb)
    assert (code, first["written"], first["unchanged"]) == (0, ["returns", "shipping"], 0)
    assert sum(first["chunks"].values()) == first["chunks_written"] > 2
    code, second = as_json(process_articles, kb)
    assert (code, second["written"], second["unchanged"]) == (0, [], 2)
    assert (second["chunks"], second["chunks_written"]) == (first["chunks"], 0)


def test_one_edited_section_writes_its_chunks_only(kb: Path, as_json: Run) -> None:
    """A changed sentence changes one chunk of one article."""
    as_json(process_articles, kb)
    (kb / "returns.md").write_text(RETURNS.replace("€4", "€5"))
    _, report = as_json(process_articles, kb)
    assert (report["written"], report["chunks_written"], report["chunks_deleted"]) == (
        ["returns"],
        1,
        0,
    )


def test_dry_run_writes_nothing(kb: Path, as_json: Run) -> None:
    """A dry run says what would be written and does not even make the store."""
    code, report = as_json(process_articles, kb, "--dry-run")
    assert (code, report["dry_run"], len(report["written"])) == (0, True, 2)
    assert not (kb.parent / "var").exists()


def test_sentence_at_the_end(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One chunk `was` written; with a failed file the store holds only what could be read."""
    process_articles.main([str(kb)])
    (kb / "returns.md").write_text(RETURNS.replace("€4", "€5"))
    process_articles.main([str(kb)])
    assert "1 chunk was written" in capsys.readouterr().out
    process_articles.main([str(kb)])
    assert "holds all of it already" in capsys.readouterr().out
    (kb / "returns.md").write_bytes(b"\x00\x01")
    process_articles.main([str(kb)])
    assert "holds all that could be read already" in capsys.readouterr().out


def test_broken_file_is_named_and_the_rest_loads(
    kb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, the failure with file and cause on standard error, the table on standard output."""
    (kb / "broken.json").write_text('{"metadata": ')
    assert process_articles.main([str(kb)]) == 1
    printed = capsys.readouterr()
    assert "failed broken.json" in printed.err
    assert "broken.json" not in printed.out
    assert "written" in printed.out
    assert "critical" in printed.out


def test_broken_file_keeps_what_is_stored(
    kb: Path, as_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """An article whose file cannot be read this time still answers."""
    as_json(process_articles, kb)
    (kb / "returns.md").write_bytes(b"\x00\x01\x02\x00")
    code, report = as_json(process_articles, kb)
    assert (code, [f["source"] for f in report["failed"]]) == (1, ["returns.md"])
    assert list_chunks.main(["--article", "returns"]) == 0


def test_moved_file_is_a_rename(kb: Path, as_json: Run) -> None:
    """A file under a new name takes its article along."""
    as_json(process_articles, kb)
    (kb / "returns.md").rename(kb / "sending-back.md")
    _, report = as_json(process_articles, kb)
    assert report["renamed"] == {"sending-back": "returns"}
    assert list_chunks.main(["--article", "returns"]) == 1


def test_copy_in_another_folder_is_no_rename(kb: Path, as_json: Run) -> None:
    """A second folder with the same words under another name takes nothing from the first."""
    as_json(process_articles, kb)
    other = kb.parent / "other"
    other.mkdir()
    (other / "sending-back.md").write_text(RETURNS)
    _, report = as_json(process_articles, other)
    assert (report["renamed"], report["not_in_sources"]) == ({}, ["returns", "shipping"])
    assert list_chunks.main(["--article", "returns"]) == 0


def test_linked_file_loaded_alone_changes_nothing(kb: Path, as_json: Run) -> None:
    """After a folder, one of its files with a link to another one writes nothing."""
    (kb / "kb.toml").write_text("")
    (kb / "shipping.md").write_text(SHIPPING + "\nSee [returns](returns.md).\n")
    as_json(process_articles, kb)
    _, report = as_json(process_articles, kb / "shipping.md")
    assert (report["written"], report["chunks_written"]) == ([], 0)


def test_removed_file_is_mentioned(
    kb: Path, as_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stored articles without a file are named with the command that deletes one."""
    as_json(process_articles, kb)
    (kb / "shipping.md").unlink()
    assert process_articles.main([str(kb)]) == 0
    printed = capsys.readouterr().err
    assert "1 stored article is in none of these files: shipping" in printed
    assert "python -m scripts.delete_article ID" in printed
    assert process_articles.main([str(kb / "returns.md")]) == 0
    assert "none of these files" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", [None, b"", b"\xff\xfe", b"{}", b"[]", b'{"a": NaN}', b"[" * 100_000]
)
def test_nothing_readable(
    kb: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing path and files without an article: exit code 2, the reason, no store."""
    path = kb / "only" / "article.json"
    if content is not None:
        path.parent.mkdir()
        path.write_bytes(content)
    assert process_articles.main([str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "failed" in printed.err
    assert "No article could be read" in printed.err
    assert not (kb.parent / "var").exists()


def test_empty_folder(kb: Path, tmp_path: Path, as_json: Run) -> None:
    """A folder without documents: exit code 2 and an empty report, also as JSON."""
    (tmp_path / "empty").mkdir()
    code, report = as_json(process_articles, tmp_path / "empty")
    assert (code, report["articles"], report["failed"]) == (2, 0, [])


def test_path_that_utf8_cannot_hold(kb: Path, tmp_path: Path, as_json: Run) -> None:
    """A path of undecodable bytes is reported like any other, as JSON too."""
    code, report = as_json(process_articles, kb, os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md"))
    assert (code, len(report["failed"]), len(report["written"])) == (1, 1, 2)


def test_file_where_the_store_should_be(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A store that cannot be made: exit code 2 and a sentence, no traceback."""
    (kb.parent / "var").write_text("")
    assert process_articles.main([str(kb)]) == 2
    assert "KB_VAR" in capsys.readouterr().err


def test_bad_namespace(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A namespace that would leave the store is refused."""
    assert process_articles.main([str(kb), "--namespace", "../x"]) == 2
    assert "namespace" in capsys.readouterr().err
    assert not (kb.parent / "x").exists()


def test_bad_setting(
    kb: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong environment variable is named."""
    monkeypatch.setenv("KB_REFRESH_SECONDS", "soon")
    assert process_articles.main([str(kb)]) == 2
    assert "KB_REFRESH_SECONDS" in capsys.readouterr().err


@pytest.mark.parametrize("script", [process_articles, verify_articles, delete_article])
def test_no_arguments(script: Any, kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Called without what it needs, a script shows its usage and exits with 2."""
    with pytest.raises(SystemExit) as caught:
        script.main([])
    assert caught.value.code == 2
    assert "usage: python -m scripts." in capsys.readouterr().err


def test_runs_as_a_module(kb: Path) -> None:
    """`python -m` works, prints one JSON object and nothing on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.process_articles", str(kb), "--json"],
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONWARNINGS": "error"},
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["articles"] == 2


# list_chunks


def test_list_shows_every_chunk(kb: Path, as_json: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """A line per chunk with tier and kind, grouped by article, and the sums."""
    _, report = as_json(process_articles, kb)
    assert list_chunks.main([]) == 0
    printed = capsys.readouterr().out
    assert "Returns  returns" in printed
    assert f"{report['chunks_written']} chunks in 2 articles" in printed


def test_list_filters_and_prints_json_lines(
    kb: Path, as_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """--article and --tier choose; --json prints whole chunks, one per line."""
    as_json(process_articles, kb)
    assert list_chunks.main(["--article", "returns", "--tier", "critical", "--json"]) == 0
    chunks = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {(c["article_id"], c["tier"]) for c in chunks} == {("returns", "critical")}
    assert "€4" in chunks[0]["text"]


def test_list_of_nothing(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty namespace says so and exits with 1."""
    assert list_chunks.main([]) == 1
    assert "holds no such chunk" in capsys.readouterr().err


@pytest.mark.parametrize("script", ["list_chunks", "verify_articles"])
def test_reader_that_goes_away(script: str, kb: Path, as_json: Run) -> None:
    """Output into a closed pipe, as with `| head -1`, ends without a traceback."""
    as_json(process_articles, kb)
    arguments = [str(kb)] if script == "verify_articles" else []
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", f"scripts.{script}", "--json", *arguments],
        stdout=writer,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("script", ["list_chunks", "process_articles"])
def test_output_onto_a_full_disk(script: str, kb: Path, as_json: Run) -> None:
    """One sentence and no traceback."""
    as_json(process_articles, kb)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", f"scripts.{script}", *([str(kb)] * (script != "list_chunks"))],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"No space left on device" in done.stderr


def test_a_terminal_without_euros(kb: Path, as_json: Run) -> None:
    """A letter that the output's encoding lacks is escaped, and no traceback."""
    as_json(process_articles, kb)
    done = subprocess.run(
        [sys.executable, "-m", "scripts.list_chunks", "--json"],
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"A return costs \u20ac4." in done.stdout


@pytest.mark.parametrize("script", [list_chunks, verify_articles, delete_article])
def test_ctrl_c(
    script: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a script does then: the exit code that shells expect, and no traceback."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(script, "load_settings", interrupted)
    # It would stay set up for the tests after this one, with a stream that is closed by then.
    monkeypatch.setattr(terminal, "configure_logs", lambda *_: None)
    assert quiet_when_unread(script.main) == 130
    assert "stopped run this again" in capsys.readouterr().err


# delete_article


def test_delete_needs_a_yes(kb: Path, as_json: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal to ask on and without --yes nothing is deleted."""
    as_json(process_articles, kb)
    assert delete_article.main(["returns"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert delete_article.main(["returns", "--yes"]) == 0
    assert "deleted Returns (returns), " in capsys.readouterr().out
    assert delete_article.main(["returns", "--yes"]) == 1


def test_delete_of_an_unknown_article_suggests_one(
    kb: Path, as_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelt id gets the nearest one."""
    as_json(process_articles, kb)
    assert delete_article.main(["retunrs", "--yes"]) == 1
    assert "did you mean returns?" in capsys.readouterr().err


# verify_articles


def test_verify_the_same(kb: Path, as_json: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Right after a load the store is what the files say."""
    as_json(process_articles, kb)
    assert verify_articles.main([str(kb)]) == 0
    assert "The same" in capsys.readouterr().out


def test_verify_finds_differences(
    kb: Path, as_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edited, a new and a removed file: exit code 1 and each named, as a table and as JSON."""
    as_json(process_articles, kb)
    (kb / "returns.md").write_text(RETURNS.replace("€4", "€5"))
    (kb / "new.md").write_text("# New\n\nWords.\n")
    (kb / "shipping.md").unlink()
    code, found = as_json(verify_articles, kb)
    assert (code, [d["article_id"] for d in found["differences"]]) == (1, ["new", "returns"])
    assert (found["not_in_sources"], found["failed"]) == (["shipping"], [])
    assert verify_articles.main([str(kb)]) == 1
    assert "Different: 2 of 2 articles" in capsys.readouterr().out


def test_verify_of_an_empty_folder(
    tmp_path: Path, kb: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and a sentence that says why."""
    (tmp_path / "empty").mkdir()
    assert verify_articles.main([str(tmp_path / "empty")]) == 2
    assert "No article could be read" in capsys.readouterr().err


def test_verify_of_nothing(kb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A path without articles cannot be verified: exit code 2."""
    assert verify_articles.main([str(kb / "missing")]) == 2
    assert "there is no such file or folder" in capsys.readouterr().err
