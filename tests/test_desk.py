"""Use cases as callers get them: equal requests at once are one, and each reply is its caller's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from data_pipeline.articles import ScoredChunk
from data_pipeline.contract.requests import GenerateResponseRequest, RequiredDataRequest
from data_pipeline.desk import Desk
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.ports import ChunkFilter
from data_pipeline.services import Call
from tests.builders_index import a_chunk
from tests.fakes_index import MemoryIndex


class CountingIndex(MemoryIndex):
    """Counts searches, each of which takes a moment."""

    searches = 0

    async def search(
        self, namespace: str, terms: Sequence[str], *, limit: int, where: ChunkFilter
    ) -> Sequence[ScoredChunk]:
        self.searches += 1
        await asyncio.sleep(0.01)
        return await super().search(namespace, terms, limit=limit, where=where)


def desk_over(index: MemoryIndex) -> Desk:
    return Desk(Engine(index=index, coefficients=shipped_coefficients()))


async def test_fifty_equal_requests_search_once_and_keep_their_ids() -> None:
    """One search for all; every reply has its caller's id and warnings."""
    index = CountingIndex([a_chunk()])
    desk = desk_over(index)
    calls = [
        Call(request_id=f"r{n}", tenant="t", namespace="default", warnings=[f"w{n}"])
        for n in range(50)
    ]
    request = GenerateResponseRequest(inquiry="How do I send a parcel back?")
    replies = await asyncio.gather(*(desk.ticket_reply(call, request) for call in calls))
    assert index.searches == 1
    assert [reply.request_id for reply in replies] == [call.request_id for call in calls]
    assert [reply.warnings[0] for reply in replies] == [f"w{n}" for n in range(50)]


async def test_tenants_never_share_a_reply() -> None:
    """Equal words of two tenants, or of two namespaces, are two requests."""
    index = CountingIndex([a_chunk()])
    desk = desk_over(index)
    request = RequiredDataRequest(inquiry="How do I send a parcel back?")
    calls = [
        Call(request_id="r", tenant=tenant, namespace=namespace)
        for tenant, namespace in (("a", "default"), ("b", "default"), ("a", "other"))
    ]
    await asyncio.gather(*(desk.required_data(call, request) for call in calls))
    assert index.searches == 3
