"""Concurrent callers share requests, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.adapters.embedding.batching import BatchingEmbedder, Purpose, shares
from data_pipeline.adapters.openai import OpenAIEmbedder
from data_pipeline.errors import EmbedderUnavailableError, TextRefusedError
from data_pipeline.ports import Embeddings
from tests.fakes_models import HashEmbedder, hash_vector
from tests.wire.exchange import Reply, Request
from tests.wire.openai_errors import RefusalError
from tests.wire.openai_server import API_KEY, OpenAIServer


class GatedEmbedder(HashEmbedder):
    """Replies when `gate` is opened, and refuses a request that holds a text called `bad`."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Embeddings:
        embeddings = await super().embed(texts, purpose)
        await self.gate.wait()
        if any(text.startswith("bad") for text in texts):
            raise TextRefusedError("This text is not taken: leave it out.")
        return embeddings


async def outcomes(
    batching: BatchingEmbedder, texts: Sequence[str], purpose: Purpose = "query"
) -> list[Embeddings | BaseException]:
    return await asyncio.gather(
        *(batching.embed([text], purpose) for text in texts), return_exceptions=True
    )


async def test_two_hundred_callers_share_a_handful_of_requests() -> None:
    """Over the real wire: 200 concurrent texts, few requests, each caller its own vector."""
    texts = [f"question number {number}" for number in range(200)]
    with OpenAIServer() as server:
        real = OpenAIEmbedder(API_KEY, server.base_url, dimensions=16, timeout_seconds=60)
        await real.open()
        alone = (await real.embed(texts, "query")).vectors
        server.requests.clear()
        found = await outcomes(BatchingEmbedder(real), texts)
        await real.close()
    assert [one.vectors for one in found if isinstance(one, Embeddings)] == [(v,) for v in alone]
    assert len(server.requests) <= 5


async def test_tokens_are_shared_out_by_length() -> None:
    """Callers pay in proportion to their texts, and together exactly what was paid."""
    inner = HashEmbedder()
    batching = BatchingEmbedder(inner)
    short, long = await asyncio.gather(
        batching.embed(["word"], "query"), batching.embed(["word " * 50, "more"], "query")
    )
    paid = await inner.embed(["word", "word " * 50, "more"], "query")
    assert len(inner.calls) == 2
    assert short.tokens + long.tokens == paid.tokens
    assert 0 < short.tokens < long.tokens


@given(st.integers(0, 10_000), st.lists(st.integers(0, 500), min_size=1, max_size=30))
def test_shares_add_up(total: int, sizes: list[int]) -> None:
    """No token is lost or invented, none is negative, and each is near its proportion."""
    parts = shares(total, sizes)
    assert sum(parts) == total
    assert min(parts) >= 0
    whole = sum(sizes)
    if whole:
        assert all(
            abs(part - total * size / whole) <= 1 for part, size in zip(parts, sizes, strict=True)
        )


async def test_questions_and_passages_never_share_a_request() -> None:
    """A model may embed the two differently."""
    inner = HashEmbedder()
    batching = BatchingEmbedder(inner)
    await asyncio.gather(
        *(batching.embed([f"q{n}"], "query") for n in range(5)),
        *(batching.embed([f"p{n}"], "passage") for n in range(5)),
    )
    assert sorted(purpose for _, purpose in inner.calls) == ["passage", "query"]
    for texts, purpose in inner.calls:
        assert {text[0] for text in texts} == {purpose[0]}


async def test_a_full_batch_goes_at_once_and_large_requests_alone() -> None:
    """No request holds more than allowed; what fills one by itself does not wait."""
    inner = HashEmbedder()
    batching = BatchingEmbedder(inner, window_seconds=3600, max_texts=4)
    large = [f"large {number}" for number in range(9)]
    await asyncio.gather(
        *(batching.embed([f"one {number}"], "query") for number in range(8)),
        batching.embed(large, "query"),
    )
    assert sorted(len(texts) for texts, _ in inner.calls) == [4, 4, 9]


async def test_a_batch_never_exceeds_its_size() -> None:
    """Callers with several texts that do not fit any more wait for the next request."""
    inner = HashEmbedder()
    batching = BatchingEmbedder(inner, max_texts=5)
    await asyncio.gather(*(batching.embed(["a", "b", "c"], "query") for _ in range(6)))
    assert len(inner.calls) == 6
    assert all(len(texts) <= 5 for texts, _ in inner.calls)


