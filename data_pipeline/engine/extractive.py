"""The writer that needs no model: picks what the article says, and cites it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from data_pipeline.articles import Kind, Step
from data_pipeline.contract.replies import Citation, CitedText, ReplyStep, StructuredReply
from data_pipeline.engine.article_content import ArticleContent
from data_pipeline.engine.guardrails import forbidden_by, forbidden_phrases
from data_pipeline.engine.inquiry import Intent
from data_pipeline.engine.outcome import Verdict
from data_pipeline.engine.passages import (
    Passage,
    Procedure,
    is_wanted,
    is_warning,
    passage_at,
    passages_of,
    procedures_of,
)
from data_pipeline.engine.ranking import Query, idf
from data_pipeline.engine.wording import wording_for
from data_pipeline.ports import TermStatistics

MAX_POINTS: Final = 4
_ENOUGH_WORDS: Final = 110
_MAX_STEPS: Final = 15
_HEADING_WEIGHT: Final = 0.3
_STAY_SHARE: Final = 0.35
_REPEAT_WEIGHT: Final = 0.5
_PROCEDURE_SHARE: Final = 0.35
_SHORT_WORDS: Final = 6
_SHORT_SHARE: Final = 0.7
_WANTED_WEIGHT: Final = 1.4


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A reply with its citations, the query terms that its quotes hold, and the rules it met."""

    reply: StructuredReply
    citations: tuple[Citation, ...]
    covered: frozenset[str]
    guardrails: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether anything of the article is in it."""
        return bool(self.reply.key_points or self.reply.steps)


class _Cited:
    """Collects citations in order of use; the same quote keeps one id."""

    def __init__(self, revision: str, prefix: str) -> None:
        self._revision = revision
        self._prefix = prefix
        self._by_place: dict[tuple[str, int, int], Citation] = {}

    def cite(self, passage: Passage) -> str:
        place = (passage.chunk.chunk_id, passage.start, passage.end)
        if place not in self._by_place:
            number = f"{self._prefix}{len(self._by_place) + 1}"
            self._by_place[place] = _citation(passage, number, self._revision)
        return self._by_place[place].id

    @property
    def citations(self) -> tuple[Citation, ...]:
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


class Asked(msgspec.Struct, frozen=True):
    """One question and what it wants."""

    query: Query
    intent: Intent


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


def write_reply(task: Assignment, statistics: TermStatistics) -> Draft:
    """The best reply that the article's own sentences make, every piece with its citation."""
    blocked = forbidden_phrases(task.content.guardrails, task.content.frames.values())
    passages = passages_of(task.content.chunks)
    allowed = [p for p in passages if not forbidden_by(p.text, blocked)]
    met = sorted({rule for p in passages for rule in forbidden_by(p.text, blocked)})
    steps = _steps(task, statistics)
    in_steps = {(p.chunk.chunk_id, p.start) for _, p in steps}
    free = [p for p in allowed if (p.chunk.chunk_id, p.start) not in in_steps]
    chosen = _choose(free, task.asked, statistics)
    cited = _Cited(task.revision, task.prefix)
    framed = _framed(task.content, task.verdict)
    points = [*framed, *(p for p in chosen if not is_warning(p))]
    reply = StructuredReply(
        opening=_opening(task.intent, task.verdict, task.language),
        key_points=tuple(CitedText(p.text, (cited.cite(p),)) for p in points),
        steps=tuple(
            ReplyStep(number, step.action, step.detail, (cited.cite(passage),))
            for number, (step, passage) in enumerate(steps, start=1)
        ),
        warnings=tuple(CitedText(p.text, (cited.cite(p),)) for p in chosen if is_warning(p)),
    )
    return Draft(
        reply=reply,
        citations=cited.citations,
        covered=_covered(task.asked, [*framed, *chosen, *(p for _, p in steps)]),
        guardrails=tuple(met),
    )


def _covered(asked: Sequence[Asked], used: Sequence[Passage]) -> frozenset[str]:
    terms = frozenset().union(*(a.query.own for a in asked))
    return terms & frozenset[str]().union(*(p.own | p.around for p in used))


