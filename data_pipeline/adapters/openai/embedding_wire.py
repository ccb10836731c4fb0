"""Embedding requests and replies as they travel: split by the vendor's limits, checked, normalised.

Pure functions. Limits: the vendor's reference of `POST /v1/embeddings`.
"""

from __future__ import annotations

import base64
import binascii
import math
import sys
from array import array
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from data_pipeline.adapters.openai.characters import whole_characters
from data_pipeline.language import estimate_tokens

MAX_INPUTS: Final = 2048

# Half of the vendor's 300,000 per request and 8,192 per text: in scripts other than Latin the
# estimate can be half of the truth.
_MAX_REQUEST_TOKENS: Final = 150_000
_MAX_TEXT_TOKENS: Final = 4_096
_UNIT: Final = 1e-6


class _Datum(msgspec.Struct):
    embedding: str | list[float]
    index: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    total_tokens: int | None = None


class _Reply(msgspec.Struct):
    data: list[_Datum]
    usage: _Usage | None = None


class EmbeddingReply(msgspec.Struct, frozen=True):
    """Vectors of length 1 in the order of the request's texts, and the tokens that it cost."""

    vectors: tuple[array[float], ...]
    tokens: int


def sendable(text: str) -> str:
    """`text` as the vendor takes it: not empty, not too long, and without half characters."""
    return _cut(whole_characters(text)) if text.strip() else " "


def _cut(text: str) -> str:
    """The beginning of `text` that stays within the tokens of one input."""
    kept = text
    while (tokens := estimate_tokens(kept)) > _MAX_TEXT_TOKENS:
        # Not above its share, and a little less each time, so that this ends.
        kept = kept[: len(kept) * _MAX_TEXT_TOKENS // (tokens + 1)]
    return kept


def request_groups(texts: Sequence[str], max_inputs: int = MAX_INPUTS) -> Iterator[list[str]]:
    """Sendable `texts` in order, in groups that fit into one request each."""
    group: list[str] = []
    tokens = 0
    for text in texts:
        size = estimate_tokens(text)
        if group and (len(group) == max_inputs or tokens + size > _MAX_REQUEST_TOKENS):
            yield group
            group, tokens = [], 0
        group.append(text)
        tokens += size
    if group:
        yield group


def read_reply(body: bytes, count: int, dimensions: int | None) -> EmbeddingReply:
    """The reply to a request of `count` texts; `dimensions` is the length expected, if one is.

    Raises `ValueError` or `msgspec.MsgspecError` when the reply is not of this shape.
    """
    reply = msgspec.json.decode(body, type=_Reply)
    vectors = tuple(_unit(_floats(datum.embedding)) for datum in _ordered(reply.data, count))
    lengths = {len(vector) for vector in vectors} | ({dimensions} if dimensions else set())
    if len(lengths) > 1:
        raise ValueError("vectors of another length")
    return EmbeddingReply(vectors, _tokens(reply.usage))


def _ordered(data: list[_Datum], count: int) -> list[_Datum]:
    """`data` by the texts that they belong to; one that does not say belongs to where it stands."""
    places = {
        place if datum.index is None else datum.index: datum for place, datum in enumerate(data)
    }
    if len(data) != count or places.keys() != set(range(count)):
        raise ValueError("not one vector per text")
    return [places[place] for place in range(count)]


def _tokens(usage: _Usage | None) -> int:
    return max(0, usage.prompt_tokens or usage.total_tokens or 0) if usage else 0


def _floats(embedding: str | list[float]) -> array[float]:
    if not isinstance(embedding, str):
        return array("f", embedding)
    vector = array("f")
    try:
        vector.frombytes(base64.b64decode(embedding, validate=True))
    except binascii.Error:
        raise ValueError("not base64") from None
    if sys.byteorder == "big":
        vector.byteswap()
    return vector


def _unit(vector: array[float]) -> array[float]:
    length = math.hypot(*vector)
    if not math.isfinite(length) or length == 0:
        raise ValueError("a vector without a direction")
    if abs(length - 1) < _UNIT:
        return vector
    return array("f", (value / length for value in vector))
