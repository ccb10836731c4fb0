"""A request as handlers see it: who calls, the use cases, and a body read by the house's reader."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import InternalServerException

from api.problems import RefusedError
from data_pipeline.ports import ApiKey
from data_pipeline.request_body import read_request
from data_pipeline.services import Call, Services


class ApiRequest(Request[None, ApiKey, State]):
    """Litestar's request with `json` replaced, so `data` of a handler is a checked struct."""

    _warnings: tuple[str, ...] = ()

    @property
    def services(self) -> Services:
        """The use cases, as opened when the worker started."""
        services: Services = self.app.state.services
        return services

    @property
    def request_id(self) -> str:
        """The id of this request, given by the caller or made."""
        return str(self.scope["state"]["request_id"])

    @property
    def call(self) -> Call:
        """Who asks; everything in it comes from the key, nothing from the body."""
        return Call(
            request_id=self.request_id,
            tenant=self.auth.tenant,
            namespace=self.auth.namespace,
            key_id=self.auth.key_id,
            warnings=self._warnings,
        )

    async def body(self) -> bytes:
        """The raw body. An empty one comes as a blank, or Litestar would not ask for its JSON."""
        _check_media_type(self)
        try:
            return await super().body() or b" "
        except InternalServerException:
            raise RefusedError("invalid_request", "The body ended too early.") from None

    async def json(self) -> Any:
        """The body as the struct that the handler's `data` is annotated with."""
        wanted = self.route_handler.parsed_data_field
        if wanted is None:
            raise TypeError("Only a handler with `data` has a JSON body.")
        request, self._warnings = read_request(await self.body(), wanted.annotation)
        return request


def _check_media_type(request: ApiRequest) -> None:
    """JSON under any of its names, or no name at all; compressed bodies are not taken."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in {"", "identity"}:
        raise RefusedError("unsupported_media_type", "Send the body without Content-Encoding.")
    name = request.content_type[0].strip().lower()
    if name and name != "application/json" and not name.endswith("+json"):
        raise RefusedError(
            "unsupported_media_type", "Send JSON with the header Content-Type: application/json."
        )
