"""What a question asks the index for: its words, those around it, those said before. Pure."""

from __future__ import annotations

from typing import Final

import msgspec

from data_pipeline.engine.conversation import said_before
from data_pipeline.engine.found import Asked, Shelf
from data_pipeline.engine.inquiry import Inquiry
from data_pipeline.engine.ranking import Query, build_query

_MAX_EMBEDDED: Final = 2_000


def asked_for(
    question: str, inquiry: Inquiry, shelf: Shelf, language: str | None, topic: str | None
) -> Asked:
    """A question of `inquiry`, in `language`, as it is searched for."""
    return Asked(
        question=question,
        embedded="\n".join(filter(None, (inquiry.subject, question)))[:_MAX_EMBEDDED],
        query=_without_settled(query_for(question, inquiry, language), shelf),
        language=language,
        topic=topic,
    )


def query_for(question: str, inquiry: Inquiry, language: str | None) -> Query:
    """The query of one question, with what else was written at less weight."""
    whole = question == inquiry.text
    asked = f"{inquiry.subject}\n{question}" if whole and inquiry.subject else question
    around = [inquiry.subject] if whole else [inquiry.subject, inquiry.statements]
    said = {turn.text for turn in inquiry.thread}
    related = [text for text in inquiry.context if text not in said]
    query = build_query(asked, language, around, related)
    return msgspec.structs.replace(query, before=said_before(inquiry.thread, language))


def _without_settled(query: Query, shelf: Shelf) -> Query:
    """A country that no text names, because the filter sees to it, is no gap in the evidence."""
    known = shelf.catalogue.statistics.chunk_frequency
    kept = {t: w for t, w in query.weights.items() if t in known or t not in shelf.settled}
    return msgspec.structs.replace(query, weights=kept)
