"""Newest customer text out of a request, and what kind of message it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from data_pipeline.contract.requests import (
    MAX_INQUIRY,
    GenerateResponseRequest,
    Message,
    RequiredDataRequest,
    Ticket,
)
from data_pipeline.engine import cues
from data_pipeline.engine.mail_text import html_to_text, newest_part
from data_pipeline.language import detect, fold, split_sentences, terms, words

_MAX_QUESTIONS: Final = 5
_MIN_QUESTION_TERMS: Final = 2
_MAX_CLOSING_WORDS: Final = 25
_SHORT_ANSWER: Final = 12
_REPLY_PREFIX: Final = re.compile(r"^(?:\s*(?:re|fwd?|rv|aw|wg)\s*:\s*)+", re.IGNORECASE)


class Intent(msgspec.Struct, frozen=True):
    """What the customer wants, as far as the words tell.

    `verdict`: a ruling on their own case. `possible`: a bare "can I", which may mean that or the
    rule as such.
    """

    verdict: bool = False
    possible: bool = False
    execution: bool = False
    how: bool = False
    price: bool = False
    time: bool = False
    person: bool = False


class Inquiry(msgspec.Struct, frozen=True, kw_only=True):
    """A request, read as a person would.

    `text` is the newest customer text; `messages` all that the customer wrote, newest first;
    `asked` what the helpdesk or the bot wrote, newest first; `silent` says why nothing is to be
    done, or is None. `private` forbids facts about the customer in customer text.
    """

    text: str
    subject: str
    statements: str
    language: str | None
    questions: tuple[str, ...]
    intent: Intent
    messages: tuple[str, ...]
    asked: tuple[str, ...]
    context: tuple[str, ...]
    silent: str | None = None
    truncated: bool = False
    private: bool = True


def read_inquiry(request: RequiredDataRequest) -> Inquiry:
    """Everything that the engine needs to know of a request's text."""
    ticket = request.ticket or Ticket()
    turns = _turns(request, ticket)
    newest = request.inquiry or _newest_burst(turns) or newest_part(_as_text(ticket.body))
    subject = _REPLY_PREFIX.sub("", ticket.subject or "").strip()
    text = _condense(newest or ("" if turns else subject))
    earlier = tuple(t for who, t in reversed(turns) if who == "customer" and t != newest)
    asked = tuple(t for who, t in reversed(turns) if who != "customer")
    return Inquiry(
        text=text,
        subject=subject,
        statements=" ".join(s for s in split_sentences(text) if not _is_question(s)),
        language=detect(f"{text} {subject}") if text else None,
        questions=split_questions(text),
        intent=read_intent(f"{subject}. {_matter(text, earlier, asked)}"),
        messages=_unique((text, *earlier, *([subject] if subject else []))),
        asked=asked,
        context=_unique(t for t in (*earlier, *request.related_inquiries) if t not in text),
        silent=_silence(request, ticket, turns, text),
        truncated=len(newest) > MAX_INQUIRY,
        private=not ticket.requester.verified or bool(ticket.cc),
    )


def _matter(text: str, earlier: Sequence[str], asked: Sequence[str]) -> str:
    """What the customer is after: a short answer to our question leaves the wish as it was."""
    answers = bool(asked and earlier) and len(text.split()) <= _SHORT_ANSWER and "?" not in text
    return f"{earlier[0]} {text}" if answers else text


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for t in texts if t))


def _turns(request: RequiredDataRequest, ticket: Ticket) -> list[tuple[str, str]]:
    """`(customer|helpdesk, text)` oldest first, private notes left out."""
    turns = [
        ("customer" if turn.role in {"user", "customer"} else "helpdesk", turn.content.strip())
        for turn in (request.conversation if isinstance(request, GenerateResponseRequest) else [])
        if turn.role != "system"
    ]
    turns += [
        ("customer" if m.sender == "customer" else "helpdesk", _message_text(m))
        for m in _in_time(ticket.messages)
        if m.public and m.sender != "system"
    ]
    return [turn for turn in turns if turn[1]]


def _in_time(messages: Sequence[Message]) -> list[Message]:
    if all(m.at for m in messages):
        return sorted(messages, key=lambda m: m.at or "")
    return list(messages)


def _message_text(message: Message) -> str:
    return newest_part(message.text or html_to_text(message.html or ""))


