"""Equal work in flight is done once, and nobody's leaving spoils it for the others."""

from __future__ import annotations

import asyncio

import pytest

from data_pipeline.contract.requests import GenerateResponseRequest, RequiredDataRequest
from data_pipeline.engine.fingerprint import request_fingerprint
from data_pipeline.single_flight import SingleFlight


class Work:
    """Counts how often it was begun; ends when `finish` is set."""

    def __init__(self) -> None:
        self.begun = 0
        self.cancelled = 0
        self.finish = asyncio.Event()

    async def __call__(self) -> int:
        self.begun += 1
        try:
            await self.finish.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return self.begun


async def test_fifty_who_ask_at_once_share_one_run() -> None:
    """One run, one result for all; the next one after it runs anew."""
    flight, work = SingleFlight[int](), Work()
    asking = [asyncio.create_task(flight.run("k", work)) for _ in range(50)]
    await asyncio.sleep(0)
    work.finish.set()
    assert await asyncio.gather(*asking) == [1] * 50
    assert await flight.run("k", work) == 2


async def test_other_keys_fly_alone() -> None:
    """Different work is never shared."""
    flight, work = SingleFlight[int](), Work()
    work.finish.set()
    assert sorted(await asyncio.gather(flight.run("a", work), flight.run("b", work))) == [1, 2]


async def test_who_leaves_takes_nothing_from_the_others() -> None:
    """The first one's cancellation is its own."""
    flight, work = SingleFlight[int](), Work()
    first, second = (asyncio.create_task(flight.run("k", work)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    work.finish.set()
    assert await second == 1
    assert first.cancelled()


async def test_when_all_have_left_the_work_stops() -> None:
    """Nobody pays for an answer that nobody waits for, and who comes then begins anew."""
    flight, work = SingleFlight[int](), Work()
    asking = [asyncio.create_task(flight.run("k", work)) for _ in range(3)]
    await asyncio.sleep(0)
    for one in asking:
        one.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    await asyncio.sleep(0)
    assert work.cancelled == 1
    work.finish.set()
    assert await flight.run("k", work) == 2


async def test_an_error_reaches_everyone() -> None:
    """Everyone who shares the work shares its failure; the next try is a new one."""
    flight = SingleFlight[int]()

    async def fails() -> int:
        await asyncio.sleep(0)
        raise ValueError("no")

    results = await asyncio.gather(
        *(flight.run("k", fails) for _ in range(3)), return_exceptions=True
    )
    assert [type(one) for one in results] == [ValueError] * 3
    with pytest.raises(ValueError, match="no"):
        await flight.run("k", fails)


def test_fingerprint_tells_requests_apart() -> None:
    """The same request has one fingerprint whatever the order of its keys; all else has another."""
    base = RequiredDataRequest(inquiry="q", collected_data={"a": 1, "b": 2})
    assert request_fingerprint("t", "n", base) == request_fingerprint(
        "t", "n", RequiredDataRequest(inquiry="q", collected_data={"b": 2, "a": 1})
    )
    others = {
        request_fingerprint("t", "n", base),
        request_fingerprint("u", "n", base),
        request_fingerprint("t", "m", base),
        request_fingerprint(
            "t", "n", RequiredDataRequest(inquiry="q", collected_data={"a": 1, "b": 3})
        ),
        request_fingerprint(
            "t", "n", GenerateResponseRequest(inquiry="q", collected_data={"a": 1, "b": 2})
        ),
    }
    assert len(others) == 5
