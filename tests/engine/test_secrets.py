"""Facts that nobody may collect, and those that only mention one."""

from __future__ import annotations

import pytest

from data_pipeline.articles import DataType, Wording
from data_pipeline.engine.secrets import card_numbers, names_a_secret, refusal
from tests.engine.points import point


@pytest.mark.parametrize(
    "label",
    [
        *(
            "Password",
            "New password",
            "Account password",
            "Reset password",
            "Pass phrase",
            "loginPassword",
        ),
        *(
            "Password to change the address",
            "E-mail / password",
            "Login credentials",
            "mot de passe",
        ),
        *(
            "One-time code",
            "One time passcode",
            "OTP",
            "SMS code",
            "2FA code",
            "6-digit verification code",
        ),
        *("Security code", "PIN", "PIN code", "Gift card PIN", "CVV", "CVC2", "Card security code"),
        *(
            "Card number",
            "Full card number",
            "Credit card number",
            "Debit card",
            "cardNumber",
            "Card details",
        ),
        *(
            "Full card number (not just last four digits)",
            "PAN",
            "Mother's maiden name",
            "Security answer",
        ),
        *(
            "Answer to the security question",
            "API key",
            "Private key",
            "Recovery phrase",
            "Access token",
        ),
        *(
            "Contraseña",
            "Clave de acceso",
            "Código de verificación",
            "Código de un solo uso",
            "código SMS",
        ),
        *(
            "Número de tarjeta",
            "Número completo de la tarjeta",
            "Datos de la tarjeta",
            "Respuesta secreta",
        ),
    ],
)
def test_secrets_are_refused(label: str) -> None:
    """Passwords, one-time codes, PINs, card numbers and keys, in two languages."""
    assert refusal(point(label, key="x"))


@pytest.mark.parametrize(
    "label",
    [
        *(
            "Last four digits",
            "Last four digits of the card number",
            "Card number (last 4)",
            "Card ending in",
        ),
        *("Últimos cuatro dígitos de la tarjeta", "Últimos 4 dígitos del número de tarjeta"),
        *(
            "Password reset date",
            "Date of last password change",
            "Password hint",
            "Problem with the password",
        ),
        *(
            "Fecha del cambio de contraseña",
            "Estado de la contraseña",
            "Whether the password was reset",
        ),
        *(
            "Card type",
            "Card brand",
            "Card status",
            "Card expiry date",
            "Fecha de caducidad de la tarjeta",
        ),
        *(
            "Tipo de tarjeta",
            "Gift card number",
            "Loyalty card number",
            "SIM card number",
            "Tarjeta regalo",
        ),
        *(
            "Order number",
            "Confirmation code",
            "Postal code",
            "Código postal",
            "Promo code",
            "Error code",
        ),
        *(
            "Account number",
            "IBAN",
            "Employee ID",
            "Shopping cart",
            "Company",
            "Panel",
            "Number of keys",
        ),
    ],
)
def test_what_only_mentions_one_is_not(label: str) -> None:
    """The last digits, dates, types and states of a secret, and other numbers and codes."""
    assert refusal(point(label, key="x")) is None


@pytest.mark.parametrize(
    ("label", "key", "refused"),
    [
        ("Number", "card_number", True),
        ("Code", "oneTimeCode", True),
        ("Last digits of the card number (four)", "card_number", False),
        ("Last four digits of the card number", "card_number", False),
        ("Card number type", "card_number", False),
    ],
)
def test_the_key_tells_where_the_label_does_not(label: str, key: str, refused: bool) -> None:
    """A short key does not make a secret of what the label calls harmless."""
    assert bool(refusal(point(label, key=key))) is refused


@pytest.mark.parametrize(
    ("description", "question", "refused"),
    [
        ("The password of the account.", None, True),
        ("Six-digit one-time code that the app sends.", None, True),
        ("All 16 digits of the new card", None, True),
        ("The address that is used together with the password.", None, False),
        ("", "What is your password?", True),
        ("", "Please enter the verification code that you received.", True),
        ("", "¿Cuál es el código de verificación?", True),
        ("", "When did you last reset your password?", False),
        ("", "On which device did you change your password?", False),
        ("", "Did the one-time code arrive?", False),
        ("", "x " * 150 + "What is your password?", True),
    ],
)
def test_descriptions_and_questions_tell_too(
    description: str, question: str | None, refused: bool
) -> None:
    """A question that asks for a secret is never sent, whatever its data point is called."""
    fact = point("Code", description=description, question=question, key="x")
    assert bool(refusal(fact)) is refused


def test_a_translated_question_tells_too() -> None:
    """The secret may be asked for in the other language only."""
    asking = {"es": Wording(question="Indícanos tu contraseña.")}
    assert refusal(point("Code", key="x", translations=asking))


@pytest.mark.parametrize("data_type", [DataType.BOOLEAN, DataType.DATE])
def test_yes_or_no_and_days_are_no_secret(data_type: DataType) -> None:
    """Whether and when are never the secret itself."""
    assert refusal(point("Password changed", data_type, key="x")) is None


def test_what_the_article_marks_is_refused() -> None:
    """`sensitive` is the editor's word, whatever the type."""
    assert refusal(point("Shoe size", DataType.BOOLEAN, sensitive=True))


def test_reasons_do_not_name_the_fact() -> None:
    """A reason is one sentence of our own."""
    reason = refusal(point("Password", description="hunter2", key="x"))
    assert reason
    assert reason.endswith(".")
    assert "hunter2" not in reason


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("4111 1111 1111 1111", 1),
        ("4111-1111-1111-1111 and 5500000000000004", 2),
        ("4111 1111 1111 1112", 0),
        ("order 1234567890123", 0),
        ("600 123 456", 0),
        ("4111.1111.1111.1111", 0),
        ("1" * 500, 0),
        ("", 0),
    ],
)
def test_card_numbers(text: str, count: int) -> None:
    """Digits that pass the check of payment cards, with blanks or hyphens."""
    assert len(card_numbers(text)) == count


def test_names_a_secret() -> None:
    """Text beside a secret's name is recognised, other text is not."""
    assert names_a_secret("my account password is")
    assert names_a_secret("el código de verificación")
    assert not names_a_secret("my account number is")
