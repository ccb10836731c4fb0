"""Past tickets out of CSV: a header that names the columns, one ticket per row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from data_pipeline.engine.mail.html import html_to_text
from data_pipeline.errors import ArticleSourceError
from data_pipeline.evaluation.backtest.columns import (
    ID,
    INQUIRY,
    REPLY,
    SUBJECT,
    TOPIC,
    find_columns,
    listed,
)
from data_pipeline.evaluation.backtest.delimited import read_cells
from data_pipeline.evaluation.backtest.past_ticket import PastTicket, Unreadable, with_subject

_HTML: Final = re.compile(r"<(?:p|div|br|html|body|span|table|ul|ol)\b[^<>]{0,300}>", re.IGNORECASE)
_SEVERAL: Final = re.compile(r"\s*[;|]\s*")


def read_csv_tickets(path: Path, chosen: Mapping[str, str]) -> Iterator[PastTicket | Unreadable]:
    """The tickets of the file at `path`, one by one.

    Raises `ArticleSourceError` where no column holds questions, `KbgateError` where a `chosen` one
    is missing.
    """
    rows = read_cells(path, lambda header: len(find_columns(header, {})))
    first = next(rows, None)
    if first is None:
        raise ArticleSourceError(str(path), "it is empty; give a header and a ticket per row.")
    columns = find_columns(first.cells, chosen)
    if INQUIRY not in columns:
        cause = (
            "no column holds what customers wrote; name it with --column inquiry=NAME (subjects "
            f"alone ask too little). There are {listed(first.cells)}."
        )
        raise ArticleSourceError(str(path), cause)
    for row in rows:
        yield _ticket(f"line {row.line}", row.cells, columns)


def _ticket(
    place: str, cells: Sequence[str], columns: Mapping[str, int]
) -> PastTicket | Unreadable:
    told = {
        part: cells[position].strip() for part, position in columns.items() if position < len(cells)
    }
    text, subject = readable(told.get(INQUIRY, "")), told.get(SUBJECT, "")
    if not text and not subject:
        return Unreadable(place, "the customer's text is empty")
    return PastTicket(
        place=place,
        id=told.get(ID, ""),
        request=_request(subject, text, told),
        human_reply=readable(told.get(REPLY, "")),
    )


def _request(subject: str, text: str, told: Mapping[str, str]) -> dict[str, Any]:
    request: dict[str, Any] = with_subject(subject, text) if text else {"inquiry": subject}
    if told.get(TOPIC):
        request["topic"] = told[TOPIC]
    for part, value in told.items():
        whole, dot, key = part.partition(".")
        if dot and value:
            several = [one for one in _SEVERAL.split(value) if one]
            nested: dict[str, Any] = request.setdefault(whole, {})
            nested[key] = several if whole == "scope" else value
    return request


def readable(text: str) -> str:
    """`text` without the tags of a mail, where it has any."""
    return html_to_text(text).strip() if _HTML.search(text) else text.strip()
