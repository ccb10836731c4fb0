"""Fit the confidence on labelled sets, and show what it promises on ones that it has not seen.

`python -m benchmarks.fit_confidence [--write] [--own N]`. Every question is asked with its articles
there and with them hidden; as many questions of other domains come on top. Each set is scored by
coefficients fitted on the others, then by these calibrated on its articles alone (`--own`
questions made of them), as `python -m scripts.calibrate` does: none of its own questions is used.
`--write` replaces `engine/coefficients.json` with a fit on all sets, and the list of questions that
it was fitted on. In the fit each set weighs the same, and in it the three kinds of questions do.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

import data_pipeline.engine
import data_pipeline.evaluation
from benchmarks.confidence_tables import Scored, show_order, show_promises
from benchmarks.engine_runs import NAMESPACE, loaded_index
from benchmarks.public_sets import Case, LabelledSet, load_cases, load_set
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import Coefficients, Model, shipped_coefficients
from data_pipeline.evaluation.calibration.measure import MOST_QUESTIONS, PER_ARTICLE
from data_pipeline.evaluation.calibration.promise import Origin, calibrate
from data_pipeline.evaluation.calibration.questions import own_asks
from data_pipeline.evaluation.calibration.stored import stored_articles
from data_pipeline.evaluation.calibration.terms import Terms
from data_pipeline.evaluation.calibration.trials import Trial, try_all
from data_pipeline.evaluation.fitted import FILE, encode
from data_pipeline.evaluation.runs import Group, plan
from data_pipeline.evaluation.sets import by_turn

SETS = ("doc2dial_dev", "emanual", "ray_docs", "clapnq_dev", "xquad_es")
TARGET = Path(data_pipeline.engine.__file__).parent / "coefficients.json"
FITTED_ON = Path(data_pipeline.evaluation.__file__).parent / FILE
ARTICLE_FEATURES = ("clear", "matched", "ahead", "stretch_lead", "title_asked", "unknown_share")
REPLY_FEATURES = (*ARTICLE_FEATURES, "coverage_passage")
# For knowledge bases that were never calibrated: the cut that parts the example tickets.
REFERENCE_ERROR, REFERENCE_CUT = 0.05, 0.22
_RIDGE = 100.0
_TINY = 1e-9
_CONVERGED = 1e-8
_SEED = 7
_ERRORS = (REFERENCE_ERROR, 0.1, 0.2)

Array = NDArray[np.float64]


class Asked(msgspec.Struct, frozen=True):
    """A set's questions as they were answered, and those that were made of its articles."""

    cases: tuple[Case, ...]
    trials: tuple[Trial, ...]
    own: tuple[Trial, ...]


async def ask(labelled: LabelledSet, foreign: Sequence[Case], own: int) -> Asked:
    """Questions that open a conversation; ones labelled as unanswerable are left out."""
    first, _ = by_turn(labelled)
    real = [one for one in plan(first, foreign) if one.group is not Group.UNANSWERABLE]
    articles = stored_articles(labelled.chunks)
    made = own_asks(articles, seed=_SEED, most=min(own, PER_ARTICLE * len(articles)))
    async with loaded_index(labelled.chunks) as index:
        engine = Engine(
            index=index, coefficients=shipped_coefficients(), today=lambda: date(2026, 1, 1)
        )
        trials = await try_all(engine, NAMESPACE, real, labelled.chunks)
        calibrating = await try_all(engine, NAMESPACE, made, labelled.chunks)
    return Asked(tuple(one.case for one in real), tuple(trials), tuple(calibrating))


def fit(trials: Sequence[Sequence[Trial]], names: Sequence[str], *, reply: bool) -> Model:
    """Ridge logistic regression by Newton's method over several sets.

    Each set has an intercept of its own while the weights are found, so that these tell right from
    wrong and not one set from another; the intercept for all of them comes last.
    """
    pooled = [trial for group in trials for trial in group]
    sets = np.repeat(np.arange(len(trials)), [len(group) for group in trials])
    x = np.array([[getattr(t.evidence, name) for name in names] for t in pooled], dtype=float)
    y = np.array([t.right if reply else t.right_article for t in pooled], dtype=float)
    weight = _weights(trials)
    mean, spread = x.mean(axis=0), x.std(axis=0) + _TINY
    own = (sets[:, None] == np.unique(sets)).astype(float)
    beta = _newton(np.hstack([own, (x - mean) / spread]), y, weight, free=own.shape[1])
    slopes = beta[own.shape[1] :] / spread
    base = _newton(np.ones((len(x), 1)), y, weight, free=1, offset=(x - mean) @ slopes)
    weights = {name: round(float(b), 4) for name, b in zip(names, slopes, strict=True)}
    return Model(round(float(base[0] - mean @ slopes), 4), weights)


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


def _weights(groups: Sequence[Sequence[Trial]]) -> Array:
    """Each set weighs the same, and in it what is present, what is removed and what is foreign."""
    weights = []
    for group in groups:
        counts = Counter(trial.kind for trial in group)
        weights += [1 / counts[trial.kind] / len(counts) for trial in group]
    return np.array(weights) * len(weights) / len(groups)


def fitted(asked: Mapping[str, Asked]) -> Coefficients:
    """The models fitted on every set, and the provisional cut."""
    groups = [one.trials for one in asked.values()]
    today = datetime.now(tz=UTC).date().isoformat()
    return Coefficients(
        version=today,
        source=f"public sets: {', '.join(asked)}",
        n=sum(map(len, groups)),
        date=today,
        article=fit(groups, ARTICLE_FEATURES, reply=False),
        reply=fit(groups, REPLY_FEATURES, reply=True),
        reference_error=REFERENCE_ERROR,
        reference_cut=REFERENCE_CUT,
    )


def scored(name: str, asked: Mapping[str, Asked], terms: Terms) -> Scored:
    """One set by the others' coefficients, and by these calibrated on its articles."""
    known = fitted({other: one for other, one in asked.items() if other != name})
    one = asked[name]
    origin = Origin(version="", source=name, date="")
    calibrated = calibrate(one.own, known, terms, origin) if one.own else None
    return Scored(
        name=name,
        trials=one.trials,
        known=known,
        calibrated=calibrated.coefficients if calibrated else None,
        allowed_error=terms.allowed_error,
    )


async def _ask_all(sets: Sequence[LabelledSet], own: int) -> dict[str, Asked]:
    foreign = load_cases("oos_pool")
    asked = {}
    for labelled in sets:
        print(f"{labelled.name}: asking", file=sys.stderr)
        asked[labelled.name] = await ask(labelled, foreign, own)
    return asked


def main(argv: Sequence[str] | None = None) -> int:
    """Fit, report, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"replace {TARGET.name}")
    parser.add_argument("--own", type=int, default=MOST_QUESTIONS, help="questions to calibrate on")
    arguments = parser.parse_args(argv)
    sets = [labelled for name in SETS if (labelled := load_set(name)) is not None]
    if not sets:
        return 0
    asked = asyncio.run(_ask_all(sets, arguments.own))
    promised = [
        [scored(name, asked, Terms(allowed_error=error)) for name in asked]
        for error in (_ERRORS if len(asked) > 1 else ())
    ]
    for every in promised[:1]:
        show_order(every)
    for every in promised if arguments.own else ():
        show_promises(every)
    if arguments.write:
        coefficients = msgspec.to_builtins(fitted(asked))
        TARGET.write_text(json.dumps(coefficients, indent=1) + "\n")
        FITTED_ON.write_bytes(encode(case for one in asked.values() for case in one.cases))
    return 0


if __name__ == "__main__":
    sys.exit(main())
