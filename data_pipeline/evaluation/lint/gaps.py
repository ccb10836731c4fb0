"""What escalated tickets ask about, in groups: the articles that are worth writing next. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from data_pipeline.language import detect, soft_terms, terms, words

_TERMS_OF_A_TICKET: Final = 16
_READ: Final = 2_000
_NEAR: Final = 0.3
_CANDIDATES: Final = 50
_NAMING: Final = 4
_EXAMPLES: Final = 3
_LONGEST_EXAMPLE: Final = 200


class Gap(msgspec.Struct, frozen=True):
    """Tickets that ask about one thing: how many, the words they share, and some as they came."""

    tickets: int
    words: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass
class _Group:
    """Tickets so far, by position; the sum of their vectors and its squared length."""

    tickets: list[int] = field(default_factory=list)
    centre: dict[str, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    squared: float = 0.0

    def add(self, position: int, vector: Mapping[str, float]) -> None:
        """Take a ticket in."""
        for term, weight in vector.items():
            before = self.centre.get(term, 0.0)
            self.centre[term] = before + weight
            self.squared += (before + weight) ** 2 - before**2
        self.tickets.append(position)
        self.counts.update(vector.keys())

    def cosine(self, vector: Mapping[str, float]) -> float:
        """How near a ticket is, 0 to 1."""
        shared = sum(weight * self.centre.get(term, 0.0) for term, weight in vector.items())
        return shared / math.sqrt(self.squared)


def gaps_in(texts: Sequence[str]) -> list[Gap]:
    """`texts` grouped by similar terms, the largest group first, equal ones in order of coming.

    One pass: each text joins the nearest group by cosine over its most telling terms, or starts
    one. Texts without any telling word are left out.
    """
    analysed = [_analysed(text) for text in texts]
    information = _information(analysed)
    vectors = [_vector(found, information) for found in analysed]
    ordered = sorted(_grouped(vectors), key=lambda g: (-len(g.tickets), g.tickets[0]))
    return [_gap(group, texts, vectors) for group in ordered]


def _analysed(text: str) -> Counter[str]:
    language = detect(text[:_READ])
    soft = soft_terms(language)
    return Counter(t for t in terms(text[:_READ], language) if t not in soft and not t.isdigit())


def _information(analysed: Sequence[Counter[str]]) -> dict[str, float]:
    """Weight of each term; what stands in all of them has little, but may be all that is asked."""
    frequency = Counter(term for found in analysed for term in found)
    return {term: math.log(1 + len(analysed) / n) for term, n in frequency.items()}


def _vector(found: Mapping[str, int], information: Mapping[str, float]) -> dict[str, float]:
    """The most telling terms of a text, as a vector of length 1."""
    weighted = {t: (1 + math.log(n)) * information[t] for t, n in found.items()}
    kept = sorted(weighted, key=lambda t: (-weighted[t], t))[:_TERMS_OF_A_TICKET]
    length = math.sqrt(sum(weighted[t] ** 2 for t in kept))
    return {t: weighted[t] / length for t in kept}


def _grouped(vectors: Sequence[Mapping[str, float]]) -> list[_Group]:
    groups: list[_Group] = []
    holding: defaultdict[str, list[_Group]] = defaultdict(list)
    for position, vector in enumerate(vectors):
        if not vector:
            continue
        group = _nearest(vector, holding)
        if group is None:
            group = _Group()
            groups.append(group)
        for term in vector.keys() - group.centre.keys():
            holding[term].append(group)
        group.add(position, vector)
    return groups


def _nearest(vector: Mapping[str, float], holding: Mapping[str, Sequence[_Group]]) -> _Group | None:
    """The group nearest to `vector`, or None where all are far; of equal ones the older.

    Of the groups that hold a term only the oldest are looked at, so that time stays linear.
    """
    sharing = {id(group): group for term in vector for group in holding.get(term, ())[:_CANDIDATES]}
    near = sorted(sharing.values(), key=lambda g: (-g.cosine(vector), g.tickets[0]))
    return near[0] if near and near[0].cosine(vector) >= _NEAR else None


def _gap(group: _Group, texts: Sequence[str], vectors: Sequence[Mapping[str, float]]) -> Gap:
    shared = [term for term, _ in group.counts.most_common(_NAMING)]
    typical = sorted(group.tickets, key=lambda p: (-sum(group.counts[t] for t in vectors[p]), p))
    examples = dict.fromkeys(_shown(texts[p]) for p in typical[: 4 * _EXAMPLES])
    return Gap(
        tickets=len(group.tickets),
        words=tuple(_as_written(shared, [texts[p] for p in typical[:_CANDIDATES]])),
        examples=tuple(examples)[:_EXAMPLES],
    )


def _as_written(shared: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    """Terms as people write them: the commonest word of each stem."""
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        language = detect(text[:_READ])
        for word in words(text[:_READ]):
            for term in terms(word, language):
                spellings[term][word] += 1
    for term in shared:
        yield spellings[term].most_common(1)[0][0] if spellings[term] else term


def _shown(text: str) -> str:
    line = " ".join(text[: 4 * _LONGEST_EXAMPLE].split())
    return line if len(line) <= _LONGEST_EXAMPLE else f"{line[: _LONGEST_EXAMPLE - 1].rstrip()}…"
