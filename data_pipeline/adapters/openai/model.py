"""Structured text from OpenAI's models, or from a server that speaks one of its protocols."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final, Literal

from data_pipeline.adapters.openai import chat_wire, responses_wire
from data_pipeline.adapters.openai.account import VENDOR_URL, Account
from data_pipeline.adapters.openai.faults import names_parameter, told_as
from data_pipeline.adapters.openai.replies import usable
from data_pipeline.errors import ModelUnavailableError
from data_pipeline.ports import Completion, ModelTask

if TYPE_CHECKING:
    import openai

Api = Literal["responses", "chat"]

_AFTER_THE_END: Final = 1.0  # seconds for what follows a whole reply: its usage, the end mark
_TEMPERATURE: Final = "temperature"
_LIMIT: Final = "max_completion_tokens"
_SHORT_LIMIT: Final = "max_tokens"  # the older name, and the only one that many servers know


class OpenAIModel:
    """`AnswerModel` over `/responses` or `/chat/completions`; nothing is opened before first use.

    A model that refuses the temperature, or the name of the limit on its reply, is asked again
    without it (by the other name), once and for good.
    """

    def __init__(  # noqa: PLR0913 (one for each choice)
        self,
        api_key: str,
        base_url: str = VENDOR_URL,
        *,
        model: str,
        api: Api = "responses",
        temperature: float | None = None,
        reasoning_effort: str | None = None,
        max_output_tokens: int = 4_000,
        timeout_seconds: float = 30.0,
        max_retries: int = 1,
    ) -> None:
        """Ask `model`.

        `api`: "chat" is what most other servers speak. `temperature` and `reasoning_effort` are
        only sent when given. `max_output_tokens` includes what a model thinks before it writes.
        `timeout_seconds` bounds a whole call, its `max_retries` and its stream included.
        """
        self._account = Account(
            api_key, base_url, timeout_seconds=timeout_seconds, max_retries=max_retries
        )
        self._model = model
        self._api: Api = api
        self._wire = responses_wire if api == "responses" else chat_wire
        self._options = _options(api, self._account.host, max_output_tokens, reasoning_effort)
        if temperature is not None:
            self._options[_TEMPERATURE] = temperature

    def __repr__(self) -> str:
        return f"OpenAIModel({self._model!r} at {self._account.host!r})"

    @property
    def model(self) -> str:
        return self._model

    async def open(self) -> None:
        """Import the SDK and build the client now, so that no ticket waits for it."""
        with self._told():
            await self._account.client()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._account.close()

    async def complete(self, task: ModelTask) -> Completion:
        with self._told():
            async with asyncio.timeout(self._account.timeout_seconds):
                raw = await self._sent(task, {})
            reply = self._wire.read_reply(raw.content)
        return usable(reply, self._model)

    async def stream(self, task: ModelTask) -> AsyncGenerator[str | Completion, None]:
        gathered = self._wire.Gathered()
        deadline = _now() + self._account.timeout_seconds
        with self._told():
            async with asyncio.timeout_at(deadline):
                stream = await self._opened_stream(task)
        try:
            while (piece := await self._piece(stream, gathered, deadline)) is not None:
                if piece:
                    yield piece
        finally:
            await stream.close()
        yield usable(gathered.reply(), self._model)

    async def _piece(
        self,
        stream: openai.AsyncStream[object],
        gathered: responses_wire.Gathered | chat_wire.Gathered,
        deadline: float,
    ) -> str | None:
        """The text of the next event, None at the end. A whole reply may end as it likes."""
        if gathered.is_complete:
            deadline = min(deadline, _now() + _AFTER_THE_END)
        try:
            with self._told():
                # Around this one step: a consumer that pauses between two must not be cancelled.
                async with asyncio.timeout_at(deadline):
                    event = await anext(stream, None)
                return None if event is None else gathered.take(event)
        except ModelUnavailableError:
            if gathered.is_complete:
                return None
            raise

    async def _opened_stream(self, task: ModelTask) -> openai.AsyncStream[object]:
        raw = await self._sent(task, self._wire.STREAMED)
        import openai

        # Events as plain dicts: the SDK's own types cost three times as much, and check nothing.
        stream: openai.AsyncStream[object] = raw.parse(to=openai.AsyncStream[object])
        return stream

    async def _sent(self, task: ModelTask, streamed: dict[str, Any]) -> Any:
        """The reply to `task`, unread."""
        client = await self._account.client()
        import openai  # after the client, which imports it in a thread

        endpoint = client.responses if self._api == "responses" else client.chat.completions
        create: Any = endpoint.with_raw_response.create
        body = self._wire.body(task, self._model) | streamed
        while True:
            options = self._options
            try:
                return await create(**body, **options)
            except openai.BadRequestError as error:
                adapted = _adapted(options, error)
                if adapted is None:
                    raise
                self._options = adapted

    def _told(self) -> AbstractContextManager[None]:
        return told_as(ModelUnavailableError, self._account, self._model)


def _options(api: Api, host: str, max_output_tokens: int, effort: str | None) -> dict[str, Any]:
    """What is the same in every request; servers differ in what they call the longest reply."""
    if api == "responses":
        reasoning = {"reasoning": {"effort": effort}} if effort else {}
        return {"max_output_tokens": max_output_tokens, **reasoning}
    is_openai = host.endswith((".openai.com", ".openai.azure.com"))
    limit = _LIMIT if is_openai else _SHORT_LIMIT
    return {limit: max_output_tokens, **({"reasoning_effort": effort} if effort else {})}


def _adapted(options: dict[str, Any], error: openai.BadRequestError) -> dict[str, Any] | None:
    """`options` without the one that this model does not take, None where it is none of ours."""
    if _TEMPERATURE in options and names_parameter(error, _TEMPERATURE):
        return {name: value for name, value in options.items() if name != _TEMPERATURE}
    if _SHORT_LIMIT in options and names_parameter(error, _SHORT_LIMIT):
        renamed = {_SHORT_LIMIT: _LIMIT}
        return {renamed.get(name, name): value for name, value in options.items()}
    return None


def _now() -> float:
    return asyncio.get_running_loop().time()
