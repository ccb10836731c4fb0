"""The pure parts of the Pinecone store."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.adapters.holdings.stored import Stored, analysed
from data_pipeline.adapters.pinecone.changes import (
    held_back,
    published_after,
    refused,
    uploads,
)
from data_pipeline.adapters.pinecone.control import schema_of, unfit
from data_pipeline.adapters.pinecone.documents import (
    TooLargeError,
    UnreadableError,
    as_token,
    batches,
    bounds_filter,
    document_id,
    from_document,
    is_ours,
    mark_of,
    to_document,
    unit_vector,
)
from data_pipeline.adapters.pinecone.published import (
    DamagedCatalogueError,
    OtherReleaseError,
    Published,
    decode,
    decode_head,
    encode,
    head_document,
    snapshot_of,
)
from data_pipeline.adapters.pinecone.searching import near, textual
from data_pipeline.articles import Chunk
from data_pipeline.language import terms
from data_pipeline.ports import ArticleChange, ChunkFilter, FailedArticle
from tests.builders_index import a_chunk, an_article, put
from tests.wire.vectors import words

UNIT = unit_vector(3)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


# Documents


@given(TEXT, TEXT, st.sampled_from(["en", "es", "ja", "th", "und"]))
def test_tokens_come_through_a_tokenizer_whole(title: str, body: str, language: str) -> None:
    """Whatever stands in a text, each of its terms is one token of the searched field."""
    stored = analysed(a_chunk(title=title, body=body, language=language))
    document = to_document(stored, UNIT)
    expected = [as_token(t) for field in (0, 0, 1, 2) for t in stored.terms[field].split()]
    assert words(document["terms"]) == [*expected, mark_of(document["_id"])]


@pytest.mark.parametrize("text", ["返-品 l'返品", "aa_bb-cc", "ประเทศไทย", "x" * 200, "ǆ ß İ"])
def test_odd_words_become_plain_tokens(text: str) -> None:
    """Signs, scripts without blanks and long words give tokens that no tokenizer parts."""
    tokens = [as_token(term) for term in terms(text, "en")]
    assert tokens
    assert all(token.isascii() and token.isalnum() and len(token) < 40 for token in tokens)
    assert len(set(tokens)) == len(set(terms(text, "en")))


def test_plain_words_stay_readable() -> None:
    """What people look for in the console is there as it is."""
    assert [as_token(term) for term in ("parcel", "401k", "3")] == ["parcel", "401k", "3"]


@given(st.text(max_size=700), st.text(max_size=20))
def test_ids_are_ascii_and_short_enough(chunk_id: str, content_hash: str) -> None:
    """Any chunk id makes an id that Pinecone takes and that is known as ours."""
    made = document_id(chunk_id, content_hash, "e", "a")
    assert made.isascii()
    assert 1 <= len(made) <= 512
    assert is_ours(made)


def test_ids_differ_wherever_their_origin_does() -> None:
    """Another chunk, content, embedder or analyser is another document."""
    origins = [
        ("a", "h", "", "x"),
        ("b", "h", "", "x"),
        ("a", "g", "", "x"),
        ("a", "h", "e", "x"),
        ("a", "h", "", "y"),
        ("x" * 600, "h", "", "x"),
        ("x" * 601, "h", "", "x"),
        ("a@0123456789abcdef", "h", "", "x"),
    ]
    assert len({document_id(*origin) for origin in origins}) == len(origins)
    assert not is_ours("somebody-elses-id")
    assert not is_ours("user@example.org")


@given(TEXT)
def test_documents_read_back(body: str) -> None:
    """A chunk comes out as it went in, with its terms."""
    stored = analysed(a_chunk(body=body), "model@3")
    assert from_document(to_document(stored, UNIT)) == stored


def test_large_chunks_are_compressed_and_larger_ones_refused() -> None:
    """A chunk beyond 30 KB is packed; one that stays too large is told."""
    long = analysed(a_chunk(body="words of an article " * 3_000))
    document = to_document(long, UNIT)
    assert document["chunk"].startswith("zlib:")
    assert len(document["chunk"]) < 36_000
    assert from_document(document) == long
    with pytest.raises(TooLargeError):
        to_document(analysed(_incompressible(60_000)), UNIT)


@pytest.mark.parametrize(
    "chunk", [None, 5, "", "[]", "zlib:", "zlib:!!", "zlib:AAAA", "[" * 100_000, '{"a":1}']
)
def test_other_documents_cannot_be_read(chunk: object) -> None:
    """Whatever stands where a chunk should be is told as one thing."""
    with pytest.raises(UnreadableError):
        from_document({"chunk": chunk})


def test_console_fields_are_plain() -> None:
    """Hostile titles, ids and scope keys give no fields that Pinecone would refuse."""
    scope = {"plan": ("Gold (2024)",), "$ne": ("x",), "_id": ("y",), "a b": ("z",)}
    chunk = a_chunk(title="nul\x00line\nbreak", scope=scope)
    document = to_document(analysed(chunk), UNIT)
    assert document["title"] == "nul line break"
    shown = {key for key in document if key.startswith("scope_")}
    assert shown == {"scope_plan", "scope__id"}
    assert document["scope_plan"] == ["gold2024"]


def test_batches_keep_both_limits() -> None:
    """No batch exceeds 100 documents or the size of a request, and none is lost."""
    small = [{"_id": str(n)} for n in range(250)]
    assert [len(batch) for batch in batches(small)] == [100, 100, 50]
    large = [{"_id": str(n), "text": "x" * 400_000} for n in range(7)]
    assert [len(batch) for batch in batches(large)] == [3, 3, 1]
    assert list(batches([])) == []


def test_filters_name_the_fewer() -> None:
    """Ids that pass are named, or those that do not where they are fewer; none where all pass."""
    assert bounds_filter(frozenset("ab"), "ab") is None
    assert bounds_filter(frozenset("a"), "abc") == {"bounds": {"$in": ["a"]}}
    assert bounds_filter(frozenset("ab"), "abc") == {"bounds": {"$nin": ["c"]}}
    assert bounds_filter(frozenset("a"), "a", "e") == {"embedder": {"$eq": "e"}}


# The catalogue


def test_catalogue_survives_its_pieces() -> None:
    """A catalogue of any size comes back from its pieces, and each piece is small enough."""
    published = _published(*(f"article-{n}" for n in range(2_000)))
    head, pieces = encode(published, 0)
    assert head.pieces == len(pieces) > 1
    assert all(len(piece["piece"]) <= 30_000 for piece in pieces)
    assert decode(head, [piece["piece"] for piece in pieces]) == published
    assert decode_head(head_document(head)) == head


def test_a_later_catalogue_has_a_higher_sequence() -> None:
    """Even when the clock stands still or goes back."""
    first, _ = encode(Published(), 0)
    second, _ = encode(Published(), first.sequence + 3_600_000)
    assert second.sequence == first.sequence + 3_600_001
    assert second.version != first.version


@pytest.mark.parametrize("damage", ["lost piece", "other bytes", "no base64", "swapped"])
def test_damaged_catalogues_are_told(damage: str) -> None:
    """A catalogue is taken whole or not at all."""
    head, documents = encode(_published(*(f"article-{n}" for n in range(2_000))), 0)
    pieces = [document["piece"] for document in documents]
    damaged = {
        "lost piece": pieces[:-1],
        "other bytes": [pieces[0], *pieces[:-1]],
        "no base64": ["!", *pieces[1:]],
        "swapped": pieces[::-1],
    }[damage]
    with pytest.raises(DamagedCatalogueError):
        decode(head, damaged)


@pytest.mark.parametrize("text", ["", "{}", "nonsense", '{"format": "x"}', "[" * 100_000])
def test_damaged_heads_are_told(text: str) -> None:
    """A head that is none is damage."""
    with pytest.raises(DamagedCatalogueError):
        decode_head({"head": text})


def test_other_formats_are_told() -> None:
    """A head of another format is another release's."""
    with pytest.raises(OtherReleaseError):
        decode_head({"head": '{"format": 99, "anything": true}'})


