"""What a call cost: known where a price is known, and never nothing where none is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data_pipeline.errors import SettingsError
from data_pipeline.prices import (
    Price,
    Prices,
    cost_usd,
    load_prices,
    rerank_cost_usd,
    shipped_prices,
)

PRICES = Prices(
    {
        "writer": Price(
            model="writer", input=2.0, cached_input=0.5, output=8.0, as_of="2026-01-01", source="x"
        ),
        "vectors": Price(model="vectors", input=0.02, as_of="2026-01-01", source="x"),
        "order": Price(model="order", rerank=2.0, as_of="2026-01-01", source="x"),
    }
)


def test_every_shipped_price_says_when_and_where_it_was_read() -> None:
    for price in shipped_prices().models.values():
        assert date.fromisoformat(price.as_of)
        assert price.source.startswith("https://")
        assert price.input


def test_nobody_is_given_anything_for_nothing() -> None:
    prices = shipped_prices().models.values()
    assert all(p.input != 0 and p.output != 0 and p.cached_input != 0 for p in prices)


def test_a_cached_token_is_one_of_the_input_tokens() -> None:
    assert cost_usd(PRICES, "writer", 1_000_000, 500_000) == pytest.approx(6.0)
    assert cost_usd(PRICES, "writer", 1_000_000, 500_000, 1_000_000) == pytest.approx(4.5)


def test_more_cached_tokens_than_input_cost_no_less_than_all_cached() -> None:
    assert cost_usd(PRICES, "writer", 100, 0, 200) == cost_usd(PRICES, "writer", 100, 0, 100)


@pytest.mark.parametrize("model", ["unknown", "", "writer-2", "ft:writer:me", "writer-2026-1-1"])
def test_a_model_without_a_price_costs_an_unknown_sum(model: str) -> None:
    assert cost_usd(PRICES, model, 10, 10) is None


def test_a_dated_name_has_the_price_of_its_family() -> None:
    prices = shipped_prices()
    dated = cost_usd(prices, "gpt-4.1-mini-2025-04-14", 1000, 1000)
    assert dated is not None
    assert dated == cost_usd(prices, "gpt-4.1-mini", 1000, 1000)
    assert dated != cost_usd(prices, "gpt-4.1", 1000, 1000)


def test_vectors_have_no_output() -> None:
    assert cost_usd(PRICES, "vectors", 1_000_000, 0) == pytest.approx(0.02)
    assert cost_usd(PRICES, "vectors", 1_000_000, 5) is None


def test_a_reranker_is_paid_by_the_thousand() -> None:
    assert rerank_cost_usd(PRICES, "order", 500) == pytest.approx(1.0)
    assert rerank_cost_usd(PRICES, "writer", 500) is None
    assert cost_usd(PRICES, "order", 10, 0) is None


def test_an_operators_price_goes_over_the_shipped_one(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    file.write_text(
        '{"models": [{"model": "gpt-4.1", "input": 1, "output": 1, "as_of": "2026-12-01",'
        ' "source": "our contract"}]}',
        encoding="utf-8",
    )
    prices = load_prices(file)
    assert cost_usd(prices, "gpt-4.1", 1_000_000, 0) == pytest.approx(1.0)
    assert prices.of("gpt-4.1-mini") == shipped_prices().of("gpt-4.1-mini")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        '{"models": [{"model": "m"}]}',
        '{"models": [{"model": "m", "input": -1, "as_of": "", "source": ""}]}',
        '{"models": [{"model": "m", "inptu": 1, "as_of": "", "source": ""}]}',
        "\x00\xff",
    ],
)
def test_a_file_that_holds_no_prices_names_itself(tmp_path: Path, content: str) -> None:
    file = tmp_path / "prices.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"prices\.json"):
        load_prices(file)


def test_a_missing_file_names_itself(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.json"):
        load_prices(tmp_path / "nowhere.json")
