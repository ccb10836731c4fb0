"""Where an account is reached, and the client that reaches it: opened at first use."""

from __future__ import annotations

import asyncio
import re
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl

    import httpx
    import openai

VENDOR_URL: Final = "https://api.openai.com/v1"

_MAX_CONNECTIONS: Final = 200
_KEPT_ALIVE: Final = 50
_CONNECT_SECONDS: Final = 5.0
_KEY: Final = re.compile(r"[!-~]+")
_NO_KEY: Final = "none"  # servers at home want no key, but the SDK insists on one
_NO_CREDIT: Final = b"insufficient_quota"
_TOO_MANY: Final = 429


class UnusableKeyError(Exception):
    """A key that no header can carry."""


class Account:
    """One server and the key for it. `timeout_seconds` bounds a whole call, retries included."""

    def __init__(
        self, api_key: str, base_url: str, *, timeout_seconds: float, max_retries: int
    ) -> None:
        self.host = _host(base_url)
        self.timeout_seconds = timeout_seconds
        self._key = api_key.strip() or _NO_KEY
        self._base_url = base_url
        self._max_retries = max_retries
        self._client: openai.AsyncOpenAI | None = None
        self._opening = asyncio.Lock()

    def __repr__(self) -> str:
        return f"Account(host={self.host!r})"

    @property
    def is_vendor(self) -> bool:
        """Whether this is OpenAI itself and not a server that speaks its protocol."""
        return f".{self.host}".endswith(".api.openai.com")  # a region may stand before it

    async def client(self) -> openai.AsyncOpenAI:
        """The SDK's client; the first call builds it in a thread, which takes half a second.

        Raises `UnusableKeyError`.
        """
        if not _KEY.fullmatch(self._key):
            raise UnusableKeyError
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._build)
            return self._client

    async def close(self) -> None:
        """Let go of the connections; a later call opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _build(self) -> openai.AsyncOpenAI:
        import httpx
        import openai

        client = openai.AsyncOpenAI(
            api_key=self._key,
            base_url=self._base_url,
            # Explicit: the SDK takes a client's 5 seconds for httpx's default and makes them 600.
            timeout=self.timeout_seconds,
            max_retries=self._max_retries,
            # The SDK takes httpx's client as well as that of its successor, which its types name.
            http_client=httpx.AsyncClient(  # type: ignore[arg-type]
                timeout=httpx.Timeout(self.timeout_seconds, connect=_CONNECT_SECONDS),
                limits=httpx.Limits(
                    max_connections=_MAX_CONNECTIONS, max_keepalive_connections=_KEPT_ALIVE
                ),
                follow_redirects=True,
                verify=_certificates(),
                event_hooks={"response": [self._give_up_early]},
            ),
        )
        # The SDK reads them from the environment, and would tell them to any server.
        client.organization = client.project = None
        # Reading them imports the modules behind them, here rather than in the event loop.
        _ = client.embeddings, client.responses, client.chat.completions
        return client

    async def _give_up_early(self, response: httpx.Response) -> None:
        """Have the SDK not retry what cannot end well before this call's time is over."""
        if response.status_code < 400:  # noqa: PLR2004 (the first of the errors)
            return
        waits_too_long = _retry_after(response) >= self.timeout_seconds
        if waits_too_long or (
            response.status_code == _TOO_MANY and _NO_CREDIT in await response.aread()
        ):
            response.headers["x-should-retry"] = "false"


@cache
def _certificates() -> ssl.SSLContext:
    """Read once for all accounts: it takes longer than the rest of a client."""
    import httpx

    return httpx.create_ssl_context()


def _host(url: str) -> str:
    """The name or address in `url`, without what else may stand there: a user, a password."""
    try:
        return urlsplit(url).hostname or "the configured server"
    except ValueError:
        return "the configured server"


def _retry_after(response: httpx.Response) -> float:
    """Seconds that the server asks to wait, 0 where it does not say or names a date.

    The SDK prefers the milliseconds, which some servers send alone.
    """
    milliseconds, seconds = (
        _number(response.headers.get(name)) for name in ("retry-after-ms", "retry-after")
    )
    return milliseconds / 1000 or seconds


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
