"""What a person wrote in a mail: quoted trail, signature and disclaimer off. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Final

import msgspec

from data_pipeline.engine.mail.html import html_to_text
from data_pipeline.engine.mail.signature import (
    MAX_SIGNATURE,
    ends_text,
    is_banner,
    is_closing,
    is_greeting,
    postscript,
)
from data_pipeline.engine.mail.trail import Mark, Trail, mark_at

__all__ = ["html_to_text", "newest_part"]

_INVISIBLE: Final = str.maketrans(
    dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff\u00ad") | {"\u00a0": " ", "\u202f": " "}
)
_UNQUOTE: Final = re.compile(r"^[\s>]*")
_COMMENT_WORDS: Final = 6
_MAX_FORWARDS: Final = 3
_MAX_TEXT: Final = 500_000
_WRAPPED: Final = range(55, 85)


class _Mail(msgspec.Struct, frozen=True):
    """A mail's lines, where earlier mails begin, and where whatever the sender wrote has ended."""

    lines: Sequence[str]
    marks: Mapping[int, Mark]
    ends: Sequence[int]
    last_quoted: int
    last_plain: int


def newest_part(text: str) -> str:
    """`text` without the quoted trail, signature and disclaimer below (or quotes between) it.

    Of a forwarded mail without a comment of its own the forwarded text is left. Lines that a mail
    program wrapped are joined. Of more than 500,000 characters the rest is not read.
    """
    return _joined(_own_lines(_lines_of(text[:_MAX_TEXT]), _MAX_FORWARDS))


def _lines_of(text: str) -> list[str]:
    plain = text.translate(_INVISIBLE).replace("\r\n", "\n").replace("\r", "\n")
    return [line for line in plain.split("\n") if not is_banner(line)]


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _read(lines: Sequence[str]) -> _Mail:
    marks = {
        number: mark
        for number, line in enumerate(lines)
        if line.strip() and not _is_quoted(line) and (mark := mark_at(lines, number))
    }
    ends = [n for n, line in enumerate(lines) if n in marks or ends_text(line)]
    return _Mail(
        lines=lines,
        marks=marks,
        ends=[*ends, len(lines)],
        last_quoted=max((n for n, line in enumerate(lines) if _is_quoted(line)), default=-1),
        last_plain=max(
            (n for n, line in enumerate(lines) if line.strip() and not _is_quoted(line)), default=-1
        ),
    )


def _own_lines(lines: Sequence[str], forwards: int) -> list[str]:
    """The lines that the sender wrote; `forwards` is how many forwarded mails may be opened."""
    mail = _read(lines)
    own: list[str] = []
    said = False
    number = 0
    while number < len(lines):
        mark = mail.marks.get(number)
        if mark is None and said and ends_text(lines[number]):
            return own
        if mark is None and said and is_closing(lines[number], _below(mail, number)):
            return [*own, *postscript(_below(mail, number))]
        if mark is None:
            if not _is_quoted(lines[number]):
                own.append(lines[number])
                said = said or not is_greeting(lines[number])
            number += 1
        elif _opens(mark, own, said=said) and forwards:
            return [*own, "", *_own_lines(lines[number + mark.lines :], forwards - 1)]
        elif mark.kind is Trail.REPLY and not said and _answered_below(mail, number):
            number += mark.lines
        else:
            return own
    return own if said or mail.last_plain >= 0 else [_UNQUOTE.sub("", line) for line in lines]


def _opens(mark: Mark, own: Sequence[str], *, said: bool) -> bool:
    """Whether the mail below is what the sender wants read: a forward with hardly a comment."""
    if mark.kind is Trail.REPLY or (mark.kind is Trail.HEADER and said):
        return False
    comment = " ".join(own)
    return not said or (len(comment.split()) < _COMMENT_WORDS and "?" not in comment)


def _answered_below(mail: _Mail, number: int) -> bool:
    """Whoever answers below the quote starts with it: then what follows the quote counts."""
    return mail.last_quoted > number and mail.last_plain >= number + mail.marks[number].lines


def _below(mail: _Mail, number: int) -> Sequence[str]:
    """The lines from the next one to where the mail ends anyhow, one more than a signature has."""
    end = mail.ends[bisect_right(mail.ends, number)]
    return mail.lines[number + 1 : min(end, number + MAX_SIGNATURE + 2)]


def _joined(lines: Sequence[str]) -> str:
    """The lines as text; one that a mail program wrapped goes on with the next."""
    parts: list[str] = []
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        wrapped = (
            len(line.rstrip()) in _WRAPPED
            and following[:1].islower()
            and line.rstrip()[-1] not in ".!?:;"
        )
        parts.append(line.rstrip() + (" " if wrapped else "\n"))
    return re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip()
