"""Which facts are known, from where, and which of the unknown ones block this inquiry."""

from __future__ import annotations

from typing import Any

import pytest

from data_pipeline.articles import Blocks, DataPoint, DataType, FactSource, Wording
from data_pipeline.contract.replies import FoundIn, Problem, RequiredField
from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine.article_content import ArticleContent, SourcedPoint
from data_pipeline.engine.inquiry import read_inquiry
from data_pipeline.engine.required_fields import FactNeeds, lookups_for, questions_for, read_needs
from tests.engine.points import point

BALANCE = point("Account balance", DataType.CURRENCY, question="What is your balance?")


def needs(
    *points: DataPoint, inquiry: str = "How does it work?", language: str = "en", **request: Any
) -> FactNeeds:
    content = ArticleContent(
        article_id="a",
        title="T",
        url=None,
        language="en",
        scope={},
        chunks=(),
        points=tuple(SourcedPoint(p, "Required") for p in points),
        requirements=(),
        blockers=(),
        outcomes=(),
        frames={},
        guardrails=(),
    )
    body = RequiredDataRequest(inquiry=inquiry, **request)
    return read_needs(content, read_inquiry(body), body, language)


def only(found: FactNeeds) -> RequiredField:
    (field,) = found.fields
    return field


@pytest.mark.parametrize("given", [5, "5", "€5.00", {"amount": 5, "currency": "EUR"}])
def test_a_collected_value_comes_back_unchanged(given: Any) -> None:
    """As it was sent, whatever its spelling, and with no quote."""
    field = only(needs(BALANCE, collected_data={"accountBalance": given}))
    expected = given["amount"] if isinstance(given, dict) else given
    assert (field.known, field.value, field.found_in, field.quote) == (
        True,
        expected,
        FoundIn.COLLECTED_DATA,
        None,
    )


def test_a_stated_value_has_its_quote() -> None:
    """What the customer wrote is typed, and the words that hold it are given."""
    field = only(needs(BALANCE, inquiry="My account balance is €1.250,50, what now?"))
    assert (field.value, field.found_in, field.quote) == (1250.5, FoundIn.MESSAGE, "€1.250,50")


def test_collected_data_comes_before_the_message() -> None:
    """The system's value is taken where both have one; an unfit one is not."""
    said = "My account balance is $500."
    assert only(needs(BALANCE, inquiry=said, collected_data={"account_balance": 7})).value == 7
    assert (
        only(needs(BALANCE, inquiry=said, collected_data={"account_balance": "soon"})).value == 500
    )
    assert (
        only(needs(BALANCE, inquiry=said, collected_data={"account_balance": "N/A"})).value == 500
    )


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, Problem.MISSING),
        ({"account_balance": None}, Problem.MISSING),
        ({"account_balance": "unknown"}, Problem.MISSING),
        ({"account_balance": "soon"}, Problem.INVALID),
        ({"account_balance": ["a"]}, Problem.INVALID),
        ({"x": {"account_balance": 5}, "y": {"account_balance": 6}}, Problem.INVALID),
    ],
)
def test_why_a_value_is_not_usable(data: dict[str, Any], problem: Problem) -> None:
    """Not there, not of its type, or two that differ."""
    field = only(needs(BALANCE, collected_data=data))
    assert (field.known, field.value, field.problem) == (False, None, problem)


def test_equal_values_in_two_spellings_are_one() -> None:
    """Two systems that agree leave no doubt."""
    data = {"x": {"account_balance": 5}, "y": {"account_balance": "€5.00"}}
    assert only(needs(BALANCE, collected_data=data)).known


def test_a_worse_name_serves_where_the_better_one_does_not_fit() -> None:
    """An unfit value under the exact key does not hide a fit one under other words."""
    data = {"account_balance": "see below", "balance_of_account": 5}
    assert only(needs(BALANCE, collected_data=data)).value == 5


def test_an_example_of_the_article_is_a_valid_value() -> None:
    """ "never" is one of the examples of a number."""
    years = point("Years since", DataType.NUMBER, examples=("2", "never"))
    assert only(needs(years, collected_data={"years_since": "Never"})).value == "Never"


@pytest.mark.parametrize(
    "name", ["account_balance", "accountBalance", "Account balance", "Balance of account"]
)
def test_what_was_sought_in_vain_is_never_asked_again(name: str) -> None:
    """Under any spelling; but a value that is there counts."""
    found = needs(BALANCE, unavailable=[name])
    assert only(found).problem is Problem.UNAVAILABLE
    assert questions_for(found.missing, "en") == ()
    assert lookups_for(found.missing) == ()
    assert only(needs(BALANCE, unavailable=[name], collected_data={"account_balance": 5})).known


@pytest.mark.parametrize(
    ("blocks", "inquiry", "missing"),
    [
        (Blocks.ALWAYS, "How does it work?", True),
        (Blocks.ELIGIBILITY, "How does it work?", False),
        (Blocks.ELIGIBILITY, "Am I eligible for it?", True),
        (Blocks.EXECUTION, "How does it work?", False),
        (Blocks.EXECUTION, "Please cancel my plan for me.", True),
    ],
)
def test_what_blocks_depends_on_what_is_asked(blocks: Blocks, inquiry: str, missing: bool) -> None:
    """What this inquiry does not need is needed later."""
    found = needs(point("Account balance", blocks=blocks), inquiry=inquiry)
    assert [f.key for f in found.missing] == (["account_balance"] if missing else [])
    assert [f.key for f in found.later] == ([] if missing else ["account_balance"])


@pytest.mark.parametrize(
    "fact",
    [point("Account balance", required=False), point("Account balance", blocks=Blocks.NEVER)],
)
def test_what_is_nice_to_have_never_blocks(fact: DataPoint) -> None:
    """It is listed, and neither missing nor needed later."""
    found = needs(fact, inquiry="Am I eligible? Please cancel it for me.")
    assert (len(found.fields), found.missing, found.later) == (1, (), ())


def test_secrets_are_refused_and_never_a_field() -> None:
    """Neither asked for nor repeated, even if the workflow or the customer gave them."""
    found = needs(
        point("Password", question="What is your password?"),
        inquiry="My password is Hunter2024.",
        collected_data={"password": "Hunter2024"},
    )
    assert (found.fields, found.missing) == ((), ())
    assert [r.key for r in found.refused] == ["password"]
    assert "Hunter" not in repr(found)


def test_system_facts_are_lookups_and_customer_facts_are_questions() -> None:
    """Who supplies a fact decides how it is asked for, whatever question the article has."""
    system = point(
        "Open balance", DataType.CURRENCY, source=FactSource.PROFILE, question="How much?"
    )
    found = needs(BALANCE, system, inquiry="My open balance is $5.")
    assert [q.question for q in questions_for(found.missing, "en")] == ["What is your balance?"]
    assert [look.key for look in lookups_for(found.missing)] == ["open_balance"]


def test_words_in_the_language_of_the_reply() -> None:
    """Translated label and question where there are any, a plain question where there is none."""
    words = {"es": Wording(label="Saldo", question="¿Cuál es tu saldo?")}
    found = needs(point("Balance", translations=words), point("Plan name"), language="es")
    assert [f.label for f in found.fields] == ["Saldo", "Plan name"]
    asked = questions_for(found.missing, "es")
    assert asked[0].question == "¿Cuál es tu saldo?"
    assert "Plan name" in asked[1].question


def test_known_facts_by_key() -> None:
    """What conditions are checked against."""
    found = needs(BALANCE, point("Age"), collected_data={"account_balance": 5})
    assert found.known == {"account_balance": 5}
