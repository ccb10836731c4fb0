"""Articles as chunks: whole, capped, with ids and hashes that stay."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_pipeline.articles import Article, Chunk, Frame, Kind, Rule, Tier, article_revision
from data_pipeline.ingest import chunking
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.structured_json import read_structured
from data_pipeline.language import estimate_tokens
from tests.builders import article, articles, as_bytes, data_point, document, section, unit

SNAPSHOT = Path(__file__).parents[1] / "snapshots" / "chunks_small_article.json"


def hashes(chunks: tuple[Chunk, ...]) -> dict[str, str]:
    return {chunk.chunk_id: chunk.content_hash for chunk in chunks}


def ids(chunks: tuple[Chunk, ...]) -> list[str]:
    return [chunk.chunk_id.removeprefix("cancel-order#") for chunk in chunks]


def test_title_and_heading_stand_in_front() -> None:
    """The prefix helps the search and is no part of the body."""
    (chunk,) = chunk_article(article(section("fees", "It is free.", "Really.", heading="Fees")))
    assert chunk.text == "Cancel an order\nFees\n\nIt is free.\nReally."
    assert chunk.body == "It is free.\nReally."


@pytest.mark.parametrize("heading", ["cancel an  Order", ""])
def test_a_heading_that_repeats_the_title_is_left_out(heading: str) -> None:
    """The title is said once."""
    (chunk,) = chunk_article(article(section("body", "It is free.", heading=heading)))
    assert chunk.text == "Cancel an order\n\nIt is free."


def test_every_field_of_the_article_travels() -> None:
    """A chunk can be filtered and cited without its article."""
    whole = article(
        section("fees", unit("Free.", page=3), kind=Kind.FEES, tier=Tier.CRITICAL),
        url="https://a.example",
        topic="Orders",
        tags=("x",),
        scope={"plan": ("Basic",)},
        links=("refunds",),
        valid_from="2026-01-01",
        valid_until="2026-12-31",
    )
    (chunk,) = chunk_article(whole)
    shared = (
        "article_id",
        "title",
        "language",
        "url",
        "topic",
        "tags",
        "scope",
        "links",
        "valid_from",
        "valid_until",
    )
    assert all(getattr(chunk, field) == getattr(whole, field) for field in shared)
    assert (chunk.kind, chunk.tier, chunk.page) == (Kind.FEES, Tier.CRITICAL, 3)


def test_units_share_chunks_up_to_the_cap() -> None:
    """Consecutive units of one section stand together; sections are never joined."""
    long = "A sentence of seven words stands here. " * 10
    chunks = chunk_article(
        article(section("a", long, long, long), section("b", "Short."), section("c", "Tiny.")),
        cap=250,
    )
    assert ids(chunks) == ["a", "a~2", "b", "c"]
    assert [chunk.body.count(long.strip()) for chunk in chunks] == [2, 1, 0, 0]


def test_agent_only_units_have_chunks_of_their_own() -> None:
    """Even one between two public ones never shares a chunk with them."""
    chunks = chunk_article(
        article(section("steps", "One.", unit("Two.", agent_only=True), "Three."))
    )
    assert [(chunk.chunk_id, chunk.body, chunk.agent_only) for chunk in chunks] == [
        ("cancel-order#steps", "One.\nThree.", False),
        ("cancel-order#steps!agent", "Two.", True),
    ]


def test_a_long_unit_keeps_its_data_whole() -> None:
    """A frame over the cap is split, and its data stands once, on the first piece."""
    frame = Frame(
        outcome="ok",
        message=tuple(f"Sentence number {n} is about something else." for n in range(80)),
    )
    data = msgspec.to_builtins(frame)
    chunks = chunk_article(
        article(
            section(
                "response-frames/ok", unit("\n".join(frame.message), data=data), kind=Kind.FRAME
            )
        ),
        cap=200,
    )
    assert len(chunks) > 3
    assert [msgspec.json.decode(chunks[0].data, type=list[Frame])] == [[frame]]
    assert not any(chunk.data for chunk in chunks[1:])


def test_data_is_a_canonical_list() -> None:
    """Units without structure are skipped, keys are sorted."""
    units = [
        unit("A.", data={"text": "A.", "category": "c"}),
        unit("B."),
        unit("C.", data={"text": "C."}),
    ]
    (chunk,) = chunk_article(article(section("rules/c", *units)))
    assert chunk.data == '[{"category":"c","text":"A."},{"text":"C."}]'


@pytest.mark.parametrize("words", [200, 5_000])
def test_a_silly_title_leaves_room_for_the_text(words: int) -> None:
    """An over-long title and heading are cut in the prefix, not in the fields."""
    chunks = chunk_article(
        article(section("a", "Text. " * 300, heading="heading " * words), title="title " * words),
        cap=120,
    )
    assert all(estimate_tokens(chunk.text) <= 120 for chunk in chunks)
    assert "…\nheading" in chunks[0].text
    assert estimate_tokens(chunks[0].body) > 50
    assert chunks[0].title == ("title " * words).strip()


def test_ids_are_ascii_and_short_whatever_a_reader_gives() -> None:
    """Any store takes the ids; different paths stay different."""
    whole = article(
        section("é/" * 400, "A."),
        section("ü/" * 400, "B."),
        section("a#b~2!agent", "C."),
        section("", "D."),
        article_id="ärtikel " * 90,
    )
    found = [chunk.chunk_id for chunk in chunk_article(whole)]
    assert len(set(found)) == 4
    assert all(re.fullmatch(r"[\x21-\x7e]{1,512}", one) and one.count("#") == 1 for one in found)


def test_one_path_twice_goes_on_counting() -> None:
    """Two sections of one path never overwrite each other."""
    assert ids(chunk_article(article(section("a", "One."), section("a", "Two.")))) == ["a", "a~2"]


def test_twins_are_stored_once() -> None:
    """The same body twice is kept where it stands first; public and agent-only ones are no twins."""
    chunks = chunk_article(
        article(
            section("a", "Same  text."),
            section("b", "Same text."),
            section("c", unit("Same text.", agent_only=True)),
        )
    )
    assert ids(chunks) == ["a", "c!agent"]


def test_twins_join_their_data() -> None:
    """The second of two like rules goes, its category stays."""
    first = unit("Free.", data=msgspec.to_builtins(Rule("Free.", "Fees")))
    second = unit("Free.", data=msgspec.to_builtins(Rule("Free.", "Prices")))
    (chunk,) = chunk_article(
        article(
            section("rules/fees", first, kind=Kind.RULES),
            section("notes/prices", second, kind=Kind.NOTES),
        )
    )
    assert msgspec.json.decode(chunk.data, type=list[Rule]) == [
        Rule("Free.", "Fees"),
        Rule("Free.", "Prices"),
    ]


def test_thousands_of_twins_join_their_data_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every category of a rule that stands in many is kept, and no entry is written again per twin."""
    encoded = Counter[str]()

    def counting(value: object) -> str:
        encoded["entries"] += len(value) if isinstance(value, list) else 1
        return canonical(value)

    canonical = chunking._canonical
    monkeypatch.setattr(chunking, "_canonical", counting)
    many = [
        section(f"rules/c{n}", unit("Free.", data={"text": "Free.", "category": f"c{n}"}))
        for n in range(2_000)
    ]
    (chunk,) = chunk_article(article(*many, *many[:50]))
    assert len(msgspec.json.decode(chunk.data)) == 2_000
    assert encoded["entries"] < 10_000


