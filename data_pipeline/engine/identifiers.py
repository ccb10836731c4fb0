"""Names that a request tells of people, so that they can be kept in the house. Pure."""

from __future__ import annotations

from typing import Final

from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine.collected import Leaf, leaves

_NAMING: Final = frozenset(
    "name names surname surnames firstname lastname fullname"
    " nombre nombres apellido apellidos".split()
)
_WHOSE: Final = frozenset(
    "first last full family given middle preferred legal customer client participant member user"
    " contact person requester employee applicant owner holder passenger guest patient spouse"
    " beneficiary completo cliente usuario titular socio persona contacto primer segundo".split()
)
_MIN_LENGTH: Final = 2


def identifiers_in(request: RequiredDataRequest) -> tuple[str, ...]:
    """Values of the collected data whose key says that they are people's names, longest first.

    `customer_name` is one; `plan_name` and `file name` are not.
    """
    named = {
        leaf.value.strip()
        for leaf in leaves(request.collected_data)
        if isinstance(leaf.value, str) and _names_a_person(leaf)
    }
    telling = (name for name in named if len(name) >= _MIN_LENGTH)
    return tuple(sorted(telling, key=lambda name: (-len(name), name)))


def _names_a_person(leaf: Leaf) -> bool:
    words = set(leaf.path[-1]) if leaf.path else set()
    return bool(words & _NAMING) and words <= _NAMING | _WHOSE
