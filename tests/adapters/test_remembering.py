"""A translation is paid once; everything else is asked every time."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from data_pipeline.adapters.remembering import RememberingModel
from data_pipeline.engine.translation import is_translation
from data_pipeline.errors import ModelUnavailableError
from data_pipeline.ports import Completion, ModelTask
from tests.fakes_models import ScriptedModel


def a_task(material: str = "¿Cuánto cuesta?", **changes: Any) -> ModelTask:
    known = {
        "purpose": "translation",
        "instructions": "Translate.",
        "material": material,
        "schema_name": "translation",
        "schema": {},
    }
    return ModelTask(**(known | changes))


def tokens(completion: Completion) -> int:
    return completion.input_tokens + completion.output_tokens


async def test_the_same_translation_is_paid_once() -> None:
    """The second one is free, word for word."""
    model = ScriptedModel("{}", "[]")
    remembering = RememberingModel(model)
    first, second = [await remembering.complete(a_task()) for _ in range(2)]
    assert (first.text, second.text) == ("{}", "{}")
    assert tokens(first) > 0 == tokens(second)
    assert len(model.tasks) == 1


@pytest.mark.parametrize("changed", [{"material": "¿Cuándo?"}, {"instructions": "Into German."}])
async def test_another_text_or_language_is_another_translation(changed: dict[str, str]) -> None:
    model = ScriptedModel("{}", "[]")
    remembering = RememberingModel(model)
    await remembering.complete(a_task())
    assert (await remembering.complete(a_task(**changed))).text == "[]"


async def test_answers_are_never_kept() -> None:
    """Equal tasks of another purpose go through, whole and streamed."""
    model = ScriptedModel("{}", "[]", "{}")
    remembering = RememberingModel(model)
    task = a_task(purpose="answer")
    assert [(await remembering.complete(task)).text for _ in range(2)] == ["{}", "[]"]
    pieces = [piece async for piece in remembering.stream(task)]
    assert isinstance(pieces[-1], Completion)
    assert len(model.tasks) == 3


async def test_a_failure_is_not_kept() -> None:
    """The next one asks again."""
    remembering = RememberingModel(ScriptedModel(ModelUnavailableError("down"), "{}"))
    with pytest.raises(ModelUnavailableError):
        await remembering.complete(a_task())
    assert (await remembering.complete(a_task())).text == "{}"


@pytest.mark.parametrize("nonsense", ["no JSON", "{}", "[" * 5_000, '{"translations": []}'])
async def test_nonsense_is_not_kept(nonsense: str) -> None:
    """Who asks again within minutes is not told the same nonsense."""
    good = '{"translations": [{"id": 1, "language": "en", "text": "How much?"}]}'
    model = ScriptedModel(nonsense, good)
    remembering = RememberingModel(model, is_usable=is_translation)
    told = [(await remembering.complete(a_task())).text for _ in range(3)]
    assert told == [nonsense, good, good]
    assert len(model.tasks) == 2


async def test_the_oldest_goes_first_and_all_go_with_time() -> None:
    """Two are kept of three, and none beyond its minutes."""
    now = [0.0]
    model = ScriptedModel("{}")
    remembering = RememberingModel(model, max_entries=2, seconds=60, clock=lambda: now[0])
    for material in ("a", "b", "c", "c", "b", "a"):
        await remembering.complete(a_task(material))
    assert [task.material for task in model.tasks] == ["a", "b", "c", "a"]
    now[0] = 61
    await remembering.complete(a_task("a"))
    assert len(model.tasks) == 5


class Slow(ScriptedModel):
    """Replies when it is let."""

    def __init__(self) -> None:
        super().__init__("{}")
        self.may_reply = asyncio.Event()

    async def complete(self, task: ModelTask) -> Completion:
        await self.may_reply.wait()
        return await super().complete(task)


async def test_equal_questions_at_once_are_one_call_that_one_pays() -> None:
    """Ten wait for the same translation."""
    model = Slow()
    remembering = RememberingModel(model)
    waiting = [asyncio.create_task(remembering.complete(a_task())) for _ in range(10)]
    await asyncio.sleep(0)
    model.may_reply.set()
    made = await asyncio.gather(*waiting)
    assert len(model.tasks) == 1
    assert sum(tokens(one) > 0 for one in made) == 1


async def test_no_text_is_kept_under_its_own_name() -> None:
    """Neither the keys nor the repr hold what was asked."""
    remembering = RememberingModel(ScriptedModel("{}"))
    await remembering.complete(a_task("hidden words"))
    assert "hidden" not in repr(remembering)
    assert not any("hidden" in key for key in remembering._kept)
    assert msgspec.structs.asdict(next(iter(remembering._kept.values()))[1])["input_tokens"] == 0
