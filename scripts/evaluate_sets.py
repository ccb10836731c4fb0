"""Ask one labelled set, in a store of its own, and count."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from data_pipeline.adapters.embedded import EmbeddedIndex
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import Coefficients, threshold
from data_pipeline.errors import KbgateError
from data_pipeline.evaluation.calibration.measure import Asking, Library, measure
from data_pipeline.evaluation.calibration.terms import Terms
from data_pipeline.evaluation.fitted import fitted_warning, shipped_fingerprints
from data_pipeline.evaluation.outcomes import outcome_of
from data_pipeline.evaluation.results import SetResult, degraded_warnings, result_of
from data_pipeline.evaluation.runs import Ask, Group, Run, ask_all, check, plan
from data_pipeline.evaluation.sets import Case, LabelledSet
from data_pipeline.ingest.sync import load
from data_pipeline.settings import Settings
from data_pipeline.wiring import build_engine
from data_pipeline.wiring.upstreams import Upstreams, open_upstreams
from scripts.calibrate_summary import sentence
from scripts.terminal import Advance

_NAMESPACE = "evaluation"


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """What every set is asked under; `removed` None leaves out each question's own articles.

    `coefficients` decide instead of the shipped ones, or with `calibrated_as` those that the set's
    articles alone give before.
    """

    foreign: tuple[Case, ...] = ()
    foreign_share: float = 1.0
    removed: frozenset[str] | None = None
    mode: str = "extractive"
    seed: int = 7
    resamples: int = 300
    coefficients: Coefficients | None = None
    calibrated_as: Terms | None = None


class _Decided(msgspec.Struct, frozen=True):
    """Whose coefficients decide, and what they promise of themselves."""

    coefficients: Coefficients
    promise: str = ""


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
    runs, decided = await _runs(settings, conditions, labelled, asks, bar)
    outcomes = [outcome_of(run, labelled.chunks) for run in runs]
    cases = [ask.case for ask in asks if ask.group is not Group.REMOVED]
    fitted = fitted_warning(labelled.name, cases, shipped_fingerprints())
    result = result_of(
        outcomes,
        resamples=conditions.resamples,
        seed=conditions.seed,
        warnings=[*([fitted] if fitted else []), *degraded_warnings(labelled.name, outcomes)],
    )
    return msgspec.structs.replace(
        result,
        calibration=decided.coefficients.source,
        cut=threshold(decided.coefficients, settings.allowed_error),
        promise=decided.promise,
    )


async def _runs(
    settings: Settings,
    conditions: Conditions,
    labelled: LabelledSet,
    asks: list[Ask],
    bar: Callable[[str], Advance],
) -> tuple[list[Run], _Decided]:
    opened = loaded_engine(
        settings,
        labelled,
        bar(f"{labelled.name}: loading"),
        writes_by_model=conditions.mode != "extractive",
    )
    async with opened as (engine, namespace):
        decided = await _decided(engine, namespace, conditions, labelled, bar)
        runs = await ask_all(
            msgspec.structs.replace(engine, coefficients=decided.coefficients),
            namespace,
            asks,
            labelled.chunks,
            mode=conditions.mode,
            progress=bar(f"{labelled.name}: asking"),
        )
    return runs, decided


async def _decided(
    engine: Engine,
    namespace: str,
    conditions: Conditions,
    labelled: LabelledSet,
    bar: Callable[[str], Advance],
) -> _Decided:
    """What decides on the set's questions; calibrated on its articles alone where wanted."""
    if conditions.calibrated_as is None:
        return _Decided(conditions.coefficients or engine.coefficients)
    library = Library(
        engine=engine, namespace=namespace, chunks=labelled.chunks, articles=labelled.articles
    )
    found = await measure(
        library,
        Asking(),
        conditions.calibrated_as,
        lambda what: bar(f"{labelled.name}: calibrating, {what.lower()}"),
    )
    return _Decided(found.calibrated.coefficients, sentence(found.calibrated))


@asynccontextmanager
async def loaded_engine(
    settings: Settings, labelled: LabelledSet, advance: Advance, *, writes_by_model: bool = False
) -> AsyncIterator[tuple[Engine, str]]:
    """The service's engine over a store of its own with the articles of the set; its namespace.

    Raises `KbgateError` where `writes_by_model` and no answer model is set, or a load fails.
    """
    with TemporaryDirectory() as folder:
        index = EmbeddedIndex(Path(folder))
        async with open_upstreams(settings) as upstreams:
            if writes_by_model and upstreams.model is None:
                raise KbgateError("No answer model is set for this --mode: see KB_MODEL.")
            try:
                await _load(index, labelled, upstreams, advance)
                yield _engine(settings, index, labelled, upstreams), _NAMESPACE
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
    engine = build_engine(settings, index, upstreams)
    return msgspec.structs.replace(engine, calibrations=None, scope_keys=labelled.scope_keys)
