"""One JSON line per event on standard output, by structlog.

Nothing here ever writes the text of an exception, nor a library's finished sentence: both may quote
what a customer wrote. An error is its type and the places it came through, a library's warning its
template and its place.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from typing import Any

import msgspec
import structlog

_QUIET = ("httpx", "httpx2", "httpcore", "httpcore2", "openai", "pinecone")
_MAX_FRAMES = 20
_encoder = msgspec.json.Encoder(enc_hook=lambda value: type(value).__name__)


def configure_logs(level: str) -> None:
    """Set up structlog and the libraries' loggers; `level` is debug, info, warning or error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _error_without_values,
            structlog.processors.JSONRenderer(serializer=_to_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.BytesLoggerFactory(),
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
        structlog.get_logger().log(
            record.levelno,
            "library",
            logger=record.name,
            template=record.msg if record.args and isinstance(record.msg, str) else None,
            place=f"{record.pathname}:{record.lineno}",
            exc_info=record.exc_info[1] if record.exc_info else None,
        )


def error_facts(error: BaseException) -> dict[str, Any]:
    """`{error, causes, frames}` of an exception: types and places, never its text."""
    return {
        "error": _type_name(error),
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
