"""Must-nots on text that is about to be said, and values that must stay private."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import Frame, Rule
from data_pipeline.engine.guardrails import forbidden_by, forbidden_phrases, private_values, reveals


def broken(rule: str, sentence: str, category: str = "must_not") -> bool:
    return bool(forbidden_by(sentence, forbidden_phrases([Rule(rule, category)], [])))


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("Do not say the refund is guaranteed", "Your refund is guaranteed."),
        ("Do not say the refund is guaranteed", "Your refund is guaranteed, no matter what."),
        ("Do not say the refund is guaranteed", "Do not worry, your refund is guaranteed."),
        ("Never say or imply that the account was hacked", "Your account was hacked."),
        ("Do not say that the employer will approve.", "Your employer will approve."),
        ("Agents must never promise refunds or replacements", "We promise a replacement."),
        ("Do not guarantee approval", "Your approval is guaranteed."),
        ("Promise a refund date", "We promise the refund by Friday, that is the date."),
        (
            "Do not tell the customer that the plan is cancelled; only the mail does.",
            "Your plan is cancelled.",
        ),
        ("Do not mention retention offers or internal codes.", "Use the internal code CX."),
        ("Do not mention tracking, fraud checks or suspicion.", "There is no tracking."),
        ("Do not discuss fraud checks.", "Were there fraud checks?"),
        ("No prometer que se perdona la comisión.", "Te perdonamos la comisión."),
        ("No hablar de morosidad.", "Tu morosidad se registra."),
        ("Don’t say the battery is safe", "The battery is safe."),
    ],
)
def test_a_rule_about_words_stops_them(rule: str, sentence: str) -> None:
    """Claims by meaning, names whatever is said of them, in two languages."""
    assert broken(rule, sentence)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("Do not say the refund is guaranteed", "Refunds are not guaranteed."),
        ("Do not say the refund is guaranteed", "Refunds aren’t guaranteed."),
        ("Do not say the refund is guaranteed", "No refund is guaranteed."),
        ("Do not say the refund is guaranteed", "Is my refund guaranteed?"),
        ("Do not say the refund is guaranteed", "Refunds take 5 days."),
        (
            "Do not say that the employer will approve.",
            "The employer has to approve the early end.",
        ),
        ("Do not say that the employer will approve.", "Ask whether your employer will approve."),
        ("Do not guarantee approval", "Approval takes 3 days."),
        ("Do not mention retention offers or internal codes.", "The code is in the mail."),
        ("No prometer que se perdona la comisión.", "No se perdona la comisión."),
        ("No prometer que se perdona la comisión.", "La comisión es de 12 €."),
    ],
)
def test_other_sentences_pass(rule: str, sentence: str) -> None:
    """What denies, asks, conditions or says something else is not the claim."""
    assert not broken(rule, sentence)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("Do not process without approval", "We process the request after approval."),
        ("Do not process without approval", "Process without approval."),
        (
            "Processing withdrawals before the termination date",
            "We process withdrawals after the termination date.",
        ),
        ("Do not confirm bookings by phone.", "You can make bookings by phone."),
        (
            "Never ask for a card number or security code.",
            "You can change the card number in the app.",
        ),
        ("No pedir números de tarjeta.", "El número de tarjeta se cambia en la app."),
        (
            "Do not promise a free replacement before the health is known.",
            "The replacement is free below 70%.",
        ),
        ("Do not quote an amount unless the sheet is there.", "The exact amount is 5."),
        ("Do not apply these rules to other customers.", "These rules apply to all customers."),
    ],
)
def test_rules_of_conduct_delete_nothing(rule: str, sentence: str) -> None:
    """What must not be done, or only until something, is for people."""
    assert not broken(rule, sentence)


@pytest.mark.parametrize(
    ("conclusion", "sentence", "stopped"),
    [
        ("The employer has agreed.", "Your employer has agreed.", True),
        ("Perdonamos la comisión.", "Te perdonamos la comisión.", True),
        ("The payment has gone through.", "The payment has not gone through.", False),
        (
            "The replacement is free (before health is known).",
            "The replacement is free below 70%.",
            False,
        ),
        ("Safe.", "It is safe.", False),
        ("You lied.", "Well, you lied!", True),
        ("We cannot help you.", "Sorry, we cannot help you.", True),
        ("The payment has not arrived.", "The payment has arrived.", False),
    ],
)
def test_conclusions_that_are_not_allowed(conclusion: str, sentence: str, stopped: bool) -> None:
    """A conclusion is a sentence that must not be said; one word alone is too little to tell."""
    assert broken(conclusion, sentence, "not_allowed_conclusions") is stopped


def test_frames_forbid_too() -> None:
    """`what_not_to_say` of any outcome is checked on every reply."""
    frame = Frame(
        outcome="blocked",
        what_not_to_say=("You broke it yourself.", "Do not say the fee is waived"),
    )
    forbidden = forbidden_phrases([], [frame])
    assert forbidden_by("You broke it yourself.", forbidden) == ["You broke it yourself."]
    assert forbidden_by("The fee is waived.", forbidden) == ["Do not say the fee is waived"]


def test_other_categories_forbid_nothing() -> None:
    """What to do when unsure, and allowed conclusions, stop no sentence."""
    assert not broken("Say that the refund is paid", "Your refund is paid.", "must_do_if_unsure")
    assert not broken("The refund is paid", "The refund is paid.", "allowed_conclusions")


def test_a_rule_is_named_once() -> None:
    """A sentence that breaks a rule twice names it once."""
    rule = "Do not mention internal codes, code lists or codes"
    forbidden = forbidden_phrases([Rule(rule, "must_not")], [])
    assert forbidden_by("Internal codes and code lists.", forbidden) == [rule]


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_rule_and_no_sentence_breaks_it(rule: str, sentence: str) -> None:
    """Any texts give a verdict; an empty sentence breaks nothing."""
    forbidden = forbidden_phrases(
        [Rule(rule, "must_not"), Rule(f"Do not say {rule}", "must_not")], []
    )
    assert isinstance(forbidden_by(sentence, forbidden), list)
    assert forbidden_by("", forbidden) == []


def test_private_values() -> None:
    """Scalars anywhere in the data, as text; words and numbers that tell nothing are left out."""
    data = {
        "balance": 118.0,
        "name": "Ana María",
        "ok": True,
        "n": 7,
        "x": {"ids": ["AB-1234", "a"]},
    }
    assert private_values(data) == {"118.0", "ana maria", "ab-1234"}


@pytest.mark.parametrize(
    ("text", "value", "revealed"),
    [
        ("You owe 118,00 € now", "118.0", True),
        ("You owe $118", "118.0", True),
        ("In 1180 days", "118.0", False),
        ("Dear Ana María,", "ana maria", True),
        ("Anamaria", "ana", False),
        ("It ends on 3 May 2026.", "2026-05-03", True),
        ("It ends on 4 May 2026.", "2026-05-03", False),
        ("Order (AB-1234).", "ab-1234", True),
        ("", "118.0", False),
    ],
)
def test_reveals(text: str, value: str, revealed: bool) -> None:
    """As whole words, the same amount in another locale, or the same day."""
    assert reveals(text, {value}) is revealed
