"""Use cases that decide nothing: they echo what reached them, so the edge can be looked at alone."""

from __future__ import annotations

from data_pipeline.contract.replies import (
    Calibration,
    Citation,
    Decision,
    GenerateResponseReply,
    InquiryResult,
    Languages,
    Level,
    NextStep,
    RequiredDataReply,
    Timings,
    Usage,
    Versions,
)
from data_pipeline.contract.requests import GenerateResponseRequest, RequiredDataRequest
from data_pipeline.contract.stream import DeltaEvent, RetrievalEvent, Tell
from data_pipeline.ports import ApiKeys, ChunkIndex
from data_pipeline.services import Call, Services


class EchoDesk:
    """Both use cases. Set `error` and they raise it; `calls` keeps who asked and what."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.calls: list[tuple[Call, RequiredDataRequest]] = []

    def services(self, index: ChunkIndex, api_keys: ApiKeys) -> Services:
        """The bag that the edge is given."""
        return Services(
            required_data=self.required_data,
            ticket_reply=self.ticket_reply,
            streamed_reply=self.streamed_reply,
            index=index,
            api_keys=api_keys,
        )

    async def required_data(self, call: Call, request: RequiredDataRequest) -> RequiredDataReply:
        """A reply that holds the inquiry's text and the caller's warnings."""
        self._note(call, request)
        return RequiredDataReply(
            next_step=NextStep.GENERATE,
            confidence=0.75,
            article=None,
            required_fields=(),
            missing=(),
            needed_later=(),
            questions=(),
            lookups=(),
            refused_fields=(),
            inquiries=(InquiryResult(_text(request), Decision.ANSWER, None, None),),
            escalation=None,
            sources=(),
            coverage_gaps=(),
            language=Languages("en", "en"),
            warnings=tuple(call.warnings),
            timings_ms=Timings(),
            usage=Usage(),
            kb_version="v1",
            degraded=(),
            request_id=call.request_id,
        )

    async def ticket_reply(
        self, call: Call, request: GenerateResponseRequest
    ) -> GenerateResponseReply:
        """An answer that repeats the inquiry, with one citation of it."""
        self._note(call, request)
        text = _text(request)
        return GenerateResponseReply(
            decision=Decision.ANSWER,
            publishable=True,
            reply_text=text,
            draft_text=None,
            confidence=0.75,
            confidence_level=Level.MEDIUM,
            confidence_factors=(),
            threshold=0.5,
            allowed_error=request.options.allowed_error or 0.05,
            calibration=Calibration("none", 0, "2026-01-01", stale=False),
            outcome=None,
            outcome_reason=None,
            reply=None,
            questions=(),
            missing=(),
            needed_later=(),
            lookups=(),
            inquiries=(),
            escalation=None,
            citations=(_citation(text),),
            sources=(),
            coverage_gaps=(),
            guardrails_applied=(),
            language=Languages("en", "en"),
            usage=Usage(),
            timings_ms=Timings(),
            versions=Versions(None, None, "none"),
            kb_version="v1",
            degraded=(),
            warnings=tuple(call.warnings),
            request_id=call.request_id,
        )

    async def streamed_reply(
        self, call: Call, request: GenerateResponseRequest, tell: Tell
    ) -> GenerateResponseReply:
        """The same answer, told word by word; an inquiry that says `break` breaks after the first."""
        await tell(RetrievalEvent(state="found"))
        for word in _text(request).split():
            await tell(DeltaEvent(kind="point", text=word, citations=("c1",)))
            if "break" in _text(request):
                raise ValueError(_text(request))
        return await self.ticket_reply(call, request)

    def _note(self, call: Call, request: RequiredDataRequest) -> None:
        self.calls.append((call, request))
        if self.error is not None:
            raise self.error


def _text(request: RequiredDataRequest) -> str:
    ticket = request.ticket
    return request.inquiry or (ticket and (ticket.subject or ticket.body)) or ""


def _citation(text: str) -> Citation:
    return Citation(
        id="c1",
        chunk_id="returns#body",
        article_id="returns",
        title="Returns",
        url=None,
        section="body",
        page=None,
        quote=text,
        start=0,
        end=len(text),
        revision="r1",
    )
