"""Logistic regression that is held near coefficients known before. Pure.

The more rows, the farther they move; `pull` says how hard the known ones hold on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import mul
from typing import Final

from data_pipeline.engine.confidence import Model
from data_pipeline.engine.evidence import Evidence

# How much the known coefficients count, per feature in its own spread. Articles' own questions use
# the articles' words, and slopes fitted on them judge customers' questions worse (AUROC .77 fell to
# .65, .81 to .76 on labelled sets): they may move the level and hardly a slope.
HARD: Final = 2_000.0
SOFT: Final = 20.0
# How many of the right are wrong differs from one knowledge base to the next: it may move.
_PULL_INTERCEPT: Final = 1.0
_ROUNDS: Final = 30
_HALVINGS: Final = 20
_CONVERGED: Final = 1e-6
_SPREADLESS: Final = 1e-6
_PLACES: Final = 4

Column = Sequence[float]


def refit(
    known: Model,
    rows: Sequence[Evidence],
    right: Sequence[bool],
    weights: Sequence[float],
    *,
    pull: float,
) -> Model:
    """`known`, moved by what `rows` say; `weights` count them, 1 on the average.

    The features are those of `known`. Without rows it comes back as it is.
    """
    if not rows:
        return known
    names = list(known.weights)
    columns = [[1.0] * len(rows), *([float(getattr(r, n)) for r in rows] for n in names)]
    start = [known.intercept, *known.weights.values()]
    spreads = [_spread(column) for column in columns[1:]]
    penalties = [_PULL_INTERCEPT, *(pull * max(s, _SPREADLESS) ** 2 for s in spreads)]
    fitted = _newton(columns, [float(y) for y in right], weights, start, penalties)
    return Model(
        round(fitted[0], _PLACES),
        {name: round(weight, _PLACES) for name, weight in zip(names, fitted[1:], strict=True)},
    )


def predict(model: Model, evidence: Evidence) -> float:
    """The probability alone; the same as `confidence.estimate` gives."""
    odds = model.intercept + math.fsum(
        weight * getattr(evidence, name) for name, weight in model.weights.items()
    )
    return _logistic(odds)


def _spread(column: Column) -> float:
    middle = math.fsum(column) / len(column)
    return math.sqrt(math.fsum((value - middle) ** 2 for value in column) / len(column))


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _odds(columns: Sequence[Column], beta: Sequence[float]) -> list[float]:
    total = [0.0] * len(columns[0])
    for column, weight in zip(columns, beta, strict=True):
        total = [t + weight * value for t, value in zip(total, column, strict=True)]
    return total


def _newton(
    columns: Sequence[Column],
    y: Column,
    weights: Column,
    start: Sequence[float],
    penalties: Sequence[float],
) -> list[float]:
    """Newton's method from `start`, which the penalties pull back to; halves a step that harms."""
    size = range(len(columns))
    products = {(i, j): list(map(mul, columns[i], columns[j])) for i in size for j in range(i + 1)}
    beta = list(start)

    def loss(at: Sequence[float]) -> float:
        odds = _odds(columns, at)
        fit = (w * (_softplus(o) - t * o) for w, t, o in zip(weights, y, odds, strict=True))
        pulled = (p * (b - s) ** 2 / 2 for p, b, s in zip(penalties, at, start, strict=True))
        return math.fsum(fit) + math.fsum(pulled)

    current = loss(beta)
    for _ in range(_ROUNDS):
        p = [_logistic(odds) for odds in _odds(columns, beta)]
        misses = [w * (t - q) for w, t, q in zip(weights, y, p, strict=True)]
        curvature = [w * q * (1 - q) for w, q in zip(weights, p, strict=True)]
        gradient = [
            sum(map(mul, columns[i], misses)) - penalties[i] * (beta[i] - start[i]) for i in size
        ]
        hessian = [
            [sum(map(mul, products[max(i, j), min(i, j)], curvature)) for j in size] for i in size
        ]
        for i in size:
            hessian[i][i] += penalties[i]
        step = _solve(hessian, gradient)
        for _ in range(_HALVINGS):
            moved = [b + s for b, s in zip(beta, step, strict=True)]
            after = loss(moved)
            if after <= current:
                break
            step = [s / 2 for s in step]
        else:
            return beta
        beta, current = moved, after
        if max(map(abs, step)) < _CONVERGED:
            break
    return beta


def _softplus(odds: float) -> float:
    return max(odds, 0.0) + math.log1p(math.exp(-abs(odds)))


def _solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Gaussian elimination with pivoting; `matrix` is small, dense and positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for below in range(at + 1, size):
            factor = rows[below][at] / rows[at][at]
            rows[below] = [b - factor * a for a, b in zip(rows[at], rows[below], strict=True)]
    solved = [0.0] * size
    for at in reversed(range(size)):
        known = math.fsum(map(mul, rows[at][at + 1 : size], solved[at + 1 :]))
        solved[at] = (rows[at][size] - known) / rows[at][at]
    return solved
