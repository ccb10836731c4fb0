"""Newest customer text out of a request, and what it asks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from data_pipeline.contract.requests import MAX_INQUIRY, RequiredDataRequest, Ticket
from data_pipeline.engine.intent import Intent, read_intent
from data_pipeline.engine.mail_text import newest_part
from data_pipeline.engine.questions import has_question_mark, is_asking, split_questions
from data_pipeline.engine.silence import is_automatic, is_automatic_text, is_closing
from data_pipeline.engine.thread import Turn, as_text, newest_burst, read_turns
from data_pipeline.language import detect, split_sentences

_SHORT_ANSWER: Final = 12
_TELLING_WORDS: Final = 6
_REPLY_PREFIX: Final = re.compile(r"^(?:\s*(?:re|fwd?|rv|aw|wg)\s*:\s*)+", re.IGNORECASE)


class Inquiry(msgspec.Struct, frozen=True, kw_only=True):
    """A request, read as a person would.

    `text` is the newest customer text; `messages` all that the customer wrote, newest first;
    `asked` what the helpdesk or the bot wrote, newest first; `thread` the turns of both before
    `text`, newest first; `silent` says why nothing is to be
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
    thread: tuple[Turn, ...] = ()
    silent: str | None = None
    truncated: bool = False
    private: bool = True


class _Newest(msgspec.Struct, frozen=True):
    """The newest customer text, and the turns of both sides before it, newest first."""

    text: str
    before: tuple[Turn, ...]

    @property
    def earlier(self) -> tuple[str, ...]:
        """What the customer wrote before, newest first."""
        return tuple(turn.text for turn in self.before if turn.by_customer)

    @property
    def asked(self) -> tuple[str, ...]:
        """What the helpdesk wrote before, newest first."""
        return tuple(turn.text for turn in self.before if not turn.by_customer)


def read_inquiry(request: RequiredDataRequest) -> Inquiry:
    """Everything that the engine needs to know of a request's text."""
    ticket = request.ticket or Ticket()
    turns = read_turns(request)
    newest = _newest(request, turns)
    subject = condense(_REPLY_PREFIX.sub("", ticket.subject or "").strip())
    text = condense(newest.text or ("" if turns or ticket.messages else subject))
    return Inquiry(
        text=text,
        subject=subject,
        statements=" ".join(s for s in split_sentences(text) if not is_asking(s)),
        language=_language(text, subject, newest.earlier),
        questions=split_questions(text),
        intent=read_intent(f"{subject}. {_matter(text, newest)}"),
        messages=_unique((text, *newest.earlier, subject)),
        asked=newest.asked,
        context=_unique(t for t in (*newest.earlier, *request.related_inquiries) if t not in text),
        thread=tuple(turn for turn in newest.before if turn.text not in text),
        silent=_silence(request, turns, text, newest.asked),
        truncated=len(newest.text) > MAX_INQUIRY,
        private=not ticket.requester.verified or any(cc.strip() for cc in ticket.cc),
    )


def _newest(request: RequiredDataRequest, turns: Sequence[Turn]) -> _Newest:
    """`inquiry` wins over the ticket; else the customer's last messages in a row are one."""
    start = newest_burst(turns)
    text = _stated(request.inquiry or "")
    if text:
        before = [t for t in turns if not (t.by_customer and t.text in text)]
    else:
        text, before = "\n\n".join(turn.text for turn in turns[start:]), list(turns[:start])
    return _Newest(text, tuple(Turn(t.by_customer, condense(t.text)) for t in reversed(before)))


def _stated(inquiry: str) -> str:
    """An `inquiry` may be a whole mail: without its quoted trail, where that leaves anything."""
    text = as_text(inquiry).strip()
    return newest_part(text) or text


def _matter(text: str, newest: _Newest) -> str:
    """What the customer is after: a short answer to our question leaves the wish as it was."""
    is_answer = bool(newest.asked and newest.earlier) and len(text.split()) <= _SHORT_ANSWER
    return f"{newest.earlier[0]} {text}" if is_answer and not has_question_mark(text) else text


def _language(text: str, subject: str, earlier: Sequence[str]) -> str | None:
    """Language of the text; of a few words, with what was written before them."""
    long_enough = len(text.split()) >= _TELLING_WORDS
    return (detect(text) if long_enough else None) or (
        detect("\n".join((text, subject, *earlier[:1]))) if text else None
    )


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for t in texts if t))


def condense(text: str) -> str:
    """At most `MAX_INQUIRY` characters: of a longer text its start and its end."""
    if len(text) <= MAX_INQUIRY:
        return text.strip()
    half = MAX_INQUIRY // 2
    return f"{text[:half].rstrip()}\n…\n{text[-half + 3 :].lstrip()}"


def _silence(
    request: RequiredDataRequest, turns: Sequence[Turn], text: str, asked: Sequence[str]
) -> str | None:
    ticket = request.ticket or Ticket()
    if is_automatic(ticket) or is_automatic_text(text):
        return "automatic message"
    spoken = bool(turns or ticket.messages) and not request.inquiry
    if spoken and not (turns and turns[-1].by_customer):
        return "the newest message is not the customer's"
    return "nothing is asked" if is_closing(text, asked) else None
