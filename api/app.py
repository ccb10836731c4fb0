"""The application, read as a list of its parts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from litestar import Litestar
from litestar.datastructures import State

from api.guards import check_key
from api.openapi import openapi_document
from api.problems import answer_problem
from api.request import ApiRequest
from api.request_log import RequestLog
from api.routes import ROUTES
from data_pipeline.errors import IndexUnavailableError
from data_pipeline.services import Services
from data_pipeline.settings import Settings

OpenServices = Callable[[Settings], AbstractAsyncContextManager[Services]]


def create_app(settings: Settings, open_services: OpenServices) -> Litestar:
    """The routes with their guard and errors; services open when a worker starts, never before."""

    @asynccontextmanager
    async def services_open(app: Litestar) -> AsyncIterator[None]:
        async with open_services(settings) as services:
            with suppress(IndexUnavailableError):  # what is wrong then is told by /ready
                await services.index.ping()  # so that no request pays for opening the store
            app.state.services = services
            yield

    return Litestar(
        route_handlers=ROUTES,
        guards=[check_key],
        exception_handlers={Exception: answer_problem},
        request_class=ApiRequest,
        request_max_body_size=settings.max_body_bytes,
        lifespan=[services_open],
        state=State({"openapi": openapi_document(), "namespace": settings.namespace}),
        openapi_config=None,  # ours needs no internet and stands in routes/ops.py
        logging_config=None,  # it would log values; see data_pipeline/logs.py
        debug=False,
    )


def create_server(settings: Settings, open_services: OpenServices) -> RequestLog:
    """What a server runs: the app with request ids and one log event per request."""
    return RequestLog(create_app(settings, open_services))
