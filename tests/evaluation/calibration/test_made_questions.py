"""Questions that are made of articles to calibrate on."""

from __future__ import annotations

import random
import statistics

import msgspec
import pytest

from data_pipeline.articles import Article, Kind, Section, Tier, Unit
from data_pipeline.evaluation.calibration.questions import own_asks
from data_pipeline.evaluation.calibration.wording import (
    Statement,
    question_about,
    statements,
    telling_words,
)
from data_pipeline.evaluation.runs import Group, request_for

TEXT = (
    "Open the lid of the printer and take the empty cartridge out. "
    "Push a new cartridge in until it clicks and close the lid again. "
    "Print a test page from the maintenance menu to align the heads."
)
OTHER = (
    "Connect the scanner to the router with the cable from the box. "
    "Choose wireless setup on the display and enter the network password."
)


def an_article(
    article_id: str, text: str, *, kind: Kind = Kind.BODY, agent_only: bool = False
) -> Article:
    section = Section(
        path="main",
        heading="Everyday use",
        kind=kind,
        tier=Tier.MEDIUM,
        units=(Unit(text, agent_only=agent_only),),
    )
    return Article(
        article_id=article_id, title="Changing a cartridge", language="en", sections=(section,)
    )


PRINTER, SCANNER = an_article("printer", TEXT), an_article("scanner", OTHER)


def test_every_question_is_asked_with_its_article_there_and_hidden() -> None:
    asks = own_asks([PRINTER, SCANNER], seed=1, most=10)
    assert len(asks) == 20
    for there, hidden in zip(asks[::2], asks[1::2], strict=True):
        assert there.case == hidden.case
        assert (there.group, hidden.group) == (Group.PRESENT, Group.REMOVED)
        assert there.gold == hidden.hidden == there.case.gold
        assert there.hidden == hidden.gold == frozenset()


def test_articles_take_turns() -> None:
    asks = own_asks([PRINTER, SCANNER], seed=1, most=8)[::2]
    assert [set(ask.case.gold) for ask in asks[::2]] == [set(asks[0].case.gold)] * 4
    assert [set(ask.case.gold) for ask in asks[1::2]] == [set(asks[1].case.gold)] * 4


def test_same_seed_same_questions() -> None:
    one, again, other = (own_asks([PRINTER, SCANNER], seed=s, most=9) for s in (1, 1, 2))
    assert one == again
    assert one != other


def test_question_holds_words_of_its_sentence_and_is_no_sentence_of_the_article() -> None:
    for ask in own_asks([PRINTER, SCANNER], seed=1, most=50)[::2]:
        own = set(telling_words(ask.case.passage, "en"))
        assert own & set(ask.case.text.split())
        assert ask.case.text not in TEXT + OTHER


def test_article_that_says_the_same_counts_too_and_is_hidden_with_it() -> None:
    twin = an_article("twin", "A new heading. " + TEXT)
    asks = own_asks([PRINTER, twin, SCANNER], seed=1, most=30)
    about = [ask for ask in asks[::2] if "printer" in ask.gold]
    assert about
    assert all(ask.gold == {"printer", "twin"} for ask in about)
    assert any(ask.gold == {"scanner"} for ask in asks[::2])


def test_scope_of_the_article_is_asked_for() -> None:
    bound = msgspec.structs.replace(PRINTER, scope={"model": ("X1", "X2")})
    [ask, _] = own_asks([bound], seed=1, most=1)
    assert request_for(ask.case).scope == {"model": ["X1", "X2"]}


@pytest.mark.parametrize(
    "article",
    [
        an_article("agents", TEXT, agent_only=True),
        an_article("rules", TEXT, kind=Kind.GUARDRAIL),
        an_article("short", "Yes."),
        an_article("empty", ""),
    ],
)
def test_article_without_sentences_for_customers_is_asked_its_own_questions(
    article: Article,
) -> None:
    """Of which each is asked once, whatever is wanted."""
    asks = own_asks([article], seed=1, most=100)
    assert [ask.case.text for ask in asks] == ["Changing a cartridge"] * 2


def test_what_stands_in_many_articles_is_not_asked_about() -> None:
    """Every article would be right, and all of them were hidden at once."""
    footer = "You reach our friendly service team by telephone on every working day."
    own = ["ink", "lid", "fuse", "lamp", "tray", "belt", "gear", "hose", "pump", "seal", "bolt"]
    articles = [
        an_article(part, f"The {part} costs {n} euros and comes within {n} working days. {footer}")
        for n, part in enumerate(own)
    ]
    asks = own_asks(articles, seed=1, most=110)
    assert len(asks) == 220
    assert max(len(ask.gold | ask.hidden) for ask in asks) == 1
    assert all(ask.case.passage.startswith("The ") for ask in asks)
    alike = [an_article(f"a{n}", footer) for n in range(len(own))]
    assert {len(ask.gold | ask.hidden) for ask in own_asks(alike, seed=1, most=110)} == {1}


def test_no_more_articles_are_read_than_are_asked_about() -> None:
    articles = [an_article(f"a{n}", TEXT.replace("printer", f"p{n}")) for n in range(50)]
    read: list[tuple[int, int]] = []
    asks = own_asks(articles, seed=1, most=5, progress=lambda done, of: read.append((done, of)))
    assert read == [(n, 5) for n in range(1, 6)]
    assert len({ask.case.gold for ask in asks}) == 5


def test_no_article_no_question() -> None:
    assert own_asks([], seed=1, most=100) == []
    assert own_asks([PRINTER], seed=1, most=0) == []


def test_one_sentence_is_enough_to_ask_about() -> None:
    [ask, _] = own_asks([an_article("one", OTHER.split(". ", maxsplit=1)[0])], seed=1, most=1)
    assert ask.case.text


def test_huge_and_odd_texts_do_no_harm() -> None:
    odd = an_article("odd", "\x00 \ud800 … " * 50 + "«¿»" * 500 + TEXT + "word " * 50_000)
    assert own_asks([odd], seed=1, most=20)


def test_passage_is_the_sentence_with_the_ones_beside_it() -> None:
    first, second, third = statements(TEXT, title="T", heading="H", language="en")
    assert first.around == f"{first.text} {second.text}"
    assert second.around == TEXT
    assert third.around == f"{second.text} {third.text}"


def test_questions_are_worded_as_customers_word_theirs() -> None:
    """Four telling words or so; most from title and sentence, some from neither, often none."""
    [statement, *_] = statements(TEXT, title="Changing a cartridge", heading="", language="en")
    generator = random.Random(3)
    asked = [
        question_about(statement, lambda: "elsewhere", generator).split() for _ in range(3_000)
    ]
    others = [words.count("elsewhere") / len(words) for words in asked]
    named = [len({"Changing", "cartridge"} & set(words)) for words in asked]
    assert 3.4 < statistics.mean(map(len, asked)) < 4.8
    assert 0.15 < statistics.mean(others) < 0.35
    assert 0.3 < others.count(0) / len(others) < 0.6
    assert statistics.mean(named) > 0.5
    assert all(set(words) - {"elsewhere"} for words in asked)


def test_words_of_asking_and_function_words_tell_nothing() -> None:
    assert telling_words("How do I need to open the lid?", "en") == ["open", "lid"]
    assert Statement(text="", around="", title="", heading="", language="es").words == []