def test_what_code_decides_on_is_no_twin_of_another_kind() -> None:
    """A requirement and a blocking condition that read the same are both needed."""
    data = {"text": "You are 18."}
    chunks = chunk_article(
        article(
            section("eligibility", unit("You are 18.", data=data), kind=Kind.ELIGIBILITY),
            section("blocking", unit("You are 18.", data=data), kind=Kind.BLOCKING),
        )
    )
    assert ids(chunks) == ["eligibility", "blocking"]


@pytest.mark.parametrize("sections", [(), (section("a"),), (section("a", " ", "\n"),)])
def test_an_empty_article_has_no_chunks(sections: tuple[object, ...]) -> None:
    """Nothing to say, nothing to store."""
    assert chunk_article(article(*sections)) == ()  # type: ignore[arg-type]


def test_data_without_text_is_kept() -> None:
    """A unit may carry structure alone."""
    (chunk,) = chunk_article(article(section("a", unit("", data={"name": "ok"}))))
    assert (chunk.body, chunk.data) == ("", '[{"name":"ok"}]')


def test_a_cap_that_is_no_cap_is_refused() -> None:
    """The message says what would do."""
    with pytest.raises(ValueError, match="use 40 or more"):
        chunk_article(article(section("a", "A.")), cap=39)


def test_a_huge_unit_is_split_in_reasonable_steps() -> None:
    """Two megabytes without a sentence end or blank are cut, not refused, and nothing goes."""
    letters = "".join(f"{n:x}" for n in range(200_000))
    text = letters + " " + " ".join(f"word{n}" for n in range(100_000))
    bodies = [chunk.body for chunk in chunk_article(article(section("a", text)))]
    assert "".join("".join(bodies).split()) == "".join(text.split())


@given(articles(), st.integers(40, 300))
@settings(max_examples=60)
def test_no_text_is_lost_and_the_cap_holds(whole: Article, cap: int) -> None:
    """Each section's text stands in its chunks, in order, public and agent-only apart, and data too."""
    chunks = chunk_article(whole, cap=cap)
    assert all(estimate_tokens(chunk.text) <= cap for chunk in chunks)
    bodies = {
        flag: "\n".join(_joined(c.body) for c in chunks if c.agent_only is flag)
        for flag in (False, True)
    }
    data = [entry for chunk in chunks if chunk.data for entry in msgspec.json.decode(chunk.data)]
    for one in (one for part in whole.sections for one in part.units):
        pieces = _joined(one.text)
        assert pieces in bodies[one.agent_only].replace("\n", "") or _in_pieces(
            pieces, bodies[one.agent_only]
        )
        assert one.data is None or one.data in data


