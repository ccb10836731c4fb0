"""Index schemas as the control plane takes and describes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.wire.pinecone_errors import require

_LANGUAGES = "ar da de el en es fi fr hu it nl no pt ro ru sv ta tr".split()
_METRICS = ("cosine", "dotproduct", "euclidean")
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?")
CLASSIC_FIELD = "_values"


@dataclass(frozen=True)
class Fields:
    """What the data plane must know of a schema."""

    text: frozenset[str]
    dense: Mapping[str, int]
    metric: str = "cosine"
    classic: bool = False


def document_schema(
    dimension: int = 8, *, dense: str = "embedding", text: tuple[str, ...] = ("text", "title")
) -> dict[str, Any]:
    """A schema of one dense vector field and full-text fields."""
    fields: dict[str, Any] = {
        dense: {"type": "dense_vector", "dimension": dimension, "metric": "cosine"}
    }
    return {"fields": fields | {name: {"type": "string", "full_text_search": {}} for name in text}}


def classic_schema(dimension: int) -> dict[str, Any]:
    """How a vector index of the older kind is described."""
    field = {"type": "dense_vector", "dimension": dimension, "metric": "cosine"}
    return {"fields": {CLASSIC_FIELD: field}}


def read_schema(schema: Any) -> Fields:
    """The fields of a schema, or a refusal of what the vendor does not take."""
    require(isinstance(schema, dict) and schema.get("fields"), "schema.fields must not be empty")
    text: set[str] = set()
    dense: dict[str, int] = {}
    for name, field in schema["fields"].items():
        _read_field(name, field, text, dense)
    require(len(dense) <= 1, "a schema has at most one dense_vector field")
    metric = next((f["metric"] for f in schema["fields"].values() if "metric" in f), "cosine")
    return Fields(frozenset(text), dense, metric, classic=CLASSIC_FIELD in dense)


def check_name(name: Any) -> None:
    """Refuse a name that no index can have."""
    require(
        isinstance(name, str) and _NAME.fullmatch(name),
        "name must be 1-45 characters: lower-case letters, digits and hyphens",
    )


def _read_field(name: str, field: dict[str, Any], text: set[str], dense: dict[str, int]) -> None:
    kind = field.get("type")
    if kind == "dense_vector":
        dimension = field.get("dimension")
        require(isinstance(dimension, int) and 1 <= dimension <= 20_000, f"{name}: dimension")
        require(field.get("metric") in _METRICS, f"{name}: metric is none of {_METRICS}")
        dense[name] = field["dimension"]
    elif kind == "string":
        _check_text_search(name, field.get("full_text_search"))
        text.add(name)
    else:
        require(kind == "sparse_vector", f"{name}: a field of type {kind} cannot be searched")


def _check_text_search(name: str, config: Any) -> None:
    require(isinstance(config, dict), f"{name}: a metadata field does not belong in the schema")
    language = config.get("language", "en")
    require(language in _LANGUAGES, f"{name}: language {language} is not supported")
    stop_words = config.get("stop_words") and not config.get("stemming")
    require(not stop_words, f"{name}: stop_words needs stemming")
