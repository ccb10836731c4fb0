"""One past ticket as it would have been decided, beside what a person did. Pure."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec

from data_pipeline.contract.replies import (
    Calibration,
    Citation,
    Decision,
    GenerateResponseReply,
)
from data_pipeline.evaluation.backtest.agreement import Agreement, agreement
from data_pipeline.evaluation.backtest.past_ticket import PastTicket, asked_text
from data_pipeline.evaluation.backtest.risk import risk_of

_KEY_LENGTH: Final = 12


class Cited(msgspec.Struct, frozen=True):
    """A quote and where it stands."""

    article_id: str
    title: str
    section: str
    quote: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket decided again.

    `key` names this reply to this ticket: a mark does not fit another reply. `id` is that of the
    helpdesk. `sent` is what the customer would have got, `draft` what an agent would have seen
    instead. `risk` is how far a wrong reply is feared, 0 to 1; it orders the sheet.
    """

    key: str
    id: str
    request: dict[str, Any]
    question: str
    decision: Decision
    confidence: float
    sent: str
    draft: str
    reason: str
    article_id: str
    citations: tuple[Cited, ...]
    human: str
    agreement: Agreement | None
    risk: float

    @property
    def is_answered(self) -> bool:
        """Whether a reply would have gone out unseen."""
        return self.decision is Decision.ANSWER

    @property
    def is_judgeable(self) -> bool:
        """Whether something was quoted that can be right or wrong."""
        return bool(self.citations)

    def __repr__(self) -> str:
        return f"Row({self.key})"


class Backtest(msgspec.Struct, frozen=True, kw_only=True):
    """All rows, the riskiest first, and what they were decided with.

    `cut` is the least probability that was asked for, above 1 where nothing is answered; `left_out`
    are places that hold no ticket.
    """

    made_at: str
    namespace: str
    mode: str
    allowed_error: float
    cut: float
    calibration: Calibration | None
    rows: tuple[Row, ...]
    left_out: int = 0

    def __repr__(self) -> str:
        return f"Backtest({len(self.rows)} rows)"


def row_of(ticket_id: str, ticket: PastTicket, reply: GenerateResponseReply) -> Row:
    """What would have become of `ticket`."""
    said = reply.reply_text or ""
    judged = said if reply.decision is Decision.ANSWER else reply.draft_text or ""
    question = asked_text(ticket.request)
    agreed = agreement(judged, ticket.human_reply, question)
    is_answered = reply.decision is Decision.ANSWER
    return Row(
        key=_key(ticket_id, question, judged),
        id=ticket_id,
        request=ticket.request,
        question=question,
        decision=reply.decision,
        confidence=reply.confidence,
        sent=said,
        draft=reply.draft_text or "",
        reason=reply.escalation.reason if reply.escalation else "",
        article_id=reply.citations[0].article_id if reply.citations else "",
        citations=tuple(map(_cited, reply.citations)),
        human=ticket.human_reply,
        agreement=agreed,
        risk=risk_of(reply.confidence, agreed) if is_answered else 0.0,
    )


def _key(*texts: str) -> str:
    """A short hash; with a letter in front no spreadsheet takes it for a number or a day."""
    return "b" + hashlib.sha256(msgspec.json.encode(texts)).hexdigest()[:_KEY_LENGTH]


def _cited(citation: Citation) -> Cited:
    return Cited(citation.article_id, citation.title, citation.section, citation.quote)
