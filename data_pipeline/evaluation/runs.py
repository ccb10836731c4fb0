"""Ask labelled questions with their articles there, with these left out, and foreign ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from typing import Final

import msgspec

from data_pipeline.articles import Chunk
from data_pipeline.contract.replies import Decision, GenerateResponseReply
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.engine.assessment import Engine, assess
from data_pipeline.engine.evidence import Evidence
from data_pipeline.engine.parts import Assessment
from data_pipeline.engine.ticket_reply import Case as TicketCase
from data_pipeline.engine.ticket_reply import Ruling, rule, ticket_reply
from data_pipeline.errors import InvalidRequestError
from data_pipeline.evaluation.overlap import overlaps
from data_pipeline.evaluation.sets import Case, LabelledSet, golds_of
from data_pipeline.evaluation.without import Without, article_terms
from data_pipeline.request_body import read_request

_RANKED: Final = 20
_TOLD_APART: Final = 1e-9
# Every view holds a dictionary of all terms.
_VIEWS: Final = 4
_ROLES: Final = {"user": "user", "customer": "user", "agent": "assistant", "assistant": "assistant"}

Progress = Callable[[int, int], None]
"""Called with the questions asked and the questions in all."""


class Group(StrEnum):
    """Why a question can be answered, or cannot."""

    PRESENT = "present"
    REMOVED = "removed"
    UNANSWERABLE = "unanswerable"
    FOREIGN = "foreign"


class Ask(msgspec.Struct, frozen=True):
    """A question to ask while the articles `hidden` are left out; `gold` may answer it."""

    case: Case
    group: Group
    gold: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One question asked: what was found, what would have been quoted, and the evidence.

    `article` is the one that the reply was, or would have been, made of. `reply` is what the
    service said, None where only the draft was looked at.
    """

    case: Case
    group: Group
    gold: frozenset[str]
    ranked: tuple[str, ...] = ()
    article: str = ""
    quotes: tuple[str, ...] = ()
    evidence: Evidence = Evidence()
    probability: float = 0.0
    reply: GenerateResponseReply | None = None

    @property
    def removed(self) -> bool:
        """Whether there was nothing to answer from."""
        return self.group is not Group.PRESENT

    @property
    def right_article(self) -> bool:
        """Whether the article answered from is a gold one."""
        return self.article in self.gold

    @property
    def right_quote(self) -> bool:
        """Whether a quote from it overlaps the gold passage, where there is one."""
        if not self.case.passage:
            return self.right_article
        return self.right_article and any(overlaps(q, self.case.passage) for q in self.quotes)


def plan(
    labelled: LabelledSet,
    foreign: Sequence[Case] = (),
    *,
    removed: frozenset[str] | None = None,
    foreign_share: float = 1.0,
    seed: int = 7,
) -> list[Ask]:
    """Every question with its articles there, then without them, then foreign ones.

    With `removed` only questions whose articles are all among these are asked again, while all of
    these are left out. `foreign_share` is the number of foreign questions per answerable one.
    """
    golds = golds_of(labelled)
    known = [(case, golds[n]) for n, case in enumerate(labelled.cases)]
    answerable = [(case, gold) for case, gold in known if case.gold]
    wanted = min(len(foreign), round(foreign_share * len(answerable)))
    strangers = random.Random(seed).sample(list(foreign), wanted)  # noqa: S311 -- a fixed seed
    return [
        *(Ask(case, Group.PRESENT, gold) for case, gold in answerable),
        *(Ask(case, Group.UNANSWERABLE) for case, _ in known if not case.gold),
        *_left_out(answerable, removed),
        *(Ask(case, Group.FOREIGN) for case in strangers),
    ]


def _left_out(
    answerable: Sequence[tuple[Case, frozenset[str]]], removed: frozenset[str] | None
) -> Iterator[Ask]:
    for case, gold in answerable:
        if removed is None:
            yield Ask(case, Group.REMOVED, hidden=gold)
        elif case.gold <= removed:
            yield Ask(case, Group.REMOVED, hidden=gold | removed)


async def ask_all(
    engine: Engine,
    namespace: str,
    asks: Sequence[Ask],
    chunks: Mapping[str, Sequence[Chunk]],
    *,
    mode: str = "extractive",
    progress: Progress = lambda _done, _all: None,
) -> list[Run]:
    """Ask each question of `engine`; `chunks` are those of the knowledge base by article id.

    Raises what `ticket_reply` raises, `InvalidRequestError` with the question's id.
    """
    view = views(engine, chunks)
    runs = []
    for done, ask in enumerate(asks, 1):
        try:
            runs.append(await asked(view(ask.hidden), namespace, ask, mode=mode))
        except InvalidRequestError as error:
            raise _of_question(ask.case, error) from None
        progress(done, len(asks))
    return runs


