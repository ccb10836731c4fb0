"""Asking a labelled set: what is asked, of what, and what counts as right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from data_pipeline.adapters.embedded import EmbeddedIndex
from data_pipeline.contract.replies import Decision
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.errors import InvalidRequestError
from data_pipeline.evaluation.outcomes import Outcome, outcome_of
from data_pipeline.evaluation.runs import Ask, Group, Run, ask_all, check, plan, request_for
from data_pipeline.evaluation.sets import Case, LabelledSet, read_cases, read_set
from data_pipeline.ingest.sync import load
from tests.evaluation.tiny_set import FOREIGN, write_lines, write_set
from tests.fakes_models import ScriptedModel


@pytest.fixture
def tiny(tmp_path: Path) -> LabelledSet:
    return read_set(write_set(tmp_path / "tiny"))


@pytest.fixture
def foreign(tmp_path: Path) -> list[Case]:
    return read_cases(write_lines(tmp_path / "foreign.jsonl", FOREIGN))


async def asked(
    folder: Path, labelled: LabelledSet, asks: list[Ask], allowed_error: float = 0.5
) -> list[Run]:
    index = EmbeddedIndex(folder / "store")
    await load(index, "kb", labelled.articles, ())
    engine = Engine(
        index=index,
        coefficients=shipped_coefficients(),
        today=lambda: date(2026, 1, 1),
        allowed_error=allowed_error,
    )
    runs = await ask_all(engine, "kb", asks, labelled.chunks)
    await index.close()
    return runs


def groups(asks: list[Ask]) -> list[int]:
    return [sum(ask.group is group for ask in asks) for group in Group]


def test_every_question_is_asked_twice_and_as_many_foreign_ones(
    tiny: LabelledSet, foreign: list[Case]
) -> None:
    """Four of each; the share of foreign ones is a parameter, bounded by how many there are."""
    assert groups(plan(tiny, foreign)) == [4, 4, 0, 4]
    assert groups(plan(tiny, foreign, foreign_share=0.5)) == [4, 4, 0, 2]
    assert groups(plan(tiny, foreign, foreign_share=9)) == [4, 4, 0, 4]
    assert groups(plan(tiny)) == [4, 4, 0, 0]
    left_out = [ask for ask in plan(tiny) if ask.group is Group.REMOVED]
    assert all(ask.hidden == ask.case.gold and not ask.gold for ask in left_out)


def test_with_a_removal_only_its_questions_are_asked_again(tiny: LabelledSet) -> None:
    asks = plan(tiny, removed=frozenset({"returns", "shipping"}))
    assert [a.case.qid for a in asks if a.group is Group.REMOVED] == ["q1", "q5"]
    assert all(a.hidden == {"returns", "shipping"} for a in asks if a.group is Group.REMOVED)


def test_an_unanswerable_question_is_asked_once_and_is_not_foreign(tiny: LabelledSet) -> None:
    lone = msgspec.structs.replace(tiny, cases=(Case(text="Who sings?", qid="u"),))
    assert groups(plan(lone)) == [0, 0, 1, 0]


def test_the_same_seed_draws_the_same_foreign_questions(
    tiny: LabelledSet, foreign: list[Case]
) -> None:
    assert plan(tiny, foreign, foreign_share=0.5) == plan(tiny, foreign, foreign_share=0.5)
    drawn = [plan(tiny, foreign, foreign_share=0.5, seed=n)[-2:] for n in range(9)]
    assert any(one != drawn[0] for one in drawn)


def test_history_becomes_a_conversation() -> None:
    """Turns without a speaker are the customer's; empty ones are left out."""
    case = Case(text="Why?", history=("user: One: two", "agent: Three", "agent: ", "Note: four"))
    sent = request_for(case).conversation
    assert [(turn.role, turn.content) for turn in sent] == [
        ("user", "One: two"),
        ("assistant", "Three"),
        ("user", "Note: four"),
    ]


async def test_the_right_article_answers_and_is_gone_when_it_is_left_out(
    tiny: LabelledSet, foreign: list[Case], tmp_path: Path
) -> None:
    runs = await asked(tmp_path, tiny, plan(tiny, foreign))
    there = [run for run in runs if run.group is Group.PRESENT]
    assert all(run.ranked[0] == run.article for run in there)
    assert sum(run.right_article for run in there) >= 3
    assert sum(run.right_quote for run in there) >= 3
    for run in runs:
        if run.group is Group.REMOVED:
            assert not run.case.gold & {run.article, *run.ranked}
        if run.group is not Group.PRESENT:
            assert not run.right_article


