"""A ticket with an answer model: when it is asked, what becomes of its words, and when it fails."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from typing import Any
from unittest.mock import AsyncMock

import msgspec
import pytest

from data_pipeline.contract.replies import Decision, GenerateResponseReply, ReasonCode
from data_pipeline.contract.stream import DeltaEvent, RetrievalEvent, StreamEvent, Tell, tell_nobody
from data_pipeline.desk import Desk
from data_pipeline.engine.ticket_reply import ticket_reply
from data_pipeline.errors import ModelReplyError, ModelUnavailableError
from data_pipeline.language import estimate_tokens
from data_pipeline.ports import Completion, ModelTask
from data_pipeline.prices import Price, Prices
from data_pipeline.services import Call
from tests.engine.kb import (
    ask,
    bulb_delivery,
    engine_of,
    fact,
    lamp_return,
    messages,
    request,
    warranty,
)
from tests.fakes_models import Reply, ScriptedModel

HOW_LONG = "How long can I return a lamp?"
NONSENSE = '{"verdict": "answered"'


def writes(*points: tuple[str, str], verdict: str = "answered") -> Callable[[ModelTask], str]:
    """A model that says each text and cites the passage in which the words after it stand."""

    def reply(task: ModelTask) -> str:
        said = [
            {"cites": [passage_with(words, task.material)], "kind": "point", "text": text}
            for text, words in points
        ]
        return msgspec.json.encode({"verdict": verdict, "points": said}).decode()

    return reply


def passage_with(words: str, material: str) -> str:
    """The id of the passage in the material that holds `words`."""
    for found in re.finditer(r'<passage id="(p\d+)"[^>]*>(.*?)</passage>', material, re.DOTALL):
        if words in found[2]:
            return found[1]
    return "p0"


WITHIN_45 = writes(("You can return your lamp within 45 days of its delivery.", "within 45 days"))


async def answered(
    model: ScriptedModel, inquiry: str = HOW_LONG, **fields: Any
) -> GenerateResponseReply:
    """What becomes of a question with this model, over the lamp shop."""
    return await ask(engine_of(lamp_return(), bulb_delivery(), model=model), inquiry, **fields)


# When it is asked


async def test_the_model_writes_and_the_article_is_quoted() -> None:
    """Its words are sent, its citations are exact, and what it cost is told."""
    model = ScriptedModel(WITHIN_45)
    reply = await answered(model)
    assert reply.decision is Decision.ANSWER
    assert "You can return your lamp within 45 days of its delivery." in (reply.reply_text or "")
    (point,) = reply.reply.key_points if reply.reply else ()
    (citation,) = reply.citations
    assert point.citations == (citation.id,)
    assert "45 days" in citation.quote
    assert (reply.usage.model, len(model.tasks)) == ("scripted", 1)
    assert min(reply.usage.input_tokens, reply.usage.output_tokens) > 0
    assert reply.versions.prompt
    assert reply.degraded == ()


async def test_two_articles_are_one_call() -> None:
    """Two questions about two articles are answered in one reply."""
    model = ScriptedModel(
        writes(
            ("A lamp can be returned within 45 days.", "within 45 days"),
            ("Bulbs come within 3 working days.", "3 working days"),
        )
    )
    reply = await answered(
        model, "How long can I return a lamp? When are my bulbs delivered by courier?"
    )
    assert reply.decision is Decision.ANSWER
    assert len(model.tasks) == 1
    assert {citation.article_id for citation in reply.citations} == {"lamp-return", "bulb-delivery"}


@pytest.mark.parametrize(
    ("inquiry", "fields"),
    [
        ("Thanks a lot!", {}),
        ("I want to talk to a human being, please.", {}),
        ("Do you sell quantum teapots?", {}),
        (HOW_LONG, {"options": {"mode": "extractive"}}),
    ],
)
async def test_the_model_is_not_asked_in_vain(inquiry: str, fields: dict[str, Any]) -> None:
    """Where its words could not be sent, nothing is paid."""
    model = ScriptedModel(WITHIN_45)
    reply = await answered(model, inquiry, **fields)
    assert model.tasks == []
    assert reply.usage.model is None
    assert reply.versions.prompt is None


async def test_the_model_is_not_asked_before_the_customer() -> None:
    """A fact that blocks the answer is asked for first."""
    model = ScriptedModel(WITHIN_45)
    engine = engine_of(warranty(fact("Serial number")), model=model)
    reply = await ask(engine, "What does the lamp warranty cover?")
    assert reply.decision is Decision.CLARIFY
    assert model.tasks == []


async def test_a_model_answers_in_another_language() -> None:
    """Without one, an English article and a Spanish reply end with a person."""
    options: dict[str, Any] = {"options": {"language": "es"}}
    spanish = writes(("Puedes devolver la lámpara en un plazo de 45 días.", "within 45 days"))
    engine = engine_of(lamp_return())
    without = await ask(engine, HOW_LONG, **options)
    assert without.escalation
    assert without.escalation.reason_code is ReasonCode.LANGUAGE
    reply = await answered(ScriptedModel(spanish), **options)
    assert reply.decision is Decision.ANSWER
    assert "45 días" in (reply.reply_text or "")
    assert reply.language.reply == "es"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Nous vous remboursons intégralement, c'est garanti."),
        ("de", "Ihr Antrag wurde genehmigt."),
    ],
)
async def test_a_language_that_no_check_can_read_is_left_to_a_person(
    language: str, text: str
) -> None:
    """Promises and verdicts are recognized by their words: where these are unknown, none is sent."""
    model = ScriptedModel(writes((text, "within 45 days")))
    reply = await answered(model, options={"language": language})
    assert model.tasks == []
    assert reply.decision is Decision.ESCALATE
    assert reply.escalation
    assert reply.escalation.reason_code is ReasonCode.LANGUAGE
    assert text not in (reply.draft_text or "")


async def test_what_an_article_forbids_to_say_is_not_translated() -> None:
    """In another language nobody could tell whether it is said, so a person answers."""
    rules = {"guardrails": {"must_not": ["Do not say that the refund is immediate."]}}
    model = ScriptedModel(writes(("El reembolso es inmediato.", "45 days")))
    engine = engine_of(lamp_return(details=rules), model=model)
    reply = await ask(engine, HOW_LONG, options={"language": "es"})
    assert reply.escalation
    assert reply.escalation.reason_code is ReasonCode.LANGUAGE
    assert model.tasks == []


# What becomes of its words


async def test_an_invented_figure_is_never_sent() -> None:
    """A person decides, and the draft does not repeat it."""
    reply = await answered(
        ScriptedModel(writes(("You can return your lamp within 90 days.", "within 45 days")))
    )
    assert reply.decision is Decision.ESCALATE
    assert reply.escalation
    assert reply.escalation.reason_code is ReasonCode.GUARDRAIL
    assert "90" not in (reply.draft_text or "")


@pytest.mark.parametrize(
    ("verdict", "code"),
    [("not_in_articles", ReasonCode.NO_ARTICLE), ("partly", ReasonCode.LOW_CONFIDENCE)],
)
async def test_the_models_own_doubt_counts(verdict: str, code: ReasonCode) -> None:
    """A model that finds no answer, or only half of one, makes the decision more careful."""
    said = writes(("A lamp can be returned within 45 days.", "within 45 days"), verdict=verdict)
    reply = await answered(ScriptedModel(said))
    assert reply.decision is Decision.ESCALATE
    assert reply.escalation
    assert reply.escalation.reason_code is code
    assert reply.draft_text


async def test_one_repair_and_both_are_paid() -> None:
    """A reply that is no JSON is sent back once; the usage counts both."""
    model = ScriptedModel(NONSENSE, WITHIN_45)
    reply = await answered(model)
    assert reply.decision is Decision.ANSWER
    assert [task.purpose for task in model.tasks] == ["answer", "repair"]
    once = await answered(ScriptedModel(WITHIN_45))
    assert reply.usage.input_tokens > once.usage.input_tokens


# When it fails


@pytest.mark.parametrize(
    "failure",
    [ModelUnavailableError("down"), ModelReplyError("refused"), NONSENSE],
    ids=["down", "refused", "nonsense"],
)
async def test_a_failing_model_is_no_answer_and_no_error(failure: Exception | str) -> None:
    """The article's own words are sent, and `degraded` says why."""
    reply = await answered(ScriptedModel(failure))
    assert reply.decision is Decision.ANSWER
    assert reply.degraded == ("model",)
    assert "45 days" in (reply.reply_text or "")
    assert reply.versions.prompt is None


