"""Render what a model is asked: the instructions from the templates, and the material. Pure.

Customers' and articles' texts are data. A tag starts with `<`, and no `<` of theirs, nor a sign
that looks like one, reaches the material, so no text can close its block or open another. Signs
that nobody sees (controls, direction marks, Unicode tags) are left out.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Final

import msgspec

_TEMPLATES: Final = ("answer", "repair", "translate")
_LANGUAGES: Final = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
}
# `<` in its compatibility forms, and the letters of other scripts that look like it.
_LESS_THAN: Final = re.compile("[<\uff1c\ufe64\u2039\u2329\u27e8\u3008\u276e\u02c2\u1438\u16b2]")
_LINE_BREAK: Final = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Joiners spell words of Indic scripts and Persian.
_SEEN: Final = frozenset("\n\t\u200c\u200d")
_BLANK_LINES: Final = re.compile(r"\n\s*\n\s*")


class PassageText(msgspec.Struct, frozen=True):
    """A passage by its id; `lead` is the question or issue that it answers."""

    id: str
    text: str
    lead: str = ""


class SectionText(msgspec.Struct, frozen=True):
    """Passages under one heading."""

    heading: str
    passages: tuple[PassageText, ...]


class ArticleText(msgspec.Struct, frozen=True, kw_only=True):
    """One article: what a customer may read of it, and what its rules forbid to say.

    `outcome` is what is proven of this customer's case; `facts` are `(label, value)`.
    """

    title: str
    sections: tuple[SectionText, ...]
    scope: tuple[tuple[str, str], ...] = ()
    questions: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    outcome: str = ""
    rules: tuple[str, ...] = ()


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """All data of one ticket; `earlier` and `replies` are what was said before, newest first."""

    message: str
    articles: tuple[ArticleText, ...]
    subject: str = ""
    earlier: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()


def answer_instructions(language: str) -> str:
    """What a model is told to do; `language` is the two-letter code to write in."""
    return _template("answer").replace("{language}", _language_name(language))


def repair_instructions(language: str) -> str:
    """The same, for a second attempt."""
    return answer_instructions(language) + _template("repair")


def translate_instructions(languages: Sequence[str]) -> str:
    """What a model is told that translates questions; `languages` are two-letter codes."""
    names = " and into ".join(map(_language_name, languages))
    return _template("translate").replace("{languages}", names)


def render_texts(texts: Sequence[str]) -> str:
    """Texts to translate as tagged blocks, numbered from 1."""
    return "\n".join(
        f'<text id="{number}">{as_data(text)}</text>' for number, text in enumerate(texts, 1)
    )


def render_material(material: Material) -> str:
    """The data as tagged blocks, those that are empty left out."""
    blocks = (
        *_block("subject", material.subject),
        *_block("customer_message", material.message),
        *(b for text in material.replies for b in _block("earlier_reply_by_us", text)),
        *(b for text in material.earlier for b in _block("earlier_customer_message", text)),
        *(line for article in material.articles for line in _article(article)),
    )
    return "\n".join(blocks)


def render_repair(material: str, previous: str, problems: Sequence[str]) -> str:
    """The rendered `material`, the reply that could not be used, and what is wrong with it."""
    blocks = (*_block("previous_reply", previous), *_block("problems", _listed(problems)))
    return "\n".join((material, *blocks))


@cache
def prompt_version() -> str:
    """Identity of the templates: 12 hex digits."""
    texts = "\0".join(_template(name) for name in _TEMPLATES)
    return hashlib.sha256(texts.encode()).hexdigest()[:12]


def as_data(text: str) -> str:
    """`text` as it may stand between tags: without any `<` and without unseen signs."""
    return _LESS_THAN.sub("&lt;", visible(text)).strip()


def visible(text: str) -> str:
    """`text` without signs that nobody sees, its lines parted by line feeds."""
    if text.isascii() and text.isprintable():
        return text
    signs = _LINE_BREAK.sub("\n", text)
    return "".join(c for c in signs if c in _SEEN or unicodedata.category(c) not in _UNSEEN)


def _article(article: ArticleText) -> Iterator[str]:
    yield "<article>"
    yield from _block("title", article.title)
    yield from _block("applies_to", _named(article.scope))
    yield from _block("questions", _listed(article.questions))
    yield from _block("known_facts", _named(article.facts))
    yield from _block("outcome", article.outcome)
    yield from _block("rules", _listed(article.rules))
    for section in article.sections:
        yield from _block("section", section.heading)
        yield from (_passage(passage) for passage in section.passages)
    yield "</article>"


def _passage(passage: PassageText) -> str:
    lead = f"<lead>{_single(passage.lead)}</lead>" if passage.lead.strip() else ""
    return f'<passage id="{passage.id}">{lead}{as_data(passage.text)}</passage>'


def _block(tag: str, text: str) -> Iterator[str]:
    data = _BLANK_LINES.sub("\n\n", as_data(text))
    if data:
        yield f"<{tag}>\n{data}\n</{tag}>" if "\n" in data else f"<{tag}>{data}</{tag}>"


def _listed(texts: Sequence[str]) -> str:
    return "\n".join(f"- {_single(text)}" for text in texts if text.strip())


def _named(pairs: Sequence[tuple[str, str]]) -> str:
    return _listed([f"{name}: {value}" for name, value in pairs])


def _single(text: str) -> str:
    return " ".join(as_data(text).split())


def _language_name(code: str) -> str:
    return _LANGUAGES.get(code, f"the language with the ISO 639-1 code {code}")


@cache
def _template(name: str) -> str:
    return resources.files("data_pipeline.prompts").joinpath(f"{name}.md").read_text("utf-8")
