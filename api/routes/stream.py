"""A reply as it is made: Server-Sent Events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final

import msgspec
from litestar import Router, post
from litestar.params import Body
from litestar.response import Stream

from api.problems import documented, logged_problem, mistake
from api.request import ApiRequest
from api.request_log import note
from api.routes.examples import REPLY_EXAMPLE
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.contract.stream import DeltaEvent, DoneEvent, RetrievalEvent, StreamEvent

_HEADERS: Final = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
# Proxies cut connections on which nothing comes for a while; a comment is something.
_SILENCE_SECONDS: Final = 10.0
_STILL_THERE: Final = b": still working\n\n"
_NAMES: Final = {RetrievalEvent: "retrieval", DeltaEvent: "delta"}


@post(
    "/generate-response/stream",
    status_code=200,
    operation_id="streamResponse",
    summary="The same, sentence by sentence",
    response_description="Events: retrieval, delta, decision, done or error",
    responses=documented(400, 401, 403, 413, 415, 500),
)
async def stream_response(
    data: Annotated[GenerateResponseRequest, Body(examples=[REPLY_EXAMPLE])],
    request: ApiRequest,
) -> Stream:
    """The same as generate-response, as Server-Sent Events.

    `retrieval` comes at once, then `delta` for each sentence that passed the fact check, then
    `decision` with the whole reply, which is what counts, and `done`. A failure ends the stream
    with `error`, which carries a problem like any other route's. Send a sentence to a customer only
    after `decision` says `answer`.
    """
    return Stream(events(request, data), media_type="text/event-stream", headers=_HEADERS)


async def events(request: ApiRequest, asked: GenerateResponseRequest) -> AsyncIterator[bytes]:
    """The events as they come, with comments in between when nothing does."""
    waiting: asyncio.Queue[bytes | None] = asyncio.Queue()
    started = RetrievalEvent(state="started", request_id=request.request_id)
    yield _written("retrieval", started)
    making = asyncio.create_task(_make(request, asked, waiting))
    try:
        while True:
            try:
                event = await asyncio.wait_for(waiting.get(), _SILENCE_SECONDS)
            except TimeoutError:
                yield _STILL_THERE
                continue
            if event is None:
                return
            yield event
    finally:
        making.cancel()


async def _make(
    request: ApiRequest,
    asked: GenerateResponseRequest,
    waiting: asyncio.Queue[bytes | None],
) -> None:
    """Make the reply and put all that happens into the queue, an end at last."""

    async def tell(event: StreamEvent) -> None:
        if isinstance(event, RetrievalEvent):
            event = msgspec.structs.replace(event, request_id=request.request_id)
        await waiting.put(_written(_NAMES[type(event)], event))

    try:
        reply = await request.services.streamed_reply(request.call, asked, tell)
        note(request.scope, reply)
        await waiting.put(_written("decision", reply))
        await waiting.put(_written("done", DoneEvent(request.request_id)))
    except asyncio.CancelledError:
        # Heard only where the work was cancelled from within: a caller who left reads no more.
        await waiting.put(_written("error", mistake(request.request_id)))
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the stream says so
        await waiting.put(_written("error", logged_problem(error, request.request_id)))
    finally:
        await waiting.put(None)


def _written(name: str, content: object) -> bytes:
    """One event; JSON has no line breaks, so that its data is one line."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode(content))


stream = Router(
    "/api/v1", route_handlers=[stream_response], opt={"permission": "tickets"}, tags=["tickets"]
)
