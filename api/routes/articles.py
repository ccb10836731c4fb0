"""One article: stored, looked at and removed by an editor's tool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, delete, get, put
from litestar.exceptions import InternalServerException
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromPath, QueryParameter

from api.problems import RefusedError, documented
from api.request import ApiRequest
from data_pipeline.ingest.article_upload import (
    SUFFIX_OF_TYPE,
    ArticleDesk,
    ArticleUpload,
    RemovedArticle,
    StoredUpload,
)
from data_pipeline.ports import ArticleCard

_CREATED = 201
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_OTHER_NAMES = {
    "text/x-markdown": "text/markdown",
    "application/markdown": "text/markdown",
    "application/xhtml+xml": "text/html",
}
_UNKNOWN = "GET /api/v1/kb/articles lists the ids of all articles."

Wait = Annotated[
    Literal["visible"] | None,
    QueryParameter(description="`visible`: reply only when every reader sees the change"),
]


class StoredArticle(ArticleCard, frozen=True, kw_only=True, omit_defaults=False):
    """An article of the catalogue; `revision` changes with its content."""


class ArticleReply(StoredArticle, frozen=True, kw_only=True, omit_defaults=False):
    """One article of the catalogue."""

    kb_version: str
    request_id: str


class StoredReply(StoredUpload, frozen=True, kw_only=True):
    """An article after it was stored.

    `chunks` are all that it has now, `tiers` counts them; `written` and `deleted` are those that
    changed. `flagged` are the ids of chunks that read like instructions to a model: no model is
    shown them. `visible` says that every reader sees it already. `embedding` is null where the
    service has no embedder.
    """

    request_id: str


class RemovedReply(RemovedArticle, frozen=True, kw_only=True):
    """An article after it was removed: how many chunks went; `visible` says that nobody sees it."""

    request_id: str


@dataclass
class DocumentOperation(Operation):
    """An operation whose body is a document of one of several media types."""

    def __post_init__(self) -> None:
        """Describe the body, which no struct stands for."""
        text = Schema(type=OpenAPIType.STRING)
        binary = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        schemas = {name: binary if name == _DOCX else text for name in SUFFIX_OF_TYPE}
        schemas["application/json"] = Schema(type=OpenAPIType.OBJECT)
        self.request_body = RequestBody(
            content={name: OpenAPIMediaType(schema=one) for name, one in schemas.items()},
            description="The document, as a file of the same type would hold it",
            required=True,
        )


async def created_or_not(response: Response[Any]) -> Response[Any]:
    """201 for an article that is new, 200 for one that was there; an `after_request`."""
    if isinstance(response.content, StoredReply) and response.content.created:
        response.status_code = _CREATED
    return response


@put(
    "/articles/{article_id:str}",
    operation_id="putArticle",
    summary="Store an article",
    response_description="The article was there and is what was sent now",
    responses={
        _CREATED: ResponseSpec(
            StoredReply, description="The article is new", generate_examples=False
        ),
        **documented(400, 401, 403, 413, 415, 500, 503),
    },
    operation_class=DocumentOperation,
    after_request=created_or_not,
)
async def put_article(
    article_id: FromPath[str], request: ApiRequest, wait: Wait = None
) -> StoredReply:
    """Stores one article, whole, in place of what was stored under this id.

    Send it as a file would hold it, with its Content-Type: structured JSON, Markdown with or
    without front matter, HTML, plain text or DOCX. The id in the address wins; a document may
    leave its id out. Only chunks that changed are written and embedded.
    """
    upload = await _upload(article_id, request)
    stored = await _desk(request).put(request.auth.namespace, upload, wait=wait is not None)
    return StoredReply(**msgspec.structs.asdict(stored), request_id=request.request_id)


@get(
    "/articles/{article_id:str}",
    operation_id="getArticle",
    summary="An article",
    responses=documented(400, 401, 403, 404, 500, 503),
)
async def get_article(article_id: FromPath[str], request: ApiRequest) -> ArticleReply:
    """What the catalogue says about one article."""
    catalogue = await request.services.index.catalogue(request.auth.namespace)
    card = catalogue.articles.get(article_id)
    if card is None:
        raise RefusedError("not_found", _UNKNOWN)
    return ArticleReply(
        **msgspec.structs.asdict(card),
        kb_version=catalogue.version,
        request_id=request.request_id,
    )


@delete(
    "/articles/{article_id:str}",
    status_code=200,
    operation_id="deleteArticle",
    summary="Remove an article",
    responses=documented(400, 401, 403, 404, 500, 503),
)
async def delete_article(
    article_id: FromPath[str], request: ApiRequest, wait: Wait = None
) -> RemovedReply:
    """Removes one article, all its chunks at once."""
    desk = _desk(request)
    removed = await desk.remove(request.auth.namespace, article_id, wait=wait is not None)
    if removed is None:
        raise RefusedError("not_found", _UNKNOWN)
    return RemovedReply(**msgspec.structs.asdict(removed), request_id=request.request_id)


def _desk(request: ApiRequest) -> ArticleDesk:
    desk = request.services.articles
    if desk is None:
        raise RefusedError(
            "not_found", "This service takes no articles: python -m scripts.sync_articles does."
        )
    return desk


def _type(request: ApiRequest) -> str:
    """The media type of the body, by its usual name. Raises `RefusedError`."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    name = request.content_type[0].strip().lower()
    known = _OTHER_NAMES.get(name, name)
    if known not in SUFFIX_OF_TYPE or encoding not in {"", "identity"}:
        raise RefusedError(
            "unsupported_document",
            f"Send the document without Content-Encoding and with one of these as its "
            f"Content-Type: {', '.join(SUFFIX_OF_TYPE)}.",
        )
    return known


async def _upload(article_id: str, request: ApiRequest) -> ArticleUpload:
    """The raw body, whatever its type; `ApiRequest.body` takes JSON only."""
    media_type = _type(request)
    try:
        content = await Request.body(request)
    except InternalServerException:
        raise RefusedError("invalid_request", "The body ended too early.") from None
    return ArticleUpload(article_id=article_id, media_type=media_type, content=content)
