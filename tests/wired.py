"""The service as an operator wires it, with servers of our own in the place of the vendors."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from data_pipeline.adapters.pinecone.setup import NewIndex, set_up
from data_pipeline.contract.replies import GenerateResponseReply
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.ingest.sync import load
from data_pipeline.language import words
from data_pipeline.request_body import read_request
from data_pipeline.services import Call, Services
from data_pipeline.settings import Settings, load_settings
from data_pipeline.wiring import open_embedder, open_index, open_services, vector_dimensions
from tests.example_kb import SCOPE_KEYS, example_articles
from tests.wire.openai_server import OpenAIServer
from tests.wire.pinecone_server import PineconeServer

_LOADED = Path(tempfile.mkdtemp(prefix="kbgate-loaded-"))
atexit.register(shutil.rmtree, _LOADED, ignore_errors=True)
CALL = Call(request_id="r", tenant="t", namespace="default")
DIMENSIONS = 256


@dataclass
class Vendors:
    """The servers; None where the settings name no such vendor."""

    openai: OpenAIServer | None
    pinecone: PineconeServer | None


@contextmanager
def vendors(*, openai: bool, pinecone: bool) -> Iterator[Vendors]:
    """Servers that run until the end; OpenAI's quotes passages near to the ticket."""
    with ExitStack() as running:
        model = running.enter_context(OpenAIServer()) if openai else None
        if model is not None:
            model.speak = quote_the_nearest
        store = running.enter_context(PineconeServer()) if pinecone else None
        yield Vendors(model, store)


def settings_for(var: Path, servers: Vendors, **more: str) -> Settings:
    """What an operator would set."""
    environ = {"KB_VAR": str(var), "KB_EMBEDDING_DIMENSIONS": str(DIMENSIONS), **more}
    if servers.openai:
        environ |= {
            "OPENAI_API_KEY": servers.openai.api_key,
            "OPENAI_BASE_URL": servers.openai.base_url,
            "KB_MODEL_API": more.get("KB_MODEL_API", "responses"),
        }
    if servers.pinecone:
        environ |= {
            "PINECONE_API_KEY": servers.pinecone.api_key,
            "KB_PINECONE_CONTROL_HOST": servers.pinecone.url,
        }
    return load_settings(environ)


async def load_examples(settings: Settings) -> None:
    """Bring the example articles to where `settings` say, with vectors where they name an embedder."""
    if settings.pinecone_api_key:
        wanted = NewIndex(
            name=settings.pinecone_index,
            dimensions=vector_dimensions(settings),
            cloud=settings.pinecone_cloud,
            region=settings.pinecone_region,
        )
        await set_up(
            settings.pinecone_api_key.reveal(), wanted, control_host=settings.pinecone_control_host
        )
    async with open_index(settings) as index, open_embedder(settings) as embedder:
        await load(index, "default", example_articles(), SCOPE_KEYS, embedder=embedder)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Services]:
    """The service over the example articles; an embedded store is a copy of one loaded before."""
    if settings.pinecone_api_key:
        await load_examples(settings)
    else:
        loaded = _LOADED / ("vectors" if settings.openai_api_key else "words")
        if not loaded.exists():
            await load_examples(msgspec.structs.replace(settings, var=loaded))
        shutil.copytree(loaded, settings.var, dirs_exist_ok=True)
    async with open_services(settings) as services:
        yield services


async def ask(services: Services, inquiry: str, **fields: Any) -> GenerateResponseReply:
    """Reply of generate-response."""
    raw = msgspec.json.encode({"inquiry": inquiry, **fields})
    return await services.ticket_reply(CALL, read_request(raw, GenerateResponseRequest)[0])


def quote_the_nearest(body: Any) -> str:
    """What an honest model would do at least: repeat the passages that share most words."""
    said = str(body.get("input") or body.get("messages"))
    asked = _telling(" ".join(re.findall(r"<questions>(.*?)</questions>", said, re.DOTALL)))
    passages = re.findall(r'<passage id="(p\d+)"[^>]*>(.*?)</passage>', said, re.DOTALL)
    nearest = sorted(passages, key=lambda p: -len(asked & _telling(p[1])))[:3]
    points = [{"cites": [i], "kind": "point", "text": text.strip()} for i, text in nearest]
    verdict = "answered" if points else "not_in_articles"
    return msgspec.json.encode({"verdict": verdict, "points": points}).decode()


def _telling(text: str) -> set[str]:
    return {word for word in words(text) if len(word) > 4}
