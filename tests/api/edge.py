"""A running edge over fake use cases, a memory index and a real file of keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from api.app import create_server
from api.request_log import RequestLog
from data_pipeline.adapters.keys_file import KEYS_FILE, KeysFile, add_key, development_key
from data_pipeline.articles import Chunk
from data_pipeline.services import Services
from data_pipeline.settings import Settings
from tests.fakes import EchoDesk
from tests.fakes_index import MemoryIndex

MAX_BODY = 20_000
TICKET_ROUTES = ("/api/v1/required-data", "/api/v1/generate-response")


@dataclass
class Edge:
    """The client and what stands behind it; `tickets`, `kb` and `dev` are keys."""

    http: httpx.AsyncClient
    desk: EchoDesk
    index: MemoryIndex
    tickets: str
    kb: str
    dev: str

    async def ask(
        self, body: Any = None, route: str = TICKET_ROUTES[0], **headers: str
    ) -> httpx.Response:
        """POST as the key that may; bytes and iterators go as they are, all else as JSON."""
        sent = {"X-API-Key": self.tickets, **{k.replace("_", "-"): v for k, v in headers.items()}}
        if isinstance(body, bytes | AsyncIterator):
            return await self.http.post(route, content=body, headers=sent)
        return await self.http.post(route, json=body or {"inquiry": "How?"}, headers=sent)

    async def get(self, route: str, key: str = "", **params: Any) -> httpx.Response:
        """GET as the key that may read the knowledge base."""
        return await self.http.get(route, params=params, headers={"X-API-Key": key or self.kb})


@asynccontextmanager
async def open_edge(
    var: Path, chunks: Iterable[Chunk] = (), client: tuple[str, int] = ("127.0.0.1", 5000)
) -> AsyncIterator[Edge]:
    """An edge whose callers come from the address `client`."""
    desk, index = EchoDesk(), MemoryIndex(chunks, namespace="shop")
    kind = {"tenant": "acme", "namespace": "shop"}
    tickets = add_key(var, key_id="desk", permissions=["tickets"], **kind)
    kb = add_key(var, key_id="editor", permissions=["kb"], **kind)
    dev = development_key(var, "shop")

    @asynccontextmanager
    async def open_services(_settings: Settings) -> AsyncIterator[Services]:
        yield desk.services(index, KeysFile(var / KEYS_FILE))

    server = create_server(
        Settings(var=var, namespace="shop", max_body_bytes=MAX_BODY), open_services
    )
    transport = httpx.ASGITransport(server, client=client)
    async with (
        lifespan(server),
        httpx.AsyncClient(transport=transport, base_url="http://kbgate.test") as http,
    ):
        yield Edge(http, desk, index, tickets, kb, dev)


@asynccontextmanager
async def lifespan(server: RequestLog) -> AsyncIterator[None]:
    """Start and stop `server` as a real one does. Raises `RuntimeError` with what it says."""
    to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    from_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    running = asyncio.create_task(server({"type": "lifespan"}, to_app.get, from_app.put))
    await to_app.put({"type": "lifespan.startup"})
    said = await from_app.get()
    if said["type"] != "lifespan.startup.complete":
        await running
        raise RuntimeError(said["message"])
    try:
        yield
    finally:
        await to_app.put({"type": "lifespan.shutdown"})
        await running
