"""What readers see: a catalogue in pieces, and one small document that names it.

Nothing in the index is visible because it is there; it is visible because the catalogue lists it.
The catalogue lies in a namespace of its own. Its pieces are written under a new name each time,
and then the head is overwritten, which is the one step that moves every article from old to new.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from data_pipeline.adapters.holdings.bounds import Bounds
from data_pipeline.adapters.holdings.statistics import Contents, catalogue_of
from data_pipeline.adapters.holdings.stored import analyser_fingerprint
from data_pipeline.adapters.pinecone.documents import document_id
from data_pipeline.ports import Catalogue

FORMAT: Final = 1
"""Raised when documents or catalogue change; other terms show in `Published.analyser`."""
HEAD_ID: Final = "head"
HEAD, PIECE, PART = "head", "piece", "part"
_PIECE_BYTES: Final = 22_500  # 30,000 characters of base64


class Held(msgspec.Struct, frozen=True, array_like=True):
    """Which document of a chunk is the one that holds: its content and whose vector it has."""

    content_hash: str
    embedder: str = ""


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a namespace holds; `held` maps article id and chunk id to the document.

    `analyser` is the `stored.analyser_fingerprint` of the release that made the documents' terms.
    """

    format: int = FORMAT
    analyser: str = ""
    scope_keys: tuple[str, ...] = ()
    contents: Contents = Contents()
    held: dict[str, dict[str, Held]] = {}


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Which catalogue is valid. `sequence` grows with every one (milliseconds since 1970)."""

    format: int
    version: str
    sequence: int
    pieces: int
    checksum: str


class DamagedCatalogueError(ValueError):
    """The head names a catalogue that is not there, or is no catalogue."""


class OtherReleaseError(ValueError):
    """The catalogue was written by another release of kbgate."""


class OtherAnalyserError(ValueError):
    """The documents hold the terms of another analyser; a writer makes them anew."""


class LostError(ValueError):
    """The catalogue was there and is gone."""


class _Format(msgspec.Struct):
    format: int


@dataclass(frozen=True)
class Snapshot:
    """A decoded catalogue: `documents` maps article id and chunk id to the document's id."""

    published: Published
    catalogue: Catalogue
    bounds: Mapping[str, Bounds]
    documents: Mapping[str, Mapping[str, str]]
    listed: frozenset[str]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Published)
_head_decoder = msgspec.json.Decoder(Head)
_format_decoder = msgspec.json.Decoder(_Format)


def snapshot_of(published: Published) -> Snapshot:
    """`published` as readers use it."""
    documents = {
        article_id: {
            chunk_id: document_id(chunk_id, held.content_hash, held.embedder, published.analyser)
            for chunk_id, held in chunks.items()
        }
        for article_id, chunks in published.held.items()
    }
    return Snapshot(
        published,
        catalogue_of(published.contents, published.scope_keys),
        {key: bounds for key, (bounds, _) in published.contents.bounds.items()},
        documents,
        frozenset(found for chunks in documents.values() for found in chunks.values()),
    )


def empty() -> Snapshot:
    """What a namespace holds that was never written."""
    return snapshot_of(Published(analyser=analyser_fingerprint()))


def encode(published: Published, after: int) -> tuple[Head, list[dict[str, Any]]]:
    """The head, of a higher sequence than `after`, and the pieces as documents without vector."""
    blob = zlib.compress(_encoder.encode(published))
    sequence = max(after + 1, int(time.time() * 1000))
    version = f"{sequence}-{secrets.token_hex(4)}"
    parts = [blob[at : at + _PIECE_BYTES] for at in range(0, len(blob), _PIECE_BYTES)]
    head = Head(
        format=FORMAT,
        version=version,
        sequence=sequence,
        pieces=len(parts),
        checksum=hashlib.sha256(blob).hexdigest(),
    )
    named = zip(piece_ids(head), parts, strict=True)
    return head, [
        {"_id": at, PIECE: base64.b64encode(part).decode(), PART: at} for at, part in named
    ]


def piece_ids(head: Head) -> list[str]:
    """Where the pieces of this catalogue lie, in order."""
    return [f"{head.version}/{number:05d}" for number in range(head.pieces)]


def head_document(head: Head) -> dict[str, Any]:
    """The document that makes `head` valid, without its vector."""
    return {"_id": HEAD_ID, HEAD: msgspec.json.encode(head).decode()}


def decode_head(document: Mapping[str, Any]) -> Head:
    """Raises `DamagedCatalogueError` and `OtherReleaseError`."""
    text = str(document.get(HEAD, ""))
    try:
        if _format_decoder.decode(text).format != FORMAT:
            raise OtherReleaseError
        return _head_decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise DamagedCatalogueError from None


def decode(head: Head, pieces: Sequence[str]) -> Published:
    """The catalogue that `pieces` make up. Raises `DamagedCatalogueError`."""
    try:
        blob = b"".join(map(base64.b64decode, pieces))
        if hashlib.sha256(blob).hexdigest() != head.checksum:
            raise DamagedCatalogueError
        return _decoder.decode(zlib.decompress(blob))
    except (msgspec.MsgspecError, zlib.error, binascii.Error, UnicodeError, RecursionError):
        raise DamagedCatalogueError from None
