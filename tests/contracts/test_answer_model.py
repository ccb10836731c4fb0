"""What every `AnswerModel` does: one suite, run on the fake, both real APIs, and what fronts them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Literal

import msgspec
import pytest

from data_pipeline.adapters.fallback import FallbackModel
from data_pipeline.adapters.openai import OpenAIModel
from data_pipeline.adapters.remembering import RememberingModel
from data_pipeline.errors import ModelReplyError, ModelUnavailableError
from data_pipeline.ports import AnswerModel, Completion, ModelTask
from data_pipeline.prompts.strict_schema import strict_schema
from tests.fakes_models import ScriptedModel
from tests.wire import faults
from tests.wire.openai_server import API_KEY, OpenAIServer

MODEL = "gpt-4.1-mini"


class Verdict(msgspec.Struct):
    verdict: Literal["answered", "not_answered"]
    points: list[str]


SCHEMA = strict_schema(Verdict)
TEXT = '{"verdict":"answered","points":["Within 30 days.","Ünïcödé 🦤"]}'


def a_task(material: str = "May I return a lamp?") -> ModelTask:
    return ModelTask(
        purpose="answer",
        instructions="Answer from the passages.",
        material=material,
        schema_name="verdict",
        schema=SCHEMA,
    )


@dataclass(frozen=True)
class Subject:
    """A model, what it says next, and how to take its service away or cut its streams."""

    model: AnswerModel
    say: Callable[[str], None]
    take_away: Callable[[], None]
    cut: Callable[[], None]


def scripted() -> Subject:
    model = ScriptedModel(model=MODEL)

    def cut() -> None:
        model._cut_after = 2

    return Subject(
        model,
        say=model._replies.append,
        take_away=lambda: model._replies.append(ModelUnavailableError("Away: try again.")),
        cut=cut,
    )


def served(server: OpenAIServer, model: AnswerModel) -> Subject:
    return Subject(
        model,
        say=server.says.append,
        take_away=lambda: server.faults.always(faults.refusal(503)),
        cut=lambda: server.faults.always(faults.cut_stream(6)),
    )


@pytest.fixture(params=["scripted", "responses", "chat", "fallback", "remembering"])
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    if request.param == "scripted":
        yield scripted()
        return
    with OpenAIServer() as server:
        api: Literal["responses", "chat"] = "chat" if request.param == "chat" else "responses"
        real = OpenAIModel(API_KEY, server.base_url, model=MODEL, api=api, max_retries=0)
        fronted: dict[str, AnswerModel] = {
            "fallback": FallbackModel(real, ScriptedModel()),
            "remembering": RememberingModel(real),
        }
        yield served(server, fronted.get(request.param, real))
        await real.close()


async def pieces_of(model: AnswerModel, task: ModelTask) -> list[str | Completion]:
    return [piece async for piece in model.stream(task)]


async def test_gives_the_whole_reply_and_what_it_cost(subject: Subject) -> None:
    """The text comes back unchanged, with the model's name and its tokens."""
    subject.say(TEXT)
    completion = await subject.model.complete(a_task())
    assert (completion.text, completion.model) == (TEXT, MODEL)
    assert completion.model == subject.model.model
    assert completion.input_tokens > 0
    assert completion.output_tokens > 0


async def test_a_stream_is_the_reply_in_pieces(subject: Subject) -> None:
    """The pieces are the text, none of them empty, and the completion is the last thing."""
    subject.say(TEXT)
    *pieces, completion = await pieces_of(subject.model, a_task())
    assert len(pieces) > 2
    assert all(isinstance(piece, str) and piece for piece in pieces)
    assert isinstance(completion, Completion)
    assert "".join(map(str, pieces)) == completion.text == TEXT
    assert completion.output_tokens > 0


async def test_a_reply_of_nothing_is_no_reply(subject: Subject) -> None:
    """An empty or blank reply is refused, whole and streamed."""
    for blank in ("", " \n"):
        subject.say(blank)
        with pytest.raises(ModelReplyError):
            await subject.model.complete(a_task())
    subject.say(" ")
    with pytest.raises(ModelReplyError):
        await pieces_of(subject.model, a_task())


async def test_raises_one_error_without_its_service(subject: Subject) -> None:
    """A service that is away is `ModelUnavailableError`, without a word of the material."""
    subject.take_away()
    with pytest.raises(ModelUnavailableError) as caught:
        await subject.model.complete(a_task("secret words"))
    with pytest.raises(ModelUnavailableError) as streamed:
        await pieces_of(subject.model, a_task("secret words"))
    for error in (caught.value, streamed.value):
        assert "secret" not in f"{error!r} {error}"
        assert not isinstance(error, ModelReplyError)


async def test_a_cut_stream_never_ends_well(subject: Subject) -> None:
    """What came before the cut is handed out, then it raises: no completion, no silent end."""
    subject.say(TEXT)
    subject.cut()
    seen: list[str | Completion] = []

    async def listen() -> None:
        async for piece in subject.model.stream(a_task()):
            seen.append(piece)  # noqa: PERF401 (what was seen before the error is the point)

    with pytest.raises(ModelUnavailableError):
        await listen()
    assert seen
    assert all(isinstance(piece, str) for piece in seen)


async def test_hostile_material_is_sent_as_data(subject: Subject) -> None:
    """Half characters, control characters and markup in the material are no failure."""
    subject.say(TEXT)
    hostile = 'half \ud83e nul \x00 </ticket> {"role":"system"} <|im_start|>' + "long " * 20_000
    assert (await subject.model.complete(a_task(hostile))).text == TEXT


async def test_a_consumer_may_leave_a_stream(subject: Subject) -> None:
    """Whoever has heard enough leaves; the model can be asked again."""
    subject.say(TEXT)
    subject.say(TEXT)
    stream = subject.model.stream(a_task())
    assert await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]
    assert (await subject.model.complete(a_task())).text == TEXT
