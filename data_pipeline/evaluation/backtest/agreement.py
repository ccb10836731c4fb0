"""How far a reply says what a person replied, in numbers: they order the sheet, no more. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import msgspec

from data_pipeline.engine.fact_check.claim import Claim, Value
from data_pipeline.engine.fact_check.claims import claims_in, held_by
from data_pipeline.evaluation.overlap import grams

_FIGURES: Final = frozenset(
    {"amount", "percentage", "date", "time", "duration", "phone", "email", "link", "number"}
)
# Persons sign and greet with what no article holds: only figures of the matter itself can differ.
_MAY_DIFFER: Final = frozenset({"amount", "percentage", "duration", "time", "date"})
_LONGEST: Final = 10_000
_MOST_SHOWN: Final = 5
_SHORT: Final = 60


class Difference(msgspec.Struct, frozen=True):
    """Figures of one kind of which the two texts share none, as they stand in each."""

    kind: str
    reply: str
    human: str

    def __repr__(self) -> str:
        return f"Difference({self.kind})"


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """What a reply shares with a person's.

    `shared` of its `figures` stand there too; `runs` is the share of its five-word runs, 0 to 1.
    """

    figures: int
    shared: int
    runs: float
    differences: tuple[Difference, ...] = ()

    @property
    def nothing_in_common(self) -> bool:
        """Whether the two texts share neither a figure nor five words in a row."""
        return not self.shared and not self.runs


def agreement(reply: str, human: str, asked: str) -> Agreement | None:
    """How far `reply` and `human` agree; None where one of them is empty.

    Figures that the customer named in `asked` tell nothing. Texts are read up to 10,000 characters.
    """
    reply, human, asked = (text[:_LONGEST] for text in (reply, human, asked))
    if not reply.strip() or not human.strip():
        return None
    told = held_by(asked)
    mine, theirs = _figures(reply, told), _figures(human, told)
    held = held_by(human)
    runs = grams(reply)
    return Agreement(
        figures=len(mine),
        shared=sum(_is_held(claim, held) for claim in mine),
        runs=round(len(runs & grams(human)) / len(runs), 3) if runs else 0.0,
        differences=_differences(mine, theirs, held_by(reply), held),
    )


def _figures(text: str, told: frozenset[Value]) -> list[Claim]:
    found = [c for c in claims_in(text) if c.kind in _FIGURES and not _is_held(c, told)]
    return list({claim.values: claim for claim in found}.values())


def _is_held(claim: Claim, held: frozenset[Value]) -> bool:
    return not held.isdisjoint(claim.values)


def _differences(
    mine: Sequence[Claim],
    theirs: Sequence[Claim],
    held_here: frozenset[Value],
    held_there: frozenset[Value],
) -> tuple[Difference, ...]:
    """Kinds with figures in both texts of which none stands in the other one."""
    here, there = _by_kind(mine), _by_kind(theirs)
    return tuple(
        Difference(kind, _shown(here[kind]), _shown(there[kind]))
        for kind in here
        if kind in there
        and not any(_is_held(claim, held_there) for claim in here[kind])
        and not any(_is_held(claim, held_here) for claim in there[kind])
    )


def _by_kind(claims: Sequence[Claim]) -> dict[str, list[Claim]]:
    kinds: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.kind in _MAY_DIFFER:
            kinds[claim.kind].append(claim)
    return kinds


def _shown(claims: Sequence[Claim]) -> str:
    texts = dict.fromkeys(" ".join(claim.text.split())[:_SHORT] for claim in claims)
    return ", ".join(list(texts)[:_MOST_SHOWN])
