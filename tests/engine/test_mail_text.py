"""What a person wrote in a mail: trails, signatures, disclaimers and forwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.engine.mail_text import newest_part

OUTLOOK = (
    "From: Support <s@x.example>\nSent: Monday, March 3, 2026 10:00\nTo: Ana\nSubject: RE: plan"
)
FORWARD = "---------- Forwarded message ---------\nFrom: Ana <a@x.example>\nDate: Mon, Mar 3, 2026\nSubject: Bike\nTo: <s@x.example>"


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, Mar 3, 2026 at 10:00\u202fAM Support <s@x.example> wrote:",
        "On Mon, Mar 3, 2026 at 10:00 AM The Support Team With A Long Name <\ns@x.example> wrote:",
        "    On Monday, March 3, 2026 at 10:00:00 AM GMT+1, Support <s@x.example> wrote:  ",
        "On 3/3/2026 10:00, Support wrote:",
        "El lun, 3 mar 2026 a las 10:00, Soporte (<s@x.example>) escribió:",
        "El lun, 3 mar 2026 a las 10:00, Soporte de la Empresa (<s@x.example>)\nescribió:",
        "Am 03.03.2026 um 10:00 schrieb Support <s@x.example>:",
        "Am Mo., 3. März 2026 um 10:00 Uhr schrieb Support <\ns@x.example>:",
        "Le lun. 3 mars 2026 à 10:00, Support <s@x.example> a écrit\xa0:",
        "Em seg., 3 de mar. de 2026 às 10:00, Suporte <s@x.example> escreveu:",
        "Il giorno lun 3 mar 2026 alle ore 10:00 Supporto <s@x.example> ha scritto:",
        "Op ma 3 mrt 2026 om 10:00 schreef Support <s@x.example>:",
        "2026-03-03 10:00 GMT+01:00 Support <s@x.example>:",
        "---- On Mon, 03 Mar 2026 10:00:00 +0100 s@x.example wrote ----",
        "-----Original Message-----\n" + OUTLOOK,
        "-----Mensaje original-----",
        "-----Ursprüngliche Nachricht-----",
        OUTLOOK,
        "________________________________\n" + OUTLOOK,
        "*From:* Support <s@x.example>\n*Sent:* Monday\n*To:* Ana\n*Subject:* RE",
        "De: Soporte <s@x.example>\nEnviado el: lunes, 3 de marzo de 2026\nPara: Ana\nAsunto: RE: plan",
        "Von: Support <s@x.example>\nGesendet: Montag, 3. März 2026\nAn: Ana\nBetreff: AW: plan",
        "##- Please type your reply above this line -##",
    ],
)
def test_the_quoted_trail_goes(introduction: str) -> None:
    """Introductions and header blocks of mail clients, in seven languages, also over two lines."""
    assert newest_part(f"Please cancel.\n\n{introduction}\n\n> hello\n> bye") == "Please cancel."
    assert newest_part(f"Please cancel.\n{introduction}\nHello Ana") == "Please cancel."


@pytest.mark.parametrize(
    ("mail", "own"),
    [
        ("On 3/3/2026, Support wrote:\n> Which?\n\nThe gold one.", "The gold one."),
        ("Am 03.03.2026 um 10:00 schrieb S <s@x.example>:\n> Ja?\n\nJa.", "Ja."),
        (
            "On Mon, Mar 3, 2026 at 10:00 S <s@x.example> wrote:\n> Plan?\nFlex\n> Country?\nSpain",
            "Flex\nSpain",
        ),
        ("On Mon, Mar 3, 2026 at 10:00 S <s@x.example> wrote:\n> Which plan?", ""),
        ("On Mon, Mar 3, 2026 at 10:00 S <s@x.example> wrote:\nWhich plan?", ""),
        ("> I want to cancel\n>> my plan", "I want to cancel\nmy plan"),
    ],
)
def test_answers_below_and_between(mail: str, own: str) -> None:
    """Bottom posting and inline replies keep the answers; a bare quote is nobody's new text."""
    assert newest_part(mail) == own


@pytest.mark.parametrize(
    ("mail", "own"),
    [
        (f"{FORWARD}\n\nMy bike broke.\n\nAna", "My bike broke.\n\nAna"),
        (f"FYI\n\n{FORWARD}\n\nMy bike broke.", "FYI\n\nMy bike broke."),
        (
            "Begin forwarded message:\n\n" + FORWARD.partition("\n")[2] + "\n\nMy bike broke.",
            "My bike broke.",
        ),
        (f"{OUTLOOK}\n\nMy bike broke.", "My bike broke."),
        (f"{FORWARD}\n\nMy bike broke.\n\nOn 2/3/2026, X wrote:\n> old", "My bike broke."),
        (
            f"Can you please tell me whether this is really from you?\n\n{FORWARD}\n\nClick here.",
            "Can you please tell me whether this is really from you?",
        ),
    ],
)
def test_forwarded_mails(mail: str, own: str) -> None:
    """What is below the header is kept where the sender says hardly anything."""
    assert newest_part(mail) == own


