"""Bytes of a structured article as clean JSON values, or an error that names the place."""

from __future__ import annotations

import json
import re
from typing import Any, Final, Never

from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.json_shapes import found
from data_pipeline.ingest.readers.decoding import clean

MAX_BYTES: Final = 50 * 2**20
MAX_DEPTH: Final = 64

_TOO_DEEP: Final = f"found JSON nested deeper than {MAX_DEPTH} levels, expected an article"
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class _Repeating(dict[str, Any]):
    """An object in which `key` stands twice: JSON keeps only one, so text would be lost."""

    key = ""


def load_document(raw: bytes, source: str) -> dict[str, Any]:
    """The article as an object that has `metadata` and `details` objects; texts are cleaned.

    Raises `ArticleSourceError` with line and column, byte offset or JSON path for anything else:
    empty or over 50 MB, not UTF-8, not JSON, repeated keys, nested too deeply, another shape.
    """
    document = _cleaned(_parsed(_decoded(raw, source), source), "", 0, source)
    if not isinstance(document, dict):
        cause = f"found {found(document)}, expected an object with `metadata` and `details`"
        raise ArticleSourceError(source, cause, "top level")
    for part in ("metadata", "details"):
        if not isinstance(document.get(part), dict):
            cause = f"found {found(document.get(part))}, expected an object"
            raise ArticleSourceError(source, cause, part)
    return document


def _decoded(raw: bytes, source: str) -> str:
    if len(raw) > MAX_BYTES:
        cause = f"found {len(raw)} bytes, expected at most {MAX_BYTES}: split the article"
        raise ArticleSourceError(source, cause)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cause = "found a byte that is not UTF-8, expected UTF-8: save the file in that encoding"
        raise ArticleSourceError(source, cause, f"byte {error.start}") from None
    if not text.strip():
        raise ArticleSourceError(source, "found an empty file, expected a JSON article")
    return text


def _parsed(text: str, source: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        cause = f"found no valid JSON, expected an article as JSON: {error.msg}"
        raise ArticleSourceError(source, cause, place) from None
    except RecursionError:
        raise ArticleSourceError(source, _TOO_DEEP) from None
    except ValueError:
        cause = "found a number that JSON does not know or too long, expected a plain number"
        raise ArticleSourceError(source, cause) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    names = [name for name, _ in pairs]
    repeating = _Repeating(plain)
    repeating.key = next(name for name in names if names.count(name) > 1)
    return repeating


def _no_number(_name: str) -> Never:
    raise ValueError


def _cleaned(value: Any, place: str, depth: int, source: str) -> Any:
    if isinstance(value, str):
        return _clean_text(value)
    if not isinstance(value, dict | list):
        return value
    if depth >= MAX_DEPTH:
        raise ArticleSourceError(source, _TOO_DEEP, place[:200])
    if isinstance(value, list):
        return [_cleaned(v, f"{place}[{i}]", depth + 1, source) for i, v in enumerate(value)]
    return _cleaned_object(value, place, depth, source)


def _cleaned_object(value: dict[str, Any], place: str, depth: int, source: str) -> dict[str, Any]:
    prefix = f"{place}." if place else ""
    if isinstance(value, _Repeating):
        cause = "found this key twice in one object, expected it once: join the two"
        raise ArticleSourceError(source, cause, f"{prefix}{value.key[:60]}")
    cleaned: dict[str, Any] = {}
    for name, item in value.items():
        key = _clean_text(name)
        while key in cleaned:
            key += "_"
        cleaned[key] = _cleaned(item, f"{prefix}{name}", depth + 1, source)
    return cleaned


def _clean_text(text: str) -> str:
    return clean(_LONE_SURROGATE.sub("\ufffd", text))
