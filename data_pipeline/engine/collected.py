"""Facts that the workflow already has, found under whatever spelling it uses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from data_pipeline.articles import DataPoint
from data_pipeline.language import fold, stem

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD: Final = re.compile(r"[^\W_]+")
_NAME_KEYS: Final = ("key", "name", "label", "title", "field", "question")
_VALUE_KEYS: Final = ("value", "answer", "values")
_MAX_DEPTH: Final = 8
_MAX_LEAVES: Final = 2_000


class Leaf(msgspec.Struct, frozen=True):
    """One value of nested data and the folded words of each step of its path."""

    path: tuple[tuple[str, ...], ...]
    value: Any


def name_words(name: str) -> tuple[str, ...]:
    """`accountBalance`, `account_balance` and `Account balance` are the same two words."""
    return tuple(fold(word) for word in _WORD.findall(_CAMEL.sub(" ", name)))


def leaves(data: Mapping[str, Any]) -> list[Leaf]:
    """Every value in nested objects, and in the `{name, value}` lists that helpdesks send."""
    found: list[Leaf] = []
    for leaf in _walk(data, (), 0):
        found.append(leaf)
        if len(found) >= _MAX_LEAVES:
            break
    return found


def _walk(value: Any, path: tuple[tuple[str, ...], ...], depth: int) -> Iterator[Leaf]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, Mapping):
        named = _named_value(value)
        if named is not None:
            yield Leaf((*path, name_words(named[0])), named[1])
        for key, inner in value.items():
            yield from _walk(inner, (*path, name_words(str(key))), depth + 1)
        return
    if path:
        yield Leaf(path, value)
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for item in value:
            yield from _walk(item, path, depth + 1)


def _named_value(item: Mapping[str, Any]) -> tuple[str, Any] | None:
    lowered = {str(key).casefold(): value for key, value in item.items()}
    name = next((lowered[k] for k in _NAME_KEYS if isinstance(lowered.get(k), str)), None)
    value = next((lowered[k] for k in _VALUE_KEYS if k in lowered), None)
    return None if name is None or value is None else (name, value)


def find(data: Sequence[Leaf], names: Sequence[str]) -> Leaf | None:
    """The leaf that one of `names` means: by exact words, then with its parents, then by stems."""
    wanted = [name_words(name) for name in names if name]
    for matches in (_same_leaf, _same_suffix, _same_stems):
        for leaf in data:
            if any(words and matches(leaf, words) for words in wanted):
                return leaf
    return None


def _same_leaf(leaf: Leaf, wanted: tuple[str, ...]) -> bool:
    return "".join(leaf.path[-1]) == "".join(wanted)


def _suffixes(leaf: Leaf) -> Iterator[tuple[str, ...]]:
    words: tuple[str, ...] = ()
    for step in reversed(leaf.path):
        words = (*step, *words)
        yield words


def _same_suffix(leaf: Leaf, wanted: tuple[str, ...]) -> bool:
    return any("".join(words) == "".join(wanted) for words in _suffixes(leaf))


def _same_stems(leaf: Leaf, wanted: tuple[str, ...]) -> bool:
    target = _stems(wanted)
    return any(_stems(words) == target for words in _suffixes(leaf))


def _stems(names: Sequence[str]) -> frozenset[str]:
    return frozenset(stem(word, "en") for word in names)


def names_of(point: DataPoint) -> list[str]:
    """Every name that a data point goes by."""
    return [point.key, point.label, *(w.label for w in point.translations.values() if w.label)]
