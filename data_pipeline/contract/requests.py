"""Requests as a caller sends them, after `null` and `""` were dropped as absent."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

MAX_INQUIRY = 20_000

Text = Annotated[str, Meta(max_length=MAX_INQUIRY)]
ScopeValues = str | list[str]


class Requester(msgspec.Struct, frozen=True):
    """Who wrote the ticket; `verified` means that the helpdesk knows who it is."""

    ref: str | None = None
    verified: bool = False


class Attachment(msgspec.Struct, frozen=True):
    """A file of the ticket, named only."""

    name: str | None = None
    media_type: str | None = None
    url: str | None = None


class Message(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    """One message of a ticket, as text or HTML; `public` is false for private notes."""

    sender: Literal["customer", "agent", "bot", "system"] = "customer"
    id: str | None = None
    public: bool = True
    text: str | None = None
    html: str | None = None
    at: str | None = None


class Ticket(msgspec.Struct, frozen=True):
    """A ticket as helpdesks send it; every field optional, other keys are ignored."""

    id: str | None = None
    channel: str | None = None
    subject: str | None = None
    body: str | None = None
    headers: dict[str, str] = {}
    cc: list[str] = []
    requester: Requester = Requester()
    attachments: list[Attachment] = []
    messages: list[Message] = []


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to work: time in milliseconds, languages as two-letter codes."""

    deadline_ms: Annotated[int, Meta(ge=100, le=120_000)] = 8_000
    language: Annotated[str, Meta(pattern="^[a-z]{2}$")] | None = None
    agent_language: Annotated[str, Meta(pattern="^[a-z]{2}$")] | None = None
    debug: bool = False


class ReplyOptions(Options, frozen=True, forbid_unknown_fields=True):
    """Options of generate-response; `allowed_error` may only be stricter than the operator's."""

    mode: Literal["auto", "model", "extractive"] = "auto"
    allowed_error: Annotated[float, Meta(gt=0, lt=1)] | None = None


class Turn(msgspec.Struct, frozen=True):
    """One earlier turn of a conversation."""

    role: Literal["user", "customer", "assistant", "agent", "bot", "system"]
    content: str


class RequiredDataRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/v1/required-data`; `inquiry` or `ticket` must hold text."""

    inquiry: str | None = None
    topic: Annotated[str, Meta(max_length=500)] | None = None
    scope: dict[str, ScopeValues] = {}
    collected_data: dict[str, Any] = {}
    unavailable: list[str] = []
    related_inquiries: list[str] = []
    ticket: Ticket | None = None
    options: Options = Options()


class GenerateResponseRequest(
    RequiredDataRequest, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Body of `POST /api/v1/generate-response`."""

    conversation: list[Turn] = []
    options: ReplyOptions = ReplyOptions()
