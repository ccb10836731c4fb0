"""Pinecone on this machine: control plane, documents and inference, as SDK 10 speaks to them.

`python -m tests.wire.pinecone_server --port 5081` runs it as a process of its own.
"""

from __future__ import annotations

import argparse
import signal
import time
from dataclasses import dataclass
from typing import Any

import msgspec

from tests.wire.exchange import Reply, Request, json_reply
from tests.wire.http_server import WireServer
from tests.wire.pinecone_documents import Documents
from tests.wire.pinecone_errors import RefusalError, require
from tests.wire.pinecone_inference import embed, rerank
from tests.wire.pinecone_schema import check_name, classic_schema, document_schema, read_schema

API_KEY = "pcsk_test_key"


@dataclass
class Index:
    """One index: how it is described, and its documents."""

    name: str
    host: str
    schema: dict[str, Any]
    deployment: dict[str, Any]
    documents: Documents
    ready_at: float
    deletion_protection: str = "disabled"
    tags: dict[str, str] | None = None

    def described(self) -> dict[str, Any]:
        """As `GET /indexes/{name}` tells it."""
        ready = time.monotonic() >= self.ready_at
        return {
            "name": self.name,
            "host": self.host,
            "status": {"ready": ready, "state": "Ready" if ready else "Initializing"},
            "schema": self.schema,
            "deployment": self.deployment,
            "deletion_protection": self.deletion_protection,
            "read_capacity": {"mode": "OnDemand", "status": {"state": "Ready"}},
            "tags": self.tags,
        }


_DEPLOYMENT = {"deployment_type": "managed", "cloud": "aws", "region": "us-east-1"}


class PineconeServer(WireServer):
    """The vendor, all of it under one address.

    The oldest index answers at the root, which is `url`; later ones have a host with a path. Set
    `ready_after` (seconds) for indexes to come; `documents` of an index says when writes are seen.
    """

    def __init__(
        self, *, port: int = 0, api_key: str = API_KEY, schema: dict[str, Any] | None = None
    ) -> None:
        super().__init__(self._handle, port=port)
        self.api_key = api_key
        self.ready_after = 0.0
        self.indexes: dict[str, Index] = {}
        if schema is not None:
            self.add_index("kb", schema)

    @property
    def documents(self) -> Documents:
        """The documents of the index at the root."""
        return next(each for each in self.indexes.values() if each.host == self.url).documents

    def add_index(self, name: str, schema: dict[str, Any] | None = None, **more: Any) -> Index:
        """Create an index without a request; a document index of 8 dimensions unless told."""
        content = {"name": name, "schema": schema or document_schema(), **more}
        self._create(content)
        return self.indexes[name]

    def add_classic_index(self, name: str, dimension: int = 8) -> Index:
        """An index of the older kind, which holds vectors and takes no documents."""
        return self.add_index(name, classic_schema(dimension))

    def _handle(self, request: Request) -> Reply:
        try:
            key = request.headers.get("api-key")
            require(key == self.api_key, "Invalid API Key", 401)
            status, content = self._route(request)
            return Reply(status) if content is None else json_reply(content, status)
        except RefusalError as refusal:
            return refusal.reply()
        except (AttributeError, KeyError, TypeError, msgspec.DecodeError):
            return RefusalError("the request cannot be read").reply()

    def _route(self, request: Request) -> tuple[int, Any]:
        match (request.method, *request.segments()):
            case (_, "indexes", *rest):
                return self._control_plane(request, *rest)
            case ("POST", "rerank"):
                return 200, rerank(request.json())
            case ("POST", "embed"):
                return 200, embed(request.json())
            case (_, "on", name, *rest):
                return _data_plane(self._index(name).documents, request, tuple(rest))
            case (_, *rest):
                return _data_plane(self._root().documents, request, tuple(rest))
        raise RefusalError("no such path", 404)

    def _control_plane(self, request: Request, *rest: str) -> tuple[int, Any]:
        match (request.method, *rest):
            case ("GET",):
                return 200, {"indexes": [each.described() for each in self.indexes.values()]}
            case ("POST",):
                return 201, self._create(request.json())
            case ("GET", name):
                return 200, self._index(name).described()
            case ("DELETE", name):
                return self._delete(name)
        raise RefusalError("no such path", 404)

    def _root(self) -> Index:
        root = [each for each in self.indexes.values() if each.host == self.url]
        require(root, "no index answers at this host", 404)
        return root[0]

    def _index(self, name: str) -> Index:
        require(name in self.indexes, f"Resource {name} not found", 404)
        return self.indexes[name]

    def _create(self, content: Any) -> dict[str, Any]:
        name, schema = content["name"], content.get("schema")
        check_name(name)
        fields = read_schema(schema)
        require(name not in self.indexes, f"Resource {name} already exists", 409)
        taken = any(each.host == self.url for each in self.indexes.values())
        self.indexes[name] = Index(
            name=name,
            host=f"{self.url}/on/{name}" if taken else self.url,
            schema=schema,
            deployment=content.get("deployment") or _DEPLOYMENT,
            documents=Documents(fields),
            ready_at=time.monotonic() + self.ready_after,
            deletion_protection=content.get("deletion_protection", "disabled"),
            tags=content.get("tags"),
        )
        return self.indexes[name].described()

    def _delete(self, name: str) -> tuple[int, Any]:
        protected = self._index(name).deletion_protection == "enabled"
        require(not protected, "Deletion protection is enabled for this index", 403)
        del self.indexes[name]
        return 202, None


def _data_plane(
    documents: Documents, request: Request, segments: tuple[str, ...]
) -> tuple[int, Any]:
    match (request.method, *segments):
        case ("POST", "namespaces", namespace, "documents", operation):
            return documents.call(namespace, operation, request.json(), len(request.body))
        case ("GET", "namespaces"):
            counted = [_summary(documents, name) for name in sorted(documents.namespaces)]
            return 200, {"namespaces": counted, "total_count": len(counted)}
        case (method, "namespaces", namespace):
            require(namespace in documents.namespaces, "Namespace not found", 404)
            if method == "GET":
                return 200, _summary(documents, namespace)
            require(method == "DELETE", "method not allowed", 404)
            del documents.namespaces[namespace]
            return 202, {}
        case ("POST", "describe_index_stats"):
            return 200, _statistics(documents)
    raise RefusalError("no such path", 404)


def _summary(documents: Documents, namespace: str) -> dict[str, Any]:
    return {"name": namespace, "record_count": len(documents.visible(namespace))}


def _statistics(documents: Documents) -> dict[str, Any]:
    counts = {name: len(documents.visible(name)) for name in documents.namespaces}
    return {
        "namespaces": {name: {"vectorCount": count} for name, count in counts.items()},
        "dimension": next(iter(documents.fields.dense.values()), None),
        "totalVectorCount": sum(counts.values()),
        "metric": documents.fields.metric,
        "vectorType": "dense",
    }


def main() -> None:
    """Serve an empty account until the process is told to end; the address is printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--api-key", default=API_KEY)
    parser.add_argument("--index", default="", help="create this document index")
    parser.add_argument("--dimension", type=int, default=8)
    parser.add_argument("--visible-after", type=float, default=0.0, help="seconds")
    told = parser.parse_args()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # the server's thread inherits it
    with PineconeServer(port=told.port, api_key=told.api_key) as server:
        if told.index:
            made = server.add_index(told.index, document_schema(told.dimension))
            made.documents.visible_after = told.visible_after
        print(server.url, flush=True)  # noqa: T201 - who started it reads it
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
