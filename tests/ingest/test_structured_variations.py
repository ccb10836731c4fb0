"""Every way in which real structured files vary: each loads, and what it says is there."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from data_pipeline.articles import (
    Article,
    Blocks,
    Check,
    Condition,
    DataPoint,
    Fee,
    Kind,
    Operator,
    Section,
    Unit,
)
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.structured_json import read_structured
from tests.builders import as_bytes, data_point, document

KEYS = ("plan", "country")


def load(
    details: dict[str, Any] | None = None, defaults: Defaults | None = None, **metadata: Any
) -> Article:
    """The article of a document with these `details` and metadata."""
    return read_structured(
        as_bytes(document(details, **metadata)), "kb/a.json", defaults or Defaults(), KEYS
    )


def section(article: Article, path: str) -> Section:
    """The only section at `path`."""
    (found,) = [one for one in article.sections if one.path == path]
    return found


def texts(units: tuple[Unit, ...]) -> list[str]:
    return [unit.text for unit in units]


def points(article: Article) -> list[DataPoint]:
    units = [
        u
        for s in article.sections
        if s.kind in {Kind.REQUIRED_DATA, Kind.OPTIONAL_DATA}
        for u in s.units
    ]
    return [msgspec.convert(unit.data, DataPoint) for unit in units]


def test_null_scope_is_global() -> None:
    """A null scope key binds nothing; one of two may be null."""
    assert load(plan=None, country=None, scope="global").scope == {}
    article = load(plan="Basic", country=None, scope="plan-specific")
    assert (article.scope, article.warnings) == ({"plan": ("Basic",)}, ())


def test_a_scope_value_may_be_a_list() -> None:
    """Several values of one key, and a star for all of them."""
    assert load(plan=["Basic", "Plus", "Basic"]).scope == {"plan": ("Basic", "Plus")}
    assert load(plan=["Basic", "*"]).scope == {}


def test_folder_defaults_fill_what_is_left_out() -> None:
    """A missing key takes the folder's value; null is a statement and does not, with a warning."""
    folder = Defaults(
        scope={"plan": ("Plus",)},
        topic="Orders",
        tags=("a",),
        language="es",
        valid_until="2030-01-01",
    )
    silent = load(None, folder, language=None)
    assert (silent.scope, silent.topic, silent.tags) == ({"plan": ("Plus",)}, "Orders", ("a",))
    assert (silent.language, silent.valid_until) == ("es", "2030-01-01")
    stated = load(None, folder, plan=None, topic="Returns", tags=["b"], language="en")
    assert (stated.scope, stated.topic, stated.tags, stated.language) == (
        {},
        "Returns",
        ("b",),
        "en",
    )
    assert any("metadata.plan" in warning for warning in stated.warnings)


def test_a_field_that_could_be_scope_is_not_ignored_silently() -> None:
    """A metadata field that is neither known nor a scope key is warned of and kept for agents."""
    article = load(region="North", scope="region-specific")
    assert [w.partition(":")[0] for w in article.warnings] == ["metadata.scope", "metadata.region"]
    assert section(article, "other/metadata").units == (Unit("region: North", agent_only=True),)


def test_key_order_does_not_matter() -> None:
    """The same content in another order of keys is the same article."""
    details = {
        "steps": [{"step_number": 1, "description": "Open the app.", "notes": None}],
        "fees": [],
    }
    details["guardrails"] = {"must_not": ["Promise."], "must_do_if_unsure": []}
    turned = dict(reversed(details.items()))
    assert load(details) == load(turned)


@pytest.mark.parametrize(
    "value",
    [
        "Two weeks.",
        ["Two weeks."],
        {"standard": "Two weeks."},
        [{"standard": {"usual": ["Two weeks."]}}],
        [["Two weeks."]],
    ],
)
def test_unknown_sections_are_notes(value: Any) -> None:
    """A section that the format does not name is kept, whatever its shape."""
    article = load({"payout_timelines": value})
    found = section(article, "other/payout_timelines")
    assert found.kind is Kind.NOTES
    assert "Two weeks." in "\n".join(texts(found.units))
    assert article.warnings == (
        "details.payout_timelines: the format has no such section; kept as notes",
    )


