"""The strict subset that vendors take, out of msgspec structs."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from data_pipeline.prompts.strict_schema import strict_schema


class Point(msgspec.Struct, frozen=True, tag="point"):
    """One thing that is said."""

    cites: list[str]
    kind: Literal["point", "step"]
    text: Annotated[str, Meta(min_length=1, max_length=600, title="T", description="one sentence")]


class Group(msgspec.Struct, frozen=True, tag="group"):
    title: str
    members: tuple[Group, ...] = ()
    note: str | None = None


class Colour(Enum):
    RED = "red"


class Reply(msgspec.Struct, frozen=True):
    """What is replied."""

    verdict: Literal["answered", "not_answered"]
    points: list[Point | Group]
    best: Point | None
    colour: Colour = Colour.RED
    share: Annotated[float, Meta(ge=0, le=1)] = 0.5
    rank: Literal[1, 2] = 1
    mood: Literal["good"] | None = None
    described: Annotated[Point | None, Meta(description="the last")] = None


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    yield schema
    for child in [
        *schema.get("properties", {}).values(),
        *schema.get("$defs", {}).values(),
        *schema.get("anyOf", ()),
        *([schema["items"]] if "items" in schema else ()),
    ]:
        yield from nodes(child)


def test_root_is_the_object_itself() -> None:
    """Vendors refuse a `$ref` as the root, so the struct's own schema stands there."""
    schema = strict_schema(Reply)
    assert (schema["type"], schema["description"]) == ("object", "What is replied.")
    assert "$ref" not in schema
    assert "Reply" not in schema["$defs"]


def test_properties_come_in_the_order_of_the_fields() -> None:
    """A model writes its reply in that order, so what must be settled first stands first."""
    assert list(strict_schema(Reply)["properties"]) == list(Reply.__struct_fields__)
    point = strict_schema(Reply)["$defs"]["Point"]
    assert list(point["properties"]) == ["type", "cites", "kind", "text"]


def test_every_object_is_closed_and_complete() -> None:
    """Strict mode wants all properties required, defaults or not, and no others."""
    objects = [node for node in nodes(strict_schema(Reply)) if node.get("type") == "object"]
    assert len(objects) == 3
    for node in objects:
        assert node["required"] == list(node["properties"])
        assert node["additionalProperties"] is False


def test_every_node_says_its_type_or_its_variants() -> None:
    """Enumerations and tags come without a type from msgspec, which vendors refuse."""
    for node in nodes(strict_schema(Reply)):
        assert node.keys() & {"type", "anyOf", "$ref"}
    fields = strict_schema(Reply)["properties"]
    assert fields["verdict"]["type"] == "string"
    assert fields["rank"] == {"type": "integer", "enum": [1, 2]}
    assert fields["mood"]["anyOf"][-1] == {"type": "null"}
    assert strict_schema(Reply)["$defs"]["Colour"] == {"type": "string", "enum": ["red"]}


def test_refused_keywords_are_gone_and_useful_ones_stay() -> None:
    """No default, title, discriminator or length; descriptions and ranges remain."""
    for node in nodes(strict_schema(Reply)):
        assert not node.keys() & {"default", "title", "discriminator", "minLength", "maxLength"}
        assert node.keys() == {"$ref"} or "$ref" not in node
    assert strict_schema(Reply)["properties"]["share"] == {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
    }
    text = strict_schema(Reply)["$defs"]["Point"]["properties"]["text"]
    assert text == {"type": "string", "description": "one sentence"}


def test_definitions_that_nothing_refers_to_are_left_out() -> None:
    """Only what the root reaches is sent; a struct that holds itself stays a definition."""

    class Leaf(msgspec.Struct):
        name: str

    assert "$defs" not in strict_schema(Leaf)
    recursive = strict_schema(Group)
    assert list(recursive["$defs"]) == ["Group"]
    assert recursive["properties"]["members"]["items"] == {"$ref": "#/$defs/Group"}


def test_fields_may_be_called_like_keywords() -> None:
    """A property's name is a name, not a keyword to drop or to follow."""
    named = msgspec.defstruct("Named", [("title", str), ("default", Point), ("items", list[Point])])
    schema = strict_schema(named)
    assert schema["required"] == ["title", "default", "items"]
    assert list(schema["$defs"]) == ["Point"]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (dict[str, int], "dict"),
        (dict[str, Any], "dict"),
        (tuple[int, str], "one type only"),
        (list, "one type only"),
        (Any, "Any"),
        (list[dict[str, str]], "dict"),
    ],
)
def test_what_has_no_counterpart_is_refused_by_name(kind: Any, reason: str) -> None:
    """A struct that a vendor would refuse fails at once, and the message tells the field."""
    odd = msgspec.defstruct("Odd", [("fine", str), ("awkward", kind)])
    with pytest.raises(TypeError, match=reason) as caught:
        strict_schema(odd)
    assert "Odd.awkward" in str(caught.value)


def test_root_must_be_one_struct() -> None:
    """A union or a list as the root is refused: vendors take an object only."""
    for root in (Point | Group, list[Point], int):
        with pytest.raises(TypeError, match="root"):
            strict_schema(root)  # type: ignore[arg-type]


def test_asking_twice_gives_the_same_and_independent_schemas() -> None:
    """A caller that changes its copy changes nobody else's."""
    first = strict_schema(Reply)
    first["properties"].clear()
    assert strict_schema(Reply)["properties"]
