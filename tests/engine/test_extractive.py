"""The writer without a model: what it picks, how it cites, what it leaves unsaid."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_pipeline.articles import Chunk, Kind
from data_pipeline.engine.article_content import read_content
from data_pipeline.engine.extractive import Assignment, Draft, write_reply
from data_pipeline.engine.intent import Intent, read_intent
from data_pipeline.engine.outcome import Verdict
from data_pipeline.engine.passages import passages_of
from data_pipeline.engine.ranking import build_query
from data_pipeline.engine.selection import MAX_POINTS, Asked, choose_passages
from data_pipeline.language import terms
from data_pipeline.ports import TermStatistics
from tests.builders import structured_documents
from tests.builders_index import a_chunk
from tests.engine.kb import article, chunks_of, lamp_return, page, step


def statistics_of(chunks: tuple[Chunk, ...]) -> TermStatistics:
    held = [set(terms(f"{c.title} {c.heading} {c.body}", c.language)) for c in chunks]
    names = {name for one in held for name in one}
    return TermStatistics(
        chunks=len(chunks) + 20,
        articles=2,
        chunk_frequency={name: sum(name in one for one in held) for name in names},
    )


def write(
    chunks: tuple[Chunk, ...], *questions: str, verdict: Verdict | None = None, **more: Any
) -> Draft:
    asked = tuple(Asked(build_query(q, "en"), read_intent(q)) for q in questions)
    task = Assignment(
        content=read_content(chunks),
        revision="r1",
        asked=asked,
        intent=more.pop("intent", read_intent(" ".join(questions))),
        language=more.pop("language", "en"),
        verdict=verdict,
        **more,
    )
    return write_reply(task, statistics_of(chunks))


def points(draft: Draft) -> list[str]:
    return [point.text for point in draft.reply.key_points]


def test_price_question_gets_the_price() -> None:
    """Not everything that the article says about returns."""
    assert points(write(lamp_return(), "How much is the return parcel for a lamp?"))[0] == (
        "Return parcel for a lamp: €7"
    )


def test_how_question_gets_the_steps_of_the_customer() -> None:
    """Numbered anew, without the one for agents."""
    reply = write(lamp_return(), "How do I return a lamp and print the label?").reply
    assert [s.number for s in reply.steps] == [1, 2]
    assert "RETURN-VAULT" not in str(reply)


def test_question_without_a_how_gets_no_steps() -> None:
    """A price needs no procedure."""
    assert not write(lamp_return(), "How much is the return parcel?").reply.steps


def test_every_citation_is_used_and_every_used_one_is_there() -> None:
    """Ids are unique and start with the prefix of their part."""
    draft = write(
        lamp_return(), "How do I return a lamp, and how much is the parcel?", prefix="c2-"
    )
    used = [*draft.reply.key_points, *draft.reply.steps, *draft.reply.warnings]
    ids = [citation.id for citation in draft.citations]
    assert len(set(ids)) == len(ids)
    assert {i for part in used for i in part.citations} == set(ids)
    assert all(i.startswith("c2-") for i in ids)
    assert {c.revision for c in draft.citations} == {"r1"}


@settings(max_examples=50)
@given(
    structured_documents(),
    st.sampled_from(["How do I ask?", "what is the fee", "¿Cuándo es?", "is it $75"]),
)
def test_any_article_gives_a_reply_that_is_its_own(raw: dict[str, Any], question: str) -> None:
    """Random articles: exact quotes, no agent-only text, points within their number."""
    chunks = chunks_of(raw)
    if not chunks:
        return
    draft = write(chunks, question)
    texts = {chunk.chunk_id: chunk for chunk in chunks}
    for citation in draft.citations:
        chunk = texts[citation.chunk_id]
        assert chunk.text[citation.start : citation.end] == citation.quote
        assert not chunk.agent_only
        assert chunk.kind not in {Kind.GUARDRAIL, Kind.MISSING_DATA, Kind.FLAGS}
    assert len(draft.reply.key_points) <= MAX_POINTS + 1


def test_nothing_is_said_twice() -> None:
    """A rule and an answer with the same words make one point."""
    chunks = article(
        {
            "business_rules": [
                {"category": "Refund", "rules": ["The refund for a lamp takes 6 working days."]}
            ],
            "faq_pairs": [
                {
                    "question": "When is my lamp refunded?",
                    "answer": "The refund for a lamp takes 6 working days.",
                }
            ],
        }
    )
    assert len(points(write(chunks, "When does the refund for my lamp come?"))) == 1


def test_every_question_gets_its_best_passage_first() -> None:
    """A second point for the first question must not take the place of the next one's only one."""
    chunks = article(
        {
            "business_rules": [
                {"category": "a", "rules": ["The lamp refund takes 6 days by card."]},
                {
                    "category": "b",
                    "rules": [
                        "The lamp refund by bank takes 9 days, and a new shade is made in 20 days."
                    ],
                },
            ]
        }
    )
    texts = points(write(chunks, "lamp refund by card", "new shade made"))
    assert "card" in texts[0]
    assert any("shade" in text for text in texts)


