"""Calibrate on a knowledge base: ask its own questions, foreign ones and labelled tickets."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from data_pipeline.articles import Article, Chunk
from data_pipeline.engine.assessment import Engine, models_of
from data_pipeline.engine.calibration import mark_of
from data_pipeline.errors import KbgateError
from data_pipeline.evaluation.calibration.marked import Labelled, Marked, try_marked
from data_pipeline.evaluation.calibration.promise import Calibrated, Origin, calibrate
from data_pipeline.evaluation.calibration.questions import own_asks
from data_pipeline.evaluation.calibration.terms import Terms
from data_pipeline.evaluation.calibration.trials import Trial, try_all
from data_pipeline.evaluation.lint.asking import holds
from data_pipeline.evaluation.runs import Ask, Group, Progress
from data_pipeline.evaluation.sets import Case

MOST_QUESTIONS = 4_000
# More of one article tell next to nothing new.
PER_ARTICLE = 20


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: at most `most` questions of the articles' own, `foreign` ones, and tickets."""

    most: int = MOST_QUESTIONS
    foreign: Sequence[Case] = ()
    labelled: Labelled = Labelled()


class Library(msgspec.Struct, frozen=True, kw_only=True):
    """The knowledge base: its engine with the models of the service, its chunks by article."""

    engine: Engine
    namespace: str
    chunks: Mapping[str, Sequence[Chunk]]
    articles: Sequence[Article]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A calibration, and what became of the labelled tickets.

    `by_title` is how many articles were asked for by their title, having no sentence to ask about.
    """

    calibrated: Calibrated
    marked: Marked
    by_title: int = 0


async def measure(
    library: Library,
    asking: Asking,
    terms: Terms,
    bar: Callable[[str], Progress],
) -> Outcome:
    """Ask and calibrate. No answer model is asked, so it costs at most embeddings.

    Raises `KbgateError` where there is nothing to ask or the store fails.
    """
    catalogue = await library.engine.index.catalogue(library.namespace)
    plain = msgspec.structs.replace(library.engine, model=None, calibrations=None)
    keys = library.engine.scope_keys or catalogue.scope_keys
    asks = _asks(library, asking, keys, terms.seed, bar("Reading"))
    trials = await try_all(plain, library.namespace, asks, library.chunks, bar("Asking"))
    marked = await try_marked(plain, library.namespace, asking.labelled, bar("Tickets"))
    trials += marked.trials
    if not trials:
        raise KbgateError(_nothing(library, marked))
    origin = _origin(trials, marked)
    origin = msgspec.structs.replace(
        origin,
        kb_version=catalogue.version,
        revisions=frozenset(map(mark_of, catalogue.articles.values())),
        models=models_of(library.engine),
    )
    bar("Fitting")
    calibrated = calibrate(trials, library.engine.coefficients, terms, origin)
    by_title = sum(ask.group is Group.PRESENT and not ask.case.passage for ask in asks)
    return Outcome(calibrated=calibrated, marked=marked, by_title=by_title)


def _asks(
    library: Library, asking: Asking, keys: Collection[str], seed: int, progress: Progress
) -> list[Ask]:
    """Own questions of what holds today, and as many foreign ones as have their article there."""
    articles = list(_askable(library, keys))
    most = min(asking.most, PER_ARTICLE * len(articles))
    own = own_asks(articles, seed=seed, most=most, progress=progress) if most else []
    there = sum(ask.group is Group.PRESENT for ask in own)
    wanted = min(len(asking.foreign), there)
    drawn = random.Random(seed).sample(list(asking.foreign), wanted)  # noqa: S311 -- no secret
    return own + [Ask(case, Group.FOREIGN) for case in drawn]


def _askable(library: Library, keys: Collection[str]) -> Iterator[Article]:
    """What holds today, in the scope that the service knows: it refuses questions with another."""
    today = library.engine.today()
    for article in library.articles:
        if holds(article, today):
            scope = {key: values for key, values in article.scope.items() if key in keys}
            yield msgspec.structs.replace(article, scope=scope)


def _nothing(library: Library, marked: Marked) -> str:
    if marked.outdated or marked.unreadable:
        return (
            f"No labelled ticket counts: {marked.outdated:,} got another reply than was judged, "
            f"{marked.unreadable:,} are refused by the service. Judge today's replies."
        )
    if not library.articles:
        return f"Namespace {library.namespace} is empty: load articles with process_articles first."
    return "There is nothing to ask: give --labels, or leave --no-own-questions out."


def _origin(trials: Sequence[Trial], marked: Marked) -> Origin:
    now = datetime.now(tz=UTC)
    own = len(trials) - len(marked.trials)
    parts = [
        f"{count:,} {what}"
        for count, what in (
            (own, "questions of its own and foreign ones"),
            (len(marked.trials), "labelled tickets"),
        )
        if count
    ]
    return Origin(
        version=now.isoformat(timespec="seconds"),
        source=f"this knowledge base: {' and '.join(parts)}",
        date=now.date().isoformat(),
    )
