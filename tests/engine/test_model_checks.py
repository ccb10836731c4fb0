"""What is removed of a reply that a model wrote, however it came to be written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import Kind
from data_pipeline.contract.replies import FoundIn
from data_pipeline.engine.model_answer.checks import CheckedPoint, check_point
from data_pipeline.engine.model_answer.claims import claims_an_act, rules_on_customer
from data_pipeline.engine.model_answer.offered import offer
from data_pipeline.engine.model_answer.saying import plain_sentences, tells_secret
from data_pipeline.engine.model_answer.schema import Point
from data_pipeline.engine.model_answer.standards import bench_for
from tests.engine.kb import article, lamp_return, page
from tests.engine.model_desk import (
    cited,
    known,
    part,
    proven,
    reasons,
    reply,
    said,
    texts,
    ticket,
    write,
)

WINDOW = "A lamp can be returned"


def judge(text: str, *words: str, chunks: Any = None, **more: Any) -> CheckedPoint:
    """One point that cites the passages which hold `words`."""
    language = more.pop("language", "en")
    private = more.pop("private", True)
    task = ticket(part(chunks or lamp_return(), **more), language=language, private=private)
    offered = offer(task)
    ids = [cited(task, one) for one in words or (WINDOW,)]
    return check_point(Point(ids, "point", text), bench_for(task, offered))


def why(text: str, *words: str, **more: Any) -> list[str]:
    """The reasons for which something of a point was removed."""
    return [removed.reason.value for removed in judge(text, *words, **more).removed]


@pytest.mark.parametrize(
    "text",
    [
        "A lamp can be returned within 45 days of its delivery.",
        "You can return your lamp within 45 days of delivery.",
        "You have 45 days from the day of delivery to send your lamp back.",
        "If your lamp was delivered no more than 45 days ago, you can return it.",
    ],
)
def test_what_the_passage_says_stays(text: str) -> None:
    """In its own words or others."""
    assert judge(text).sentences == (text,)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("You can return a lamp within 60 days of its delivery.", "unbacked"),
        ("You can return a lamp within 45 days and pay $12.50 for it.", "unbacked"),
        ("You can return a lamp at https://lamps.example/return within 45 days.", "unbacked"),
        ("Write to returns@lamps.example to return a lamp within 45 days.", "unbacked"),
        ("Call +34 612 345 678 to return a lamp within 45 days.", "unbacked"),
        ("We guarantee that a lamp can be returned within 45 days of delivery.", "unbacked"),
        ("Your lamp return has been approved within 45 days of delivery.", "verdict"),
        ("You are eligible for the return of a lamp within 45 days.", "verdict"),
        ("We have cancelled the delivery of your lamp.", "action"),
        ("Your lamp delivery has been cancelled.", "action"),
        ("The lamp return <b>within 45 days</b> of delivery.", "markup"),
        ("![lamp](lamp.png) A lamp can be returned within 45 days.", "markup"),
        ("Return a lamp within 45 days [here](x).", "markup"),
        ("To return a lamp within 45 days of delivery, tell us your password.", "sensitive"),
        ("Return the lamp of card 4111 1111 1111 1111 within 45 days of delivery.", "sensitive"),
        ("Ask the customer to return a lamp within 45 days of delivery.", "agent_only"),
        ("Check the RETURN-VAULT list first.", "unsupported"),
        ("Our shops open every Saturday morning at noon.", "unsupported"),
    ],
)
def test_what_no_passage_says_goes(text: str, reason: str) -> None:
    """Invented values, verdicts, acts, markup, secrets, agents' matters, other matters."""
    point = judge(text)
    assert not point.sentences
    assert [removed.reason.value for removed in point.removed] == [reason]


def test_only_the_bad_sentence_of_a_point_goes() -> None:
    """What is backed beside it stays as it was written."""
    point = judge("A lamp can be returned within 45 days of its delivery. The fee is €99 per lamp.")
    assert point.sentences == ("A lamp can be returned within 45 days of its delivery.",)


def test_value_of_a_passage_that_is_not_cited_backs_nothing() -> None:
    """€7 stands in the article, but not where the point says it does."""
    assert why("A lamp can be returned within 45 days of delivery for €7.") == ["unbacked"]
    assert not why("A lamp can be returned within 45 days of delivery for €7.", WINDOW, "€7")