def test_answer_for_a_situation_is_only_told_to_whom_it_concerns() -> None:
    """ "The window is over." holds for a lamp of a year, not for every lamp."""
    chunks = article(
        {
            "faq_pairs": [
                {
                    "question": "I have had the lamp for a year and it flickers.",
                    "answer": "The return window is over.",
                },
                {"question": "Can I return a lamp?", "answer": "A lamp goes back by parcel."},
            ]
        }
    )
    assert points(write(chunks, "Can I return a lamp?")) == ["A lamp goes back by parcel."]
    question = "I had my lamp for a year, now it flickers, can I return it?"
    assert any("window is over" in text for text in points(write(chunks, question)))


def test_poorer_rows_of_a_table_are_left_out() -> None:
    """The row that was asked for, not its neighbours with the same column names."""
    chunks = page(
        "# Lamps\n\n## Sizes\n\n| Lamp | Height | Cable length |\n|---|---|---|\n"
        "| Nova | 40 cm | 2 m |\n| Orbit | 60 cm | 3 m |\n| Pixel | 20 cm | 1 m |\n"
    )
    texts = points(write(chunks, "What cable length does the Orbit lamp have?"))
    assert len(texts) == 1
    assert "3 m" in texts[0]


def test_price_words_alone_find_no_price() -> None:
    """ "What does it cost?" names nothing: any price would be a guess."""
    chunks = article({"fees": [{"service": "New shade", "fee": "€12", "notes": None}]})
    assert not points(write(chunks, "what do you charge for the helicopter"))


def test_warning_that_was_asked_for_is_the_answer() -> None:
    """Where nothing else is said, a warning is no side note."""
    chunks = page(
        "# Lamps\n\nLamps are bright.\n\n## Warning\n\nA lamp under a blanket starts a fire.\n"
    )
    draft = write(chunks, "Can I put the lamp under a blanket?")
    assert draft.says_something
    assert "fire" in "".join(points(draft))


# --- frames ---------------------------------------------------------------------------------------

FRAMES = {
    "response_frames": {
        "blocked": {
            "participant_message_components": ["Sorry, this lamp cannot go back any more."],
            "next_steps": ["Bring it to a recycling point.", "Offer a voucher to the customer."],
            "warnings": ["Never put a lamp into the bin."],
            "questions_to_ask": [],
            "what_not_to_say": ["You are too late."],
        }
    }
}


def test_proven_outcome_is_told_in_the_frames_words() -> None:
    """Message, next steps and warnings; no steps and no rules that say the opposite."""
    draft = write(
        lamp_return(details=FRAMES), "Can I return my lamp?", verdict=Verdict("blocked", "late")
    )
    assert points(draft) == [
        "Sorry, this lamp cannot go back any more.",
        "Bring it to a recycling point.",
    ]
    assert [w.text for w in draft.reply.warnings] == ["Never put a lamp into the bin."]
    assert not draft.reply.steps
    assert draft.is_framed
    assert "checked" in draft.reply.opening


def test_frame_also_answers_what_else_was_asked() -> None:
    """A price beside the verdict is told, too."""
    draft = write(
        lamp_return(details=FRAMES),
        "Can I return my lamp, and how much is the return parcel?",
        verdict=Verdict("blocked", "late"),
    )
    assert points(draft)[0].startswith("Sorry")
    assert any("€7" in text for text in points(draft))


def test_outcome_without_a_frame_claims_nothing() -> None:
    """ "We have checked this" needs something that was checked."""
    draft = write(lamp_return(), "Can I return my lamp?", verdict=Verdict("blocked", "late"))
    assert not draft.is_framed
    assert "checked" not in draft.reply.opening


def test_frame_that_breaks_a_rule_of_the_article_is_not_said() -> None:
    """What must not be said is not said by a frame either."""
    details = {
        "response_frames": {
            "ok": {"participant_message_components": ["Your lamp claim is accepted."]}
        },
        "decision_guide": {"not_allowed_conclusions": ["Your lamp claim is accepted."]},
    }
    draft = write(lamp_return(details=details), "Can I return my lamp?", verdict=Verdict("ok", ""))
    assert not draft.is_framed
    assert "accepted" not in str(draft.reply)


