"""Reading labelled sets: plain and gzipped, and what is wrong with a line is said without it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.errors import ArticleSourceError
from data_pipeline.evaluation.overlap import Twins, grams, overlaps
from data_pipeline.evaluation.sets import by_turn, golds_of, read_cases, read_removal, read_set
from tests.evaluation.tiny_set import ARTICLES, write_lines, write_set

PASSAGE = "a return label costs four euros and is paid online"


@pytest.mark.parametrize("packed", [False, True])
def test_a_set_is_read_plain_and_gzipped(tmp_path: Path, packed: bool) -> None:
    """Ids are slugs as the loader makes them; vague questions are left out."""
    labelled = read_set(write_set(tmp_path / "tiny", packed=packed))
    assert labelled.name == "tiny"
    assert set(labelled.chunks) == {"returns", "shipping", "warranty", "password"}
    assert [case.qid for case in labelled.cases] == ["q1", "q2", "q3", "q5"]
    assert labelled.cases[0].gold == {"returns"}


def test_later_turns_are_a_set_of_their_own(tmp_path: Path) -> None:
    first, later = by_turn(read_set(write_set(tmp_path / "tiny")))
    assert [case.qid for case in first.cases] == ["q1", "q2", "q3"]
    assert (later.name, [case.qid for case in later.cases]) == ("tiny.later_turns", ["q5"])


def test_an_article_with_most_of_the_passage_is_gold_too(tmp_path: Path) -> None:
    """A copy of the passage under another id counts; one that shares a few words does not."""
    folder = write_set(tmp_path / "tiny")
    copies = [
        {"article_id": "copy", "title": "Fees", "body_text": f"Note: {PASSAGE}.", "lang": "en"},
        {"article_id": "near", "title": "Costs", "body_text": "A return label costs four dollars."},
    ]
    write_lines(folder / "articles.jsonl", [*ARTICLES, *copies])
    assert golds_of(read_set(folder))[0] == {"returns", "copy"}


def test_a_question_without_an_answer_has_no_gold_article(tmp_path: Path) -> None:
    rows = [
        {"question": "x", "gold_article_ids": ["a"], "answerable": False},
        {"question": "y", "gold_article_ids": None},
        {"question": "z", "gold_article_ids": ["A b"], "missing": ["plan"], "scope": {"c": "d"}},
    ]
    cases = read_cases(write_lines(tmp_path / "q.jsonl", rows))
    assert [case.gold for case in cases] == [frozenset(), frozenset(), {"a-b"}]
    assert [case.qid for case in cases] == ["line-1", "line-2", "line-3"]
    assert (cases[2].missing, cases[2].request) == ({"plan"}, {"scope": {"c": "d"}})


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'{"question": 5}', b'{"gold_article_ids": []}', b'"\xff\xfe"', b"null"]
)
def test_a_bad_line_is_named_and_not_shown(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b'{"question": "secret words", "gold_article_ids": []}\n' + line + b"\n")
    with pytest.raises(ArticleSourceError, match=r"q\.jsonl at line 2") as caught:
        read_cases(path)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_missing_or_broken_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArticleSourceError, match="no such file"):
        read_set(tmp_path)
    (tmp_path / "articles.jsonl.gz").write_bytes(b"not gzip at all")
    with pytest.raises(ArticleSourceError, match="cannot be read"):
        read_set(tmp_path)
    (tmp_path / "split.json").write_text("[1]")
    with pytest.raises(ArticleSourceError, match="removed_article_ids"):
        read_removal(tmp_path / "split.json")


def test_an_empty_set_and_empty_articles_are_read(tmp_path: Path) -> None:
    """A title that tries to break out of the front matter stays a title."""
    hostile = 'x"\n---\narticle_id: evil\n'
    rows = [
        {"article_id": "a", "title": hostile, "body_text": "Some text."},
        {"article_id": "b", "title": "", "body_text": ""},
    ]
    write_lines(tmp_path / "articles.jsonl", rows)
    write_lines(tmp_path / "questions.jsonl", [])
    labelled = read_set(tmp_path)
    assert labelled.cases == ()
    assert "evil" not in labelled.chunks
    assert "a" in labelled.chunks


def test_a_removal_split_is_read(tmp_path: Path) -> None:
    (tmp_path / "split.json").write_text(json.dumps({"seed": 1, "removed_article_ids": ["A b"]}))
    assert read_removal(tmp_path / "split.json") == {"a-b"}


def test_five_words_in_a_row_overlap_and_four_do_not() -> None:
    assert overlaps("See: a Return label costs FOUR, euros", PASSAGE)
    assert not overlaps("a return label costs nothing", PASSAGE)
    assert overlaps("four euros", PASSAGE)
    assert not overlaps("", PASSAGE)
    assert not overlaps("…", "!")


@given(st.text(max_size=200), st.text(max_size=200))
def test_overlap_is_the_same_both_ways(one: str, other: str) -> None:
    assert overlaps(one, other) == overlaps(other, one)


@given(st.lists(st.sampled_from("a b c d e f g".split()), min_size=5, max_size=30))
def test_a_text_is_its_own_twin(words: list[str]) -> None:
    text = " ".join(words)
    assert Twins({"it": text, "other": "h i j k l m"}).of(text) == {"it"}
    assert all(len(gram) == 5 for gram in grams(text))
