"""What somebody might ask who wants to know what a sentence says, in partly other words. Pure.

A question that repeats the article's words is found too easily: a cut that is measured on titles
and FAQ entries alone promises too much. So questions are made as customers' are made of their
article's words: how many words they have, how many of these stand in the title, in one stretch of
the text, or nowhere in the article follows the questions of public help centres, which differ
little in it (docs/measurements.md has the figures).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from data_pipeline.language import soft_terms, split_sentences, terms

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SHORTEST_SENTENCE: Final = 6
_LONGEST_SENTENCE: Final = 600
_FEWEST_WORDS: Final = 3
# Telling words of a question: a gamma distribution, held within the fewest and the most.
_FEWEST, _MOST = 2, 12
_MEAN, _SHAPE = 4.2, 5.0
# Share of them that the article does not have: a beta distribution, 0.29 on average, often none.
_OTHER_WORDS: Final = (0.8, 2.0)
# How often the title is spoken of, with its section's heading or without, and how much of it.
_NAMES_TITLE, _NAMES_HEADING, _TITLE_WORDS = 0.75, 0.5, 0.6
# Words that are passed over in the stretch of text whose words the question takes.
_PASSED_OVER: Final = 8
_KNOWN_WORDS: Final = 20_000


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that somebody may ask about, with the ones beside it, and where it stands."""

    text: str
    around: str
    title: str
    heading: str
    language: str

    @property
    def words(self) -> list[str]:
        """Words of the sentence that carry meaning, in order."""
        return telling_words(self.text, self.language)


def statements(text: str, *, title: str, heading: str, language: str) -> Iterator[Statement]:
    """The sentences of `text` that say enough to be asked about."""
    sentences = split_sentences(text)
    for number, sentence in enumerate(sentences):
        if len(sentence) > _LONGEST_SENTENCE or len(sentence.split()) < _SHORTEST_SENTENCE:
            continue
        around = " ".join(sentences[max(0, number - 1) : number + 2])
        statement = Statement(
            text=sentence, around=around, title=title, heading=heading, language=language
        )
        if len(statement.words) >= _FEWEST_WORDS:
            yield statement


def telling_words(text: str, language: str) -> list[str]:
    """Words of `text` as they stand there, without function words and words of asking."""
    return [word for word in _WORD.findall(text) if _tells(word, language)]


@lru_cache(_KNOWN_WORDS)
def _tells(word: str, language: str) -> bool:
    soft = soft_terms(language)
    return any(term not in soft for term in terms(word, language))


def question_about(
    statement: Statement, other_word: Callable[[], str], generator: random.Random
) -> str:
    """A question about `statement`: words of the title, of one stretch of it, and other ones.

    `other_word` draws a word from anywhere in the knowledge base.
    """
    length = _length(generator)
    share = generator.betavariate(*_OTHER_WORDS)
    others = sum(generator.random() < share for _ in range(length))
    named = _named(statement, generator)[: max(0, length - others - 1)]
    stretch = _stretch(statement.words, max(1, length - others - len(named)), generator)
    blocks = [named, stretch, *([other_word()] for _ in range(others))]
    generator.shuffle(blocks)
    return " ".join(word for block in blocks for word in block)


def _length(generator: random.Random) -> int:
    drawn = round(generator.gammavariate(_SHAPE, _MEAN / _SHAPE))
    return max(_FEWEST, min(_MOST, drawn))


def _named(statement: Statement, generator: random.Random) -> list[str]:
    if generator.random() >= _NAMES_TITLE:
        return []
    with_heading = generator.random() < _NAMES_HEADING
    named = f"{statement.title} {statement.heading}" if with_heading else statement.title
    words = telling_words(named, statement.language)
    return [word for word in words if generator.random() < _TITLE_WORDS]


def _stretch(words: Sequence[str], wanted: int, generator: random.Random) -> list[str]:
    """`wanted` of the words, in order, from one stretch of them that is little longer."""
    width = wanted + _PASSED_OVER
    start = generator.randrange(max(1, len(words) - width + 1))
    stretch = words[start : start + width]
    places = sorted(generator.sample(range(len(stretch)), min(wanted, len(stretch))))
    return [stretch[place] for place in places]
