"""What was measured on a knowledge base itself: from an allowed error to a cut that keeps it. Pure.

A cut is a probability from which on replies are sent. `error_bound` of a cut is what at most is
wrong among the answered, at the certainty that `Basis` names; fixed-sequence testing made it, so
the cut that `cut_for` picks keeps its promise although it is picked from many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Final

import msgspec

from data_pipeline.ports import ArticleCard, Catalogue
from data_pipeline.scope import fold_scope_value

NEVER: Final = 1.01
"""A cut that no probability reaches: nothing is answered by itself."""
CHANGED: Final = 0.2
"""A calibration is stale when more than this share of the articles is not what it was made on."""
_MARK: Final = 8
_COMPARED: Final = 64

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """What happens when all replies from `probability` on are sent; all are shares, 0 to 1.

    At most `error_bound` of the answers are wrong at the stated certainty, `observed` were;
    `answered` is the share of all tickets, `kept` that of the rightly answerable ones.
    """

    probability: Share
    error_bound: Share
    observed: Share
    answered: Share
    kept: Share


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """On what cuts were measured: certainty, mix of tickets, knowledge base and models.

    `mix` holds the share of each kind of ticket, `counts` how many of each were asked. `revisions`
    are marks of the articles' revisions (`mark_of`). `models` names embedder, reranker and answer
    model, empty where there was none.
    """

    certainty: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    allowed_error: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    mix: dict[str, Share]
    counts: dict[str, int]
    kb_version: str = ""
    revisions: frozenset[str] = frozenset()
    models: tuple[str, str, str] = ("", "", "")


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The curve of cuts, strictest first, those of groups that had enough tickets, and the basis.

    A group is `topic=...` or `scope key=...`, folded (`groups_of`).
    """

    basis: Basis
    curve: tuple[Cut, ...]
    groups: dict[str, tuple[Cut, ...]] = {}


def cut_for(curve: Sequence[Cut], allowed_error: float) -> float:
    """The lowest cut whose bound is within `allowed_error`; `NEVER` where there is none."""
    promised = (cut.probability for cut in curve if cut.error_bound <= allowed_error)
    return min(promised, default=NEVER)


def chosen(curve: Sequence[Cut], allowed_error: float) -> Cut | None:
    """The same as the point of the curve, with what it is known to answer."""
    promised = (cut for cut in curve if cut.error_bound <= allowed_error)
    return min(promised, key=lambda cut: cut.probability, default=None)


def group_cuts(measured: Measured | None, allowed_error: float) -> dict[str, float]:
    """The cut of each group that has a curve of its own."""
    if measured is None:
        return {}
    return {name: cut_for(curve, allowed_error) for name, curve in measured.groups.items()}


def stricter(cut: float, own: Mapping[str, float], card: ArticleCard | None) -> float:
    """The stricter of the general `cut` and `own` ones of the article's groups.

    A lower cut in an easy group would use up its ease a second time: the general cut counts on it
    already, and the other groups would be left with more wrong answers than promised.
    """
    if card is None or not own:
        return cut
    return max((cut, *(own[group] for group in groups_of(card) if group in own)))


def groups_of(card: ArticleCard) -> Iterator[str]:
    """The groups that an article is in: its topic, and each value of its scope."""
    if card.topic:
        yield f"topic={fold_scope_value(card.topic)}"
    for key, values in card.scope.items():
        yield from (f"scope {key}={fold_scope_value(value)}" for value in values)


def mark_of(card: ArticleCard) -> str:
    """A few characters that tell one revision of an article from another."""
    return card.revision[:_MARK]


def is_stale(measured: Measured, catalogue: Catalogue, models: tuple[str, str, str]) -> bool:
    """Whether the articles or the models are no longer those that were measured."""
    if measured.basis.models != models:
        return True
    if measured.basis.kb_version == catalogue.version:
        return False
    return _changed_shares.between(measured.basis, catalogue) > CHANGED


class _ChangedShares:
    """Remembers how much two states of a knowledge base differ, by their versions.

    Only versions and the share are kept: a catalogue holds every term of its articles, and an old
    one must not stay in memory.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, str], float] = {}

    def between(self, basis: Basis, catalogue: Catalogue) -> float:
        """Share of the articles of both states that only one of them holds."""
        key = (basis.kb_version, hash(basis.revisions), catalogue.version)
        if key not in self._known:
            while len(self._known) >= _COMPARED:
                self._known.pop(next(iter(self._known)), None)
            self._known[key] = _changed(basis, catalogue)
        return self._known[key]


_changed_shares: Final = _ChangedShares()


def _changed(basis: Basis, catalogue: Catalogue) -> float:
    now = frozenset(map(mark_of, catalogue.articles.values()))
    both = now | basis.revisions
    return len(now ^ basis.revisions) / len(both) if both else 0.0
