"""Plain text: what its writer meant as headings, lists and lines."""

from __future__ import annotations

import pytest

from data_pipeline.articles import Kind
from data_pipeline.errors import ArticleSourceError
from tests.ingest.reading import kinds, plain, section, texts

_TEXT = """The lamp

It stands on the desk and it is *not* [a] <toy>. This
paragraph is wrapped at some sixty characters, which is why
its lines belong together.

Example Street 5
12345 Town

SAFETY

Keep it dry.

Fees:

- Bulb: €5
- Foot: €9

Steps
=====

1. Press.
2. Wait.

    Four blanks in front are no code.
"""


def test_structure() -> None:
    """Title, capitals, known headings, underlines and lists are understood."""
    article = plain(_TEXT)
    assert article.title == "The lamp"
    assert kinds(article) == [
        ("body", Kind.BODY),
        ("safety", Kind.BODY),
        ("fees", Kind.FEES),
        ("steps", Kind.STEPS),
    ]
    assert section(article, "fees").units[0].data == {"service": "Bulb", "fee": "€5"}


def test_characters_mean_themselves() -> None:
    """Stars, brackets and angle brackets are text, wrapped lines are joined, short ones kept."""
    article = plain(_TEXT)
    wrapped, apart = texts(article, "body")
    assert wrapped == (
        "It stands on the desk and it is *not* [a] <toy>. This paragraph is wrapped at some sixty "
        "characters, which is why its lines belong together."
    )
    assert apart == "Example Street 5\n12345 Town"


def test_fences_and_front_matter() -> None:
    """Text files may carry the same metadata and marks as Markdown."""
    article = plain("---\ntitle: Lamp\n---\nPublic.\n:::agent\nsecret\n:::\nMore.")
    assert article.title == "Lamp"
    assert [(u.text, u.agent_only) for u in article.sections[0].units] == [
        ("Public.", False),
        ("secret", True),
        ("More.", False),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "\x00\x01", "---\ntitle: x\n---\n"])
def test_unreadable(text: str) -> None:
    """Empty and binary files are refused."""
    with pytest.raises(ArticleSourceError):
        plain(text)
