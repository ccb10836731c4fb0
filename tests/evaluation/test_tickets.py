"""Sets of documents and tickets: the example knowledge base, and what can be wrong with one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from data_pipeline.adapters.embedded import EmbeddedIndex
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.errors import ArticleSourceError
from data_pipeline.evaluation.figures import figures
from data_pipeline.evaluation.outcomes import outcome_of
from data_pipeline.evaluation.runs import ask_all, check, plan
from data_pipeline.evaluation.tickets import read_labelled
from data_pipeline.ingest.sync import load
from tests.evaluation.tiny_set import write_set
from tests.example_kb import EXAMPLES, example_articles, example_tickets


def test_the_examples_are_a_labelled_set() -> None:
    labelled = read_labelled(EXAMPLES)
    assert labelled.name == "examples"
    assert labelled.scope_keys == ("plan", "country")
    assert len(labelled.cases) == len(list(example_tickets()))
    assert set(labelled.chunks) == {article.article_id for article in example_articles()}
    assert {gold for case in labelled.cases for gold in case.gold} <= set(labelled.chunks)
    check(plan(labelled))


async def test_the_examples_find_their_articles_and_ask_for_their_facts(tmp_path: Path) -> None:
    """Required fields are measured where the articles are, not where these are left out."""
    labelled = read_labelled(EXAMPLES)
    index = EmbeddedIndex(tmp_path)
    await load(index, "kb", labelled.articles, labelled.scope_keys)
    engine = Engine(
        index=index, coefficients=shipped_coefficients(), today=lambda: date(2026, 1, 1)
    )
    runs = await ask_all(engine, "kb", plan(labelled), labelled.chunks)
    await index.close()
    counted = figures([outcome_of(run, labelled.chunks) for run in runs])
    assert counted["recall@5"] > 0.95
    assert counted["citation_validity"] == 1
    assert counted["required_recall"] > 0.9
    assert counted["required_precision"] > 0.9
    assert counted["auroc"] > 0.9


def test_what_should_be_asked_for_is_known_of_answers_and_where_it_is_listed(
    tmp_path: Path,
) -> None:
    (tmp_path / "kb").mkdir()
    rows = [
        {"request": {"inquiry": "a"}, "expect": {"decision": "answer"}},
        {"request": {"inquiry": "b"}, "expect": {"decision": ["answer", "escalate"]}},
        {"request": {"inquiry": "c"}, "expect": {"decision": "clarify", "missing": ["plan"]}},
    ]
    (tmp_path / "tickets.jsonl").write_text("\n".join(map(json.dumps, rows)))
    cases = read_labelled(tmp_path).cases
    assert [case.missing for case in cases] == [frozenset(), None, {"plan"}]
    assert [case.gold for case in cases] == [frozenset()] * 3


def test_a_folder_of_either_shape_is_read(tmp_path: Path) -> None:
    assert read_labelled(write_set(tmp_path / "tiny")).name == "tiny"


def test_a_document_or_a_ticket_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    (tmp_path / "tickets.jsonl").write_text('{"request": []}')
    with pytest.raises(ArticleSourceError, match=r"tickets\.jsonl at line 1"):
        read_labelled(tmp_path)
    (tmp_path / "kb" / "broken.json").write_text("{")
    with pytest.raises(ArticleSourceError, match=r"broken\.json"):
        read_labelled(tmp_path)
