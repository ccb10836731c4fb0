"""A ticket of the past: what the service would have been sent, and what a person replied. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from data_pipeline.contract.requests import GenerateResponseRequest

FIELDS: Final = frozenset(GenerateResponseRequest.__struct_fields__) - {"options"}
"""What a row may say of a request; of how to work it may say the languages."""
_LONGEST_FACT: Final = 300
LANGUAGES: Final = frozenset({"language", "agent_language"})


class PastTicket(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket; `place` is where it stands in its file, `request` a body for generate-response.

    `id` is empty where the file gives none, `human_reply` where nobody replied.
    """

    place: str
    id: str
    request: dict[str, Any]
    human_reply: str

    def __repr__(self) -> str:
        return f"PastTicket({self.place})"


class Unreadable(msgspec.Struct, frozen=True):
    """A row that is no ticket: where it stands and why, without a word of it."""

    place: str
    cause: str


def with_subject(subject: str, text: str) -> dict[str, Any]:
    """A request for a question, as a ticket where it has a subject."""
    if not subject:
        return {"inquiry": text}
    return {"ticket": {"subject": subject, "messages": [{"from": "customer", "text": text}]}}


def asked_text(request: Mapping[str, Any]) -> str:
    """All that a request says of the customer's matter, for people to read."""
    ticket = request.get("ticket")
    ticket = ticket if isinstance(ticket, Mapping) else {}
    messages = ticket.get("messages")
    said = [
        message.get("text") or message.get("html")
        for message in (messages if isinstance(messages, list) else [])
        if isinstance(message, Mapping) and message.get("public", True) is not False
    ]
    turns = request.get("conversation")
    earlier = [
        turn.get("content")
        for turn in (turns if isinstance(turns, list) else [])
        if isinstance(turn, Mapping)
    ]
    texts = [*earlier, ticket.get("subject"), ticket.get("body"), *said, request.get("inquiry")]
    found = (text.strip() for text in texts if isinstance(text, str))
    return "\n\n".join(dict.fromkeys(filter(None, found)))


def known_text(request: Mapping[str, Any]) -> str:
    """Scope, topic and facts that a request names beside the customer's words."""
    parts = [("topic", request.get("topic"))] if request.get("topic") else []
    for field in ("scope", "collected_data"):
        given = request.get(field)
        parts += given.items() if isinstance(given, Mapping) else []
    return "; ".join(f"{key}: {_shown(value)}"[:_LONGEST_FACT] for key, value in parts)


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
