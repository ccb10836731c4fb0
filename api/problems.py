"""Every error becomes one problem (RFC 9457) shape, here and nowhere else.

`type` is `/docs#<code>`: the documentation page describes each code. A problem is sent as
`application/json`, which every automation tool parses, unless the caller's `Accept` names
`application/problem+json`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import ResponseSpec
from litestar.routes import HTTPRoute

from data_pipeline.errors import (
    DeadlineExceededError,
    EmbedderUnavailableError,
    FieldProblem,
    IndexUnavailableError,
    InvalidRequestError,
    ModelUnavailableError,
    UnknownScopeKeyError,
)
from data_pipeline.request_body.typed import in_json_words

AnyRequest = Request[Any, Any, Any]
PROBLEM_JSON = "application/problem+json"
_log = structlog.get_logger()


class Code(msgspec.Struct, frozen=True):
    """What a code means: its status, a title that never changes, and whether to try again."""

    status: int
    title: str
    retryable: bool = False


CODES: Mapping[str, Code] = {
    "invalid_request": Code(400, "The request is not valid"),
    "unknown_scope_key": Code(400, "The scope names a key that is not configured"),
    "missing_api_key": Code(401, "No API key was sent"),
    "unknown_api_key": Code(401, "The API key is not known"),
    "forbidden": Code(403, "The API key does not permit this"),
    "not_found": Code(404, "There is nothing at this address"),
    "method_not_allowed": Code(405, "This address does not take this method"),
    "body_too_large": Code(413, "The body is too large"),
    "unsupported_media_type": Code(415, "The body is not JSON"),
    "unsupported_document": Code(415, "The body is not a document that can be read"),
    "internal_error": Code(500, "The service made a mistake", retryable=True),
    "embedder_unavailable": Code(503, "Texts cannot be embedded", retryable=True),
    "index_unavailable": Code(503, "The knowledge base cannot be read", retryable=True),
    "model_unavailable": Code(503, "There is no answer model", retryable=True),
    "deadline_exceeded": Code(504, "There was not enough time", retryable=True),
}


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True):
    """An error as a caller reads it; `detail` says what to do next, `errors` names bad fields."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    retryable: bool
    request_id: str
    errors: tuple[FieldProblem, ...] = ()


