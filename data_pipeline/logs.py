"""One JSON line per event on standard output, by structlog.

Nothing here ever writes the text of a foreign exception, nor a library's finished sentence: both
may quote what a customer wrote. An error is its type and the places it came through, an error of
our own also its message, which says what to do; a library's warning is its template and its place.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, BinaryIO

import msgspec
import structlog

from data_pipeline.errors import KbgateError

_QUIET = ("httpx", "httpx2", "httpcore", "httpcore2", "openai", "pinecone")
_SERVERS = ("gunicorn.error", "uvicorn.error")
_LEVELS = (logging.CRITICAL, logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG)
_MAX_FRAMES = 20
_encoder = msgspec.json.Encoder(enc_hook=lambda value: type(value).__name__)


def configure_logs(level: str, output: BinaryIO | None = None) -> None:
    """Set up structlog and the libraries' loggers; `level` is debug, info, warning or error.

    Lines go to `output`, standard output unless said.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _error_without_values,
            structlog.processors.JSONRenderer(serializer=_to_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.BytesLoggerFactory(output),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if not isinstance(h, _LibraryEvents)]
    root.addHandler(_LibraryEvents())
    for name in _QUIET:  # they log each request with its address at INFO
        logging.getLogger(name).setLevel(logging.WARNING)


class _LibraryEvents(logging.Handler):
    """Takes what libraries log through the standard library."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(Exception):  # no request fails because it could not be logged
            structlog.get_logger().log(
                _known_level(record.levelno),
                "library",
                logger=record.name,
                template=record.msg if record.args and isinstance(record.msg, str) else None,
                place=f"{record.pathname}:{record.lineno}",
                exc_info=record.exc_info[1] if record.exc_info else None,
            )


def adopt_server_logs() -> None:
    """From now on what the server says is an event too; while it starts, people read it as text."""
    for name in _SERVERS:
        logger = logging.getLogger(name)
        logger.handlers = []  # a list of its own: the server shares one among its loggers
        logger.propagate = True


def error_facts(error: BaseException) -> dict[str, Any]:
    """`{error, causes, frames}` of an exception: types and places; of our own also the `reason`."""
    ours = {"reason": _printable(str(error))} if isinstance(error, KbgateError) else {}
    return {
        "error": _type_name(error),
        **ours,
        "causes": [_type_name(cause) for cause in _causes(error)],
        "frames": [
            f"{frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]
        ],
    }


def _causes(error: BaseException) -> Sequence[BaseException]:
    """What led to `error`: members of a group and the exceptions before it, nearest first."""
    found: list[BaseException] = []
    ahead: list[BaseException | None] = [error]
    while ahead and len(found) < _MAX_FRAMES:
        current = ahead.pop(0)
        if current is None or any(current is seen for seen in found):
            continue
        found.append(current)
        members = current.exceptions if isinstance(current, BaseExceptionGroup) else ()
        ahead += [*members, current.__cause__ or current.__context__]
    return found[1:]


def _known_level(number: int) -> int:
    """The next lower level that has a name; a library may invent its own."""
    return next((level for level in _LEVELS if level <= number), logging.DEBUG)


def _printable(text: str) -> str:
    """Without half surrogates, which the name of a file may hold and JSON may not."""
    return text.encode("utf-8", "replace").decode()


def _type_name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _error_without_values(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event.update(error_facts(error))
    return event


def _to_json(event: structlog.typing.EventDict, **_: Any) -> bytes:
    return _encoder.encode(event)
