"""Pinecone's metadata filters over a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.wire.pinecone_errors import RefusalError, require
from tests.wire.vectors import words

Document = Mapping[str, Any]
Test = Callable[[Document], bool]

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "$gt": lambda a, b: a > b,
    "$gte": lambda a, b: a >= b,
    "$lt": lambda a, b: a < b,
    "$lte": lambda a, b: a <= b,
}
_TEXT_MATCHES = ("$match_phrase", "$match_all", "$match_any")
_MOST_VALUES = 10_000


def matcher(
    condition: Any, ranked: frozenset[str], vectors: frozenset[str], *, text: bool = True
) -> Test:
    """The test that a filter is, or a refusal.

    `ranked` are the full-text fields, `vectors` the vector fields: neither is metadata. `text`
    says whether text-match operators are allowed (they are not when deleting or updating).
    """
    require(isinstance(condition, dict) and condition, "filter must be a non-empty object")
    tests = [_clause(name, value, ranked, vectors, text=text) for name, value in condition.items()]
    return lambda document: all(test(document) for test in tests)


def _clause(
    name: str, value: Any, ranked: frozenset[str], vectors: frozenset[str], *, text: bool
) -> Test:
    if name in {"$and", "$or"}:
        require(isinstance(value, list) and value, f"{name} must be a non-empty array")
        parts = [matcher(part, ranked, vectors, text=text) for part in value]
        join = all if name == "$and" else any
        return lambda document: join(part(document) for part in parts)
    require(not name.startswith("$"), f"unknown operator {name}")
    require(name not in vectors, f"field {name} is a vector field and cannot be filtered")
    if not isinstance(value, dict):
        value = {"$eq": value}
    require(value, f"the condition on {name} is empty")
    tests = [_predicate(name, op, operand, ranked, text=text) for op, operand in value.items()]
    return lambda document: all(test(document) for test in tests)


def _predicate(name: str, op: str, operand: Any, ranked: frozenset[str], *, text: bool) -> Test:
    if op in _TEXT_MATCHES:
        require(text, f"{op} is not supported here")
        require(name in ranked, f"{op} needs a full-text field, {name} is none")
        return _text_match(name, op, operand)
    require(name == "_id" or name not in ranked, f"{name} is a full-text field, {op} is not for it")
    return _metadata_match(name, op, operand)


def _metadata_match(name: str, op: str, operand: Any) -> Test:
    if op in {"$eq", "$ne"}:
        require(_scalar(operand), f"{op} takes a string, number or boolean")
        return _among(name, [operand], wanted=op == "$eq")
    if op in {"$in", "$nin"}:
        require(isinstance(operand, list) and operand, f"{op} takes a non-empty array")
        require(len(operand) <= _MOST_VALUES, f"{op} takes at most {_MOST_VALUES} values")
        require(all(_scalar(x) for x in operand), f"{op} takes strings, numbers or booleans")
        return _among(name, operand, wanted=op == "$in")
    if op in _COMPARE:
        require(_number(operand), f"{op} takes a number")
        compare = _COMPARE[op]
        return lambda document: _number(document.get(name)) and compare(document[name], operand)
    if op == "$exists":
        require(isinstance(operand, bool), "$exists takes a boolean")
        return lambda document: (name in document) == operand
    raise RefusalError(f"unknown operator {op}")


def _among(name: str, accepted: list[Any], *, wanted: bool) -> Test:
    """A list of strings passes with any of its members; a missing field equals nothing."""

    def test(document: Document) -> bool:
        value = document.get(name)
        values = value if isinstance(value, list) else [value]
        return any(_same(a, b) for a in values for b in accepted) == wanted

    return test


def _text_match(name: str, op: str, operand: Any) -> Test:
    require(isinstance(operand, str) and operand, f"{op} takes a non-empty string")
    wanted = words(operand)

    def test(document: Document) -> bool:
        found = words(str(document.get(name, "")))
        if op == "$match_phrase":
            return f" {' '.join(wanted)} " in f" {' '.join(found)} "
        return (all if op == "$match_all" else any)(word in found for word in wanted)

    return test


def _same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and a == b if isinstance(a, bool) or isinstance(b, bool) else a == b


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)
