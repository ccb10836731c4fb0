"""Labelled public sets in the shape of `articles.jsonl` and `questions.jsonl`, as chunks.

`KB_EVAL_SETS` names the folder that holds them; without it the sets are looked for beside the
repository. A set that is not there is skipped with one line.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from data_pipeline.evaluation.sets import (
    Case,
    LabelledSet,
    golds_of,
    read_cases,
    read_removal,
    read_set,
)

__all__ = ["Case", "LabelledSet", "golds_of", "load_cases", "load_set", "sets_folder"]

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "eval"


def sets_folder() -> Path:
    """Where the sets are."""
    return Path(os.environ.get("KB_EVAL_SETS", _BESIDE))


def load_set(name: str) -> LabelledSet | None:
    """The set called `name`, or None (and a line that says so) where it is not there."""
    folder = sets_folder() / name
    if not folder.exists():
        print(f"{name}: not in {folder.parent}, skipped")
        return None
    split = folder / "removal_split.json"
    removed = read_removal(split) if split.exists() else frozenset()
    return msgspec.structs.replace(read_set(folder), removed=removed)


def load_cases(name: str) -> list[Case]:
    """The questions of a set that has no articles; none where it is not there."""
    folder = sets_folder() / name
    return read_cases(folder / "questions.jsonl") if folder.exists() else []
