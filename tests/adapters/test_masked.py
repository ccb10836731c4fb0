"""No identifier of a customer reaches a service, and every one comes back in the reply."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from typing import Any, Literal
from urllib.parse import quote, quote_plus

import msgspec
import pytest

from data_pipeline.adapters.masked import MaskedEmbedder, MaskedModel, MaskedReranker
from data_pipeline.adapters.openai import OpenAIEmbedder, OpenAIModel
from data_pipeline.errors import ModelReplyError, ModelUnavailableError
from data_pipeline.ports import Completion, ModelTask, Reranking
from data_pipeline.prompts.strict_schema import strict_schema
from tests.fakes_models import HashEmbedder, ScriptedModel
from tests.wire.exchange import Request
from tests.wire.openai_server import API_KEY, OpenAIServer

NAMES = ("Ondine Quill", 'Conor "Con" Walsh')
CANARIES = {
    "name in the data": "Ondine Quill",
    "her surname alone": "Quill",
    "name with quotes": 'Conor "Con" Walsh',
    "name introduced": "Itziar Goñi",
    "name with a title": "Featherstonehaugh",
    "name signed": "Deirdre Fagan",
    "mail": "ondine.quill@post.example",
    "mail with a plus": "Q.Lamp+bike@Sub.Mail.Example",
    "mail with accents": "josé.núñez@correo.example",
    "mobile": "612 345 678",
    "number from abroad": "+353 (0)87 123 4567",
    "number with dots": "415.555.2671",
    "number with zeros": "0044 20 7946 0958",
    "number without blanks": "0871234568",
    "IBAN": "ES91 2100 0418 4502 0005 1332",
    "IBAN, small letters": "de89370400440532013000",
    "card": "4111 1111 1111 1111",
    "card with hyphens": "5500-0000-0000-0004",
    "card without blanks": "378282246310005",
    "SSN": "536-90-4399",
    "SSN with blanks": "219 09 9998",
    "DNI": "12345678Z",
    "NIE": "X1234567L",
    "NINO": "AB 12 34 56 C",
    "customer number": "CU-5590381",
    "order": "7745120",
    "account": "99887766554433",
}
TICKET = f"""<customer_message>
Hello, me llamo {CANARIES["name introduced"]} and I write for Mrs {CANARIES["name with a title"]}.
Ondine Quill and {NAMES[1]} ride the bike; ask Quill. Mail {CANARIES["mail"]} or
{CANARIES["mail with a plus"]}; {CANARIES["mail with accents"]} is old.
Call {CANARIES["mobile"]}, {CANARIES["number from abroad"]}, {CANARIES["number with dots"]},
{CANARIES["number with zeros"]} or {CANARIES["number without blanks"]}.
IBAN {CANARIES["IBAN"]}, before {CANARIES["IBAN, small letters"]}.
Cards {CANARIES["card"]} / {CANARIES["card with hyphens"]} / {CANARIES["card without blanks"]}.
SSN {CANARIES["SSN"]} or {CANARIES["SSN with blanks"]}, DNI {CANARIES["DNI"]}, NIE
{CANARIES["NIE"]}, NI {CANARIES["NINO"]}. Customer number {CANARIES["customer number"]},
order {CANARIES["order"]}, {CANARIES["account"]}. The fee of €79.50 on 2026-06-03 is 15 % too much.

{CANARIES["name signed"]}
</customer_message>"""


class Answer(msgspec.Struct):
    points: list[str]


TASK = ModelTask(
    purpose="answer",
    instructions="Answer from the passages.",
    material=TICKET,
    schema_name="answer",
    schema=strict_schema(Answer),
    identifiers=NAMES,
)
Api = Literal["responses", "chat"]


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as served:
        served.speak = lambda _: '{"points":[]}'
        yield served


@pytest.fixture(params=["responses", "chat"])
async def model(server: OpenAIServer, request: pytest.FixtureRequest) -> AsyncIterator[MaskedModel]:
    api: Api = request.param
    inner = OpenAIModel(API_KEY, server.base_url, model="gpt-4.1-mini", api=api, max_retries=0)
    yield MaskedModel(inner)
    await inner.close()


def disguises(canary: str) -> Iterator[str]:
    """The forms in which a careless masking would let a text through."""
    yield from (canary, canary.casefold(), quote(canary), quote_plus(canary))
    yield json.dumps(canary)[1:-1]
    digits = re.sub(r"\D", "", canary)
    if len(digits) >= 6:
        yield digits
    for cut in range(3):
        # Wherever it stands in a longer text, one of three alignments of its middle shows.
        encoded = base64.b64encode(b"." * cut + canary.encode()).decode()
        if len(encoded) > 14:
            yield encoded[4:-4]


def assert_nothing_leaked(requests: Sequence[Request]) -> None:
    assert requests
    for request in requests:
        seen = f"{request.path}?{request.query}\n{request.headers}\n{request.body.decode()}"
        folded = seen.casefold()
        digits = re.sub(r"\D", "", seen)
        for kind, canary in CANARIES.items():
            for form in disguises(canary):
                assert form not in seen, kind
                assert form.casefold() not in folded or not form.isalpha(), kind
                assert not form.isdecimal() or form not in digits, kind


async def test_no_canary_reaches_a_model(server: OpenAIServer, model: MaskedModel) -> None:
    """Over the real adapter, whole and streamed; the amounts that are asked about do arrive."""
    await model.complete(TASK)
    async with aclosing(model.stream(TASK)) as stream:
        assert [piece async for piece in stream]
    assert len(server.requests) == 2
    assert_nothing_leaked(server.requests)
    for request in server.requests:
        assert all(kept in request.body.decode() for kept in ("79.50", "2026-06-03", "15 %"))


async def test_no_canary_of_a_question_reaches_an_embedder(server: OpenAIServer) -> None:
    """But for the names that only the workflow's data tells: a question comes without it."""
    inner = OpenAIEmbedder(API_KEY, server.base_url, dimensions=8, max_retries=0)
    question = (
        TICKET.replace("Ondine Quill", "Someone")
        .replace("ask Quill", "ask")
        .replace(NAMES[1], "another")
    )
    await MaskedEmbedder(inner).embed([question], "query")
    await inner.close()
    assert_nothing_leaked(server.requests)


