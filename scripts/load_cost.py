"""What a load's vectors cost, in tokens and US dollars."""

from __future__ import annotations

from typing import Any

from data_pipeline.ingest.load_report import EmbeddingUse
from data_pipeline.prices import cost_usd, shipped_prices
from scripts.terminal import counted


def embedding_cost(use: EmbeddingUse) -> float | None:
    """US dollars at the shipped prices, or None where the model has none."""
    return cost_usd(shipped_prices(), use.model, use.tokens, 0)


def embedding_as_json(use: EmbeddingUse | None, *, estimated: bool) -> dict[str, Any] | None:
    """Model, chunks, tokens and cost; `estimated` where nothing was paid yet."""
    if use is None:
        return None
    return {
        "model": use.model,
        "chunks": use.chunks,
        "tokens": use.tokens,
        "cost_usd": embedding_cost(use),
        "estimated": estimated,
    }


def embedding_sentence(use: EmbeddingUse, *, estimated: bool) -> str:
    """One sentence for people."""
    if not use.chunks:
        return f"Nothing to embed with {use.model}."
    verb = "would be" if estimated else "was" if use.chunks == 1 else "were"
    about = "about " if estimated else ""
    cost = embedding_cost(use)
    price = f"no price is known for {use.model}" if cost is None else f"{about}{dollars(cost)}"
    tokens = f"{about}{counted(use.tokens, 'token')}"
    return f"{counted(use.chunks, 'chunk')} {verb} embedded with {use.model}: {tokens}, {price}."


def dollars(amount: float) -> str:
    """`$1.25`; small amounts with two figures that count, as in `$0.00042`."""
    return f"${amount:,.2f}" if amount >= 1 or not amount else f"${amount:.2g}"
