"""Which accounts the live tests use, and what they have spent there."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import pytest

from data_pipeline.adapters.openai.account import VENDOR_URL
from data_pipeline.adapters.pinecone_inference import VENDOR_HOST
from data_pipeline.ports import Completion
from data_pipeline.prices import cost_usd, rerank_cost_usd, shipped_prices

DIMENSIONS = 64


@dataclass
class Bill:
    """What was used, line by line, and its price where the model has one in `prices.json`."""

    lines: list[tuple[str, float | None]] = field(default_factory=list)

    def embedded(self, model: str, tokens: int) -> None:
        """Tokens of texts that were embedded."""
        self._add(f"{model}: {tokens} tokens", cost_usd(shipped_prices(), model, tokens, 0))

    def completed(self, completion: Completion) -> None:
        """One reply of an answer model."""
        read, written = completion.input_tokens, completion.output_tokens
        cost = cost_usd(shipped_prices(), completion.model, read, written, completion.cached_tokens)
        self._add(f"{completion.model}: {read} tokens read, {written} written", cost)

    def reranked(self, model: str) -> None:
        """One request to a reranker."""
        self._add(f"{model}: 1 request", rerank_cost_usd(shipped_prices(), model, 1))

    def stored(self, requests: str) -> None:
        """What Pinecone's console tells in read and write units."""
        self._add(f"Pinecone index: {requests}", None)

    def summary(self) -> list[str]:
        """The lines to print, the sum of the known prices at the end."""
        known = sum(cost for _, cost in self.lines if cost is not None)
        told = [
            f"{what}: {'price unknown' if cost is None else f'{cost:.6f} USD'}"
            for what, cost in self.lines
        ]
        return [*told, f"Sum of the known prices: {known:.6f} USD"]

    def _add(self, what: str, cost: float | None) -> None:
        self.lines.append((what, cost))


BILL = pytest.StashKey[Bill]()


def key_of(variable: str) -> str:
    """The key in the environment; the test is skipped without one."""
    key = os.environ.get(variable, "")
    if not key:
        pytest.skip(f"{variable} is not set: this test needs a real account")
    return key


@dataclass(frozen=True)
class Places:
    """Where the vendors are reached; other addresses come from the settings' own variables."""

    openai: str = field(default_factory=lambda: os.environ.get("OPENAI_BASE_URL") or VENDOR_URL)
    pinecone: str = field(
        default_factory=lambda: os.environ.get("KB_PINECONE_CONTROL_HOST") or VENDOR_HOST
    )
    index: str = field(
        default_factory=lambda: os.environ.get("KB_LIVE_PINECONE_INDEX") or "kbgate-live-tests"
    )
