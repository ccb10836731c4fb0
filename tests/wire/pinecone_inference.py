"""`/embed` and `/rerank`: scores and vectors from shared words."""

from __future__ import annotations

from typing import Any

from tests.wire.pinecone_errors import require
from tests.wire.vectors import bag_of_words_vector, token_count, words

_DIMENSIONS = {"multilingual-e5-large": 1024, "llama-text-embed-v2": 1024}
_MOST_INPUTS = 96
# Model: most documents, tokens of query and document together, what a longer text does.
_RERANKERS = {
    "bge-reranker-v2-m3": (100, 1024, "NONE"),
    "pinecone-rerank-v0": (100, 512, "END"),
    "cohere-rerank-3.5": (200, 40_000, "END"),
}


def embed(body: Any) -> Any:
    """One vector per input."""
    model, inputs = body.get("model"), body.get("inputs")
    parameters = body.get("parameters") or {}
    require(model in _DIMENSIONS, f"Model '{model}' not found", 404)
    require(isinstance(inputs, list) and inputs, "inputs must not be empty")
    require(len(inputs) <= _MOST_INPUTS, f"at most {_MOST_INPUTS} inputs")
    require(parameters.get("input_type") in {"query", "passage"}, "input_type: query or passage")
    texts = [item.get("text") for item in inputs]
    require(all(isinstance(text, str) and text for text in texts), "an input has no text")
    dimensions = parameters.get("dimension", _DIMENSIONS[model])
    data = [
        {"vector_type": "dense", "values": bag_of_words_vector(text, dimensions)} for text in texts
    ]
    usage = {"total_tokens": sum(map(token_count, texts))}
    return {"model": model, "vector_type": "dense", "data": data, "usage": usage}


def rerank(body: Any) -> Any:
    """Documents by the share of the query's words that they hold, best first."""
    model, query, documents = body.get("model"), body.get("query"), body.get("documents")
    require(model in _RERANKERS, f"Model '{model}' not found", 404)
    most, tokens, default = _RERANKERS[model]
    require(isinstance(query, str) and query, "query must not be empty")
    require(isinstance(documents, list) and documents, "documents must not be empty")
    require(len(documents) <= most, f"at most {most} documents")
    names = body.get("rank_fields") or ["text"]
    texts = [" ".join(document.get(name, "") for name in names) for document in documents]
    require(all(text.strip() for text in texts), "a document has no text to rank")
    truncate = (body.get("parameters") or {}).get("truncate", default)
    longest = max(token_count(query) + token_count(text) for text in texts)
    fits = truncate == "END" or longest <= tokens
    require(fits, f"Request contains a query and document pair of more than {tokens} tokens")
    data = _ranked(query, texts)[: body.get("top_n") or len(texts)]
    if body.get("return_documents", True):
        data = [item | {"document": documents[item["index"]]} for item in data]
    return {"model": model, "data": data, "usage": {"rerank_units": 1}}


def _ranked(query: str, texts: list[str]) -> list[dict[str, Any]]:
    wanted = set(words(query))
    shares = [len(wanted & set(words(text))) / (len(wanted) or 1) for text in texts]
    order = sorted(range(len(texts)), key=lambda at: (-shares[at], at))
    return [{"index": at, "score": round(0.01 + 0.98 * shares[at], 6)} for at in order]
