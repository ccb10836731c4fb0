"""The questions that an article says it answers, and where its answers stand. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec

from data_pipeline.articles import Article, Kind, Pair, Section
from data_pipeline.ingest.readers.questions import is_question

Origin = Literal["title", "faq", "heading", "example"]
_LONGEST: Final = 2_000
_SHORTEST: Final = 3


class OwnQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question of an article's own; `answer` is what it says to it, where it says one thing."""

    article_id: str
    origin: Origin
    place: str
    text: str
    answer: str = ""


def own_questions(article: Article) -> list[OwnQuestion]:
    """Title, FAQ questions, headings that ask, and examples of `article`, each text once.

    A reply to an example would rule on somebody's case: what counts is that its article is found.
    """
    found = [
        OwnQuestion(
            article_id=article.article_id,
            origin=origin,
            place=place,
            text=text.strip()[:_LONGEST],
            answer=answer.strip(),
        )
        for origin, place, text, answer in _asked(article)
    ]
    return list({q.text: q for q in reversed(found) if len(q.text) >= _SHORTEST}.values())[::-1]


def _asked(article: Article) -> Iterator[tuple[Origin, str, str, str]]:
    yield "title", "title", article.title, ""
    for section in article.sections:
        if section.kind is Kind.FAQ:
            yield from (("faq", section.path, p.first, p.second) for p in _pairs(section))
        elif section.kind is Kind.EXAMPLES:
            yield from (("example", section.path, p.first, "") for p in _pairs(section))
        elif is_question(section.heading):
            yield "heading", section.path, section.heading, _text(section)


def _pairs(section: Section) -> Iterator[Pair]:
    for unit in section.units:
        pair = _pair(unit.data)
        if pair is not None and not unit.agent_only:
            yield pair


def _pair(data: Any) -> Pair | None:
    try:
        return msgspec.convert(data, Pair)
    except msgspec.ValidationError:
        return None


def _text(section: Section) -> str:
    return "\n".join(unit.text for unit in section.units if not unit.agent_only)


def is_quoted_from(quote: str, question: OwnQuestion) -> bool:
    """Whether `quote` is of the article's own answer; true where it gives no answer of its own."""
    said, own = " ".join(quote.split()), " ".join(question.answer.split())
    return not own or said in own or own in said or _share_a_line(quote, question.answer)


def _share_a_line(quote: str, answer: str) -> bool:
    lines = {" ".join(line.split()) for line in answer.splitlines()} - {""}
    return any(" ".join(line.split()) in lines for line in quote.splitlines())
