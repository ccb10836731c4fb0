"""What a load's vectors cost, in tokens and US dollars."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from data_pipeline.ingest.load_report import EmbeddingUse
from data_pipeline.prices import Prices, cost_usd
from scripts.terminal import counted


def embedding_as_json(
    use: EmbeddingUse | None, prices: Prices, *, estimated: bool
) -> dict[str, Any] | None:
    """Model, chunks, tokens and cost; `estimated` where nothing was paid yet."""
    if use is None:
        return None
    return {
        "model": use.model,
        "chunks": use.chunks,
        "tokens": use.tokens,
        "cost_usd": cost_usd(prices, use.model, use.tokens, 0),
        "estimated": estimated,
    }


def embedding_sentence(use: EmbeddingUse, prices: Prices, *, estimated: bool) -> str:
    """One sentence for people."""
    if not use.chunks:
        return f"Nothing to embed with {use.model}."
    verb = "would be" if estimated else "was" if use.chunks == 1 else "were"
    about = "about " if estimated else ""
    cost = cost_usd(prices, use.model, use.tokens, 0)
    price = f"no price is known for {use.model}" if cost is None else f"{about}{dollars(cost)}"
    tokens = f"{about}{counted(use.tokens, 'token')}"
    return f"{counted(use.chunks, 'chunk')} {verb} embedded with {use.model}: {tokens}, {price}."


def dollars(amount: float) -> str:
    """`$1.25`; small amounts with two figures that count, as in `$0.00042`."""
    return f"${amount:,.2f}" if amount >= 1 or not amount else f"${Decimal(f'{amount:.2g}'):f}"
