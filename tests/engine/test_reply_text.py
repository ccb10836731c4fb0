"""From the parts of a reply to the text that people read."""

from __future__ import annotations

import msgspec
import pytest

from data_pipeline.contract.replies import CitedText, Question, ReplyStep, StructuredReply
from data_pipeline.engine.reply_text import render_answer, render_questions
from data_pipeline.engine.wording import Wording, speaks, wording_for

REPLY = StructuredReply(
    opening="Hello.",
    key_points=(CitedText("One.", ("c1",)), CitedText("Two:\na\nb", ("c2",))),
    steps=(
        ReplyStep(1, "Open it.", None, ("c3",)),
        ReplyStep(2, "Close it.", "Gently.", ("c4",)),
        ReplyStep(3, "Clean it.", "- with water\n- with soap", ("c5",)),
    ),
    warnings=(CitedText("Hot!", ("c6",)),),
)


def test_parts_stand_in_their_order() -> None:
    """Opening, points, numbered steps, warnings, a blank line between them."""
    assert render_answer(REPLY, "en") == (
        "Hello.\n\n- One.\n- Two:\n  a\n  b\n\n"
        "What to do:\n1. Open it.\n2. Close it. (Gently.)\n"
        "3. Clean it.\n   - with water\n   - with soap\n\n"
        "Please note:\n- Hot!"
    )


def test_single_point_is_no_list() -> None:
    """One sentence needs no bullet."""
    reply = StructuredReply("Hello.", (CitedText("One.", ("c1",)),))
    assert render_answer(reply, "en") == "Hello.\n\nOne."


def test_headings_are_in_the_replys_language() -> None:
    """Spanish where the reply is Spanish, none where kbgate does not speak the language."""
    assert "Qué hay que hacer:" in render_answer(REPLY, "es")
    assert "Ten en cuenta:" in render_answer(REPLY, "es")
    french = render_answer(msgspec.structs.replace(REPLY, opening=""), "fr")
    assert french.startswith("- One.")
    assert "What to do" not in french
    assert "\n\n1. Open it." in french


def test_empty_reply_is_empty() -> None:
    """Nothing to say, nothing said."""
    assert render_answer(StructuredReply(""), "en") == ""


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "Thank you for your message. To help you, we need to know:\n\n- Which lamp?\n- When?",
        ),
        (
            "es",
            "Gracias por tu mensaje. Para poder ayudarte, necesitamos saber:\n\n- Which lamp?\n- When?",
        ),
        ("fr", "- Which lamp?\n- When?"),
    ],
)
def test_questions_are_ready_to_send(language: str, text: str) -> None:
    """The article's own questions under a sentence of ours, where there is one."""
    asked = [Question("lamp", "Which lamp?", ""), Question("day", "When?", "")]
    assert render_questions(asked, language) == text


@pytest.mark.parametrize("language", ["en", "es"])
def test_spoken_languages_have_every_sentence(language: str) -> None:
    """A language is spoken whole or not at all."""
    assert speaks(language)
    assert all(msgspec.structs.asdict(wording_for(language)).values())


@pytest.mark.parametrize("language", ["fr", "zh", "xx", ""])
def test_other_languages_have_signs_only(language: str) -> None:
    """No English word slips into a reply in another language."""
    assert not speaks(language)
    told = msgspec.structs.asdict(wording_for(language))
    assert all(
        not set("abcdefghijklmnopqrstuvwxyz") & set(_unfilled(text)) for text in told.values()
    )


def _unfilled(text: str) -> str:
    for name in ("{label}", "{choices}", "{condition}"):
        text = text.replace(name, "")
    return text


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_labels_with_braces_are_said_as_they_are(language: str) -> None:
    """An article's text is filled in, never a pattern itself."""
    words: Wording = wording_for(language)
    assert "{x} {0}" in words.ask.format(label="{x} {0}")
