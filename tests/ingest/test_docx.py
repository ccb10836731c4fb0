"""Word documents: styles, lists, tables, front matter, and files that are none."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from data_pipeline.articles import Article, Kind
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.docx import read_docx
from tests.ingest.random_documents import w_paragraph, w_table, word_document
from tests.ingest.reading import data, kinds, section, texts


def _read(*body: str, title: str = "") -> Article:
    return read_docx(word_document(body, title=title), "lamp_guide.docx", Defaults(), ("plan",))


def test_structure() -> None:
    """Title and heading styles, lists and tables make the same sections as in other formats."""
    article = _read(
        w_paragraph("The lamp", style="Title"),
        w_paragraph("Contents 3", style="TOC1"),
        w_paragraph("Lead."),
        w_paragraph("Use", style="Heading1"),
        w_paragraph("Press.", numbering=2),
        w_paragraph("Wait.", numbering=2),
        w_paragraph("Fees", style="Heading1"),
        w_table([["Part", "Price"], ["Bulb", "€5"], ["Foot", "€9"]]),
    )
    assert article.title == "The lamp"
    assert kinds(article) == [("body", Kind.BODY), ("use", Kind.STEPS), ("fees", Kind.FEES)]
    assert texts(article, "body") == ["Lead."]
    assert data(article, "fees")[0] == {"service": "Bulb", "fee": "€5"}


@pytest.mark.parametrize(
    ("body", "prop", "title"),
    [
        ([w_paragraph("One", style="Heading1"), w_paragraph("x")], "", "One"),
        (
            [
                w_paragraph("A", style="Heading1"),
                w_paragraph("x"),
                w_paragraph("B", style="Heading1"),
            ],
            "P",
            "P",
        ),
        ([w_paragraph("Bold start", bold=True), w_paragraph("x")], "", "Bold start"),
        ([w_paragraph("x")], "Property", "Property"),
        ([w_paragraph("x")], "", "Lamp guide"),
    ],
)
def test_title(body: list[str], prop: str, title: str) -> None:
    """The title is the only top heading, the title property, a bold first line, the file's name."""
    assert _read(*body, title=prop).title == title


def test_front_matter() -> None:
    """Metadata may be typed at the top, with Word's quotes and without indents."""
    article = _read(
        *(w_paragraph(line) for line in ("---", "article_id: lamp", "title: “The lamp”", "scope:")),
        *(w_paragraph(line) for line in ("plan: Pro", "tags: [a, b]", "---", "Body.")),
    )
    assert (article.article_id, article.title) == ("lamp", "The lamp")
    assert (article.scope, article.tags) == ({"plan": ("Pro",)}, ("a", "b"))
    assert texts(article, "body") == ["Body."]
    assert article.warnings == ()


def test_lists_go_on_after_a_remark() -> None:
    """Numbers count on after a sentence in between, and begin anew after an introduction."""
    article = _read(
        w_paragraph("Press.", numbering=2),
        w_paragraph("This takes a while."),
        w_paragraph("Wait.", numbering=2),
        w_paragraph("On the other model:"),
        w_paragraph("Pull.", numbering=2),
    )
    assert texts(article, "body") == ["1. Press.", "This takes a while.", "2. Wait."]
    assert texts(article, "body/steps") == ["On the other model:", "1. Pull."]


def test_agent_only_paragraphs() -> None:
    """Fences are typed as paragraphs."""
    article = _read(
        *(w_paragraph(line) for line in ("Public.", ":::agent", "secret", ":::", "More."))
    )
    assert [(u.text, u.agent_only) for u in section(article, "body").units] == [
        ("Public.", False),
        ("secret", True),
        ("More.", False),
    ]


def test_pictures_and_embedded_files_are_not_opened() -> None:
    """Parts that are not text are ignored, however large they claim to be."""
    raw = word_document([w_paragraph("Text.")], extra={"word/media/image1.png": b"\0" * 60_000_000})
    assert texts(read_docx(raw, "a.docx", Defaults(), ()), "body") == ["Text."]


def _zip(**parts: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", part)
    return packed.getvalue()


_DOCUMENT = word_document([w_paragraph("Text.")])
_BOMB = word_document([w_paragraph("Text.")], extra={"word/extra.xml": b" " * 50_000_000})
_ENTITIES = word_document(
    [w_paragraph("Text.")],
    extra={
        "word/footnotes.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    },
)
_DEEP = word_document(["<w:tbl><w:tr><w:tc>" * 3_000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 3_000])


@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        (b"", "the file is empty"),
        (b"plain text", "not a .docx file"),
        (_DOCUMENT[:-100], "not a .docx file"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 100, "protected by a password"),
        (_zip(nothing=b"<x/>"), "not a complete Word document"),
        (_zip(word__document=b"<broken"), "not a complete Word document"),
        (_BOMB, "expands to more than 40 MB"),
        (_ENTITIES, "XML entities"),
        (_DEEP, "nested too deeply|not a complete Word document"),
        (word_document([]), "no text was found"),
    ],
)
def test_unreadable(raw: bytes, cause: str) -> None:
    """What is no Word document, or built to exhaust memory, is refused with what to do."""
    with pytest.raises(ArticleSourceError, match=cause):
        read_docx(raw, "a.docx", Defaults(), ())


@pytest.mark.parametrize("at", range(0, len(_DOCUMENT), 97))
def test_damaged_anywhere(at: int) -> None:
    """A flipped byte anywhere gives an article or an `ArticleSourceError`, nothing else."""
    raw = bytearray(_DOCUMENT)
    raw[at] ^= 0xFF
    try:
        outcome: Article | ArticleSourceError = read_docx(bytes(raw), "a.docx", Defaults(), ())
    except ArticleSourceError as error:
        outcome = error
    assert outcome.source == "a.docx"
