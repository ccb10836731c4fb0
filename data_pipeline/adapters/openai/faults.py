"""What the SDK raises, told to the operator in one sentence.

The vendor's own sentences are never repeated: they quote requests, and some servers quote the key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import msgspec

from data_pipeline.adapters.openai.account import Account, UnusableKeyError
from data_pipeline.errors import KbgateError

if TYPE_CHECKING:
    import openai

_WORD: Final = re.compile(r"[a-z][a-z_]{1,39}")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SERVER_FAILS: Final = 500


@contextmanager
def told_as(
    raised: Callable[[str], KbgateError],
    account: Account,
    model: str,
    refused: Callable[[str], KbgateError] | None = None,
) -> Iterator[None]:
    """Turn every failure of a call into what `raised` makes of one sentence.

    `refused` makes the error where the service works but does not take this very request.
    """
    try:
        yield
    except KbgateError:
        raise
    except UnusableKeyError:
        raise raised(
            f"The API key for {account.host} holds a blank, a line break or a letter that no key "
            "has: set it again."
        ) from None
    except TimeoutError:
        raise raised(_too_slow(account)) from None
    except _sdk_errors() as error:
        make = refused if refused is not None and _is_about_content(error) else raised
        raise make(_sentence(error, account, model)) from None
    except _shape_errors() as error:
        raise raised(_wrong_shape(account, error)) from None


def names_parameter(error: openai.APIStatusError, parameter: str) -> bool:
    """Whether a request was refused for its `parameter`."""
    return error.param == parameter or (error.param is None and f"'{parameter}'" in error.message)


def _sdk_errors() -> tuple[type[Exception], ...]:
    import httpx
    import openai

    # OSError: a certificate file that is not there. ImportError: a proxy that needs more.
    vendor = (openai.OpenAIError, httpx.HTTPError, httpx.StreamError, httpx.InvalidURL)
    return (*vendor, OSError, ImportError)


def _shape_errors() -> tuple[type[Exception], ...]:
    """What reading an unexpected reply, or writing a request of odd characters, ends in."""
    return (msgspec.MsgspecError, ValueError, TypeError, AttributeError, RuntimeError)


def _is_about_content(error: Exception) -> bool:
    import openai

    refusals = (openai.BadRequestError, openai.UnprocessableEntityError)
    is_refusal = isinstance(error, refusals) or getattr(error, "status_code", 0) == 413  # noqa: PLR2004
    param = getattr(error, "param", None)
    return is_refusal and (not isinstance(param, str) or param.startswith("input"))


def _sentence(error: Exception, account: Account, model: str) -> str:
    import openai

    if isinstance(error, openai.APITimeoutError):
        return _too_slow(account)
    if isinstance(error, openai.APIStatusError):
        return _status_sentence(error, account, model)
    if isinstance(error, openai.APIConnectionError) or not isinstance(error, openai.APIError):
        return (
            f"{account.host} cannot be reached: check the network, a proxy in between, and the "
            "base URL."
        )
    return f"{account.host} broke off with an error{_details(error)}: try again."


def _status_sentence(error: openai.APIStatusError, account: Account, model: str) -> str:
    status, host = error.status_code, account.host
    details = _details(error)
    if error.code == "insufficient_quota":
        return f"The account at {host} has no credit left: add some, or raise its budget."
    if status >= _SERVER_FAILS:
        return f"{host} fails (status {status}{details}): try again later."
    remedy = _REMEDIES.get(status, _OTHER_REMEDY)
    return remedy.format(host=host, model=model, status=status, details=details)


_REMEDIES: Final = {
    401: "{host} refuses the API key (status 401{details}): set a valid one.",
    403: "The API key may not use the model {model} at {host} (status 403{details}): "
    "give its project access to it.",
    404: "{host} has no model {model} at this address (status 404{details}): "
    "check the model's name and the base URL.",
    429: "{host} is asked too much at once (status 429{details}): wait, or have the account's "
    "limits raised.",
}
_OTHER_REMEDY: Final = (
    "{host} does not take the request (status {status}{details}): check that the model {model} "
    "can do what it is used for."
)


def _details(error: Any) -> str:
    """The vendor's code and its name for the request, where they look like such."""
    code, request = getattr(error, "code", None), getattr(error, "request_id", None)
    parts = []
    if isinstance(code, str) and _WORD.fullmatch(code):
        parts.append(code)
    if isinstance(request, str) and _REQUEST_ID.fullmatch(request):
        parts.append(f"request {request}")
    return "".join(f", {part}" for part in parts)


def _too_slow(account: Account) -> str:
    return (
        f"{account.host} has not replied within {account.timeout_seconds:g} s: try again, or allow "
        "more time."
    )


def _wrong_shape(account: Account, error: Exception) -> str:
    return (
        f"{account.host} replied in a shape that is not OpenAI's ({type(error).__name__}): check "
        "that the base URL leads to such a server."
    )
