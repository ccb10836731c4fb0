"""What a model's tokens cost, in US dollars. Pure, except for reading the files.

`prices.json` beside this module is what ships: each entry with the day it was read and where. An
operator's own file of the same form goes over it, model by model. A model that has no entry has no
price: the cost is unknown then, not nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final

import msgspec

from data_pipeline.errors import SettingsError

_SHIPPED: Final = Path(__file__).with_name("prices.json")
_DATED: Final = re.compile(r"-20\d\d-[01]\d-[0-3]\d$")
_MILLION: Final = 1_000_000
_THOUSAND: Final = 1_000

Usd = Annotated[float, msgspec.Meta(ge=0)]


class Price(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """USD per million tokens; `rerank` per thousand requests. None: not sold that way.

    Without `cached_input`, cached tokens cost what others do. `as_of` is the day (ISO 8601) on
    which `source` said so.
    """

    model: str
    input: Usd | None = None
    cached_input: Usd | None = None
    output: Usd | None = None
    rerank: Usd | None = None
    as_of: str
    source: str


class Prices(msgspec.Struct, frozen=True):
    """Prices by model name."""

    models: Mapping[str, Price] = {}

    def of(self, model: str) -> Price | None:
        """The price of `model`, or of its family where the name ends in a day."""
        return self.models.get(model) or self.models.get(_DATED.sub("", model))


class _PriceFile(msgspec.Struct, frozen=True):
    models: tuple[Price, ...]
    note: str = ""


@cache
def shipped_prices() -> Prices:
    """The prices that come with kbgate."""
    return _read(_SHIPPED)


def load_prices(path: Path) -> Prices:
    """The shipped prices with those of the file at `path` in their place.

    Raises `SettingsError` when the file cannot be read as prices.
    """
    return Prices({**shipped_prices().models, **_read(path).models})


def _read(path: Path) -> Prices:
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_PriceFile)
    except (OSError, msgspec.DecodeError) as error:
        raise SettingsError(
            f"The price file {path} (KB_PRICES) cannot be used: {error}. It needs the form of"
            " data_pipeline/prices.json."
        ) from error
    return Prices({price.model: price for price in file.models})


def cost_usd(
    prices: Prices, model: str, input_tokens: int, output_tokens: int, cached_tokens: int = 0
) -> float | None:
    """What the tokens of a call cost in USD, or None where `model` has no price for them.

    `cached_tokens` are part of `input_tokens`.
    """
    price = prices.of(model)
    if price is None or price.input is None or (output_tokens and price.output is None):
        return None
    cached = min(max(cached_tokens, 0), input_tokens)
    cached_price = price.input if price.cached_input is None else price.cached_input
    parts = (
        (input_tokens - cached) * price.input,
        cached * cached_price,
        output_tokens * (price.output or 0.0),
    )
    return math.fsum(parts) / _MILLION


def rerank_cost_usd(prices: Prices, model: str, requests: int) -> float | None:
    """What `requests` calls of a reranker cost in USD, or None where `model` has no price."""
    price = prices.of(model)
    if price is None or price.rerank is None:
        return None
    return requests * price.rerank / _THOUSAND
