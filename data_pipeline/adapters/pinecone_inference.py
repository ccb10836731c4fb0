"""Models that run at Pinecone: where they are reached, and what their failures mean."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from data_pipeline.errors import KbgateError

if TYPE_CHECKING:
    from pinecone import AsyncPinecone
    from pinecone.async_client.inference import AsyncInference

VENDOR_HOST: Final = "https://api.pinecone.io"

_CONNECTIONS: Final = 100
_LONGEST_WAIT: Final = 2.0  # seconds before a retry, unless the server asks for more
_SERVER_FAILS: Final = 500
_ABOUT_TEXTS: Final = frozenset({400, 413, 422})
_TELLABLE: Final = {
    401: "Pinecone refuses the key: check PINECONE_API_KEY.",
    402: "Pinecone wants its bill settled: look into the console at app.pinecone.io.",
    403: "The Pinecone key may not use the model {model}: give it the right to, or check "
    "PINECONE_API_KEY.",
    404: "Pinecone has no model {model} at this address: check {setting} and "
    "KB_PINECONE_CONTROL_HOST.",
    429: "Pinecone is asked for {model} more often than the project may: wait a minute, and look "
    "into the project's quotas if that happens often.",
}
_REFUSED: Final = (
    "Pinecone does not take the request for {model} (status {status}): check {setting}."
)
_FAILING: Final = "Pinecone fails (status {status}): try again, and see status.pinecone.io."
_TOO_SLOW: Final = (
    "Pinecone has not replied within {seconds:g} s: try again, or allow more time in {patience}."
)
_UNREACHED: Final = "Pinecone cannot be reached: check the network, and KB_PINECONE_CONTROL_HOST."
_UNREADABLE: Final = (
    "Pinecone replied with something else than {model} gives: check {setting} and "
    "KB_PINECONE_CONTROL_HOST."
)
_NOT_INSTALLED: Final = "Pinecone needs its client, which is not installed: pip install pinecone."
_NO_KEY: Final = "Pinecone needs a key: set PINECONE_API_KEY."
_UNUSABLE: Final = (
    "The settings for Pinecone cannot be used: check PINECONE_API_KEY and KB_PINECONE_CONTROL_HOST."
)


class NoKeyError(Exception):
    """There is no key; the SDK would look for one in the environment."""


class UnreadableReplyError(Exception):
    """A reply that does not answer what was asked."""


class Inference:
    """Pinecone's models, opened at first use. `timeout_seconds` bounds a whole call.

    `setting` and `patience` name, for messages, what chooses the model and the time.
    """

    def __init__(
        self,
        api_key: str,
        control_host: str,
        *,
        model: str,
        timeout_seconds: float,
        max_retries: int,
        setting: str,
        patience: str,
    ) -> None:
        self.model = model
        self.timeout_seconds = timeout_seconds
        self.setting = setting
        self.patience = patience
        self._key = api_key.strip()
        self._host = control_host or VENDOR_HOST
        self._max_retries = max_retries
        self._client: AsyncPinecone | None = None
        self._opening = asyncio.Lock()

    async def client(self) -> AsyncInference:
        """The SDK's part for models; the first call builds it in a thread.

        Raises `NoKeyError`, and what the SDK raises.
        """
        if not self._key:
            raise NoKeyError
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._build)
            return self._client.inference

    async def close(self) -> None:
        """Let go of the connections; a later call opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    @contextmanager
    def told_as(
        self,
        raised: Callable[[str], KbgateError],
        refused: Callable[[str], KbgateError] | None = None,
    ) -> Iterator[None]:
        """Turn every failure of a call into what `raised` makes of one sentence.

        `refused` is for one that is about the texts that were sent. The vendor's own error is left
        behind: it can hold the request, and so customers' words.
        """
        try:
            yield
        except Exception as error:  # noqa: BLE001 (httpx's and the loop's failures come through)
            is_about_texts = getattr(error, "status_code", None) in _ABOUT_TEXTS
            made = refused if refused and is_about_texts else raised
            raise made(self._sentence(error)) from None

    def _build(self) -> AsyncPinecone:
        from pinecone import AsyncPinecone, RetryConfig

        client = AsyncPinecone(
            self._key,
            host=self._host,
            timeout=self.timeout_seconds,
            connection_pool_maxsize=_CONNECTIONS,
            retry_config=RetryConfig(max_retries=self._max_retries, max_wait=_LONGEST_WAIT),
            source_tag="kbgate",
        )
        # Reading it imports the module behind it, here rather than in the event loop.
        _ = client.inference
        return client

    def _sentence(self, error: Exception) -> str:
        status = getattr(error, "status_code", None)
        template = _by_status(status) if isinstance(status, int) else _by_kind(error)
        return template.format(
            model=self.model,
            status=status,
            setting=self.setting,
            seconds=self.timeout_seconds,
            patience=self.patience,
        )


def _by_status(status: int) -> str:
    return _TELLABLE.get(status) or (_FAILING if status >= _SERVER_FAILS else _REFUSED)


def _by_kind(error: Exception) -> str:
    match error:
        case NoKeyError():
            return _NO_KEY
        case UnreadableReplyError():
            return _UNREADABLE
        case ImportError():
            return _NOT_INSTALLED
        case TimeoutError():  # the SDK's own is one, too
            return _TOO_SLOW
    from pinecone.errors import exceptions as sdk

    if isinstance(error, sdk.ResponseParsingError):
        return _UNREADABLE
    return _UNUSABLE if isinstance(error, ValueError | TypeError) else _UNREACHED


def sendable(text: str, most_characters: int) -> str:
    """The beginning of `text`, without half characters; a blank for an empty one."""
    cut = text[:most_characters]
    whole = cut if cut.isascii() else cut.encode("utf-8", "replace").decode()
    return whole if whole.strip() else " "
