"""Facts that the workflow already has, found under whatever spelling it uses. Pure.

A name means a value when it is the same words: as key, as label, with its parents (`account:
{balance}` is "Account balance"), in another order or inflection. Where two values fit a name
equally well and differ, neither is taken.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import msgspec

from data_pipeline.articles import DataPoint
from data_pipeline.language import fold, stem

Words = tuple[str, ...]

_CAMEL: Final = re.compile(
    r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý0-9])|(?<=[0-9])(?=[A-Za-z])|(?<=[A-Z])(?=[A-Z][a-z])"
)
_WORD: Final = re.compile(r"[^\W_]+")
_POSSESSIVE: Final = re.compile(r"['’]s(?![a-z])", re.IGNORECASE)
_IN_BRACKETS: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_MAX_NAME: Final = 1_000
# Lists of fields, as helpdesks and forms send them: what holds the name, and what the value.
_NAME_KEYS: Final = frozenset(
    "key name label title field question attribute property fieldname fieldkey fieldlabel "
    "displayname slug ref id".split()
)
_VALUE_KEYS: Final = (
    *("value", "answer", "values", "response", "textvalue", "rawvalue", "displayvalue"),
    *("selected", "selectedvalue", "fieldvalue"),
)
# Said before or after a name without changing it: Freshdesk's cf_, Salesforce's __c.
_DECORATION: Final = frozenset("cf custom customfield udf".split())
_PEOPLE: Final = frozenset(
    "customer client user requester participant member contact cliente usuario participante "
    "solicitante titular".split()
)
_TOO_BARE: Final = frozenset("id name number type status code date key title nombre numero".split())
# Below these stand other people's facts, or facts that no longer hold.
_FOREIGN: Final = frozenset(
    "agent assignee staff operator bot example sample template previous old former "
    "agente ejemplo anterior antiguo antigua".split()
)
_JOINING: Final = frozenset("of the a an for in de del la el los las un una en y and".split())
_MAX_DEPTH: Final = 8
_MAX_LEAVES: Final = 5_000
_MAX_VISITED: Final = 20_000
_RANKS: Final = _MAX_DEPTH + 1


class Leaf(msgspec.Struct, frozen=True):
    """One value of nested data and the folded words of each step of its path."""

    path: tuple[Words, ...]
    value: Any


def name_words(name: str) -> Words:
    """`accountBalance`, `account_balance` and `Account balance` are the same two words."""
    plain = _POSSESSIVE.sub("", name[:_MAX_NAME])
    return tuple(fold(word) for word in _WORD.findall(_CAMEL.sub(" ", plain)))


def leaves(data: Mapping[str, Any]) -> list[Leaf]:
    """Every value in nested objects, and in the `{name, value}` lists that helpdesks send.

    Outer values come first, so that a huge part cannot hide what stands beside it; of more than
    5,000 values, or below eight levels, nothing is read.
    """
    found: list[Leaf] = []
    waiting: deque[tuple[Any, tuple[Words, ...], bool]] = deque([(data, (), False)])
    for _ in range(_MAX_VISITED):
        if not waiting or len(found) >= _MAX_LEAVES:
            break
        value, path, listed = waiting.popleft()
        if isinstance(value, list):
            inner = (item for item in value if isinstance(item, (Mapping, list)))
            waiting.extend((item, path, True) for item in islice(inner, _MAX_LEAVES))
            continue
        entries = list(islice(_entries(value, path, listed=listed), _MAX_LEAVES))
        found += entries
        waiting.extend(
            (leaf.value, leaf.path, False)
            for leaf in entries
            if isinstance(leaf.value, (Mapping, list)) and len(leaf.path) < _MAX_DEPTH
        )
    return found[:_MAX_LEAVES]


def _entries(item: Mapping[str, Any], path: tuple[Words, ...], *, listed: bool) -> Iterator[Leaf]:
    """The values of one object by key; of a listed `{name, value}` the value by its name."""
    spelled = {re.sub(r"[\W_]+", "", str(key)).casefold(): key for key in item}
    value_key = next((spelled[key] for key in _VALUE_KEYS if key in spelled), None)
    name_keys = [key for plain, key in spelled.items() if plain in _NAME_KEYS]
    names = list(_names(item[key] for key in name_keys))
    taken: set[str] = set()
    if names and value_key is not None:
        yield from (Leaf((*path, words), item[value_key]) for words in names)
        taken = {value_key, *name_keys} if listed else taken
    for key, inner in item.items():
        if key not in taken:
            yield Leaf((*path, _key_words(str(key))), _unwrapped(inner))


def _names(values: Iterable[Any]) -> Iterator[Words]:
    for value in values:
        if isinstance(value, str) and not value.isdigit():
            yield _key_words(value)
        elif isinstance(value, Mapping):
            yield from _names(v for k, v in value.items() if str(k).casefold() in _NAME_KEYS)


def _unwrapped(value: Any) -> Any:
    """What `{"value": 5, "timestamp": …}` and `{"amount": 5, "currency": "EUR"}` hold."""
    if not isinstance(value, Mapping):
        return value
    if "value" in value and _NAME_KEYS.isdisjoint(value):
        return value["value"]
    return value["amount"] if value.keys() == {"amount", "currency"} else value


def _key_words(key: str) -> Words:
    words = name_words(key.removesuffix("__c"))
    while len(words) > 1 and words[0] in _DECORATION:
        words = words[1:]
    return words[1:] if len(words) > 1 and words[:1] == ("field",) else words


class Index(msgspec.Struct, frozen=True):
    """Leaves by the names that they answer to, with a rank: the lower, the better the name."""

    by_name: Mapping[str | frozenset[str], Sequence[tuple[int, Leaf]]]


_EXACT, _STEMS, _CORE = range(3)


def index(data: Sequence[Leaf]) -> Index:
    """`data`, ready to be looked up by many names."""
    by_name: defaultdict[str | frozenset[str], list[tuple[int, Leaf]]] = defaultdict(list)
    for leaf in data:
        for kind, name in _answers_to(leaf):
            by_name[name].append((kind * _RANKS + len(leaf.path), leaf))
    return Index(by_name)


def _answers_to(leaf: Leaf) -> Iterator[tuple[int, str | frozenset[str]]]:
    words: Words = ()
    for position in range(len(leaf.path) - 1, -1, -1):
        words = (*leaf.path[position], *words)
        above = {word for step in leaf.path[:position] for word in step}
        if words and _FOREIGN.isdisjoint(above):
            yield from _looked_up(words)


def _core(words: Words) -> Words:
    core = words[1:] if words[0] in _PEOPLE else words
    return () if len(core) == 1 and core[0] in _TOO_BARE else core


def _stems(words: Words) -> set[frozenset[str]]:
    telling = [word for word in words if word not in _JOINING]
    return {frozenset(stem(w, code) for w in telling) for code in ("en", "es") if telling}


def candidates(data: Index, names: Sequence[str]) -> list[list[Leaf]]:
    """Leaves that `names` may mean, the best fitting first; those in one list fit equally well."""
    ranked: defaultdict[int, list[Leaf]] = defaultdict(list)
    for words in dict.fromkeys(name_words(name) for name in names):
        for kind, key in _looked_up(words):
            for rank, leaf in data.by_name.get(key, ()):
                ranked[max(rank, kind * _RANKS)].append(leaf)
    return [ranked[rank] for rank in sorted(ranked)]


def _looked_up(words: Words) -> Iterator[tuple[int, str | frozenset[str]]]:
    if words:
        yield _EXACT, "".join(words)
        yield from ((_STEMS, stems) for stems in _stems(words))
        yield from ((_CORE, stems) for stems in _stems(_core(words)))


def find(data: Sequence[Leaf], names: Sequence[str]) -> Leaf | None:
    """The leaf that one of `names` means: by exact words, then with its parents, then by stems.

    None, too, where the best fitting leaves differ in value.
    """
    best = next(iter(candidates(index(data), names)), [])
    return best[0] if best and all(leaf.value == best[0].value for leaf in best) else None


def names_of(point: DataPoint) -> list[str]:
    """Every name that a data point goes by."""
    labels = [point.label, *(w.label for w in point.translations.values() if w.label)]
    plain = [_IN_BRACKETS.sub("", label) for label in labels]
    return list(dict.fromkeys(name for name in (point.key, *labels, *plain) if name.strip()))