# Questions


def test_the_rarest_terms_are_asked_for() -> None:
    """Of many known terms those tell most that few chunks hold; each is asked for once."""
    many = " ".join(f"word{n}" for n in range(300))
    published = _publish(
        Published(), [put(an_article("a", f"parrot {many}")), put(an_article("b", "parrot"))]
    )
    words_held = [*terms(many, "en"), *terms("parrot", "en"), *terms("unheard", "en")] * 2
    question = textual(words_held, ChunkFilter())(snapshot_of(published))
    assert question is not None
    asked = question.score_by["query"].split()
    assert len(asked) == len(set(asked)) == 256
    assert "parrot" not in asked


def test_nothing_is_asked_where_nothing_can_be_found() -> None:
    """Unknown terms, nobody's vectors and a scope that nothing has need no request."""
    scope = {"plan": ("gold",)}
    held = snapshot_of(_publish(Published(), [put(an_article("a", "parrot", scope=scope))]))
    gold, silver = ChunkFilter({"plan": ("gold",)}), ChunkFilter({"plan": ("silver",)})
    assert textual(["parrot"], gold)(held) is not None
    assert textual(["parrot"], silver)(held) is None
    assert textual(["absent"], gold)(held) is None
    assert near((1.0, 0.0, 0.0), "e1", gold)(held) is None


# Changes


