"""A reply as it is read: its points are judged one by one, as they come. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import jiter
import msgspec

from data_pipeline.engine.citing import Citations
from data_pipeline.engine.model_answer.assignment import ModelAssignment
from data_pipeline.engine.model_answer.checks import CheckedPoint, Removal, check_point, without
from data_pipeline.engine.model_answer.drafts import WrittenPart, cite, write_part
from data_pipeline.engine.model_answer.offered import Offered
from data_pipeline.engine.model_answer.saying import is_in_other_language
from data_pipeline.engine.model_answer.schema import MAX_POINTS, Kind, Point
from data_pipeline.engine.model_answer.standards import bench_for
from data_pipeline.language import words


class SaidPoint(msgspec.Struct, frozen=True):
    """What is said of one point, with its citations, after every check."""

    part: int
    kind: Kind
    sentences: tuple[str, ...]
    citations: tuple[str, ...]


class Reading:
    """The points of one reply so far."""

    def __init__(self, task: ModelAssignment, offered: Sequence[Offered]) -> None:
        self.taken: list[Point] = []
        self._task = task
        self._bench = bench_for(task, offered)
        self._citations = [Citations(p.task.revision, p.task.prefix) for p in task.parts]
        self._checked: list[CheckedPoint] = []
        self._texts: set[str] = set()

    @property
    def says_something(self) -> bool:
        """Whether anything may be said so far."""
        return any(point.sentences for point in self._checked)

    def take(self, point: Point) -> SaidPoint | None:
        """Judge the next point; None where nothing of it is said, or it was said before."""
        self.taken.append(point)
        text = " ".join(words(point.text))
        if text in self._texts:
            return None
        self._texts.add(text)
        checked = check_point(point, self._bench)
        if len(self.taken) > MAX_POINTS:
            checked = without(checked, Removal.TOO_LONG)
        self._checked.append(checked)
        if not checked.sentences:
            return None
        ids = cite(checked, self._citations[checked.part])
        return SaidPoint(checked.part, checked.kind, checked.sentences, ids)

    def written(self) -> tuple[WrittenPart, ...]:
        """What is said about each article; all of it failed where it is in another language."""
        parts = tuple(
            write_part(part, [p for p in self._checked if p.part == number], citations)
            for number, (part, citations) in enumerate(
                zip(self._task.parts, self._citations, strict=True)
            )
        )
        said = " ".join(point.text for point in self._checked)
        if not is_in_other_language(said, self._task.language):
            return parts
        return tuple(msgspec.structs.replace(part, failed=True) for part in parts)


def finished_points(text: str, taken: int) -> Iterator[Point]:
    """The points behind the first `taken` that are complete in the beginning `text` of a reply.

    Nothing of a reply that finds nothing in the articles, or whose verdict is still to come.
    """
    partial = _partial(text)
    points = partial.get("points")
    if partial.get("verdict") not in {"answered", "partly"} or not isinstance(points, list):
        return
    for number, raw in enumerate(points[taken:], start=taken + 1):
        point = _point(raw)
        if point is None or (number == len(points) and next(reversed(raw)) != "text"):
            return
        yield point


def _partial(text: str) -> dict[str, object]:
    """Beginnings of texts are left out: a key is there once its value is whole, but for lists."""
    try:
        partial = jiter.from_json(text.encode("utf-8", "replace"), partial_mode=True)
    except ValueError:
        return {}
    return partial if isinstance(partial, dict) else {}


def _point(raw: object) -> Point | None:
    try:
        return msgspec.convert(raw, Point)
    except msgspec.ValidationError:
        return None