# --- the article's must-nots ------------------------------------------------------------------------


def test_sentence_that_must_not_be_said_is_replaced() -> None:
    """And the rule that stopped it is named; rules that stopped nothing are not."""
    details = {
        "business_rules": [
            {
                "category": "a",
                "rules": ["The refund for a lamp comes tomorrow.", "A refund takes 6 days."],
            }
        ],
        "guardrails": {
            "must_not": [
                "Do not say that the refund for a lamp comes tomorrow.",
                "Do not mention dragons.",
            ]
        },
    }
    draft = write(article(details), "When does the refund for my lamp come?")
    assert points(draft) == ["A refund takes 6 days."]
    assert draft.guardrails == ("Do not say that the refund for a lamp comes tomorrow.",)


def test_what_not_to_say_of_a_frame_holds_for_every_reply() -> None:
    """A forbidden sentence is forbidden for whatever outcome."""
    details = {
        "business_rules": [{"category": "a", "rules": ["Your refund is on its way today."]}],
        "response_frames": {"ok": {"what_not_to_say": ["Your refund is on its way today."]}},
    }
    assert not points(write(article(details), "Is my refund on its way?"))


def test_rule_is_kept_where_text_is_widened() -> None:
    """The sentence beside the answer is not said, if the article forbids it."""
    rule = "Do not say that the refund of a lamp comes tomorrow."
    body = "The refund of a lamp comes tomorrow. We answer letters. A green shade costs €9."
    chunks = (
        *article({"guardrails": {"must_not": [rule]}}, article_id="returns"),
        a_chunk(body=body),
    )
    draft = write(chunks, "What does a green shade cost?")
    assert "green shade" in "".join(points(draft))
    assert "tomorrow" not in str(draft.reply)
    assert draft.guardrails == (rule,)


def test_question_on_the_topic_gets_the_first_lines() -> None:
    """What every section speaks of says nothing about where to look."""
    chunks = page(
        "# Lamp refunds\n\nWe refund every lamp in full, within a week.\n\n"
        "## Cards\n\nA lamp refund by card: a lamp refund goes to the card of the lamp's order.\n"
    )
    draft = write(chunks, "I have a question about lamp refunds")
    assert points(draft)[0].startswith("We refund every lamp")


# --- languages and openings -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "intent", "opening"),
    [
        ("en", Intent(), "Thank you"),
        ("es", Intent(), "Gracias"),
        ("en", Intent(verdict=True), "depends on these rules"),
        ("es", Intent(verdict=True), "depende de estas condiciones"),
        ("fr", Intent(), ""),
    ],
)
def test_opening_is_in_the_replys_language(language: str, intent: Intent, opening: str) -> None:
    """Where kbgate does not speak it, the article's own words stand alone."""
    said = write(lamp_return(), "How long can I return a lamp?", language=language, intent=intent)
    assert opening in said.reply.opening
    assert bool(said.reply.opening) == bool(opening)


def test_no_passage_no_reply() -> None:
    """An article that only speaks to agents says nothing."""
    draft = write((a_chunk(body="Escalate to the second level."),), "How do I escalate?")
    assert not draft.says_something
    assert draft.citations == ()


@given(
    st.lists(st.sampled_from("lamp shade bulb parcel refund days €7".split()), min_size=1).map(
        " ".join
    )
)
def test_chosen_passages_are_passages_and_never_overlap(question: str) -> None:
    """Nothing is made up, nothing told twice from the same place."""
    chunks = lamp_return()
    passages = passages_of(chunks)
    asked = [Asked(build_query(question, "en"), read_intent(question))]
    chosen = choose_passages(passages, asked, statistics_of(chunks))
    assert all(passage in passages for passage in chosen)
    places = [(p.chunk.chunk_id, p.start, p.end) for p in chosen]
    for one in places:
        for other in places:
            assert one == other or one[0] != other[0] or one[2] <= other[1] or other[2] <= one[1]


def test_steps_with_a_detail_keep_it() -> None:
    """Sub-points of a step belong to it and stand in its quote."""
    chunks = article({"steps": [step(1, "Screw in the bulb.", "Never force it.")]}, title="Bulbs")
    draft = write(chunks, "How do I screw in the bulb?")
    [only] = draft.reply.steps
    assert only.detail == "Never force it."
    assert draft.citations[-1].quote.endswith("Never force it.")
