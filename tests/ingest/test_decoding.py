"""Bytes become text where the encoding is sure, and an error with the offset where it is not."""

from __future__ import annotations

import pytest

from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.readers.decoding import decode_text, require_length

_TEXT = "Größe, ¿cuánto? “5 €”"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_known_encodings(encoding: str) -> None:
    """UTF-8, everything with a byte order mark, and Western Windows text are read alike."""
    assert decode_text(_TEXT.encode(encoding), "a.txt") == _TEXT


def test_declared_encoding() -> None:
    """A page that names its single-byte encoding is read in it, but UTF-8 wins where it fits."""
    assert decode_text("Ђорђе".encode("cp1251"), "a.html", declared="windows-1251") == "Ђорђе"
    assert decode_text(_TEXT.encode(), "a.html", declared="iso-8859-1") == _TEXT
    assert decode_text(b"plain", "a.html", declared="no-such-encoding") == "plain"


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"caf\xc3\xa9 and then \xff", "byte 15"),
        ("café".encode()[:-1], "byte 3"),
        (b"\xef\xbb\xbfabc\xfe", "byte 6"),
        (b"\x81\x8d only controls", "byte 0"),
        (b"\xff\xfeab\x00", "byte 4"),
    ],
)
def test_broken_text_names_the_byte(raw: bytes, place: str) -> None:
    """Broken or cut characters are never guessed: the error has their offset in the file."""
    with pytest.raises(ArticleSourceError, match="save it as UTF-8") as caught:
        decode_text(raw, "a.txt")
    assert caught.value.place == place


@pytest.mark.parametrize("raw", [b"", b"  \r\n\t"])
def test_empty(raw: bytes) -> None:
    """An empty file is said to be empty."""
    with pytest.raises(ArticleSourceError, match="the file is empty"):
        decode_text(raw, "a.txt")


@pytest.mark.parametrize(
    "raw", [b"%PDF-1.7\x00\x01", b"\x89PNG\r\n\x1a\n\x00", bytes(range(32)) * 9]
)
def test_binary(raw: bytes) -> None:
    """Binary data under a text suffix is refused."""
    with pytest.raises(ArticleSourceError, match="binary"):
        decode_text(raw, "a.txt")


def test_cleaning() -> None:
    """Odd blanks become blanks, invisible characters go, line ends are Unix."""
    assert (
        decode_text("a\u00a0b\u202fc\u200bd\u00ade\r\nf\rg\x0ch".encode(), "a")
        == "a b cde\nf\ng\nh"
    )


def test_length() -> None:
    """A text beyond any article's length is refused with what to do."""
    require_length("a" * 5_000_000, "a.md")
    with pytest.raises(ArticleSourceError, match="split it into articles"):
        require_length("a" * 5_000_001, "a.md")
