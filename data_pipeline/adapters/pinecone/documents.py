"""How a chunk becomes a document of the index, and back. Pure.

A document never changes: its id carries a hash of all that it was made of, so that another content,
another vector or another analyser is another document, and old and new can lie side by side.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import quote

import msgspec

from data_pipeline.adapters.holdings.bounds import bounds_id, bounds_of
from data_pipeline.adapters.holdings.stored import Stored, analyser_fingerprint, searched_text
from data_pipeline.articles import stored_hash
from data_pipeline.ports import Vector
from data_pipeline.scope import fold_scope_value

VECTOR, TERMS, CHUNK, BOUNDS, EMBEDDER = "embedding", "terms", "chunk", "bounds", "embedder"
"""Fields that are searched, read and filtered by; all others are for people in the console."""

Document = dict[str, Any]
T = TypeVar("T")

_OURS: Final = re.compile(r"[^@]*@[0-9a-f]{16}")
_LONGEST_NAME: Final = 440
_PLAIN_TOKEN: Final = re.compile(r"[a-z0-9]{1,39}")
# Pinecone takes 40 KB of metadata per document and 2 MB per request.
_LARGEST_PLAIN: Final = 30_000
_LARGEST: Final = 36_000
_BATCH_BYTES: Final = 1_500_000
_BATCH_DOCUMENTS: Final = 100
_PACKED: Final = "zlib:"
_SHOWN_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
# Bytes: a document may have 40 KB beside its text, and the packed chunk may need nearly all.
_SHOWN_SCOPE: Final = 1_500
_SHOWN_VALUES: Final = 20
_SHOWN_LENGTH: Final = 200

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Stored)


class TooLargeError(ValueError):
    """A chunk that exceeds what Pinecone keeps with one document, even when it is compressed."""


class UnreadableError(ValueError):
    """A document that holds no chunk."""


def document_id(chunk_id: str, content_hash: str, embedder: str, analyser: str) -> str:
    """The id of the document that holds this content: printable ASCII, at most 512 characters."""
    name = quote(chunk_id, safe="#/", errors="surrogatepass")
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME]}~{_digest(chunk_id, 32)}"
    made_of = f"{stored_hash(content_hash, embedder)}\0{analyser}"
    return f"{name}@{_digest(made_of, 16)}"


def is_ours(found: str) -> bool:
    """Whether an id is one that `document_id` makes: others are never deleted."""
    return _OURS.fullmatch(found) is not None


def as_token(term: str) -> str:
    """`term` as Pinecone's tokenizer leaves it whole: ASCII letters and figures, or a hash.

    That tokenizer parts words at signs, treats scripts without blanks in a way of its own and
    drops long ones, while the house's terms must be found exactly as they are.
    """
    return term if _PLAIN_TOKEN.fullmatch(term) else f"zz{_digest(term, 20)}"


def mark_of(stored_id: str) -> str:
    """A token that only this document has: who finds it knows that searches see the document."""
    return f"zq{_digest(stored_id, 20)}"


def to_document(stored: Stored, vector: Vector) -> Document:
    """The document of `stored`. Raises `TooLargeError`."""
    chunk = stored.chunk
    analyser = analyser_fingerprint()
    found_as = document_id(chunk.chunk_id, chunk.content_hash, stored.embedder, analyser)
    tokens = [as_token(term) for term in searched_text(stored.terms).split()]
    return {
        "_id": found_as,
        VECTOR: [float(coordinate) for coordinate in vector],
        TERMS: " ".join((*tokens, mark_of(found_as))),
        BOUNDS: bounds_id(bounds_of(chunk)),
        EMBEDDER: stored.embedder,
        CHUNK: _written(stored),
        "article_id": _shown(chunk.article_id),
        "title": _shown(chunk.title),
        "tier": chunk.tier.value,
        "kind": chunk.kind.value,
        **_shown_scope(chunk.scope),
    }


def from_document(document: Mapping[str, Any]) -> Stored:
    """What `to_document` was given. Raises `UnreadableError` when it is anything else."""
    text = document.get(CHUNK)
    if not isinstance(text, str):
        raise UnreadableError
    try:
        if text.startswith(_PACKED):
            return _decoder.decode(zlib.decompress(base64.b64decode(text[len(_PACKED) :])))
        return _decoder.decode(text)
    except (msgspec.MsgspecError, zlib.error, binascii.Error, UnicodeError, RecursionError):
        raise UnreadableError from None


def unit_vector(dimensions: int) -> list[float]:
    """What stands where no embedder was: every document of the index must have a vector."""
    return [1.0] + [0.0] * (dimensions - 1)


def batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """`documents` in groups that one request may carry."""
    group: list[Document] = []
    size = 0
    for document in documents:
        weight = len(_encoder.encode(document))
        if group and (size + weight > _BATCH_BYTES or len(group) == _BATCH_DOCUMENTS):
            yield group
            group, size = [], 0
        group.append(document)
        size += weight
    if group:
        yield group


def groups_of(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """`items` in order, `size` at a time."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def bounds_filter(
    passing: frozenset[str], known: Iterable[str], embedder: str | None = None
) -> dict[str, Any] | None:
    """The condition for documents within `passing` bounds, by `embedder`; None where all are."""
    barred = sorted(set(known) - passing)
    condition: dict[str, Any] = {}
    if barred and len(barred) < len(passing):
        condition[BOUNDS] = {"$nin": barred}
    elif barred:
        condition[BOUNDS] = {"$in": sorted(passing)}
    if embedder is not None:
        condition[EMBEDDER] = {"$eq": embedder}
    return condition or None


def _written(stored: Stored) -> str:
    text = _encoder.encode(stored)
    if len(text) <= _LARGEST_PLAIN:
        return text.decode()
    packed = _PACKED + base64.b64encode(zlib.compress(text, 9)).decode()
    if len(packed) > _LARGEST:
        raise TooLargeError
    return packed


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text[:_SHOWN_LENGTH])


def _shown_scope(scope: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The scope for people who look into the console, as far as there is room for it."""
    shown: dict[str, list[str]] = {}
    left = _SHOWN_SCOPE
    for key, values in scope.items():
        folded = [_shown(fold_scope_value(value)) for value in values[:_SHOWN_VALUES]]
        left -= len(key) + sum(len(value.encode("utf-8", "replace")) for value in folded)
        if left >= 0 and _SHOWN_KEY.fullmatch(key):
            shown[f"scope_{key}"] = folded
    return shown


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]
