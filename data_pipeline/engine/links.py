"""Articles that the other hits link to: a weak hint at which of two near equals is meant. Pure.

A link adds nothing to the evidence and only reorders; how far is for `fusion` to say.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from data_pipeline.engine.ranking import RankedArticle
from data_pipeline.ports import ArticleCard

_LOOKED_AT: Final = 10
# A page with more links than this is an index: that it names an article says nothing.
_MOST_LINKS: Final = 20
# An article that more than this share of all others link to is one, too; so is one in every footer.
_MOST_LINKING: Final = 0.1
_FEW: Final = 20
# Catalogues whose links are counted, the latest.
_KEPT: Final = 8


def link_shares(
    articles: Sequence[RankedArticle], cards: Mapping[str, ArticleCard]
) -> dict[str, float]:
    """By article id how strongly the other first ones link to it, 0 to 1; only those above 0.

    A link counts as much as its article fits; links to nowhere, to itself, and of or to a page that
    everything is linked with count nothing.
    """
    first = articles[:_LOOKED_AT]
    best = max((article.score for article in first), default=0.0)
    if not best:
        return {}
    names = _names(first, cards)
    shares: dict[str, float] = {}
    for article in first:
        for target in _targets(article.article_id, names, cards):
            shares[target] = min(1.0, shares.get(target, 0.0) + article.score / best)
    hubs = _hubs(shares, cards) if shares else frozenset()
    return {target: share for target, share in shares.items() if target not in hubs}


def _names(first: Iterable[RankedArticle], cards: Mapping[str, ArticleCard]) -> dict[str, str]:
    """Article ids by what a link may call them: the id, or the page's address."""
    names: dict[str, str] = {}
    for article in first:
        card = cards.get(article.article_id)
        if card is not None:
            names |= {name: card.article_id for name in (card.article_id, card.url) if name}
    return names


def _targets(
    article_id: str, names: Mapping[str, str], cards: Mapping[str, ArticleCard]
) -> frozenset[str]:
    card = cards.get(article_id)
    if card is None or len(card.links) > _MOST_LINKS:
        return frozenset()
    return frozenset(names[link] for link in card.links if link in names) - {article_id}


def _hubs(targets: Iterable[str], cards: Mapping[str, ArticleCard]) -> frozenset[str]:
    """Those of `targets` that too many articles link to."""
    linking = _counted.of(cards)
    most = max(_FEW, _MOST_LINKING * len(cards))
    names = {target: {target, cards[target].url or target} for target in targets}
    return frozenset(t for t, known in names.items() if sum(linking[n] for n in known) > most)


class _Counted:
    """How many articles link to an id or address: to go through all for a question takes long."""

    def __init__(self) -> None:
        self._kept: deque[tuple[Mapping[str, ArticleCard], Counter[str]]] = deque(maxlen=_KEPT)

    def of(self, cards: Mapping[str, ArticleCard]) -> Counter[str]:
        """The number of articles with a link, by link, of `cards`, which nobody changes."""
        for known, counts in self._kept:
            if known is cards:
                return counts
        counts = Counter(link for card in cards.values() for link in frozenset(card.links))
        self._kept.append((cards, counts))
        return counts


_counted: Final = _Counted()
