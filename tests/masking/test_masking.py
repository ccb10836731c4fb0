"""What identifies people leaves as tokens and comes back; what carries the question stays."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.language import terms
from data_pipeline.masking import Mask, held_back, mask
from tests.example_kb import example_tickets


@pytest.mark.parametrize(
    ("text", "identifier", "kind"),
    [
        ("Write to ana.p@post.example please", "ana.p@post.example", "EMAIL"),
        ("reset?mail=ana.p%40post.example", "ana.p%40post.example", "EMAIL"),
        ("<José.Núñez@correo.example>", "José.Núñez@correo.example", "EMAIL"),
        ("call 612 345 678 now", "612 345 678", "PHONE"),
        ("call 612\u200b345\u200b678 now", "612\u200b345\u200b678", "PHONE"),
        ("+353 (0)87 123 4567.", "+353 (0)87 123 4567", "PHONE"),
        ("(415) 555-2671", "(415) 555-2671", "PHONE"),
        ("415.555.2671!", "415.555.2671", "PHONE"),
        ("0034612345678", "0034612345678", "PHONE"),
        ("my number is 345 6789", "345 6789", "PHONE"),
        ("０８７ １２３ ４５６７", "０８７ １２３ ４５６７", "PHONE"),
        ("card 4111 1111 1111 1111 expired", "4111 1111 1111 1111", "CARD"),
        ("card 4111-1111-1111-1111", "4111-1111-1111-1111", "CARD"),
        ("378282246310005", "378282246310005", "CARD"),
        ("SSN 536-90-4399", "536-90-4399", "SSN"),
        ("ssn 536 90 4399", "536 90 4399", "SSN"),
        ("DNI 12345678Z", "12345678Z", "ID"),
        ("NIE X1234567L", "X1234567L", "ID"),
        ("nino AB 12 34 56 C", "AB 12 34 56 C", "ID"),
        ("PPS 1234567T", "1234567T", "ID"),
        ("iban ES91 2100 0418 4502 0005 1332 thanks", "ES91 2100 0418 4502 0005 1332", "ACCOUNT"),
        ("de89370400440532013000 it is", "de89370400440532013000", "ACCOUNT"),
        ("account number 4471", "4471", "ACCOUNT"),
        ("order #A-48211 is late", "A-48211", "ACCOUNT"),
        ("mi pedido nº 48211", "48211", "ACCOUNT"),
        ("policy: PX-99812", "PX-99812", "ACCOUNT"),
        ("it says 99887766554 there", "99887766554", "ACCOUNT"),
        ("Mr. O'Brien called", "O'Brien", "NAME"),
        ("la Sra. García López", "García López", "NAME"),
        ("my name is mary murphy and", "mary murphy", "NAME"),
        ("me llamo Ana de la Torre.", "Ana de la Torre", "NAME"),
        ("I am Maria Lopez, hello", "Maria Lopez", "NAME"),
        ("Kind regards, Lukas", "Lukas", "NAME"),
        ("Un saludo,\nÍñigo Larrea\n\nEnviado desde mi iPhone", "Íñigo Larrea", "NAME"),
        ("I expect a statement.\n\nDeirdre Fagan", "Deirdre Fagan", "NAME"),
        ("Hi Tom, a key is €35", "Tom", "NAME"),
        ("<customer_message>\nHi\n\nDeirdre Fagan\n</customer_message>", "Deirdre Fagan", "NAME"),
    ],
)
def test_an_identifier_becomes_a_token_and_comes_back(
    text: str, identifier: str, kind: str
) -> None:
    masked = mask(text)
    assert masked.text == text.replace(identifier, f"[{kind}_1]")
    assert masked.tokens == {f"[{kind}_1]": identifier}
    assert masked.unmask(masked.text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It costs €1,234,567.00, 12.345.678,90 €, $ 12345678 or 1 234 567 euros.",
        "On 2026-06-03, 03/06/2026, 3.6.2026 or 20 to 30 June, 09:00-17:00.",
        "15 %, 36 months, 2026-2027, 1000 - 2000 km, 350 W, 5 or 7 working days.",
        "Error E07, code SPRING25, article RV-36, form MV-523, version 10.0.19041.1234567.",
        "An order of 3 bikes, the invoice of September, my contract of 2024, policy changes.",
        "My name is not on the list. I am not sure. This is urgent. Thanks!",
        "Hi all, Dear Sir, Hello team,",
        "Thank you. I will wait.\n\nSent from my phone",
    ],
)
def test_what_carries_the_question_stays(text: str) -> None:
    assert mask(text).text == text


def test_given_names_are_masked_wherever_they_stand() -> None:
    masked = mask("PADRAIG said that padraig nolan's bike, Nolan's, is gone.", ["Padraig Nolan"])
    assert "adraig" not in masked.text.lower()
    assert "nolan" not in masked.text.lower()
    assert "bike" in masked.text


def test_a_signature_tells_the_surname_of_who_signed() -> None:
    text = "Thanks a mill\nConor\n\n--\nConor Walsh, Tolka Foods"
    assert mask(text).text == "Thanks a mill\n[NAME_1]\n\n--\n[NAME_1] [NAME_2], Tolka Foods"


def test_a_given_name_is_no_part_of_another_word() -> None:
    assert mask("The annual plan of Ann", ["Ann"]).text == "The annual plan of [NAME_1]"


def test_a_name_that_is_told_once_is_masked_in_every_text_of_the_request() -> None:
    one = Mask()
    assert one.mask("Me llamo Itziar Goñi.") == "Me llamo [NAME_1]."
    assert one.mask("Itziar escribe otra vez desde a@b.example") == (
        "[NAME_2] escribe otra vez desde [EMAIL_1]"
    )
    assert one.mask("a@b.example, c@b.example") == "[EMAIL_1], [EMAIL_2]"


def test_what_looks_like_a_token_is_hidden_and_comes_back_as_it_was() -> None:
    text = "They wrote [EMAIL_1] and [name 2] to a@b.example"
    masked = mask(text)
    assert masked.text == "They wrote [TEXT_1] and [TEXT_2] to [EMAIL_1]"
    assert masked.unmask(masked.text) == text


@pytest.mark.parametrize(
    "copy", ["[EMAIL_1]", "[email_1]", "[EMAIL 1]", r"[EMAIL\_1]", "[EMAIL_01]"]
)
def test_a_token_that_was_copied_carelessly_is_understood(copy: str) -> None:
    masked = mask("a@b.example")
    assert masked.unmask(f"to {copy}.") == "to a@b.example."


def test_an_invented_token_stays_and_is_noticed() -> None:
    one = Mask()
    one.mask("a@b.example")
    assert one.unmask("to [PHONE_7]") == "to [PHONE_7]"
    assert not one.knows_all("to [EMAIL_1] and [PHONE_7]")
    assert one.knows_all("to [EMAIL_1] [sic]")


def test_json_stays_json_whatever_is_put_back() -> None:
    one = Mask(['Conor "Con" \\ Walsh'])
    masked = one.mask('Conor "Con" \\ Walsh asks')
    assert json.loads(one.unmask_json(json.dumps({"text": masked}))) == {
        "text": 'Conor "Con" \\ Walsh asks'
    }


def test_a_mask_shows_no_identifier_of_itself() -> None:
    one = Mask(["Padraig Nolan"])
    one.mask("Padraig Nolan, a@b.example")
    assert repr(one) == "Mask(2 tokens)"


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("", 0),
        ("all of it", 9),
        ("to [", 3),
        ("to [EMA", 3),
        ("to [EMAIL_", 3),
        ("to [EMAIL_1", 3),
        (r"to [EMAIL\_1", 3),
        ("to [EMAIL_1]", 12),
        ('{"points":[{"te', 15),
        ("a [very long remark", 19),
    ],
)
def test_what_may_be_a_cut_token_waits(text: str, start: int) -> None:
    assert held_back(text) == start


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        kept = (v for k, v in value.items() if k not in {"id", "at", "ref", "from", "headers"})
        yield from (text for item in kept for text in _texts(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in _texts(item))
    elif isinstance(value, str):
        yield value


def test_the_example_tickets_keep_their_terms() -> None:
    """Of all terms 97 %, with the identifiers themselves; of the rest every one."""
    total, kept = Counter[str](), Counter[str]()
    for ticket in example_tickets():
        for key in ("inquiry", "ticket"):
            for text in _texts(ticket.request.get(key)):
                masked = mask(text)
                wanted = Counter(terms(text))
                left = Counter(terms(masked.text))
                told = Counter(terms(" ; ".join(masked.tokens.values())))
                assert wanted.keys() <= left.keys() | told.keys(), text
                total += wanted
                kept += wanted & left
    assert kept.total() / total.total() > 0.97


@given(st.text(), st.lists(st.text(max_size=12), max_size=3))
def test_every_text_comes_back(text: str, identifiers: list[str]) -> None:
    masked = mask(text, identifiers)
    assert masked.unmask(masked.text) == text


@given(st.text(alphabet="[]_ 0123456789+-()@.abEMAILPHONE1\n,€", max_size=80))
def test_every_text_of_signs_comes_back(text: str) -> None:
    masked = mask(text, ["ab"])
    assert masked.unmask(masked.text) == text


_WRITTEN = st.sampled_from(["{}{}{} {}{}{} {}{}{}", "{}{}{}{}{}{}{}{}{}", "{}{}{}-{}{}{}-{}{}{}"])


@given(st.lists(st.integers(0, 9), min_size=8, max_size=8), _WRITTEN)
def test_no_nine_digits_that_may_be_a_phone_leave(digits: list[int], form: str) -> None:
    number = form.format(6, *digits)
    assert number not in mask(f"You reach me on {number} tonight.").text


@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "+1 ", "a@", "a.", "[", "[EMAIL_1", "Mr. Ann ", "Hi Ann\n", "12-", "ES91 ", "A "],
)
def test_huge_texts_come_back(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    masked = mask(text, ["Ann"])
    assert masked.unmask(masked.text) == text


@pytest.mark.parametrize(
    "text",
    [f"thanks{' ' * 400_000}x", "> " * 200_000, ">" * 400_000],
    ids=["closing", "quoted", "deeply quoted"],
)
def test_long_runs_of_blanks_and_quote_marks_are_read_once(text: str) -> None:
    """Were each place in such a run tried anew, this would not end within the hour."""
    assert mask(text).text == text
