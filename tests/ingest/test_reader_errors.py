"""Whatever bytes a reader gets, it gives an article or says what is wrong, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_pipeline.articles import Article
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.formats import READERS

_MARKS = (
    *("---\n", "# ", "<table>", "<td>", "</", ":::agent\n", ":::", "|--|\n", "| a ", "1. ", "- "),
    *("[^1]", "[a]", "```\n", "> ", "\n\n", "a: b\n", "Q: ", "A: ", "<dl><dt>", "**", "word "),
    *("é—“", "\x00", "&nbsp;", "<!--", "<p hidden>", "{", '"a":', "]"),
)
_TELLING = st.sampled_from([b"\xff", *(mark.encode() for mark in _MARKS)])
_SOUP = st.one_of(st.binary(max_size=200), st.lists(_TELLING, max_size=40).map(b"".join))


@pytest.mark.parametrize("suffix", sorted(READERS))
@given(raw=_SOUP)
@settings(max_examples=60)
def test_any_bytes(suffix: str, raw: bytes) -> None:
    """Random bytes and random marks never escape as another exception."""
    read: Callable[..., Article] = READERS[suffix]
    try:
        outcome: Article | ArticleSourceError = read(raw, f"a{suffix}", Defaults(), ("plan",))
    except ArticleSourceError as error:
        outcome = error
    assert outcome.source == f"a{suffix}"


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_errors_never_quote_the_document(suffix: str) -> None:
    """An error message holds no text of the document: it may be logged."""
    read = READERS[suffix]
    with pytest.raises(ArticleSourceError) as caught:
        read(
            b"---\nvalid_until: topsecret\ntitle: [topsecret\n---\n\xfftopsecret",
            "a",
            Defaults(),
            (),
        )
    assert "topsecret" not in str(caught.value)
