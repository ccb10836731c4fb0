"""What LanceDB and the file system raise, told to the operator in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from data_pipeline.adapters.embedded.published import (
    DamagedCatalogueError,
    LostError,
    OtherAnalyserError,
    OtherReleaseError,
)
from data_pipeline.errors import IndexUnavailableError


@contextmanager
def as_unavailable(folder: Path) -> Iterator[None]:
    """Turn every failure of the store in `folder` into an `IndexUnavailableError`.

    The vendor's own text stays in `__cause__`: it names files and source lines, never a remedy.
    """
    try:
        yield
    except IndexUnavailableError:
        raise
    except DamagedCatalogueError as error:
        raise IndexUnavailableError(
            f"The catalogue in {folder} is damaged: load the articles again, which mends it."
        ) from error
    except OtherReleaseError as error:
        raise IndexUnavailableError(
            f"The store in {folder} was written by another release of kbgate: remove this folder "
            "and load the articles again."
        ) from error
    except OtherAnalyserError as error:
        raise IndexUnavailableError(
            f"The store in {folder} was made by a release of kbgate that divides text into words "
            "in another way: load the articles again, which brings it up to date."
        ) from error
    except LostError as error:
        raise IndexUnavailableError(
            f"The store in {folder} was there and is gone, wholly or in part: put the folder back, "
            "or load the articles again."
        ) from error
    except PermissionError as error:
        raise IndexUnavailableError(
            f"The store in {folder} cannot be read: give this user the right to."
        ) from error
    except ImportError as error:
        raise IndexUnavailableError(
            "The embedded store needs LanceDB, which is not installed: "
            "pip install 'kbgate[embedded]'."
        ) from error
    # LanceDB has no exception of its own: it raises these three.
    except (OSError, RuntimeError, ValueError, msgspec.MsgspecError) as error:
        raise IndexUnavailableError(_remedy(folder, str(error))) from error


def _remedy(folder: Path, vendor_text: str) -> str:
    if "No space left" in vendor_text:
        return f"The disk that holds {folder} is full: make room, then run this again."
    return (
        f"The store in {folder} cannot be used: run this again, and if that does not help, put the "
        "folder back from a backup, or remove it and load the articles again."
    )