async def test_nonsense_is_paid_for_all_the_same() -> None:
    """What a model was called for is never zero."""
    reply = await answered(ScriptedModel(NONSENSE))
    assert reply.usage.input_tokens > 0
    assert reply.usage.model == "scripted"


class StallingModel(ScriptedModel):
    """Replies `ready` times, then says a little and nothing more."""

    def __init__(self, *replies: Reply, ready: int) -> None:
        super().__init__(*replies)
        self._ready = ready

    async def complete(self, task: ModelTask) -> Completion:
        done = await super().complete(task)
        if len(self.tasks) > self._ready:
            await asyncio.Event().wait()
        return done

    async def stream(self, task: ModelTask) -> AsyncIterator[str | Completion]:
        async for piece in super().stream(task):
            yield piece
            if len(self.tasks) > self._ready:
                await asyncio.Event().wait()


@pytest.mark.parametrize("ready", [0, 1], ids=["first call", "repair"])
@pytest.mark.parametrize("tell", [tell_nobody, AsyncMock()], ids=["whole", "streamed"])
async def test_a_call_that_runs_out_of_time_is_paid_for(ready: int, tell: Tell) -> None:
    """Tokens are spent when the time is over; those of the call before the repair, too."""
    model = StallingModel(NONSENSE, WITHIN_45, ready=ready)
    engine = engine_of(lamp_return(), bulb_delivery(), model=model, model_seconds=0.2)
    reply = await ticket_reply(engine, "default", request(inquiry=HOW_LONG), tell)
    assert reply.degraded == ("model",)
    assert len(model.tasks) == ready + 1
    assert reply.usage.model == "scripted"
    assert reply.usage.input_tokens >= sum(
        estimate_tokens(task.instructions) + estimate_tokens(task.material) for task in model.tasks
    )


