"""Contradictions between articles and within one, and what must not be taken for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_pipeline.articles import Article, Kind, Unit
from data_pipeline.evaluation.lint.contradictions import differing_values
from data_pipeline.evaluation.lint.findings import Finding, FindingKind, Severity
from data_pipeline.evaluation.lint.statements import statements_of
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.markdown import read_markdown
from data_pipeline.ingest.readers.structured_json import read_structured
from tests.builders import TEXTS, article, articles, as_bytes, document, section
from tests.example_kb import example_articles

SCOPE_KEYS = ("country",)


def page(text: str, name: str = "page.md", **fields: Any) -> Article:
    read = read_markdown(text.encode(), name, Defaults(), SCOPE_KEYS)
    return msgspec.structs.replace(read, **fields)


def fees(article_id: str, *rows: tuple[str, str], **metadata: Any) -> Article:
    listed = [{"service": service, "fee": fee, "notes": None} for service, fee in rows]
    named = {"title": article_id.replace("-", " "), "article_id": article_id, **metadata}
    raw = as_bytes(document({"fees": listed}, **named))
    return read_structured(raw, f"{article_id}.json", Defaults(), SCOPE_KEYS)


def found(*read: Article, kind: FindingKind = FindingKind.CONTRADICTION) -> Sequence[Finding]:
    return [finding for finding in differing_values(read) if finding.kind is kind]


# what is a contradiction


def test_one_fee_in_two_price_lists() -> None:
    """The finding names both places and quotes both values; it is serious."""
    one, other = fees("moving-out", ("Lost key", "€35")), fees("price-list", ("Lost key", "€45"))
    (finding,) = found(one, other)
    assert finding.severity is Severity.SERIOUS
    assert (finding.article_id, finding.place) == ("moving-out", "fees")
    assert finding.other == "price-list#fees"
    assert "€35" in finding.problem
    assert "€45" in finding.problem


def test_price_list_against_a_sentence_of_the_same_article() -> None:
    """`Home pick-up: €25` and `Home pick-up costs €35` are one fact in two wordings."""
    text = (
        "# Sending back\n\n## Ways\n\nHome pick-up costs €35 and is booked online.\n\n"
        "## Fees\n\n| Service | Fee |\n| --- | --- |\n| Home pick-up | €25 |\n| Gift wrap | €4 |\n"
    )
    (finding,) = found(page(text))
    assert "€35" in finding.problem
    assert found(page(text.replace("€35", "€25"))) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "A broken lamp can be returned within 45 days.",
            "A broken lamp can be returned within 30 days.",
        ),
        (
            "Una lámpara rota se devuelve gratis en 45 días.",
            "Una lámpara rota se devuelve gratis en 30 días.",
        ),
        (
            "The early plan cancellation fee is $79.",
            "An early plan cancellation fee of $89 is charged.",
        ),
        ("Loans run for up to 2 weeks in total.", "Loans run for up to 21 days in total."),
        ("The lamp desk closes at 18:00.", "The lamp desk closes at 17:00."),
        ("Call the lamp desk at +34 910 555 111.", "Call the lamp desk at +34 910 555 222."),
        ("Lamps can be sent to the islands.", "Lamps cannot be sent to the islands."),
    ],
)
def test_two_sentences_of_two_articles(one: str, other: str) -> None:
    """The same statement with another value, wherever it stands."""
    language = "es" if "lámpara" in one else "en"
    first = page(f"# Buying\n\n{one}\n", "buying.md", language=language)
    second = page(f"# Complaints\n\n{other}\n", "complaints.md", language=language)
    assert len(found(first, second)) == 1
    assert found(first, page(f"# Complaints\n\n{one}\n", "complaints.md", language=language)) == []


# what is none


def test_other_scopes_do_not_meet() -> None:
    """Each country has its own fee; without a country in one of them a customer may get either."""
    ireland = fees("leaving-ireland", ("Lost key", "€35"), country="Ireland")
    spain = fees("price-list", ("Lost key", "€45"), country="Spain")
    assert ireland.scope != spain.scope
    assert found(ireland, spain) == []
    assert len(found(ireland, fees("price-list", ("Lost key", "€45")))) == 1


def test_other_times_do_not_meet() -> None:
    """Last year's fee may differ from this year's."""
    last = fees("moving-out", ("Lost key", "€35"))
    last = msgspec.structs.replace(last, valid_until="2025-12-31")
    this = fees("price-list", ("Lost key", "€45"))
    assert found(last, msgspec.structs.replace(this, valid_from="2026-01-01")) == []
    assert len(found(last, msgspec.structs.replace(this, valid_from="2025-06-01"))) == 1


def test_two_models_of_a_product_differ() -> None:
    """Titles that share a part and have a part of their own name two of a kind."""
    one = page("# Lamp Nova manual\n\nThe battery charges within 3 hours.\n", "nova.md")
    other = page("# Lamp Orla manual\n\nThe battery charges within 5 hours.\n", "orla.md")
    assert found(one, other) == []


def test_a_form_filled_in_again_and_again() -> None:
    """A label with three values is a form's, not one fact."""
    filled = [fees(name, ("Monthly price", f"€{n}")) for n, name in enumerate(("a", "b", "c"), 5)]
    assert found(*filled) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Parcels under the limit cost €4 extra.", "Parcels over the limit cost €9 extra."),
        ("Delivery to islands takes 9 days.", "Delivery to cities takes 2 days."),
        ("Delivery normally takes 8 to 10 days.", "Delivery normally takes 10 days."),
        ("The refund takes 6 days.", "The refund costs €6."),
        (
            "Lamps sold before 2020 have 24 months of cover.",
            "Lamps sold before 2022 have 36 months of cover.",
        ),
        ("See `lamp --wait 5s` for the lamp.", "See `lamp --wait 9s` for the lamp."),
        ("Is a lamp returned within 45 days?", "Is a lamp returned within 30 days?"),
        ("Date: 13 February 2026", "Date: 12 May 2026"),
        ("The lamp form is at lamps.example/a.", "The lamp form is at lamps.example/b."),
        ("Lamps lie in 4 boxes here.", "Lamps lie in 5 boxes here."),
    ],
)
def test_something_sets_them_apart(one: str, other: str) -> None:
    """Another condition, another thing, a range that holds the value, another unit, code."""
    first, second = page(f"# Buying\n\n{one}\n", "b.md"), page(f"# Complaints\n\n{other}\n", "c.md")
    assert found(first, second) == []


