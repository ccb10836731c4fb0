"""Front matter: every documented key, and clear errors for what cannot be read."""

from __future__ import annotations

import pytest

from data_pipeline.articles import Kind, Tier
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.front_matter import split_front_matter
from tests.ingest.reading import all_text, markdown, section

_FULL = """---
# who wrote this
article_id: lamp-2
title: "The lamp: how it works"
description: What the lamp shows.
url: https://help.example/lamp
language: es-ES
topic: Lamps
tags: [lamp, 'night light', 401]
scope:
  plan: [Basic, Pro]
  country: null
valid_from: 2026-01-01
valid_until: 2026-12-31 12:00:00
last_updated: yesterday
---
# The lamp: how it works

Body.
"""


def test_every_key() -> None:
    """All documented keys reach the article; where a file comes from is ignored silently."""
    article = markdown(_FULL, scope_keys=("plan", "country"), scope={"country": ("Spain",)})
    assert (article.article_id, article.title) == ("lamp-2", "The lamp: how it works")
    assert (article.url, article.language, article.topic) == (
        "https://help.example/lamp",
        "es",
        "Lamps",
    )
    assert article.tags == ("lamp", "night light", "401")
    assert article.scope == {"plan": ("Basic", "Pro")}
    assert (article.valid_from, article.valid_until) == ("2026-01-01", "2026-12-31")
    assert [(unit.text, unit.agent_only) for unit in section(article, "overview").units] == [
        ("What the lamp shows.", True),
        ("Lamps\nlamp, night light, 401", True),
    ]
    assert article.warnings == ()


def test_without_front_matter() -> None:
    """The path is the id, the first heading the title, the words tell the language."""
    article = markdown("# La lámpara\n\nEsta es la lámpara que está en la mesa de la casa.")
    assert (article.article_id, article.title) == ("guides-lamp", "La lámpara")
    assert article.language == "es"


def test_defaults_fill_what_is_silent() -> None:
    """The folder's values hold where the file says nothing, key by key for scope."""
    article = markdown(
        "---\nscope: {plan: Pro}\ntags: []\n---\nBody.",
        scope_keys=("plan", "country"),
        scope={"plan": ("Basic",), "country": ("Spain",)},
        topic="Lamps",
        tags=("light",),
        language="fr",
        valid_until="2027-01-01",
    )
    assert article.scope == {"plan": ("Pro",), "country": ("Spain",)}
    assert (article.topic, article.tags, article.language) == ("Lamps", ("light",), "fr")
    assert article.valid_until == "2027-01-01"


def test_scope_key_at_the_top_level() -> None:
    """A configured scope key counts without `scope:` around it, as in the structured format."""
    article = markdown("---\nplan: Pro\nscope: global\n---\nBody.", scope_keys=("plan",))
    assert article.scope == {"plan": ("Pro",)}
    assert article.warnings == ()


def test_unknown_keys_are_warned_of() -> None:
    """A misspelt key is named with the known ones, and an unknown scope key stays a restriction."""
    article = markdown(
        "---\nautor: me\nscope: {plam: Pro}\n---\nBody.", scope_keys=("plan", "country")
    )
    assert article.scope == {"plam": ("Pro",)}
    assert "`plam`: configured are plan, country" in article.warnings[0]
    assert "unknown key `autor`" in article.warnings[1]
    assert "article_id, title" in article.warnings[1]


def test_an_id_that_is_no_slug_is_folded() -> None:
    """Ids are ASCII slugs; another one is folded and said."""
    article = markdown("---\narticle_id: KB 0042/é\n---\nBody.")
    assert article.article_id == "kb-0042-e"
    assert "`kb-0042-e` is used" in article.warnings[0]


def test_required_data() -> None:
    """Data points become agent-only units of their own sections, required ones critical."""
    article = markdown(
        "---\nrequired_data:\n- data_point: Serial number\n  meaning: On the foot.\n"
        "  source_type: message_text\n- {data_point: Colour, required: false}\n---\nBody."
    )
    required, optional = section(article, "required-data"), section(article, "optional-data")
    assert (required.kind, required.tier) == (Kind.REQUIRED_DATA, Tier.CRITICAL)
    assert required.units[0].data["label"] == "Serial number"
    assert required.units[0].agent_only
    assert (optional.kind, optional.tier) == (Kind.OPTIONAL_DATA, Tier.MEDIUM)


def test_required_data_as_in_the_structured_format() -> None:
    """The object with `must_have` and `if_missing` is accepted too."""
    article = markdown(
        "---\nrequired_data:\n  must_have: [{data_point: Serial number}]\n"
        "  if_missing: [{missing_data_point: serial number, ask_participant: 'Which number?'}]\n---\nBody."
    )
    assert section(article, "required-data").units[0].data["question"] == "Which number?"


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    """Text between two horizontal rules stays text."""
    article = markdown("---\n\nJust [text: with a colon.\n\n---\n\nMore.")
    assert "Just [text: with a colon." in all_text(article)


@pytest.mark.parametrize(
    ("block", "place", "cause"),
    [
        ("title: [a", "line 3", "not valid YAML"),
        ("title: a: b", "line 2", "not valid YAML"),
        ("title: &x a\ntopic: *x", "front matter", "aliases"),
        ("title: !!python/object/apply:os.system [x]", "line 2", "not valid YAML"),
        ("title: !!timestamp 2026-99-99", "front matter", "not valid YAML"),
        ("title: " + "[" * 5_000, "front matter", "nested too deeply"),
        ("title: " + "a" * 70_000, "front matter", "longer than 64000"),
        ("title: [a, b]", "front matter, title", "expected text, found a list"),
        ("title: true", "front matter, title", "found true or false"),
        ("tags: {a: b}", "front matter, tags", "expected a list"),
        ("language: español", "front matter, language", "`en` or `es`"),
        ("valid_until: 31.12.2026", "front matter, valid_until", "2027-01-31"),
        ("valid_until: 2026-02-30", "front matter, valid_until", "2027-01-31"),
        ("scope: Pro", "front matter, scope", "`key: value`"),
        ("scope: [Pro]", "front matter, scope", "found list"),
        ("scope: {plan: {a: b}}", "front matter, scope, plan", "a text or a list"),
        ("required_data: yes please", "front matter, required_data", "data_point"),
    ],
)
def test_unreadable_front_matter(block: str, place: str, cause: str) -> None:
    """What cannot be read is named with its place, and quotes nothing of the document."""
    with pytest.raises(ArticleSourceError) as caught:
        markdown(f"---\n{block}\n---\nBody.")
    assert place in caught.value.place
    assert cause in caught.value.cause


def test_doubtful_values_are_warned_of() -> None:
    """An address that can't be opened and a validity that ends before it begins are said."""
    article = markdown(
        "---\nurl: lamp.html\nvalid_from: 2026-02-01\nvalid_until: 2026-01-01\n---\nBody."
    )
    assert article.url is None
    assert [warning.split(":")[0] for warning in article.warnings] == [
        "front matter, url",
        "valid_until",
    ]


def test_unclosed() -> None:
    """A forgotten closing line is said instead of swallowing the text."""
    with pytest.raises(ArticleSourceError, match="no closing line"):
        markdown("---\ntitle: a\n\nBody.")


def test_dates_and_words_stay_text() -> None:
    """YAML's guesses about dates are switched off, so that nothing is reformatted."""
    raw, rest = split_front_matter("---\na: 2026-01-01\nb: 12:30:45\n---\nx", "a.md")
    assert raw["a"] == "2026-01-01"
    assert rest == "x"