@pytest.mark.parametrize(
    "ending",
    [
        "Kind regards,\nAna Lopez\nSenior Analyst | Acme Ltd",
        "-- \nAna\nhttp://x.example",
        "Thanks\nAna",
        "Un saludo,\nJuan Pérez\nTel. 600 123 456",
        "Atentamente,",
        "Mit freundlichen Grüßen\nAna",
        "Sent from my iPhone",
        "Enviado desde mi Samsung Galaxy",
        "Get Outlook for Android",
        "This e-mail is confidential. If you are not the intended recipient please delete it.",
        "CONFIDENTIALITY NOTICE: this is private.",
        "Este mensaje y sus adjuntos son confidenciales y van dirigidos a su destinatario.",
        "Regards\nAna\nPlease consider the environment. Do you need to print this?",
    ],
)
def test_signatures_and_disclaimers_go(ending: str) -> None:
    """Closings, device lines and legal notices below the text."""
    assert newest_part(f"Please cancel.\n\n{ending}") == "Please cancel."


@pytest.mark.parametrize(
    "mail",
    [
        "Hi\nThanks\nCan I also change my address?\nAna",
        "Hola\nSaludos desde Madrid\nNo puedo entrar en mi cuenta",
        "My bike broke.\nTruly annoying that this happens again",
        "My bike broke.\ncheers can i get a refund",
        "I was charged twice.\nSent from my account twice, $50 each",
        "Hello.\nThis email is intended as a formal complaint.",
        "I want a transfer.\nFrom: Dublin\nTo: Cork\nDate: 3 May",
        "Here is my case.\nOn the form I wrote:\nmy name",
        "A\n____________________\nB",
        "Thank you\nThe second parcel has not arrived and I want my money back now.",
    ],
)
def test_own_text_stays(mail: str) -> None:
    """What only resembles a closing, a header or an introduction is the sender's."""
    assert newest_part(mail) == mail


def test_a_postscript_below_the_signature_stays() -> None:
    """People add what matters after their name."""
    mail = "Please cancel.\n\nRegards\nAna\n\nPS: order 12345"
    assert newest_part(mail) == "Please cancel.\n\nPS: order 12345"


def test_banners_of_mail_gateways_go() -> None:
    """A company's own warning above the text is not the customer's."""
    banner = "CAUTION: This email originated from outside of the organization. Do not click links."
    assert newest_part(f"{banner}\n\nPlease cancel.") == "Please cancel."


def test_wrapped_lines_are_joined() -> None:
    """A sentence that the mail program broke at 72 characters is one line again."""
    first = "Hello, I would like to know whether I am able to end my lease early"
    assert (
        newest_part(f"{first}\nbecause I am moving abroad.")
        == f"{first} because I am moving abroad."
    )


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_line_ends_and_invisible_characters(line_end: str) -> None:
    """Every kind of line end, no-break blanks and zero-width characters."""
    mail = f"\ufeffPlease\xa0cancel.\u200b{line_end}{line_end}On 3/3/2026, S wrote:{line_end}> x"
    assert newest_part(mail) == "Please cancel."


LINES = st.sampled_from(
    [
        *(
            "Please cancel.",
            "",
            "> quoted",
            "Regards",
            "Ana",
            "-- ",
            "Thanks",
            "On 3/3/2026, S wrote:",
            "Hi",
        ),
        *(
            OUTLOOK,
            FORWARD,
            "Sent from my iPhone",
            "PS: 12345",
            "Does it work?",
            "  ",
            ">",
            "🙂",
            "\r",
        ),
    ]
)


@given(st.lists(LINES, max_size=14).map("\n".join))
def test_every_line_that_is_left_was_there(mail: str) -> None:
    """Nothing is added, and reading the newest part again changes no word of a plain text."""
    own = newest_part(mail)
    assert all(line in mail.replace("\r", "\n") for line in own.split("\n"))
    assert own == own.strip()


@given(st.text(max_size=300))
def test_no_text_breaks_it(mail: str) -> None:
    """Any text gives a text, never a longer one."""
    assert len(newest_part(mail)) <= len(mail)
