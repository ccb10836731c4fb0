"""Files that are no structured article: each is named with its place and what was expected."""

from __future__ import annotations

import json
from typing import Any

import pytest

from data_pipeline.articles import Article
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.structured import document as document_reader
from data_pipeline.ingest.readers.structured_json import read_structured
from tests.builders import as_bytes, document


def load(raw: bytes) -> Article:
    return read_structured(raw, "kb/a.json", Defaults(), ())


def nested(levels: int) -> dict[str, Any]:
    """An article with a section of so many lists inside each other."""
    value: Any = "deep"
    for _ in range(levels):
        value = [value]
    return document({"odd": value})


@pytest.mark.parametrize(
    ("raw", "place", "cause"),
    [
        (b"", "", "found an empty file"),
        (b" \n\t ", "", "found an empty file"),
        (b"\xef\xbb\xbf", "", "found an empty file"),
        (b'{"metadata": "caf\xe9"}', "byte 17", "not UTF-8"),
        (b"\xff\xfe{\x00}\x00", "byte 0", "not UTF-8"),
        (b'{"metadata": {},\n "details": }', "line 2, column 13", "no valid JSON"),
        (b'{"metadata": {}, "details": {}', "line 1, column 31", "no valid JSON"),
        (b'{"metadata": {}, "details": {}} {}', "line 1, column 33", "no valid JSON"),
        (b"# Title\n\nText", "line 1, column 1", "no valid JSON"),
        (b"[]", "top level", "found a list, expected an object"),
        (b'"text"', "top level", "found text, expected an object"),
        (b"null", "top level", "found nothing, expected an object"),
        (b"{}", "metadata", "found nothing, expected an object"),
        (b'{"metadata": {}}', "details", "found nothing, expected an object"),
        (b'{"metadata": [], "details": {}}', "metadata", "found a list, expected an object"),
        (b'{"metadata": {}, "details": "x"}', "details", "found text, expected an object"),
        (b'{"metadata": {}, "details": {"steps": [], "steps": []}}', "details.steps", "twice"),
        (
            b'{"metadata": {}, "details": {"fees": [{"fee": "1", "fee": "2"}]}}',
            "details.fees[0].fee",
            "twice",
        ),
        (b'{"metadata": {}, "details": {"a": NaN}}', "", "number"),
        (b'{"metadata": {}, "details": {"a": -Infinity}}', "", "number"),
        (b'{"metadata": {}, "details": {"a": ' + b"9" * 5_000 + b"}}", "", "number"),
        (b"[" * 200_000, "", "nested deeper than 64"),
        (b'{"a":' * 100_000, "", "nested deeper than 64"),
    ],
)
def test_what_is_no_article(raw: bytes, place: str, cause: str) -> None:
    """File, place and cause are named."""
    with pytest.raises(ArticleSourceError) as caught:
        load(raw)
    assert (caught.value.source, caught.value.place) == ("kb/a.json", place)
    assert cause in caught.value.cause


def test_depth_is_limited() -> None:
    """62 lists inside `details` fit, one more does not; the place leads there."""
    assert load(as_bytes(nested(62))).sections
    with pytest.raises(ArticleSourceError, match="nested deeper") as caught:
        load(as_bytes(nested(63)))
    assert caught.value.place.startswith("details.odd[0][0]")


def test_size_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the limit is refused before it is parsed."""
    raw = as_bytes(document())
    monkeypatch.setattr(document_reader, "MAX_BYTES", len(raw) - 1)
    with pytest.raises(ArticleSourceError, match="split the article"):
        load(raw)


def test_errors_and_warnings_show_no_text() -> None:
    """What an article says never ends up in a message about it."""
    secret = "the secret sentence " * 5
    with pytest.raises(ArticleSourceError) as caught:
        load(b'{"metadata": {"title": "' + secret.encode() + b'"} "details": {}}')
    assert "secret" not in str(caught.value)
    article = load(
        as_bytes(
            document({"steps": [[secret]], "fees": secret, "guardrails": [secret]}, title=[secret])
        )
    )
    assert article.warnings
    assert not any("secret" in warning for warning in article.warnings)


def test_a_byte_order_mark_is_no_error() -> None:
    """Windows editors write one."""
    assert load(b"\xef\xbb\xbf" + as_bytes(document())).title == "Cancel an order"


def test_odd_characters_are_cleaned() -> None:
    """Lone surrogates, control characters and no-break spaces would break the store or the search."""
    raw = json.dumps(document({"payouts": ["a\ud800b\u0000c\u00a0d\r\ne"]})).encode()
    (unit,) = load(raw).sections[-1].units
    assert unit.text == "a\ufffdbc d\ne"


def test_an_article_without_text_says_so() -> None:
    """It loads and can answer nothing, which is worth a warning."""
    article = load(as_bytes({"metadata": {"article_id": "a", "title": "A"}, "details": {}}))
    assert article.sections == ()
    assert article.warnings == ("details: found no text, so the article can answer nothing",)


def test_a_huge_title_is_cut() -> None:
    """A title stands in each chunk, so it has a limit; its words stay in a note for agents."""
    title = "word " * 1_000
    article = load(as_bytes(document({}, title=title)))
    assert len(article.title) < 1_010
    assert title.strip() in article.sections[-1].units[0].text
    assert article.sections[-1].units[0].agent_only
