"""Events of a streamed reply, in the order in which they come.

    retrieval (started) → retrieval (found) → delta … → decision → done
                                                      ↘ error, at any time, and nothing after it

`decision` carries the whole `GenerateResponseReply`, `error` a problem as any other reply would.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Literal

import msgspec

from data_pipeline.contract.replies import Source


class RetrievalEvent(msgspec.Struct, frozen=True, kw_only=True):
    """`started` at once; `found` with the articles that the search found."""

    state: Literal["started", "found"]
    request_id: str = ""
    sources: tuple[Source, ...] = ()


class DeltaEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A whole sentence that passed every check, and the ids of the citations that carry it.

    It may be sent to a customer only once `decision` says so; `decision` has the citations.
    """

    kind: Literal["point", "step", "warning"]
    text: str
    citations: tuple[str, ...]


class DoneEvent(msgspec.Struct, frozen=True):
    """The end of a stream that was not cut."""

    request_id: str


StreamEvent = RetrievalEvent | DeltaEvent
EVENTS: Final = (RetrievalEvent, DeltaEvent, DoneEvent)
Tell = Callable[[StreamEvent], Awaitable[None]]
"""Passes an event on to whoever follows the making of a reply."""


async def tell_nobody(_event: StreamEvent) -> None:
    """For replies that nobody follows."""
