"""What the store knows of articles is enough to ask their own questions."""

from __future__ import annotations

import msgspec

from data_pipeline.articles import Kind
from data_pipeline.evaluation.calibration.stored import by_article, stored_articles
from data_pipeline.evaluation.lint.own_questions import own_questions
from data_pipeline.ingest.injection import article_chunks
from tests.engine.kb import bulb_delivery, lamp_return
from tests.example_kb import example_articles


def test_the_examples_ask_the_same_from_the_store_as_from_their_files() -> None:
    """Titles, FAQ and examples; a heading that asks may have been joined to another section."""
    for article in example_articles():
        (stored,) = stored_articles({article.article_id: article_chunks(article)})
        before, after = ({q.text for q in own_questions(a)} for a in (article, stored))
        assert before == after
        assert (stored.title, stored.language, stored.scope, stored.topic) == (
            article.title,
            article.language,
            article.scope,
            article.topic,
        )


def test_texts_that_are_for_agents_stay_so() -> None:
    (stored,) = stored_articles(by_article(lamp_return()))
    hidden = [u.text for s in stored.sections for u in s.units if u.agent_only]
    assert any("RETURN-VAULT" in text for text in hidden)
    assert not any(
        "RETURN-VAULT" in u.text for s in stored.sections for u in s.units if not u.agent_only
    )


def test_chunks_come_in_any_order_and_an_article_without_any_is_none() -> None:
    chunks = [c for pair in zip(lamp_return(), bulb_delivery(), strict=False) for c in pair]
    assert [a.article_id for a in stored_articles(by_article(chunks))] == [
        "lamp-return",
        "bulb-delivery",
    ]
    assert stored_articles({"gone": ()}) == []


def test_structure_of_another_shape_is_no_error() -> None:
    """A store that somebody else wrote into."""
    (chunk, *_) = lamp_return()
    odd = msgspec.structs.replace(chunk, data='{"not": "a list"}', kind=Kind.FAQ)
    (stored,) = stored_articles({"x": (odd,)})
    assert [q.origin for q in own_questions(stored)] == ["title"]
