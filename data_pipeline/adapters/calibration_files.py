"""Calibrations as JSON files, one per namespace: `<folder>/<namespace>.json`.

A file is written whole (a temporary file, then a rename) and read again when it changes, so every
worker of a running service uses a new one within seconds.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
import time
from pathlib import Path
from typing import Final

import msgspec
import structlog

from data_pipeline.engine.calibration import Basis, Measured
from data_pipeline.engine.confidence import Coefficients, is_sound, shipped_coefficients
from data_pipeline.errors import SettingsError

_PLAIN: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_DIGITS: Final = 32
_LARGEST: Final = 32_000_000
_CERTAINTY: Final = 0.95
_log = structlog.get_logger()

_Stamp = tuple[int, int, int, int] | str | None


class _Held(msgspec.Struct, frozen=True):
    """What was read last of one file, and when it was looked at (monotonic seconds)."""

    looked_at: float
    stamp: _Stamp = None
    coefficients: Coefficients | None = None


class CalibrationFiles:
    """`Calibrations` from a folder; each file is looked at again every `look_again` seconds.

    A file that cannot be used is reported once per change, and what was read before stays in use.
    Where nothing was, no reply is sent by itself: somebody asked for a promise, and the shipped
    guess gives none.
    """

    def __init__(self, folder: Path, *, look_again: float = 1.0) -> None:
        self._folder = folder
        self._look_again = look_again
        self._held: dict[str, _Held] = {}

    async def of(self, namespace: str) -> Coefficients | None:
        now = time.monotonic()
        held = self._held.get(namespace)
        if held is None:
            self._held[namespace] = await asyncio.to_thread(self._read, namespace, _Held(now))
        elif now - held.looked_at >= self._look_again:
            # Before the await: one look is enough, and the others need not wait for it.
            self._held[namespace] = msgspec.structs.replace(held, looked_at=now)
            self._held[namespace] = await asyncio.to_thread(
                self._read, namespace, self._held[namespace]
            )
        return self._held[namespace].coefficients

    def _read(self, namespace: str, held: _Held) -> _Held:
        path = calibration_path(self._folder, namespace)
        stamp = _stamp(path)
        if stamp == held.stamp:
            return held
        try:
            found = read_calibration(path) if stamp else None
        except SettingsError as error:
            _log.error("calibration_unusable", namespace=namespace, reason=str(error))
            found = held.coefficients or _promising_nothing()
        else:
            _log.info("calibration_read", namespace=namespace, version=found and found.version)
        return _Held(held.looked_at, stamp, found)


def _promising_nothing() -> Coefficients:
    """The shipped coefficients without any cut: every ticket goes to a person."""
    nothing = Basis(certainty=_CERTAINTY, allowed_error=1 - _CERTAINTY, mix={}, counts={})
    return msgspec.structs.replace(
        shipped_coefficients(),
        version="unusable",
        source="a calibration that cannot be used",
        measured=Measured(basis=nothing, curve=()),
    )


def calibration_path(folder: Path, namespace: str) -> Path:
    """The file of a namespace; a name that no folder should see stands as a hash of itself."""
    if _PLAIN.fullmatch(namespace):
        return folder / f"{namespace}.json"
    digest = hashlib.sha256(namespace.encode("utf-8", "surrogatepass")).hexdigest()
    return folder / f"~{digest[:_DIGITS]}.json"


def read_calibration(path: Path) -> Coefficients:
    """The calibration in the file. Raises `SettingsError` that says what to do, without values."""
    try:
        if path.stat().st_size > _LARGEST:
            raise SettingsError(f"{path} is too large for a calibration: make it anew.")
        found = msgspec.json.decode(path.read_bytes(), type=Coefficients)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}).") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        found = None
    if found is None or not is_sound(found):
        raise SettingsError(
            f"{path} is not a calibration: make it anew with python -m scripts.calibrate, or "
            "remove it."
        )
    return found


def make_place(path: Path) -> None:
    """Make the folder of `path`. Raises `SettingsError` where nothing can be written to `path`.

    Better before the calibration than after it, which may take long.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise _cannot_be_written(path, "Is a directory")
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise _cannot_be_written(path, error.strerror) from None


def write_calibration(path: Path, coefficients: Coefficients) -> None:
    """Replace the file in one step: readers see it whole, old or new. Raises `SettingsError`."""
    content = msgspec.json.format(msgspec.json.encode(coefficients), indent=1) + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)  # the service may run as another user
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _cannot_be_written(path, error.strerror) from None


def _cannot_be_written(path: Path, cause: str | None) -> SettingsError:
    return SettingsError(f"{path} cannot be written ({cause}): name another --out.")


def _stamp(path: Path) -> _Stamp:
    """What changes with the file and its rights; None where there is none.

    Where nobody can say, why: a disk that fails must not bring the shipped guess back.
    """
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return error.strerror or type(error).__name__
    return status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size
