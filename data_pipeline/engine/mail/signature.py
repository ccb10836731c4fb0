"""Where a mail's own text ends: closings, device lines, disclaimers; gateways' banners. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_DELIMITER: Final = re.compile(r"\s*--\s*")  # RFC 3676, section 4.3
_DEVICE: Final = re.compile(
    r"\s*(?:sent|enviado|gesendet|envoy[ée]|get|obt[ée]n|inviato)\s+"
    r"(?:from|desde|von|depuis|via|da|de mi|outlook|mail)\b"
    r"(?=.{0,60}\b(?:iphone|ipad|ios|android|samsung|galaxy|huawei|xiaomi|pixel|mobile|m[óo]vil|handy"
    r"|phone|tel[ée]fono|tablet|outlook|yahoo|gmail|proton ?mail|mail|correo|blackberry)\b).{0,80}",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"""\s*(?:
      (?:(?:best|kind|kindest|warm|warmest|many|with\s(?:best|kind))\s)?regards
    | best(?:\swishes)? | all\sthe\sbest | cheers | (?:yours\s)?sincerely
    | yours\s(?:faithfully|truly) | respectfully(?:\syours)?
    | (?:many\s)?thanks(?:\s(?:in\sadvance|again|a\slot|so\smuch))?
    | thank\syou(?:\s(?:in\sadvance|again|very\smuch))?
    | (?:(?:un|recib(?:a|an)\sun)\s)?(?:cordial\s|afectuoso\s)?saludos?(?:\scordial(?:es)?)?
    | atentamente | atte\.? | un\sabrazo
    | (?:muchas\s|mil\s)?gracias(?:\s(?:de\santemano|por\sadelantado|y\s(?:un\s)?saludos?))?
    | (?:mit\s)?(?:freundlichen?|besten?|vielen?)\sgr[üu](?:ß|ss)en? | cordialement
    | cordiali\ssaluti | met\svriendelijke\sgroet(?:en)?
    )(?:[,!.]?\s+[\w.'’\-]+){0,3}[,!.]?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_POSTSCRIPT: Final = re.compile(r"\s*p\.?\s?(?:s|d)\b\.?\s*[.:,\-–]?\s*\S", re.IGNORECASE)
_MAIL: Final = r"(?:e-?mail|message|communication|transmission)"
_CORREO: Final = r"(?:correo|mensaje|e-?mail)"
_DISCLAIMER: Final = re.compile(
    rf"""\s*(?:
      [*_]{{0,2}}(?:confidentiality\s+not(?:ic)?e|disclaimer|legal\s+notice
        |aviso\s+(?:legal|de\s+confidencialidad)|privileged\s+(?:and|&)\s+confidential)\b
    | (?:this|the\s+(?:information|contents?)\s+(?:contained\s+)?(?:in|of)\s+this)\s+{_MAIL}\b
      .{{0,200}}\b(?:confidential|privileged|intended\s+(?:only|solely|exclusively|recipient|for\s+the))
    | (?:este|el\s+presente)\s+{_CORREO}\b.{{0,200}}\b(?:confidencial|destinatari|privilegiad)
    | la\s+informaci[óo]n\s+contenida\s+en\s+este\s+{_CORREO}
    | diese\s+(?:e-?mail|nachricht)\b.{{0,200}}\bvertraulich
    | ce\s+(?:message|courriel|mail)\b.{{0,200}}\bconfidentiel
    | please\s+consider\s+the\s+environment
    | (?:antes\s+de|piense\s+.{{0,40}}antes\s+de)\s+imprimir
    | virus-free[.\s]
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_BANNER: Final = re.compile(
    rf"""\s*[\[*!\s]*(?:
      (?:caution|warning|external(?:\s+(?:e-?mail|sender))?|attention|atenci[óo]n|precauci[óo]n
        |achtung)\b[\]*!:\s\-]*
      (?:(?:this|the)\s+(?:{_MAIL}|sender).{{0,80}}\b(?:outside|external)
        |este\s+{_CORREO}.{{0,80}}\b(?:externo|fuera)|$)
    | do\s+not\s+click\s+(?:on\s+)?(?:any\s+)?links?\b.{{0,40}}\battachments?\b
    | no\s+haga\s+clic\s+en\s+(?:los\s+)?enlaces\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_GREETING: Final = re.compile(
    r"""\W*(?:hi|hello|hey|dear|hola|hallo|bonjour|ciao|buen[oa]s?|estimad[oa]s?|querid[oa]s?|good|guten
    |sehr\s+geehrte[rn]?|to\s+whom|saludos)\b
    (?:[\s,]+(?:(?-i:[A-ZÀ-Ý])[\w.'’\-]*|there|all|team|everyone|everybody|guys|folks|sir|madam|or|and
      |support|again|it|may|concern|morning|afternoon|evening|day|a|todos|todas|equipo|d[ií]as?|tardes
      |noches|señor(?:a|es)?|tag|zusammen)\b){0,5}\W*""",
    re.IGNORECASE | re.VERBOSE,
)
_SENTENCE_WORDS: Final = 9
_MAX_LINE: Final = 400
MAX_SIGNATURE: Final = 25
"""Longest signature in lines."""


def is_banner(line: str) -> bool:
    """Whether a mail gateway wrote the line ("This message is from outside the organization")."""
    return bool(_BANNER.match(line[:_MAX_LINE]))


def is_greeting(line: str) -> bool:
    """Whether the line says nothing but hello, or nothing."""
    return not re.search(r"\w", line) or bool(_GREETING.fullmatch(line[:_MAX_LINE]))


def ends_text(line: str) -> bool:
    """Whether nothing of the sender's own follows: a delimiter, device line or disclaimer."""
    short = line[:_MAX_LINE]
    return bool(_DELIMITER.fullmatch(short) or _DEVICE.fullmatch(short) or _DISCLAIMER.match(short))


def is_closing(line: str, below: Sequence[str]) -> bool:
    """Whether the line closes the mail: the lines `below` are a signature, or a postscript."""
    if not _CLOSING.fullmatch(line[:_MAX_LINE]) or len(below) > MAX_SIGNATURE:
        return False
    return not any(map(_talks, below[: _postscript_at(below)]))


def postscript(below: Sequence[str]) -> Sequence[str]:
    """The lines from a `PS:` on."""
    return below[_postscript_at(below) :]


def _postscript_at(lines: Sequence[str]) -> int:
    return next((n for n, line in enumerate(lines) if _POSTSCRIPT.match(line)), len(lines))


def _talks(line: str) -> bool:
    """Whether a line asks or tells something, as the lines of a signature do not."""
    return "?" in line or len(line.split()) >= _SENTENCE_WORDS
