"""The facts that an article asks for, read from its own lists; no model is needed for that."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from data_pipeline.articles import DataPoint, FactSource, Unit
from data_pipeline.ingest.data_point_fields import PointReading
from data_pipeline.ingest.json_shapes import as_text, found, is_blank, items_at, quoted, text_at
from data_pipeline.language import fold
from data_pipeline.slugs import slug

_NAME: Final = "data_point"
_MAX_KEY: Final = 80
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{0,79}")
_NOT_IN_KEY: Final = re.compile(r"[-.]+")
_NOT_IN_NAME: Final = re.compile(r"[\W_]+")


class Prompt(msgspec.Struct, frozen=True):
    """What to do when a fact is missing; `place` is where the article says so."""

    place: str = ""
    question: str | None = None
    agent_note: str | None = None


def read_data_points(
    must_have: Any, nice_to_have: Any, if_missing: Any, source: str
) -> tuple[tuple[DataPoint, ...], tuple[str, ...]]:
    """The data points of an article, must-haves first, and warnings that start with `source`.

    Takes the raw lists (None for an absent one). `if_missing` belongs to a data point by name,
    case, blanks and punctuation aside. Nothing raises: an item without a name becomes a warning
    and no data point.
    """
    warnings: list[str] = []
    required = list(_named_items(must_have, "must_have", warnings))
    named = required + list(_named_items(nice_to_have, "nice_to_have", warnings))
    prompts = _prompts(if_missing, warnings)
    warnings += _unmatched(prompts, [item for _, item in named])
    keys = _unique_keys(named, warnings)
    points = []
    for number, ((place, item), key) in enumerate(zip(named, keys, strict=True)):
        prompt = prompts.get(name_key(item[_NAME]), Prompt())
        points.append(
            PointReading(item, place, warnings).point(
                key,
                required=number < len(required),
                question=prompt.question,
                agent_note=prompt.agent_note,
            )
        )
    return tuple(points), tuple(f"{source}: {w}" if source else w for w in warnings)


def name_key(name: str) -> str:
    """A data point's name as it is compared: case, accents, blanks and punctuation aside."""
    return _NOT_IN_NAME.sub("", fold(name)) or name


def names_a_point(item: Any) -> bool:
    """Whether a list item is a data point: an object with a name, or just a name."""
    if isinstance(item, str):
        return not is_blank(item)
    return isinstance(item, dict) and isinstance(item.get(_NAME), str) and bool(item[_NAME].strip())


def data_point_unit(point: DataPoint) -> Unit:
    """A data point as an agent-only unit: what it means, why it is needed and how to ask."""
    first = f"{point.label}: {point.description}" if point.description else point.label
    lines = (first, point.why_needed, point.question, " / ".join(point.choices))
    text = "\n".join(line for line in lines if line)
    return Unit(text, data=msgspec.to_builtins(point), agent_only=True)


def _named_items(
    value: Any, field: str, warnings: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, item in items_at(value, field, warnings):
        if not names_a_point(item):
            warnings.append(f"{place}: found {found(item)}, expected an object with `{_NAME}`")
        elif isinstance(item, str):
            warnings.append(f"{place}: found text, expected an object; read as the name alone")
            yield place, {_NAME: item.strip(), "source": FactSource.CUSTOMER.value}
        else:
            yield place, {**item, _NAME: item[_NAME].strip()}


def _prompts(value: Any, warnings: list[str]) -> dict[str, Prompt]:
    """Prompts by compared name; the first question wins, notes add up."""
    prompts: defaultdict[str, list[Prompt]] = defaultdict(list)
    for place, item in items_at(value, "if_missing", warnings):
        name = as_text(item.get("missing_data_point")) if isinstance(item, dict) else ""
        if name:
            prompts[name_key(name)].append(_prompt(item, place, warnings))
        else:
            warnings.append(f"{place}: found {found(item)}, expected `missing_data_point` in it")
    return {name: _together(same) for name, same in prompts.items()}


def _prompt(item: Mapping[str, Any], place: str, warnings: list[str]) -> Prompt:
    question = text_at(item.get("ask_participant"), f"{place}.ask_participant", warnings)
    note = text_at(item.get("agent_note"), f"{place}.agent_note", warnings)
    return Prompt(place, question or None, note or None)


def _together(prompts: Sequence[Prompt]) -> Prompt:
    question = next((prompt.question for prompt in prompts if prompt.question), None)
    notes = "\n".join(prompt.agent_note for prompt in prompts if prompt.agent_note)
    return Prompt(prompts[0].place, question, notes or None)


def _unmatched(prompts: Mapping[str, Prompt], items: Sequence[Mapping[str, Any]]) -> list[str]:
    names = {name_key(item[_NAME]) for item in items}
    return [
        f"{prompt.place}.missing_data_point: no data point of this article has this name"
        for name, prompt in prompts.items()
        if name not in names
    ]


def _unique_keys(named: Sequence[tuple[str, Mapping[str, Any]]], warnings: list[str]) -> list[str]:
    keys: dict[str, None] = {}
    uses: Counter[str] = Counter()
    for place, item in named:
        key = wanted = _wanted_key(item, place, warnings)
        while key in keys:
            uses[wanted] += 1
            key = f"{wanted}_{uses[wanted] + 1}"
        if key != wanted:
            warnings.append(f"{place}: the key {quoted(wanted)} is taken; {quoted(key)} is used")
        keys[key] = None
    return list(keys)


def _wanted_key(item: Mapping[str, Any], place: str, warnings: list[str]) -> str:
    given = text_at(item.get("key"), f"{place}.key", warnings)
    if _KEY.fullmatch(given):
        return given
    key = _NOT_IN_KEY.sub("_", slug(given or item[_NAME], limit=_MAX_KEY))
    if given:
        warnings.append(f"{place}.key: not a plain ASCII word; {quoted(key)} is used")
    return key
