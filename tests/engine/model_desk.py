"""Short ways to have a scripted model answer from the lamp shop's articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from data_pipeline.articles import Blocks, Chunk, DataType, FactSource
from data_pipeline.contract.replies import FoundIn, RequiredField
from data_pipeline.engine.article_content import read_content
from data_pipeline.engine.extractive import Assignment
from data_pipeline.engine.intent import read_intent
from data_pipeline.engine.model_answer.assignment import ModelAssignment, ModelPart
from data_pipeline.engine.model_answer.material import answer_task
from data_pipeline.engine.model_answer.offered import Offered, offer
from data_pipeline.engine.model_answer.write import ModelWritten, OnPoint, write_answer
from data_pipeline.engine.outcome import Verdict
from data_pipeline.engine.ranking import build_query
from data_pipeline.engine.selection import Asked
from data_pipeline.language import terms
from data_pipeline.ports import TermStatistics
from tests.fakes_models import Reply, ScriptedModel

QUESTION = "How do I return a lamp, and how much is the parcel?"


def part(chunks: Sequence[Chunk], question: str = QUESTION, **more: Any) -> ModelPart:
    """An article and a question about it."""
    facts = more.pop("facts", ())
    task = {
        "content": read_content(chunks),
        "revision": "r1",
        "asked": (Asked(build_query(question, "en"), read_intent(question)),),
        "intent": read_intent(question),
        "language": "en",
    }
    return ModelPart(task=Assignment(**(task | more)), questions=(question,), facts=tuple(facts))


def ticket(*parts: ModelPart, **more: Any) -> ModelAssignment:
    """An assignment in English over these parts."""
    chunks = [chunk for one in parts for chunk in one.task.content.chunks]
    fields = {
        "parts": parts,
        "message": QUESTION,
        "language": "en",
        "statistics": statistics_of(chunks),
    }
    return ModelAssignment(**(fields | more))


def statistics_of(chunks: Sequence[Chunk]) -> TermStatistics:
    """Frequencies over these chunks and twenty others that share no word with them."""
    held = [set(terms(f"{c.title} {c.heading} {c.body}", c.language)) for c in chunks]
    names = {name for one in held for name in one}
    frequency = {name: sum(name in one for one in held) for name in names}
    return TermStatistics(chunks=len(chunks) + 20, articles=2, chunk_frequency=frequency)


def known(label: str, value: Any, found_in: FoundIn = FoundIn.COLLECTED_DATA) -> RequiredField:
    """A fact that the article asks for and that is known."""
    return RequiredField(
        key=label.casefold().replace(" ", "_"),
        label=label,
        description="",
        why_needed="",
        data_type=DataType.TEXT,
        required=True,
        source=FactSource.CUSTOMER,
        question=None,
        blocks=Blocks.ALWAYS,
        choices=(),
        examples=(),
        article_id="a",
        section="Facts",
        known=True,
        value=value,
        found_in=found_in,
    )


def proven(outcome: str, reason: str = "It was proven.") -> Verdict:
    """An outcome that applies."""
    return Verdict(outcome, reason)


def cited(task: ModelAssignment, words: str) -> str:
    """The id of the first passage that holds `words`."""
    return next(o.id for o in offer(task) if words in o.passage.text)


def passage(task: ModelAssignment, words: str) -> Offered:
    """The first passage that holds `words`."""
    return next(o for o in offer(task) if words in o.passage.text)


def said(text: str, *cites: str, kind: str = "point") -> dict[str, Any]:
    """A point as a model writes it."""
    return {"cites": list(cites), "kind": kind, "text": text}


def reply(*points: dict[str, Any], verdict: str = "answered") -> str:
    """A whole reply as a model writes it."""
    return msgspec.json.encode({"verdict": verdict, "points": list(points)}).decode()


def material(task: ModelAssignment) -> str:
    """What a model is shown of a ticket."""
    return answer_task(task, offer(task)).material


async def write(
    task: ModelAssignment, *replies: Reply, on_point: OnPoint | None = None, **more: Any
) -> tuple[ModelWritten, ScriptedModel]:
    """What is written from these replies, and the model that gave them."""
    model = ScriptedModel(*replies, **more)
    return await write_answer(model, task, on_point), model


def texts(written: ModelWritten, number: int = 0) -> list[str]:
    """Everything that is said about one article, in the order of the reply."""
    draft = written.parts[number].draft.reply
    return [
        *(p.text for p in draft.key_points),
        *(s.action for s in draft.steps),
        *(w.text for w in draft.warnings),
    ]


def reasons(written: ModelWritten, number: int = 0) -> list[str]:
    """Why sentences were removed."""
    return [removed.reason.value for removed in written.parts[number].removed]
