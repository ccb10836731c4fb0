"""Links between hits: they settle a tie, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from data_pipeline.articles import Chunk
from data_pipeline.engine.fusion import LINK_WEIGHT, fuse
from data_pipeline.engine.links import link_shares
from data_pipeline.engine.ranking import RankedArticle, RankedChunk
from data_pipeline.ports import ArticleCard
from tests.builders_index import a_chunk
from tests.engine.kb import engine_of, need, page


def card(article_id: str, *links: str, url: str | None = None) -> ArticleCard:
    return ArticleCard(
        article_id=article_id,
        title=article_id,
        revision="r",
        language="en",
        chunks=1,
        url=url,
        links=links,
    )


def cards(*all_: ArticleCard) -> dict[str, ArticleCard]:
    return {one.article_id: one for one in all_}


def ranked(**by_id: float) -> list[RankedArticle]:
    """Articles with these scores, best first."""
    return [
        RankedArticle(i, score, (RankedChunk(a_chunk(i), score, frozenset()),))
        for i, score in sorted(by_id.items(), key=lambda item: -item[1])
    ]


def ordered(articles: list[RankedArticle], known: Mapping[str, ArticleCard]) -> list[str]:
    """Article ids as links leave them."""
    linked = link_shares(articles, known)
    return [a.article_id for a in fuse(articles, (), 0.8, linked=linked)]


def test_a_tie_goes_to_the_article_that_another_hit_links_to() -> None:
    """By id as by address; the one without links keeps its place behind."""
    for link, url in (("b", None), ("https://help.example/b", "https://help.example/b")):
        known = cards(card("a"), card("b", url=url), card("c", link))
        assert ordered(ranked(a=10, b=10, c=4), known) == ["b", "a", "c"]


def test_a_clear_lead_is_not_overturned() -> None:
    """However many hits link to the second."""
    others = {f"o{n}": 9.0 for n in range(8)}
    known = cards(card("a"), card("b"), *(card(one, "b") for one in others))
    lead = 10 * LINK_WEIGHT
    assert ordered(ranked(a=10, b=10 - lead - 0.1, **others), known)[0] == "a"
    assert ordered(ranked(a=10, b=10 - lead + 0.1, **others), known)[0] == "b"


def test_links_to_nowhere_and_to_itself_count_nothing() -> None:
    """Nor do links to an article that was not found."""
    known = cards(card("a"), card("b", "b", "gone", "elsewhere"), card("elsewhere"))
    assert link_shares(ranked(a=10, b=10), known) == {}


def test_an_article_without_a_card_is_passed_over() -> None:
    """It was removed between the search and now."""
    assert link_shares(ranked(a=10, b=10), cards(card("b", "a"))) == {}


def test_an_index_page_gives_nothing() -> None:
    """It links to everything, so its link says nothing."""
    hub = card("hub", *(f"x{n}" for n in range(30)), "b")
    assert link_shares(ranked(a=10, b=10, hub=9), cards(card("a"), card("b"), hub)) == {}


def test_an_index_page_gains_nothing() -> None:
    """Everything links to it: it stays behind its equal."""
    known = cards(card("a"), card("hub"), *(card(f"x{n}", "hub") for n in range(30)))
    assert ordered(ranked(a=10, hub=10, x1=5), known) == ["a", "hub", "x1"]


def test_links_of_another_catalogue_are_counted_anew() -> None:
    """What was an index page in the catalogue of before may be none in this one."""
    others = [card(f"x{n}", "hub") for n in range(30)]
    ranking = ranked(a=10, hub=10, x1=5)
    before = cards(card("a"), card("hub"), *others)
    after = cards(card("a"), card("hub"), others[1])
    assert [ordered(ranking, known)[0] for known in (before, after, before)] == ["a", "hub", "a"]


def test_all_names_of_an_index_page_count_together() -> None:
    """By its id as by its address; one that is called by its address is not counted twice."""
    url = "https://help.example/hub"
    by_both = [card(f"x{n}", "hub" if n % 2 else url) for n in range(30)]
    hub = cards(card("a"), card("hub", url=url), *by_both)
    assert ordered(ranked(a=10, hub=10, x1=5), hub) == ["a", "hub", "x1"]
    few = cards(card("a"), card(url, url=url), *(card(f"x{n}", url) for n in range(15)))
    assert ordered(ranked(**{"a": 10, url: 10, "x1": 5}), few)[0] == url


class Counting(dict[str, ArticleCard]):
    """Cards that know how often somebody went through all of them."""

    walks = 0

    def values(self) -> Any:
        self.walks += 1
        return super().values()


def test_a_catalogue_is_gone_through_once() -> None:
    """Ten thousand articles with their links would take milliseconds of every question."""
    known = Counting(cards(card("a"), card("b"), card("c", "b")))
    for _ in range(5):
        assert link_shares(ranked(a=10, b=10, c=4), known)
    assert known.walks == 1


@pytest.mark.parametrize("score", [0.0])
def test_hits_that_no_word_found_have_no_links(score: float) -> None:
    """Scores of nothing tell nothing."""
    assert link_shares(ranked(a=score, b=score), cards(card("a", "b"), card("b"))) == {}
    assert link_shares([], {}) == {}


def linked_page(name: str, text: str, *links: str) -> tuple[Chunk, ...]:
    chunks = page(f"---\narticle_id: {name}\n---\n# Lamp cleaning {name}\n\n{text}\n")
    return tuple(msgspec.structs.replace(chunk, links=links) for chunk in chunks)


async def test_links_reorder_and_add_no_evidence() -> None:
    """Two equal pages: the linked one comes first, no more certain than the other was."""
    text = "Wipe the glass of the lamp with a dry cloth."
    plain = (linked_page("a1", text), linked_page("b2", text))
    told = linked_page("c3", "Before cleaning, unplug it.", "b2")
    before = await need(engine_of(*plain, linked_page("c3", "Before cleaning, unplug it.")), text)
    after = await need(engine_of(*plain, told), text)
    assert [s.article_id for s in before.sources[:2]] == ["a1", "b2"]
    assert [s.article_id for s in after.sources[:2]] == ["b2", "a1"]
    assert after.confidence <= before.confidence
