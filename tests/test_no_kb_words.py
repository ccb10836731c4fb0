"""The engine knows no word of any knowledge base.

Every word of the examples that does not stand in the source of `data_pipeline` is replaced by an
invented one, in articles and tickets alike: the decisions stay the same.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from data_pipeline.articles import Article
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.engine.ticket_reply import ticket_reply
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.language import fold, stem
from data_pipeline.request_body import read_request
from tests.example_kb import SCOPE_KEYS, example_articles, example_tickets
from tests.fakes_index import MemoryIndex

SOURCE = Path(__file__).resolve().parents[1] / "data_pipeline"
# `pausesLast` is two words.
WORD = re.compile(r"[A-ZÁÉÍÓÚÑ]?[a-zà-ÿ]+|[A-ZÁÉÍÓÚÑ]+(?![a-z])")
# Grammar, not topic: the Spanish pronoun at the end of a request (`cambiarme`).
GRAMMAR = re.compile(r"r(?:me|nos)$")
# Vowels stay vowels and consonants consonants, so that a stemmer cuts an invented word alike.
CIPHER = str.maketrans("aeioubcdfghjklmnpqrstvwxzáéíóú", "eioauzbcdfghjklmnpqrstvwxéíóáú")
SHORT = 3
# No stemmer joins the forms of an invented Spanish verb (`llevarme`, `llevar`), which this one needs.
UNJOINED = {"t037"}


def strings_of(value: Any) -> list[str]:
    """Every text in plain JSON types, keys of objects too."""
    if isinstance(value, dict):
        return [s for k, v in value.items() for s in (str(k), *strings_of(v))]
    if isinstance(value, list):
        return [s for item in value for s in strings_of(item)]
    return [value] if isinstance(value, str) else []


def known_words() -> frozenset[str]:
    """Words of the engine's own source: the language that it speaks, and its code."""
    text = " ".join(path.read_text() for path in SOURCE.rglob("*.py"))
    return frozenset(fold(word) for word in WORD.findall(text))


def inventions(texts: list[str]) -> dict[str, str]:
    """`{word: invented word}` for each word that the source does not know, no two alike."""
    known = {stem(word, "en") for word in known_words()}
    words = {word.lower() for text in texts for word in WORD.findall(text)}
    taken = {stem(fold(word), "en") for word in words}
    made_of: dict[str, str] = {}
    invented: dict[str, str] = {}
    for word in sorted(w for w in words if len(w) > SHORT and not GRAMMAR.search(w)):
        root = stem(fold(word), "en")
        made = made_of.get(root, root.translate(CIPHER))
        if root not in known and (root in made_of or made not in taken):
            made_of[root] = made
            taken.add(made)
            invented[word] = made + fold(word)[len(root) :]
    return invented


def renamed(value: Any, invented: dict[str, str], *, keys: bool = True) -> Any:
    """`value` with every known word replaced, capitals kept."""
    if isinstance(value, dict):
        return {
            renamed(k, invented) if keys else k: renamed(v, invented, keys=keys)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [renamed(item, invented, keys=keys) for item in value]
    if not isinstance(value, str):
        return value

    def replace(match: re.Match[str]) -> str:
        made = invented.get(match.group().lower(), match.group())
        return made.capitalize() if match.group()[0].isupper() else made

    return WORD.sub(replace, value)


async def decisions(articles: list[Article], requests: list[bytes], keys: list[str]) -> list[str]:
    """What is decided on each request."""
    chunks = [chunk for article in articles for chunk in chunk_article(article)]
    engine = Engine(
        index=MemoryIndex(chunks, scope_keys=keys),
        coefficients=shipped_coefficients(),
        today=lambda: date(2026, 11, 20),
    )
    bodies = [read_request(raw, GenerateResponseRequest)[0] for raw in requests]
    return [(await ticket_reply(engine, "default", body)).decision for body in bodies]


async def test_invented_words_are_decided_alike() -> None:
    """Names, topics, scope values and phrases of the examples mean nothing to the engine."""
    articles = msgspec.json.decode(msgspec.json.encode(example_articles()))
    tickets = [ticket.request for ticket in example_tickets()]
    invented = inventions([*strings_of(articles), *strings_of(tickets)])
    assert len(invented) > 850
    assert {"subscription", "bicicleta", "galway"} <= invented.keys()

    plain = await decisions(
        list(example_articles()), [msgspec.json.encode(t) for t in tickets], list(SCOPE_KEYS)
    )
    new = [msgspec.convert(renamed(article, invented), Article) for article in articles]
    bodies = [msgspec.json.encode(renamed(ticket, invented)) for ticket in tickets]
    keys = [renamed(key, invented) for key in SCOPE_KEYS]
    strange = await decisions(new, bodies, keys)
    differing = [
        (ticket.id, one, other)
        for ticket, one, other in zip(example_tickets(), plain, strange, strict=True)
        if one != other and ticket.id not in UNJOINED
    ]
    assert not differing


def test_no_title_id_or_scope_value_stands_in_the_source() -> None:
    """No name of the examples is written down in the code."""
    source = "\n".join(path.read_text() for path in SOURCE.rglob("*.py")).casefold()
    for article in example_articles():
        names = [
            article.article_id,
            article.title,
            *(v for vs in article.scope.values() for v in vs),
        ]
        for name in names:
            assert not re.search(rf"(?<![\w-]){re.escape(name.casefold())}(?![\w-])", source), name
