"""The bag of use cases that the edge and the scripts call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from data_pipeline.contract.replies import GenerateResponseReply, RequiredDataReply
from data_pipeline.contract.requests import GenerateResponseRequest, RequiredDataRequest
from data_pipeline.contract.stream import Tell
from data_pipeline.ingest.article_upload import ArticleDesk
from data_pipeline.ports import ApiKeys, ChunkIndex


@dataclass(frozen=True)
class Call:
    """Who asks, as the edge found out: the namespace comes from the key, never from a body.

    `warnings` are what reading the body already noticed; they end up in the reply.
    """

    request_id: str
    tenant: str
    namespace: str
    key_id: str = ""
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Services:
    """Use cases and the few ports that handlers need directly.

    `articles` is None where articles come by the loader only.
    """

    required_data: Callable[[Call, RequiredDataRequest], Awaitable[RequiredDataReply]]
    ticket_reply: Callable[[Call, GenerateResponseRequest], Awaitable[GenerateResponseReply]]
    streamed_reply: Callable[
        [Call, GenerateResponseRequest, Tell], Awaitable[GenerateResponseReply]
    ]
    index: ChunkIndex
    api_keys: ApiKeys
    articles: ArticleDesk | None = None
