"""Fit the coefficients of the confidence on labelled sets and print how well they carry over.

`python -m benchmarks.fit_confidence [--write]`. Every question is asked with its articles present
and, over the set's removal split, with them taken out; as many questions of other domains come on
top. Each set weighs the same, and in it the three kinds do: the probabilities are those of a mix in
which about every fifth reply would be right. The table shows each set scored by coefficients
fitted on the others; `--write` replaces `engine/coefficients.json` with a fit on all of them, and
the list of questions that it was fitted on.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

import data_pipeline.engine
import data_pipeline.evaluation
from benchmarks.engine_runs import Run, ask_all, golds_of, loaded_index
from benchmarks.public_sets import Case, LabelledSet, load_cases, load_set
from data_pipeline.engine.confidence import Coefficients, Model
from data_pipeline.evaluation.abstention import auroc, coverage_at, risk_coverage
from data_pipeline.evaluation.fitted import FILE, encode

SETS = ("doc2dial_dev", "emanual", "ray_docs", "clapnq_dev", "xquad_es")
TARGET = Path(data_pipeline.engine.__file__).parent / "coefficients.json"
FITTED_ON = Path(data_pipeline.evaluation.__file__).parent / FILE
ARTICLE_FEATURES = ("clear", "matched", "ahead", "stretch_lead", "title_asked", "unknown_share")
REPLY_FEATURES = (*ARTICLE_FEATURES, "coverage_passage")
# Provisional: carried over between sets no cut keeps a promise (the last columns show it).
REFERENCE_ERROR, REFERENCE_CUT = 0.05, 0.18
_RIDGE = 100.0
_TINY = 1e-9
_SEED = 7
_CONVERGED = 1e-8

Array = NDArray[np.float64]


async def runs_of(labelled: LabelledSet, foreign: Sequence[Case]) -> list[Run]:
    """Every question with its articles, the removed ones without, and the foreign ones."""
    cases = [c for c in labelled.cases if c.kind != "later_turn"]
    narrowed = msgspec.structs.replace(labelled, cases=tuple(cases))
    golds = golds_of(narrowed)
    strangers = random.Random(_SEED).sample(list(foreign), min(len(cases), len(foreign)))
    async with loaded_index(labelled.chunks) as index:
        runs = await ask_all(index, cases, golds, removed=False)
        runs += await ask_all(index, strangers, {}, removed=True)
    gone = [n for n in range(len(cases)) if golds[n] and golds[n] <= labelled.removed]
    kept = {a: c for a, c in labelled.chunks.items() if a not in labelled.removed}
    async with loaded_index(kept) as index:
        runs += await ask_all(index, [cases[n] for n in gone], {}, removed=True)
    return runs


def features(runs: Sequence[Run], names: Sequence[str]) -> Array:
    """One row per run."""
    return np.array([[getattr(r.evidence, name) for name in names] for r in runs], dtype=float)


def fit(x: Array, y: Array, weight: Array, sets: NDArray[np.int_]) -> tuple[float, Array]:
    """Ridge logistic regression by Newton's method: intercept and weights.

    Each of `sets` has an intercept of its own while the weights are found, so that these tell right
    from wrong and not one set from another; the intercept for all of them comes last.
    """
    mean, spread = x.mean(axis=0), x.std(axis=0) + _TINY
    own = (sets[:, None] == np.unique(sets)).astype(float)
    beta = _newton(np.hstack([own, (x - mean) / spread]), y, weight, free=own.shape[1])
    slopes = beta[own.shape[1] :] / spread
    base = _newton(np.ones((len(x), 1)), y, weight, free=1, offset=(x - mean) @ slopes)
    return float(base[0] - mean @ slopes), slopes


def _newton(x: Array, y: Array, weight: Array, *, free: int, offset: Array | float = 0.0) -> Array:
    """Coefficients of the columns of `x`; the first `free` are not penalised."""
    beta = np.zeros(x.shape[1])
    penalty = np.diag([0.0] * free + [_RIDGE] * (x.shape[1] - free))
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ beta - offset))
        gradient = x.T @ (weight * (y - p)) - penalty @ beta
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + penalty
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if np.abs(step).max() < _CONVERGED:
            break
    return beta


def weighted_calibration_error(p: Array, y: Array, weight: Array, bins: int = 10) -> float:
    """Expected calibration error over equal-width bins, each run at its weight."""
    at = np.minimum((p * bins).astype(int), bins - 1)
    gaps = [abs((weight * (p - y))[at == b].sum()) for b in range(bins)]
    return float(sum(gaps) / weight.sum())


def weights_of(groups: Sequence[Sequence[Run]]) -> Array:
    """Each set weighs the same, and in it what is present, what is removed and what is foreign."""
    weights = []
    for group in groups:
        kinds = [_kind(run) for run in group]
        weights += [1 / kinds.count(kind) / len(set(kinds)) for kind in kinds]
    return np.array(weights) * len(weights) / len(groups)


def _kind(run: Run) -> str:
    if not run.removed:
        return "present"
    return "removed" if run.case.gold else "foreign"


def _sets_of(groups: Sequence[Sequence[Run]]) -> NDArray[np.int_]:
    return np.repeat(np.arange(len(groups)), [len(group) for group in groups])


def _labels(runs: Sequence[Run], *, reply: bool) -> Array:
    return np.array([r.right_quote if reply else r.right_article for r in runs], dtype=float)


def _predict(x: Array, model: tuple[float, Array]) -> Array:
    return np.asarray(1 / (1 + np.exp(-(model[0] + x @ model[1]))))


def report(by_set: dict[str, list[Run]]) -> None:
    """Each set scored by a fit on the others."""
    table = Table(
        "set",
        "n",
        "right",
        "AUROC article",
        "AUROC reply",
        "AUROC reply, removed",
        "ECE",
        "ideal cut at 5 %: answered",
        "shipped cut: answered",
        "shipped cut: wrong of these",
    )
    for name, runs in by_set.items():
        others = [r for other, r in by_set.items() if other != name]
        pooled = [r for group in others for r in group]
        row = [name, str(len(runs)), f"{_labels(runs, reply=True).mean():.2f}"]
        for names, reply in ((ARTICLE_FEATURES, False), (REPLY_FEATURES, True)):
            model = fit(
                features(pooled, names),
                _labels(pooled, reply=reply),
                weights_of(others),
                _sets_of(others),
            )
            p, y = _predict(features(runs, names), model), _labels(runs, reply=reply)
            row.append(_figure(auroc(_judged(p, y))))
        known = [i for i, r in enumerate(runs) if r.gold or (r.removed and r.case.gold)]
        judged = _judged(p, y)
        row += [
            _figure(auroc([judged[i] for i in known])),
            _figure(weighted_calibration_error(p, y, weights_of([runs]))),
            _figure(coverage_at(risk_coverage(judged), REFERENCE_ERROR), 2),
            *_at_cut(p, y),
        ]
        table.add_row(*row)
    Console().print(table)


def _judged(p: Array, y: Array) -> list[tuple[float, bool]]:
    return [(float(confidence), bool(right)) for confidence, right in zip(p, y, strict=True)]


def _figure(value: float | None, places: int = 3) -> str:
    return "-" if value is None else f"{value:.{places}f}"


def _at_cut(p: Array, y: Array) -> list[str]:
    answered = p >= REFERENCE_CUT
    share = y[answered].sum() / y.sum()
    return [f"{share:.2f}", f"{1 - y[answered].mean():.2f}" if answered.any() else "-"]


def coefficients(by_set: dict[str, list[Run]]) -> Coefficients:
    """The models fitted on every set, and the cuts that hold on them."""
    groups = list(by_set.values())
    pooled = [r for group in groups for r in group]
    models = []
    for names, reply in ((ARTICLE_FEATURES, False), (REPLY_FEATURES, True)):
        intercept, beta = fit(
            features(pooled, names),
            _labels(pooled, reply=reply),
            weights_of(groups),
            _sets_of(groups),
        )
        models.append(
            Model(
                round(intercept, 4),
                {n: round(float(b), 4) for n, b in zip(names, beta, strict=True)},
            )
        )
    today = datetime.now(tz=UTC).date().isoformat()
    source = f"public sets: {', '.join(by_set)}"
    return Coefficients(
        today, source, len(pooled), today, models[0], models[1], REFERENCE_ERROR, REFERENCE_CUT
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Fit, report, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"replace {TARGET.name}")
    arguments = parser.parse_args(argv)
    foreign = load_cases("oos_pool")
    sets = [labelled for name in SETS if (labelled := load_set(name)) is not None]
    by_set = {labelled.name: asyncio.run(runs_of(labelled, foreign)) for labelled in sets}
    if not by_set:
        return 0
    report(by_set)
    fitted = coefficients(by_set)
    print(json.dumps(msgspec.to_builtins(fitted), indent=1))
    if arguments.write:
        TARGET.write_text(json.dumps(msgspec.to_builtins(fitted), indent=1) + "\n")
        FITTED_ON.write_bytes(encode(run.case for runs in by_set.values() for run in runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