def _opening(intent: Intent, verdict: Verdict | None, language: str) -> str:
    words = wording_for(language)
    if verdict:
        return words.opening_outcome
    return words.opening_rules if intent.verdict else words.opening


def _information(queries: Iterable[Query], statistics: TermStatistics) -> dict[str, float]:
    return {
        term: weight * idf(term, statistics)
        for query in queries
        for term, weight in query.weights.items()
    }


def _value(passage: Passage, information: Mapping[str, float], intent: Intent) -> float:
    own = sum(information[t] for t in passage.own & information.keys())
    around = sum(information[t] for t in (passage.around - passage.own) & information.keys())
    bare = passage.chunk.kind is not Kind.FEES and len(passage.text.split()) < _SHORT_WORDS
    short = _SHORT_SHARE if bare else 1.0
    wanted = _WANTED_WEIGHT if is_wanted(passage, intent) else 1.0
    return passage.weight * short * wanted * (own + _HEADING_WEIGHT * around)


def _choose(
    passages: Sequence[Passage], asked: Sequence[Asked], statistics: TermStatistics
) -> list[Passage]:
    """For each question its best passages; a further one must add what is not said yet."""
    most = max(2, MAX_POINTS // len(asked))
    chosen: list[Passage] = []
    for one in asked:
        information = _information([one.query], statistics)
        chosen += _choose_for(one.intent, information, passages, chosen)[:most]
    return chosen[: MAX_POINTS + len(asked) - 1]


def _choose_for(
    intent: Intent,
    information: Mapping[str, float],
    passages: Sequence[Passage],
    told: Sequence[Passage],
) -> list[Passage]:
    chosen: list[Passage] = []
    best = 0.0
    while len(chosen) < MAX_POINTS and _words(chosen) < _ENOUGH_WORDS:
        said = frozenset[str]().union(*(p.own for p in chosen))
        rest = {t: v * (_REPEAT_WEIGHT if t in said else 1.0) for t, v in information.items()}
        left = [p for p in passages if not _told(p, [*told, *chosen])]
        top = max(left, key=lambda p: _value(p, rest, intent), default=None)
        worth = _value(top, rest, intent) if top else 0.0
        best = best or worth
        if top is None or not worth or worth < _STAY_SHARE * best:
            break
        chosen.append(top)
    return chosen


def _words(passages: Sequence[Passage]) -> int:
    return sum(len(passage.text.split()) for passage in passages)


def _told(passage: Passage, chosen: Sequence[Passage]) -> bool:
    """Whether the same words, or overlapping ones of the same chunk, were chosen already."""
    return any(
        passage.text == other.text
        or (
            passage.chunk.chunk_id == other.chunk.chunk_id
            and passage.start < other.end
            and other.start < passage.end
        )
        for other in chosen
    )


def _steps(task: Assignment, statistics: TermStatistics) -> Sequence[tuple[Step, Passage]]:
    """The procedure that fits best, where "how" or a request asks for one."""
    procedures = procedures_of(task.content.chunks)
    if not procedures or not (task.intent.how or task.intent.execution):
        return ()
    information = _information((a.query for a in task.asked), statistics)

    def fit(procedure: Procedure) -> float:
        own = frozenset[str]().union(*(p.own | p.around for _, p in procedure.steps))
        return sum(information[t] for t in own & information.keys())

    best = max(procedures, key=fit)
    fitting = fit(best) >= _PROCEDURE_SHARE * sum(information.values())
    return best.steps[:_MAX_STEPS] if fitting else ()


def _framed(content: ArticleContent, verdict: Verdict | None) -> list[Passage]:
    """What the article's frame says for a proven outcome."""
    frame = content.frames.get(verdict.outcome) if verdict else None
    if frame is None:
        return []
    said = (*frame.message, *frame.next_steps, *frame.warnings)
    return [p for text in said for p in _in_frame(content, text)]


def _in_frame(content: ArticleContent, text: str) -> list[Passage]:
    for chunk in content.chunks:
        start = chunk.text.find(text, chunk.body_start)
        if start >= 0 and not chunk.agent_only:
            return [passage_at(chunk, text, start, start + len(text), text)]
    return []
