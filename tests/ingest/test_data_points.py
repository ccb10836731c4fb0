"""Required data, read from the article's own lists."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given

from data_pipeline.articles import Blocks, DataPoint, DataType, FactSource, Wording
from data_pipeline.ingest.data_points import data_point_unit, read_data_points
from tests.builders import JSON_VALUES, data_point


def read_one(item: Any, if_missing: Any = None) -> tuple[DataPoint, tuple[str, ...]]:
    """The only must-have, and the warnings."""
    (point,), warnings = read_data_points([item], None, if_missing, "")
    return point, warnings


def test_all_fields_of_the_format() -> None:
    """Every field ends up where the engine looks for it, and nothing needs a warning."""
    point, warnings = read_one(
        data_point(
            "Order number",
            meaning="On the invoice.",
            why_needed="To find it.",
            example_values=["A-1", 2, 3.5, None],
            source_note="Order page",
            source_type="message_text",
            blocking_intent="execution_only",
        ),
        [
            {
                "missing_data_point": "order NUMBER",
                "ask_participant": "Which order?",
                "agent_note": "Or look it up.",
            }
        ],
    )
    assert warnings == ()
    assert point == DataPoint(
        key="order_number",
        label="Order number",
        description="On the invoice.",
        why_needed="To find it.",
        data_type=DataType.TEXT,
        required=True,
        source=FactSource.CUSTOMER,
        source_note="Order page",
        question="Which order?",
        agent_note="Or look it up.",
        blocks=Blocks.EXECUTION,
        examples=("A-1", "2", "3.5"),
    )


@pytest.mark.parametrize(
    ("stated", "expected", "warned"),
    [
        ({"blocking_intent": "always"}, Blocks.ALWAYS, False),
        ({"blocking_intent": "execution_only"}, Blocks.EXECUTION, False),
        ({"blocking_intent": "Eligibility confirmation"}, Blocks.ELIGIBILITY, False),
        ({"blocking_intent": "personalization_only"}, Blocks.NEVER, False),
        ({"blocking_intent": None}, Blocks.ALWAYS, False),
        ({"blocking_intent": ""}, Blocks.ALWAYS, False),
        ({}, Blocks.ALWAYS, False),
        ({"blocking_intent": "sometimes"}, Blocks.ALWAYS, True),
        ({"blocking_intent": 3}, Blocks.ALWAYS, True),
    ],
)
def test_blocking_intent(stated: dict[str, Any], expected: Blocks, warned: bool) -> None:
    """Each intent has its meaning; a missing one blocks always, an unknown one too, with a warning."""
    point, warnings = read_one(data_point("Order", **stated))
    assert point.blocks is expected
    assert bool(warnings) is warned


def test_nice_to_have_blocks_nothing_unless_stated() -> None:
    """An optional fact never blocks by itself, but what the article says wins."""
    items = [
        data_point("A"),
        data_point("B", blocking_intent="execution_only"),
        data_point("C", blocking_intent="odd"),
    ]
    points, warnings = read_data_points([], items, [], "")
    assert [(p.required, p.blocks) for p in points] == [
        (False, Blocks.NEVER),
        (False, Blocks.EXECUTION),
        (False, Blocks.NEVER),
    ]
    assert len(warnings) == 1


@pytest.mark.parametrize(
    ("stated", "expected", "warned"),
    [
        ({"source_type": "message_text"}, FactSource.CUSTOMER, False),
        ({"source_type": "participant_action"}, FactSource.CUSTOMER, False),
        ({"source_type": "participant_profile"}, FactSource.PROFILE, False),
        ({"source_type": "plan_profile"}, FactSource.PROFILE, False),
        ({"source_type": "agent_input"}, FactSource.AGENT, False),
        ({"source_type": "unknown"}, FactSource.AGENT, False),
        ({"source_type": "crystal_ball"}, FactSource.AGENT, True),
        ({"source_type": "agent_input", "source": "customer"}, FactSource.CUSTOMER, False),
        ({"source_type": "message_text", "source": "nobody"}, FactSource.CUSTOMER, True),
        ({"ask_participant": "Which?"}, FactSource.CUSTOMER, False),
        ({}, FactSource.AGENT, False),
    ],
)
def test_source(stated: dict[str, Any], expected: FactSource, warned: bool) -> None:
    """Who supplies a fact: the explicit source, else the source type, else whoever can be asked."""
    point, warnings = read_one(data_point("Order", **stated))
    assert point.source is expected
    assert bool(warnings) is warned


def test_unknown_code_words_are_kept_for_agents() -> None:
    """What could not be mapped is still said somewhere."""
    point, _ = read_one(
        data_point("Order", blocking_intent="only on Mondays", data_type="shoe size")
    )
    assert point.agent_note == "data type: shoe size\nblocking intent: only on Mondays"


def test_prompts_match_by_name_case_and_blanks_aside() -> None:
    """The question belongs to the fact of that name, however it is spelt."""
    point, warnings = read_one(
        data_point("Hire Date"),
        [{"missing_data_point": " hire  date", "ask_participant": "When?", "agent_note": ""}],
    )
    assert (point.question, point.agent_note, warnings) == ("When?", None, ())


def test_a_null_question_is_none() -> None:
    """Facts that staff supply have no question, only the note."""
    point, _ = read_one(
        data_point("Plan rules"),
        [{"missing_data_point": "Plan rules", "ask_participant": None, "agent_note": "CRM."}],
    )
    assert (point.question, point.agent_note) == (None, "CRM.")


def test_a_prompt_without_its_fact_is_warned_of() -> None:
    """A misspelt name is reported with its place, not with its text."""
    _, warnings = read_data_points(
        [data_point("A")], [], [{"missing_data_point": "Secret thing"}], "kb/a.md"
    )
    assert warnings == (
        "kb/a.md: if_missing[0].missing_data_point: no data point of this article has this name",
    )


def test_keys_are_ascii_slugs_and_unique() -> None:
    """Two facts of one name get different keys, with a warning; an explicit key is kept."""
    items = [
        data_point("Año de alta"),
        data_point("año de ALTA"),
        data_point("Other", key="alta_2"),
        data_point("日付"),
    ]
    points, warnings = read_data_points(items, [], [], "")
    keys = [p.key for p in points]
    assert keys[:3] == ["ano_de_alta", "ano_de_alta_2", "alta_2"]
    assert keys[3].isascii()
    assert keys[3]
    assert warnings == ("must_have[1]: the key 'ano_de_alta' is taken; 'ano_de_alta_2' is used",)


def test_an_unfit_key_is_slugged() -> None:
    """An explicit key with other characters is brought into form, with a warning."""
    point, warnings = read_one(data_point("Order", key="Order No.!"))
    assert point.key == "order_no"
    assert len(warnings) == 1


def test_explicit_type_choices_and_secrecy() -> None:
    """What the editor adds wins over what would be derived."""
    point, warnings = read_one(
        data_point(
            "Fee", data_type="Number", choices=["low", 2], sensitive=True, example_values=["$5"]
        )
    )
    assert (point.data_type, point.choices, point.sensitive) == (
        DataType.NUMBER,
        ("low", "2"),
        True,
    )
    assert warnings == ("must_have[0].choices[1]: found a number, expected text; kept as text",)


def test_a_doubtful_secret_is_a_secret() -> None:
    """`sensitive` in another type is read the careful way."""
    point, warnings = read_one(data_point("Order", sensitive="maybe"))
    assert point.sensitive
    assert len(warnings) == 1


def test_translations() -> None:
    """Question and label in other languages, and oddities among them kept."""
    point, warnings = read_one(
        data_point(
            "Order",
            translations={
                "es": {"ask_participant": "¿Qué pedido?", "label": "Pedido"},
                "fr": "Laquelle ?",
            },
        )
    )
    assert point.translations == {"es": Wording("¿Qué pedido?", "Pedido")}
    assert point.agent_note == "Laquelle ?"
    assert len(warnings) == 1


def test_a_name_alone_is_a_fact() -> None:
    """A list of names (a shorthand of front matter) gives facts that the customer supplies."""
    point, warnings = read_one("Order number")
    assert (point.key, point.label, point.source) == (
        "order_number",
        "Order number",
        FactSource.CUSTOMER,
    )
    assert len(warnings) == 1


@pytest.mark.parametrize(
    "item", [5, ["Order"], {"meaning": "nameless"}, {"data_point": 7}, {"data_point": " "}, True]
)
def test_an_item_without_a_name_is_no_fact(item: Any) -> None:
    """What has no name cannot be asked for; it is warned of."""
    points, warnings = read_data_points([item], [], [], "a.json")
    assert points == ()
    assert warnings[0].startswith("a.json: must_have[0]: found ")


def test_absent_lists_are_empty() -> None:
    """Each of the lists may be missing or empty."""
    assert read_data_points(None, None, None, "a") == ((), ())
    assert read_data_points([], [], [], "a") == ((), ())


@given(JSON_VALUES, JSON_VALUES, JSON_VALUES)
def test_no_input_fails(must_have: Any, nice_to_have: Any, if_missing: Any) -> None:
    """Whatever stands in the lists, there are facts with unique ASCII keys, or warnings."""
    points, _ = read_data_points(must_have, nice_to_have, if_missing, "")
    keys = [point.key for point in points]
    assert len(set(keys)) == len(keys)
    assert all(key.isascii() and key for key in keys)


def test_unit_of_a_data_point() -> None:
    """The unit reads well, is for agents, and its data is the data point again."""
    point, _ = read_one(
        data_point("Lock", meaning="Its class.", why_needed="Cover.", choices=["Gold", "None"])
    )
    unit = data_point_unit(point)
    assert unit.text == "Lock: Its class.\nCover.\nGold / None"
    assert unit.agent_only
    assert msgspec.convert(unit.data, DataPoint) == point
