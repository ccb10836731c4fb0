"""The subset of JSON schema that strict output takes, and a smallest instance of such a schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.wire.openai_errors import require

_REFUSED = frozenset(
    "default allOf oneOf not if then else dependentRequired dependentSchemas patternProperties"
    " prefixItems propertyNames unevaluatedProperties contains discriminator minLength"
    " maxLength".split()
)
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_MOST_PROPERTIES, _DEEPEST, _MOST_ENUM = 5000, 10, 1000
_FORMAT = "text.format.schema"

Schema = dict[str, Any]


def check_format(form: Any) -> Schema:
    """The schema of a `json_schema` format, or a refusal of what strict mode does not take."""
    require(isinstance(form, dict), "Invalid type for 'text.format'", param="text.format")
    named = isinstance(form.get("name"), str) and _NAME.fullmatch(form["name"])
    require(named, "Invalid 'text.format.name'", param="text.format.name")
    schema = form.get("schema")
    require(isinstance(schema, dict), "Missing required parameter", param=_FORMAT)
    if form.get("strict"):
        _check_strict(schema, form["name"])
    return dict(schema)


def _check_strict(schema: Schema, name: str) -> None:
    wrong = _first_mistake(schema)
    message = f"Invalid schema for response_format '{name}': {wrong}"
    require(wrong is None, message, param=_FORMAT, code="invalid_json_schema")


def _first_mistake(schema: Schema) -> str | None:
    if schema.get("type") != "object" or "anyOf" in schema:
        return 'schema must be a JSON Schema of type "object"'
    properties = 0
    for path, depth, part in _parts(schema):
        properties += len(part.get("properties", {}))
        if depth > _DEEPEST or properties > _MOST_PROPERTIES:
            return f"In context={path}, the schema is too large"
        if wrong := _mistake(part, schema):
            return f"In context={path}, {wrong}"
    return None


def _parts(schema: Schema) -> Iterator[tuple[tuple[str, ...], int, Schema]]:
    """Every schema in a schema with its path and depth; definitions count from their own root."""
    waiting: list[tuple[tuple[str, ...], int, Any]] = [((), 1, schema)]
    while waiting:
        path, depth, part = waiting.pop()
        yield path, depth, part
        for name, inner in part.get("properties", {}).items():
            waiting.append(((*path, "properties", name), depth + 1, inner))
        if isinstance(part.get("items"), dict):
            waiting.append(((*path, "items"), depth + 1, part["items"]))
        for at, inner in enumerate(part.get("anyOf", ())):
            waiting.append(((*path, "anyOf", str(at)), depth, inner))
        for name, inner in part.get("$defs", {}).items():
            waiting.append((("$defs", name), 1, inner))


def _mistake(part: Schema, root: Schema) -> str | None:
    if "$ref" in part:
        return _reference_mistake(part, root)
    if refused := _REFUSED & part.keys():
        return f"'{min(refused)}' is not permitted"
    if "type" not in part and "anyOf" not in part:
        return "schema must have a 'type' key"
    if part.get("type") == "array" and not isinstance(part.get("items"), dict):
        return "array schema missing items"
    if len(part.get("enum", ())) > _MOST_ENUM:
        return "too many enum values"
    return _object_mistake(part) if part.get("type") == "object" else None


def _reference_mistake(part: Schema, root: Schema) -> str | None:
    if len(part) > 1:
        return "$ref cannot have keywords beside it"
    return None if _resolved(part, root) else f"reference to component '{part['$ref']}' not found"


def _object_mistake(part: Schema) -> str | None:
    if part.get("additionalProperties") is not False:
        return "'additionalProperties' is required to be supplied and to be false"
    properties = part.get("properties", {})
    missing = sorted(properties.keys() - set(part.get("required", ())))
    if missing or "required" not in part:
        return f"'required' must be an array including every key in properties. Missing: {missing}"
    return None


def _resolved(part: Schema, root: Schema) -> Schema | None:
    name = part["$ref"].removeprefix("#/$defs/")
    found = root if part["$ref"] == "#" else root.get("$defs", {}).get(name)
    return found if isinstance(found, dict) else None


def smallest_instance(schema: Schema) -> Any:
    """A value that fits a strict schema; a nullable part is null, a list as short as it may be."""
    return _instance(schema, schema)


def _instance(part: Schema, root: Schema) -> Any:
    if "$ref" in part:
        return _instance(_resolved(part, root) or {}, root)
    if "anyOf" in part:
        nullable = {"type": "null"} in part["anyOf"]
        return None if nullable else _instance(part["anyOf"][0], root)
    if "const" in part or "enum" in part:
        return part["const"] if "const" in part else part["enum"][0]
    return _of_type(part, root)


def _of_type(part: Schema, root: Schema) -> Any:
    kind = part.get("type", "object")
    kinds = kind if isinstance(kind, list) else [kind]
    if "null" in kinds:
        return None
    if kinds[0] == "object":
        return {name: _instance(p, root) for name, p in part.get("properties", {}).items()}
    if kinds[0] == "array":
        return [_instance(part["items"], root) for _ in range(part.get("minItems", 0))]
    least = part.get("minimum", 0)
    plain = {"string": "text", "boolean": False, "integer": least, "number": least}
    return plain[kinds[0]]
