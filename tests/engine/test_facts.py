"""What a model wrote is held against the texts that it cites, by value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data_pipeline.engine.facts import Unbacked, unbacked
from data_pipeline.language import split_sentences
from tests.example_kb import example_articles


def kinds(sentence: str, *backing: str, known: tuple[object, ...] = ()) -> list[str]:
    return [claim.kind for claim in unbacked(sentence, backing, known)]


@pytest.mark.parametrize(
    ("sentence", "backing"),
    [
        ("The fee is 1.234,56 €.", "A fee of €1,234.56 applies."),
        ("The fee is EUR 1 234,56.", "A fee of €1,234.56 applies."),
        ("It costs 79 euros.", "€79.00"),
        ("It costs $79.", "USD 79"),
        ("Anything from €5 to 10.", "5-10 €"),
        ("You pay up to 10 €.", "between 5 and 10 €"),
        ("A deposit of $5k.", "$5,000"),
        ("You pay 5 percent.", "a fee of 5 %"),
        ("Pagas el cinco por ciento.", "a fee of 5 %"),
        ("La tasa es del 2,5 %.", "The rate is 2.5 percent."),
        ("It takes 2 weeks.", "within 14 days"),
        ("Allow twelve months.", "un año"),
        ("A 30-day period applies.", "You have thirty (30) days."),
        ("Within 5 business days.", "en 3 a 5 días hábiles"),
        ("Tarda un mes.", "It takes a month."),
        ("It takes 90 minutes.", "1.5 hours"),
        ("Until June 3rd.", "hasta el 3 de junio de 2026"),
        ("El 3 de junio de 2026.", "2026-06-03"),
        ("On 3 June 2026.", "every 3 June"),
        ("In June 2026.", "on 2026-06-03"),
        ("On 03/06/2026.", "3 June 2026"),
        ("At 5 pm.", "hasta las 17:00 h"),
        ("9 am to 5 pm", "09:00-17:00"),
        ("Call +34 612 345 678.", "612345678"),
        ("Call 020 7946 0958.", "+44 (0)20 7946 0958"),
        ("Write to Help@Example.com.", "help@example.com"),
        ("See https://www.example.com/help/.", "(example.com/help)"),
        ("See [here](https://example.com/a_(b)).", "https://example.com/a_(b)"),
        ("It holds 2.5 kg.", "2500 g"),
        ("Bring two keys.", "Bring 2 keys."),
        ("On the 3rd attempt.", "after the third attempt"),
        ("Notice is 30 days.", "Notice (days): 30"),
        ("Notice is 30 days.", "| Plan | Days |\n| Flex | 30 |"),
        ("Error e-07.", "E07 means a hot motor."),
        ("Since version 2.0.", "New in v2.0:"),
        ("Costs €٤٥.", "€45"),
        ("Costs €４５.", "€45"),
        ("It takes twenty-four hours.", "24 h"),
        ("It takes 25 days.", "twenty-five to thirty days"),
        ("It costs a hundred and five euros.", "€105"),
        ("It costs two thousand dollars.", "$2,000"),
        ("Cuesta mil quinientos euros.", "1.500 €"),
        ("Tienes treinta y cinco días.", "35 días"),
        ("Between five and six days.", "5 to 6 days"),
        ("Within a month.", "30 € per month"),
        ("Within a year.", "12 months"),
        ("On Mondays.", "Mon-Fri"),
        ("El miércoles.", "on Wednesday"),
        ("It comes tomorrow.", "Llega mañana."),
        ("La devolución es gratuita.", "Returns are free."),
        ("It is free of charge.", "Return parcel: €0"),
        ("There is no extra cost.", "We do not charge a fee."),
        ("Go to shop.com.au/help.", "https://www.shop.com.au/help"),
    ],
)
def test_the_same_value_written_otherwise_is_backed(sentence: str, backing: str) -> None:
    assert unbacked(sentence, [backing]) == []


@pytest.mark.parametrize(
    ("sentence", "backing", "kind"),
    [
        ("It costs €79.", "It costs €790, or $79, or €7.9.", "amount"),
        ("It costs €15.", "It costs €15.000.", "amount"),
        ("It costs €15.", "It costs €15 000.", "amount"),
        ("It costs €5\u200b0.", "It costs €5 and no 0 more.", "amount"),
        ("You pay 5 %.", "0.5 % or 5 km", "percentage"),
        ("It takes 24 h.", "It takes 1 day.", "duration"),
        ("Within 5 days.", "Within 5 working days.", "duration"),
        ("It takes 1 month.", "It takes 2 months.", "duration"),
        ("Within 30 days.", "Within 30 hours of 14 days.", "duration"),
        ("Until June 3rd 2025.", "until 3 June 2026", "date"),
        ("Until 3 July.", "until 3 June", "date"),
        ("By the end of July.", "by the end of June", "date"),
        ("Since 2019.", "since 2018", "date"),
        ("At 5 pm.", "at 5 am", "time"),
        ("Call 612 345 679.", "+34 612 345 678", "phone"),
        ("Call 345 678.", "Call +34 612 345 678", "number"),
        ("Write to help@example.org.", "help@example.com", "email"),
        ("See https://example.com.", "https://example.com/help", "link"),
        ("See https://example.com/help/me.", "https://example.com/help", "link"),
        ("See https://example.com@evil.example/help.", "https://example.com/help", "link"),
        ("It holds 25 kg.", "It holds 25 lb.", "number"),
        ("Bring three keys.", "Bring 2 keys.", "number"),
        ("Firmware 1.2.4.", "Firmware 1.2.3.", "code"),
        ("Error E09.", "Error E07.", "code"),
        ("We will refund you.", "Fees are shown in the app.", "promise"),
        ("We'll gladly replace it.", "A repair is possible.", "promise"),
        ("We guarantee delivery.", "Delivery takes a while.", "promise"),
        ("Your fee will be waived.", "A fee applies.", "promise"),
        ("We will never charge you.", "The app is free.", "promise"),
        ("It will definitely work.", "It works.", "promise"),
        ("Te devolveremos el dinero.", "El pago se ve en la app.", "promise"),
        ("Le garantizamos la entrega.", "La entrega tarda.", "promise"),
        ("Vamos a llamarte.", "Escribe un mensaje.", "promise"),
        ("It costs twenty-five euros.", "It costs 5 euros.", "amount"),
        ("It costs five thousand euros.", "It costs 5 euros.", "amount"),
        ("It costs a thousand euros.", "It costs 1 euro.", "amount"),
        ("It costs eighty euros.", "It costs 5 euros.", "amount"),
        ("Cuesta veinticinco euros.", "Cuesta 5 euros.", "amount"),
        ("Tienes doscientos cinco días.", "Tienes 5 días.", "duration"),
        ("Return it within a month.", "Return it within 5 days.", "duration"),
        ("It takes at least an hour.", "It takes a while.", "duration"),
        ("We open on Sunday.", "We open on Monday.", "date"),
        ("Your parcel arrives tomorrow.", "Your parcel arrives.", "date"),
        ("Llega el martes.", "Llega pronto.", "date"),
        ("The return is free of charge.", "The parcel costs €7.", "amount"),
        ("La devolución es gratis.", "The parcel costs €7.", "amount"),
        ("There is no fee.", "A fee applies.", "amount"),
        ("Go to bit.ly/refund.", "Go to the app.", "link"),
        ("Go to pay-now.space/claim.", "Go to the app.", "link"),
        ("Go to evil.xyz.", "Go to the app.", "link"),
        ("Go to evil.com.au.", "Go to the app.", "link"),
        ("You can cancel the plan.", "You cannot cancel the plan.", "negation"),
        ("No cubre la rueda trasera.", "Cubre la rueda trasera.", "negation"),
    ],
)
def test_another_value_is_not_backed(sentence: str, backing: str, kind: str) -> None:
    assert kinds(sentence, backing) == [kind]


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Hello, happy to help.",
        "1. Open the app.",
        "2) Choose your plan.",
        "Then go on with step 2.",
        "Sigue con el paso 3.",
        "As the guide says [1].",
        "Promo Spring 2025 is over.",
        "You have two options:",
        "We will need a photo.",
        "Certainly! Open the app.",
    ],
)
def test_what_leads_through_a_text_needs_no_backing(sentence: str) -> None:
    assert unbacked(sentence, ["Something else."]) == []


@pytest.mark.parametrize(
    ("sentence", "backing"),
    [
        ("We will refund you.", "Refunds take a while."),
        ("Te devolveremos el dinero.", "We refund what was paid."),
        ("Te devolveremos el dinero.", "La devolución tarda."),
        ("We guarantee that.", "Garantizamos la entrega."),
        ("We will send it.", "It is sent by courier."),
        ("We always reply.", "Siempre respondemos."),
    ],
)
def test_a_promise_is_backed_by_its_verb_in_either_language(sentence: str, backing: str) -> None:
    assert unbacked(sentence, [backing]) == []


@pytest.mark.parametrize(
    ("sentence", "known"),
    [
        ("You owe €118.00.", (118.0,)),
        ("You owe 412,50 €.", ({"billing": ["412,50 €"]},)),
        ("The battery is at 81 %.", ("81 %",)),
        ("You are in month 17 of 36 months.", (17, 36)),
        ("Your last day is 31 December 2026.", (date(2026, 12, 31),)),
        ("Your last day is 31 December.", ("2026-12-31T00:00:00Z",)),
        ("Your order A-1234 is on its way.", ("A1234",)),
        ("Your ticket is 48211.", (48211,)),
        ("We wrote to b.k@mail.example.", ("b.k@mail.example",)),
        ("We can reach you on +34 612 345 678.", (34612345678,)),
    ],
)
def test_the_customers_own_facts_back_a_sentence(sentence: str, known: tuple[object, ...]) -> None:
    assert unbacked(sentence, [], known) == []


def test_a_known_yes_is_not_the_number_one() -> None:
    assert kinds("You paid €1.", known=(True, None, [], {})) == ["amount"]


def test_a_customers_words_are_no_promise_of_ours() -> None:
    assert kinds("We guarantee that.", known=("guarantee", "We guarantee that.")) == ["promise"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Choose a second address.",
        "Come in the morning or por la mañana.",
        "A quarter of it is enough.",
        "See the app e.g. under Orders and/or Returns.",
        "One of two.",
        "You are free to choose, and feel free to look.",
    ],
)
def test_words_that_only_look_like_values_need_no_backing(sentence: str) -> None:
    """Ordinals, parts of a day, and abbreviations are no times, amounts or links."""
    assert kinds(sentence, "One of two things.") == []


def test_every_wrong_value_of_a_sentence_is_named_once() -> None:
    found = unbacked("Pay €5 or €5 within 3 days, call 555 0199 55.", ["nothing"])
    assert found == [
        Unbacked("amount", "€5"),
        Unbacked("phone", "555 0199 55"),
        Unbacked("duration", "3 days"),
    ]


def test_a_fact_is_backed_only_by_the_texts_that_are_cited() -> None:
    assert unbacked("It costs €79.", ["a", "It costs €79."]) == []
    assert kinds("It costs €79.") == ["amount"]


def test_no_sentence_of_the_example_articles_raises_a_false_alarm() -> None:
    """A sentence taken from its backing is backed: quoting must never be punished."""
    alarms = [
        (sentence, found)
        for article in example_articles()
        for section in article.sections
        for unit in section.units
        for sentence in split_sentences(unit.text)
        if (found := unbacked(sentence, [unit.text]))
    ]
    assert alarms == []


_SHAPES = (
    ("€{}", ",", "."),
    ("{} €", ".", ","),
    ("${}", ",", "."),
    ("{} euros", "\u00a0", ","),
    ("{} USD", "", "."),
    ("EUR {}", " ", ","),
    ("CHF {}", "'", "."),
)
_CENTS = st.integers(min_value=1, max_value=99_999_999_99)


def _written(cents: int, shape: tuple[str, str, str]) -> str:
    pattern, group, point = shape
    whole = f"{cents // 100:,}".replace(",", group)
    return pattern.format(f"{whole}{point}{cents % 100:02}")


@given(_CENTS, st.sampled_from(_SHAPES))
def test_an_amount_is_backed_by_itself_in_any_locale(
    cents: int, shape: tuple[str, str, str]
) -> None:
    text = f"The charge is {_written(cents, shape)} in all."
    plain = Decimal(cents) / 100
    assert unbacked(text, [text]) == []
    assert unbacked(text, [], [plain, float(plain)]) == []


@given(_CENTS, st.sampled_from(_SHAPES), st.sampled_from(_SHAPES), st.data())
def test_an_amount_with_one_digit_changed_never_is(
    cents: int, shape: tuple[str, str, str], other: tuple[str, str, str], data: st.DataObject
) -> None:
    digits = list(str(cents))
    place = data.draw(st.integers(0, len(digits) - 1))
    digits[place] = data.draw(st.sampled_from("0123456789"))
    changed = int("".join(digits))
    assume(changed != cents)
    sentence = f"The charge is {_written(changed, shape)} in all."
    backing = f"The charge is {_written(cents, other)} in all."
    assert "amount" in kinds(sentence, backing)


@given(st.text(), st.text())
def test_any_text_can_be_checked(sentence: str, backing: str) -> None:
    unbacked(sentence, [backing], [sentence[:10]])


@given(st.text(alphabet="0123456789.,-/:€$% ٣½²①dayshm\n|@[]()", max_size=60))
def test_a_text_of_numbers_and_signs_backs_itself(text: str) -> None:
    assert unbacked(text, [text]) == []


@pytest.mark.parametrize(
    "piece", ["1", "1,", "1.", "1 ", "€1 ", "12 days ", "a@", "http://", "we will ", "1/", "|1 €\n"]
)
def test_huge_texts_come_back(piece: str) -> None:
    text = piece * (12_000 // len(piece))
    unbacked(text, [text + "."], [text])


def test_nested_facts_end() -> None:
    known: object = 5
    for _ in range(10_000):
        known = [known]
    assert kinds("It costs €5.", known=(known,)) == ["amount"]
