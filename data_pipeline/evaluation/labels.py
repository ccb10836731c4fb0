"""Replies that a person judged: one JSON object per line, what a calibration is fitted on."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from data_pipeline.errors import ArticleSourceError
from data_pipeline.evaluation.backtest.private_files import write_private

_PACKED: Final = ".gz"


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """One judged reply: the request as the service takes it, what was cited, whether it was right.

    `quotes` are the cited sentences, `article_id` the first cited article, empty where none was.
    """

    id: str
    request: dict[str, Any]
    article_id: str
    quotes: tuple[str, ...]
    right: bool

    def __repr__(self) -> str:
        return f"Label(right={self.right})"


def read_labels(path: Path) -> list[Label]:
    """The labels in the file at `path`, plain or with `.gz` at its end; blank lines are skipped.

    Raises `ArticleSourceError` naming file and line, never a value.
    """
    decoder = msgspec.json.Decoder(Label)
    labels = [
        _label(line, decoder, path, number)
        for number, line in enumerate(_lines(path), 1)
        if line.strip()
    ]
    if not labels:
        cause = "it holds no labels; mark some rows and write it again."
        raise ArticleSourceError(str(path), cause)
    return labels


def write_labels(path: Path, labels: Iterable[Label]) -> None:
    """Write `labels` one per line, readable by the owner only; a file at `path` is replaced.

    Packed where `path` ends in `.gz`. Raises `KbgateError`.
    """
    raw = b"".join(msgspec.json.encode(label) + b"\n" for label in labels)
    write_private(path, [gzip.compress(raw) if path.suffix == _PACKED else raw])


def _lines(path: Path) -> Iterator[bytes]:
    try:
        raw = path.read_bytes()
        text = gzip.decompress(raw) if path.suffix == _PACKED else raw
    except (OSError, EOFError, zlib.error):
        cause = "it cannot be read; is it there, and whole?"
        raise ArticleSourceError(str(path), cause) from None
    # Only line feeds: other signs that Python takes for line ends may stand inside a text.
    yield from text.removeprefix(b"\xef\xbb\xbf").split(b"\n")


def _label(line: bytes, decoder: msgspec.json.Decoder[Label], path: Path, number: int) -> Label:
    try:
        return decoder.decode(line)
    except msgspec.MsgspecError as error:
        cause = f"{error}; mend the line or leave it out."
    except (UnicodeDecodeError, RecursionError):
        cause = "it is not JSON in UTF-8; mend the line or leave it out."
    raise ArticleSourceError(str(path), cause, f"line {number}")
