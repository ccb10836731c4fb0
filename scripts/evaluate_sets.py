"""Ask one labelled set, in a store of its own, and count."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from data_pipeline.adapters.embedded import EmbeddedIndex
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.errors import KbgateError
from data_pipeline.evaluation.fitted import fitted_warning, shipped_fingerprints
from data_pipeline.evaluation.outcomes import outcome_of
from data_pipeline.evaluation.results import SetResult, degraded_warnings, result_of
from data_pipeline.evaluation.runs import Ask, Group, Run, ask_all, check, plan
from data_pipeline.evaluation.sets import Case, LabelledSet
from data_pipeline.ingest.sync import load
from data_pipeline.settings import Settings
from data_pipeline.wiring import prices_of
from data_pipeline.wiring.upstreams import Upstreams, open_upstreams
from scripts.terminal import Advance

_NAMESPACE = "evaluation"


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """What every set is asked under; `removed` None leaves out each question's own articles."""

    foreign: tuple[Case, ...] = ()
    foreign_share: float = 1.0
    removed: frozenset[str] | None = None
    mode: str = "extractive"
    seed: int = 7
    resamples: int = 300


async def score(
    settings: Settings,
    conditions: Conditions,
    labelled: LabelledSet,
    bar: Callable[[str], Advance],
) -> SetResult:
    """The figures of one set. Raises `KbgateError` where it cannot be loaded or asked."""
    asks = plan(
        labelled,
        conditions.foreign,
        removed=conditions.removed,
        foreign_share=conditions.foreign_share,
        seed=conditions.seed,
    )
    check(asks)
    runs = await _runs(settings, conditions, labelled, asks, bar)
    outcomes = [outcome_of(run, labelled.chunks) for run in runs]
    cases = [ask.case for ask in asks if ask.group is not Group.REMOVED]
    fitted = fitted_warning(labelled.name, cases, shipped_fingerprints())
    return result_of(
        outcomes,
        resamples=conditions.resamples,
        seed=conditions.seed,
        warnings=[*([fitted] if fitted else []), *degraded_warnings(labelled.name, outcomes)],
    )


async def _runs(
    settings: Settings,
    conditions: Conditions,
    labelled: LabelledSet,
    asks: list[Ask],
    bar: Callable[[str], Advance],
) -> list[Run]:
    async with _loaded(settings, conditions, labelled, bar(f"{labelled.name}: loading")) as engine:
        progress = bar(f"{labelled.name}: asking")
        return await ask_all(
            engine, _NAMESPACE, asks, labelled.chunks, mode=conditions.mode, progress=progress
        )


@asynccontextmanager
async def _loaded(
    settings: Settings, conditions: Conditions, labelled: LabelledSet, advance: Advance
) -> AsyncIterator[Engine]:
    """The service's engine over a store of its own that holds the articles of the set."""
    with TemporaryDirectory() as folder:
        index = EmbeddedIndex(Path(folder))
        async with open_upstreams(settings) as upstreams:
            if conditions.mode != "extractive" and upstreams.model is None:
                raise KbgateError(
                    f"No answer model is set for --mode {conditions.mode}: see KB_MODEL."
                )
            try:
                await _load(index, labelled, upstreams, advance)
                yield _engine(settings, index, labelled, upstreams)
            finally:
                await index.close()


async def _load(
    index: EmbeddedIndex, labelled: LabelledSet, upstreams: Upstreams, advance: Advance
) -> None:
    """All articles of the set; figures over a part of them would be about something else."""
    report = await load(
        index, _NAMESPACE, labelled.articles, labelled.scope_keys, advance, upstreams.loader
    )
    if report.failed:
        first = report.failed[0]
        raise KbgateError(
            f"{len(report.failed):,} articles of {labelled.name} could not be loaded, the first "
            f"is {first.article_id}: {first.cause}"
        )


def _engine(
    settings: Settings, index: EmbeddedIndex, labelled: LabelledSet, upstreams: Upstreams
) -> Engine:
    """The engine as the service would have it, over the articles of the set."""
    return Engine(
        index=index,
        coefficients=shipped_coefficients(),
        embedder=upstreams.embedder,
        reranker=upstreams.reranker,
        model=upstreams.model,
        model_seconds=settings.model_timeout_seconds,
        context_tokens=settings.model_context_tokens,
        prices=prices_of(settings),
        scope_keys=labelled.scope_keys,
        allowed_error=settings.allowed_error,
    )
