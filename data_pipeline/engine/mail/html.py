"""What a person reads of an HTML mail, without the mails that it quotes. Pure."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Final

from data_pipeline.engine.mail.trail import Trail, mark_at

_BLOCKS: Final = frozenset(
    "p div br li ul ol dl dt dd tr table tbody h1 h2 h3 h4 h5 h6 section article header footer "
    "main figure address center blockquote fieldset form option pre hr body title".split()
)
_CELLS: Final = frozenset(("td", "th"))
_UNSEEN: Final = frozenset("script style head title template noscript".split())
_VOID: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)
_QUOTES: Final = re.compile(
    r"gmail_quote|moz-cite-prefix|yahoo_quoted|protonmail_quote|zmail_extra|hs_reply|front-blockquote"
    r"|AppleOriginalContents|OutlookMessageHeader|mail-editor-reference-message|freshdesk_quote"
    r"|gmail_signature|zendesk_signature|moz-signature|ms-outlook-mobile-signature|protonmail_signature"
    r"|AppleMailSignature",
    re.IGNORECASE,
)
# From here on everything is the earlier mail: Outlook does not wrap it.
_CUTS: Final = re.compile(r"divRplyFwdMsg|appendonsend|stopSpelling", re.IGNORECASE)
_NOT_SHOWN: Final = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_DATA_ADDRESS: Final = re.compile(r"""(["'])data:[^"'<>]*\1""")
_DECLARATION: Final = re.compile(r"<!\[(?:CDATA\[)?[^<>]*>|\]\]>")
# A parser looks for the end of every one of these to the end of the mail.
_OPEN_BRACKET: Final = re.compile(r"<(?![^<>]*>)")
_MAX_HTML: Final = 1_000_000
# `<![if mso]>` as Outlook writes it; on a broken one Python's parser fails an assertion.
_MARKED_SECTION: Final = re.compile(r"<!\[[^>]*>?")


class _Text(HTMLParser):
    """Collects visible text; earlier mails and signatures only where `whole` is set."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._whole = whole
        self._hidden: list[str] = []
        self._open: Counter[str] = Counter()
        self._kept_lines = 0
        self._ended = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":  # ends a head that nobody closed
            self._hidden.clear()
            self._open.clear()
        self._ended = self._ended or (not self._whole and self._cuts(dict(attrs)))
        if tag not in _VOID and (self._hidden or self._hides(tag, dict(attrs))):
            self._hidden.append(tag)
            self._open[tag] += 1
        self._kept_lines += tag == "pre"
        self._separate(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open[tag]:
            closed = None
            while closed != tag:
                closed = self._hidden.pop()
                self._open[closed] -= 1
        self._kept_lines -= tag == "pre" and self._kept_lines > 0
        self._separate(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden and not self._ended:
            self.parts.append(data if self._kept_lines else re.sub(r"\s+", " ", data))

    def _separate(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in _CELLS:
            self.parts.append(" ")

    def _cuts(self, attributes: dict[str, str | None]) -> bool:
        return bool(_CUTS.search(attributes.get("id") or ""))

    def _hides(self, tag: str, attributes: dict[str, str | None]) -> bool:
        if tag in _UNSEEN or _NOT_SHOWN.search(attributes.get("style") or ""):
            return True
        named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        return not self._whole and (tag == "blockquote" or bool(_QUOTES.search(named)))


def html_to_text(html: str) -> str:
    """Visible text of an HTML mail, one line per block, quoted mails and signatures left out.

    A mail that only forwards another keeps it. Of more than a million characters, pictures in the
    text not counted, the rest is not read.
    """
    plain = _parseable(html)
    return _read(plain, whole=False) or _forwarded(_read(plain, whole=True))


def _forwarded(text: str) -> str:
    """`text` unless it starts as the quote of an earlier mail does."""
    mark = mark_at(text.split("\n"), 0)
    return "" if mark is not None and mark.kind is Trail.REPLY else text


def _parseable(html: str) -> str:
    """`html` without what the parser cannot read, or only in quadratic time."""
    short = _DATA_ADDRESS.sub('""', html)[:_MAX_HTML]
    return _OPEN_BRACKET.sub("&lt;", _DECLARATION.sub(" ", _without_comments(short)))


def _without_comments(html: str) -> str:
    parts, position = [], 0
    while (start := html.find("<!--", position)) >= 0:
        parts.append(html[position:start])
        end = html.find("-->", start + 4)
        position = end + 3 if end >= 0 else start + 4
        if end < 0:
            break
    return "".join((*parts, html[position:]))


def _read(html: str, *, whole: bool) -> str:
    parser = _Text(whole=whole)
    parser.feed(_MARKED_SECTION.sub(" ", html))
    parser.close()
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(parser.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
