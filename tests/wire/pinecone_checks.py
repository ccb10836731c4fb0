"""What the vendor refuses to store."""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec

from tests.wire.pinecone_errors import require
from tests.wire.pinecone_schema import Fields

_ID = re.compile(r"[\x01-\x7f]{1,512}")
_MOST_METADATA = 40 * 1024


def check_document(document: Any, fields: Fields) -> None:
    """Refuse a document with a wrong id, vector, text or metadata, or with too much of the last."""
    require(isinstance(document, dict), "a document must be an object")
    identifier = document.get("_id")
    require(isinstance(identifier, str), "_id is required and must be a string")
    require(_ID.fullmatch(str(identifier)), "_id must be 1 to 512 ASCII characters")
    metadata = {name: v for name, v in document.items() if not _ranked(name, v, fields)}
    for name, value in metadata.items():
        require(name == "_id" or name[:1] not in {"", "_", "$"}, f"field name {name!r}")
        _check_metadata(name, value)
    size = len(msgspec.json.encode(metadata))
    require(size <= _MOST_METADATA, f"metadata size is {size} bytes, the limit is 40960 bytes")


def _ranked(name: str, value: Any, fields: Fields) -> bool:
    if name in fields.dense:
        _check_vector(value, fields.dense[name])
        return True
    require(name not in fields.text or isinstance(value, str), f"{name} must be a string")
    return name in fields.text


def _check_metadata(name: str, value: Any) -> None:
    kinds = "a string, a number, a boolean or a list of strings"
    if isinstance(value, list):
        require(all(isinstance(member, str) for member in value), f"{name} must be {kinds}")
    else:
        require(isinstance(value, str | int | float), f"{name} must be {kinds}")


def _check_vector(value: Any, dimension: int) -> None:
    numbers = isinstance(value, list) and all(type(x) in {int, float} for x in value)
    require(numbers, "a dense vector must be an array of numbers")
    same = len(value) == dimension
    require(same, f"Vector dimension {len(value)} does not match the dimension of {dimension}")
    require(all(map(math.isfinite, value)), "a dense vector must be finite")
    require(any(value), "Dense vectors must contain at least one non-zero value")
