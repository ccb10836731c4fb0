"""Why nothing is to be done about a message: it is automatic, or it asks nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from data_pipeline.contract.requests import Ticket
from data_pipeline.engine import cues
from data_pipeline.engine.intent import matched_form
from data_pipeline.engine.questions import has_question_mark
from data_pipeline.language import fold, terms, words

_WORD: Final = re.compile(r"\w+")
_MAX_CLOSING_WORDS: Final = 25
_AUTOMATIC_HEAD: Final = 600
_YES: Final = frozenset("yes yeah yep yup sure correct exactly si claro correcto exacto".split())
_NO: Final = frozenset("no nope nah not".split())
_AUTOMATIC_HEADERS: Final = (
    *("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder", "x-mail-autoreply"),
)
_BULK: Final = frozenset({"bulk", "junk", "auto_reply", "list"})


def is_automatic(ticket: Ticket) -> bool:
    """Machine-made mail by its headers (RFC 3834, RFC 2076) or its subject."""
    headers = {k.strip().casefold(): v.strip().casefold() for k, v in ticket.headers.items()}
    return (
        _says_automatic(headers)
        or _is_bounce(headers)
        or bool(cues.AUTOMATIC_SUBJECT.match(fold(ticket.subject or "").strip()))
    )


def _says_automatic(headers: Mapping[str, str]) -> bool:
    submitted = re.match(r"[\w-]*", headers.get("auto-submitted", ""))
    return (
        bool(submitted and submitted.group() not in {"", "no"})
        or any(headers.get(name, "no") not in {"", "no", "false"} for name in _AUTOMATIC_HEADERS)
        or headers.get("precedence", "") in _BULK
    )


def _is_bounce(headers: Mapping[str, str]) -> bool:
    sender = headers.get("from", "")
    return (
        headers.get("return-path", "") == "<>"
        or headers.get("content-type", "").startswith("multipart/report")
        or "mailer-daemon" in sender
        or "postmaster@" in sender
    )


def is_automatic_text(text: str) -> bool:
    """Whether a text says of itself that nobody wrote it, and asks nothing."""
    head = fold(text[:_AUTOMATIC_HEAD])
    return bool(cues.AUTOMATIC_TEXT.search(head)) and not has_question_mark(text)


def is_closing(text: str, asked: Sequence[str] = ()) -> bool:
    """Whether a message only says thanks, or nothing at all.

    "It does not work" is a complaint, and a yes or no may answer the newest of `asked`, the
    helpdesk's messages.
    """
    said = list(words(text))
    if len(said) > _MAX_CLOSING_WORDS or has_question_mark(text):
        return False
    if cues.COMPLAINS.search(matched_form(text)) or _answers(said, asked):
        return False
    telling = [word for word in said if _tells(word)]
    # "Thanks" counts as a greeting, too, which the analyser leaves out.
    acknowledges = not cues.ACKNOWLEDGES.isdisjoint(_WORD.findall(fold(text)))
    known = cues.ACKNOWLEDGES | cues.PLEASANTRIES
    return known.issuperset(telling) and (not telling or acknowledges)


def _answers(said: Sequence[str], asked: Sequence[str]) -> bool:
    """Whether a yes or no tells something.

    A no to "Anything else?" does not, nor does a yes to "Did that help?".
    """
    question = matched_form(asked[0]) if asked else ""
    agrees, denies = not _YES.isdisjoint(said), not _NO.isdisjoint(said)
    if not asked or not has_question_mark(asked[0]):
        return False
    if cues.OFFERS_MORE.search(question):
        return agrees and not denies
    if cues.ASKS_IF_HELPED.search(question):
        return denies
    return agrees or denies


def _tells(word: str) -> bool:
    """Whether a word carries meaning in both languages that the closing words are of."""
    return bool(terms(word, "en") and terms(word, "es"))
