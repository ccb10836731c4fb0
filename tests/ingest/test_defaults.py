"""`kb.toml`: what a folder says for its files, and strict errors for what is misspelt."""

from __future__ import annotations

import pytest

from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import Defaults, apply_config, article_url, read_config

_CONFIG = b"""
scope_keys = ["plan", "country"]

[defaults]
language = "en"
topic = "General"
tags = ["help"]
url = "https://help.example/"
valid_until = "2027-01-31"
scope = { country = ["Spain", "Portugal"] }

[[files]]
match = "pro/*.md"
scope = { plan = "Pro" }
topic = "Pro"
"""


def test_values_and_overrides() -> None:
    """Folder values hold for all files, those of a fitting `[[files]]` entry for its files."""
    config = read_config(_CONFIG, "kb.toml")
    plain = apply_config(Defaults(), config, "lamp.md")
    pro = apply_config(Defaults(), config, "pro/lamp.md")
    assert (plain.language, plain.topic, plain.tags) == ("en", "General", ("help",))
    assert plain.scope == {"country": ("Spain", "Portugal")}
    assert plain.scope_keys == ("plan", "country")
    assert pro.topic == "Pro"
    assert pro.scope == {"country": ("Spain", "Portugal"), "plan": ("Pro",)}


def test_nested_folders_override() -> None:
    """The nearer config wins, scope key by key; scope keys add up."""
    outer = apply_config(Defaults(), read_config(_CONFIG, "kb.toml"), "es/a.md")
    inner = read_config(
        b'scope_keys = ["channel"]\n[defaults]\nlanguage = "es"\nscope = {country = "Spain"}',
        "es/kb.toml",
        outer.scope_keys,
    )
    both = apply_config(outer, inner, "a.md")
    assert (both.language, both.topic) == ("es", "General")
    assert both.scope == {"country": ("Spain",)}
    assert both.scope_keys == ("plan", "country", "channel")


@pytest.mark.parametrize(
    ("raw", "place", "cause"),
    [
        (b"scope_keys = [", "", "not valid TOML"),
        (b"\xff", "", "not valid TOML"),
        (b'scop_keys = ["plan"]', "top level", "unknown key `scop_keys`"),
        (b'[defaults]\nscoop = "x"', "[defaults]", "unknown key `scoop`"),
        (b"defaults = 1", "[defaults]", "expected a table"),
        (b"[defaults]\nlanguage = 5", "[defaults], language", "language code"),
        (b'[defaults]\nscope = "x"', "[defaults], scope", "expected a table"),
        (
            b'scope_keys = ["plan"]\n[defaults]\nscope = {plam = "x"}',
            "scope",
            "configured are plan",
        ),
        (b"[files]\nx = 1", "files", "two brackets"),
        (b"[[files]]\ntopic = 'x'", "[[files]] 1", "needs a glob"),
        (b'[defaults]\nvalid_from = "soon"', "[defaults], valid_from", "2027-01-31"),
        (b"a = " + b"[" * 5_000, "", "not valid TOML"),
    ],
)
def test_strict(raw: bytes, place: str, cause: str) -> None:
    """A misspelt key could open articles to the wrong customers, so everything odd is an error."""
    with pytest.raises(ArticleSourceError) as caught:
        read_config(raw, "kb.toml")
    assert caught.value.source == "kb.toml"
    assert caught.value.place == place
    assert cause in caught.value.cause


@pytest.mark.parametrize(
    ("own", "base", "expected"),
    [
        ("https://a.example/x", None, "https://a.example/x"),
        ("x", "https://a.example/help/", "https://a.example/help/x"),
        (None, "https://a.example/help/{path}", "https://a.example/help/es/lamp"),
        ("/x", "https://a.example/help/{path}", "https://a.example/x"),
        (None, "https://a.example/help/", None),
        ("x", None, None),
        ("javascript:alert(1)", "https://a.example/", None),
    ],
)
def test_addresses(own: str | None, base: str | None, expected: str | None) -> None:
    """An address is the file's own, joined to the base, or made by the base's template."""
    assert article_url(own, Defaults(url=base), "es/lamp.md") == expected
