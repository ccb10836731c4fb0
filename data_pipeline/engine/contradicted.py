"""Whether what a reply would quote is contradicted by another passage near the top. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from data_pipeline.articles import Chunk
from data_pipeline.contract.replies import Citation
from data_pipeline.engine.agent_causes import Cause
from data_pipeline.engine.contradiction.dispute import Dispute, Stated, find_dispute
from data_pipeline.engine.escalation import Reason
from data_pipeline.engine.parts import Part
from data_pipeline.ports import Catalogue

_OWN_CHUNKS: Final = 10
_OTHER_ARTICLES: Final = 3
_OTHER_CHUNKS: Final = 4
_LONGEST_QUOTE: Final = 240


def dispute_over(part: Part, citations: Sequence[Citation]) -> Dispute | None:
    """The first value in `citations` that a passage found for the same questions contradicts."""
    return find_dispute(citations, tuple(_near_the_top(part, {c.chunk_id for c in citations})))


def _near_the_top(part: Part, cited: set[str]) -> Iterator[Chunk]:
    """The cited chunks, and the best ones of the article and of those behind it."""
    yield from (c for c in part.content.chunks if c.chunk_id in cited) if part.content else ()
    for found in part.found:
        for article in found.articles[: 1 + _OTHER_ARTICLES]:
            is_own = part.content is not None and article.article_id == part.content.article_id
            most = _OWN_CHUNKS if is_own else _OTHER_CHUNKS
            yield from (ranked.chunk for ranked in article.chunks[:most])


def opposing(dispute: Dispute, catalogue: Catalogue) -> Citation:
    """The quote that contradicts the reply, as a citation of its own."""
    chunk = dispute.against.chunk
    card = catalogue.articles.get(chunk.article_id)
    return Citation(
        id=_opposing_id(dispute),
        chunk_id=chunk.chunk_id,
        article_id=chunk.article_id,
        title=chunk.title,
        url=chunk.url,
        section=chunk.heading,
        page=chunk.page,
        quote=dispute.against.quote,
        start=dispute.against.start,
        end=dispute.against.end,
        revision=card.revision if card else "",
    )


def _opposing_id(dispute: Dispute) -> str:
    return f"against-{dispute.said_id}"


def contradiction_reason(dispute: Dispute) -> Reason:
    """Both quotes with their places, for the agent to see which of them is right."""
    said, against = dispute.said, dispute.against
    told = {
        "title": said.chunk.title,
        "section": _section(said),
        "quote": _shown(said),
        "id": dispute.said_id,
        "other_title": against.chunk.title,
        "other_section": _section(against),
        "other_quote": _shown(against),
        "other_id": _opposing_id(dispute),
    }
    return Reason(Cause.CONTRADICTION, told=told)


def _section(stated: Stated) -> str:
    heading = stated.chunk.heading
    return f" ({heading})" if heading and heading != stated.chunk.title else ""


def _shown(stated: Stated) -> str:
    line = " ".join(stated.quote.split())
    return line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1].rstrip()}…"