def _joined(text: str) -> str:
    return "".join(text.split())


def _in_pieces(text: str, bodies: str) -> bool:
    """Whether `text` is told by bodies that need not stand side by side, as twins were dropped."""
    while text:
        best = next((n for n in range(len(text), 0, -1) if text[:n] in bodies), 0)
        if best == 0:
            return False
        text = text[best:]
    return True


@given(articles(), st.data())
@settings(max_examples=60)
def test_a_changed_section_changes_only_its_own_chunks(whole: Article, data: st.DataObject) -> None:
    """All chunks of other sections keep id and hash when one section is replaced, or a new one comes."""
    marked = _distinct(whole)
    position = data.draw(st.integers(0, len(marked.sections)))
    new = section("brand-new", "Something entirely new.", "And more of it.")
    inserted = (*marked.sections[:position], new, *marked.sections[position:])
    before = hashes(chunk_article(marked))
    after = hashes(chunk_article(msgspec.structs.replace(marked, sections=inserted)))
    assert {key: after[key] for key in before} == before
    assert set(after) - set(before) == {"random-article#brand-new"}


def _distinct(whole: Article) -> Article:
    """The article without twins: each section's units carry its path."""
    sections = [
        msgspec.structs.replace(
            one,
            units=tuple(
                msgspec.structs.replace(u, text=f"{one.path} {n}: {u.text}")
                for n, u in enumerate(one.units)
            ),
        )
        for one in whole.sections
    ]
    return msgspec.structs.replace(whole, sections=tuple(sections))


@pytest.mark.parametrize(
    "change",
    [
        {"title": "B"},
        {"topic": "B"},
        {"tags": ("b",)},
        {"scope": {"plan": ("B",)}},
        {"valid_until": "2030-01-01"},
        {"links": ("b",)},
    ],
)
def test_every_field_counts_in_the_hash(change: dict[str, object]) -> None:
    """What a chunk shows anywhere changes its hash."""
    whole = article(section("a", "A."))
    changed = msgspec.structs.replace(whole, **change)
    assert hashes(chunk_article(whole)) != hashes(chunk_article(changed))
    assert list(hashes(chunk_article(whole))) == list(hashes(chunk_article(changed)))


def test_revision_follows_ids_and_hashes() -> None:
    """The revision is the same in any order and another for any change."""
    found = hashes(chunk_article(article(section("a", "A."), section("b", "B."))))
    assert article_revision(found) == article_revision(dict(reversed(found.items())))
    assert article_revision(found) != article_revision({**found, "cancel-order#a": "0"})
    assert article_revision(found) != article_revision({key: found[key] for key in list(found)[:1]})


def test_chunks_of_a_small_article() -> None:
    """The whole way from a file to its chunks, as stored; UPDATE_SNAPSHOTS=1 writes it anew."""
    details = {
        "business_rules": [
            {
                "category": "Deadlines",
                "rules": ["An order can be cancelled within 2 hours.", "Later it is a return."],
            }
        ],
        "fees": [{"service": "Late cancellation", "fee": "$5 + tax", "notes": None}],
        "steps": [
            {
                "step_number": 1,
                "type": "participant-action",
                "visibility": "customer",
                "description": "Open the order and press Cancel.",
                "notes": "On the phone too.",
            },
            {
                "step_number": 2,
                "type": "internal-check",
                "visibility": "agent_only",
                "description": "Stop the parcel.",
                "notes": None,
            },
        ],
        "guardrails": {"must_not": ["Promise a refund date."], "must_do_if_unsure": []},
        "required_data": {
            "must_have": [
                data_point(
                    "Order number",
                    source_type="message_text",
                    blocking_intent="execution_only",
                    example_values=["A-17", None],
                )
            ],
            "nice_to_have": [],
            "if_missing": [
                {
                    "missing_data_point": "order number",
                    "ask_participant": "Which order is it?",
                    "agent_note": "Search by e-mail.",
                }
            ],
        },
        "response_frames": {
            "can_proceed": {
                "participant_message_components": ["Your order can be cancelled."],
                "what_not_to_say": ["It is certain."],
            }
        },
    }
    raw = as_bytes(
        document(
            details, topic="Orders", plan="Basic", tags=["stop"], url="https://help.example/cancel"
        )
    )
    chunks = chunk_article(read_structured(raw, "kb/cancel-order.json", Defaults(), ("plan",)))
    shown = json.dumps(msgspec.to_builtins(chunks), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(shown, encoding="utf-8")
    assert shown == SNAPSHOT.read_text(encoding="utf-8")
