"""Bytes of a text file as text: UTF-8, what a byte order mark says, Windows-1252 where sure."""

from __future__ import annotations

import codecs
import re
from typing import Final

from data_pipeline.errors import ArticleSourceError

MAX_CHARACTERS: Final = 5_000_000
"""Longest Markdown or text that is read, without its embedded pictures."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Western letters and typography; without the letters that broken files show (Ã, Â, ÿ).
_WESTERN: Final = frozenset(
    "áàâäãåæçéèêëíìîïñóòôöõøœúùûüýßÁÀÄÅÆÇÉÈÊËÍÎÏÑÓÒÔÖÕØŒÚÙÛÜÝ¿¡ªº°€£¥§©®™–—‘’\u201a“”„…•·«»½¼¾±×²³\u00a0"
)
_ODD_SPACES: Final = re.compile("[\u00a0\u2007\u202f]")
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_CONTROL_BYTES: Final = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1b"))
_MAX_CONTROLS: Final = 0.01


def decode_text(raw: bytes, source: str, *, declared: str | None = None) -> str:
    """`raw` as text with Unix line ends, plain spaces and no invisible characters.

    `declared` is the encoding that the document itself names. Raises `ArticleSourceError` for an
    empty file, binary data, and bytes in no encoding that can be told for sure.
    """
    if not raw.strip():
        raise ArticleSourceError(source, "the file is empty: write the article or remove the file")
    text = _marked(raw, source) or _unmarked(raw, source, declared)
    return clean(text)


def clean(text: str) -> str:
    """Unix line ends, no-break spaces as spaces, invisible and control characters removed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return _CONTROLS.sub("", _INVISIBLE.sub("", _ODD_SPACES.sub(" ", lines)))


def require_length(text: str, source: str) -> None:
    """Raise `ArticleSourceError` for a text that is no article but a whole book or a log."""
    if len(text) > MAX_CHARACTERS:
        cause = f"longer than {MAX_CHARACTERS:,} characters: split it into articles"
        raise ArticleSourceError(source, cause)


def _marked(raw: bytes, source: str) -> str | None:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _strictly(raw[len(mark) :], encoding, source, len(mark))
    return None


def _unmarked(raw: bytes, source: str, declared: str | None) -> str:
    if _looks_binary(raw):
        raise ArticleSourceError(
            source, "this is binary data, not text: save the document as text in UTF-8"
        )
    encoding = _western(declared)
    if encoding is not None and not _is_utf8(raw):
        return _strictly(raw, encoding, source, 0)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        western = _surely_western(raw, error)
        if western is None:
            raise _not_utf8(source, "utf-8", error.start) from None
        return western


def _strictly(raw: bytes, encoding: str, source: str, offset: int) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_utf8(source, encoding, error.start + offset) from None


def _not_utf8(source: str, encoding: str, offset: int) -> ArticleSourceError:
    return ArticleSourceError(
        source, f"the text is not valid {encoding.upper()}: save it as UTF-8", f"byte {offset}"
    )


def _looks_binary(raw: bytes) -> bool:
    sample = raw[:65_536]
    controls = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    return b"\x00" in raw or controls > _MAX_CONTROLS * len(sample)


def _western(declared: str | None) -> str | None:
    """The codec for a declared single-byte encoding; browsers read Latin-1 as Windows-1252."""
    try:
        name = codecs.lookup(declared or "utf-8").name
    except LookupError:
        return None
    if name in {"iso8859-1", "ascii"}:
        return "cp1252"
    return name if name.startswith(("cp125", "iso8859", "koi8", "mac")) else None


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _surely_western(raw: bytes, error: UnicodeDecodeError) -> str | None:
    """`raw` as Windows-1252, unless it may be UTF-8 with a broken or cut character."""
    if error.reason == "unexpected end of data" or not raw.decode("utf-8", "ignore").isascii():
        return None
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        return None
    return text if all(char.isascii() or char in _WESTERN for char in text) else None
