"""The article's own outcome, where code can check every condition of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec

from data_pipeline.articles import Check, Condition, Operator, Outcome
from data_pipeline.engine.article_content import ArticleContent
from data_pipeline.engine.values import as_boolean, as_date, as_number, is_unknown
from data_pipeline.scope import fold_scope_value

_Ordered = TypeVar("_Ordered", Decimal, date)


class Verdict(msgspec.Struct, frozen=True):
    """An outcome that applies and the condition that decided it."""

    outcome: str
    reason: str


def decide_outcome(content: ArticleContent, known: Mapping[str, Any]) -> Verdict | None:
    """The outcome that the known facts prove, or None.

    A blocked outcome needs its one condition proven; the favourable one needs every requirement
    met and every blocking condition excluded, each by code.
    """
    return (
        _blocked(content, known) or _stated(content.outcomes, known) or _favourable(content, known)
    )


def _blocked(content: ArticleContent, known: Mapping[str, Any]) -> Verdict | None:
    for condition in content.blockers:
        if condition.outcome and condition.when and holds(condition.when, known) is True:
            return Verdict(condition.outcome, condition.text)
    for condition in content.requirements:
        if condition.outcome and condition.when and holds(condition.when, known) is False:
            return Verdict(condition.outcome, condition.text)
    return None


def _stated(outcomes: Sequence[Outcome], known: Mapping[str, Any]) -> Verdict | None:
    return next(
        (
            Verdict(o.name, o.text or o.name)
            for o in outcomes
            if o.when and holds(o.when, known) is True
        ),
        None,
    )


def _favourable(content: ArticleContent, known: Mapping[str, Any]) -> Verdict | None:
    conditions = (*content.requirements, *content.blockers)
    if not conditions or any(not c.when for c in conditions):
        return None
    met = all(holds(c.when, known) is True for c in content.requirements)
    excluded = all(holds(c.when, known) is False for c in content.blockers)
    name = _favourable_name(content.outcomes, conditions)
    return (
        Verdict(name, "; ".join(c.text for c in content.requirements))
        if met and excluded and name
        else None
    )


def _favourable_name(outcomes: Sequence[Outcome], conditions: Sequence[Condition]) -> str | None:
    """The first supported outcome, unless a condition leads to it."""
    led_to = {condition.outcome for condition in conditions}
    return (
        outcomes[0].name
        if outcomes and outcomes[0].name not in led_to and not outcomes[0].when
        else None
    )


def holds(checks: Sequence[Check], known: Mapping[str, Any]) -> bool | None:
    """Whether all `checks` hold for the `known` facts; None where a fact is missing."""
    results = [_check(check, known) for check in checks]
    if False in results:
        return False
    return None if None in results else True


def _check(check: Check, known: Mapping[str, Any]) -> bool | None:
    value = known.get(check.key)
    if check.op is Operator.PRESENT:
        return True if not is_unknown(value) else None
    if check.op is Operator.ABSENT:
        return False if not is_unknown(value) else None
    if is_unknown(value):
        return None
    if check.op in {Operator.IN, Operator.NOT_IN}:
        options = check.value if isinstance(check.value, (list, tuple)) else [check.value]
        found = any(_compare(value, option) == 0 for option in options)
        return found is (check.op is Operator.IN)
    order = _compare(value, check.value)
    return None if order is None else order in _ORDERS[check.op]


_UNEQUAL: Final = 2
_ORDERS: Final[Mapping[Operator, frozenset[int]]] = {
    Operator.EQ: frozenset({0}),
    Operator.NE: frozenset({-1, 1, _UNEQUAL}),
    Operator.LT: frozenset({-1}),
    Operator.LTE: frozenset({-1, 0}),
    Operator.GT: frozenset({1}),
    Operator.GTE: frozenset({0, 1}),
}


def _compare(value: Any, wanted: Any) -> int | None:
    """-1, 0 or 1; 2 for unequal without an order; None when the two cannot be compared."""
    if isinstance(wanted, bool):
        said = as_boolean(value)
        return None if said is None else (0 if said is wanted else _UNEQUAL)
    number, day = as_number(wanted), as_date(wanted)
    if number is not None:
        return _order(as_number(value), number)
    if day is not None:
        return _order(as_date(value), day)
    return 0 if fold_scope_value(str(value)) == fold_scope_value(str(wanted)) else _UNEQUAL


def _order(left: _Ordered | None, right: _Ordered) -> int | None:
    return None if left is None else (left > right) - (left < right)
