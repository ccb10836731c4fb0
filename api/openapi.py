"""The OpenAPI document: made from the routes, without settings, services or a running app."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, License, SecurityScheme, Tag
from litestar.response import Stream
from litestar.routes import HTTPRoute

from api import __version__
from api.problems import CODES, ProblemDetails
from api.request import ApiRequest
from api.routes import ROUTES
from data_pipeline.contract.replies import GenerateResponseReply
from data_pipeline.contract.stream import EVENTS

_Schemas = dict[str, Any]
_PREFIX = "/api/v1"


@cache
def openapi_document() -> bytes:
    """The document as JSON; the same bytes for the same code."""
    described = Litestar(
        route_handlers=ROUTES,
        request_class=ApiRequest,
        openapi_config=_config(),
        logging_config=None,
    )
    document = described.openapi_schema.to_schema()
    # Litestar's own schemas lose bounds, docstrings and the ban on unknown fields. The types are
    # msgspec's, and so is their exact description.
    document["components"]["schemas"] = _schemas(_handlers(described))
    _describe_streams(document, _handlers(described))
    return msgspec.json.encode(document)


def _handlers(app: Litestar) -> Sequence[HTTPRouteHandler]:
    routes = (route for route in app.routes if isinstance(route, HTTPRoute))
    handlers = (handler for route in routes for handler in route.route_handlers)
    return [handler for handler in handlers if handler.resolve_include_in_schema()]


def _describe_streams(document: dict[str, Any], handlers: Iterable[HTTPRouteHandler]) -> None:
    """What the events of a stream carry; Litestar describes a stream as any JSON."""
    names = [kind.__name__ for kind in (*EVENTS, GenerateResponseReply, ProblemDetails)]
    data = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names]}
    for handler in handlers:
        if handler.parsed_return_field.annotation is Stream:
            for path in handler.paths:
                operation = document["paths"][f"{_PREFIX}{path}"]["post"]
                operation["responses"]["200"]["content"] = {"text/event-stream": {"schema": data}}


def _schemas(handlers: Sequence[HTTPRouteHandler]) -> _Schemas:
    bodies = (handler.parsed_data_field for handler in handlers)
    requests = _components(body.annotation for body in bodies if body is not None)
    returned = (handler.parsed_return_field.annotation for handler in handlers)
    replies = _components([*(kind for kind in returned if kind is not Stream), *EVENTS])
    problem = _components([ProblemDetails])
    return dict(sorted({**requests, **_always_whole({**replies, **problem})}.items()))


def _components(kinds: Iterable[type]) -> _Schemas:
    found = dict.fromkeys(kinds)
    _, schemas = msgspec.json.schema_components(found, ref_template="#/components/schemas/{name}")
    for schema in schemas.values():
        if "enum" in schema:
            schema["type"] = "string"
    return schemas


def _always_whole(schemas: _Schemas) -> _Schemas:
    """Replies leave no field out, so what has a default in the code is there all the same."""
    for schema in schemas.values():
        for name, field in schema.get("properties", {}).items():
            if "default" in field:
                del field["default"]
                schema["required"].append(name)
    return schemas


def _config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="kbgate",
        version=__version__,
        description=_description(),
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        components=Components(
            security_schemes={
                "key": SecurityScheme(type="apiKey", name="X-API-Key", security_scheme_in="header"),
                "bearer": SecurityScheme(type="http", scheme="bearer"),
            }
        ),
        security=[{"key": []}, {"bearer": []}],
        tags=[
            Tag("tickets", "What a ticket needs, and what can be answered"),
            Tag("knowledge", "What the knowledge base holds"),
            Tag("access", "Who is calling"),
            Tag("operation", "Health and readiness; no key needed"),
        ],
        use_handler_docstrings=True,
    )


def _description() -> str:
    codes = (
        f"| {code.status} | `{name}` | {code.title} | {'yes' if code.retryable else 'no'} |"
        for name, code in CODES.items()
    )
    return f"{_INTRODUCTION}\n" + "\n".join(codes)


_INTRODUCTION = """\
Stands between a support team's knowledge base and its tickets: says which facts a ticket still \
needs, and answers it from the knowledge base or escalates it.

**Keys.** Send `X-API-Key: <key>` or `Authorization: Bearer <key>`. The key decides the namespace; \
nothing in a body can.

**Requests** are JSON in UTF-8. `null` and `""` mean absent, everywhere. An unknown field is an \
error; inside `ticket` unknown keys are ignored and named in `warnings`, ids may be numbers, \
`headers` may hold lists, and `cc` may hold objects with an `email`.

**Request ids.** `X-Request-ID` is taken from the request when it matches \
`[A-Za-z0-9._:-]{1,128}`, else made; it comes back in the header and in the body.

**Errors** have one shape, `ProblemDetails`; `detail` says what to do next, `errors` names every \
bad field. They come as `application/json` unless `Accept` names `application/problem+json`.

| status | code | meaning | worth a retry |
| --- | --- | --- | --- |"""


if __name__ == "__main__":
    _readable = msgspec.json.format(openapi_document(), indent=2)
    Path(sys.argv[1]).write_bytes(_readable + b"\n")
