"""Citations of a reply: every quote with its place, numbered in order of use. Pure."""

from __future__ import annotations

from data_pipeline.contract.replies import Citation
from data_pipeline.engine.passages import Passage


class Citations:
    """Collects the citations of one article's reply; the same quote keeps one id."""

    def __init__(self, revision: str, prefix: str) -> None:
        self._revision = revision
        self._prefix = prefix
        self._by_place: dict[tuple[str, int, int], Citation] = {}

    def cite(self, passage: Passage) -> str:
        """The id of the citation for `passage`."""
        place = (passage.chunk.chunk_id, passage.start, passage.end)
        if place not in self._by_place:
            number = f"{self._prefix}{len(self._by_place) + 1}"
            self._by_place[place] = _citation(passage, number, self._revision)
        return self._by_place[place].id

    @property
    def all(self) -> tuple[Citation, ...]:
        """Every citation so far."""
        return tuple(self._by_place.values())


def _citation(passage: Passage, number: str, revision: str) -> Citation:
    chunk = passage.chunk
    return Citation(
        id=number,
        chunk_id=chunk.chunk_id,
        article_id=chunk.article_id,
        title=chunk.title,
        url=chunk.url,
        section=chunk.heading,
        page=chunk.page,
        quote=passage.quote,
        start=passage.start,
        end=passage.end,
        revision=revision,
    )
