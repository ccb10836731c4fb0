"""Questions that articles answer, with their article there and hidden. Pure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from data_pipeline.articles import Article, Kind
from data_pipeline.evaluation.calibration.wording import (
    Statement,
    question_about,
    statements,
    telling_words,
)
from data_pipeline.evaluation.lint.own_questions import own_questions
from data_pipeline.evaluation.overlap import Twins
from data_pipeline.evaluation.runs import Ask, Group, Progress
from data_pipeline.evaluation.sets import Case

# What customers ask about; guardrails, data points and examples are for agents.
_ASKED_ABOUT: Final = frozenset(
    {
        Kind.BODY,
        Kind.FAQ,
        Kind.RULES,
        Kind.FEES,
        Kind.STEPS,
        Kind.ISSUES,
        Kind.ELIGIBILITY,
        Kind.BLOCKING,
        Kind.OVERVIEW,
        Kind.NOTES,
    }
)
# How often a word that the article does not have comes from a title.
_FROM_TITLES: Final = 0.5
# Articles that may hold a sentence; a footer that more of them have is no article's own.
_SHARED: Final = 10

_Drawn = tuple[Article, list[Statement]]


def own_asks(
    articles: Sequence[Article],
    *,
    seed: int,
    most: int,
    progress: Progress = lambda _done, _all: None,
) -> list[Ask]:
    """At most `most` questions, each asked with its article there and with it hidden.

    Articles take turns, in an order drawn with `seed`. Each is asked about a sentence of its own in
    partly other words (`wording`); one without sentences its own questions, as they stand there. An
    article that holds most of the sentence too counts as its article, and is hidden with it. What
    stands in many articles tells none from another: it is asked about only where there is nothing
    else, and then only the article itself counts.
    """
    generator = random.Random(seed)  # noqa: S311 -- a fixed seed, no secret
    order = list(articles)
    generator.shuffle(order)
    drawn = _telling(list(_read(order[:most], progress)))
    others = _Vocabulary([s for _, said in drawn for s in said], generator)
    cases = list(islice(_in_turns(drawn, others, generator), most))
    texts = {article.article_id: _text(article) for article in articles}
    twins = Twins(texts, [case.passage for case in cases])
    return [ask for number, case in enumerate(cases) for ask in _both(case, number, twins)]


def _read(articles: Sequence[Article], progress: Progress) -> Iterator[_Drawn]:
    for done, article in enumerate(articles, 1):
        yield article, list(_statements(article))
        progress(done, len(articles))


def _telling(drawn: Sequence[_Drawn]) -> list[_Drawn]:
    """The same without the sentences that many articles hold, where an article has others."""
    held = Counter(text for _, said in drawn for text in {s.text for s in said})
    return [
        (article, [s for s in said if held[s.text] <= _SHARED] or said) for article, said in drawn
    ]


class _Vocabulary:
    """Draws words of the knowledge base: of its titles as often as of its sentences."""

    def __init__(self, said: Sequence[Statement], generator: random.Random) -> None:
        self._said = said
        self._generator = generator

    def word(self) -> str:
        one = self._generator.choice(self._said)
        titled = self._generator.random() < _FROM_TITLES
        words = telling_words(one.title, one.language) if titled else one.words
        return self._generator.choice(words or one.words)


def _in_turns(
    drawn: Sequence[_Drawn], others: _Vocabulary, generator: random.Random
) -> Iterator[Case]:
    """A question of each article, again and again: of sentences for ever, of its own only once."""
    own = [iter(own_questions(article) if not said else ()) for article, said in drawn]
    while True:
        asked = 0
        for (article, said), questions in zip(drawn, own, strict=True):
            if said:
                statement = generator.choice(said)
                text = question_about(statement, others.word, generator)
                yield _case(article, text, statement.around)
            elif (question := next(questions, None)) is not None:
                yield _case(article, question.text, question.answer)
            else:
                continue
            asked += 1
        if not asked:
            return


def _case(article: Article, text: str, passage: str) -> Case:
    scope = {key: list(values) for key, values in article.scope.items()}
    return Case(
        text=text,
        gold=frozenset({article.article_id}),
        passage=passage,
        lang=article.language,
        request={"scope": scope} if scope else {},
    )


def _both(case: Case, number: int, twins: Twins) -> Iterator[Ask]:
    case = msgspec.structs.replace(case, qid=f"own-{number}")
    holders = twins.of(case.passage)
    gold = case.gold | holders if len(holders) <= _SHARED else case.gold
    yield Ask(case, Group.PRESENT, gold)
    yield Ask(case, Group.REMOVED, hidden=gold)


def _statements(article: Article) -> Iterator[Statement]:
    for section in article.sections:
        for unit in section.units if section.kind in _ASKED_ABOUT else ():
            if not unit.agent_only:
                yield from statements(
                    unit.text,
                    title=article.title,
                    heading=section.heading,
                    language=article.language,
                )


def _text(article: Article) -> str:
    return "\n".join(unit.text for section in article.sections for unit in section.units)