def test_unknown_fields_beside_details_are_notes() -> None:
    """Even beside `metadata` and `details` nothing is lost."""
    raw = as_bytes({**document(), "changes": ["Prices of May."]})
    article = read_structured(raw, "a.json", Defaults(), KEYS)
    assert texts(section(article, "other/changes").units) == ["Prices of May."]


@pytest.mark.parametrize(
    "name", ["agent_scripts", "internal_notes", "notes-for-agents", "Uso interno"]
)
def test_unknown_sections_for_agents_stay_with_agents(name: str) -> None:
    """A section whose name says that it is internal is never quotable."""
    article = load({name: ["Say it softly."]})
    assert [unit.agent_only for one in article.sections[1:] for unit in one.units] == [True]


@pytest.mark.parametrize("fees", [None, []])
def test_fees_may_be_absent_or_empty(fees: Any) -> None:
    """No fees, no section, no warning."""
    article = load({"fees": fees} if fees is not None else {})
    assert [one.path for one in article.sections] == ["overview"]
    assert article.warnings == ()


@pytest.mark.parametrize("fee", ["$75", "$75 + $35", "Depends on the carrier; ask first."])
def test_a_fee_is_text(fee: str) -> None:
    """A price is kept exactly as it is written."""
    (unit,) = section(
        load({"fees": [{"service": "Rush", "fee": fee, "notes": None}]}), "fees"
    ).units
    assert unit.text == f"Rush: {fee}"
    assert msgspec.convert(unit.data, Fee) == Fee("Rush", fee)


def test_a_fee_as_a_number_is_warned_of() -> None:
    """A number where text belongs is read as text, and said."""
    article = load({"fees": [{"service": "Rush", "fee": 75}]})
    assert texts(section(article, "fees").units) == ["Rush: 75"]
    assert article.warnings == ("details.fees[0].fee: found a number, expected text; kept as text",)


def test_flags_are_bool_or_text_or_null() -> None:
    """A flag keeps its words; a null one says nothing."""
    flags = {
        "taxable": True,
        "self_service": False,
        "refund": "Conditional",
        "signed": "True",
        "notary": None,
    }
    found = section(load({"critical_flags": flags}), "flags")
    assert texts(found.units) == [
        "taxable: true",
        "self service: false",
        "refund: Conditional",
        "signed: True",
    ]


@pytest.mark.parametrize("empty", ["must_have", "nice_to_have", "if_missing"])
def test_each_list_of_required_data_may_be_empty(empty: str) -> None:
    """The other two still load."""
    required = {
        "must_have": [data_point("Order", source_type="message_text")],
        "nice_to_have": [data_point("Colour", source_type="message_text")],
        "if_missing": [
            {
                "missing_data_point": "Order" if empty != "must_have" else "Colour",
                "ask_participant": "?",
            }
        ],
        empty: [],
    }
    article = load({"required_data": {**required, "disambiguation_notes": []}})
    assert article.warnings == ()
    assert len(points(article)) == (2 if empty == "if_missing" else 1)


def test_blocking_intents() -> None:
    """Each intent, and a missing one, which blocks always."""
    intents = ["always", "execution_only", "eligibility_confirmation", "personalization_only", None]
    facts = [
        data_point(f"Fact {n}", **({"blocking_intent": one} if one else {}))
        for n, one in enumerate(intents)
    ]
    article = load({"required_data": {"must_have": facts}})
    blocks = [point.blocks for point in points(article)]
    assert blocks == [
        Blocks.ALWAYS,
        Blocks.EXECUTION,
        Blocks.ELIGIBILITY,
        Blocks.NEVER,
        Blocks.ALWAYS,
    ]
    assert article.warnings == ()


def test_example_values_mix_types() -> None:
    """Text, numbers and nulls among the examples."""
    fact = data_point("Order", example_values=["A-1", 7, 1.5, None, "N/A"])
    assert points(load({"required_data": {"must_have": [fact]}}))[0].examples == (
        "A-1",
        "7",
        "1.5",
        "N/A",
    )