def test_known_fact_backs_a_value_and_a_private_one_does_not() -> None:
    """What the workflow knows is not told to somebody who is not verified."""
    facts = [known("Delivery date", "2026-06-03")]
    text = "Your lamp of 3 June 2026 can be returned within 45 days of its delivery."
    assert why(text, facts=facts, private=True) == ["unbacked"]
    assert not why(text, facts=facts, private=False)
    stated = [known("Delivery date", "2026-06-03", FoundIn.MESSAGE)]
    assert not why(text, facts=stated, private=True)


def test_rule_of_the_article_stops_a_sentence_and_is_named() -> None:
    """`guardrails_applied` tells which rule changed the reply."""
    rule = "Do not say that the refund for a lamp comes tomorrow."
    chunks = lamp_return(details={"guardrails": {"must_not": [rule]}})
    point = judge(
        "The refund for a returned lamp comes tomorrow.",
        "The refund for a returned lamp",
        chunks=chunks,
    )
    assert [(r.reason.value, r.detail) for r in point.removed] == [("forbidden", rule)]


async def test_draft_names_the_rules_that_it_met() -> None:
    """So that an agent sees why the reply is short."""
    rule = "Do not say that the refund for a lamp comes tomorrow."
    task = ticket(part(lamp_return(details={"guardrails": {"must_not": [rule]}})))
    refund = cited(task, "The refund for a returned lamp")
    bad = reply(said("The refund for a returned lamp comes tomorrow.", refund))
    written, _ = await write(task, bad)
    assert written.parts[0].draft.guardrails == (rule,)
    assert written.parts[0].failed


AGENT_NOTE = "Look the serial number up in the blue register and compare it with the invoice."


@pytest.mark.parametrize(
    "text",
    [
        "Look the serial number up in the blue register and compare it with the invoice.",
        "For a lamp, look the serial number up in the blue register and compare.",
    ],
)
def test_agents_words_do_not_come_back(text: str) -> None:
    """Even where a ticket holds them and the model repeats them."""
    chunks = page(
        "# Returning a lamp\n\n## How to return\n\nThe serial number of a lamp is on its register "
        f"card and on the invoice.\n\n## Internal notes for agents\n\n{AGENT_NOTE}\n",
    )
    assert any(c.agent_only and AGENT_NOTE in c.text for c in chunks)
    assert why(text, "serial number", chunks=chunks) == ["agent_only"]


def test_words_that_a_visible_passage_has_too_may_be_said() -> None:
    """A text that stands in both places is not the agents' alone."""
    chunks = page(
        f"# Returning a lamp\n\n## How to return\n\n{AGENT_NOTE}\n\n"
        f"## Internal notes for agents\n\n{AGENT_NOTE} Then close it.\n",
    )
    assert not why(AGENT_NOTE, "serial number", chunks=chunks)


def test_reply_in_another_language_is_compared_by_values_only() -> None:
    """Words tell nothing across languages; figures do."""
    spanish = "Puedes devolver una lámpara en un plazo de {} días desde la entrega."
    assert not why(spanish.format(45), language="es")
    assert why(spanish.format(60), language="es") == ["unbacked"]
    copied = "A lamp can be returned to us within 45 days of its delivery."
    assert why(copied, language="es") == ["language"]


@pytest.mark.parametrize(
    "text",
    [
        "If you are eligible, a lamp can be returned within 45 days of its delivery.",
        "You are eligible if the lamp was delivered within the last 45 days.",
        "Once your lamp return has been approved, the delivery has 45 days.",
    ],
)
def test_condition_is_no_verdict(text: str) -> None:
    """Rules are stated as rules."""
    assert not why(text)


FRAMED = {
    "decision_guide": {
        "supported_outcomes": [{"outcome": "approved"}, {"outcome": "blocked_not_eligible"}]
    },
    "response_frames": {
        "approved": {"participant_message_components": ["Your lamp can be returned."]},
        "blocked_not_eligible": {
            "participant_message_components": ["Your lamp cannot be returned any more."]
        },
    },
}


def test_frame_is_offered_for_the_proven_outcome_only() -> None:
    """A frame rules on the customer's case: without proof nobody may."""
    chunks = lamp_return(details=FRAMED)
    assert any(c.kind is Kind.FRAME for c in chunks)

    def offered(**more: Any) -> str:
        return "\n".join(o.passage.text for o in offer(ticket(part(chunks, **more))))

    assert "cannot be returned any more" not in offered()
    told = offered(verdict=proven("blocked_not_eligible"))
    assert "cannot be returned any more" in told
    assert "Your lamp can be returned." not in told


