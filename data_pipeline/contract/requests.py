"""Requests as a caller sends them, after `null` and `""` were dropped as absent."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

MAX_INQUIRY = 20_000
MAX_ITEMS = 50
"""Keys of a scope, its values per key, and items of the lists that a workflow fills."""

Language = Annotated[str, Meta(pattern="^[a-z]{2}$")]
Texts = Annotated[list[str], Meta(max_length=MAX_ITEMS)]
ScopeValues = str | Texts


class Requester(msgspec.Struct, frozen=True):
    """Who wrote the ticket; without `verified` no value of `collected_data` is told to them."""

    ref: Annotated[str | None, Meta(description="the helpdesk's id of this person")] = None
    verified: Annotated[
        bool, Meta(description="whether the helpdesk knows that this person is who they say")
    ] = False


class Attachment(msgspec.Struct, frozen=True):
    """A file of the ticket, named only."""

    name: Annotated[str | None, Meta(description="file name")] = None
    media_type: Annotated[str | None, Meta(description="such as application/pdf")] = None
    url: Annotated[str | None, Meta(description="where the helpdesk keeps it; never opened")] = None


class Message(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    """One message of a ticket, as text or HTML."""

    sender: Annotated[
        Literal["customer", "agent", "bot", "system"], Meta(description="who wrote it")
    ] = "customer"
    id: Annotated[str | None, Meta(description="the helpdesk's id of the message")] = None
    public: Annotated[bool, Meta(description="false for a private note, which is never quoted")] = (
        True
    )
    text: Annotated[str | None, Meta(description="the message as plain text")] = None
    html: Annotated[
        str | None, Meta(description="the message as HTML, read when `text` is missing")
    ] = None
    at: Annotated[str | None, Meta(description="when it was written, ISO 8601")] = None


class Ticket(msgspec.Struct, frozen=True):
    """A ticket as helpdesks send it; every field optional, other keys are ignored."""

    id: Annotated[str | None, Meta(description="the helpdesk's id of the ticket")] = None
    channel: Annotated[str | None, Meta(description="such as email, chat or phone")] = None
    subject: Annotated[str | None, Meta(description="subject line")] = None
    body: Annotated[
        str | None, Meta(description="what the ticket was opened with, before its `messages`")
    ] = None
    headers: Annotated[
        dict[str, str], Meta(description="mail headers; they tell auto-replies and bounces")
    ] = {}
    cc: Annotated[
        list[str], Meta(description="third parties who read along: no personal value is told")
    ] = []
    requester: Annotated[Requester, Meta(description="who wrote the ticket")] = Requester()
    attachments: Annotated[list[Attachment], Meta(description="files of the ticket")] = []
    messages: Annotated[
        list[Message],
        Meta(description="all messages; the newest customer text counts, without trail"),
    ] = []


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to work."""

    deadline_ms: Annotated[
        int, Meta(ge=100, le=120_000, description="time for a decision in milliseconds, else 504")
    ] = 8_000
    language: Annotated[
        Language | None, Meta(description="language of the reply; left out: the customer's")
    ] = None
    agent_language: Annotated[
        Language | None, Meta(description="language of what only agents read")
    ] = None
    debug: Annotated[bool, Meta(description="adds the text of used chunks")] = False


class ReplyOptions(Options, frozen=True, forbid_unknown_fields=True):
    """How to work, and how sure an automatic answer must be."""

    mode: Annotated[
        Literal["auto", "model", "extractive"],
        Meta(description="who writes the reply; model: 503 when there is none"),
    ] = "auto"
    allowed_error: Annotated[
        Annotated[float, Meta(gt=0, lt=1)] | None,
        Meta(description="share of answers that may be wrong; only stricter than the operator's"),
    ] = None


class Turn(msgspec.Struct, frozen=True):
    """One earlier turn of a conversation."""

    role: Annotated[
        Literal["user", "customer", "assistant", "agent", "bot", "system"],
        Meta(description="who spoke"),
    ]
    content: Annotated[str, Meta(description="what was said")]


class RequiredDataRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/v1/required-data`; `inquiry` or `ticket` must hold text."""

    inquiry: Annotated[
        str | None,
        Meta(
            description="the customer's question, any language; beyond "
            f"{MAX_INQUIRY:,} characters it is condensed, never refused"
        ),
    ] = None
    topic: Annotated[
        Annotated[str, Meta(max_length=500)] | None,
        Meta(description="a hint in your own words: it can raise a match, never exclude one"),
    ] = None
    scope: Annotated[
        dict[str, ScopeValues],
        Meta(
            max_length=MAX_ITEMS,
            description="hard filter: an article matches when it has one of the values, or none, "
            "for each key; a key left out means unknown, an unknown key is an error",
        ),
    ] = {}
    collected_data: Annotated[
        dict[str, Any],
        Meta(description="what the workflow already knows; nested and under other spellings too"),
    ] = {}
    unavailable: Annotated[
        Texts, Meta(description="keys looked for in vain: never asked again")
    ] = []
    related_inquiries: Annotated[
        Texts, Meta(description="the ticket's other questions, as context")
    ] = []
    ticket: Annotated[
        Ticket | None, Meta(description="the whole ticket, instead of `inquiry` or beside it")
    ] = None
    options: Annotated[Options, Meta(description="how to work")] = Options()


class GenerateResponseRequest(
    RequiredDataRequest, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Body of `POST /api/v1/generate-response`."""

    conversation: Annotated[list[Turn], Meta(description="what was said before, oldest first")] = []
    options: Annotated[ReplyOptions, Meta(description="how to work, and how sure to be")] = (
        ReplyOptions()
    )
