"""Markdown: structure, kinds, exports of editors."""

from __future__ import annotations

import pytest

from data_pipeline.articles import Kind, Tier
from data_pipeline.errors import ArticleSourceError
from tests.ingest.reading import all_text, data, kinds, markdown, section, texts


def test_sections_follow_headings() -> None:
    """A section's path is its slugged headings, its heading the chain of them."""
    article = markdown(
        "# Lamp\n\nLead.\n\n## Fees\n\nSome.\n\n### Late return\n\nMore.\n\n### Late return\n\nAgain."
    )
    assert [part.path for part in article.sections] == [
        "body",
        "fees",
        "fees/late-return",
        "fees/late-return-2",
    ]
    assert section(article, "fees/late-return").heading == "Fees > Late return"
    assert section(article, "body").heading == ""


def test_steps() -> None:
    """A numbered list becomes steps with what is nested in them; lines around it stay with it."""
    article = markdown(
        "## Reset\n\nDo this:\n\n3. Press **both** keys.\n   - Not the red one.\n4. Wait.\n\nDone."
    )
    assert texts(article, "body") == [
        "Do this:",
        "3. Press both keys.\n- Not the red one.",
        "4. Wait.",
        "Done.",
    ]
    assert section(article, "body").kind is Kind.STEPS
    assert data(article, "body")[1] == {
        "number": 3,
        "action": "Press both keys.",
        "detail": "- Not the red one.",
    }


def test_a_second_procedure_is_a_section_of_its_own() -> None:
    """Where counting starts anew a new section starts, with the line that introduces it."""
    article = markdown("## Reset\n\n1. a\n2. b\n\nOn the other model:\n\n1. c\n2. d")
    assert texts(article, "body") == ["1. a", "2. b"]
    assert texts(article, "body/steps") == ["On the other model:", "1. c", "2. d"]


def test_a_numbered_list_of_conditions_is_no_procedure() -> None:
    """Under a critical heading numbers only count: kind and tier stay the heading's."""
    article = markdown("# Lamp\n\n## Requirements\n\n1. A socket.\n2. A bulb.")
    part = section(article, "requirements")
    assert (part.kind, part.tier) == (Kind.ELIGIBILITY, Tier.CRITICAL)
    assert [unit.data for unit in part.units] == [None, None]


def test_table_rows_can_be_read_alone() -> None:
    """Every row carries the names of its columns; a column that is empty throughout is named."""
    article = markdown(
        "| Model | Height | Spare |\n|---|---|---|\n| S | 30 cm | |\n| M | 40 cm | |"
    )
    assert texts(article, "body") == [
        "Model: S; Height: 30 cm; Spare: –",
        "Model: M; Height: 40 cm",
    ]


def test_price_tables_are_fees() -> None:
    """A table with one price column becomes fees with a service, a price and notes."""
    article = markdown(
        "## Repair\n\n| Part | Price | Note |\n|---|---|---|\n| Bulb | €5 | each |\n| Foot | free | |"
    )
    part = section(article, "body")
    assert (part.kind, part.tier) == (Kind.FEES, Tier.HIGH)
    assert data(article, "body") == [
        {"service": "Bulb", "fee": "€5", "notes": "Note: each"},
        {"service": "Foot", "fee": "free"},
    ]


def test_two_price_columns_are_not_guessed() -> None:
    """With two prices per row it isn't clear which is the fee: the row stays text."""
    article = markdown("| Part | Price | Cost abroad |\n|---|---|---|\n| Bulb | €5 | €6 |")
    assert data(article, "body") == [None]


def test_fees_in_a_list() -> None:
    """Under a fees heading a line with a service and an amount is a fee."""
    article = markdown(
        "# Lamp\n\n## Fees\n\n- Late return: €15 per day\n- See the other page: lamps"
    )
    assert data(article, "fees") == [{"service": "Late return", "fee": "€15 per day"}, None]
    assert section(article, "fees").tier is Tier.CRITICAL


@pytest.mark.parametrize(
    "question", ["How do I return the lamp?", "¿Cómo devuelvo la lámpara?", "Can I return it"]
)
def test_question_headings(question: str) -> None:
    """A question with a short plain answer is a pair."""
    article = markdown(f"# Lamp\n\nLead.\n\n## {question}\n\nBy post.\n\n- Free of charge.")
    part = article.sections[1]
    assert (part.kind, part.tier) == (Kind.FAQ, Tier.LOW)
    assert part.units[0].data == {"first": question, "second": "By post.\n- Free of charge."}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("1. Pack it.\n2. Send it.", Kind.STEPS),
        ("Word " * 300, Kind.BODY),
        ("Only customers with an invoice can return it.", Kind.ELIGIBILITY),
        ("### By post\n\nPack it.", Kind.BODY),
    ],
)
def test_question_headings_over_more_than_an_answer(body: str, kind: Kind) -> None:
    """Steps, long texts, critical texts and chapters under a question keep their kind."""
    article = markdown(f"# Lamp\n\nLead.\n\n## How do I return it?\n\n{body}")
    assert article.sections[1].kind is kind


