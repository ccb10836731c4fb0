"""A second model speaks where the first cannot, and never in the middle of its words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from data_pipeline.adapters.fallback import FallbackModel
from data_pipeline.errors import ModelReplyError, ModelUnavailableError
from data_pipeline.ports import AnswerModel, Completion, ModelTask
from tests.fakes_models import ScriptedModel

TASK = ModelTask(
    purpose="answer", instructions="i", material="secret words", schema_name="s", schema={}
)
AWAY = ModelUnavailableError("The first is away: try again.")


def first(*replies: str | Exception, cut_after: int | None = None) -> ScriptedModel:
    return ScriptedModel(*replies, model="first", cut_after=cut_after)


def second(*replies: str | Exception) -> ScriptedModel:
    return ScriptedModel(*replies, model="second")


async def pieces_of(model: AnswerModel) -> list[str | Completion]:
    return [piece async for piece in model.stream(TASK)]


async def test_the_first_speaks_while_it_can() -> None:
    """The second is not asked, and not paid."""
    other = second("other")
    model = FallbackModel(first("a reply"), other)
    assert (await model.complete(TASK)).model == model.model == "first"
    *pieces, completion = await pieces_of(model)
    assert ("".join(map(str, pieces)), other.tasks) == ("a reply", [])
    assert isinstance(completion, Completion)


async def test_the_second_speaks_where_the_first_is_away() -> None:
    """The completion tells who replied; the task is the same."""
    other = second("another reply")
    model = FallbackModel(first(AWAY), other)
    completion = await model.complete(TASK)
    assert (completion.model, completion.text) == ("second", "another reply")
    *pieces, last = await pieces_of(model)
    assert "".join(map(str, pieces)) == "another reply"
    assert isinstance(last, Completion)
    assert last.model == "second"
    assert other.tasks == [TASK, TASK]


async def test_nobody_takes_over_in_the_middle() -> None:
    """Once the first has said something a cut is a cut: two halves make no reply."""
    other = second("another reply")
    with pytest.raises(ModelUnavailableError):
        await pieces_of(FallbackModel(first("a long reply", cut_after=1), other))
    assert other.tasks == []


async def test_an_unusable_reply_is_not_asked_for_elsewhere() -> None:
    """The first is there: what it replied, and cost, is its caller's to know."""
    other = second("another reply")
    model = FallbackModel(first(ModelReplyError("refused", usage=3)), other)
    with pytest.raises(ModelReplyError) as caught:
        await model.complete(TASK)
    assert caught.value.usage == 3
    with pytest.raises(ModelReplyError):
        await pieces_of(model)
    assert other.tasks == []


async def test_both_away_is_told_of_both() -> None:
    """The operator reads what to do about either, and nothing of the material."""
    model = FallbackModel(first(AWAY), second(ModelUnavailableError("The second is away.")))
    with pytest.raises(ModelUnavailableError, match=r"first is away.*second is away") as caught:
        await model.complete(TASK)
    assert "secret" not in repr(caught.value)
    with pytest.raises(ModelUnavailableError, match=r"first is away.*second is away"):
        await pieces_of(model)


async def test_an_unusable_reply_of_the_second_stays_one() -> None:
    """Its usage is not lost."""
    model = FallbackModel(first(AWAY), second(ModelReplyError("cut off", usage=5)))
    for asking in (model.complete(TASK), pieces_of(model)):
        with pytest.raises(ModelReplyError) as caught:
            await asking
        assert caught.value.usage == 5


@pytest.mark.parametrize("is_first_away", [False, True])
async def test_leaving_ends_the_stream_behind(*, is_first_away: bool) -> None:
    """Whoever speaks is told at once that nobody listens any more."""
    ended: list[str] = []

    class Talker(ScriptedModel):
        async def stream(self, task: ModelTask) -> AsyncIterator[str | Completion]:
            try:
                while True:
                    yield "and on "
            finally:
                ended.append(self.model)

    talker = Talker(model="talker")
    model = FallbackModel(first(AWAY), talker) if is_first_away else FallbackModel(talker, second())
    async with aclosing(model.stream(TASK)) as stream:
        await anext(stream)
        assert ended == []
    assert ended == ["talker"]
