"""Who is calling."""

from __future__ import annotations

import msgspec
from litestar import Router, get

from api.guards import ANY_KEY
from api.problems import documented
from api.request import ApiRequest


class Me(msgspec.Struct, frozen=True):
    """What the presented key is and may do."""

    key_id: str
    tenant: str
    namespace: str
    permissions: tuple[str, ...]
    request_id: str


@get(
    "/me", operation_id="getMe", summary="What this key may do", responses=documented(401, 403, 500)
)
async def me(request: ApiRequest) -> Me:
    """Who this key is, and its permissions: a free test of a credential."""
    key = request.auth
    return Me(key.key_id, key.tenant, key.namespace, key.permissions, request.request_id)


access = Router("/api/v1", route_handlers=[me], opt={"permission": ANY_KEY}, tags=["access"])
