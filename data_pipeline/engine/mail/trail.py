"""Where earlier mails begin in a mail: introductions, header blocks, forwards. Pure.

Patterns follow what mail clients write: Gmail, Outlook, Apple Mail and others, in seven languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec


class Trail(StrEnum):
    """What begins: a quoted mail after its introduction, one after its header, a forwarded one."""

    REPLY = "reply"
    HEADER = "header"
    FORWARD = "forward"


class Mark(msgspec.Struct, frozen=True):
    """The beginning of an earlier mail; `lines` is how many lines its introduction takes."""

    kind: Trail
    lines: int


_WROTE: Final = (
    r"(?:wrote|writes|escribi[óo]|a\s[ée]crit|schrieb|escreveu|ha\sscritto|schreef|skrev)"
)
_INTRODUCTION: Final = re.compile(
    rf"""\s*(?:
      (?:on|el|le|am|em|il|op|den)\s(?=.{{0,300}}[\d@]).{{4,300}}{_WROTE}\b.{{0,120}}:
    | (?=.{{0,200}}@).{{3,200}}\s{_WROTE}\s?:
    | .{{1,80}}\s{_WROTE}\s(?:on|el|am|le)\s(?=.{{0,80}}\d).{{4,80}}:
    | (?:19|20)\d\d-\d\d-\d\d\b.{{0,60}}<[^<>\s]{{3,100}}>\s?:
    | -{{2,10}}\s*on\s(?=.{{0,200}}\d).{{4,200}}\swrote\s*-{{2,10}}
    | \#\#-.{{0,200}}-\#\#
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_MAY_WRAP: Final = re.compile(r"\s*(?:on|el|le|am|em|il|op|den)\s", re.IGNORECASE)
_FORWARDED: Final = re.compile(
    r"""\s*(?:
      -{2,30}\s*(?:forwarded\smessage(?:\sfrom.{0,100})?|mensaje\sreenviado|weitergeleitete\snachricht
        |message\stransf[ée]r[ée]|messaggio\sinoltrato|mensagem\s(?:encaminhada|reencaminhada)
        |doorgestuurd\sbericht)\s*-{2,30}
    | (?:begin\sforwarded\smessage|inicio\sdel\smensaje\sreenviado
        |anfang\sder\sweitergeleiteten\s(?:nachricht|e-mail)
        |d[ée]but\sdu\smessage\s(?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])|inizio\smessaggio\sinoltrato)\s?:
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_ORIGINAL: Final = re.compile(
    r"\s*-{2,30}\s*(?:original\s(?:message|appointment)|mensaje\soriginal|urspr.{1,2}ngliche\snachricht"
    r"|message\sd.origine|messaggio\soriginale|mensagem\soriginal|oorspronkelijk\sbericht)\s*-{2,30}\s*",
    re.IGNORECASE,
)
_LINE: Final = r"\s*\*?(?:{})\*?\s*:\*?\s"
_FROM: Final = re.compile(_LINE.format("from|de|von|da|van|fra"), re.IGNORECASE)
_SUBJECT: Final = re.compile(
    _LINE.format("subject|asunto|betreff|objet|oggetto|onderwerp|assunto"), re.IGNORECASE
)
_DATE_OR_TO: Final = re.compile(
    _LINE.format(
        r"sent(?:\sat)?|date|enviado(?:\sel)?|fecha|gesendet|datum|envoy[ée](?:\sle)?|inviato|data|verzonden"
        r"|to|para|an|[àa]|aan|cc|kopie|importance|reply-to"
    ),
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"\s*_{10,}\s*")
_MAX_LINE: Final = 400
_WRAPPED_OVER: Final = 3
_HEADER_WITHIN: Final = 9


def mark_at(lines: Sequence[str], number: int) -> Mark | None:
    """The earlier mail that begins at line `number`, if one does."""
    line = lines[number][:_MAX_LINE]
    if _FORWARDED.fullmatch(line):
        return Mark(Trail.FORWARD, 1 + _header_below(lines, number + 1))
    if _ORIGINAL.fullmatch(line) or _RULE.fullmatch(line):
        header = _header_below(lines, number + 1)
        return Mark(Trail.HEADER, 1 + header) if header or not _RULE.fullmatch(line) else None
    header = _header_length(lines, number)
    if header:
        return Mark(Trail.HEADER, header)
    return _introduction(lines, number)


def _introduction(lines: Sequence[str], number: int) -> Mark | None:
    most = _WRAPPED_OVER if _MAY_WRAP.match(lines[number]) else 1
    for count in range(1, most + 1):
        joined = " ".join(line[:_MAX_LINE].strip() for line in lines[number : number + count])
        if _INTRODUCTION.fullmatch(joined[:_MAX_LINE]):
            return Mark(Trail.REPLY, count)
    return None


def _header_below(lines: Sequence[str], number: int) -> int:
    """Lines of the header at `number` or after blank lines there, with those; 0 for none."""
    blank = 0
    while (
        number + blank < len(lines) and blank < _WRAPPED_OVER and not lines[number + blank].strip()
    ):
        blank += 1
    length = _header_length(lines, number + blank)
    return blank + length if length else 0


def _header_length(lines: Sequence[str], number: int) -> int:
    """Lines of a `From: … Subject: …` block that starts at `number`, 0 where none does."""
    if number >= len(lines) or not _FROM.match(lines[number][:_MAX_LINE]):
        return 0
    block = [line[:_MAX_LINE] + " " for line in lines[number : number + _HEADER_WITHIN]]
    subjects = [at for at, line in enumerate(block) if _SUBJECT.match(line)]
    others = [at for at, line in enumerate(block) if at and _DATE_OR_TO.match(line)]
    return 1 + max(*subjects, *others) if subjects and others else 0
