"""All routes of the service."""

from __future__ import annotations

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from api.routes.access import access
from api.routes.knowledge import knowledge
from api.routes.ops import ops
from api.routes.stream import stream
from api.routes.tickets import tickets

ROUTES: Sequence[ControllerRouterHandler] = (tickets, stream, knowledge, access, ops)
