"""The two questions about a ticket: what must be known, and what can be answered."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, post
from litestar.params import Body

from api.problems import documented
from api.request import ApiRequest
from api.request_log import note_reply
from api.routes.examples import REPLY_EXAMPLE, REQUIRED_DATA_EXAMPLE
from data_pipeline.contract.replies import GenerateResponseReply, RequiredDataReply
from data_pipeline.contract.requests import GenerateResponseRequest, RequiredDataRequest


@post(
    "/required-data",
    status_code=200,
    operation_id="getRequiredData",
    summary="Which facts does this ticket still need?",
    response_description="A typed decision",
    responses=documented(400, 401, 403, 413, 415, 500, 503, 504),
)
async def required_data(
    data: Annotated[RequiredDataRequest, Body(examples=[REQUIRED_DATA_EXAMPLE])],
    request: ApiRequest,
) -> RequiredDataReply:
    """Which facts are needed before this ticket can be answered, and which are still missing.

    Give `inquiry` or `ticket`, with text. Switch on `next_step`: `collect` (ask `questions`, do
    `lookups`), `generate` (call generate-response now), `escalate` or `ignore`. The fields come
    from the article's own data; no model writes, renames or drops one.
    """
    return await request.services.required_data(request.call, data)


@post(
    "/generate-response",
    status_code=200,
    operation_id="generateResponse",
    summary="Answer this ticket, ask what is missing, or escalate it",
    response_description="A typed decision",
    responses=documented(400, 401, 403, 413, 415, 500, 503, 504),
)
async def generate_response(
    data: Annotated[GenerateResponseRequest, Body(examples=[REPLY_EXAMPLE])],
    request: ApiRequest,
) -> GenerateResponseReply:
    """Answers from the knowledge base, asks for what is missing, or escalates.

    Give `inquiry` or `ticket`, with text. Switch on `decision`: `answer` and `clarify` may be sent
    as they are, `escalate` needs a person, `ignore` needs nobody. Send `reply_text` when it is not
    null; nothing else is needed.
    """
    return await request.services.ticket_reply(request.call, data)


tickets = Router(
    "/api/v1",
    route_handlers=[required_data, generate_response],
    opt={"permission": "tickets"},
    after_request=note_reply,
    tags=["tickets"],
)
