"""What a fact out of a message is. Pure."""

from __future__ import annotations

from typing import Any

import msgspec


class Fact(msgspec.Struct, frozen=True):
    """A value out of a message and the exact words that hold it."""

    value: Any
    quote: str
