"""The sheet for a browser: one page that asks nothing of the network. Pure.

Tickets are hostile: all their words are escaped, and the page runs its own script only, by its
hash. What is marked stays in the browser until it is downloaded.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from importlib import resources
from typing import Any, Final

import msgspec

from data_pipeline.evaluation.backtest.first_line import first_line, what_it_rests_on
from data_pipeline.evaluation.backtest.review_row import review_row
from data_pipeline.evaluation.backtest.risk import RISKIEST
from data_pipeline.evaluation.backtest.rows import Backtest, Row
from data_pipeline.evaluation.labels import Label

MOST: Final = 2_000
"""Rows on the page; beyond it the CSV has the rest."""
_PACKAGE: Final = "data_pipeline.evaluation.backtest"


def review_html(backtest: Backtest) -> Iterator[bytes]:
    """The page, part by part."""
    rows = backtest.rows[:MOST]
    yield (_head() + _opening(backtest)).encode()
    risky = sum(row.is_answered for row in rows[:RISKIEST])
    if risky:
        yield f"<h2>The riskiest {risky}</h2>".encode()
    for number, row in enumerate(rows, 1):
        if number == risky + 1:
            yield (b"<h2>All others</h2>" if risky else b"<h2>All tickets</h2>")
        yield review_row(number, row).encode("utf-8", "replace")
    yield b'</main><script type="application/json" id="labels">'
    yield _embedded(rows)
    yield f"</script><script>{_text('review.js')}</script></body></html>".encode()


def label_of(row: Row, *, right: bool) -> Label:
    """A marked row as a calibration reads it."""
    return Label(
        id=row.id,
        request=row.request,
        article_id=row.article_id,
        quotes=tuple(cited.quote for cited in row.citations),
        right=right,
    )


def _text(name: str) -> str:
    return resources.files(_PACKAGE).joinpath(name).read_text("utf-8")


def _head() -> str:
    digest = base64.b64encode(hashlib.sha256(_text("review.js").encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>kbgate: backtest</title><style>{_text('review.css')}</style></head>"
    )


def _opening(backtest: Backtest) -> str:
    return (
        f"<body><main><h1>{escape(first_line(backtest))}</h1>"
        f'<p class="lead">{escape(what_it_rests_on(backtest))}</p>{_guide()}'
        f"{_missing(len(backtest.rows), backtest.left_out)}{_bar()}"
    )


def _missing(rows: int, left_out: int) -> str:
    """What the page does not show."""
    told = []
    if rows > MOST:
        told.append(f"This page holds the first {MOST:,} of {rows:,} rows; review.csv holds all.")
    if left_out:
        told.append(f"Entries of the file left out, as no ticket could be read: {left_out:,}.")
    return f'<p class="muted">{" ".join(told)}</p>' if told else ""


def _guide() -> str:
    return (
        '<p class="muted">Mark each reply: is what it says to this customer right, and does it '
        "answer the question? Drafts that were not sent count too: they show how sure kbgate must "
        "be before a reply may go out. Keys: <kbd>j</kbd> next, <kbd>k</kbd> back, <kbd>r</kbd> "
        "right, <kbd>w</kbd> wrong, <kbd>s</kbd> skip. Nothing leaves this page until you download "
        "it. It holds customers' words: do not pass it on.</p>"
    )


def _bar() -> str:
    choices = (("all", "All"), ("answered", "Answered"), ("other", "Not answered"))
    options = "".join(f'<option value="{value}">{words}</option>' for value, words in choices)
    return (
        '<div class="bar" role="toolbar" aria-label="Marks">'
        '<strong id="count" aria-live="polite"></strong>'
        '<progress id="done" value="0" max="1" aria-label="Rows marked"></progress>'
        f'<label>Show <select id="show">{options}</select></label>'
        '<label><input type="checkbox" id="open"> unmarked only</label>'
        '<button type="button" id="csv">Marks as CSV</button>'
        '<button type="button" id="jsonl">Labels for calibrate</button></div>'
        '<noscript><p class="warning">This page needs its script to mark rows; or mark them in '
        'review.csv.</p></noscript><p class="warning" id="volatile" hidden>This browser keeps '
        "nothing for this page: download the marks before you close it.</p>"
    )


def _embedded(rows: Sequence[Row]) -> bytes:
    """What the script needs for labels; no sign in it can end the element that it stands in."""
    labels: dict[str, Any] = {
        row.key: msgspec.to_builtins(label_of(row, right=True)) for row in rows if row.is_judgeable
    }
    raw = msgspec.json.encode(labels)
    for sign, name in ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026")):
        raw = raw.replace(sign, name)
    return raw