def test_missing_data_conditions_refer_by_name() -> None:
    """A condition finds its fact case aside; one that refers to none is kept, with a warning."""
    conditions = [
        {
            "condition": "No order.",
            "missing_data_point": "ORDER number",
            "resulting_outcome": "ask",
            "ask_participant": None,
        },
        {
            "condition": "No idea.",
            "missing_data_point": "Mood",
            "resulting_outcome": "ask",
            "ask_participant": "How?",
        },
    ]
    article = load(
        {
            "required_data": {"must_have": [data_point("Order number")]},
            "decision_guide": {"missing_data_conditions": conditions},
        }
    )
    first, second = section(article, "missing-data").units
    assert msgspec.convert(first.data, Condition) == Condition(
        text="No order.", outcome="ask", data_point="order_number"
    )
    assert second.text == "Mood: No idea.\nHow?"
    assert [w.partition(":")[0] for w in article.warnings] == [
        "details.decision_guide.missing_data_conditions[1].missing_data_point"
    ]


def test_links_are_texts_or_objects() -> None:
    """Both forms of external links, null contacts, and related articles as links only."""
    article = load(
        {
            "references": {
                "participant_portal": None,
                "internal_articles": ["returns", "refunds"],
                "external_links": [
                    "https://a.example",
                    {"label": "Status", "url": "https://b.example", "purpose": "See it."},
                ],
                "contact": {"email": None, "phone": "+1 555 0100", "support_hours": None},
            }
        }
    )
    assert texts(section(article, "references").units) == [
        "https://a.example",
        "Status: https://b.example\nSee it.",
        "Phone: +1 555 0100",
    ]
    assert (article.links, article.warnings) == (("returns", "refunds"), ())


@pytest.mark.parametrize(
    "contact", [None, {}, {"email": None, "phone": None, "support_hours": None}]
)
def test_contacts_may_be_null(contact: Any) -> None:
    """No contact, no text."""
    assert [one.path for one in load({"references": {"contact": contact}}).sections] == ["overview"]


def test_categories_and_outcomes_are_free_words() -> None:
    """Categories and outcomes become paths of their own, in any language; twice the same is one."""
    article = load(
        {
            "business_rules": [
                {"category": "Límite de edad", "rules": ["18 years."]},
                {"category": "Tone & style!", "rules": ["Be kind."]},
                {"category": "tone / style", "rules": ["Be brief."]},
            ],
            "additional_notes": [{"category": "日本", "notes": ["Closed."]}],
            "response_frames": {
                "Ambiguous plan rules?": {"participant_message_components": ["It depends."]}
            },
        }
    )
    paths = [one.path for one in article.sections if one.path != "overview"]
    assert paths[:3] == [
        "response-frames/ambiguous-plan-rules",
        "rules/limite-de-edad",
        "rules/tone-style",
    ]
    assert paths[3].startswith("notes/")
    assert all(path.isascii() for path in paths)
    assert texts(section(article, "rules/tone-style").units) == ["Be kind.", "Be brief."]


def test_audience_is_not_visibility() -> None:
    """`Internal` as audience hides nothing."""
    article = load({"faq_pairs": [{"question": "When?", "answer": "Now."}]}, audience="Internal")
    assert not section(article, "faq").units[0].agent_only


@pytest.mark.parametrize("missing", ["description", "topic", "language"])
def test_metadata_may_be_thin(missing: str) -> None:
    """Without optional metadata the article loads; the language is then detected."""
    article = load(
        {"faq_pairs": [{"question": "¿Cuándo llega el pedido?", "answer": "El lunes."}]},
        **{missing: None},
    )
    assert article.warnings == ()
    assert article.language == ("es" if missing == "language" else "en")


def test_without_an_id_the_path_is_used() -> None:
    """An article without id or title still loads, and says so."""
    raw = as_bytes(
        {
            "metadata": {"title": ""},
            "details": {"steps": [{"step_number": 1, "description": "Go."}]},
        }
    )
    article = read_structured(raw, "kb/Año nuevo.json", Defaults(), KEYS)
    assert (article.article_id, article.title) == ("kb-ano-nuevo", "kb-ano-nuevo")
    assert len(article.warnings) == 2


def test_address_and_dates() -> None:
    """The extensions of the metadata: address, first and last day."""
    article = load(
        url="https://help.example/a", valid_from="2026-01-01", valid_until="2026-06-30T12:00:00Z"
    )
    assert (article.url, article.valid_from, article.valid_until) == (
        "https://help.example/a",
        "2026-01-01",
        "2026-06-30",
    )


