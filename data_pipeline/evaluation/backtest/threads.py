"""The messages of a ticket as helpdesks export them, and where a person first replied. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from data_pipeline.evaluation.backtest.csv_tickets import readable

Message = dict[str, Any]


def messages_of(ticket: Mapping[str, Any]) -> list[Message]:
    """`messages` as the service reads them, or made of Zendesk's or Freshdesk's."""
    if isinstance(ticket.get("messages"), list):
        return [message for message in ticket["messages"] if isinstance(message, dict)]
    if isinstance(ticket.get("comments"), list):
        return list(_of_zendesk(ticket))
    if isinstance(ticket.get("conversations"), list):
        return list(_of_freshdesk(ticket))
    return []


def _of_zendesk(ticket: Mapping[str, Any]) -> Iterator[Message]:
    """Comments: what is not the requester's is an agent's."""
    requester = ticket.get("requester_id")
    if requester is None and isinstance(ticket.get("requester"), dict):
        requester = ticket["requester"].get("id")
    comments = [comment for comment in ticket["comments"] if isinstance(comment, dict)]
    if requester is None and comments:
        requester = comments[0].get("author_id")
    for comment in comments:
        is_own = comment.get("author_id") == requester
        yield _message(
            "customer" if is_own else "agent",
            comment.get("plain_body") or comment.get("body"),
            comment.get("html_body"),
            public=comment.get("public") is not False,
        )


def _of_freshdesk(ticket: Mapping[str, Any]) -> Iterator[Message]:
    """Conversations: `incoming` is the customer's, `private` a note."""
    for entry in ticket["conversations"]:
        if isinstance(entry, dict):
            yield _message(
                "customer" if entry.get("incoming") is True else "agent",
                entry.get("body_text"),
                entry.get("body"),
                public=entry.get("private") is not True,
            )


def _message(sender: str, text: Any, html: Any, *, public: bool) -> Message:
    body = {"text": text} if isinstance(text, str) and text.strip() else {"html": html}
    return {"from": sender, "public": public, **body}


def before_the_reply(
    messages: Sequence[Message], *, opened: bool = False
) -> tuple[list[Message], str]:
    """What had been written when a person first replied, and the text of that reply.

    `opened` where the customer wrote before all messages. Private notes and machines' messages are
    no reply, nor is what an agent wrote before any customer did.
    """
    start = 0 if opened else next((n for n, m in enumerate(messages) if is_customers(m)), None)
    later = range(len(messages) if start is None else start, len(messages))
    first = next((n for n in later if _is_reply(messages[n])), None)
    if first is None:
        return list(messages), ""
    said = takewhile(lambda message: not is_customers(message), messages[first:])
    texts = [text_of(message) for message in said if _is_reply(message)]
    return list(messages[:first]), "\n\n".join(filter(None, texts))


def _is_reply(message: Message) -> bool:
    return message.get("from") == "agent" and message.get("public") is not False


def is_customers(message: Message) -> bool:
    """Whether a customer wrote it; so it is where nobody is named."""
    return str(message.get("from") or "customer") == "customer"


def text_of(message: Message) -> str:
    """What a message says, as plain text."""
    return readable(str(message.get("text") or message.get("html") or ""))
