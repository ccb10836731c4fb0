"""Typed values: numbers, days, yes and no, choices, addresses, and what is unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import DataType
from data_pipeline.engine.dates import is_date
from data_pipeline.engine.values import Parsed, as_boolean, as_date, as_number, is_unknown, parse


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("+5", 5),
        ("5,000.50", "5000.50"),
        ("5.000,50 €", "5000.50"),
        ("$1 250", 1250),
        ("€1\u202f234", 1234),
        ("1,234.567", "1234.567"),
        ("1.234,567", "1234.567"),
        ("1.234.567", 1_234_567),
        ("12,34,567", 1_234_567),
        ("1'000.50", "1000.50"),
        ("1234,567", "1234.567"),
        ("0,500", "0.5"),
        (".5", "0.5"),
        ("$1,5", "1.5"),
        ("500,-", 500),
        ("EUR1234", 1234),
        ("1234 USD", 1234),
        ("R$ 50", 50),
        ("-€3", -3),
        ("€-3", -3),
        ("\u22125", -5),
        ("5k", 5_000),
        ("€50K", 50_000),
        ("$1.2M", 1_200_000),
        ("10 million", 10_000_000),
        ("5 mil euros", 5_000),
        ("64%", 64),
        ("64 por ciento", 64),
        ("two", 2),
        ("dos", 2),
        (1.5, "1.5"),
        (0, 0),
    ],
)
def test_as_number(text: object, number: float | str) -> None:
    """Both locales, signs before and after, blanks, scales and words."""
    assert as_number(text) == Decimal(str(number))


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "1.2.3", "1,234,5", "1.234.56", "100.", "5-", "1e5", "1 23", "once", "--5"),
        *("$5 mil", "5M", "2 or 3", "5\n200", "9" * 100, "$", "12/05", "10:30"),
        *(True, None, [], {}, float("nan"), float("inf")),
    ],
)
def test_no_number(text: object) -> None:
    """What has another shape, or could be two numbers, is none."""
    assert as_number(text) is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False))
def test_numbers_round_trip_in_both_locales(number: Decimal) -> None:
    """`1,234.56` and `1.234,56` are read as what they were written from."""
    american = f"{number:,.2f}"
    european = american.translate(str.maketrans(",.", ".,"))
    assert as_number(american) == as_number(european) == number
    assert as_number(f"{european} €") == as_number(f"${american}".replace("$-", "-$")) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-03", (2026, 5, 3)),
        ("2026-05-03T23:30:00Z", (2026, 5, 3)),
        ("2026-05-03 10:00", (2026, 5, 3)),
        ("2026/5/3", (2026, 5, 3)),
        ("20260503", (2026, 5, 3)),
        ("20/05/2026", (2026, 5, 20)),
        ("5/20/2026", (2026, 5, 20)),
        ("03.03.2026", (2026, 3, 3)),
        ("3 March 2026", (2026, 3, 3)),
        ("March 3rd, 2026", (2026, 3, 3)),
        ("3rd of March 2026", (2026, 3, 3)),
        ("Monday, 3 March 2026", (2026, 3, 3)),
        ("3 de marzo de 2026", (2026, 3, 3)),
        ("el lunes, 3 de marzo del 2026", (2026, 3, 3)),
        ("1º de mayo de 2026", (2026, 5, 1)),
        ("3-Mar-2026", (2026, 3, 3)),
        ("29 feb 2028", (2028, 2, 29)),
        (1_767_225_600, (2026, 1, 1)),
        ("1767225600000", (2026, 1, 1)),
        (datetime(2026, 5, 3, 10, tzinfo=UTC), (2026, 5, 3)),
        (date(2026, 5, 3), (2026, 5, 3)),
    ],
)
def test_as_date(text: object, day: tuple[int, int, int]) -> None:
    """Days as people and systems write them, in two languages."""
    assert as_date(text) == date(*day)


@pytest.mark.parametrize("text", ["03/04/2026", "20/05/26", "3 March", "29 Feb", "May 5"])
def test_an_open_day_is_a_day_without_a_reading(text: str) -> None:
    """Where order, century or year is open it is a date, but no particular one."""
    assert is_date(text)
    assert as_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "31/02/2026",
            "99/99/2026",
            "2026-13-01",
            "30 Feb",
            "May 2026",
            "today",
            "12-34-5678",
        ),
        *("1.2", "10:30", 5, True, None, "9999999999999", "²²²²²²²²", "1" * 500),
    ],
)
def test_no_day(text: object) -> None:
    """What does not exist or names no day is none."""
    assert not is_date(text)
    assert as_date(text) is None


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_written_days_are_read_back(day: date) -> None:
    """ISO and named months lead back to the day, in English and Spanish."""
    months = (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    )
    spanish = f"{day.day} de {months.split()[day.month - 1]} de {day.year}"
    for text in (
        day.isoformat(),
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
        spanish,
    ):
        assert as_date(text) == day


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        *((value, True) for value in (True, 1, 1.0, "Yes", "sí.", "TRUE", "y", "1", "Claro!")),
        *((value, False) for value in (False, 0, "No", "nope", "falso", "0", "never")),
        *((value, None) for value in ("", "maybe", "not", "yes and no", 2, None, [], "no idea")),
    ],
)
def test_as_boolean(value: object, verdict: object) -> None:
    """Yes and no in words of two languages; nothing else is either."""
    assert as_boolean(value) is verdict


@pytest.mark.parametrize(
    "value",
    [
        *(
            None,
            "",
            "  ",
            "N/A",
            "n.a.",
            "#N/A",
            "None",
            "null",
            "undefined",
            "Unknown",
            "desconocido",
        ),
        *("-", "?", "no lo sé", "I don’t know", "[object Object]", "{{ $json.age }}", float("nan")),
        *([], {}, [None, ""], {"a": None}, ["N/A"], "\u00a0"),
    ],
)
def test_unknown(value: object) -> None:
    """What means "not known", as people, spreadsheets and workflow tools say it."""
    assert is_unknown(value)


@pytest.mark.parametrize(
    "value", ["No", "0", 0, False, "none of them", [0], {"a": 1}, "No lock", "Nan Smith"]
)
def test_known(value: object) -> None:
    """Zero, false and no are values."""
    assert not is_unknown(value)


def test_deep_nesting_is_judged_without_recursion_limit() -> None:
    """A hostile nesting ends somewhere; what lies below counts as a value."""
    nested: Any = None
    for _ in range(5_000):
        nested = [nested]
    assert not is_unknown(nested)


@pytest.mark.parametrize(
    ("value", "data_type"),
    [
        ("17 months", DataType.NUMBER),
        ("about 30 km", DataType.NUMBER),
        (5, DataType.NUMBER),
        ("€500 per month", DataType.CURRENCY),
        (412.5, DataType.CURRENCY),
        ("20/05/26", DataType.DATE),
        (1_767_225_600_000, DataType.DATE),
        ("sí", DataType.BOOLEAN),
        ("ana+tag@mail.example.co.uk", DataType.EMAIL),
        ("Ana O'Brien <o'brien@mail.example>", DataType.EMAIL),
        (["a", "b"], DataType.LIST),
        ({"street": "Calle Mayor 1"}, DataType.TEXT),
        (7, DataType.TEXT),
    ],
)
def test_what_fits_its_type_is_kept_as_given(value: object, data_type: DataType) -> None:
    """A collected value that fits comes back unchanged."""
    parsed = parse(value, data_type)
    assert parsed is not None
    assert parsed.value is value


@pytest.mark.parametrize(
    ("value", "data_type"),
    [
        ("2 or 3", DataType.NUMBER),
        ("never", DataType.NUMBER),
        (True, DataType.NUMBER),
        ("64%", DataType.CURRENCY),
        ("end of May", DataType.DATE),
        ("31/02/2026", DataType.DATE),
        ("perhaps", DataType.BOOLEAN),
        ("ana@", DataType.EMAIL),
        ("a@b.example, c@d.example", DataType.EMAIL),
        (5, DataType.LIST),
        ("x" * 100_000, DataType.NUMBER),
        ("a@" * 10_000, DataType.EMAIL),
    ],
)
def test_what_does_not_fit(value: object, data_type: DataType) -> None:
    """A value of another shape is refused."""
    assert parse(value, data_type) is None


@pytest.mark.parametrize(
    ("value", "choice"),
    [
        ("gold", "Gold"),
        (" GOLD ", "Gold"),
        ("no_lock", "No lock"),
        ("lock::no_lock", "No lock"),
        (["Gold"], "Gold"),
        (["Gold", "Silver"], None),
        ("Golden", None),
        ("not gold", None),
        ("", None),
        (None, None),
        ({"a": 1}, None),
    ],
)
def test_choices(value: object, choice: str | None) -> None:
    """Only a value that is one of the choices becomes it."""
    parsed = parse(value, DataType.TEXT, ("Gold", "Silver", "No lock"))
    assert (parsed.value if parsed else None) == choice


@pytest.mark.parametrize(
    ("value", "choices", "choice"),
    [(True, ("Yes", "No"), "Yes"), ("false", ("Sí", "No"), "No"), (0, ("Yes", "No"), "No")],
)
def test_a_checkbox_is_a_choice_of_yes_and_no(
    value: object, choices: tuple[str, ...], choice: str
) -> None:
    """True and false find the choices that say so, in words."""
    assert parse(value, DataType.TEXT, choices) == Parsed(choice)


def test_a_whole_number_of_any_size_is_a_number() -> None:
    """A workflow may send a number that no float holds."""
    assert as_number(10**400) == 10**400
