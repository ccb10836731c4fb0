"""Fixtures of the edge."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from data_pipeline.logs import configure_logs
from tests.api.edge import Edge, open_edge
from tests.builders_index import a_chunk, an_article


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    """An edge with two articles, called from this machine."""
    chunks = [*an_article("returns", "Send it back.", "Within a month."), a_chunk("fees")]
    async with open_edge(tmp_path, chunks) as running:
        yield running


@pytest.fixture
def logged() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Everything that was logged, as the service writes it, down to debug."""
    before = logging.getLogger().handlers[:]
    buffer = io.BytesIO()
    configure_logs("debug")
    structlog.configure(
        logger_factory=structlog.BytesLoggerFactory(buffer), cache_logger_on_first_use=False
    )
    yield lambda: [json.loads(line) for line in buffer.getvalue().splitlines()]
    structlog.reset_defaults()
    logging.getLogger().handlers = before
