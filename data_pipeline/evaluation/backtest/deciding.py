"""Past tickets decided one after the other, as the service would decide them now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import msgspec

from data_pipeline.contract.replies import Calibration, GenerateResponseReply
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.errors import DeadlineExceededError, InvalidRequestError
from data_pipeline.evaluation.backtest.past_ticket import PastTicket, Unreadable
from data_pipeline.evaluation.backtest.risk import riskiest_first
from data_pipeline.evaluation.backtest.rows import Row, row_of
from data_pipeline.request_body import read_request

Decide = Callable[[GenerateResponseRequest], Awaitable[GenerateResponseReply]]
_DEADLINE_MS: Final = 120_000
_MOST_CAUSES: Final = 3


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """The rows, the riskiest first; what was left out; and what the last reply was judged by."""

    rows: tuple[Row, ...]
    left_out: tuple[Unreadable, ...]
    cut: float = 0.0
    allowed_error: float = 0.0
    calibration: Calibration | None = None


async def decide_all(
    decide: Decide,
    tickets: Iterable[PastTicket | Unreadable],
    *,
    mode: str,
    progress: Callable[[int], None] = lambda _done: None,
) -> Decided:
    """Every ticket by `decide`; one that is no valid request is left out and named.

    Raises what the index and, with `mode: model`, the answer model raise.
    """
    rows: list[Row] = []
    left_out: list[Unreadable] = []
    ids: dict[str, int] = {}
    reply = None
    for done, ticket in enumerate(tickets, 1):
        if isinstance(ticket, Unreadable):
            left_out.append(ticket)
        elif isinstance(answered := await _decided(decide, ticket, mode), Unreadable):
            left_out.append(answered)
        else:
            reply = answered
            ticket_id = _unique(ticket.id or ticket.place, ids)
            rows.append(row_of(ticket_id, ticket, reply))
        progress(done)
    return Decided(
        rows=tuple(riskiest_first(rows)),
        left_out=tuple(left_out),
        cut=reply.threshold if reply else 0.0,
        allowed_error=reply.allowed_error if reply else 0.0,
        calibration=reply.calibration if reply else None,
    )


async def _decided(
    decide: Decide, ticket: PastTicket, mode: str
) -> GenerateResponseReply | Unreadable:
    try:
        return await decide(_body(ticket.request, mode))
    except InvalidRequestError as error:
        named = [f"{problem.field}: {problem.message}" for problem in error.problems]
        return Unreadable(ticket.place, "; ".join(named[:_MOST_CAUSES]) or str(error))
    except DeadlineExceededError:
        return Unreadable(ticket.place, "no decision within two minutes")


def _body(request: dict[str, Any], mode: str) -> GenerateResponseRequest:
    options = request.get("options", {}) | {"mode": mode, "deadline_ms": _DEADLINE_MS}
    raw = msgspec.json.encode(request | {"options": options})
    return read_request(raw, GenerateResponseRequest)[0]


def _unique(ticket_id: str, ids: dict[str, int]) -> str:
    """`ticket_id`, with a number where an earlier ticket has it already."""
    ids[ticket_id] = ids.get(ticket_id, 0) + 1
    if ids[ticket_id] == 1:
        return ticket_id
    return _unique(f"{ticket_id} ({ids[ticket_id]})", ids)
