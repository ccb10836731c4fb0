"""Query parameters, as strict and as liberal as bodies: read before the handler's own types are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from data_pipeline.errors import FieldProblem, InvalidRequestError

_SHOWN = 80
_MOST_NAMED = 30


def check_query(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A guard, so that it comes before the types: drop empty parameters, which mean absent.

    Raises `InvalidRequestError` that names unknown and repeated ones.
    """
    pairs = parse_qsl(connection.scope["query_string"].decode("latin-1"))
    if problems := _problems(Counter(name for name, _ in pairs), _known(handler)):
        raise InvalidRequestError("Mend what `errors` names.", problems[:_MOST_NAMED])
    connection.scope["query_string"] = urlencode(pairs).encode()


def _known(handler: BaseRouteHandler) -> Collection[str]:
    """The parameters that the handler declares with a `QueryParameter`."""
    declared = handler.parsed_fn_signature.parameters
    return [
        name for name, one in declared.items() if isinstance(one.kwarg_definition, QueryParameter)
    ]


def _problems(given: Counter[str], known: Collection[str]) -> list[FieldProblem]:
    there_are = f"there are {', '.join(known)}" if known else "there are none here"
    unknown = [
        FieldProblem(name[:_SHOWN], f"unknown parameter; {there_are}")
        for name in given
        if name not in known
    ]
    repeated = [
        FieldProblem(name, "is given more than once")
        for name, times in given.items()
        if times > 1 and name in known
    ]
    return unknown + repeated
