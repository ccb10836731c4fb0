"""What a newcomer sees after one command, and after the same command once more."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from data_pipeline.settings import Secret, Settings
from scripts.quickstart import (
    EXAMPLES,
    ROOT,
    STAMP,
    examples_digest,
    load_examples,
    main,
    port_problem,
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def quickstart(var: Path, port: int) -> Iterator[str]:
    """Everything that is printed until the service is ready."""
    with (var.parent / "output").open("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.quickstart", "--port", str(port)],
            cwd=ROOT, env={**os.environ, "KB_VAR": str(var)}, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
        try:
            ready = answers(process, port)
            output.seek(0)
            said = output.read()
            assert ready, said
            yield said
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether the service becomes ready before it ends, and within a minute."""
    for _ in range(600):
        if process.poll() is not None:
            return False
        try:
            if httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200:
                return True
        except httpx.TransportError:
            time.sleep(0.1)
    return False


def ask(line: str) -> httpx.Response:
    """Do what the printed curl line does."""
    words = shlex.split(line)
    assert words[:2] == ["curl", "-s"]
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    return httpx.post(words[2], headers=headers, content=words[words.index("-d") + 1])


@pytest.mark.slow
def test_one_command_gives_a_service_that_answers(tmp_path: Path) -> None:
    """Address, key and a line that works as printed; the second start loads nothing and keeps the key."""
    var, port = tmp_path / "var", free_port()
    with quickstart(var, port) as first:
        (line,) = [line for line in first.splitlines() if line.startswith("curl")]
        reply = ask(line)
        assert reply.status_code == 200
        assert reply.json()["sources"]
        assert reply.json()["warnings"] == []
        assert f"http://127.0.0.1:{port}" in first
        assert "Loading the example knowledge base." in first
    with quickstart(var, port) as second:
        assert [said for said in second.splitlines() if said.startswith("curl")] == [line]
        assert "Loading" not in second
        assert ask(line).json()["sources"] == reply.json()["sources"]


def test_a_taken_port_is_told_with_the_remedy() -> None:
    """One sentence, before anything else is done."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} cannot be used" in port_problem(str(port))
        assert "make serve" in port_problem(str(port))
    assert port_problem(str(free_port())) == ""


@pytest.mark.parametrize("port", ["0", "-1", "65536", "1" * 9999, "abc", "", "8000 ", "8_000", "²"])
def test_what_is_no_port_is_told(port: str) -> None:
    """Numbers outside the range never reach the socket."""
    assert "is no port" in port_problem(port)


@pytest.mark.parametrize("arguments", [["--port", "abc"], ["--port"], ["--port", ""]])
def test_a_port_of_letters_is_one_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """`PORT=abc make serve` and `PORT= make serve` show no usage, only what to do."""
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert "PORT=8001 make serve" in said
    assert len(said.splitlines()) == 1


def test_nothing_is_loaded_twice_or_into_another_knowledge_base(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The stamp of this very load, or a store that was there before, keeps the loader from running."""
    loaded, foreign = Settings(var=tmp_path / "loaded"), Settings(var=tmp_path / "foreign")
    loaded.var.mkdir()
    (loaded.var / STAMP).write_text(examples_digest(loaded))
    load_examples(loaded)
    assert capsys.readouterr().out == ""
    (foreign.var / "kb").mkdir(parents=True)
    load_examples(foreign)
    assert "there is a knowledge base already" in capsys.readouterr().out
    assert not (foreign.var / STAMP).exists()


def test_the_examples_stay_out_of_pinecone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An index may hold a team's own articles, which a folder on this machine says nothing about."""
    load_examples(Settings(var=tmp_path, pinecone_api_key=Secret("pcsk_test")))
    assert "not loaded into Pinecone" in capsys.readouterr().out
    assert not (tmp_path / STAMP).exists()


def test_the_digest_follows_what_decides_the_load() -> None:
    """The same for the same, another for another namespace."""
    assert examples_digest(Settings()) == examples_digest(Settings())
    assert examples_digest(Settings()) != examples_digest(Settings(namespace="other"))
    assert any(EXAMPLES.iterdir())
