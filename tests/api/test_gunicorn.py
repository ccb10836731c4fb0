"""The edge under the real server: what only a server does, and what it says when it cannot start."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from data_pipeline.adapters.keys_file import KEYS_FILE, add_key, development_key

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
SECRET = "canary-4711"
ROUTE = "/api/v1/required-data"


@dataclass
class Server:
    process: subprocess.Popen[str]
    var: Path
    port: int
    key: str
    dev: str

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", headers=headers)

    def ask(self, inquiry: str, **headers: str) -> httpx.Response:
        headers = {"X-API-Key": self.key, **{k.replace("_", "-"): v for k, v in headers.items()}}
        return httpx.post(
            f"http://127.0.0.1:{self.port}{ROUTE}", json={"inquiry": inquiry}, headers=headers
        )

    def raw(self, sent: bytes) -> bytes:
        """The bytes that come back until the server closes or is silent for a second."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            connection.sendall(sent)
            got = b""
            try:
                while part := connection.recv(65_536):
                    got += part
            except TimeoutError:
                pass
            return got

    def stop(self) -> str:
        """Everything it has written, after a polite end."""
        self.process.terminate()
        self.process.wait(timeout=30)
        return end(self.process)


def launch(
    var: Path, app: str = "tests.api.served:app", **environ: str
) -> tuple[subprocess.Popen[str], int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", app],
        cwd=ROOT,
        env={
            **os.environ,
            "PORT": str(port),
            "KB_VAR": str(var),
            "KB_MAX_BODY_BYTES": "20000",
            **environ,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    return process, port


def end(process: subprocess.Popen[str]) -> str:
    """Make sure that no worker outlives its test, and give back what was written."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    output, _ = process.communicate(timeout=10)
    return output


@contextmanager
def serving(var: Path) -> Iterator[Server]:
    key = add_key(var, key_id="desk", tenant="acme", namespace="shop", permissions=["tickets"])
    dev = development_key(var, "shop")
    process, port = launch(var)
    server = Server(process, var, port, key, dev)
    try:
        wait_until_ready(server)
        yield server
    finally:
        end(process)


def wait_until_ready(server: Server) -> None:
    for _ in range(300):
        try:
            assert server.get("/ready").status_code == 200
        except httpx.TransportError:
            assert server.process.poll() is None, server.process.communicate()[0]
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("var")) as running:
        yield running


def body_of(answer: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return found


def test_it_answers(server: Server) -> None:
    """A request goes in and comes back through the whole stack, and the server hides its name."""
    response = server.ask("How?", X_Request_ID="r-1")
    assert response.status_code == 200
    assert response.json()["request_id"] == response.headers["x-request-id"] == "r-1"
    assert "server" not in response.headers


def test_head_has_no_body(server: Server) -> None:
    """Load balancers ask this way; nothing follows the headers."""
    for path in ("/health", "/ready"):
        answer = server.raw(
            f"HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        )
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"\r\n\r\n")


def test_too_large_is_refused_before_it_is_sent(server: Server) -> None:
    """Content-Length alone is enough: the client need not send a byte of its ten megabytes."""
    head = f"POST {ROUTE} HTTP/1.1\r\nHost: x\r\nX-API-Key: {server.key}\r\nContent-Length: 10000000\r\n\r\n"
    answer = server.raw(head.encode())
    assert answer.startswith(b"HTTP/1.1 413")
    assert body_of(answer)["code"] == "body_too_large"


def test_too_large_without_a_length_is_cut_off(server: Server) -> None:
    """A chunked body that passes the limit gets the same answer, and the worker lives on."""
    head = f"POST {ROUTE} HTTP/1.1\r\nHost: x\r\nX-API-Key: {server.key}\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = server.raw(
        head.encode()
        + b"3e8\r\n"
        + b"x" * 1000
        + b"\r\n"
        + (b"3e8\r\n" + b"x" * 1000 + b"\r\n") * 30
    )
    assert answer.startswith(b"HTTP/1.1 413")
    assert body_of(answer)["code"] == "body_too_large"
    assert server.ask("How?").status_code == 200


def test_a_chunked_body_that_fits_is_read(server: Server) -> None:
    """The transfer encoding makes no difference to a good request."""
    text = b'{"inquiry": "How?"}'
    head = f"POST {ROUTE} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-Key: {server.key}\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = server.raw(head.encode() + b"%x\r\n" % len(text) + text + b"\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "sent",
    [b"nonsense\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 70_000],
)
def test_what_is_not_http_hurts_nobody(server: Server, sent: bytes) -> None:
    """The connection goes, the worker stays."""
    server.raw(sent)
    assert server.get("/health").status_code == 200


def answered(sent: bytes, server: Server) -> tuple[bytes, dict[str, Any]]:
    """The status line and the problem; the request id of both is the same."""
    head, _, _ = (answer := server.raw(sent)).partition(b"\r\n\r\n")
    problem = body_of(answer)
    assert f"x-request-id: {problem['request_id']}".encode() in head
    return head.splitlines()[0], problem


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X-A: " + b"a" * 100_000,
        b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X-A: a\r\n" * 20_000 + b"\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["unfinished", "many", "long", "address"],
)
def test_an_endless_head_is_refused_before_any_key(server: Server, head: bytes) -> None:
    """Headers and address are bounded, the problem says so, and the worker lives on."""
    line, problem = answered(head, server)
    assert (line, problem["code"]) == (b"HTTP/1.1 400 Bad Request", "invalid_request")
    assert "larger than 64,000 bytes" in problem["detail"]
    assert server.get("/health", **{"X-A": "a" * 60_000}).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"FETCH /health HTTP/1.1\r\nHost: x\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX-Request-ID: r-7\r\nX-A: a\r\nbad header\r\n\r\n",
    ],
)
def test_what_cannot_be_parsed_gets_a_problem(server: Server, sent: bytes) -> None:
    """The one shape, with a request id, instead of a line of text."""
    line, problem = answered(sent, server)
    assert (line, problem["code"]) == (b"HTTP/1.1 400 Bad Request", "invalid_request")
    assert (problem["request_id"] == "r-7") is (b"r-7" in sent)


def test_a_broken_chunk_is_answered_with_the_id_of_its_request(server: Server) -> None:
    """The app has begun to read; the caller gets one answer, of the one shape."""
    head = f"POST {ROUTE} HTTP/1.1\r\nHost: x\r\nX-Request-ID: r-8\r\nX-API-Key: {server.key}\r\nTransfer-Encoding: chunked\r\n\r\n"
    _, problem = answered(head.encode() + b"zz\r\n", server)
    assert problem["request_id"] == "r-8"


def test_the_development_key_knows_a_proxy_when_it_sees_one(server: Server) -> None:
    """Direct from this machine it works; with a forwarded address, whatever it says, it does not."""
    assert server.ask("How?", X_API_Key=server.dev).status_code == 200
    for address in ("127.0.0.1", "203.0.113.9", "127.0.0.1, 203.0.113.9"):
        refused = server.ask("How?", X_API_Key=server.dev, X_Forwarded_For=address)
        assert refused.json()["code"] == "forbidden"


def test_a_new_key_works_without_a_restart(server: Server) -> None:
    """The operator makes it, and a running worker accepts it within a second or so."""
    key = add_key(
        server.var, key_id="new", tenant="acme", namespace="shop", permissions=["tickets"]
    )
    for _ in range(50):
        if server.ask("How?", X_API_Key=key).status_code == 200:
            return
        time.sleep(0.1)
    pytest.fail("the new key was not seen")


def test_requests_in_flight_are_finished(tmp_path: Path) -> None:
    """After SIGTERM the running request gets its answer, new ones are refused, and the exit is clean."""
    with serving(tmp_path) as server:
        sent = f"POST {ROUTE} HTTP/1.1\r\nHost: x\r\nX-API-Key: {server.key}\r\nContent-Length: 19\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(sent.encode() + b'{"inquiry": "slow"}')
            time.sleep(0.5)
            server.process.send_signal(signal.SIGTERM)
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        assert server.process.wait(timeout=20) == 0
        with pytest.raises(httpx.ConnectError):
            server.get("/health")


@pytest.mark.parametrize("whole_group", [True, False], ids=["ctrl-c", "master-only"])
def test_an_interrupt_ends_it_at_once(tmp_path: Path, *, whole_group: bool) -> None:
    """Ctrl-C in a terminal, or SIGINT to the master: the workers go too, and nobody is killed."""
    with serving(tmp_path) as server:
        if whole_group:
            os.killpg(server.process.pid, signal.SIGINT)
        else:
            server.process.send_signal(signal.SIGINT)
        server.process.wait(timeout=15)
        assert "SIGKILL" not in end(server.process)


def test_no_word_of_a_customer_leaves_the_server(tmp_path: Path) -> None:
    """Standard output and error of the real server, errors included, hold no marked word and no key."""
    with serving(tmp_path) as server:
        for inquiry in (SECRET, f"broken {SECRET}"):
            server.ask(inquiry, Cookie=SECRET, User_Agent=SECRET, X_Request_ID=f"{SECRET} x")
        server.ask(SECRET, X_API_Key=SECRET)
        server.get(f"/{SECRET}?{SECRET}={SECRET}")
        server.raw(f"GET /{SECRET} HTTP/1.1\r\nHost: {SECRET}\r\n{SECRET}\r\n\r\n".encode())
        server.raw(
            f"POST {ROUTE} HTTP/1.1\r\nHost: x\r\nX-API-Key: {server.key}\r\nContent-Length: 500\r\n\r\n{SECRET}".encode()
        )
        upgrade = "Connection: upgrade\r\nUpgrade: websocket\r\n"
        server.raw(f"GET /health HTTP/1.1\r\nHost: x\r\n{upgrade}\r\n".encode())
        output = server.stop()
    events = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    assert {event["event"] for event in events} == {"request", "internal_error"}
    assert len(events) == len(output.splitlines())  # not one line of text
    assert SECRET not in output
    assert server.key not in output


def test_a_start_that_fails_says_why_in_a_sentence(tmp_path: Path) -> None:
    """A broken file of keys: its name and the remedy, no traceback, and an exit code."""
    (tmp_path / KEYS_FILE).write_text("{")
    process, _ = launch(tmp_path)
    process.wait(timeout=60)
    output = end(process)
    assert process.returncode != 0
    assert f"kbgate cannot start: {tmp_path / KEYS_FILE} is not a file of API keys" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"KB_MAX_BODY_BYTES": "lots"}, "kbgate cannot start: KB_MAX_BODY_BYTES"),
        ({"PORT": "http"}, "PORT is 'http': set it to a whole number from 1 to 65535"),
        ({"PORT": "70000"}, "PORT is '70000'"),
        ({"WEB_CONCURRENCY": "0"}, "WEB_CONCURRENCY is '0'"),
    ],
)
def test_a_wrong_setting_is_one_line(tmp_path: Path, environ: dict[str, str], says: str) -> None:
    """The variable, what is wrong with it, and nothing else."""
    process, _ = launch(tmp_path, **environ)
    process.wait(timeout=60)
    output = end(process)
    assert process.returncode != 0
    assert output.startswith(says)
    assert len(output.splitlines()) == 1
