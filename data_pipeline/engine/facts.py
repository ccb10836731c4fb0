"""Whether what a model wrote is backed: by the texts that it cites, and by what is known. Pure.

Every amount, percentage, day, time, duration, phone number, address, link, number, code and promise
of a sentence has to occur there, compared by value: `1.234,56 €` is `€1,234.56`, two weeks are 14
days, `3 de junio` is `2026-06-03`. The check proves that a value stands in the text, not that it
stands there for the same thing. Not checked: years in titles, list numbers, `step 2`, shares in
words (`half`, `double`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, islice
from typing import Final

import msgspec

from data_pipeline.engine.fact_check.claim import Claim, Kind, Value, plain
from data_pipeline.engine.fact_check.claims import claims_in, held_by, held_by_article
from data_pipeline.engine.fact_check.negation import is_turned_round
from data_pipeline.engine.numbers import as_number

_MAX_KNOWN: Final = 5_000
_MAX_DEPTH: Final = 8
_MAX_LOOKED_UP: Final = 100
_BEFORE: Final = r"(?<!\w)(?<!\d[.,'\u2019])"
_AFTER: Final = r"(?!\w|[.,'\u2019]?\d|[ \u00a0]\d{3}(?!\d))"


class Unbacked(msgspec.Struct, frozen=True):
    """What a sentence states and nothing holds: `text` as it is written there."""

    kind: Kind
    text: str


def unbacked(sentence: str, backing: Sequence[str], known: Sequence[object] = ()) -> list[Unbacked]:
    """What `sentence` states that neither `backing` nor the `known` values of the customer hold.

    `backing` are the texts that the sentence cites; `known` may hold numbers, texts, days, and
    lists and objects of them. A bare number that is known backs that number in any unit.
    """
    claims = claims_in(sentence)
    found: list[Unbacked] = []
    if claims:
        held = frozenset().union(*map(held_by_article, backing))
        facts = frozenset(chain.from_iterable(map(_held_by_fact, _leaves(known))))
        open_ = [c for c in claims if not _is_held(c, held) and not _is_known(c, facts)]
        doubted = open_[:_MAX_LOOKED_UP]
        open_ = [c for c in doubted if not _stands_in(c, backing)] + open_[_MAX_LOOKED_UP:]
        found += [Unbacked(c.kind, c.text) for c in open_]
    if is_turned_round(sentence, tuple(backing)):
        found.append(Unbacked("negation", sentence))
    return list(dict.fromkeys(found))


def _is_held(claim: Claim, held: frozenset[Value]) -> bool:
    return not held.isdisjoint(claim.values)


def _is_known(claim: Claim, facts: frozenset[Value]) -> bool:
    return _is_held(claim, facts) or ("bare", claim.number) in facts


def _stands_in(claim: Claim, backing: Iterable[str]) -> bool:
    """Whether a claim stands in a text letter by letter, and not as part of a longer one."""
    if claim.kind in {"promise", "link"}:
        return False
    pattern = re.compile(f"{_BEFORE}{re.escape(claim.text)}{_AFTER}", re.IGNORECASE)
    return any(pattern.search(plain(text)) for text in backing)


def _leaves(known: Sequence[object]) -> Iterator[object]:
    return islice(_flattened(known, 0), _MAX_KNOWN)


def _flattened(value: object, depth: int) -> Iterator[object]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        if depth < _MAX_DEPTH:
            for item in value:
                yield from _flattened(item, depth + 1)
    elif value is not None and not isinstance(value, bool):
        yield value


def _held_by_fact(fact: object) -> Iterator[Value]:
    written = fact.isoformat() if isinstance(fact, date) else str(fact)
    # What a customer calls a refund or a guarantee is no promise of ours.
    yield from (value for value in held_by(written) if not str(value[0]).startswith("promise"))
    number = as_number(fact)
    if number is not None:
        yield ("bare", number)
