"""Decoded JSON as structs of the contract: value and type are walked together, so no flaw hides."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from data_pipeline.errors import FieldProblem, InvalidRequestError
from data_pipeline.request_body.notes import (
    BAD,
    MAX_NAME,
    MAX_NAMED,
    Notes,
    below,
    described,
    given,
)
from data_pipeline.request_body.ticket_spellings import SPELLINGS

MAX_DEPTH = 50
"""Objects and arrays in one another that `collected_data` may hold; real data has under ten."""
DEPTH_RULE = f"at most {MAX_DEPTH} objects or arrays in one another are read"

_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "an array",
    "object": "an object",
}


def read_struct(kind: type[msgspec.Struct], value: object, at: str, notes: Notes) -> Any:
    """`value` as the struct `kind`; what is wrong or unknown in it goes to `notes`."""
    if not isinstance(value, dict):
        return notes.bad(at, f"expected an object, got {described(value)}")
    fields = _fields(kind)
    read: dict[str, Any] = {}
    for name, item in value.items():
        if name not in fields:
            _note_unknown(kind, name, below(at, name), notes)
        elif given(item):
            read[fields[name].name] = _field(kind, fields[name], item, below(at, name), notes)
    missing = [name for name, info in fields.items() if info.required and info.name not in read]
    for name in missing:
        notes.bad(below(at, name), "is missing")
    return BAD if missing else kind(**read)


def _field(
    kind: type[msgspec.Struct],
    info: msgspec.structs.FieldInfo,
    value: object,
    at: str,
    notes: Notes,
) -> Any:
    spelling = SPELLINGS.get((kind, info.name))
    return _typed(info.type, spelling(value, at, notes) if spelling else value, at, notes)


def _note_unknown(kind: type[msgspec.Struct], name: str, at: str, notes: Notes) -> None:
    if not kind.__struct_config__.forbid_unknown_fields:
        notes.ignore(at)
    elif len(notes.problems) < MAX_NAMED:  # comparing names costs too much to do it for all
        near = difflib.get_close_matches(name[:MAX_NAME], _fields(kind), n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(_fields(kind))}"
        notes.bad(at, f"unknown field; {hint}")
    else:
        notes.bad(at, "unknown field")


def _typed(kind: Any, value: object, at: str, notes: Notes) -> Any:
    """`value` as the type of a struct's field: a struct, a list, an object, anything, or a leaf."""
    one, most = _unwrapped(_member(kind, value))
    if isinstance(one, type) and issubclass(one, msgspec.Struct):
        return read_struct(one, value, at, notes)
    if isinstance(value, list | dict) and get_origin(one) is type(value):
        found = sum(map(given, value if isinstance(value, list) else value.values()))
        if most is not None and found > most:
            return notes.bad(at, f"expected at most {most} entries, got {found}")
        return _entries(get_args(one)[-1], value, at, notes)
    return _without_absent(value, at) if one is Any else _leaf(kind, value, at, notes)


def _entries(kind: Any, value: list[Any] | dict[str, Any], at: str, notes: Notes) -> Any:
    if isinstance(value, list):
        return [
            _typed(kind, each, f"{at}[{place}]", notes)
            for place, each in enumerate(value)
            if given(each)
        ]
    return {
        name: _typed(kind, each, below(at, name), notes)
        for name, each in value.items()
        if given(each)
    }


def _unwrapped(kind: Any) -> tuple[Any, int | None]:
    """The type inside `Annotated`, and how many entries it may have."""
    if get_origin(kind) is not Annotated:
        return kind, None
    inner, *metas = get_args(kind)
    return inner, next((meta.max_length for meta in metas if meta.max_length is not None), None)


def _member(kind: Any, value: object) -> Any:
    """The member of a union that fits the shape of `value`; `kind` itself when it is no union."""
    union, _ = _unwrapped(kind)
    if get_origin(union) not in {Union, types.UnionType}:
        return kind
    members = [member for member in get_args(union) if member is not types.NoneType]
    lists = [member for member in members if get_origin(_unwrapped(member)[0]) is list]
    return lists[0] if lists and isinstance(value, list) else members[0]


def _leaf(kind: Any, value: object, at: str, notes: Notes) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        return notes.bad(at, _expected(kind, str(error)))


def _expected(kind: Any, message: str) -> str:
    """What was expected, in the words of JSON; never the value that was found."""
    choices, _ = _unwrapped(kind)
    if get_origin(choices) is Literal:
        return f"expected one of {', '.join(get_args(choices))}"
    return in_json_words(message)


def in_json_words(message: str) -> str:
    """A sentence of msgspec with the types of JSON in place of Python's."""
    words = re.sub(r"`([^`]+)`", lambda found: _in_words(found[1]), message)
    return words[:1].lower() + words[1:]


def _in_words(names: str) -> str:
    known = (name for name in names.split(" | ") if name != "null")
    return " or ".join(_WORDS.get(name, name) for name in known) or "null"


def _without_absent(value: Any, at: str, depth: int = 1) -> Any:
    """`value` without nulls and empty texts at any depth. Raises when it is nested too deep."""
    if depth > MAX_DEPTH:
        raise InvalidRequestError(
            "The body is nested too deep: flatten the field named in `errors`.",
            [FieldProblem(at, DEPTH_RULE)],
        )
    if isinstance(value, dict):
        return {
            name: _without_absent(item, at, depth + 1)
            for name, item in value.items()
            if given(item)
        }
    if isinstance(value, list):
        return [_without_absent(item, at, depth + 1) for item in value if given(item)]
    return value


@cache
def _fields(kind: type[msgspec.Struct]) -> Mapping[str, msgspec.structs.FieldInfo]:
    return {info.encode_name: info for info in msgspec.structs.fields(kind)}
