"""The examples with another company's names, read from files of its own, are decided the same.

The replacement is mechanical: names, scope values, ids and the most frequent topic words of the
examples are changed letter by letter (vowel for vowel, consonant for consonant of its class) in
every form that they occur in, whether the code has that word or not; endings stay, so that
stemming does the same.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from data_pipeline.articles import Article
from data_pipeline.contract.replies import GenerateResponseReply, RequiredDataReply
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.engine.required_data import required_data
from data_pipeline.engine.ticket_reply import ticket_reply
from data_pipeline.function_words import ASKING, BY_LANGUAGE
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.ingest.folder import read_folder
from data_pipeline.language import fold, words
from data_pipeline.request_body import read_request
from tests.example_kb import EXAMPLES, SCOPE_KEYS, Ticket, example_articles, example_tickets
from tests.fakes_index import MemoryIndex

SOURCES = sorted((Path(__file__).resolve().parents[1] / "data_pipeline").rglob("*.py"))

# What the examples are about: names and scope values first, then words by their common beginning.
NAMES = tuple(
    "pedalio flex leas irel irland spain españa espana dublin cork galway howth madrid "
    "barcelon valenci sevilla bilbao mallorca garda pulse fleetdesk taxsaver bizum canada".split()
)
TOPICS = tuple(
    "bik batter employ subscri theft stol deposit hub invoic paus cancel settle swap payroll salar "
    "scheme frame motor mailbox courier punctur trailer pedal tyr saddl brak helmet cargo lock "
    "excess denunci child seat rack cycl contractor permanent greenway bookkeep voucher "
    "kerb handlebar insea spok gear bluetooth "
    "bici recib domicili fraccion taller mecanic rued pinch averi portabici fren candad suscri "
    "bater rob tren avion maleter tarjet mandat bol zapatill paquet".split()
)
BEGINNINGS = sorted({*NAMES, *TOPICS}, key=len, reverse=True)
_LETTERS = {
    **dict(zip("aeiou", "eiuao", strict=True)),
    **dict(zip("bdgmnprt", "dgmnprtb", strict=True)),
    **dict(zip("cfklsvz", "fklsvzc", strict=True)),
}
# At the start of a word, also of one inside camelCase or snake_case.
_WORD = re.compile(
    rf"(?:(?<![^\W\d_])|(?-i:(?<=[a-z])(?=[A-Z])))(?:{'|'.join(BEGINNINGS)})", re.IGNORECASE
)


def _letter(letter: str) -> str:
    """Another letter of the same class, with its accents and its case."""
    base, *marks = unicodedata.normalize("NFD", letter)
    other = _LETTERS.get(base.lower(), base.lower())
    cased = other.upper() if base.isupper() else other
    return unicodedata.normalize("NFC", cased + "".join(marks))


def _renamed_beginning(beginning: str) -> str:
    kept = 1 if len(beginning) <= 4 else 2
    return "".join(map(_letter, beginning[:-kept])) + beginning[-kept:]


def _without_accents(text: str) -> str:
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)


def rename(text: str) -> str:
    """`text` with every name and topic word replaced, whatever its accents and capitals."""
    parts, end = [], 0
    for match in _WORD.finditer(_without_accents(text)):
        parts += [text[end : match.start()], _renamed_beginning(text[match.start() : match.end()])]
        end = match.end()
    return "".join((*parts, text[end:]))


def rename_all(value: Any, *, keys: bool = False) -> Any:
    """JSON with its texts renamed; with `keys` also the names of an object's fields."""
    if isinstance(value, str):
        return rename(value)
    if isinstance(value, list | tuple):
        return [rename_all(item, keys=keys) for item in value]
    if isinstance(value, dict):
        return {
            (rename(name) if keys else name): rename_all(
                item, keys=keys or name == "collected_data"
            )
            for name, item in value.items()
        }
    return value


