"""What is noticed while a request is read, and how it is worded: places and types, never values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from data_pipeline.errors import FieldProblem

BAD: Final = object()
"""Stands for a value that could not be read; never reaches a caller, for there is a problem too."""
MAX_NAME = 80
"""Characters of a caller's key that are shown."""
MAX_NAMED = 30
"""Bad fields, and ignored keys, that are named; of the others only the number."""


@dataclass
class Notes:
    """What was noticed on the way.

    `problems` are the first bad fields, `bad_fields` counts them all; `ignored` names the keys that
    were ignored, in order, once each.
    """

    problems: list[FieldProblem] = field(default_factory=list)
    bad_fields: int = 0
    ignored: dict[str, None] = field(default_factory=dict)

    def bad(self, at: str, message: str) -> object:
        """Note that the field at `at` is wrong; the value to go on with."""
        self.bad_fields += 1
        if len(self.problems) < MAX_NAMED:
            self.problems.append(FieldProblem(at, message))
        return BAD

    def ignore(self, at: str) -> None:
        """Note an ignored key; items of one list count as one."""
        self.ignored[re.sub(r"\[\d+\]", "[]", at)] = None


def given(value: object) -> bool:
    """False for what means absent: null and the empty text."""
    return value is not None and value != ""


def below(at: str, name: str) -> str:
    """The path of the key `name` under `at`, cut and printable whatever the caller called it."""
    shown = "".join(char if char.isprintable() else "?" for char in name[:MAX_NAME])
    shown += "…" if len(name) > MAX_NAME else ""
    return f"{at}.{shown}" if at else shown


def described(value: object) -> str:
    """The type of a decoded value in the words of JSON."""
    for kind, words in (
        (bool, "true or false"),
        (str, "text"),
        (int | float, "a number"),
        (list, "an array"),
        (dict, "an object"),
    ):
        if isinstance(value, kind):
            return words
    return "null"
