"""One article as the engine uses it: its chunks, with the structured parts decoded. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from data_pipeline.articles import Chunk, Condition, DataPoint, Frame, Kind, Outcome, Rule

T = TypeVar("T")


class SourcedPoint(msgspec.Struct, frozen=True):
    """A data point and the heading of the section that lists it."""

    point: DataPoint
    section: str


class ArticleContent(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that code decides on, as data; `chunks` are all chunks of the article, by id."""

    article_id: str
    title: str
    url: str | None
    language: str
    scope: dict[str, tuple[str, ...]]
    chunks: tuple[Chunk, ...]
    points: tuple[SourcedPoint, ...]
    requirements: tuple[Condition, ...]
    blockers: tuple[Condition, ...]
    outcomes: tuple[Outcome, ...]
    frames: dict[str, Frame]
    guardrails: tuple[Rule, ...]


def read_content(chunks: Sequence[Chunk]) -> ArticleContent:
    """Decode the chunks of one article; `chunks` must not be empty."""
    first = chunks[0]
    return ArticleContent(
        article_id=first.article_id,
        title=first.title,
        url=first.url,
        language=first.language,
        scope=first.scope,
        chunks=tuple(chunks),
        points=tuple(_points(chunks)),
        requirements=_all(chunks, Kind.ELIGIBILITY, Condition),
        blockers=_all(chunks, Kind.BLOCKING, Condition),
        outcomes=_all(chunks, Kind.OUTCOMES, Outcome),
        frames={frame.outcome: frame for frame in _all(chunks, Kind.FRAME, Frame)},
        guardrails=_all(chunks, Kind.GUARDRAIL, Rule),
    )


def _points(chunks: Sequence[Chunk]) -> Iterator[SourcedPoint]:
    seen: set[str] = set()
    for kind in (Kind.REQUIRED_DATA, Kind.OPTIONAL_DATA):
        for chunk in chunks:
            for point in structured(chunk, kind, DataPoint):
                if point.key not in seen:
                    seen.add(point.key)
                    yield SourcedPoint(point, chunk.heading)


def _all(chunks: Sequence[Chunk], kind: Kind, shape: type[T]) -> tuple[T, ...]:
    return tuple(item for chunk in chunks for item in structured(chunk, kind, shape))


def structured(chunk: Chunk, kind: Kind, shape: type[T]) -> list[T]:
    """The structured units of a chunk of `kind` as `shape`; entries of another are left out."""
    if chunk.kind is not kind or not chunk.data:
        return []
    items = msgspec.json.decode(chunk.data)
    if not isinstance(items, list):
        return []
    return [decoded for item in items if (decoded := _convert(item, shape)) is not None]


def _convert(item: Any, shape: type[T]) -> T | None:
    try:
        return msgspec.convert(item, shape)
    except msgspec.ValidationError:
        return None
