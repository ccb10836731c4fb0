"""The values of a sentence by their unit, and when two sets of values go together. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from data_pipeline.engine.fact_check.claim import Claim, Value

PERMISSION: Final = "permission"
_MEASURED: Final = frozenset({"amount", "percentage", "duration", "number"})
_NAMED: Final = frozenset({"phone", "email", "link", "time"})
_SHORTEST_NUMBER: Final = 6


def unit_of_claim(claim: Claim) -> str | None:
    """The unit that a claim's value may differ in; None where values of its kind only tell apart.

    Days are compared within one year, or without any: another year is another edition. Digits with
    dots may be a version or the address of a computer.
    """
    family, *rest = claim.values[0]
    if claim.kind == "phone" and "." in claim.text:
        return None
    if claim.kind in _MEASURED:
        return None if family == "written" else str(family)
    if claim.kind in _NAMED:
        return claim.kind
    return f"day of {rest[-1]}" if claim.kind == "date" and family == "day" else None


def by_unit(claims: Sequence[Claim]) -> dict[str, frozenset[Value]]:
    """The values of `claims` by the name of their unit."""
    found: dict[str, frozenset[Value]] = {}
    for claim in claims:
        unit = unit_of_claim(claim)
        if unit is not None:
            found[unit] = found.get(unit, frozenset()) | _readings(claim)
    return found


def _readings(claim: Claim) -> frozenset[Value]:
    """What a claim may mean; of a phone number or a day the whole of it."""
    return frozenset(claim.values if claim.kind in {*_MEASURED, "time"} else claim.values[:1])


def beside(claims: Sequence[Claim], unit: str) -> frozenset[Value]:
    """The values of the claims that are not of `unit`; a link says where to read on."""
    return frozenset(
        value
        for claim in claims
        if claim.kind != "link" and unit_of_claim(claim) != unit
        for value in claim.values
    )


def agree(unit: str, one: frozenset[Value], other: frozenset[Value]) -> bool:
    """Whether both may be true: one may say less (`10 days` and `8 to 10 days`).

    Amounts of two currencies are prices of two places; a phone number may lack its prefix.
    """
    if unit == "amount":
        return not one.isdisjoint(other) or not _currencies(one) & _currencies(other)
    if unit == "phone":
        return any(_ends_alike(str(a[-1]), str(b[-1])) for a in one for b in other)
    return one <= other or other <= one


def _currencies(values: frozenset[Value]) -> frozenset[object]:
    return frozenset(value[1] for value in values)


def _ends_alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST_NUMBER and long.endswith(short)