def _as_text(body: str | None) -> str:
    if not body:
        return ""
    return (
        html_to_text(body)
        if re.search(r"<(?:p|div|br|html|body|table)\b", body, re.IGNORECASE)
        else body
    )


def _newest_burst(turns: Sequence[tuple[str, str]]) -> str:
    """The customer's last messages in a row are one turn."""
    burst: list[str] = []
    for who, text in reversed(turns):
        if who != "customer":
            break
        burst.insert(0, text)
    return "\n\n".join(burst)


def _condense(text: str) -> str:
    """At most `MAX_INQUIRY` characters: of a longer text its start and its end."""
    if len(text) <= MAX_INQUIRY:
        return text.strip()
    half = MAX_INQUIRY // 2
    return f"{text[:half].rstrip()}\n…\n{text[-half + 3 :].lstrip()}"


def _silence(
    request: RequiredDataRequest, ticket: Ticket, turns: Sequence[tuple[str, str]], text: str
) -> str | None:
    if _is_automatic(ticket):
        return "automatic message"
    if not request.inquiry and turns and turns[-1][0] != "customer":
        return "the newest message is not the customer's"
    if _automatic_text(text):
        return "automatic message"
    return "nothing is asked" if is_closing(text) else None


def _automatic_text(text: str) -> bool:
    return bool(cues.AUTOMATIC_TEXT.search(fold(text[:600]))) and "?" not in text


def _is_automatic(ticket: Ticket) -> bool:
    """Machine-made mail by its headers (RFC 3834, RFC 2076) or its subject."""
    headers = {name.casefold(): value.strip().casefold() for name, value in ticket.headers.items()}
    sender = headers.get("from", "")
    return (
        headers.get("auto-submitted", "no").split(";")[0].strip() != "no"
        or any(name in headers for name in ("x-autoreply", "x-autorespond", "x-auto-reply"))
        or headers.get("precedence", "") in {"bulk", "junk", "auto_reply", "list"}
        or headers.get("return-path", "") == "<>"
        or headers.get("content-type", "").startswith("multipart/report")
        or "mailer-daemon" in sender
        or "postmaster@" in sender
        or bool(cues.AUTOMATIC_SUBJECT.match(fold(ticket.subject or "").strip()))
    )


def is_closing(text: str) -> bool:
    """Whether a message only says thanks, or nothing at all."""
    said = list(words(text))
    if len(said) > _MAX_CLOSING_WORDS or "?" in text:
        return False
    telling = [word for word in said if word not in cues.CLOSING_WORDS]
    return not any(terms(word, code) for word in telling for code in ("en",) if terms(word, "es"))


def split_questions(text: str) -> tuple[str, ...]:
    """The questions of a text that can stand alone; a text without one is one inquiry, whole."""
    questions = [s for s in split_sentences(text) if _is_question(s)]
    full = [q for q in questions if len(set(terms(q, detect(q)))) >= _MIN_QUESTION_TERMS]
    return tuple(dict.fromkeys(full))[:_MAX_QUESTIONS] or (text,)


def clauses(question: str) -> tuple[str, ...]:
    """The questions that one sentence joins: `how much is it and when is it due?` asks two."""
    parts = [part for part in cues.NEXT_QUESTION.split(question) if terms(part, detect(question))]
    return tuple(parts) or (question,)


def _is_question(sentence: str) -> bool:
    return sentence.rstrip("\"'”’) ").endswith("?")


def read_intent(text: str) -> Intent:
    """What the words say is wanted; "can I" with figures of one's own case asks for a verdict."""
    folded = re.sub(r"[^\w\s.?!,]", " ", fold(text))
    folded = re.sub(r"[ \t]+", " ", folded)
    possible = bool(cues.MAY_ASK_VERDICT.search(folded))
    return Intent(
        verdict=bool(cues.ASKS_VERDICT.search(folded)) or (possible and _states_own_case(folded)),
        possible=possible,
        execution=bool(cues.ASKS_EXECUTION.search(folded)),
        how=bool(cues.ASKS_HOW.search(folded)),
        price=bool(cues.ASKS_PRICE.search(folded)),
        time=bool(cues.ASKS_TIME.search(folded)),
        person=bool(cues.WANTS_PERSON.search(folded)),
    )


def _states_own_case(folded: str) -> bool:
    """Whether a sentence about oneself holds a figure or a month."""
    return any(
        cues.FIGURE.search(sentence) and cues.FIRST_PERSON.search(sentence)
        for sentence in split_sentences(folded)
    )
