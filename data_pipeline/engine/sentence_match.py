"""Whether a single sentence of a chunk is about what is asked. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from data_pipeline.articles import Chunk
from data_pipeline.language import split_sentences, terms


def sentence_agreement(
    chunk: Chunk, information: Mapping[str, float], worth: Callable[[str], float]
) -> float:
    """Likeness of a question and the sentence of `chunk` most like it, 0 to 1.

    Dice's coefficient over shared information: of the question's terms by `information`, of the
    sentence's by `worth`. A sentence about much else is less like the question than a short one.
    """
    asked = sum(information.values())
    return max(
        (
            2 * sum(information[t] for t in shared) / (asked + sum(map(worth, sentence)))
            for sentence in _sentences(chunk.body, chunk.language)
            if (shared := [term for term in sentence if term in information])
        ),
        default=0.0,
    )


@lru_cache(maxsize=4_096)
def _sentences(body: str, language: str) -> tuple[tuple[str, ...], ...]:
    """Terms of each sentence, each once, as written; cached: what many ask about are few chunks.

    Not sets: their order, and so the sum, differs between processes.
    """
    return tuple(tuple(dict.fromkeys(terms(one, language))) for one in split_sentences(body))
