"""The turns of a request in order: who said what, with quoted trails off and notes left out. Pure.

Private notes, and what the helpdesk's system wrote, are nobody's turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from data_pipeline.contract.requests import (
    GenerateResponseRequest,
    Message,
    RequiredDataRequest,
    Ticket,
)
from data_pipeline.engine.mail_text import html_to_text, newest_part

_MARKUP: Final = re.compile(r"<(?:p|div|br|html|body|table)\b", re.IGNORECASE)
_SECONDS_OF_MILLISECONDS: Final = 100_000_000_000


class Turn(msgspec.Struct, frozen=True):
    """What the customer or the helpdesk (a person or a bot) said."""

    by_customer: bool
    text: str


def read_turns(request: RequiredDataRequest) -> list[Turn]:
    """All turns, oldest first: the conversation, the ticket's body, its messages by time.

    A body that is one of the other turns again counts once.
    """
    ticket = request.ticket or Ticket()
    spoken = list(_conversation(request))
    written = list(_messages(ticket.messages))
    body = newest_part(as_text(ticket.body or ""))
    others = [_flat(turn.text) for turn in (*spoken, *written)]
    opening = [Turn(by_customer=True, text=body)] if _is_new(_flat(body), others) else []
    return [*spoken, *opening, *written]


def as_text(text: str) -> str:
    """`text` without markup where it has some."""
    return html_to_text(text) if _MARKUP.search(text) else text


def newest_burst(turns: Sequence[Turn]) -> int:
    """Where the customer's last turns in a row begin; `len(turns)` when another spoke last."""
    start = len(turns)
    while start and turns[start - 1].by_customer:
        start -= 1
    return start


def _is_new(text: str, others: Sequence[str]) -> bool:
    return bool(text) and not any(text in other or other in text for other in others if other)


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()


def _conversation(request: RequiredDataRequest) -> Iterator[Turn]:
    turns = request.conversation if isinstance(request, GenerateResponseRequest) else []
    for turn in turns:
        said = turn.content.strip()
        if said and turn.role != "system":
            yield Turn(by_customer=turn.role in {"user", "customer"}, text=said)


def _messages(messages: Sequence[Message]) -> Iterator[Turn]:
    for message in in_time(messages):
        if message.public and message.sender != "system":
            text = newest_part(message.text or "") or newest_part(html_to_text(message.html or ""))
            if text:
                yield Turn(by_customer=message.sender == "customer", text=text)


def in_time(messages: Sequence[Message]) -> list[Message]:
    """Messages by their time; where one has none that can be read, in the order given."""
    moments = [_moment(message.at) for message in messages]
    if any(moment is None for moment in moments):
        return list(messages)
    order = sorted(range(len(messages)), key=lambda n: moments[n] or 0.0)
    return [messages[n] for n in order]


def _moment(at: str | None) -> float | None:
    """Seconds since 1970 of an ISO 8601 time (UTC unless it says so) or of (milli)seconds."""
    text = (at or "").strip()
    if re.fullmatch(r"\d{9,14}(?:\.\d+)?", text):
        number = float(text)
        return number / 1000 if number > _SECONDS_OF_MILLISECONDS else number
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
