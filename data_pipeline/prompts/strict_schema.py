"""JSON schemas of msgspec structs in the strict subset that model vendors take.

In that subset every object lists all of its properties as required and admits no others, and there
are no defaults. What it has no word for (lengths of texts, uniqueness) is left out of the schema:
the struct checks it when the reply is decoded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

_Schema = dict[str, Any]

_KEPT: Final = (
    "type",
    "description",
    "enum",
    "format",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
)
_TYPES: Final = {str: "string", bool: "boolean", int: "integer", float: "number"}
_DEFINITIONS: Final = "#/$defs/"


def strict_schema(struct_type: type[msgspec.Struct]) -> dict[str, Any]:
    """JSON schema of `struct_type` in the strict subset, its properties in the fields' order.

    Raises `TypeError`, naming the place, where a field has no counterpart there: dict, fixed-length
    tuple, `Any`, a union as the root.
    """
    whole = msgspec.json.schema(struct_type)
    definitions: dict[str, _Schema] = whole.get("$defs", {})
    root_name = whole.get("$ref", "").removeprefix(_DEFINITIONS)
    root = definitions.get(root_name, whole)
    if root.get("type") != "object":
        raise TypeError("The root of a strict schema must be one struct, not a union or a value.")
    strict = _strict(root, root_name)
    used = _used(root, definitions)
    if used:
        strict["$defs"] = {name: _strict(definitions[name], name) for name in used}
    return strict


def _used(root: _Schema, definitions: dict[str, _Schema]) -> list[str]:
    """Names of the definitions that `root` refers to, directly or through others, as they come."""
    found: list[str] = []
    waiting = list(_references(root))
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found.append(name)
            waiting += _references(definitions[name])
    return found


def _references(node: _Schema) -> Iterator[str]:
    if "$ref" in node:
        yield node["$ref"].removeprefix(_DEFINITIONS)
    for child in (*node.get("properties", {}).values(), *node.get("anyOf", ())):
        yield from _references(child)
    if isinstance(node.get("items"), dict):
        yield from _references(node["items"])


def _strict(node: _Schema, place: str) -> _Schema:
    if "$ref" in node:
        return {"$ref": node["$ref"]}  # which admits no siblings
    if "anyOf" in node:
        kept = {key: node[key] for key in ("description",) if key in node}
        return {**kept, "anyOf": [_strict(variant, place) for variant in node["anyOf"]]}
    kept = {key: node[key] for key in _KEPT if key in node}
    if "enum" in node:
        return {"type": _type_of_values(node["enum"], place), **kept}
    match node.get("type"):
        case "object":
            return kept | _object(node, place)
        case "array":
            return kept | {"items": _items(node, place)}
        case str():
            return kept
        case _:
            raise TypeError(f"{place}: a strict schema needs a type, and Any has none.")


def _object(node: _Schema, place: str) -> _Schema:
    if "properties" not in node:
        raise TypeError(f"{place}: a strict schema has no dict: use a struct, or a list of pairs.")
    properties = {
        name: _strict(field, f"{place}.{name}") for name, field in node["properties"].items()
    }
    return {
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _items(node: _Schema, place: str) -> _Schema:
    if "prefixItems" in node or not isinstance(node.get("items"), dict):
        raise TypeError(
            f"{place}: a strict schema has lists of one type only: no tuple of several."
        )
    return _strict(node["items"], f"{place}[]")


def _type_of_values(values: list[Any], place: str) -> str | list[str]:
    names = {"null" if value is None else _TYPES.get(type(value), "") for value in values}
    if "" in names:
        raise TypeError(f"{place}: a strict schema has choices of texts and numbers only.")
    return names.pop() if len(names) == 1 else sorted(names)