@pytest.mark.parametrize(
    "metadata",
    [
        {"valid_until": "next year"},
        {"valid_until": 20260101},
        {"valid_from": "2026-13-01"},
        {"valid_from": "2027-01-01", "valid_until": "2026-01-01"},
        {"url": "javascript:alert(1)"},
        {"language": "Klingon language"},
        {"title": 7},
        {"tags": {"a": 1}},
        {"article_id": "Ä ö"},
    ],
)
def test_odd_metadata_is_warned_of(metadata: dict[str, Any]) -> None:
    """One warning for what cannot be used, and the article loads."""
    assert len(load(None, **metadata).warnings) >= 1


CHECKED = {"key": "age", "op": "gte", "value": 18}


@pytest.mark.parametrize(
    ("when", "checks"),
    [
        (CHECKED, (Check("age", Operator.GTE, 18),)),
        (
            [CHECKED, {"key": "Plan type", "op": "IN", "value": ["a"]}],
            (Check("age", Operator.GTE, 18), Check("plan_type", Operator.IN, ["a"])),
        ),
        ({"key": "age", "op": "present"}, (Check("age", Operator.PRESENT),)),
        (None, ()),
    ],
)
def test_conditions_that_code_can_check(when: Any, checks: tuple[Check, ...]) -> None:
    """`when` is an object or a list, its key is a data point by key or name."""
    guide = {
        "blocking_conditions": [{"condition": "Too young.", "when": when, "outcome": "blocked"}]
    }
    facts = {
        "must_have": [
            data_point("Age", source_type="unknown"),
            data_point("Plan type", source_type="unknown"),
        ]
    }
    article = load({"decision_guide": guide, "required_data": facts})
    (unit,) = section(article, "blocking").units
    assert msgspec.convert(unit.data, Condition) == Condition(
        text="Too young.", when=checks, outcome="blocked"
    )
    assert article.warnings == ()


@pytest.mark.parametrize(
    "when",
    [
        {"key": "height", "op": "gte", "value": 18},
        {"key": "age", "op": "around", "value": 18},
        {"key": "age", "op": "in", "value": "18"},
        {"key": "age", "op": "gt", "value": True},
        {"key": "age", "op": "eq", "value": None},
        {"key": "age", "op": "gte", "value": 18, "unless": "vip"},
        "age >= 18",
        [CHECKED, {"key": "height", "op": "gt", "value": 1}],
        [CHECKED, "and so on"],
    ],
)
def test_conditions_that_code_cannot_check(when: Any) -> None:
    """One unfit part leaves the whole condition to people; its words are kept for agents."""
    guide = {"eligibility_requirements": [{"condition": "Old enough.", "when": when}]}
    article = load({"decision_guide": guide, "required_data": {"must_have": [data_point("Age")]}})
    condition, rest = section(article, "eligibility").units
    assert msgspec.convert(condition.data, Condition) == Condition(text="Old enough.")
    assert (rest.agent_only, rest.data) == (True, None)
    assert "details.decision_guide.eligibility_requirements[0].when" in article.warnings[-1]


@pytest.mark.parametrize("item", [5, ["x"], {"text": "x"}, True])
def test_odd_items_are_kept_as_text(item: Any) -> None:
    """An item of another shape in any list is warned of with its place, and its words stay."""
    lists = [
        "business_rules",
        "fees",
        "steps",
        "common_issues",
        "examples",
        "faq_pairs",
        "definitions",
        "additional_notes",
    ]
    for field in lists:
        article = load({field: [item]})
        kept = "\n".join(unit.text for one in article.sections for unit in one.units)
        assert ("x" if not isinstance(item, int) else str(item).lower()) in kept
        assert article.warnings[0].startswith(f"details.{field}[0]")
        assert not any(unit.data for one in article.sections for unit in one.units)


@pytest.mark.parametrize(
    "field",
    [
        "critical_flags",
        "required_data",
        "decision_guide",
        "response_frames",
        "guardrails",
        "references",
        "steps",
    ],
)
@pytest.mark.parametrize("value", ["Some words.", 5, ["Some words."], True])
def test_a_section_of_another_type_is_kept(field: str, value: Any) -> None:
    """Where an object or a list belongs and something else stands, its words stay."""
    article = load({field: value})
    kept = "\n".join(unit.text for one in article.sections for unit in one.units)
    assert ("Some words." if not isinstance(value, int) else str(value).lower()) in kept
    assert article.warnings
