"""Translations that were asked for before.

It stands behind the mask: what is kept, for minutes and in memory only, holds no identifiers
unless masking is off. Whoever asks for the same texts shares it, whatever their namespace: a
translation follows from its text alone.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable

import msgspec

from data_pipeline.ports import AnswerModel, Completion, ModelTask
from data_pipeline.single_flight import SingleFlight


class RememberingModel:
    """`AnswerModel` that keeps the latest translations of `model`, under hashes of the tasks.

    A translation that is being made is waited for, not asked for again; one that came to nothing is
    asked for anew by the next. Who waits, and who finds
    one here, pays no tokens. Other tasks go straight through.
    """

    def __init__(
        self,
        model: AnswerModel,
        *,
        is_usable: Callable[[str], bool] = bool,
        max_entries: int = 512,
        seconds: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep `max_entries` translations, each for `seconds`; only replies that are usable."""
        self._inner = model
        self._is_usable = is_usable
        self._max_entries = max_entries
        self._seconds = seconds
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, Completion]] = OrderedDict()
        self._flights = SingleFlight[Completion]()

    def __repr__(self) -> str:
        return f"RememberingModel({self._inner!r})"

    @property
    def model(self) -> str:
        return self._inner.model

    async def complete(self, task: ModelTask) -> Completion:
        if task.purpose != "translation":
            return await self._inner.complete(task)
        key = _key(self._inner.model, task)
        until, kept = self._kept.get(key, (0.0, None))
        if kept is not None and self._clock() < until:
            self._kept.move_to_end(key)
            return kept
        is_own = False

        async def ask() -> Completion:
            nonlocal is_own
            is_own = True
            return await self._inner.complete(task)

        made = await self._flights.run(key, ask)
        if self._is_usable(made.text):
            self._keep(key, _free(made))
        return made if is_own else _free(made)

    def stream(self, task: ModelTask) -> AsyncIterator[str | Completion]:
        return self._inner.stream(task)

    def _keep(self, key: str, completion: Completion) -> None:
        self._kept[key] = (self._clock() + self._seconds, completion)
        self._kept.move_to_end(key)
        while len(self._kept) > self._max_entries:
            self._kept.popitem(last=False)


def _key(model: str, task: ModelTask) -> str:
    asked = f"{model}\0{task.instructions}\0{task.material}"
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()


def _free(completion: Completion) -> Completion:
    return msgspec.structs.replace(completion, input_tokens=0, output_tokens=0, cached_tokens=0)