async def test_a_reply_that_does_not_tell_its_cost_is_estimated() -> None:
    """It replied, so that it was paid."""
    reply = await answered(ScriptedModel(ModelReplyError("refused")))
    assert reply.usage.model == "scripted"
    assert reply.usage.input_tokens > 0


async def test_a_cut_stream_is_paid_for() -> None:
    """The vendor counts what it sent."""
    _, reply = await followed(ScriptedModel(WITHIN_45, cut_after=3))
    assert min(reply.usage.input_tokens, reply.usage.output_tokens) > 0


async def test_a_model_that_was_not_reached_costs_nothing() -> None:
    """A call that failed before any reply is no usage."""
    reply = await answered(ScriptedModel(ModelUnavailableError("down")))
    assert (reply.usage.model, reply.usage.input_tokens) == (None, 0)


async def test_without_any_time_the_model_is_not_asked() -> None:
    """What cannot be waited for is not paid: the article's words go out."""
    model = ScriptedModel(WITHIN_45)
    reply = await answered(model, options={"deadline_ms": 100})
    assert model.tasks == []
    assert reply.degraded == ("model",)
    assert reply.decision is Decision.ANSWER


@pytest.mark.parametrize("failure", [ModelUnavailableError("down"), NONSENSE])
async def test_insisting_on_the_model_is_answered_by_nothing_else(
    failure: Exception | str,
) -> None:
    """`mode: model` with a failing model is an error, not an answer."""
    with pytest.raises(ModelUnavailableError):
        await answered(ScriptedModel(failure), options={"mode": "model"})


class SlowModel(ScriptedModel):
    """Takes a minute over every reply."""

    async def complete(self, task: ModelTask) -> Completion:
        await asyncio.sleep(60)
        return await super().complete(task)


async def test_a_slow_model_ends_before_the_callers_deadline() -> None:
    """However much time the operator allows the model, the caller's deadline is kept."""
    model = SlowModel(WITHIN_45)
    engine = engine_of(lamp_return(), bulb_delivery(), model=model, model_seconds=50.0)
    body = request(inquiry=HOW_LONG, options={"deadline_ms": 1_500})
    reply = await Desk(engine).ticket_reply(
        Call(request_id="r", tenant="t", namespace="default"), body
    )
    assert reply.decision is Decision.ANSWER
    assert reply.degraded == ("model",)


# Money


async def test_the_cost_follows_the_price_table() -> None:
    """Tokens times price, and a warning for a model without one."""
    price = Price(model="scripted", input=1.0, output=10.0, as_of="2026-01-01", source="test")
    articles = (lamp_return(), bulb_delivery())
    priced = await ask(
        engine_of(*articles, model=ScriptedModel(WITHIN_45), prices=Prices({"scripted": price})),
        HOW_LONG,
    )
    usage = priced.usage
    assert usage.cost_usd == pytest.approx(
        (usage.input_tokens + 10 * usage.output_tokens) / 1_000_000
    )
    assert priced.warnings == ()
    unpriced = await answered(ScriptedModel(WITHIN_45))
    assert unpriced.usage.cost_usd == 0
    assert any("scripted" in warning for warning in unpriced.warnings)


