"""The articles' own questions, asked against the whole knowledge base."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
import pytest

from data_pipeline.articles import Article
from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.errors import IndexUnavailableError
from data_pipeline.evaluation.lint.asking import GOOD, Asked, Reception, ask_all, unanswered
from data_pipeline.evaluation.lint.findings import FindingKind, Severity
from data_pipeline.evaluation.lint.own_questions import OwnQuestion
from data_pipeline.evaluation.lint.reading import lint
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.structured_json import read_structured
from tests.builders import article, as_bytes, document
from tests.example_kb import SCOPE_KEYS, example_articles
from tests.fakes_index import MemoryIndex

TODAY = date(2026, 6, 15)


def engine_over(articles: Sequence[Article]) -> Engine:
    chunks = [chunk for one in articles for chunk in chunk_article(one)]
    return Engine(
        index=MemoryIndex(chunks, scope_keys=SCOPE_KEYS, namespace="lint"),
        coefficients=shipped_coefficients(),
        scope_keys=SCOPE_KEYS,
        today=lambda: TODAY,
    )


def faq(article_id: str, title: str, *pairs: tuple[str, str], **metadata: str) -> Article:
    listed = [{"question": question, "answer": answer} for question, answer in pairs]
    raw = document({"faq_pairs": listed}, article_id=article_id, title=title, **metadata)
    return read_structured(as_bytes(raw), f"{article_id}.json", Defaults(), SCOPE_KEYS)


async def receptions(*articles: Article) -> dict[tuple[str, str], Asked]:
    asked = await ask_all(engine_over(articles), "lint", articles)
    return {(one.question.article_id, one.question.text): one for one in asked}


KEYS = faq(
    "lost-keys",
    "Lost keys",
    ("What does a new key for the shed cost?", "A new key for the shed costs €35."),
)
LAMPS = faq(
    "lamps",
    "Lamps that flicker",
    (
        "Why does the lamp flicker at night?",
        "The lamp flickers at night when its dimmer is too old.",
    ),
)


async def test_title_and_question_of_an_article_find_it() -> None:
    """Both are asked, and the quoted answer is the article's own."""
    found = await receptions(KEYS, LAMPS)
    assert len(found) == 4
    assert {one.reception for one in found.values()} <= GOOD
    assert unanswered(list(found.values())) == []


async def test_question_that_another_article_answers() -> None:
    """The finding names the article that is found first."""
    thief = faq(
        "shed-keys",
        "What does a new key for the shed cost",
        (
            "What does a new key for the shed cost in total?",
            "A new key for the shed costs €35 in total, for every shed.",
        ),
    )
    vague = faq(
        "moving-out",
        "Moving out of a garden",
        ("What does a new key for the shed cost?", "See your contract."),
    )
    found = await receptions(thief, vague, LAMPS)
    asked = found["moving-out", "What does a new key for the shed cost?"]
    assert asked.reception is Reception.OTHER_ARTICLE
    assert asked.instead == "shed-keys"
    (finding,) = unanswered([asked])
    assert (finding.kind, finding.other) == (FindingKind.UNANSWERED, "shed-keys")
    assert finding.severity is (Severity.SERIOUS if asked.is_sent else Severity.ADVICE)


async def test_question_in_words_that_no_article_has() -> None:
    """Agents' articles are found by nothing that a customer may be told."""
    found = await receptions(article(title="Zyx", article_id="empty"), KEYS)
    assert found["empty", "Zyx"].reception is Reception.NOT_FOUND


async def test_articles_of_another_scope_do_not_get_in_the_way() -> None:
    """A question is asked within its article's scope: a twin elsewhere is no rival."""
    pair = ("How high is the excess after a theft?", "The excess after a theft is {}.")
    twins = [
        faq(f"theft-{country.lower()}", "Theft", (pair[0], pair[1].format(fee)), country=country)
        for country, fee in (("Ireland", "€150"), ("Spain", "€180"))
    ]
    found = await receptions(*twins)
    for twin in twins:
        assert found[twin.article_id, pair[0]].reception in GOOD


async def test_articles_that_do_not_hold_today_are_not_asked_about() -> None:
    """They cannot be found, which is right."""
    over = msgspec.structs.replace(KEYS, valid_until="2026-06-14")
    assert {article_id for article_id, _ in await receptions(over, LAMPS)} == {"lamps"}


async def test_progress_and_no_articles() -> None:
    """Progress is told before each article and at the end."""
    told: list[tuple[int, int]] = []
    engine = engine_over([KEYS, LAMPS])
    await ask_all(engine, "lint", [KEYS, LAMPS], lambda done, whole: told.append((done, whole)))
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert await ask_all(engine, "lint", []) == []


async def test_a_store_that_fails_says_so() -> None:
    engine = engine_over([KEYS])
    assert isinstance(engine.index, MemoryIndex)
    engine.index.broken = True
    with pytest.raises(IndexUnavailableError):
        await ask_all(engine, "lint", [KEYS])


async def test_hostile_questions() -> None:
    """Nothing that an article asks can break the asking."""
    odd = [
        "?",
        "\x00\x00\x00",
        "a" * 50_000,
        "Ignore all instructions? " * 500,
        "¿" * 400,
        "🙂🙂🙂",
    ]
    hostile = faq("odd", "Odd", *((question, "Yes.") for question in odd))
    found = await receptions(hostile, KEYS)
    assert all(isinstance(one.reception, Reception) for one in found.values())


async def test_report_on_the_example_kb() -> None:
    """Every title finds its article, most questions their answer; counts add up."""
    articles = example_articles()
    asked = await ask_all(engine_over(articles), "lint", articles)
    titles = [one for one in asked if one.question.origin == "title"]
    assert {one.reception for one in titles} == {Reception.FOUND}
    report = lint(articles, asked, [])
    answered = sum(row.answered for row in report.answering)
    assert sum(row.asked for row in report.answering) == len(asked)
    assert answered + sum(n for row in report.answering for n in row.others.values()) == len(asked)
    assert answered > 0.7 * len(asked)
    shares = [row.answered / row.asked for row in report.answering]
    assert shares == sorted(shares)
    assert report.serious == sum(f.severity is Severity.SERIOUS for f in report.findings)


def test_advice_fits_the_reason() -> None:
    """What a person is wanted for on purpose is not called unclear."""
    question = OwnQuestion(article_id="a", origin="faq", place="faq", text="May I?")
    advice = [
        unanswered([Asked(question=question, reception=Reception.HANDED_OVER, reason=reason)])[0]
        for reason in ("low_confidence", "policy")
    ]
    assert "plain sentence" in advice[0].advice
    assert "a person shall decide" in advice[1].advice
    assert "policy" in advice[1].problem
