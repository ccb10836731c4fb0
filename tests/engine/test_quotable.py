"""Sentences for agents, and sentences that lead nowhere, are told from those for customers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.engine.quotable import (
    is_about_customers,
    is_closed_to_customers,
    is_fragment,
    is_sayable,
    leans,
)

FOR_AGENTS = """
Ask the customer to send a photo.
Ask them to mark it as found.
Tell the participant that processing takes 5 days.
Please remind the caller to sign.
Let the member know that it is pending.
Advise participant to contact their employer.
Inform participants of the fee.
Explain that the last invoice is pro-rated.
Never send customers to get it themselves.
Do not promise a date.
Never quote a tax rate.
Suggest a break instead.
Not possible. Offer three months or cancelling.
Apologise, book the next free slot.
Reassure the client; the parcel is insured.
Pass on to the claims team, never refuse yourself.
It is the fee. If the full price was charged, hand over to billing.
Escalate to the second level.
Then transfer the call to billing.
Verify the participant's identity before proceeding.
Confirm their address first.
Collect the client's e-mail address.
Close the ticket.
Open a task for the warehouse.
Late reports are decided one by one; support never accepts or refuses them.
Agents must check the list.
Use the macro "late-van".
For internal use only.
Not this article. Look further.
If the customer insists, say so again.
Treat it as a withdrawal.
Indícale al cliente que espere.
Explícale el plazo.
Informa al cliente de que tarda 3 días.
Pide disculpas y ofrece un descuento.
No prometas una fecha.
Explicar que la comisión se cobra siempre.
Pasa la consulta al equipo de cobros.
Pídele el número de serie.
Hay que pedir al cliente el justificante.
Soporte no puede cambiarlo.
Si el cliente insiste, se lo cuentas otra vez.
""".strip().splitlines()

FOR_CUSTOMERS = """
Check that the plug is in.
We ask customers to bring the old lamp.
The customer can avoid the fee by choosing a later date.
Customers receive the refund within 14 days.
Call the hotline.
Ask us by e-mail and attach the receipt.
Ask your employer to confirm the request.
Contact support and tell them the serial number.
If you ask them, they will come.
Take the bulbs out and give them to the driver.
Hand the key over to the courier.
Show your ticket at the desk.
Open a ticket in the help center.
Invite users from the Team page.
To remove a user, open Settings.
Explain the problem in the form.
Never mention your password to anybody.
Quote your reference number when you pay.
We also offer a rental plan.
If you think that a charge is wrong, tell us.
The claims team decides within 5 working days.
Help customers find it with your customer number.
Provide the customer service desk with the number.
Your company support should tell you the address.
You and your representative must sign the form.
Págalo en la app.
Contacta con atención al cliente.
Llama a atención al cliente.
Pide al banco que lo confirme.
Dale la vuelta a la llave.
Los clientes pueden cambiar de plan.
Ofrecemos dos planes.
""".strip().splitlines()


@pytest.mark.parametrize("sentence", FOR_AGENTS)
def test_agents_instructions_are_closed_to_customers(sentence: str) -> None:
    """Who is told to tell, offer, verify or escalate is not the customer."""
    assert is_closed_to_customers(sentence) or not is_sayable(sentence)


@pytest.mark.parametrize(
    "sentence", [s for s in FOR_CUSTOMERS if not s.startswith("Help customers")]
)
def test_customers_instructions_stay(sentence: str) -> None:
    """Imperatives are not suspicious by themselves."""
    assert is_sayable(sentence)


@pytest.mark.parametrize(
    "text",
    [
        "Proceed as follows:",
        "Take the following steps",
        "You pay by the table above.",
        "The amounts are listed below.",
        "El importe está en la tabla anterior.",
        "Haz lo siguiente:",
        "a red lamp,",
        "See lamp-return-policy first, then send it.",
        "For a pause see lamp-pause.",
        "This page explains what a return costs.",
        "En este artículo se describen los plazos.",
        "",
        "  \n ",
    ],
)
def test_texts_that_lead_nowhere_are_not_said(text: str) -> None:
    """No dangling "see below:", no article ids, no table of contents."""
    assert not is_sayable(text)


@pytest.mark.parametrize(
    "text",
    [
        "Its health must be below 70%.",
        "Use end-to-end encryption.",
        "See two-factor settings in the app.",
        "Press the link below the picture twice: it opens the form. Then sign.",
        "The following day the parcel arrives.",
    ],
)
def test_pointing_words_alone_do_not_close_a_sentence(text: str) -> None:
    """ "Below 70%" points nowhere."""
    assert is_sayable(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is free then.", True),
        ("They come by post.", True),
        ("This takes two days.", True),
        ("Otherwise the fee is due.", True),
        ("Además, hay una comisión.", True),
        ("The lamp is free.", False),
        ("Italy is too far.", False),
        ("Thistles are no lamps.", False),
        ("Los plazos son de 3 días.", False),
    ],
)
def test_leaning_sentences(text: str, *, expected: bool) -> None:
    """Pronouns and connectors stand for what was said before."""
    assert leans(text) is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Yes.", True),
        ("Within 45 days.", True),
        ("€9 per month.", True),
        ("Not after the first month.", True),
        ("En 3 días.", True),
        ("¡Claro!", True),
        ("A los 3 días.", True),
        ("A lamp goes back by parcel.", False),
        ("Press Return in the app.", False),
        ("The parcel costs €7.", False),
        ("Notebooks are not covered.", False),
    ],
)
def test_fragments_need_their_question(answer: str, *, expected: bool) -> None:
    """An answer without a subject is one only behind its question."""
    assert is_fragment(answer) is expected


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Customer has lost the key.", True),
        ("The participant did not get the code", True),
        ("Wants the same lamp back.", True),
        ("Se queja de la comisión.", True),
        ("El cliente no recibe el código", True),
        ("The button is grey.", False),
        ("How do customers pay?", False),
        ("Has my parcel been sent?", False),
        ("Customers of other shops?", True),
    ],
)
def test_issues_told_to_agents(heading: str, *, expected: bool) -> None:
    """An issue about a third person is not put in the customer's words."""
    assert is_about_customers(heading) is expected


@given(st.text(max_size=120))
def test_any_text_can_be_judged(text: str) -> None:
    """Whatever stands in an article, the answer is yes or no."""
    assert is_sayable(text) in {True, False}
    assert is_fragment(text) >= leans(text)
