"""What may stay of what a model wrote: every sentence is judged, none is rewritten. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from data_pipeline.articles import Kind as ChunkKind
from data_pipeline.engine.facts import unbacked
from data_pipeline.engine.guardrails import forbidden_by
from data_pipeline.engine.model_answer.claims import claims_an_act, is_negative, rules_on_customer
from data_pipeline.engine.model_answer.hidden import repeats_hidden
from data_pipeline.engine.model_answer.offered import Offered
from data_pipeline.engine.model_answer.saying import (
    is_in_other_language,
    plain_sentences,
    shows_markup,
    tells_secret,
)
from data_pipeline.engine.model_answer.schema import MAX_TEXT, Kind, Point, passage_id
from data_pipeline.engine.model_answer.standards import Bench, Standards
from data_pipeline.engine.model_answer.support import is_foreign, is_supported
from data_pipeline.engine.quotable import is_for_agents


class Removal(StrEnum):
    """Why a sentence that a model wrote is not said."""

    UNCITED = "uncited"
    UNSUPPORTED = "unsupported"
    UNBACKED = "unbacked"
    FORBIDDEN = "forbidden"
    VERDICT = "verdict"
    ACTION = "action"
    AGENT_ONLY = "agent_only"
    SENSITIVE = "sensitive"
    MARKUP = "markup"
    LANGUAGE = "language"
    TOO_LONG = "too_long"


class Removed(msgspec.Struct, frozen=True):
    """A sentence that is not said, and why; `detail` is the rule or the words. Not for logs."""

    text: str
    reason: Removal
    detail: str = ""


class CheckedPoint(msgspec.Struct, frozen=True):
    """What stays of a point about the article number `part`, and what does not."""

    part: int
    kind: Kind
    sentences: tuple[str, ...]
    cited: tuple[Offered, ...] = ()
    removed: tuple[Removed, ...] = ()

    @property
    def text(self) -> str:
        """What is said."""
        return " ".join(self.sentences)


_Objection = tuple[Removal, str]


def check_point(point: Point, bench: Bench) -> CheckedPoint:
    """Judge one point: each sentence alone, after all of it together."""
    cited = _cited(point, bench)
    part = cited[0].part if cited else 0
    sentences = plain_sentences(point.text[: MAX_TEXT + 1], is_step=point.kind == "step")
    against = _against_all(point, sentences, cited, bench) if sentences else None
    if against is not None:
        gone = tuple(Removed(text, against) for text in sentences)
        return CheckedPoint(part, point.kind, (), cited, gone)
    judged = [(text, objection(text, cited, bench.standards[part])) for text in sentences]
    return CheckedPoint(
        part,
        point.kind,
        tuple(text for text, against in judged if against is None),
        cited,
        tuple(Removed(text, *against) for text, against in judged if against is not None),
    )


def without(point: CheckedPoint, reason: Removal) -> CheckedPoint:
    """The point with all that was left of it removed for `reason`."""
    gone = tuple(Removed(text, reason) for text in point.sentences)
    return msgspec.structs.replace(point, sentences=(), removed=(*point.removed, *gone))


def objection(sentence: str, cited: Sequence[Offered], standards: Standards) -> _Objection | None:
    """The first reason why a sentence may not be said, with its rule or words; None without one."""
    return next(_objections(sentence, cited, standards), None)


def _cited(point: Point, bench: Bench) -> tuple[Offered, ...]:
    """The passages that there are, each once: those of the article that the first is of."""
    named = dict.fromkeys(map(passage_id, point.cites))
    found = [bench.offered[name] for name in named if name in bench.offered]
    return tuple(one for one in found if one.part == found[0].part)


def _against_all(
    point: Point, sentences: Sequence[str], cited: Sequence[Offered], bench: Bench
) -> Removal | None:
    if not cited:
        return Removal.UNCITED
    if len(point.text) > MAX_TEXT:
        return Removal.TOO_LONG
    standards = bench.standards[cited[0].part]
    supported = standards.is_translated or is_supported(
        " ".join(sentences), _terms(cited), standards.language, standards.statistics
    )
    return None if supported else Removal.UNSUPPORTED


def _texts(cited: Sequence[Offered]) -> list[str]:
    return list(dict.fromkeys(text for one in cited for text in one.texts if text))


def _terms(cited: Sequence[Offered]) -> frozenset[str]:
    return frozenset[str]().union(*(one.terms for one in cited))


def _objections(
    sentence: str, cited: Sequence[Offered], standards: Standards
) -> Iterator[_Objection]:
    backing = _texts(cited)
    language = standards.language
    if markup := shows_markup(sentence):
        yield Removal.MARKUP, markup
    if standards.is_translated and is_in_other_language(sentence, language):
        yield Removal.LANGUAGE, ""
    if tells_secret(sentence, backing, language):
        yield Removal.SENSITIVE, ""
    yield from _said_for_agents(sentence, standards)
    for rule in forbidden_by(sentence, standards.forbidden):
        yield Removal.FORBIDDEN, rule
    for found in unbacked(sentence, backing, standards.known):
        yield Removal.UNBACKED, f"{found.kind}: {found.text}"
    if (words := rules_on_customer(sentence, backing)) and not _is_proven(
        sentence, cited, standards
    ):
        yield Removal.VERDICT, words
    if words := claims_an_act(sentence, backing):
        yield Removal.ACTION, words
    if not standards.is_translated and is_foreign(sentence, _terms(cited), language):
        yield Removal.UNSUPPORTED, ""


def _said_for_agents(sentence: str, standards: Standards) -> Iterator[_Objection]:
    chunks = standards.part.task.content.chunks
    if is_for_agents(sentence) or repeats_hidden(sentence, chunks, standards.shown):
        yield Removal.AGENT_ONLY, ""


def _is_proven(sentence: str, cited: Sequence[Offered], standards: Standards) -> bool:
    """Whether a refusal is the proven one, in other words than its frame's.

    What favours the customer is said in the article's own words or not at all.
    """
    frame = [o.passage.text for o in cited if o.passage.chunk.kind is ChunkKind.FRAME]
    is_refused = standards.part.task.verdict is not None and any(map(is_negative, frame))
    return is_refused and is_negative(sentence)
