"""Which statements are about the same thing. Pure.

A wrong alarm costs an editor's trust, so two statements are taken for the same only where next to
nothing sets them apart: their labels are equal, one is the label of a short sentence, or one
sentence says nearly all that the other does and nothing else.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from data_pipeline.engine.contradiction.same_matter import same_matter
from data_pipeline.engine.contradiction.statement import Source, Statement, are_two_places
from data_pipeline.engine.contradiction.told_apart import Pair

_ALIKE: Final = 0.8
_FEWEST_IN_SENTENCE: Final = 3
_FEWEST_IN_LABEL: Final = 2
_MOST_BESIDE_LABEL: Final = 2
_MOST_OF_LABEL: Final = 8
_MOST_SHARING: Final = 60
"""A term or label that more statements share is a form's, which says nothing about one of them."""


def same_subject(statements: Sequence[Statement]) -> Iterator[Pair]:
    """Pairs `(earlier, later)` of positions of statements about the same thing, in one unit."""
    by_unit: defaultdict[str, list[int]] = defaultdict(list)
    for position, statement in enumerate(statements):
        if statement.label:
            by_unit[statement.unit].append(position)
    for positions in by_unit.values():
        yield from sorted(_in_unit(statements, positions))


def _in_unit(statements: Sequence[Statement], positions: Sequence[int]) -> set[Pair]:
    """All pairs of one unit; prefix filtering (Bayardo et al. 2007) keeps that near linear."""
    frequency = Counter(term for p in positions for term in statements[p].label)
    return {
        pair
        for sharing in _sharing(statements, positions, frequency)
        if len(sharing) <= _MOST_SHARING
        for pair in _pairs(statements, sharing)
    }


def _sharing(
    statements: Sequence[Statement], positions: Sequence[int], frequency: Counter[str]
) -> Iterable[Sequence[int]]:
    """Groups of statements that share one of their rarest terms: the only ones worth comparing."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for position in positions:
        for term in _rarest(statements[position], frequency):
            groups[term].append(position)
    return groups.values()


def _rarest(statement: Statement, frequency: Counter[str]) -> list[str]:
    """As many of the rarest terms as two alike statements must share one of; of a label all.

    Labels are short, and another may hold one in full.
    """
    ordered = sorted(statement.label, key=lambda term: (frequency[term], term))
    if statement.is_labelled:
        return ordered[:_MOST_OF_LABEL]
    return ordered[: len(ordered) - math.ceil(_ALIKE * len(ordered)) + 1 + _MOST_BESIDE_LABEL]


def _pairs(statements: Sequence[Statement], positions: Sequence[int]) -> Iterator[Pair]:
    for number, first in enumerate(positions):
        for second in positions[number + 1 :]:
            if _same(statements[first], statements[second]):
                yield first, second


def _same(one: Statement, other: Statement) -> bool:
    """Whether nothing sets two statements of one unit apart but their values.

    What would stop an answer is told to the editor, too.
    """
    if same_matter(one, other):
        return True
    if not are_two_places(one, other):
        return False
    if one.is_labelled and other.is_labelled:
        return _have_one_name(one, other)
    if one.turning != other.turning or one.others != other.others:
        return False
    if one.is_labelled or other.is_labelled:
        label, sentence = (one, other) if one.is_labelled else (other, one)
        return label.source is not Source.PHRASE and _is_about(sentence, label)
    short, long = sorted((one.label, other.label), key=len)
    return (
        len(short) >= _FEWEST_IN_SENTENCE
        and short <= long
        and len(short) >= _ALIKE * len(long)
        and _are_placed_alike(one, other)
    )


def _have_one_name(one: Statement, other: Statement) -> bool:
    """Equal labels; in one article a phrase may be the short form of what a list has in full.

    Two phrases have to tell more than a list's label: `the default value` is that of anything.
    """
    phrases = [s for s in (one, other) if s.source is Source.PHRASE]
    if not _are_placed_alike(one, other):
        return False
    if one.label == other.label and one.turning == other.turning:
        is_local = one.article_id == other.article_id
        return len(one.label) >= (1, 2, 2 if is_local else 3)[len(phrases)]
    if len(phrases) != 1 or one.article_id != other.article_id:
        return False
    phrase, listed = (one, other) if one is phrases[0] else (other, one)
    return (
        len(phrase.label) >= _FEWEST_IN_LABEL
        and phrase.label <= listed.label
        and phrase.turning <= listed.turning
    )


def _is_about(sentence: Statement, label: Statement) -> bool:
    """Whether a short sentence says what a price list or table has under `label`."""
    return (
        len(label.label) >= _FEWEST_IN_LABEL
        and label.label <= sentence.label
        and len(sentence.label) - len(label.label) <= _MOST_BESIDE_LABEL
    )


def _are_placed_alike(one: Statement, other: Statement) -> bool:
    """Whether no heading tells them apart: both say more than their labels, and not the same."""
    mine, theirs = one.around - one.label, other.around - other.label
    return not (mine - theirs and theirs - mine) or (
        one.article_id != other.article_id and len(one.label) >= _FEWEST_IN_LABEL
    )