def test_a_change_is_the_same_as_starting_anew() -> None:
    """Replacing, adding and removing end in the catalogue of what is there then."""
    before = _publish(Published(), [put(an_article("a", "x", "y")), put(an_article("b", "z"))])
    was = [analysed(chunk) for chunk in (*an_article("a", "x", "y"), *an_article("b", "z"))]
    changes = [
        put([a_chunk("a", "s1", "new")], delete=["a#s0"]),
        ArticleChange("b", (), ("b#s0",)),
        put(an_article("c", "w")),
    ]
    after = _publish(before, changes, was)
    fresh = _publish(Published(), [put([a_chunk("a", "s1", "new")]), put(an_article("c", "w"))])
    assert after == fresh
    assert len(snapshot_of(after).listed) == 2


def test_two_changes_of_one_article_are_one() -> None:
    """A loader may divide what it has to say of an article."""
    first, second = an_article("a", "x", "y")
    published = _publish(Published(), [put([first]), put([second])])
    assert set(published.held["a"]) == {"a#s0", "a#s1"}


def test_vector_less_chunks_name_no_embedder() -> None:
    """The unit vector stands where there is none, and nobody is said to have made it."""
    with_one, without = an_article("a", "x", "y")
    change = msgspec.structs.replace(put([with_one, without]), vectors={"a#s0": (0.0, 1.0, 0.0)})
    made = uploads([change], "e1", UNIT)
    assert [d["embedding"] for d in made.documents["a"]] == [[0.0, 1.0, 0.0], UNIT]
    assert [d["embedder"] for d in made.documents["a"]] == ["e1", ""]


def test_refused_and_large_articles_fail_alone() -> None:
    """An article fails when one of its documents does, and the others go on."""
    large = ArticleChange("big", (_incompressible(60_000),), ())
    made = uploads([large, put(an_article("a", "x", "y")), put(an_article("b", "z"))], "", UNIT)
    assert [failure.article_id for failure in made.failed] == ["big"]
    not_taken = {made.documents["a"][1]["_id"]}
    assert [failure.article_id for failure in refused(made, not_taken)] == ["a"]


def test_a_renamed_article_stays_when_the_new_one_fails() -> None:
    """Removals that follow a failed arrival are not made; later ones are."""
    arrival, other = put(an_article("new", "x")), put(an_article("other", "y"))
    old, unrelated = ArticleChange("old", (), ("old#s0",)), ArticleChange("gone", (), ("gone#s0",))
    kept, failed = held_back([arrival, old, other, unrelated], [FailedArticle("new", "why")])
    assert kept == [other, unrelated]
    assert [failure.article_id for failure in failed] == ["new", "old"]


# The schema


def test_our_own_schema_fits() -> None:
    """What setup makes is what the service wants."""
    assert unfit("kb", schema_of(8)["fields"], 8) is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"embedding": None}, "not one for kbgate"),
        ({"terms": None}, "not one for kbgate"),
        ({"terms": {"type": "string", "full_text_search": None}}, "not one for kbgate"),
        ({"terms": {"full_text_search": {"stemming": True}}}, "changes the words"),
        ({"embedding": {"type": "dense_vector", "dimension": 9, "metric": "cosine"}}, "9"),
        ({"embedding": {"type": "dense_vector", "dimension": 8, "metric": "euclidean"}}, "eucl"),
    ],
)
def test_other_schemas_are_refused_with_a_way_out(
    change: dict[str, dict[str, object] | None], named: str
) -> None:
    """The message says what is wrong and how to move without losing the old index."""
    fields = {key: value for key, value in (schema_of(8)["fields"] | change).items() if value}
    problem = unfit("old-kb", fields, 8)
    assert problem is not None
    assert named in problem
    assert "python -m scripts.setup_index" in problem
    assert "left as it is" in problem


def _incompressible(length: int) -> Chunk:
    body = "".join(chr(0x4E00 + (n * 7_919 + n * n) % 20_000) for n in range(length))
    return a_chunk("big", body=body)


def _published(*article_ids: str) -> Published:
    return _publish(Published(), [put(an_article(each, f"body of {each}")) for each in article_ids])


def _publish(
    before: Published, changes: list[ArticleChange], was: list[Stored] | None = None
) -> Published:
    made = uploads(changes, "", UNIT)
    return published_after(before, changes, made.stored, was or [])


def test_a_wide_scope_does_not_burst_a_document() -> None:
    """What is only shown to people gives way: the chunk and its filter are what counts."""
    scope = {f"key{n}": tuple(f"{v:03}" + "é" * 200 for v in range(20)) for n in range(20)}
    made = to_document(analysed(a_chunk(scope={"plan": ("Gold",)} | scope)), UNIT)
    shown = {key: value for key, value in made.items() if key.startswith("scope_")}
    assert shown["scope_plan"] == ["gold"]
    assert len(msgspec.json.encode(shown)) < 3_000
