"""What a person wrote in a mail: HTML to text, quoted trail and signature off.

Pure functions. Patterns follow what mail clients write: RFC 3676 (`-- `, `>`), and the
introduction lines of Gmail, Outlook and Apple Mail in several languages.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset(
    "p div br li ul ol tr table h1 h2 h3 h4 h5 h6 section article header footer pre hr".split()
)
_UNSEEN: Final = frozenset("script style head title template".split())
_QUOTES: Final = frozenset(("blockquote",))
_VOID: Final = frozenset("br hr img input meta link".split())
_QUOTE_CLASSES: Final = re.compile(
    r"gmail_quote|gmail_signature|moz-cite-prefix|yahoo_quoted|divRplyFwdMsg|zendesk_signature"
)

_TRAIL: Final = re.compile(
    r"""^\s*(?:
      >+\s?.*
    | -{2,}\s*(?:original\s+message|mensaje\s+original|forwarded\s+message
        |mensaje\s+reenviado|urspr.ngliche\s+nachricht|message\s+d.origine)\s*-{2,}
    | _{10,}
    | (?:on|el|le|am|em|il)\s.{5,200}
        (?:wrote|escribi[oó]|a\s+.crit|schrieb|escreveu|ha\s+scritto)\s*:
    | \#\#-.*-\#\#
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_FIELD: Final = re.compile(
    r"^\s*\*?(?:from|de|von|sent|enviado|date|fecha|to|para|subject|asunto|betreff)\*?\s*:\s.+$",
    re.IGNORECASE,
)
_MIN_HEADER_FIELDS: Final = 3
_SIGNATURE: Final = re.compile(
    r"""^\s*(?:
      --\s*
    | (?:sent|enviado|get|obt.n)\s+(?:from|desde|outlook)\b.{0,60}
    | (?:best|kind|warm)?\s*regards\b.{0,30} | (?:yours\s+)?(?:sincerely|faithfully|truly)\b.{0,30}
    | cheers[,!.]?\s*.{0,20} | (?:un\s+)?(?:cordial\s+)?saludos?\b.{0,30}
    | atentamente\b.{0,30} | un\s+abrazo\b.{0,30}
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_DISCLAIMER: Final = re.compile(
    r"^\s*(?:this\s+(?:e-?mail|message)\b.{0,80}\b(?:confidential|intended)|confidentiality\s+notice"
    r"|este\s+(?:correo|mensaje)\b.{0,80}\b(?:confidencial|destinatari)|aviso\s+(?:legal|de\s+confidencialidad))",
    re.IGNORECASE,
)


class _Text(HTMLParser):
    """Collects visible text; what stands in a quote block is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden:
            if tag not in _VOID:
                self._hidden.append(tag)
        elif tag not in _VOID and _is_hidden(tag, dict(attrs)):
            self._hidden.append(tag)
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def _is_hidden(tag: str, attributes: dict[str, str | None]) -> bool:
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return tag in _UNSEEN or tag in _QUOTES or bool(_QUOTE_CLASSES.search(named))


def html_to_text(html: str) -> str:
    """Visible text of an HTML mail, one line per block, quoted mails left out."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(parser.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def newest_part(text: str) -> str:
    """`text` without the quoted trail, signature and disclaimer below (or quotes between) it."""
    kept: list[str] = []
    lines = text.replace("\r\n", "\n").replace("\xa0", " ").split("\n")
    for number, line in enumerate(lines):
        if line.lstrip().startswith(">"):
            continue
        if _ends_message(lines, number, has_text=any(k.strip() for k in kept)):
            break
        kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _ends_message(lines: list[str], number: int, *, has_text: bool) -> bool:
    line = lines[number][:300]
    if _introduces_quote(lines, number):
        # Whoever answers below the quote starts with it: then what follows the quote counts.
        return has_text or not _answered_below(lines[number + 1 :])
    return has_text and bool(_SIGNATURE.match(line) or _DISCLAIMER.match(line))


def _introduces_quote(lines: list[str], number: int) -> bool:
    line = lines[number][:300]
    if _TRAIL.match(line):
        return True
    joined = f"{line} {lines[number + 1][:300]}" if number + 1 < len(lines) else line
    if re.match(r"^\s*(?:on|el|le|am)\s", line, re.IGNORECASE) and _TRAIL.match(joined):
        return True
    return (
        sum(bool(_FIELD.match(following[:300])) for following in lines[number : number + 4])
        >= _MIN_HEADER_FIELDS
    )


def _answered_below(lines: list[str]) -> bool:
    quoted = any(line.lstrip().startswith(">") for line in lines)
    return quoted and any(line.strip() and not line.lstrip().startswith(">") for line in lines)
