"""Slugs: plain ASCII, stable, and different for different texts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.slugs import MAX_SLUG, slug, slug_path

_SHAPE = re.compile(r"[a-z0-9][a-z0-9._-]*")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Late return", "late-return"),
        ("Tarjetas de Crédito — ¿cuánto?", "tarjetas-de-credito-cuanto"),
        ("1. Fees & taxes!", "1-fees-taxes"),
        ("v1.2_final.md", "v1.2_final.md"),
        ("Straße İstanbul Łódź", "strasse-istanbul-lodz"),
    ],
)
def test_texts_fold_to_readable_words(text: str, expected: str) -> None:
    """Accents, case and punctuation fold away."""
    assert slug(text) == expected


def test_texts_that_lose_letters_stay_apart() -> None:
    """Two titles in another script get different slugs, the same on every machine."""
    assert slug("Настройка VPN") == "vpn-b0adf414"
    assert slug("Отключение VPN") != slug("Настройка VPN")
    assert slug("日本語") != slug("中文")


@given(st.text())
def test_every_text_has_a_slug(text: str) -> None:
    """Any text, lone surrogates included, gives a slug of the documented shape."""
    assert _SHAPE.fullmatch(slug(text))
    assert len(slug(text)) <= MAX_SLUG


def test_long_texts_with_one_beginning_differ() -> None:
    """What is cut off still counts."""
    assert slug("a" * 300 + "x") != slug("a" * 300 + "y")


@given(st.lists(st.text(), max_size=8))
def test_paths_are_bounded(parts: list[str]) -> None:
    """A path of any depth fits into a chunk id."""
    assert len(slug_path(parts)) <= MAX_SLUG
    assert slug_path(parts).isascii()


def test_path_of_headings() -> None:
    """Headings are joined by slashes."""
    assert slug_path(["Fees", "Late return"]) == "fees/late-return"
