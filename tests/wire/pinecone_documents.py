"""The documents of one index: checked, stored per namespace, visible a while after the write."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tests.wire.pinecone_checks import check_document
from tests.wire.pinecone_errors import require
from tests.wire.pinecone_filters import matcher
from tests.wire.pinecone_ranking import nearest, relevance
from tests.wire.pinecone_schema import Fields

Stored = dict[str, Any]

_MOST_DOCUMENTS = 1000
_LARGEST_UPSERT = 2 * 1024 * 1024
_LARGEST_RESULT = 4 * 1024 * 1024


@dataclass
class Namespace:
    """Documents as readers see them, and the writes that they do not see yet, oldest first."""

    visible: dict[str, Stored] = field(default_factory=dict)
    pending: list[tuple[float, int, dict[str, Stored | None]]] = field(default_factory=list)

    def latest(self) -> dict[str, Stored]:
        """The documents with every acknowledged write, which no reader may see yet."""
        documents = dict(self.visible)
        for _, _, write in self.pending:
            _apply(write, documents)
        return documents


@dataclass
class Documents:
    """The data plane of one document index.

    A write is seen when `visible_after` seconds have passed and `visible_after_reads` reads were
    made since. With `strict_namespaces` only upserts may name a namespace that does not exist.
    """

    fields: Fields
    visible_after: float = 0.0
    visible_after_reads: int = 0
    strict_namespaces: bool = False
    whole_numbers: bool = False
    namespaces: dict[str, Namespace] = field(default_factory=dict)
    reads: int = 0

    def call(self, namespace: str, operation: str, body: Any, size: int) -> tuple[int, Any]:
        """Status and reply of one request to `/namespaces/{namespace}/documents/{operation}`."""
        operations: dict[str, Callable[[str, Any], tuple[int, Any]]] = {
            "upsert": self._upsert,
            "search": self._search,
            "fetch": self._fetch,
            "delete": self._delete,
            "update": self._update,
            "list": self._list,
        }
        require(operation in operations, f"no such operation: {operation}", 404)
        require(not self.fields.classic, "this index holds vectors, not documents")
        require(isinstance(body, dict), "the body must be an object")
        require(operation != "upsert" or size <= _LARGEST_UPSERT, "request exceeds 2 MB", 413)
        known = operation == "upsert" or namespace in self.namespaces or not self.strict_namespaces
        require(known, "Namespace not found", 404)
        return operations[operation](namespace, body)

    def all(self, namespace: str) -> dict[str, Stored]:
        """What was written, visible or not: for a test's assertions."""
        held = self.namespaces.get(namespace)
        return held.latest() if held else {}

    def settle(self) -> None:
        """Make every write visible now."""
        for held in self.namespaces.values():
            held.visible = held.latest()
            held.pending.clear()

    def visible(self, namespace: str) -> dict[str, Stored]:
        """What readers see now."""
        held = self.namespaces.get(namespace, Namespace())
        now = time.monotonic()
        while held.pending and held.pending[0][0] <= now and held.pending[0][1] <= self.reads:
            _apply(held.pending.pop(0)[2], held.visible)
        return held.visible

    def _write(self, namespace: str, write: dict[str, Stored | None]) -> None:
        if namespace not in self.namespaces and not any(write.values()):
            return
        held = self.namespaces.setdefault(namespace, Namespace())
        due = time.monotonic() + self.visible_after, self.reads + self.visible_after_reads
        held.pending.append((*due, write))

    def _read(self, namespace: str) -> dict[str, Stored]:
        documents = self.visible(namespace)
        self.reads += 1
        return documents

    def _upsert(self, namespace: str, body: Any) -> tuple[int, Any]:
        documents = body.get("documents")
        require(isinstance(documents, list) and documents, "documents must not be empty")
        require(len(documents) <= _MOST_DOCUMENTS, "at most 1000 documents per request")
        ids = [document.get("_id") for document in documents]
        require(len(set(map(str, ids))) == len(ids), "document ids must be unique in a request")
        for document in documents:
            check_document(document, self.fields)
        self._write(namespace, {d["_id"]: self._stored(d) for d in documents})
        return 202, {"upserted_count": len(documents)}

    def _search(self, namespace: str, body: Any) -> tuple[int, Any]:
        top_k = body.get("top_k")
        require(isinstance(top_k, int) and 1 <= top_k <= 10_000, "top_k must be 1 to 10000")
        matching = self._matching(self._read(namespace).values(), body.get("filter"))
        scored = self._scores(body.get("score_by"), matching)
        best = sorted(scored, key=lambda pair: (-pair[0], pair[1]["_id"]))[:top_k]
        shown = body.get("include_fields") or []
        matches = [_shown(document, shown) | {"_score": score} for score, document in best]
        return 200, _limited({"matches": matches}, namespace, units=1 + len(best) // 10)

    def _scores(self, clauses: Any, documents: list[Stored]) -> list[tuple[float, Stored]]:
        require(isinstance(clauses, list) and 1 <= len(clauses) <= 100, "score_by: 1 to 100")
        kinds = {clause.get("type") for clause in clauses}
        if kinds == {"dense_vector"}:
            require(len(clauses) == 1, "dense_vector must appear alone in score_by")
            return nearest(clauses[0], documents, self.fields)
        require(kinds == {"text"}, "score_by: only text and dense_vector are served here")
        return relevance(clauses, documents, self.fields)

    def _fetch(self, namespace: str, body: Any) -> tuple[int, Any]:
        documents = self._read(namespace)
        shown = body.get("include_fields")
        ids, after = body.get("ids"), _decoded(body.get("pagination_token"))
        require((ids is None) != ("filter" not in body), "give either ids or filter")
        if ids is not None:
            require(ids and len(ids) <= _MOST_DOCUMENTS, "ids: 1 to 1000")
            found = [documents[each] for each in ids if each in documents]
            return 200, self._fetched(found, None, namespace, shown)
        limit = body.get("limit", 100)
        require(1 <= limit <= 10_000, "limit must be 1 to 10000")
        matching = self._matching(documents.values(), body["filter"])
        page, token = _page({d["_id"]: d for d in matching}, after, limit)
        return 200, self._fetched(page, token, namespace, shown)

    def _fetched(
        self, found: list[Stored], token: str | None, namespace: str, shown: list[str] | None
    ) -> Any:
        documents = {d["_id"]: _shown(d, ["*"] if shown is None else shown) for d in found}
        reply = {"documents": documents} | ({"pagination": {"next": token}} if token else {})
        return _limited(reply, namespace, units=1 + len(found) // 10)

    def _list(self, namespace: str, body: Any) -> tuple[int, Any]:
        prefix, limit = body.get("prefix", ""), body.get("limit", 100)
        require(1 <= limit <= 100, "limit must be 1 to 100")
        documents = self._read(namespace)
        found = {key: documents[key] for key in documents if key.startswith(prefix)}
        page, token = _page(found, _decoded(body.get("pagination_token")), limit)
        reply: dict[str, Any] = {"documents": [{"_id": d["_id"]} for d in page]}
        return 200, _limited(
            reply | ({"pagination": {"next": token}} if token else {}), namespace, units=1
        )

    def _delete(self, namespace: str, body: Any) -> tuple[int, Any]:
        """A filter selects among what is visible: a write of a moment ago may escape it."""
        ways = [name for name in ("ids", "filter", "delete_all") if body.get(name)]
        require(len(ways) == 1, "give exactly one of ids, filter, delete_all")
        if "filter" in body:
            gone = self._selected(namespace, body["filter"])
            self._write(namespace, dict.fromkeys(gone))
            return 202, {"matched_records": len(gone)}
        require(len(body.get("ids", ())) <= _MOST_DOCUMENTS, "at most 1000 ids")
        ids = body.get("ids") or list(self.all(namespace))
        self._write(namespace, dict.fromkeys(ids))
        return 202, {}

    def _update(self, namespace: str, body: Any) -> tuple[int, Any]:
        if "documents" in body:
            patches = {patch["_id"]: patch for patch in body["documents"]}
        else:
            found = self._selected(namespace, body.get("filter"))
            change = body.get("set_fields", {}) | dict.fromkeys(body.get("remove_fields", ()))
            patches = dict.fromkeys(found, change)
        before = self.all(namespace)
        changed = {key: _patched(before[key], patches[key]) for key in patches if key in before}
        for document in changed.values():
            check_document(document, self.fields)
        self._write(namespace, {key: self._stored(d) for key, d in changed.items()})
        return 202, {"matched_records": len(changed)}

    def _selected(self, namespace: str, condition: Any) -> list[str]:
        seen = self.visible(namespace).values()
        return [d["_id"] for d in self._matching(seen, condition, text=False)]

    def _matching(
        self, documents: Iterable[Stored], condition: Any, *, text: bool = True
    ) -> list[Stored]:
        if condition is None and text:
            return list(documents)
        vectors = frozenset(self.fields.dense)
        test = matcher(condition, self.fields.text, vectors, text=text)
        return [document for document in documents if test(document)]

    def _stored(self, document: Stored) -> Stored:
        """Numbers are kept as floating point: a whole one comes back as 5.0."""
        if self.whole_numbers:
            return document
        return {name: float(v) if type(v) is int else v for name, v in document.items()}


def _apply(write: dict[str, Stored | None], documents: dict[str, Stored]) -> None:
    for key, document in write.items():
        if document is None:
            documents.pop(key, None)
        else:
            documents[key] = document


def _patched(document: Stored, patch: Stored) -> Stored:
    return {name: v for name, v in (document | patch).items() if v is not None}


def _shown(document: Stored, names: list[str]) -> Stored:
    if "*" in names:
        return dict(document)
    return {name: document[name] for name in ("_id", *names) if name in document}


def _limited(reply: dict[str, Any], namespace: str, *, units: int) -> Any:
    whole = reply | {"namespace": namespace, "usage": {"read_units": units}}
    require(len(msgspec.json.encode(whole)) <= _LARGEST_RESULT, "the result exceeds 4 MB")
    return whole


def _page(found: dict[str, Stored], after: str, limit: int) -> tuple[list[Stored], str | None]:
    keys = sorted(key for key in found if key > after)
    token = base64.b64encode(keys[limit - 1].encode()).decode() if len(keys) > limit else None
    return [found[key] for key in keys[:limit]], token


def _decoded(token: Any) -> str:
    try:
        return base64.b64decode(token or "", validate=True).decode()
    except ValueError:
        require(condition=False, message="pagination_token is invalid")
        raise
