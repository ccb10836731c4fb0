"""What a reply cost: tokens counted, and priced by a table that is data. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from data_pipeline.contract.replies import Usage
from data_pipeline.engine.parts import Spent
from data_pipeline.prices import Prices, cost_usd, rerank_cost_usd


def usage_of(spent: Spent, prices: Prices) -> Usage:
    """Tokens and US dollars of one request; what has no price counts nothing.

    `model` is the one that wrote last: the second one, where the first one failed.
    """
    completions = spent.completions
    return Usage(
        model=completions[-1].model if completions else None,
        input_tokens=sum(c.input_tokens for c in completions),
        output_tokens=sum(c.output_tokens for c in completions),
        embedding_tokens=spent.embedding_tokens,
        cost_usd=round(sum(cost or 0.0 for _, cost in _costs(spent, prices)), 8),
    )


def unpriced(spent: Spent, prices: Prices) -> tuple[str, ...]:
    """A warning for each model that was used and has no price."""
    missing = dict.fromkeys(model for model, cost in _costs(spent, prices) if cost is None)
    return tuple(
        f'usage.cost_usd does not count "{model}": the price table lacks it.' for model in missing
    )


def _costs(spent: Spent, prices: Prices) -> Iterator[tuple[str, float | None]]:
    """Each model that was used, and what that cost: None without a price."""
    for done in spent.completions:
        yield (
            done.model,
            cost_usd(prices, done.model, done.input_tokens, done.output_tokens, done.cached_tokens),
        )
    if spent.embedding_tokens:
        yield (
            spent.embedding_model,
            cost_usd(prices, spent.embedding_model, spent.embedding_tokens, 0),
        )
    if spent.reranks:
        yield spent.reranker, rerank_cost_usd(prices, spent.reranker, spent.reranks)