def test_refusal_stays_when_it_is_the_proven_one() -> None:
    """And goes where it says the opposite of it."""
    more = {"chunks": lamp_return(details=FRAMED), "verdict": proven("blocked_not_eligible")}
    assert not why("You are not entitled to return your lamp any more.", "any more", **more)
    assert why("You are entitled to return your lamp.", "any more", **more) == ["verdict"]


def test_favour_is_said_in_the_articles_words_only() -> None:
    """An approval in other words may be another approval."""
    more = {"chunks": lamp_return(details=FRAMED), "verdict": proven("approved")}
    assert not why("Your lamp can be returned.", "Your lamp can be", **more)
    assert why("You are entitled to return your lamp.", "Your lamp can be", **more) == ["verdict"]


@pytest.mark.parametrize(
    ("sentence", "own", "found"),
    [
        ("You are entitled to a refund.", "You are entitled to a refund within 14 days.", False),
        ("You are entitled to a refund.", "Members get a refund.", True),
        ("You are entitled to a refund.", "If you are entitled to a refund, you get it.", True),
        ("Your switch is covered for two years.", "The switch is covered for 2 years.", False),
        ("Your claim has been approved.", "Once the claim has been approved we pay.", True),
        ("Tienes derecho a un reembolso.", "", True),
        ("Si tienes derecho a un reembolso, lo pagamos.", "", False),
        ("No cumples los requisitos.", "", True),
        ("Tu solicitud ha sido aprobada.", "", True),
        ("Are you entitled to a refund?", "", False),
    ],
)
def test_verdicts_in_two_languages(sentence: str, own: str, found: bool) -> None:
    """What the article itself says may be said."""
    assert bool(rules_on_customer(sentence, [own])) is found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("We've already refunded the amount.", True),
        ("We cancelled it after your call.", True),
        ("I have updated your address.", True),
        ("Ya hemos cancelado tu reserva.", True),
        ("Hemos enviado la etiqueta.", True),
        ("Tu reserva ha sido cancelada.", True),
        ("After we have refunded the amount, you get a mail.", False),
        ("Cuando hemos recibido la lámpara, pagamos.", False),
        ("You can update your address.", False),
    ],
)
def test_acts_that_nobody_did(sentence: str, found: bool) -> None:
    """A model carries nothing out."""
    assert bool(claims_an_act(sentence, [])) is found


async def test_removed_step_or_warning_fails_the_part() -> None:
    """A procedure with a hole in it misleads; a point less does not."""
    task = ticket(part(lamp_return()))
    label, window, fee = (cited(task, w) for w in ("Print the return label", WINDOW, "€7"))
    kept = [
        said("A lamp can be returned within 45 days of its delivery.", window),
        said("The return parcel for a lamp costs €7.", fee),
    ]
    bad = said("Print the return label for €30 and stick it on the parcel.", label)
    written, _ = await write(task, reply(*kept, bad))
    assert (len(texts(written)), written.parts[0].failed) == (2, False)
    for kind in ("step", "warning"):
        written, _ = await write(task, reply(*kept, bad | {"kind": kind}))
        assert (len(texts(written)), written.parts[0].failed) == (2, True)


async def test_reply_that_loses_more_than_a_third_fails() -> None:
    """What is left of it may be right by chance."""
    task = ticket(part(lamp_return()))
    window = cited(task, WINDOW)
    good = said("A lamp can be returned within 45 days of its delivery.", window)
    bad = said("A lamp can be returned within 90 days of its delivery.", window)
    written, _ = await write(task, reply(good, bad))
    assert written.parts[0].failed
    assert reasons(written) == ["unbacked"]


async def test_reply_that_stays_in_another_language_fails() -> None:
    """It was asked for again once; then a person sees it."""
    task = ticket(part(lamp_return()), language="es")
    window = cited(task, WINDOW)
    english = "You can send the lamp back to us within 45 days of the day of its delivery."
    written, model = await write(task, reply(said(english, window)))
    assert len(model.tasks) == 2
    assert written.parts[0].failed


