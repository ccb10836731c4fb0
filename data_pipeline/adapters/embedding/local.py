"""Vectors from a model that runs here, in this process: no account, no cost, slower."""

from __future__ import annotations

import asyncio
import math
from array import array
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal

from data_pipeline.errors import EmbedderUnavailableError
from data_pipeline.ports import Embeddings

_MODEL: Final = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
_MISSING: Final = (
    "Local vectors need fastembed, which is not installed: pip install 'kbgate[local]'."
)


class LocalEmbedder:
    """`Embedder` over fastembed (the extra `local`).

    The first call imports it and loads the model, which is downloaded if `folder` lacks it: seconds
    to minutes. One call computes at a time, in a thread; it costs no tokens.
    """

    def __init__(
        self, model: str = _MODEL, dimensions: int = 384, *, folder: Path | None = None
    ) -> None:
        """Embed with `model`, whose vectors have `dimensions`; it is kept in `folder`."""
        self._model = model
        self._dimensions = dimensions
        self._folder = folder
        self._loaded: Any = None
        self._turn = asyncio.Lock()

    def __repr__(self) -> str:
        return f"LocalEmbedder({self.identity!r})"

    @property
    def identity(self) -> str:
        return f"{self._model}/{self._dimensions}".replace("@", ":")

    @property
    def model(self) -> str:
        return self._model

    @property
    def dimensions(self) -> int:
        return self._dimensions

    async def open(self) -> None:
        """Load the model now, so that no question waits for it."""
        async with self._turn:
            await asyncio.to_thread(self._load)

    async def close(self) -> None:
        """Let go of the model's memory."""
        async with self._turn:
            self._loaded = None

    async def embed(self, texts: Sequence[str], purpose: Literal["query", "passage"]) -> Embeddings:
        if not texts:
            return Embeddings(())
        async with self._turn:
            vectors = await asyncio.to_thread(self._embed, texts, purpose)
        return Embeddings(vectors)

    def _embed(self, texts: Sequence[str], purpose: str) -> tuple[array[float], ...]:
        model = self._load()
        sendable = [text if text.strip() else " " for text in texts]
        embed = model.query_embed if purpose == "query" else model.passage_embed
        try:
            vectors = tuple(_unit(vector) for vector in embed(sendable))
        except Exception as error:  # noqa: BLE001 (onnxruntime's errors have no common name)
            raise EmbedderUnavailableError(
                f"The local model {self._model} failed ({type(error).__name__}): check its files."
            ) from None
        if len(vectors) != len(texts) or any(len(v) != self._dimensions for v in vectors):
            raise EmbedderUnavailableError(
                f"The local model {self._model} gives vectors of another length than "
                f"{self._dimensions}: set its own."
            )
        return vectors

    def _load(self) -> Any:
        if self._loaded is not None:
            return self._loaded
        try:
            text_embedding = import_module("fastembed").TextEmbedding
        except ImportError:
            raise EmbedderUnavailableError(_MISSING) from None
        cache = str(self._folder) if self._folder else None
        try:
            self._loaded = text_embedding(model_name=self._model, cache_dir=cache)
        except Exception as error:  # noqa: BLE001 (a download or a file: no common name)
            raise EmbedderUnavailableError(
                f"The local model {self._model} cannot be loaded ({type(error).__name__}): check "
                "its name, and the network for the first use."
            ) from None
        return self._loaded


def _unit(vector: Iterable[Any]) -> array[float]:
    values = array("f", vector)
    length = math.hypot(*values)
    if not math.isfinite(length) or length == 0:
        raise ValueError("a vector without a direction")
    return array("f", (value / length for value in values))
