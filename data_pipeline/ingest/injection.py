"""Chunks that read like instructions to a model: they are flagged, and no model is shown them.

Pure. It looks for phrases (English and Spanish) that address a model and that a help article has no
use for, for the marks of chat templates, for text that people cannot see, and for all of these
inside base64. It is one defence of several: what it lets pass is still treated as data.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from data_pipeline.articles import Article, Chunk, Tier
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.ingest.injection_cues import ADDRESSED, TEMPLATE_MARKS
from data_pipeline.language import fold

_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_LARGEST_BLOB: Final = 20_000
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_UNSEEN_RUN: Final = re.compile("[\u200b\u200c\u2060-\u2064\ufeff]{8,}")
_TAGS: Final = re.compile("(?<!\U0001f3f4)[\U000e0020-\U000e007e]{6,}")
_EMPHASIS: Final = re.compile(r"[*_`]+")
_JOINTS: Final = re.compile(r"(?:\\n|[\s,;()\[\]\"'“”‘’«»–—-])+")
_TAG_PLANE: Final = 0xE0000


def article_chunks(article: Article) -> tuple[Chunk, ...]:
    """The chunks of `article` as they are stored: split, and flagged where they need it."""
    return tuple(map(flagged, chunk_article(article)))


def flagged(chunk: Chunk) -> Chunk:
    """`chunk`, marked and of the lowest tier where it reads like instructions to a model."""
    if not reads_like_instructions(f"{chunk.text}\n{chunk.data}"):
        return chunk
    # What the hash covers has changed; a hash of the hash says so without hashing all again.
    digest = hashlib.blake2b(f"{chunk.content_hash} flagged".encode(), digest_size=16).hexdigest()
    return msgspec.structs.replace(chunk, flagged=True, tier=Tier.LOW, content_hash=digest)


def reads_like_instructions(text: str) -> bool:
    """Whether `text`, or what it hides, addresses a model instead of a reader."""
    return bool(_UNSEEN_RUN.search(text)) or any(map(_is_suspicious, (text, *_hidden_in(text))))


def _is_suspicious(text: str) -> bool:
    plain = _EMPHASIS.sub("", fold(_UNSEEN.sub("", text)))
    return bool(TEMPLATE_MARKS.search(plain) or ADDRESSED.search(_JOINTS.sub(" ", plain)))


def _hidden_in(text: str) -> Iterator[str]:
    """Texts that a reader does not see: in the letters of Unicode's tags, and in base64."""
    for run in _TAGS.findall(text):
        yield "".join(chr(ord(letter) - _TAG_PLANE) for letter in run)
    yield from _decoded(_BASE64.findall(text))


def _decoded(blobs: Iterable[str]) -> Iterator[str]:
    for blob in blobs:
        padded = blob[:_LARGEST_BLOB].rstrip("=").translate(str.maketrans("-_", "+/"))
        try:
            yield base64.b64decode(padded[: len(padded) // 4 * 4]).decode()
        except (binascii.Error, ValueError):
            continue
