"""A small knowledge base of an invented lamp shop, and short ways to ask it something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from data_pipeline.articles import Chunk
from data_pipeline.contract.replies import GenerateResponseReply, RequiredDataReply
from data_pipeline.contract.requests import GenerateResponseRequest, RequiredDataRequest
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import Coefficients, Model, shipped_coefficients
from data_pipeline.engine.required_data import required_data
from data_pipeline.engine.ticket_reply import ticket_reply
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.markdown import read_markdown
from data_pipeline.ingest.readers.structured_json import read_structured
from data_pipeline.request_body import read_request
from tests.builders import as_bytes, data_point, document
from tests.fakes_index import MemoryIndex

TODAY = date(2026, 6, 15)
SCOPE_KEYS = ("country", "tier")


def chunks_of(raw: Mapping[str, Any]) -> tuple[Chunk, ...]:
    """The chunks of a structured article."""
    return chunk_article(read_structured(as_bytes(raw), "a.json", Defaults(), SCOPE_KEYS))


def article(details: dict[str, Any] | None = None, **metadata: Any) -> tuple[Chunk, ...]:
    """The chunks of a structured article with these details."""
    return chunks_of(document(details, **metadata))


def page(text: str, name: str = "page.md") -> tuple[Chunk, ...]:
    """The chunks of a Markdown page."""
    return chunk_article(read_markdown(text.encode(), name, Defaults(), SCOPE_KEYS))


def lamp_return(**changes: Any) -> tuple[Chunk, ...]:
    """Sending a lamp back: rules, fees, steps, questions and a frame per outcome."""
    details = {
        "business_rules": [
            {
                "category": "Return window",
                "rules": ["A lamp can be returned within 45 days of its delivery."],
            },
            {"category": "Refund", "rules": ["The refund for a returned lamp takes 6 days."]},
        ],
        "fees": [{"service": "Return parcel for a lamp", "fee": "€7", "notes": None}],
        "steps": [
            step(1, "Open Orders, choose the lamp and press Return."),
            step(2, "Print the return label and stick it on the parcel."),
            step(3, "Check the RETURN-VAULT list first.", visibility="agent_only"),
        ],
        "faq_pairs": [
            {
                "question": "How long can I return a lamp?",
                "answer": "Within 45 days of delivery.",
            },
        ],
    }
    return article(
        details | changes.pop("details", {}),
        **{"article_id": "lamp-return", "title": "Returning a lamp", **changes},
    )


def bulb_delivery() -> tuple[Chunk, ...]:
    """Another matter altogether."""
    return article(
        {
            "business_rules": [
                {
                    "category": "Delivery of bulbs",
                    "rules": ["Bulbs are delivered by courier within 3 working days."],
                }
            ],
            "faq_pairs": [
                {
                    "question": "When are my bulbs delivered?",
                    "answer": "The courier delivers bulbs within 3 working days.",
                }
            ],
        },
        article_id="bulb-delivery",
        title="Delivery of bulbs",
    )


def warranty(*points: dict[str, Any], **details: Any) -> tuple[Chunk, ...]:
    """An article on warranty claims that asks for `points`."""
    known = {
        "business_rules": [
            {
                "category": "Warranty",
                "rules": ["The warranty of a lamp covers its switch for 24 months."],
            }
        ],
        "faq_pairs": [
            {
                "question": "What does the lamp warranty cover?",
                "answer": "The switch, for 24 months.",
            }
        ],
        "required_data": {"must_have": list(points)},
    }
    return article(known | details, article_id="lamp-warranty", title="Warranty claim for a lamp")


def step(number: int, action: str, notes: str | None = None, **fields: Any) -> dict[str, Any]:
    """A step of the structured format."""
    return {
        "step_number": number,
        "type": "participant-action",
        "visibility": "customer",
        "description": action,
        "notes": notes,
        **fields,
    }


def fact(name: str, blocks: str = "always", source: str = "message_text", **more: Any) -> Any:
    """A data point of the structured format."""
    return data_point(name, blocking_intent=blocks, source_type=source, **more)


def engine_of(*articles: Sequence[Chunk], **changes: Any) -> Engine:
    """An engine over these articles; sure of everything that it finds unless told otherwise."""
    chunks = [chunk for one in articles for chunk in one]
    known: dict[str, Any] = {
        "index": MemoryIndex(chunks, scope_keys=SCOPE_KEYS),
        "coefficients": sure(),
        "today": lambda: TODAY,
    }
    return Engine(**(known | changes))


def sure(odds: float = 4.0) -> Coefficients:
    """Coefficients that give every article found the same log-odds, less for unknown words."""
    model = Model(odds, {"unknown_share": -8.0})
    return msgspec.structs.replace(shipped_coefficients(), article=model, reply=model)


def request(**fields: Any) -> GenerateResponseRequest:
    """A body of generate-response as the edge reads it."""
    return read_request(msgspec.json.encode(fields), GenerateResponseRequest)[0]


def messages(*turns: str, **fields: Any) -> dict[str, Any]:
    """A ticket whose messages are `who: text`, a minute apart."""
    told = [turn.partition(": ") for turn in turns]
    return {
        "messages": [
            {"from": who, "text": text, "at": f"2026-06-01T10:{minute:02}:00Z"}
            for minute, (who, _, text) in enumerate(told)
        ],
        **fields,
    }


async def ask(engine: Engine, inquiry: str = "", **fields: Any) -> GenerateResponseReply:
    """Reply of generate-response."""
    body = request(**({"inquiry": inquiry} if inquiry else {}), **fields)
    return await ticket_reply(engine, "default", body)


async def need(engine: Engine, inquiry: str = "", **fields: Any) -> RequiredDataReply:
    """Reply of required-data."""
    raw = msgspec.json.encode({**({"inquiry": inquiry} if inquiry else {}), **fields})
    body = read_request(raw, RequiredDataRequest)[0]
    return await required_data(engine, "default", body)


def text_of(chunks: Iterable[Chunk]) -> str:
    """All text of these chunks."""
    return "\n".join(chunk.text for chunk in chunks)
