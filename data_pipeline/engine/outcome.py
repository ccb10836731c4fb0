"""The article's own outcome, where code can check every condition of it. Pure.

An outcome that stops the customer needs its one condition proven. The favourable one (the first
that the article lists) needs more: its own conditions and every requirement met, every blocking
condition excluded, and none of them in words that only people can check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec

from data_pipeline.articles import Check, DataType, FactSource, Operator, Outcome
from data_pipeline.engine.article_content import ArticleContent
from data_pipeline.engine.values import as_boolean, as_date, as_number, is_unknown
from data_pipeline.language import fold
from data_pipeline.scope import fold_scope_value

_Ordered = TypeVar("_Ordered", Decimal, date)

_UNEQUAL: Final = 2
_ORDERS: Final[Mapping[Operator, frozenset[int]]] = {
    Operator.EQ: frozenset({0}),
    Operator.NE: frozenset({-1, 1, _UNEQUAL}),
    Operator.LT: frozenset({-1}),
    Operator.LTE: frozenset({-1, 0}),
    Operator.GT: frozenset({1}),
    Operator.GTE: frozenset({0, 1}),
}
# Names of outcomes that promise nothing: an article that lists one first has no favourable one.
_UNFAVOURABLE: Final = re.compile(
    r"(?<![a-z])(?:block\w*|not|no|non|in ?eligible|den(?:y|ied)|reject\w*|refus\w*|declin\w*|stop"
    r"|missing|ambiguous|unclear|unknown|escalat\w*|fail\w*|bloque\w*|deneg\w*|rechaz\w*|falta\w*"
    r")(?![a-z])"
)


class Verdict(msgspec.Struct, frozen=True):
    """An outcome that applies and the condition that decided it."""

    outcome: str
    reason: str


class _Facts(msgspec.Struct, frozen=True):
    """Values by key, and the keys whose value may be any words: others may mean the same."""

    values: Mapping[str, Any]
    in_free_words: frozenset[str] = frozenset()


def decide_outcome(content: ArticleContent, known: Mapping[str, Any]) -> Verdict | None:
    """The outcome that the known facts prove, or None; where two are proven, the careful one."""
    facts = _Facts(known, _in_free_words(content))
    favourable = _favourable(content.outcomes)
    careful = [outcome for outcome in content.outcomes if outcome is not favourable]
    return (
        next(_blocked(content, facts), None)
        or next(_stated(careful, facts), None)
        or (_proceeds(content, favourable, facts) if favourable else None)
    )


def _in_free_words(content: ArticleContent) -> frozenset[str]:
    return frozenset(
        sourced.point.key
        for sourced in content.points
        if sourced.point.source is FactSource.CUSTOMER
        and sourced.point.data_type is DataType.TEXT
        and not sourced.point.choices
    )


def _blocked(content: ArticleContent, facts: _Facts) -> Iterator[Verdict]:
    stops = [(condition, True) for condition in content.blockers]
    stops += [(condition, False) for condition in content.requirements]
    for condition, stopping in stops:
        if condition.outcome and _holds(condition.when, facts) is stopping:
            yield Verdict(condition.outcome, condition.text)


def _stated(outcomes: Iterable[Outcome], facts: _Facts) -> Iterator[Verdict]:
    for outcome in outcomes:
        if _holds(outcome.when, facts) is True:
            yield Verdict(outcome.name, outcome.text or outcome.name)


def _favourable(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The first outcome that the article lists, unless its name says otherwise."""
    if not outcomes:
        return None
    name = re.sub(r"[\W_]+", " ", fold(outcomes[0].name))
    return None if _UNFAVOURABLE.search(name) else outcomes[0]


def _proceeds(content: ArticleContent, favourable: Outcome, facts: _Facts) -> Verdict | None:
    conditions = (*content.requirements, *content.blockers)
    if any(condition.outcome == favourable.name for condition in conditions):
        return None
    needed = [(condition.when, True) for condition in content.requirements]
    needed += [(condition.when, False) for condition in content.blockers]
    needed += [(favourable.when, True)] if favourable.when else []
    if not needed or any(_holds(when, facts) is not wanted for when, wanted in needed):
        return None
    met = "; ".join(condition.text for condition in content.requirements)
    return Verdict(favourable.name, met or favourable.text or favourable.name)


def holds(checks: Sequence[Check], known: Mapping[str, Any]) -> bool | None:
    """Whether all `checks` hold for the `known` facts; None where a fact is missing, or no check.

    One check that fails decides, whatever else is unknown.
    """
    return _holds(checks, _Facts(known))


def _holds(checks: Sequence[Check], facts: _Facts) -> bool | None:
    results = [_check(check, facts) for check in checks]
    if False in results:
        return False
    return None if None in results or not results else True


def _check(check: Check, facts: _Facts) -> bool | None:
    value = facts.values.get(check.key)
    if is_unknown(value):
        return None
    if check.op in {Operator.PRESENT, Operator.ABSENT}:
        return check.op is Operator.PRESENT
    wanted = check.value if isinstance(check.value, (list, tuple)) else [check.value]
    orders: list[int | None] = [_order(value, option) for option in wanted] or [None]
    if check.key in facts.in_free_words:
        orders = [None if order == _UNEQUAL else order for order in orders]
    if check.op in {Operator.IN, Operator.NOT_IN}:
        return _one_of(orders, check.op)
    return None if orders[0] is None else orders[0] in _ORDERS[check.op]


def _one_of(orders: Sequence[int | None], operator: Operator) -> bool | None:
    if 0 not in orders and None in orders:
        return None
    return (0 in orders) is (operator is Operator.IN)


def _order(value: Any, wanted: Any) -> int | None:
    """-1, 0 or 1; 2 for unequal without an order; None when the two cannot be compared."""
    if isinstance(value, (list, tuple)) and len(value) == 1:
        return _order(value[0], wanted)
    if isinstance(value, (list, tuple, dict)):
        return None
    if isinstance(wanted, bool) or isinstance(value, bool):
        said, meant = as_boolean(value), as_boolean(wanted)
        return None if said is None or meant is None else _equality(said, meant)
    number, day = as_number(wanted), as_date(wanted)
    if number is not None:
        return _rank(as_number(value), number)
    return _rank(as_date(value), day) if day is not None else _text_equality(value, wanted)


def _rank(left: _Ordered | None, right: _Ordered) -> int | None:
    return None if left is None else (left > right) - (left < right)


def _text_equality(value: Any, wanted: Any) -> int:
    said, meant = as_boolean(value), as_boolean(wanted)
    if said is not None and meant is not None:
        return _equality(said, meant)
    return _equality(fold_scope_value(str(value)), fold_scope_value(str(wanted)))


def _equality(one: object, other: object) -> int:
    return 0 if one == other else _UNEQUAL
