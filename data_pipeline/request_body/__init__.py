"""From the bytes of a request to a frozen struct of the contract, liberal where it harms nobody.

`null` and `""` mean absent everywhere, also as items of a list. Unknown fields are an error, but
inside `ticket` and `conversation`, whose keys are a helpdesk's own, they are ignored with a
warning. `ticket_spellings` says what else is read in a ticket.
"""

from __future__ import annotations

import codecs
from collections.abc import Collection
from typing import TypeVar

import msgspec

from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.errors import FieldProblem, InvalidRequestError
from data_pipeline.request_body.notes import MAX_NAMED, Notes, described
from data_pipeline.request_body.typed import DEPTH_RULE, read_struct

__all__ = ["read_request"]

_Request = TypeVar("_Request", bound=RequiredDataRequest)


def read_request(raw: bytes, kind: type[_Request]) -> tuple[_Request, tuple[str, ...]]:
    """The request that `raw` holds as JSON, and warnings about what was ignored in it.

    Raises `InvalidRequestError` that names every bad field; texts of any length are accepted.
    """
    notes = Notes()
    request = read_struct(kind, _decoded(raw), "", notes)
    if notes.problems:
        raise InvalidRequestError(_detail(notes.bad_fields), notes.problems)
    if not _has_text(request):
        raise InvalidRequestError(
            "There is nothing to answer: give `inquiry` or `ticket`, with text.",
            [
                FieldProblem(name, "give `inquiry` or `ticket`, with text")
                for name in ("inquiry", "ticket")
            ],
        )
    return request, _warnings(notes.ignored)


def _decoded(raw: bytes) -> object:
    text = raw.removeprefix(codecs.BOM_UTF8)
    if not text.strip():
        raise InvalidRequestError(
            "The body is empty: send a JSON object with `inquiry` or `ticket`."
        )
    try:
        value = msgspec.json.decode(text)
    except UnicodeDecodeError as error:
        raise InvalidRequestError(
            f"The body is not UTF-8 (near byte {error.start} of a text): encode it as UTF-8."
        ) from None
    except RecursionError:
        raise InvalidRequestError(f"The body is nested too deep: {DEPTH_RULE}.") from None
    except msgspec.DecodeError as error:
        raise InvalidRequestError(
            f"The body is not valid JSON ({error}): send one JSON object, without NaN, Infinity "
            "or half surrogates."
        ) from None
    if not isinstance(value, dict):
        raise InvalidRequestError(
            f"The body is {described(value)}: send a JSON object with `inquiry` or `ticket`."
        )
    return value


def _has_text(request: RequiredDataRequest) -> bool:
    texts = [request.inquiry]
    if ticket := request.ticket:
        texts += [ticket.subject, ticket.body]
        texts += [text for message in ticket.messages for text in (message.text, message.html)]
    return any(text and text.strip() for text in texts)


def _warnings(ignored: Collection[str]) -> tuple[str, ...]:
    if not ignored:
        return ()
    names = ", ".join(list(ignored)[:MAX_NAMED])
    more = f" and {len(ignored) - MAX_NAMED} more" if len(ignored) > MAX_NAMED else ""
    return (f"Unknown keys were ignored: {names}{more}.",)


def _detail(bad_fields: int) -> str:
    if bad_fields > MAX_NAMED:
        return f"{bad_fields} fields are wrong; the first {MAX_NAMED} are named in `errors`."
    fields = "One field is" if bad_fields == 1 else f"{bad_fields} fields are"
    return f"{fields} wrong: mend what `errors` names and send the request again."