async def test_an_answer_is_sent_and_its_citations_are_held_against_the_articles(
    tiny: LabelledSet, tmp_path: Path
) -> None:
    """A citation counts while the article holds the quote, and no longer when it was changed."""
    runs = await asked(tmp_path, tiny, plan(tiny)[:1], allowed_error=0.9)
    outcome = outcome_of(runs[0], tiny.chunks)
    assert outcome.decision is Decision.ANSWER
    assert outcome.right
    assert outcome.citations == outcome.valid_citations > 0
    assert outcome_of(runs[0], {}).valid_citations == 0
    assert (outcome.gold_ranks, outcome.golds) == ((1,), 1)


@pytest.mark.parametrize(("mode", "is_asked"), [("extractive", False), ("auto", True)])
async def test_what_a_model_costs_is_counted_and_none_is_asked_unbidden(
    tiny: LabelledSet, tmp_path: Path, mode: str, is_asked: bool
) -> None:
    model = ScriptedModel('{"verdict": "not_in_articles", "points": []}')
    index = EmbeddedIndex(tmp_path / "store")
    await load(index, "kb", tiny.articles, ())
    engine = Engine(
        index=index, coefficients=shipped_coefficients(), model=model, allowed_error=0.9
    )
    (run,) = await ask_all(engine, "kb", plan(tiny)[:1], tiny.chunks, mode=mode)
    await index.close()
    assert bool(model.tasks) is is_asked
    assert bool(outcome_of(run, tiny.chunks).model_tokens) is is_asked


async def test_an_outcome_holds_no_text_of_the_question(
    tiny: LabelledSet, foreign: list[Case], tmp_path: Path
) -> None:
    runs = await asked(tmp_path, tiny, plan(tiny, foreign))
    raw = msgspec.json.encode([outcome_of(run, tiny.chunks) for run in runs])
    assert b"parcel" not in raw
    assert b"penguins" not in raw
    assert len(msgspec.json.decode(raw, type=list[Outcome])) == len(runs)


async def test_hostile_and_huge_questions_are_asked_like_others(
    tiny: LabelledSet, tmp_path: Path
) -> None:
    texts = ["?", "\x00\ufffe", "'; DROP TABLE--", "parcel " * 20_000, "💥" * 50]
    cases = tuple(Case(text=t, qid=str(n)) for n, t in enumerate(texts))
    runs = await asked(tmp_path, tiny, plan(msgspec.structs.replace(tiny, cases=cases)))
    assert len(runs) == len(texts)


@pytest.mark.parametrize(
    "case",
    [
        Case(text="", qid="bad-1"),
        Case(text="x", qid="bad-1", request={"inquiry": 5}),
        Case(text="x", qid="bad-1", request={"scope": ["secret"]}),
        Case(text="x", qid="bad-1", request={"options": "secret"}, history=("user: y",)),
        Case(text="", qid="bad-1", request={"options": {"mode": "secret"}}),
    ],
)
def test_a_question_that_the_service_would_refuse_is_named(case: Case) -> None:
    """By its id, never by its text; options of the wrong kind are left out."""
    if case.request.get("options") == "secret":
        check([Ask(case, Group.PRESENT)])
        return
    with pytest.raises(InvalidRequestError, match="Question bad-1") as caught:
        check([Ask(case, Group.PRESENT)])
    assert "secret" not in str(caught.value)


async def test_a_scope_that_the_knowledge_base_does_not_know_is_named(
    tiny: LabelledSet, tmp_path: Path
) -> None:
    lone = Case(text="Parcel?", qid="bad-1", request={"scope": {"planet": "Mars"}})
    with pytest.raises(InvalidRequestError, match="Question bad-1"):
        await asked(tmp_path, tiny, [Ask(lone, Group.PRESENT)])


def test_a_draft_alone_has_no_outcome() -> None:
    with pytest.raises(ValueError, match="reply"):
        outcome_of(Run(case=Case(text="x"), group=Group.PRESENT, gold=frozenset()), {})
