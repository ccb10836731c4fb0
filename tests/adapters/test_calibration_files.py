"""Calibrations in a folder: written whole, read again when they change, never a way out of it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.adapters import calibration_files
from data_pipeline.adapters.calibration_files import (
    CalibrationFiles,
    calibration_path,
    read_calibration,
    write_calibration,
)
from data_pipeline.engine.confidence import Coefficients, shipped_coefficients, threshold
from data_pipeline.errors import SettingsError
from tests.engine.calibrated import cut, measured

HOSTILE = [
    "",
    ".",
    "..",
    "../keys",
    "../../etc/passwd",
    "/etc/passwd",
    "a/b",
    "a\\b",
    "a\x00b",
    "Default",
    "default.json",
    "~" + "0" * 32,
    "-x",
    "con:",
    "x" * 5_000,
    "名前空間",
    "\ud800",
]


def named(version: str) -> Coefficients:
    return msgspec.structs.replace(measured(cut(0.5, 0.04)), version=version)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def is_closed(files: CalibrationFiles) -> bool:
    """Whether nothing is answered by itself, however much error is allowed."""
    found = await files.of("default")
    return found is not None and threshold(found, 0.99) > 1 and found.version == "unusable"


async def version_of(files: CalibrationFiles, namespace: str = "default") -> str | None:
    found = await files.of(namespace)
    return found and found.version


@pytest.mark.parametrize("namespace", HOSTILE, ids=lambda name: ascii(name[:20]))
async def test_no_name_leads_out_of_the_folder_or_to_another_ones_file(
    tmp_path: Path, namespace: str
) -> None:
    folder = tmp_path / "calibration"
    path = calibration_path(folder, namespace)
    assert path.parent == folder
    assert path.resolve().parent == folder.resolve()
    assert path != calibration_path(folder, "default")
    write_calibration(path, named("own"))
    assert await version_of(CalibrationFiles(folder), namespace) == "own"
    assert await version_of(CalibrationFiles(folder)) is None
    assert names_in(tmp_path) == ["calibration"]


@given(st.lists(st.text(max_size=80), unique=True, max_size=5))
def test_two_names_never_share_a_file(names: list[str]) -> None:
    """On file systems without capitals either."""
    paths = {str(calibration_path(Path("x"), name)).lower() for name in names}
    assert len(paths) == len(names)


async def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = calibration_path(tmp_path / "new" / "folder", "default")
    write_calibration(path, named("one"))
    assert read_calibration(path) == named("one")
    assert await CalibrationFiles(path.parent).of("default") == named("one")


async def test_without_a_file_there_is_no_calibration(tmp_path: Path) -> None:
    assert await CalibrationFiles(tmp_path / "nowhere").of("default") is None


async def test_a_new_one_is_seen_by_every_worker_and_a_removed_one_is_gone(tmp_path: Path) -> None:
    workers = [CalibrationFiles(tmp_path, look_again=0) for _ in range(2)]
    path = calibration_path(tmp_path, "default")
    for version in ("one", "two"):
        write_calibration(path, named(version))
        assert [await version_of(worker) for worker in workers] == [version] * 2
    path.unlink()
    assert [await version_of(worker) for worker in workers] == [None, None]


async def test_the_file_is_not_looked_at_for_every_ticket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = CalibrationFiles(tmp_path, look_again=60)
    await files.of("default")
    looks: list[Path] = []
    monkeypatch.setattr(calibration_files, "_stamp", looks.append)
    assert [await files.of("default") for _ in range(50)] == [None] * 50
    assert looks == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"version": 1}',
        msgspec.json.encode(shipped_coefficients()).replace(b"matched", b"no_such_evidence"),
    ],
    ids=ascii,
)
async def test_a_file_that_cannot_be_used_leaves_what_was_read_before(
    tmp_path: Path, content: bytes
) -> None:
    """Torn, of another shape, or naming evidence that there is not: at first nothing is sent."""
    files = CalibrationFiles(tmp_path, look_again=0)
    path = calibration_path(tmp_path, "default")
    path.write_bytes(content)
    assert await is_closed(files)
    write_calibration(path, named("good"))
    assert await version_of(files) == "good"
    path.write_bytes(content)
    assert await version_of(files) == "good"
    with pytest.raises(SettingsError, match="make it anew"):
        read_calibration(path)


async def test_half_a_file_is_no_calibration(tmp_path: Path) -> None:
    path = calibration_path(tmp_path, "default")
    write_calibration(path, named("whole"))
    path.write_bytes(path.read_bytes()[:-20])
    assert await is_closed(CalibrationFiles(tmp_path))


async def test_a_disk_that_fails_does_not_bring_the_shipped_guess_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = calibration_path(tmp_path, "default")
    write_calibration(path, named("measured"))
    files = CalibrationFiles(tmp_path, look_again=0)
    assert await version_of(files) == "measured"

    def fail(_path: Path, **_options: object) -> os.stat_result:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as failing:
        failing.setattr(Path, "stat", fail)
        assert await version_of(files) == "measured"
    assert await version_of(files) == "measured"
    path.unlink()
    assert await version_of(files) is None


async def test_a_file_that_may_be_read_at_last_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rights change, its content and its time do not."""
    path = calibration_path(tmp_path, "default")
    write_calibration(path, named("measured"))
    files = CalibrationFiles(tmp_path, look_again=0)

    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as refusing:
        refusing.setattr(Path, "read_bytes", refuse)
        assert await is_closed(files)
    path.chmod(0o600)
    assert await version_of(files) == "measured"


