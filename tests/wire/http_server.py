"""A small HTTP server in a thread of its own that can misbehave on the wire.

It knows no vendor: a handler turns a `Request` into a `Reply`, and a reply says not only what is
sent but how (late, slowly, cut off, never).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Self
from urllib.parse import parse_qs, urlsplit

from tests.wire.exchange import Ending, Reply, Request
from tests.wire.fault_plan import FaultPlan

Handler = Callable[[Request], Reply]

_LARGEST_BODY = 64 * 1024 * 1024


class WireServer:
    """Serves a handler on a free port of 127.0.0.1 while its `with` block runs.

    A handler or a fault that raises drops the connection, and the `with` block ends with its error.
    """

    def __init__(self, handler: Handler, *, port: int = 0) -> None:
        self.handler = handler
        self.faults = FaultPlan()
        self.requests: list[Request] = []
        self.open_connections = 0
        self.connections = 0
        self.broken: list[Exception] = []
        self._socket = _listening_socket(port)
        self.port: int = self._socket.getsockname()[1]
        self._started = threading.Event()
        self._arrived = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="wire-server", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        """The path of every request so far."""
        return [request.path for request in self.requests]

    def sent_to(self, path: str) -> list[Request]:
        """The requests whose path contains `path`."""
        return [request for request in self.requests if path in request.path]

    def wait_for(self, number: int, seconds: float = 10.0) -> list[Request]:
        """The first so many requests, when they have come. Raises `TimeoutError`; it blocks."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.requests) >= number, seconds):
                raise TimeoutError(f"only {len(self.requests)} of {number} requests came")
            return self.requests[:number]

    def start(self) -> None:
        """Listen; returns when it does."""
        self._thread.start()
        self._started.wait()

    def stop(self) -> None:
        """Drop all connections and end the thread."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self.broken:
            raise self.broken[0]

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        tasks: set[asyncio.Task[None]] = set()

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._connection(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(connected, sock=self._socket)
        self._started.set()
        await self._stopping.wait()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_connections += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._exchange(reader, writer):
                    pass
        except Exception as error:  # noqa: BLE001 (a mistake in a fake: told when the test ends)
            self.broken.append(error)
        finally:
            self.open_connections -= 1
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its reply; whether the connection stays open."""
        request = await _read_request(reader)
        with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
        reply = self._answer(request)
        try:
            await _send(reply, writer)
        except ConnectionError:
            request.left.set()
            raise
        return await _end(reply.ending, reader, writer, request)

    def _answer(self, request: Request) -> Reply:
        rule = self.faults.take(request)
        if rule is None:
            return self.handler(request)
        fault = rule.fault
        return fault.damage(self.handler(request) if fault.executed else Reply())


def _listening_socket(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted sockets inherit it: without it every reply waits 40 ms for an acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.bind(("127.0.0.1", port))
    return listening


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    body = await reader.readexactly(min(int(headers.get("content-length", 0)), _LARGEST_BODY))
    url = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(url.query).items()}
    return Request(method, url.path, query, headers, body, time.time())


async def _send(reply: Reply, writer: asyncio.StreamWriter) -> None:
    if reply.delay:
        await asyncio.sleep(reply.delay)
    if reply.silent:
        return
    chunked = reply.events is not None
    writer.write(_head(reply, chunked=chunked))
    for piece in _pieces(reply):
        writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        await writer.drain()
        if reply.pause:
            await asyncio.sleep(reply.pause)
    if chunked and reply.ending == "keep":
        writer.write(b"0\r\n\r\n")
    await writer.drain()


def _head(reply: Reply, *, chunked: bool) -> bytes:
    length = "transfer-encoding: chunked" if chunked else f"content-length: {len(reply.body)}"
    reason = HTTPStatus(reply.status).phrase
    fields = [f"{name}: {value}" for name, value in reply.headers]
    lines = [f"HTTP/1.1 {reply.status} {reason}", length, *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _pieces(reply: Reply) -> Sequence[bytes]:
    if reply.events is not None:
        return reply.events
    body = reply.body if reply.cut is None else reply.body[: reply.cut]
    if not reply.piece:
        return [body]
    return [body[at : at + reply.piece] for at in range(0, len(body), reply.piece)]


async def _end(
    ending: Ending, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request
) -> bool:
    if ending == "hang":
        await reader.read()
        request.left.set()
    if ending == "reset":
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()
    return ending == "keep"
