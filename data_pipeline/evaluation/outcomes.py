"""What became of one question, as the plain facts that every figure is counted from. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from data_pipeline.articles import Chunk
from data_pipeline.contract.replies import Decision, GenerateResponseReply
from data_pipeline.evaluation.runs import Group, Run


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One question asked; holds no text, so that it can be kept and compared.

    `gold_ranks` are the places (from 1) of the `golds` right articles among those found. `right` is
    whether the reply is, or would have been, right: `right_article`, and with a gold passage a
    quote that overlaps it. The field counts are about keys to ask for, where they are labelled.
    """

    qid: str
    group: Group
    decision: Decision
    confidence: float
    gold_ranks: tuple[int, ...] = ()
    golds: int = 0
    right_article: bool = False
    right: bool = False
    has_passage: bool = False
    citations: int = 0
    valid_citations: int = 0
    fields_asked: int | None = None
    fields_wanted: int = 0
    fields_right: int = 0
    milliseconds: float = 0.0
    model_tokens: int = 0
    embedding_tokens: int = 0
    cost_usd: float = 0.0
    degraded: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether a customer was sent an answer."""
        return self.decision is Decision.ANSWER


def outcome_of(run: Run, chunks: Mapping[str, Sequence[Chunk]]) -> Outcome:
    """The facts of `run`, citations held against the `chunks` of the knowledge base."""
    reply = run.reply
    if reply is None:
        raise ValueError("Only a run with the service's reply has an outcome.")
    asked = frozenset(reply.missing)
    wanted = run.case.missing
    return Outcome(
        qid=run.case.qid,
        group=run.group,
        decision=reply.decision,
        confidence=reply.confidence,
        gold_ranks=tuple(n for n, a in enumerate(run.ranked, 1) if a in run.gold),
        golds=len(run.gold),
        right_article=run.right_article,
        right=run.right_quote,
        has_passage=bool(run.case.passage),
        citations=len(reply.citations),
        valid_citations=_valid_citations(reply, chunks),
        fields_asked=None if wanted is None else len(asked),
        fields_wanted=len(wanted or ()),
        fields_right=len(asked & (wanted or frozenset())),
        milliseconds=reply.timings_ms.total,
        model_tokens=reply.usage.input_tokens + reply.usage.output_tokens,
        embedding_tokens=reply.usage.embedding_tokens,
        cost_usd=reply.usage.cost_usd,
        degraded=reply.degraded,
    )


def _valid_citations(reply: GenerateResponseReply, chunks: Mapping[str, Sequence[Chunk]]) -> int:
    """Citations whose quote stands in their chunk where they say."""
    texts = {
        chunk.chunk_id: chunk.text
        for article_id in {citation.article_id for citation in reply.citations}
        for chunk in chunks.get(article_id, ())
    }
    return sum(
        bool(c.quote) and texts.get(c.chunk_id, "")[c.start : c.end] == c.quote
        for c in reply.citations
    )
