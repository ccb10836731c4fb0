"""What the README shows is what happens."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from data_pipeline.contract.requests import GenerateResponseRequest, RequiredDataRequest
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.engine.required_data import required_data
from data_pipeline.engine.ticket_reply import ticket_reply
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.request_body import read_request
from tests.example_kb import SCOPE_KEYS, example_articles
from tests.fakes_index import MemoryIndex

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()


def block(kind: str) -> bytes:
    """The fenced block of the README that is marked `kind`."""
    found = re.search(rf"```json {kind}\n(.*?)```", README, re.DOTALL)
    assert found, kind
    return found.group(1).encode()


def as_json(reply: msgspec.Struct) -> Any:
    """A reply as a caller reads it."""
    return msgspec.json.decode(msgspec.json.encode(reply))


def shows(part: Any, whole: Any) -> bool:
    """Whether everything in `part` stands in `whole`."""
    if isinstance(part, dict):
        return all(shows(value, whole.get(key)) for key, value in part.items())
    return bool(part == whole)


@pytest.fixture
def engine() -> Engine:
    chunks = [chunk for article in example_articles() for chunk in chunk_article(article)]
    index = MemoryIndex(chunks, scope_keys=SCOPE_KEYS)
    return Engine(
        index=index, coefficients=shipped_coefficients(), today=lambda: date(2026, 11, 20)
    )


async def test_required_data_says_what_the_readme_shows(engine: Engine) -> None:
    """The request of the README gets the reply of the README."""
    request, _ = read_request(block("request required-data"), RequiredDataRequest)
    reply = await required_data(engine, "default", request)
    assert shows(msgspec.json.decode(block("reply required-data")), as_json(reply))


async def test_generate_response_says_what_the_readme_shows(engine: Engine) -> None:
    """The same ticket asks first and answers once the fact is there."""
    first, _ = read_request(block("request required-data"), GenerateResponseRequest)
    assert (await ticket_reply(engine, "default", first)).decision == "clarify"
    request, _ = read_request(block("request generate-response"), GenerateResponseRequest)
    reply = await ticket_reply(engine, "default", request)
    assert shows(msgspec.json.decode(block("reply generate-response")), as_json(reply))
    assert reply.citations


def test_every_command_of_the_documents_is_there() -> None:
    """Scripts, make targets and linked files named in the documents exist."""
    texts = [README, *((ROOT / name).read_text() for name in ("CONTRIBUTING.md",))]
    texts += [path.read_text() for path in (ROOT / "docs").glob("*.md")]
    makefile = (ROOT / "Makefile").read_text()
    for text in texts:
        for module in re.findall(r"python -m ((?:scripts|benchmarks)\.\w+)", text):
            assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module
        for target in re.findall(r"^(?:PORT=\d+ )?make ([a-z-]+)", text, re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