def views(
    engine: Engine, chunks: Mapping[str, Sequence[Chunk]]
) -> Callable[[frozenset[str]], Engine]:
    """The engine over what is left without some articles; of `chunks`, by article id.

    The last few views are kept: a question and its neighbours often hide the same.
    """
    terms_of = cache(lambda article_id: article_terms(chunks.get(article_id, ())))

    @lru_cache(_VIEWS)
    def view(hidden: frozenset[str]) -> Engine:
        index = Without(engine.index, hidden, terms_of)
        return msgspec.structs.replace(engine, index=index)

    return lambda hidden: view(hidden) if hidden else engine


async def asked(engine: Engine, namespace: str, ask: Ask, *, mode: str) -> Run:
    """The service's reply to a question, and the draft behind it, however uncertain."""
    request = request_for(ask.case, mode)
    reply = await ticket_reply(engine, namespace, request)
    drafted = await drafted_run(engine, namespace, ask, request, reply)
    if reply.decision is not Decision.ANSWER:
        return drafted
    sent = tuple(c.quote for c in reply.citations if c.article_id == drafted.article)
    return msgspec.structs.replace(drafted, quotes=sent)


async def drafted_run(
    engine: Engine,
    namespace: str,
    ask: Ask,
    request: GenerateResponseRequest,
    reply: GenerateResponseReply | None = None,
) -> Run:
    """What would be answered to a question if it had to be."""
    assessment = await assess(engine, namespace, request)
    run = Run(case=ask.case, group=ask.group, gold=ask.gold, reply=reply)
    if not assessment.parts:
        return run
    case = TicketCase(engine, assessment, request, 0.0)
    ruling = _leading([rule(case, part, n) for n, part in enumerate(assessment.parts)], reply)
    ranked = ranked_articles(assessment)
    return msgspec.structs.replace(
        run,
        ranked=ranked,
        article=ruling.part.content.article_id if ruling.part.content else "",
        quotes=tuple(c.quote for c in ruling.draft.citations) if ruling.draft else (),
        evidence=ruling.evidence,
        probability=ruling.confidence.probability,
    )


def _leading(rulings: Sequence[Ruling], reply: GenerateResponseReply | None) -> Ruling:
    """Of several parts the one that the reply's confidence is about."""
    if reply is None or len(rulings) == 1:
        return rulings[0]
    said = reply.confidence
    cited = {citation.article_id for citation in reply.citations}
    same = [r for r in rulings if abs(r.confidence.probability - said) < _TOLD_APART]
    quoted = [r for r in rulings if r.part.content and r.part.content.article_id in cited]
    return next(iter((*same, *quoted, *rulings)))


def ranked_articles(assessment: Assessment) -> tuple[str, ...]:
    """Articles that were found, the best of each question first, then the others by score."""
    found = [f.articles for part in assessment.parts for f in part.found if f.articles]
    chosen = [articles[0].article_id for articles in found]
    others = [article for articles in found for article in articles[1:_RANKED]]
    followers = [a.article_id for a in sorted(others, key=lambda a: -a.score)]
    if len(found) == 1:
        followers = [a.article_id for a in found[0][1:_RANKED]]
    return tuple(dict.fromkeys((*chosen, *followers)))[:_RANKED]


def check(asks: Sequence[Ask]) -> None:
    """Refuse questions that the service would refuse. Raises `InvalidRequestError` with the id."""
    for ask in asks:
        try:
            request_for(ask.case)
        except InvalidRequestError as error:
            raise _of_question(ask.case, error) from None


def _of_question(case: Case, error: InvalidRequestError) -> InvalidRequestError:
    return InvalidRequestError(f"Question {case.qid}: {error}", error.problems)


def request_for(case: Case, mode: str = "extractive") -> GenerateResponseRequest:
    """The case as a caller would send it: earlier turns as conversation."""
    body = {
        "inquiry": case.text,
        "conversation": [turn for turn in map(_turn, case.history) if turn["content"]],
    }
    given = case.request.get("options")
    options = {**given, "mode": mode} if isinstance(given, dict) else {"mode": mode}
    raw = msgspec.json.encode({**body, **case.request, "options": options})
    return read_request(raw, GenerateResponseRequest)[0]


def _turn(turn: str) -> dict[str, str]:
    """A turn as the sets write it: `user: ...` or `agent: ...`."""
    who, colon, said = turn.partition(":")
    if not colon or who.strip() not in _ROLES:
        return {"role": "user", "content": turn.strip()}
    return {"role": _ROLES[who.strip()], "content": said.strip()}
