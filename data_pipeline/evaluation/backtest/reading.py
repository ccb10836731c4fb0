"""Past tickets out of a file: JSON or CSV, told apart by how it opens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from data_pipeline.errors import ArticleSourceError
from data_pipeline.evaluation.backtest.csv_tickets import read_csv_tickets
from data_pipeline.evaluation.backtest.json_tickets import read_json_tickets
from data_pipeline.evaluation.backtest.past_ticket import PastTicket, Unreadable

_ENOUGH: Final = 64
_OTHER: Final = ((b"PK\x03\x04", "a packed file or workbook"), (b"\x1f\x8b", "a gzipped file"))
_JSON: Final = re.compile(rb"^(?:\xef\xbb\xbf)?\s*[{\[]")


def read_past_tickets(path: Path, chosen: Mapping[str, str]) -> Iterator[PastTicket | Unreadable]:
    """The tickets of the file at `path`, one by one; `chosen` are names of columns by part.

    Raises `ArticleSourceError` where the file is of another kind, and `KbgateError`.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_ENOUGH)
    except OSError as error:
        raise ArticleSourceError(str(path), f"cannot be read ({error.strerror})") from None
    for sign, kind in _OTHER:
        if start.startswith(sign):
            cause = f"it is {kind}; unpack it, or save it as CSV, and give that."
            raise ArticleSourceError(str(path), cause)
    read = read_json_tickets if _JSON.match(start) else read_csv_tickets
    return read(path, chosen)
