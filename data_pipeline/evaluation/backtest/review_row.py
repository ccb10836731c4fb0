"""One row of the sheet for a browser: customer, kbgate and person side by side. Pure."""

from __future__ import annotations

from html import escape
from typing import Final

from data_pipeline.contract.replies import Decision
from data_pipeline.evaluation.backtest.agreement import Agreement
from data_pipeline.evaluation.backtest.first_line import DECIDED
from data_pipeline.evaluation.backtest.past_ticket import known_text
from data_pipeline.evaluation.backtest.rows import Cited, Row

_SHORT: Final = 700
_LONGEST: Final = 50_000


def review_row(number: int, row: Row) -> str:
    """The row as an element, with every word of it escaped; `number` counts from 1."""
    shown = "answered" if row.is_answered else "other"
    return (
        f'<article class="row" tabindex="-1" id="row-{number}" data-key="{escape(row.key)}" '
        f'data-id="{escape(row.id)}" data-shown="{shown}" '
        f'data-judged="{"yes" if row.is_judgeable else "no"}">'
        f"<header>{_title(number, row)}{_marks(row)}</header>"
        f'<div class="sides">{_customer(row)}{_reply(row)}{_human(row)}</div></article>'
    )


def _title(number: int, row: Row) -> str:
    sure = "" if row.decision is Decision.IGNORE else f"{100 * row.confidence:.0f} % sure"
    return (
        f'<span class="number">{number}</span>'
        f'<span class="decision {row.decision.value}">{DECIDED[row.decision]}</span>'
        f'<span class="muted">{sure}</span>'
        f'<span class="id" title="id of the ticket">{escape(row.id[:80])}</span>'
    )


def _marks(row: Row) -> str:
    if not row.is_judgeable:
        return '<span class="muted">nothing quoted, nothing to mark</span>'
    choices = "".join(
        f'<label class="{value}"><input type="radio" name="{escape(row.key)}" value="{value}">'
        f"{value}</label>"
        for value in ("right", "wrong", "skip")
    )
    return f'<fieldset class="marks"><legend>This reply is</legend>{choices}</fieldset>'


def _customer(row: Row) -> str:
    known = known_text(row.request)
    told = f'<p class="muted">Known: {escape(known)}</p>' if known else ""
    return f"<section><h3>Customer</h3>{_words(row.question)}{told}</section>"


def _reply(row: Row) -> str:
    if row.is_answered:
        parts = [("kbgate would have sent", row.sent)]
    else:
        parts = [("kbgate would have sent", row.sent), ("Draft for the agent", row.draft)]
    texts = "".join(f"<h3>{name}</h3>{_words(text)}" for name, text in parts if text)
    reason = f'<p class="reason">{escape(row.reason)}</p>' if row.reason else ""
    quotes = "".join(map(_quote, row.citations))
    cited = f"<h4>Quoted</h4><ul>{quotes}</ul>" if quotes else ""
    nothing = "" if texts else "<h3>kbgate would have sent nothing</h3>"
    return f"<section>{nothing}{texts}{reason}{cited}</section>"


def _quote(cited: Cited) -> str:
    place = " / ".join(filter(None, (cited.title, cited.section)))
    return (
        f"<li><q>{escape(cited.quote[:_SHORT])}</q> "
        f'<cite title="{escape(cited.article_id)}">{escape(place)}</cite></li>'
    )


def _human(row: Row) -> str:
    said = _words(row.human) if row.human else '<p class="muted">no reply in the file</p>'
    return f"<section><h3>What a person replied</h3>{said}{_agreed(row.agreement)}</section>"


def _agreed(agreed: Agreement | None) -> str:
    if agreed is None:
        return ""
    differing = "".join(
        f"<li>{d.kind}: kbgate <b>{escape(d.reply)}</b>, person <b>{escape(d.human)}</b></li>"
        for d in agreed.differences
    )
    warned = f'<ul class="differ">{differing}</ul>' if differing else ""
    figures = f"{agreed.shared} of {agreed.figures} figures and " if agreed.figures else ""
    shared = f"{figures}{100 * agreed.runs:.0f} % of the wording of kbgate's reply stand here too"
    return f'{warned}<p class="muted">{shared}</p>'


def _words(text: str) -> str:
    """A text with its line breaks; a long one is folded behind its beginning."""
    if len(text) <= _SHORT:
        return f'<p class="words">{escape(text)}</p>'
    cut = " … (the whole of it stands in backtest.json)" if len(text) > _LONGEST else ""
    return (
        f'<details><summary class="words">{escape(text[:_SHORT])} …</summary>'
        f'<p class="words">{escape(text[_SHORT:_LONGEST])}{cut}</p></details>'
    )