def test_typed_questions() -> None:
    """`Q:` and `A:` in paragraphs or lines, and questions in bold, are pairs."""
    article = markdown(
        "Q: Is it hot?\n\nA: Yes.\n\nQ: Is it loud?\nA: No.\n- Not at night.\n\n**Is it big?** Rather."
    )
    assert data(article, "body") == [
        {"first": "Is it hot?", "second": "Yes."},
        {"first": "Is it loud?", "second": "No.\n- Not at night."},
        {"first": "Is it big?", "second": "Rather."},
    ]


def test_everything_below_a_faq_heading_is_a_pair() -> None:
    """Under "FAQ" a statement in bold or as a heading is what people say."""
    article = markdown(
        "# Lamp\n\n## FAQ\n\n**It stays dark.** Press twice.\n\n### It hums\n\nTurn it."
    )
    assert data(article, "faq") == [{"first": "It stays dark.", "second": "Press twice."}]
    assert data(article, "faq/it-hums") == [{"first": "It hums", "second": "Turn it."}]


def test_issues_are_pairs() -> None:
    """Under a troubleshooting heading each heading with a short text is issue and resolution."""
    article = markdown("# Lamp\n\n## Troubleshooting\n\n### It stays dark\n\nPress twice.")
    assert article.sections[0].kind is Kind.ISSUES
    assert article.sections[0].units[0].data == {"first": "It stays dark", "second": "Press twice."}


def test_definitions() -> None:
    """Terms of a glossary are pairs."""
    article = markdown("# Lamp\n\n## Glossary\n\n- Foot: what it stands on\n- Bulb: what shines")
    assert data(article, "glossary")[0] == {"first": "Foot", "second": "what it stands on"}


def test_agent_only_text() -> None:
    """Fenced text is for agents, whatever it holds, and a heading in it heads nothing public."""
    article = markdown(
        "# Lamp\n\nPublic.\n:::agent\n## Secret\n- one\n- two\n:::\nPublic again.\n\n"
        "1. Step\n   :::agent\n   hidden\n   :::\n2. Next"
    )
    public = [u.text for s in article.sections for u in s.units if not u.agent_only]
    hidden = [u.text for s in article.sections for u in s.units if u.agent_only]
    assert public == ["Public.", "Public again.", "1. Step", "2. Next"]
    assert [text.removeprefix("1. ") for text in hidden] == ["Secret", "one", "two", "hidden"]
    assert all("Secret" not in part.heading for part in article.sections)


def test_guardrails() -> None:
    """What must not be said is a list of rules for agents and for the check of replies."""
    article = markdown("# Lamp\n\nPublic.\n\n## What not to say\n\n- That it never breaks.")
    [unit] = section(article, "what-not-to-say").units
    assert article.sections[1].kind is Kind.GUARDRAIL
    assert unit.data == {"text": "That it never breaks."}
    assert unit.agent_only


@pytest.mark.parametrize(
    "text",
    [
        "Public.\n\n:::agent secret :::\n\nMore.",
        "Public.\n\n::: Agent-only\nsecret\n:::\n\nMore.",
        "Public.\n\n:::agent\n:::note\nsecret\n:::\nsecret\n:::\n\nMore.",
        "Public.\n\n> :::agent\n> secret\n> :::\n\nMore.",
        "Public.\n\n| a | b |\n|--|--|\n| x | :::agent secret ::: |\n\nMore.",
        "Public.\n\n    :::agent\n    secret\n    :::\n\nMore.",
        "Public.\n\n<div data-visibility='agent'>secret</div>\n\nMore.",
        "Public. More.\n\n## Internal notes\n\nsecret",
        "Public. More.\n\n## Notas internas\n\n### Detail\n\nsecret",
        "Public. More.\n\n:::agent\n\nsecret\n\n## secret",
    ],
)
def test_ways_to_mark_agent_only_text(text: str) -> None:
    """However the fence is written, or a heading says it, the text stays with agents."""
    article = markdown(text)
    public = [u.text for s in article.sections for u in s.units if not u.agent_only]
    assert "secret" not in " ".join(public)
    assert "Public" in " ".join(public)
    assert "More." in " ".join(public)
    assert "secret" in all_text(article)


def test_unclosed_fence_is_warned_of() -> None:
    """A fence that is never closed hides the rest and says so."""
    assert "`:::agent` is not closed" in markdown("Public.\n\n:::agent\nsecret").warnings[0]


def test_callouts() -> None:
    """Callouts of several dialects become a label in front of their text."""
    article = markdown("> [!WARNING]\n> Hot.\n\n:::tip\nCool it.\n:::\n\nEnd.")
    assert texts(article, "body") == ["Warning: Hot.", "Tip:", "Cool it.", "End."]


def test_links_and_pictures() -> None:
    """An address follows its text once; a picture is its description; links are collected."""
    article = markdown(
        "See [the shop](https://shop.example/a) and [it](https://shop.example/a), "
        "[https://x.example](https://x.example), [us](mailto:us@x.example?subject=a), [top](#top), "
        "[next](../next.md#a), [rel](rel/page), ![a red lamp](lamp.png), <a href='javascript:alert(1)'>evil</a>."
    )
    [text] = texts(article, "body")
    assert text == (
        "See the shop (https://shop.example/a) and it, https://x.example, us (us@x.example), top, "
        "next, rel, a red lamp, evil."
    )
    assert article.links == ("https://shop.example/a", "https://x.example", "next.md")