# Followed as it is made


async def followed(model: ScriptedModel | None) -> tuple[list[StreamEvent], GenerateResponseReply]:
    """The events of a reply, and the reply."""
    told: list[StreamEvent] = []

    async def tell(event: StreamEvent) -> None:
        told.append(event)

    engine = engine_of(lamp_return(), bulb_delivery(), model=model)
    return told, await ticket_reply(engine, "default", request(inquiry=HOW_LONG), tell)


@pytest.mark.parametrize("model", [ScriptedModel(WITHIN_45), None], ids=["model", "extractive"])
async def test_every_sentence_that_is_told_is_in_the_reply(model: ScriptedModel | None) -> None:
    """Sources first, then nothing that the decision takes back."""
    told, reply = await followed(model)
    assert isinstance(told[0], RetrievalEvent)
    assert told[0].sources
    deltas = [event for event in told if isinstance(event, DeltaEvent)]
    assert deltas
    assert all(delta.text in (reply.reply_text or "") for delta in deltas)
    assert {i for delta in deltas for i in delta.citations} <= {c.id for c in reply.citations}


async def test_an_unbacked_sentence_is_not_even_told() -> None:
    """What fails the check never leaves, streamed or not."""
    told, reply = await followed(
        ScriptedModel(writes(("Return it within 90 days.", "within 45 days")))
    )
    assert not [event for event in told if isinstance(event, DeltaEvent)]
    assert reply.decision is Decision.ESCALATE


async def test_the_articles_words_are_told_when_the_model_says_nothing() -> None:
    """Who follows a reply hears of it, whoever wrote it."""
    told, reply = await followed(ScriptedModel(NONSENSE))
    deltas = [event for event in told if isinstance(event, DeltaEvent)]
    assert deltas
    assert all(delta.text in (reply.reply_text or "") for delta in deltas)


async def test_a_stream_that_is_cut_after_a_sentence_fails() -> None:
    """What was told would pass for a part of the article's words: half a reply is none."""
    told: list[StreamEvent] = []

    async def tell(event: StreamEvent) -> None:
        told.append(event)

    two = writes(
        ("You can return your lamp within 45 days of its delivery.", "within 45 days"),
        ("The refund for a returned lamp takes 6 days.", "takes 6 days"),
    )
    engine = engine_of(lamp_return(), bulb_delivery(), model=ScriptedModel(two, cut_after=22))
    with pytest.raises(ModelUnavailableError):
        await ticket_reply(engine, "default", request(inquiry=HOW_LONG), tell)
    assert [event.text for event in told if isinstance(event, DeltaEvent)] == [
        "You can return your lamp within 45 days of its delivery."
    ]


async def test_a_stream_that_is_cut_before_falls_back_to_the_articles_words() -> None:
    """Nothing was told, so that nothing is taken back."""
    _, reply = await followed(ScriptedModel(WITHIN_45, cut_after=3))
    assert reply.degraded == ("model",)
    assert reply.decision is Decision.ANSWER


# What the model is told


async def test_only_what_the_article_names_reaches_the_model() -> None:
    """Other collected values stay in the house, and so does all of an unverified requester's."""
    model = ScriptedModel(writes(("The warranty covers the switch for 24 months.", "24 months")))
    engine = engine_of(warranty(fact("Serial number")), model=model)
    ticket = messages(
        "customer: What does the lamp warranty cover?", requester={"ref": "r", "verified": True}
    )
    data = {"serial number": "SN-4711", "iban": "CANARY-1", "customer_name": "Ada Lovelace"}
    await ask(engine, ticket=ticket, collected_data=data)
    (task,) = model.tasks
    assert "SN-4711" in task.material
    assert "CANARY-1" not in task.material
    assert task.identifiers == ("Ada Lovelace",)
    ticket["requester"]["verified"] = False
    await ask(engine, ticket=ticket, collected_data=data)
    assert "SN-4711" not in model.tasks[1].material


async def test_agent_only_text_never_reaches_the_model() -> None:
    """What only agents may read is not even offered."""
    model = ScriptedModel(WITHIN_45)
    await answered(model, "How do I return a lamp, step by step?")
    assert "RETURN-VAULT" not in model.tasks[0].material
