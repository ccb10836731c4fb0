"""OpenAI as it is today: vectors, an answer, a streamed answer."""

from __future__ import annotations

import math
import os
from collections.abc import AsyncIterator

import msgspec
import pytest

from data_pipeline.adapters.openai import OpenAIEmbedder, OpenAIModel
from data_pipeline.ports import Completion, ModelTask, Vector
from tests.live.accounts import Bill, Places, key_of

pytestmark = pytest.mark.live

TASK = ModelTask(
    purpose="answer",
    instructions="Answer from the material only, in one short sentence.",
    material="Material: parcels can be sent back within 30 days. Question: how long have I got?",
    schema_name="reply",
    schema={
        "type": "object",
        "properties": {
            "sentence": {"type": "string"},
            "kind": {"type": "string", "enum": ["answer", "unknown"]},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "required": ["sentence", "kind", "note"],
        "additionalProperties": False,
    },
)


class Reply(msgspec.Struct, forbid_unknown_fields=True):
    """What the schema asks for."""

    sentence: str
    kind: str
    note: str | None


@pytest.fixture
async def embedder() -> AsyncIterator[OpenAIEmbedder]:
    made = OpenAIEmbedder(key_of("OPENAI_API_KEY"), Places().openai, timeout_seconds=30.0)
    yield made
    await made.close()


@pytest.fixture
async def model() -> AsyncIterator[OpenAIModel]:
    made = OpenAIModel(
        key_of("OPENAI_API_KEY"),
        Places().openai,
        model=os.environ.get("KB_MODEL") or "gpt-4.1-mini",
        api="responses",
        max_output_tokens=2_000,
    )
    yield made
    await made.close()


async def test_embeddings(embedder: OpenAIEmbedder, bill: Bill) -> None:
    """Vectors of the asked length and of length 1, nearer for texts that mean the same."""
    texts = ["How do I send a parcel back?", "How can I send back my parcel?", "Fees for cards", ""]
    made = await embedder.embed(texts, "query")
    bill.embedded(embedder.model, made.tokens)
    first, same, other, _ = made.vectors
    assert [len(vector) for vector in made.vectors] == [embedder.dimensions] * 4
    assert all(math.isclose(math.hypot(*vector), 1.0, abs_tol=1e-3) for vector in made.vectors)
    assert _cosine(first, same) > _cosine(first, other)
    assert made.tokens > 0


def _cosine(a: Vector, b: Vector) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


async def test_an_answer(model: OpenAIModel, bill: Bill) -> None:
    """The reply fits the strict schema, with what it cost."""
    completion = await model.complete(TASK)
    bill.completed(completion)
    msgspec.json.decode(completion.text, type=Reply)
    assert completion.input_tokens > 0
    assert completion.output_tokens > 0
    assert completion.model


async def test_a_streamed_answer(model: OpenAIModel, bill: Bill) -> None:
    """Pieces come before the whole, and together are the whole."""
    *pieces, completion = [piece async for piece in model.stream(TASK)]
    assert isinstance(completion, Completion)
    bill.completed(completion)
    assert len(pieces) > 1
    assert "".join(map(str, pieces)) == completion.text
    msgspec.json.decode(completion.text, type=Reply)
