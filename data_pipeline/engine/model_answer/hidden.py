"""Whether a sentence repeats what an article tells agents only. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from data_pipeline.articles import Chunk, Kind
from data_pipeline.language import split_sentences, words

_RUN: Final = 8
_SHORTEST: Final = 4
# For agents and for code, whoever may see the chunk.
_INTERNAL: Final = frozenset({Kind.GUARDRAIL, Kind.FLAGS, Kind.OUTCOMES, Kind.MISSING_DATA})


def flat_words(texts: Iterable[str]) -> str:
    """The words of `texts`, each between blanks, and a line feed between two texts."""
    return "\n".join(_flat(text) for text in texts)


def repeats_hidden(sentence: str, chunks: Sequence[Chunk], shown: str) -> bool:
    """Whether eight words in a row, or a whole short sentence, stand only in hidden `chunks`.

    What may be said is `shown`, as `flat_words`.
    """
    said = list(words(sentence))
    hidden = [_hidden(chunk) for chunk in chunks if chunk.agent_only or chunk.kind in _INTERNAL]
    whole = f" {' '.join(said)} "
    return any(
        run not in shown and any(run in flat for flat, _ in hidden) for run in _runs(said)
    ) or any(short in whole and short not in shown for _, shorts in hidden for short in shorts)


def _runs(said: Sequence[str]) -> Iterator[str]:
    for start in range(len(said) - _RUN + 1):
        yield f" {' '.join(said[start : start + _RUN])} "


@lru_cache(maxsize=2_048)
def _hidden(chunk: Chunk) -> tuple[str, tuple[str, ...]]:
    """A chunk's words, and those of its sentences that are shorter than a run."""
    sentences = [list(words(sentence)) for sentence in split_sentences(chunk.body)]
    shorts = tuple(f" {' '.join(said)} " for said in sentences if _SHORTEST <= len(said) < _RUN)
    return _flat(chunk.body), shorts


def _flat(text: str) -> str:
    return f" {' '.join(words(text))} "