async def test_a_caller_that_leaves_spoils_nothing() -> None:
    """One is cancelled, one runs out of time while the request runs: the third gets its vector."""
    inner = GatedEmbedder()
    inner.gate.clear()
    batching = BatchingEmbedder(inner, window_seconds=0)
    leaving = asyncio.create_task(batching.embed(["leaves"], "query"))
    staying = asyncio.create_task(batching.embed(["stays"], "query"))
    hurried = asyncio.create_task(asyncio.wait_for(batching.embed(["hurries"], "query"), 0.01))
    with pytest.raises(TimeoutError):
        await hurried
    leaving.cancel()
    inner.gate.set()
    assert list((await staying).vectors[0]) == hash_vector("stays", 64)
    assert leaving.cancelled() or leaving.cancelling()
    assert len(inner.calls) == 1


async def test_who_left_before_the_request_is_not_paid_for() -> None:
    """A batch whose callers are all gone is not sent."""
    inner = HashEmbedder()
    batching = BatchingEmbedder(inner, window_seconds=0.02)
    first, second = (asyncio.create_task(batching.embed(["gone"], "query")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    assert (await second).vectors
    assert [texts for texts, _ in inner.calls] == [("gone",)]
    third = asyncio.create_task(batching.embed(["gone"], "query"))
    await asyncio.sleep(0)
    third.cancel()
    await asyncio.sleep(0.05)
    assert len(inner.calls) == 1


async def test_a_failure_reaches_each_caller_as_its_own() -> None:
    """All whose texts were in a failed request are told, with an error that is theirs alone."""
    inner = HashEmbedder()
    inner.error = EmbedderUnavailableError("Away: try again.")
    found = await outcomes(BatchingEmbedder(inner), ["a", "b", "c"])
    assert [str(error) for error in found] == ["Away: try again."] * 3
    assert len({id(error) for error in found}) == 3
    assert len(inner.calls) == 1
    inner.error = None
    assert all(isinstance(one, Embeddings) for one in await outcomes(BatchingEmbedder(inner), "a"))


@pytest.mark.parametrize("bad", [{17}, {0, 1}, {3, 30, 59}, set(range(60))])
async def test_a_refused_text_fails_its_caller_only(bad: set[int]) -> None:
    """Refused requests are asked for again in halves until the refused texts are alone."""
    inner = GatedEmbedder()
    texts = [f"{'bad' if number in bad else 'good'} {number}" for number in range(60)]
    found = await outcomes(BatchingEmbedder(inner), texts)
    for number, one in enumerate(found):
        assert isinstance(one, TextRefusedError if number in bad else Embeddings)
    assert len(inner.calls) <= 2 * len(bad) * 7


async def test_a_hostile_text_on_the_wire_fails_alone() -> None:
    """The vendor refuses a whole request for one of its texts: the others are embedded."""
    with OpenAIServer() as server:
        vendor = server.handler

        def picky(request: Request) -> Reply:
            refusal = RefusalError("'$.input' is invalid", param="input").reply()
            return refusal if b"hostile" in request.body else vendor(request)

        server.handler = picky
        real = OpenAIEmbedder(API_KEY, server.base_url, dimensions=16)
        texts = [f"question {number}" for number in range(20)]
        found = await outcomes(BatchingEmbedder(real), [*texts, "hostile"])
        await real.close()
    assert all(isinstance(one, Embeddings) for one in found[:20])
    assert isinstance(found[20], TextRefusedError)


async def test_a_mistake_of_the_embedder_leaves_nobody_waiting() -> None:
    """Too few vectors, or an unexpected exception: every caller hears of it."""

    class Wrong(HashEmbedder):
        async def embed(self, texts: Sequence[str], purpose: Purpose) -> Embeddings:
            return Embeddings(())

    for one in await outcomes(BatchingEmbedder(Wrong()), ["a", "b"]):
        assert isinstance(one, EmbedderUnavailableError)
    inner = HashEmbedder()
    inner.error = ZeroDivisionError()
    for one in await outcomes(BatchingEmbedder(inner), ["a", "b"]):
        assert isinstance(one, ZeroDivisionError)


async def test_closing_tells_those_who_wait() -> None:
    """Nobody waits for a request that is never sent, or for one that was given up."""
    inner = GatedEmbedder()
    inner.gate.clear()
    batching = BatchingEmbedder(inner, window_seconds=0)
    running = asyncio.create_task(batching.embed(["running"], "query"))
    await asyncio.sleep(0.02)
    batching._window = 3600
    waiting = asyncio.create_task(batching.embed(["waiting"], "query"))
    await asyncio.sleep(0)
    await batching.close()
    for task in (running, waiting):
        with pytest.raises(EmbedderUnavailableError):
            await task
    inner.gate.set()
    batching._window = 0
    assert (await batching.embed(["later"], "query")).vectors
