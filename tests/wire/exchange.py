"""A request as it arrived, and a reply with how it is sent: late, slowly, cut off, never."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote

import msgspec

Ending = Literal["keep", "close", "reset", "hang"]


@dataclass
class Request:
    """What arrived. `left` is set when the caller was gone before the whole reply was sent."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    at: float
    left: threading.Event = field(default_factory=threading.Event)

    @property
    def aborted(self) -> bool:
        """Whether the caller left."""
        return self.left.is_set()

    def json(self) -> Any:
        """The body as JSON."""
        return msgspec.json.decode(self.body)

    def segments(self) -> tuple[str, ...]:
        """The parts of the path, percent-decoded one by one."""
        return tuple(unquote(part) for part in self.path.strip("/").split("/"))


@dataclass(frozen=True)
class Reply:
    """What is sent and how.

    `events` stream instead of `body`. `delay` passes before the first byte, `pause` after every
    piece: an event, or `piece` bytes of the body. Only `cut` bytes of the body are sent if set,
    under the length of the whole. `ending` is what happens to the connection afterwards.
    """

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)
    events: tuple[bytes, ...] | None = None
    delay: float = 0.0
    pause: float = 0.0
    piece: int = 0
    cut: int | None = None
    silent: bool = False
    ending: Ending = "keep"


def json_reply(content: Any, status: int = 200) -> Reply:
    """A reply with `content` as JSON."""
    return Reply(status=status, body=msgspec.json.encode(content))
