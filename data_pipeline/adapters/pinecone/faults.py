"""What the SDK raises, told to the operator in one sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from data_pipeline.adapters.pinecone.documents import UnreadableError
from data_pipeline.adapters.pinecone.published import (
    DamagedCatalogueError,
    LostError,
    OtherAnalyserError,
    OtherReleaseError,
)
from data_pipeline.errors import IndexUnavailableError

NOT_FOUND: Final = 404
CONFLICT: Final = 409
REFUSED: Final = frozenset({400, 413, 422})
"""What Pinecone answers when it does not want the very documents that it was sent."""

_SERVER_ERROR: Final = 500
_KEY: Final = "Pinecone refuses the key: check PINECONE_API_KEY, and that it may {0}."
_BY_STATUS: Final = {
    401: _KEY.format("be used for this project"),
    402: "Pinecone wants its bill settled: look into the console at app.pinecone.io.",
    403: _KEY.format("read and write this index"),
    NOT_FOUND: "Pinecone has no such index: run `python -m scripts.setup_index`, and check "
    "KB_PINECONE_INDEX and KB_PINECONE_HOST.",
    429: "Pinecone has too many requests at the moment: try again in a minute, and look into the "
    "quotas of the project if that happens often.",
}
_REFUSED: Final = (
    "Pinecone does not take the request (status {0}): check with `python -m scripts.setup_index` "
    "that the index is one for kbgate."
)
_FAILING: Final = "Pinecone fails (status {0}): try again, and see status.pinecone.io."
_BROKEN: Final[dict[type[Exception], str]] = {
    DamagedCatalogueError: "The catalogue of this namespace at Pinecone is damaged: load the "
    "articles again, which mends it.",
    OtherReleaseError: "This namespace at Pinecone was written by another release of kbgate: "
    "choose another KB_NAMESPACE, and load the articles into it.",
    OtherAnalyserError: "This namespace at Pinecone was written by a release of kbgate that "
    "divides text into words in another way: load the articles again, which brings it up to date.",
    LostError: "The catalogue of this namespace at Pinecone was there and is gone: load all "
    "articles again.",
    UnreadableError: "A document of this namespace at Pinecone is gone or cannot be read: run this "
    "again, and if that does not help, choose another KB_NAMESPACE and load the articles into it.",
}


@contextmanager
def as_unavailable() -> Iterator[None]:
    """Turn every failure of Pinecone into an `IndexUnavailableError`.

    The vendor's own error is left behind: it can hold the request, and so customers' words.
    """
    try:
        yield
    except IndexUnavailableError:
        raise
    except tuple(_BROKEN) as error:
        raise IndexUnavailableError(_BROKEN[type(error)]) from None
    except TimeoutError:
        raise IndexUnavailableError(
            "Pinecone does not answer in time, or asks to wait for longer than that: try again; if "
            "it happens often, raise KB_SEARCH_TIMEOUT_SECONDS or look into the project's quotas."
        ) from None
    except Exception as error:
        told = _told(error)
        if told is None:
            raise
        raise IndexUnavailableError(told) from None


def status_of(error: Exception) -> int | None:
    """The HTTP status that an error of the SDK stands for."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _told(error: Exception) -> str | None:
    """What an error of the SDK means, or None for one that is not the SDK's."""
    from pinecone.errors import exceptions as sdk  # whose import takes a while

    if not isinstance(error, sdk.PineconeError):
        return None
    status = status_of(error)
    if status is not None:
        return _BY_STATUS.get(status) or (_FAILING if status >= _SERVER_ERROR else _REFUSED).format(
            status
        )
    if isinstance(error, sdk.PineconeConnectionError):
        return (
            "Pinecone cannot be reached: check the network, and KB_PINECONE_HOST and "
            "KB_PINECONE_CONTROL_HOST where they are set."
        )
    if isinstance(error, sdk.ResponseParsingError):
        return "Pinecone answers with something that cannot be read: check KB_PINECONE_HOST."
    return "The settings for Pinecone cannot be used: check PINECONE_API_KEY and KB_PINECONE_HOST."