def _write_renamed(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".docx":
        _write_renamed_docx(source, target)
        return
    text = source.read_text("utf-8")
    is_json = source.suffix == ".json"
    new = json.dumps(rename_all(json.loads(text)), ensure_ascii=False) if is_json else rename(text)
    target.write_text(new, "utf-8")


def _write_renamed_docx(source: Path, target: Path) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            raw = old.read(item)
            is_text = item.filename == "word/document.xml"
            new.writestr(item, _between_tags(raw.decode()).encode() if is_text else raw)


def _between_tags(text: str) -> str:
    return re.sub(r">[^<]+<", lambda match: rename(match.group()), text)


@pytest.fixture(scope="module")
def renamed_articles(tmp_path_factory: pytest.TempPathFactory) -> tuple[Article, ...]:
    """The example knowledge base of another company."""
    folder = tmp_path_factory.mktemp("renamed") / "kb"
    for source in sorted((EXAMPLES / "kb").rglob("*")):
        if source.is_file():
            _write_renamed(source, folder / rename(str(source.relative_to(EXAMPLES / "kb"))))
    reading = read_folder([folder], SCOPE_KEYS)
    assert not reading.failures
    return tuple(reading.articles)


def _engine(articles: tuple[Article, ...]) -> Engine:
    chunks = [chunk for article in articles for chunk in chunk_article(article)]
    return Engine(
        index=MemoryIndex(chunks, scope_keys=SCOPE_KEYS),
        coefficients=shipped_coefficients(),
        today=lambda: date(2026, 11, 20),
    )


@pytest.fixture(scope="module")
def engine() -> Engine:
    return _engine(example_articles())


@pytest.fixture(scope="module")
def renamed_engine(renamed_articles: tuple[Article, ...]) -> Engine:
    return _engine(renamed_articles)


def renamed_request(ticket: Ticket) -> GenerateResponseRequest:
    """The ticket as a customer of the renamed company would write it."""
    raw = msgspec.json.encode(rename_all(ticket.request))
    return read_request(raw, GenerateResponseRequest)[0]


def _core(reply: GenerateResponseReply | RequiredDataReply) -> dict[str, Any]:
    """What was decided, without texts and figures."""
    told = msgspec.to_builtins(reply)
    names = ("decision", "next_step", "publishable", "outcome", "language")
    return {
        **{name: told[name] for name in names if name in told},
        "missing": list(told["missing"]),
        "needed_later": list(told["needed_later"]),
        "inquiries": [
            [i["decision"], i["article_id"], i["reason_code"]] for i in told["inquiries"]
        ],
        "questions": [question["key"] for question in told["questions"]],
        "lookups": [lookup["key"] for lookup in told["lookups"]],
    }


def _text_of(articles: tuple[Article, ...]) -> str:
    return "\n".join(
        text
        for article in articles
        for text in (
            article.title,
            *(s.heading for s in article.sections),
            *(unit.text for s in article.sections for unit in s.units),
        )
    )


def test_replacement_is_fair(renamed_articles: tuple[Article, ...]) -> None:
    """Every name is gone, most ids are others, and no new word is one that means something."""
    before, after = (set(words(_text_of(a))) for a in (example_articles(), renamed_articles))
    meaningful = {w for known in (*BY_LANGUAGE.values(), *ASKING.values()) for w in known}
    assert len(after - before) > 150
    assert not (after - before) & meaningful
    assert not {word for word in after if word.startswith(("pedalio", "bike", "bici", "batter"))}
    ids = {article.article_id for article in example_articles()}
    assert {article.article_id for article in renamed_articles} == {rename(i) for i in ids}
    assert sum(rename(i) != i for i in ids) > 0.6 * len(ids)


@pytest.mark.parametrize("ticket", list(example_tickets()), ids=lambda t: t.id)
async def test_renamed_company_gets_the_same_decisions(
    engine: Engine, renamed_engine: Engine, ticket: Ticket
) -> None:
    """Both endpoints: decision, article, missing facts, questions, lookups, outcome, language."""
    for ask in (required_data, ticket_reply):
        plain = await ask(engine, "default", ticket.body())
        renamed = await ask(renamed_engine, "default", renamed_request(ticket))
        assert _core(renamed) == rename_all(_core(plain))


def _phrases(text: str, length: int) -> Iterator[str]:
    for line in text.split("\n"):
        said = re.findall(r"[^\W_]+", fold(line))
        for start in range(len(said) - length + 1):
            yield " ".join(said[start : start + length])


def test_no_phrase_of_the_examples_stands_in_the_code() -> None:
    """Eight words in a row that the examples have are in no source file."""
    code = fold("\n".join(path.read_text("utf-8") for path in SOURCES))
    code = " ".join(re.findall(r"[^\W_]+", code))
    tickets = "\n".join(json.dumps(t.request, ensure_ascii=False) for t in example_tickets())
    phrases = set(_phrases(f"{_text_of(example_articles())}\n{tickets}", 8))
    assert len(phrases) > 5_000
    assert not {phrase for phrase in phrases if f" {phrase} " in code}


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_the_examples_stands_in_the_code(name: str) -> None:
    """Neither the company nor its places and products."""
    code = fold("\n".join(path.read_text("utf-8") for path in SOURCES))
    assert not re.search(rf"(?<!\w){re.escape(fold(name))}(?!\w)", code)
