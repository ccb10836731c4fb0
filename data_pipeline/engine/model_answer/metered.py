"""What the calls of a model cost, those that came to nothing, too."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from data_pipeline.errors import ModelReplyError, ModelUnavailableError
from data_pipeline.language import estimate_tokens
from data_pipeline.ports import AnswerModel, Completion, ModelTask


@dataclass
class _Call:
    """One call: the text so far, its cost where that was told, and whether it got through."""

    text: str = ""
    cost: Completion | None = None
    got_through: bool = True


class MeteredModel:
    """`AnswerModel` whose `calls` say what each call cost.

    A call that was cut short, by a fault or because its time was over, never tells what it cost;
    that is estimated, rather too high. One that failed before any reply costs nothing.
    """

    def __init__(self, model: AnswerModel) -> None:
        self._inner = model
        self.calls: list[Completion] = []

    @property
    def model(self) -> str:
        """The name of the model that is asked first."""
        return self._inner.model

    async def complete(self, task: ModelTask) -> Completion:
        """The whole reply."""
        with self._counted(task) as call:
            call.cost = await self._inner.complete(task)
            return call.cost

    async def stream(self, task: ModelTask) -> AsyncGenerator[str | Completion, None]:
        """Pieces of the reply as they come, at last the whole of it."""
        stream = self._inner.stream(task)
        with self._counted(task) as call:
            try:
                async for piece in stream:
                    if isinstance(piece, Completion):
                        call.cost = piece
                    else:
                        call.text += piece
                    yield piece
            finally:
                if isinstance(stream, AsyncGenerator):
                    await stream.aclose()

    @contextmanager
    def _counted(self, task: ModelTask) -> Iterator[_Call]:
        call = _Call()
        try:
            yield call
        except ModelReplyError as error:
            call.cost = error.usage if isinstance(error.usage, Completion) else None
            raise
        except ModelUnavailableError:
            call.got_through = bool(call.text)
            raise
        finally:
            if call.got_through:
                self.calls.append(call.cost or estimated(self._inner, task, call.text))


def estimated(model: AnswerModel, asked: ModelTask, text: str) -> Completion:
    """What a call cost that was cut short after `text`: rather too much."""
    return Completion(
        text="",
        model=model.model,
        input_tokens=estimate_tokens(asked.instructions) + estimate_tokens(asked.material),
        output_tokens=estimate_tokens(text),
    )
