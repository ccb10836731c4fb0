"""Files with customer text in them: for their owner's eyes only."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from data_pipeline.errors import KbgateError

_OWNER_ONLY: Final = 0o600
_OWNERS_FOLDER: Final = 0o700


def private_folder(folder: Path) -> Path:
    """`folder`, made with mode 0700 where it is new. Raises `KbgateError`."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=_OWNERS_FOLDER, exist_ok=True)
    except OSError as error:
        raise KbgateError(f"{folder}: {error.strerror}; name another --out.") from None
    return folder


def write_private(path: Path, parts: Iterable[bytes]) -> None:
    """Write `parts` with mode 0600; a file at `path` is replaced once all is written.

    Raises `KbgateError`.
    """
    beside = path.with_name(path.name + ".part")
    try:
        beside.unlink(missing_ok=True)
        opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(opened, "wb") as file:
            file.writelines(parts)
        beside.replace(path)
    except OSError as error:
        raise KbgateError(f"{path}: {error.strerror}; name another --out.") from None