class RefusedError(Exception):
    """What the edge itself refuses: a code of the table and what to do next."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class _Finding(msgspec.Struct, frozen=True):
    code: str
    detail: str
    errors: Sequence[FieldProblem] = ()


_MISTAKE = _Finding(
    "internal_error", "Try again; if it fails again, give the operator this request_id."
)
_BY_KIND = (
    (
        EmbedderUnavailableError,
        _Finding("embedder_unavailable", "Nothing was changed: try again shortly."),
    ),
    (
        IndexUnavailableError,
        _Finding(
            "index_unavailable",
            "Try again shortly; GET /ready answers 200 as soon as it can be read again.",
        ),
    ),
    (
        ModelUnavailableError,
        _Finding("model_unavailable", "Send options.mode auto or extractive, or try again later."),
    ),
    (
        DeadlineExceededError,
        _Finding("deadline_exceeded", "Raise options.deadline_ms, or try again."),
    ),
)
_BY_STATUS = {
    400: _Finding("invalid_request", "The request cannot be understood: check its headers."),
    404: _Finding("not_found", "GET /docs lists the addresses of this service."),
    405: _Finding("method_not_allowed", "The header Allow names the methods of this address."),
    413: _Finding("body_too_large", "Send less, or ask the operator to raise KB_MAX_BODY_BYTES."),
}


def answer_problem(request: AnyRequest, error: Exception) -> Response[ProblemDetails]:
    """The reply to `error`."""
    told = logged_problem(error, _request_id(request))
    return Response(
        told,
        status_code=told.status,
        media_type=media_type(request.headers.get("accept", "")),
        headers=_headers(request, told.status),
    )


def logged_problem(error: Exception, request_id: str) -> ProblemDetails:
    """The body for `error`; what nobody expected, or an operator must mend, is logged."""
    finding = _find(error)
    told = problem(finding.code, finding.detail, request_id, finding.errors)
    if told.status >= 500:  # noqa: PLR2004
        _log.error(finding.code, exc_info=error)
    return told


def problem(
    code: str, detail: str, request_id: str, errors: Sequence[FieldProblem] = ()
) -> ProblemDetails:
    """The body of an error with a code of the table."""
    meaning = CODES[code]
    return ProblemDetails(
        type=f"/docs#{code}",
        title=meaning.title,
        status=meaning.status,
        detail=detail,
        code=code,
        retryable=meaning.retryable,
        request_id=request_id,
        errors=tuple(errors),
    )


def mistake(request_id: str) -> ProblemDetails:
    """The body for what nobody expected."""
    return problem(_MISTAKE.code, _MISTAKE.detail, request_id)


def media_type(accept: str) -> str:
    """The type that a problem is sent as, by the header `Accept`."""
    ranges = accept.lower().split(",")
    named = any(one.split(";")[0].strip() == PROBLEM_JSON for one in ranges)
    return PROBLEM_JSON if named else "application/json"


def documented(*statuses: int) -> dict[int, ResponseSpec]:
    """What a route's documentation says on errors: per status its codes, all of one shape."""
    codes = {
        status: [name for name, code in CODES.items() if code.status == status]
        for status in statuses
    }
    return {
        status: ResponseSpec(
            ProblemDetails, description=" or ".join(names), generate_examples=False
        )
        for status, names in codes.items()
    }


def _find(error: Exception) -> _Finding:
    """What to say about `error`; only errors of our own speak for themselves."""
    if isinstance(error, RefusedError):
        return _Finding(error.code, error.detail)
    if isinstance(error, InvalidRequestError):
        unknown_key = isinstance(error, UnknownScopeKeyError)
        code = "unknown_scope_key" if unknown_key else "invalid_request"
        return _Finding(code, str(error), error.problems)
    if isinstance(error, ValidationException):
        return _Finding("invalid_request", "Mend what `errors` names.", _parameters(error))
    if isinstance(error, HTTPException):
        return _BY_STATUS.get(error.status_code, _MISTAKE)
    return next((finding for kind, finding in _BY_KIND if isinstance(error, kind)), _MISTAKE)


def _parameters(error: ValidationException) -> Sequence[FieldProblem]:
    """The parameters of the address that did not fit; their values are not repeated."""
    found = error.extra if isinstance(error.extra, list) else []
    return [
        FieldProblem(str(one.get("key", "")), in_json_words(str(one.get("message", ""))))
        for one in found
    ]


def _headers(request: AnyRequest, status: int) -> dict[str, str]:
    if status == 401:  # noqa: PLR2004
        return {"WWW-Authenticate": 'Bearer realm="kbgate"'}
    if status == 405:  # noqa: PLR2004
        return {"Allow": ", ".join(sorted(_allowed(request)))}
    return {}


def _allowed(request: AnyRequest) -> set[str]:
    """Methods of the address; Litestar does not say which route it was that lacked the method."""
    asked = [part for part in request.scope["path"].split("/") if part]
    methods = {
        str(method)
        for route in request.app.routes
        if isinstance(route, HTTPRoute) and _leads_to(route, asked)
        for method in route.methods
    }
    return methods | {"HEAD"} if "GET" in methods else methods


def _leads_to(route: HTTPRoute, asked: Sequence[str]) -> bool:
    parts = route.path_components
    return len(parts) == len(asked) and all(
        part == given or not isinstance(part, str) for part, given in zip(parts, asked, strict=True)
    )


def _request_id(request: AnyRequest) -> str:
    return str(request.scope["state"].get("request_id", ""))
