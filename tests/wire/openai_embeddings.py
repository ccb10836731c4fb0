"""`POST /v1/embeddings`: vectors from the words of the texts."""

from __future__ import annotations

import base64
import struct
from typing import Any

from tests.wire.openai_errors import RefusalError, require
from tests.wire.vectors import bag_of_words_vector, token_count

_DIMENSIONS = {
    "text-embedding-3-small": 1536,
    "text-embedding-3-large": 3072,
    "text-embedding-ada-002": 1536,
}
_MOST_INPUTS, _MOST_TOKENS, _LONGEST = 2048, 300_000, 8192


def embeddings(body: Any) -> Any:
    """One vector per input, as base64 or as numbers, and the tokens paid for."""
    model = body.get("model")
    if model not in _DIMENSIONS:
        message = f"The model `{model}` does not exist or you do not have access to it."
        raise RefusalError(message, code="model_not_found", status=404)
    texts = _texts(body.get("input"))
    dimensions = _dimensions(model, body.get("dimensions"))
    packed = body.get("encoding_format", "float") == "base64"
    vectors = [bag_of_words_vector(text, dimensions) for text in texts]
    data = [
        {"object": "embedding", "index": at, "embedding": _packed(v) if packed else v}
        for at, v in enumerate(vectors)
    ]
    tokens = sum(map(token_count, texts))
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": model, "usage": usage}


def _texts(given: Any) -> list[str]:
    texts = [given] if isinstance(given, str) else given
    require(isinstance(texts, list) and texts, "'$.input' is invalid", param="input")
    require(len(texts) <= _MOST_INPUTS, f"at most {_MOST_INPUTS} inputs", param="input")
    strings = all(isinstance(text, str) and text for text in texts)
    require(strings, "'$.input' is invalid: an empty string or no string", param="input")
    counts = [token_count(text) for text in texts]
    require(max(counts) <= _LONGEST, f"maximum input length is {_LONGEST} tokens", param="input")
    total = sum(counts)
    message = f"Requested {total} tokens, max {_MOST_TOKENS} tokens per request"
    require(total <= _MOST_TOKENS, message, param="input", code="max_tokens_per_request")
    return texts


def _dimensions(model: str, asked: Any) -> int:
    largest = _DIMENSIONS[model]
    if asked is None:
        return largest
    require("-3-" in model, "This model does not support specifying dimensions.")
    fits = isinstance(asked, int) and 1 <= asked <= largest
    require(fits, "Invalid value for 'dimensions'", param="dimensions")
    return int(asked)


def _packed(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