@pytest.mark.parametrize("cite", ["[{}]", "{} ", "({})"])
async def test_id_is_known_in_brackets_too(cite: str) -> None:
    """Some models copy the brackets that they know from footnotes."""
    task = ticket(part(lamp_return()))
    name = cite.format(cited(task, WINDOW)).upper()
    written, model = await write(task, reply(said("You can return a lamp in 45 days.", name)))
    assert texts(written)
    assert len(model.tasks) == 1


RESET = [
    "To change the address, open Settings and confirm with your password.",
    "The app then sends a code to your phone.",
]


@pytest.mark.parametrize(
    ("sentence", "is_told"),
    [
        ("Open Settings, enter your password and change the address.", False),
        ("The app sends you a one-time code.", False),
        ("Abre los ajustes y confirma con tu contraseña.", False),
        ("Send us your password and we change the address.", True),
        ("Reply with your password.", True),
        ("Envíanos tu contraseña.", True),
        ("Please tell our team the one-time code.", True),
        ("Pay with card 4111-1111-1111-1111.", True),
    ],
)
def test_secrets_are_used_but_not_handed_over(sentence: str, is_told: bool) -> None:
    """Most questions on accounts have a password in their answer."""
    assert tells_secret(sentence, RESET, "en") is is_told


def test_secret_that_the_article_does_not_speak_of_is_not_brought_up() -> None:
    """Nobody asked for one."""
    assert tells_secret("Enter your password.", ["A lamp needs a bulb."], "en")


def test_list_signs_and_emphasis_are_taken_off() -> None:
    """The reply has its own numbers and bullets."""
    point = judge("- **A lamp** can be returned within 45 days of its\u200b delivery.")
    assert point.sentences == ("A lamp can be returned within 45 days of its delivery.",)


@pytest.mark.parametrize(
    "text",
    [
        "Hello,",
        "Dear customer,",
        "Thank you for your message!",
        "Gracias por escribirnos.",
        "I hope this helps.",
        "If you have any other questions, just let us know.",
        "Please don’t hesitate to contact us.",
        "No dudes en contactarnos.",
        "Kind regards,",
    ],
)
def test_courtesies_are_left_out_and_count_for_nothing(text: str) -> None:
    """They are no reason to distrust a reply."""
    assert plain_sentences(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Hi, it costs €7.",
        "Thank you for your order 12, it costs €7.",
        "Sorry, this lamp cannot go back.",
        "If you need any help, call 612 345 678.",
        "Feel free to return the lamp.",
        "If you have any unpaid invoice, the lamp cannot go back.",
        "Let us know your order number.",
    ],
)
def test_what_tells_something_is_no_courtesy(text: str) -> None:
    """It is judged like everything else."""
    assert plain_sentences(text)


def test_only_a_step_loses_its_number() -> None:
    """Elsewhere it may be the day of a date."""
    assert plain_sentences("1. Open Orders.", is_step=True) == ["Open Orders."]
    assert plain_sentences("3. Dezember: geschlossen.") == ["3. Dezember: geschlossen."]


def test_ids_of_passages_are_not_said() -> None:
    """Some models put footnotes into the text as well."""
    assert plain_sentences("It costs €7 [p2]. It takes 6 days (p3, p4).") == [
        "It costs €7.",
        "It takes 6 days.",
    ]


BENCH = bench_for(ticket(part(lamp_return())), offer(ticket(part(lamp_return()))))


@given(
    st.lists(st.text(max_size=20) | st.sampled_from(["p1", "p2", "p6"]), max_size=4),
    st.text(max_size=300)
    | st.lists(st.sampled_from(["lamp", "45 days", "€7", "€8", "\n", "<", "\u202e", "."])).map(
        " ".join
    ),
)
def test_no_text_and_no_cite_breaks_the_checks(cites: list[str], text: str) -> None:
    """Each sentence is either said with a passage that there is, or removed with a reason."""
    point = check_point(Point(cites, "point", text), BENCH)
    assert not point.sentences or point.cited
    assert all(not removed.text or removed.reason for removed in point.removed)
    assert all("€8" not in sentence for sentence in point.sentences)


def test_article_of_thousands_of_passages_is_judged() -> None:
    """Size costs time once, not per sentence."""
    rules = [f"Lamp number {n} can be returned within {n} days." for n in range(1, 800)]
    chunks = article(
        {"business_rules": [{"category": "Windows", "rules": rules}]}, title="Returning lamps"
    )
    task = ticket(part(chunks), budget=2_000)
    assert 0 < len(offer(task)) < 200
    assert bench_for(task, offer(task)).standards[0].shown