def test_relative_links_with_a_known_address() -> None:
    """When the article's address is known, relative links are joined to it."""
    article = markdown("See [rel](other).", url="https://help.example/{path}")
    assert texts(article, "body") == ["See rel (https://help.example/guides/other)."]


def test_editor_exports() -> None:
    """Embedded pictures, escaped numbers, comment marks and heading ids of exports are cleaned."""
    article = markdown(
        "# **Lamp[a]**\n\n![][image1]\n\n1\\. First[b]\n2\\. Second\u00a0one\n\n"
        "## More {#more}\n\n**Loose bold ** text. [c]\n\n[a]who wrote this?\n\n[b]no idea\n\n[c]me\n\n"
        "[image1]: <data:image/png;base64,iVBORw0KGgo=>\n"
    )
    assert article.title == "Lamp"
    assert texts(article, "body") == ["1. First", "2. Second one"]
    assert texts(article, "more") == ["Loose bold text."]


def test_brackets_that_are_no_comments_stay() -> None:
    """Letters in brackets are only removed where comments are counted through."""
    assert "list[i] and list[k]" in all_text(markdown("Use list[i] and list[k]."))
    assert "x[a]" in all_text(markdown("```\nx[a] = x[b]\n```"))


def test_bold_lines_are_headings() -> None:
    """A short bold line above text heads it; a bold sentence or label doesn't."""
    article = markdown("# Lamp\n\n**Fees**\n\nNone.\n\n**This is all.**\n\n**Note:**\n\nReally.")
    assert kinds(article) == [("fees", Kind.FEES)]
    assert texts(article, "fees") == ["None.", "This is all.", "Note:", "Really."]


def test_footnotes() -> None:
    """A footnote is read where it is referred to; one that nothing refers to stays as text."""
    article = markdown("Costs €5[^1].\n\n[^1]: Without *tax*.\n\n[^2]: Alone.")
    assert texts(article, "body") == ["Costs €5 (Without tax.).", "Alone."]


def test_long_footnotes_follow_their_paragraph() -> None:
    """A footnote too long for its sentence comes below it, once, and stays with its audience."""
    note = f"[^1]: {'Long. ' * 80}"
    article = markdown(f"Costs €5[^1].\n\nAnd €6[^1].\n\n{note}")
    first, below, second = texts(article, "body")
    assert (first, second) == ("Costs €5[1].", "And €6[1].")
    assert below.startswith("[1] Long.")
    hidden = markdown(f"Public.\n\n:::agent\nCosts €5[^1].\n:::\n\nMore.\n\n{note}")
    assert [u.agent_only for u in section(hidden, "body").units] == [False, True, True, False]


def test_placeholders_are_text() -> None:
    """`<serial-number>` is no HTML element but what a reader is to fill in."""
    assert "Type <serial-number> here." in all_text(markdown("Type <serial-number> here."))


def test_fold_outs() -> None:
    """A fold-out is a section; what follows it belongs to the heading above again."""
    article = markdown(
        "# Lamp\n\n## Use\n\nA.\n\n<details><summary>Is it hot?</summary>\n\nYes.\n\n</details>\n\nB."
    )
    assert texts(article, "use") == ["A."]
    assert data(article, "use/is-it-hot") == [{"first": "Is it hot?", "second": "Yes."}]
    assert texts(article, "use-2") == ["B."]


def test_only_a_title() -> None:
    """A document that is only a heading keeps it as its text."""
    assert texts(markdown("# Lamp"), "body") == ["Lamp"]


def test_bare_headings_are_text() -> None:
    """A heading without text is kept as a unit, one with chapters is in their headings."""
    article = markdown("# Lamp\n\n## A\n\n### B\n\ntext\n\n## C\n")
    assert texts(article, "c") == ["C"]
    assert kinds(article) == [("a/b", Kind.BODY), ("c", Kind.BODY)]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("---\ntitle: x\n---\n", "no text was found"),
        ("<!-- only a comment -->", "no text was found"),
        (">" * 500 + " deep", "nested too deeply"),
        ("\n".join("  " * n + "- a" for n in range(200)), "nested too deeply"),
        ("<div>" * 5_000 + "x", "nested too deeply"),
        ("a" * 5_000_001, "split it into articles"),
    ],
)
def test_unreadable(text: str, cause: str) -> None:
    """Empty, endless and bottomless documents are refused with what to do."""
    with pytest.raises(ArticleSourceError, match=cause):
        markdown(text)


def test_an_embedded_picture_does_not_count() -> None:
    """Megabytes of embedded picture around a short text are no long text."""
    article = markdown(f"![lamp](data:image/png;base64,{'A' * 6_000_000})\n\nShort.")
    assert texts(article, "body") == ["lamp", "Short."]
