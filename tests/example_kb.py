"""The example knowledge base, loaded once into an index for tests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from data_pipeline.articles import Article
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.ingest.folder import read_folder
from data_pipeline.request_body import read_request

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SCOPE_KEYS = ("plan", "country")


class Ticket(msgspec.Struct, frozen=True):
    """One line of `examples/tickets.jsonl`."""

    id: str
    note: str
    request: dict[str, Any]
    expect: dict[str, Any]

    def body(self) -> GenerateResponseRequest:
        """The request as the service would read it."""
        return read_request(msgspec.json.encode(self.request), GenerateResponseRequest)[0]


@cache
def example_articles() -> tuple[Article, ...]:
    """Every article of the example knowledge base."""
    reading = read_folder([EXAMPLES / "kb"], SCOPE_KEYS)
    assert not reading.failures
    return tuple(reading.articles)


def example_tickets() -> Iterator[Ticket]:
    """Every example ticket."""
    for line in (EXAMPLES / "tickets.jsonl").read_bytes().splitlines():
        yield msgspec.json.decode(line, type=Ticket)