async def test_a_file_of_any_size_is_not_read_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = calibration_path(tmp_path, "default")
    write_calibration(path, named("large"))
    monkeypatch.setattr(calibration_files, "_LARGEST", 10)
    assert await is_closed(CalibrationFiles(tmp_path))


async def test_a_folder_in_its_place_is_no_calibration(tmp_path: Path) -> None:
    calibration_path(tmp_path, "default").mkdir()
    assert await is_closed(CalibrationFiles(tmp_path))


def test_a_place_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="name another --out"):
        write_calibration(tmp_path / "file" / "default.json", shipped_coefficients())


def test_a_writer_killed_before_the_rename_leaves_the_old_one(tmp_path: Path) -> None:
    path = calibration_path(tmp_path, "default")
    write_calibration(path, named("old"))
    killed = textwrap.dedent(f"""
        import os, pathlib, signal
        from data_pipeline.adapters.calibration_files import write_calibration
        from data_pipeline.engine.confidence import shipped_coefficients
        pathlib.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        write_calibration(pathlib.Path({str(path)!r}), shipped_coefficients())
    """)
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", killed], cwd=root, env={"PYTHONPATH": str(root)}, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert read_calibration(path).version == "old"
    assert len(list(tmp_path.iterdir())) == 2, "it was killed with its work done but the rename"
    write_calibration(path, named("new"))
    assert read_calibration(path).version == "new"


def test_a_writer_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = calibration_path(tmp_path, "default")
    write_calibration(path, named("old"))

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(SettingsError, match="No space left"):
        write_calibration(path, named("new"))
    assert [p.name for p in tmp_path.iterdir()] == ["default.json"]
    assert read_calibration(path).version == "old"


async def test_readers_never_see_half_of_it(tmp_path: Path) -> None:
    path = calibration_path(tmp_path, "default")
    write_calibration(path, named("0"))
    files = CalibrationFiles(tmp_path, look_again=0)

    def write() -> None:
        for number in range(60):
            write_calibration(path, named(str(number)))

    writing = asyncio.create_task(asyncio.to_thread(write))
    while not writing.done():
        assert read_calibration(path).measured
        assert await version_of(files) is not None
    await writing
    assert await version_of(files) == "59"
