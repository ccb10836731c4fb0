"""The gunicorn worker: uvicorn inside, with the stops and limits that this service needs."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Any

from uvicorn_worker import UvicornWorker

from api.server_protocol import ServerProtocol

STOP_SECONDS = 25
"""Time for requests in flight to end; below gunicorn's graceful_timeout, or it kills first."""


class Worker(UvicornWorker):  # type: ignore[misc] # published without types
    """One event loop. The request log is our own, so the server's access log stays off."""

    CONFIG_KWARGS: dict[str, Any] = {  # noqa: RUF012 - uvicorn_worker reads it from the class
        "loop": "uvloop",
        "http": ServerProtocol,
        "ws": "none",
        "lifespan": "on",
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": STOP_SECONDS,
    }

    def handle_exit(self, _signal: int, _frame: FrameType | None) -> None:
        """On SIGQUIT (the master's answer to SIGINT) stop, which uvicorn does on SIGTERM only."""
        os.kill(os.getpid(), signal.SIGTERM)
