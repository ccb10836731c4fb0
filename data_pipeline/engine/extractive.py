"""The writer that needs no model: picks what the article says, and cites it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from data_pipeline.articles import Kind, Step
from data_pipeline.contract.replies import Citation, CitedText, ReplyStep, StructuredReply
from data_pipeline.engine.article_content import ArticleContent
from data_pipeline.engine.citing import Citations
from data_pipeline.engine.guardrails import Forbidden, forbidden_by, forbidden_phrases
from data_pipeline.engine.intent import Intent
from data_pipeline.engine.outcome import Verdict
from data_pipeline.engine.passages import (
    Passage,
    find_text,
    is_warning,
    passage_at,
    passages_of,
)
from data_pipeline.engine.procedures import procedures_of
from data_pipeline.engine.quotable import is_sayable
from data_pipeline.engine.selection import Asked, choose_passages, choose_procedure
from data_pipeline.engine.wording import wording_for
from data_pipeline.ports import TermStatistics

_CONDITIONS: Final = frozenset({Kind.ELIGIBILITY, Kind.BLOCKING})


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A reply with its citations, the query terms that its quotes hold, and the rules it met.

    `is_framed` where it is the article's frame for a proven outcome.
    """

    reply: StructuredReply
    citations: tuple[Citation, ...]
    covered: frozenset[str]
    guardrails: tuple[str, ...] = ()
    is_framed: bool = False

    @property
    def says_something(self) -> bool:
        """Whether anything of the article is in it."""
        return bool(self.reply.key_points or self.reply.steps)


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """What to write about each question that was asked, from one article, in `language`.

    `verdict` is the article's outcome where it is proven; citation ids start with `prefix`.
    """

    content: ArticleContent
    revision: str
    asked: tuple[Asked, ...]
    intent: Intent
    language: str
    verdict: Verdict | None = None
    prefix: str = "c"


class _Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What a reply is made of, and the rules of the article that kept something out of it.

    `behind` are passages on the same matter that are not said, because a frame says it.
    """

    points: Sequence[Passage]
    behind: Sequence[Passage] = ()
    warnings: Sequence[Passage] = ()
    steps: Sequence[tuple[Step, Passage]] = ()
    is_framed: bool = False
    guardrails: Sequence[str] = ()


def write_reply(task: Assignment, statistics: TermStatistics) -> Draft:
    """The best reply that the article's own sentences make, every piece with its citation.

    For a proven outcome that is the article's frame, and passages only for what else was asked.
    """
    forbidden = forbidden_phrases(task.content.guardrails, task.content.frames.values())
    parts = _framed(task, forbidden, statistics) or _composed(task, forbidden, statistics)
    cited = Citations(task.revision, task.prefix)
    reply = StructuredReply(
        opening=_opening(task, is_framed=parts.is_framed),
        key_points=tuple(CitedText(p.text, (cited.cite(p),)) for p in parts.points),
        steps=tuple(
            ReplyStep(number, step.action, step.detail, (cited.cite(passage),))
            for number, (step, passage) in enumerate(parts.steps, start=1)
        ),
        warnings=tuple(CitedText(p.text, (cited.cite(p),)) for p in parts.warnings),
    )
    used = (*parts.points, *parts.warnings, *parts.behind, *(p for _, p in parts.steps))
    return Draft(
        reply=reply,
        citations=cited.all,
        covered=_covered(task.asked, used),
        guardrails=tuple(parts.guardrails),
        is_framed=parts.is_framed,
    )


def _covered(asked: Sequence[Asked], used: Sequence[Passage]) -> frozenset[str]:
    terms = frozenset[str]().union(*(a.query.own for a in asked))
    return terms & frozenset[str]().union(*(p.own | p.around for p in used))


def _opening(task: Assignment, *, is_framed: bool) -> str:
    words = wording_for(task.language)
    if is_framed:
        return words.opening_outcome
    return words.opening_rules if task.intent.verdict else words.opening


def _composed(
    task: Assignment, forbidden: Sequence[Forbidden], statistics: TermStatistics
) -> _Parts:
    """Best passages and, where "how" or a request asks for it, the procedure that fits."""
    steps = _steps(task, statistics)
    in_steps = {(p.chunk.chunk_id, p.start) for _, p in steps}
    passages = passages_of(task.content.chunks)
    free = [p for p in passages if (p.chunk.chunk_id, p.start) not in in_steps]
    chosen, broken = _permitted(free, task.asked, forbidden, statistics)
    points = [p for p in chosen if not is_warning(p)]
    return _Parts(
        # A warning that nothing else goes with is what was asked for.
        points=points if points or steps else chosen,
        warnings=[p for p in chosen if is_warning(p)] if points or steps else (),
        steps=steps,
        guardrails=sorted(broken),
    )


def _permitted(
    passages: Sequence[Passage],
    asked: Sequence[Asked],
    forbidden: Sequence[Forbidden],
    statistics: TermStatistics,
) -> tuple[list[Passage], set[str]]:
    """The passages to say, and the rules that kept others from being said."""
    chosen = choose_passages(passages, asked, statistics)
    broken = {rule for p in chosen for rule in forbidden_by(p.claim, forbidden)}
    if not broken:
        return chosen, broken
    allowed = [p for p in passages if not forbidden_by(p.claim, forbidden)]
    again = choose_passages(allowed, asked, statistics)
    # Two that may be said alone can break a rule where they were joined.
    return [p for p in again if not forbidden_by(p.claim, forbidden)], broken


def _steps(task: Assignment, statistics: TermStatistics) -> Sequence[tuple[Step, Passage]]:
    """The procedure that fits, whole: one without a step would lead nowhere."""
    if not (task.intent.how or task.intent.execution):
        return ()
    procedures = procedures_of(task.content.chunks)
    best = choose_procedure(procedures, task.asked, statistics)
    return best.steps if best else ()


def _framed(
    task: Assignment, forbidden: Sequence[Forbidden], statistics: TermStatistics
) -> _Parts | None:
    """What the article's frame says for a proven outcome; None without one that may be said."""
    frame = task.content.frames.get(task.verdict.outcome) if task.verdict else None
    if frame is None:
        return None
    said = _in_frame(task.content, (*frame.message, *frame.next_steps))
    warned = _in_frame(task.content, frame.warnings)
    if not said or any(forbidden_by(p.claim, forbidden) for p in (*said, *warned)):
        return None
    asked = [a for a in task.asked if a.intent.price or a.intent.time]
    passages = passages_of(task.content.chunks)
    rest = [p for p in passages if p.chunk.kind not in _CONDITIONS]
    chosen, broken = _permitted(rest, asked, forbidden, statistics)
    texts = {p.text for p in said}
    return _Parts(
        points=[*said, *(p for p in chosen if p.text not in texts)],
        behind=choose_passages(passages, task.asked, statistics),
        warnings=warned,
        is_framed=True,
        guardrails=sorted(broken),
    )


def _in_frame(content: ArticleContent, texts: Sequence[str]) -> list[Passage]:
    """The sayable ones of a frame's texts, where they stand."""
    chunks = sorted(content.chunks, key=lambda chunk: chunk.kind is not Kind.FRAME)
    found = []
    for text in filter(is_sayable, texts):
        places = ((c, find_text(c, text)) for c in chunks if not c.agent_only)
        chunk, place = next(((c, p) for c, p in places if p), (None, None))
        if chunk and place:
            found.append(passage_at(chunk, text, place))
    return found
