"""The local model, over a stand-in for fastembed: its models are downloads, so none is here."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

import pytest

from data_pipeline.adapters.embedding.local import LocalEmbedder
from data_pipeline.errors import EmbedderUnavailableError
from tests.fakes_models import hash_vector


class TextEmbedding:
    """fastembed's class as far as it is used: vectors are not of length 1."""

    loaded: list[dict[str, Any]] = []  # noqa: RUF012 (shared on purpose)

    def __init__(self, **choices: Any) -> None:
        if choices["model_name"] == "missing":
            raise ValueError("Model secret-path is not supported")
        self.loaded.append(choices)

    def query_embed(self, texts: Iterable[str]) -> Iterator[list[float]]:
        for text in texts:
            if text == "crash":
                raise RuntimeError(f"onnx failed on {text}")
            yield [3 * value for value in hash_vector(text, 8)]

    def passage_embed(self, texts: Iterable[str]) -> Iterator[list[float]]:
        yield from self.query_embed([f"passage {text}" for text in texts])


@pytest.fixture
def fastembed(monkeypatch: pytest.MonkeyPatch) -> type[TextEmbedding]:
    module = ModuleType("fastembed")
    module.TextEmbedding = TextEmbedding  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "fastembed", module)
    TextEmbedding.loaded.clear()
    return TextEmbedding


async def test_embeds_each_text_for_its_purpose(fastembed: type[TextEmbedding]) -> None:
    """Vectors have length 1, questions and passages go their own way, and nothing is paid."""
    embedder = LocalEmbedder("m", 8)
    question = await embedder.embed(["a lamp", ""], "query")
    passage = await embedder.embed(["a lamp"], "passage")
    assert list(question.vectors[0]) == pytest.approx(hash_vector("a lamp", 8))
    assert list(passage.vectors[0]) == pytest.approx(hash_vector("passage a lamp", 8))
    assert (question.tokens, embedder.identity, embedder.dimensions) == (0, "m/8", 8)
    assert (await embedder.embed([], "query")).vectors == ()


async def test_loads_once(fastembed: type[TextEmbedding]) -> None:
    """The model is loaded at first use, or by `open`, and once only."""
    embedder = LocalEmbedder("m", 8)
    assert not fastembed.loaded
    await embedder.open()
    await embedder.embed(["a"], "query")
    await embedder.embed(["b"], "query")
    assert fastembed.loaded == [{"model_name": "m", "cache_dir": None}]
    await embedder.close()


async def test_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without fastembed the operator is told the extra to install."""
    monkeypatch.setitem(sys.modules, "fastembed", None)
    with pytest.raises(EmbedderUnavailableError, match=r"pip install 'kbgate\[local\]'"):
        await LocalEmbedder().embed(["a"], "query")


async def test_a_model_that_cannot_be_loaded(fastembed: type[TextEmbedding]) -> None:
    """An unknown name or a failed download is one error, without the library's own words."""
    with pytest.raises(EmbedderUnavailableError, match="cannot be loaded") as caught:
        await LocalEmbedder("missing", 8).open()
    assert "secret-path" not in str(caught.value)


async def test_a_model_that_fails(fastembed: type[TextEmbedding]) -> None:
    """A crash inside, or vectors of another length, are one error without the text."""
    with pytest.raises(EmbedderUnavailableError, match="failed") as caught:
        await LocalEmbedder("m", 8).embed(["crash"], "query")
    assert "crash" not in str(caught.value)
    with pytest.raises(EmbedderUnavailableError, match="another length"):
        await LocalEmbedder("m", 9).embed(["a"], "query")
