"""Words and meaning joined: a permutation, in which each leg decides where it knows better."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import ScoredChunk
from data_pipeline.engine.fusion import candidates, fuse, reordered
from data_pipeline.engine.ranking import RankedArticle, RankedChunk
from tests.builders_index import a_chunk

scores = st.floats(0, 50, allow_nan=False)
cosines = st.floats(-1, 1, allow_nan=False)


def ranked(**by_id: float) -> list[RankedArticle]:
    """Articles with these scores, best first."""
    articles = [
        RankedArticle(i, score, (RankedChunk(a_chunk(i), score, frozenset()),))
        for i, score in by_id.items()
    ]
    return sorted(articles, key=lambda a: -a.score)


def near(**by_id: float) -> list[ScoredChunk]:
    """Chunks of articles with these cosines, nearest first."""
    hits = [ScoredChunk(a_chunk(i), cosine) for i, cosine in by_id.items()]
    return sorted(hits, key=lambda hit: -hit.score)


def ids(articles: list[RankedArticle]) -> list[str]:
    return [article.article_id for article in articles]


@given(
    st.dictionaries(st.sampled_from("abcdef"), scores),
    st.dictionaries(st.sampled_from("abcdefgh"), cosines),
    st.floats(0, 1),
)
def test_nothing_is_lost_or_invented(words: dict[str, float], meaning: dict[str, float], strength: float) -> None:  # fmt: skip
    """Every article stays, each once, whatever the legs say."""
    articles = ranked(**words)
    assert sorted(ids(fuse(articles, near(**meaning), strength))) == sorted(ids(articles))


def test_without_meaning_the_words_order_stays() -> None:
    """An embedder that is not there changes nothing."""
    articles = ranked(a=3, b=2)
    assert fuse(articles, [], 0.5) == articles
    assert fuse([], near(a=0.5), 0.5) == []


def test_a_clear_match_by_words_is_not_outvoted() -> None:
    """Though meaning has another one first."""
    assert ids(fuse(ranked(a=20, b=10), near(b=0.9, a=0.1), 0.7)) == ["a", "b"]


def test_meaning_decides_between_equals() -> None:
    """Two articles that the words hardly tell apart."""
    assert ids(fuse(ranked(a=20, b=19), near(b=0.9, a=0.4), 0.7)) == ["b", "a"]


def test_meaning_decides_where_words_hardly_fit() -> None:
    """A question in other words, or in another language: strength is near nothing."""
    assert ids(fuse(ranked(a=2, b=0), near(b=0.8, a=0.2), 0.05)) == ["b", "a"]


def test_hits_of_both_legs_are_candidates_once() -> None:
    """A chunk that both find is one candidate."""
    assert len(candidates(near(a=0.5, b=0.4), near(b=0.9, c=0.1))) == 3


@given(st.lists(st.floats(-5, 5), max_size=4))
def test_a_reranker_orders_the_first_and_leaves_the_rest(judged: list[float]) -> None:
    """As many as it judged; those behind keep their places."""
    articles = ranked(a=6, b=5, c=4, d=3, e=2)
    after = reordered(articles, judged)
    assert sorted(ids(after[: len(judged)])) == sorted(ids(articles[: len(judged)]))
    assert after[len(judged) :] == articles[len(judged) :]
    if judged:
        assert after[0] == articles[judged.index(max(judged))]


def in_language(article: RankedArticle, language: str) -> RankedArticle:
    """The article with its chunk in another language."""
    (ranked_chunk,) = article.chunks
    chunk = msgspec.structs.replace(ranked_chunk.chunk, language=language)
    replaced = msgspec.structs.replace(ranked_chunk, chunk=chunk)
    return msgspec.structs.replace(article, chunks=(replaced,))


def test_meaning_finds_the_article_of_another_language() -> None:
    """Words cannot match there: what is near in meaning beats an own article that hardly fits."""
    own, foreign = ranked(a=5, b=0)
    mixed = [in_language(own, "es"), in_language(foreign, "en")]
    hits = near(b=0.8, a=0.4)
    assert ids(fuse(mixed, hits, 0.2)) == ["a", "b"]
    assert ids(fuse(mixed, hits, 0.2, language="es")) == ["b", "a"]


def test_a_good_article_of_the_own_language_stays_before_its_translation() -> None:
    """The translation is nearer in meaning, but the words of the own one fit."""
    own, foreign = ranked(a=20, b=1)
    mixed = [in_language(own, "es"), in_language(foreign, "en")]
    assert ids(fuse(mixed, near(b=0.9, a=0.5), 0.6, language="es")) == ["a", "b"]


def test_links_alone_settle_a_tie() -> None:
    """Without an embedder too; an article without links has no part in it."""
    assert ids(fuse(ranked(a=10, b=10), [], 0.5, linked={"b": 0.5})) == ["b", "a"]
    assert ids(fuse(ranked(a=10, b=9), [], 0.5, linked={"b": 1.0})) == ["a", "b"]