def test_the_canaries_would_be_seen() -> None:
    """The search for leaks finds each canary in each disguise."""
    for canary in CANARIES.values():
        for form in disguises(canary):
            leaking = Request("POST", "/", {}, {}, f"before {form} after".encode(), 0.0)
            with pytest.raises(AssertionError):
                assert_nothing_leaked([leaking])


def _echo(task: ModelTask) -> str:
    """A model that says everything that it was told, with signs that JSON escapes."""
    return json.dumps({"points": [task.material, "[sic] [", "é"]}, ensure_ascii=False)


async def test_what_was_masked_comes_back_as_valid_json() -> None:
    inner = ScriptedModel(_echo)
    reply = await MaskedModel(inner).complete(TASK)
    assert json.loads(reply.text)["points"] == [TICKET, "[sic] [", "é"]
    assert inner.tasks[0].identifiers == ()
    assert inner.tasks[0].instructions == TASK.instructions


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 11, 10_000])
async def test_a_stream_says_the_same_however_its_tokens_are_cut(piece: int) -> None:
    stream = MaskedModel(ScriptedModel(_echo, piece=piece)).stream(TASK)
    *pieces, last = [part async for part in stream]
    assert isinstance(last, Completion)
    assert "".join(map(str, pieces)) == last.text
    assert json.loads(last.text)["points"][0] == TICKET


async def test_a_stream_does_not_wait_for_its_end() -> None:
    """Only what may be a cut token is held back."""
    reply = json.dumps({"points": ["[", "to [EMAIL_1].", "more of it"]})
    task = msgspec.structs.replace(TASK, material="a@b.example", identifiers=())
    stream = MaskedModel(ScriptedModel(reply, piece=5)).stream(task)
    pieces = [part async for part in stream if isinstance(part, str)]
    assert len(pieces) > 6


@pytest.mark.parametrize("text", ['{"points":["Call [PHONE_9]."]}', '{"points":["[name 99]"]}'])
async def test_an_invented_token_is_no_reply(text: str) -> None:
    """The reply is lost; what it cost is told all the same."""
    with pytest.raises(ModelReplyError, match="placeholder") as raised:
        await MaskedModel(ScriptedModel(text)).complete(TASK)
    paid = raised.value.usage
    assert isinstance(paid, Completion)
    assert (paid.text, paid.model) == ("", "scripted")
    assert paid.output_tokens > 0
    with pytest.raises(ModelReplyError, match="placeholder"):
        async for _ in MaskedModel(ScriptedModel(text)).stream(TASK):
            pass


async def test_a_failure_passes_as_it_is() -> None:
    failing = MaskedModel(ScriptedModel(ModelUnavailableError("Away: try again.")))
    with pytest.raises(ModelUnavailableError, match="Away"):
        await failing.complete(TASK)
    cut = MaskedModel(ScriptedModel(_echo, cut_after=2))
    with pytest.raises(ModelUnavailableError, match="cut"):
        async for _ in cut.stream(TASK):
            pass


async def test_a_consumer_that_leaves_closes_the_stream() -> None:
    closed: list[bool] = []

    class Watched(ScriptedModel):
        async def stream(self, task: ModelTask) -> AsyncIterator[str | Completion]:
            try:
                yield "{"
                yield "never"
            finally:
                closed.append(True)

    async with aclosing(MaskedModel(Watched()).stream(TASK)) as stream:
        assert await anext(stream) == "{"
    assert closed == [True]


async def test_passages_are_embedded_as_they_are_and_queries_are_not() -> None:
    inner = HashEmbedder()
    masked = MaskedEmbedder(inner)
    await masked.embed(["Write to help@shop.example"], "passage")
    await masked.embed(["I am a@b.example", "I am c@b.example", ""], "query")
    assert inner.texts == [
        "Write to help@shop.example",
        "I am [EMAIL_1]",
        "I am [EMAIL_1]",
        "",
    ]
    assert (masked.identity, masked.model) == (inner.identity, inner.model)
    assert masked.dimensions == inner.dimensions


async def test_equal_questions_have_equal_vectors_whatever_stands_beside_them() -> None:
    masked = MaskedEmbedder(HashEmbedder())
    alone = await masked.embed(["call 612 345 678"], "query")
    beside = await masked.embed(["a@b.example, +353 87 123 4567", "call 612 345 678"], "query")
    assert list(alone.vectors[0]) == list(beside.vectors[1])


async def test_a_reranker_sees_a_masked_query_and_plain_passages() -> None:
    class Recorder:
        model = "recorder"

        def __init__(self) -> None:
            self.seen: list[Any] = []

        async def rerank(self, query: str, texts: Sequence[str]) -> Reranking:
            self.seen.append((query, list(texts)))
            return Reranking(tuple(0.5 for _ in texts))

    recorder = Recorder()
    reranking = await MaskedReranker(recorder).rerank("I am a@b.example", ["help@shop.example"])
    assert recorder.seen == [("I am [EMAIL_1]", ["help@shop.example"])]
    assert reranking == Reranking((0.5,))