def test_sections_of_one_article_about_variants() -> None:
    """Two headings with the same labels and other values throughout describe two things."""
    text = "# Lamps\n\n## {}\n\nWidth: {} cm\n\nHeight: {} cm\n\n"
    nova, orla = text.format("Nova", 20, 40), text.format("Orla", 25, 50).partition("\n\n")[2]
    assert found(page(nova + orla)) == []


def test_examples_state_nothing() -> None:
    """What one customer paid is no rule."""
    examples = [{"scenario": "Ana lost a key.", "outcome": "The lost key costs €99."}]
    told = read_structured(
        as_bytes(document({"examples": examples}, article_id="cases", title="Cases")),
        "cases.json",
        Defaults(),
        SCOPE_KEYS,
    )
    assert statements_of(told) == []
    assert found(told, fees("price-list", ("Lost key", "€45"))) == []


def test_example_kb_contradicts_itself_nowhere() -> None:
    """No false alarm on the articles that the project ships."""
    assert found(*example_articles()) == []


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        (
            "cancel-flex-subscription",
            "early cancellation fee of €79",
            "early cancellation fee of €89",
        ),
        ("cancel-flex-subscription", "pick-up costs €25", "pick-up costs €35"),
        ("damage-charges", "€35", "€45"),
    ],
)
def test_a_value_changed_in_one_place_only(source: str, old: str, new: str) -> None:
    """What an editor forgets to change in the second place is found in the shipped articles."""
    changed = [
        _with_rule(read, old, new) if read.article_id == source else read
        for read in example_articles()
    ]
    (finding, *_) = found(*changed)
    assert source in {finding.article_id, finding.other.partition("#")[0]}


def _with_rule(read: Article, old: str, new: str) -> Article:
    """The article with `new` for `old` in its rules and fees."""
    sections = [
        msgspec.structs.replace(s, units=tuple(_with(u, old, new) for u in s.units))
        if s.kind in {Kind.RULES, Kind.FEES}
        else s
        for s in read.sections
    ]
    return msgspec.structs.replace(read, sections=tuple(sections))


def _with(told: Unit, old: str, new: str) -> Unit:
    raw = msgspec.json.encode(told).decode()
    return msgspec.json.decode(raw.replace(old, new), type=Unit)


# duplicates


def test_a_fee_kept_in_three_articles_is_one_finding() -> None:
    """It names the others, and is advice."""
    (finding,) = found(
        *(fees(name, ("Lost key", "€35")) for name in ("moving-out", "price-list", "keys")),
        kind=FindingKind.DUPLICATE,
    )
    assert finding.severity is Severity.ADVICE
    assert "`price-list`, `keys`" in finding.problem


# empty, huge, hostile


def test_nothing_to_compare() -> None:
    assert list(differing_values([])) == []
    assert list(differing_values([article()])) == []


def test_many_equal_labels_stay_cheap() -> None:
    """Thousands of rows of one form are not compared with each other."""
    rows = [(f"Size {n} lamp delivery", f"€{n % 7}") for n in range(1_500)]
    same = [("Lamp delivery", f"€{n}") for n in range(1_500)]
    assert found(fees("huge", *rows, *same)) == []


@pytest.mark.parametrize(
    "text", ["1 " * 40_000, "€" * 40_000, "a: " * 20_000, "9" * 50_000, "is of " * 20_000 + "€5"]
)
def test_hostile_texts_are_read_in_time(text: str) -> None:
    """No text makes the reading explode; what is too long says nothing."""
    assert found(article(section("body", text)), article(section("other", text))) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(articles(), max_size=3), TEXTS)
def test_any_article_can_be_read(read: list[Article], text: str) -> None:
    """Nothing raises, and every finding is about an article that is there."""
    named = [msgspec.structs.replace(one, article_id=f"a{n}") for n, one in enumerate(read)]
    named.append(article(section("body", text)))
    ids = {one.article_id for one in named}
    assert {finding.article_id for finding in differing_values(named)} <= ids
