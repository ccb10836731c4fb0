"""Making the index, once: what `python -m scripts.setup_index` does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

import msgspec

from data_pipeline.adapters.pinecone.control import Control, Description, unfit
from data_pipeline.adapters.pinecone.faults import as_unavailable
from data_pipeline.errors import IndexUnavailableError

_PATIENCE_SECONDS: Final = 300.0
_POLL_SECONDS: Final = 2.0
_CALL_SECONDS: Final = 30.0


class NewIndex(msgspec.Struct, frozen=True, kw_only=True):
    """The index that is wanted: its `name`, length of vectors, and where a new one is made."""

    name: str
    dimensions: int
    cloud: str
    region: str


class SetUp(msgspec.Struct, frozen=True):
    """An index that is ready at `host`, and whether it was made just now."""

    host: str
    is_new: bool


async def set_up(
    api_key: str,
    wanted: NewIndex,
    *,
    control_host: str = "",
    waiting: Callable[[int], None] = lambda _seconds: None,
    patience: float = _PATIENCE_SECONDS,
    poll_seconds: float = _POLL_SECONDS,
) -> SetUp:
    """Make the index unless there is one, and return when it is ready; idempotent.

    `waiting` is told every `poll_seconds` how many seconds have passed, `patience` is their end.
    Raises `IndexUnavailableError`, also when an index of that name is none for kbgate.
    """
    control = Control(api_key, wanted.name, control_host, _CALL_SECONDS, "kbgate")
    with as_unavailable():
        found = await control.describe()
        if found is None:
            await control.create(wanted.dimensions, wanted.cloud, wanted.region)
        ready = await _until_ready(control, wanted, waiting, patience, poll_seconds)
    return SetUp(ready.host, found is None)


async def _until_ready(
    control: Control,
    wanted: NewIndex,
    waiting: Callable[[int], None],
    patience: float,
    poll_seconds: float,
) -> Description:
    started = time.monotonic()
    while True:
        found = await control.describe()
        if found is not None:
            _refuse_unfit(wanted, found)
            if found.is_ready and found.host:
                return found
        passed = time.monotonic() - started
        if passed > patience:
            raise IndexUnavailableError(
                f"Pinecone is still making the index {wanted.name}: run this again in some minutes."
            )
        waiting(int(passed))
        await asyncio.sleep(poll_seconds)


def _refuse_unfit(wanted: NewIndex, found: Description) -> None:
    problem = unfit(wanted.name, found.fields, wanted.dimensions)
    if problem:
        raise IndexUnavailableError(problem)
