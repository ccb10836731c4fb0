"""Names that a request tells of people, so that they can be kept in the house. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine.collected import Words, leaves

_NAMING: Final = frozenset(
    "name names surname surnames firstname lastname fullname"
    " nombre nombres apellido apellidos".split()
)
_WHOSE: Final = frozenset(
    "first last full family given middle preferred legal customer client participant member user"
    " contact person requester employee applicant owner holder passenger guest patient spouse"
    " beneficiary completo cliente usuario titular socio persona contacto primer segundo".split()
)
_JOINING: Final = frozenset("of the and de del la el los las y e".split())
_MIN_LENGTH: Final = 2


def identifiers_in(request: RequiredDataRequest) -> tuple[str, ...]:
    """Values of the collected data whose key says that they are people's names, longest first.

    `customer_name` is one; `plan_name` and `file name` are not.
    """
    named = {
        value.strip()
        for leaf in leaves(request.collected_data)
        if _names_a_person(leaf.path)
        for value in (leaf.value if isinstance(leaf.value, list) else [leaf.value])
        if isinstance(value, str)
    }
    telling = (name for name in named if len(name) >= _MIN_LENGTH)
    return tuple(sorted(telling, key=lambda name: (-len(name), name)))


def _names_a_person(path: Sequence[Words]) -> bool:
    """Whether a key, or `first` under such a key, is what a person is called by."""
    words = set(path[-1]) - _JOINING if path else set()
    if not words or not words <= _NAMING | _WHOSE:
        return False
    return bool(words & _NAMING) or _names_a_person(path[:-1])
