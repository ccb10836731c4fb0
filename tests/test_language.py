"""The analyser: folding, words, terms, detection, sentences and token estimates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.function_words import BY_LANGUAGE
from data_pipeline.language import (
    detect,
    estimate_tokens,
    fold,
    split_sentences,
    stem,
    terms,
    words,
)

ANY_TEXT = st.text(max_size=200)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ñandú", "nandu"),
        ("STRASSE Straße", "strasse strasse"),
        ("ﬁne №5 ™", "fine no5 tm"),
        ("𝐀𝐁", "ab"),
        ("İstanbul", "istanbul"),
        ("cafe\u0301", "cafe"),
        ("한국어", "한국어"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    """Case, accents and compatibility forms go; other scripts stay readable."""
    assert fold(text) == folded


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    """Folding is idempotent for every text, ligatures and mathematical letters too."""
    assert fold(fold(text)) == fold(text)


@given(
    st.lists(
        st.text(st.characters(codec="latin-1", categories=["L"]), min_size=1),
        min_size=70,
        max_size=90,
    )
)
def test_long_texts_fold_like_their_words(parts: list[str]) -> None:
    """A whole message, which is not cached, folds as its words do."""
    assert fold(" ".join(parts)) == " ".join(fold(part) for part in parts)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("e-mail", ["email", "mail"]),
        ("a 3-month term", ["a", "3month", "3", "month", "term"]),
        ("non\u2011breaking", ["nonbreaking", "non", "breaking"]),
        ("Kün\u00addigung zero\u200bwidth", ["kundigung", "zerowidth"]),
        ("the customer's and customers’ fees", ["the", "customer", "and", "customers", "fees"]),
        ("we'll I'm can't", ["we", "i", "can"]),
        ("l'ordre dell'ordine qu’il", ["ordre", "ordine", "il"]),
        ("O'Brien aujourd'hui", ["obrien", "aujourdhui"]),
        ("snake_case", ["snakecase", "snake", "case"]),
        ("nin\u0303o", ["nino"]),
        ("返品方法 ok", ["返品", "品方", "方法", "ok"]),
        ("हिन्दी", [fold("हिन्दी")]),
        ("Good morning, I need", ["i", "need"]),
        ("Hola, buenos días\nmis días", ["mis", "dias"]),
        ("...!?", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    """Contractions, elisions, hyphens, invisible characters and scripts without blanks."""
    assert list(words(text)) == found


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "cancelling subscriptions", "cancel subscription"),
        ("es", "cancelación", "cancelacion"),
        ("es", "los estados del pedido", "estado pedidos"),
        ("fr", "l'annulation", "annulation"),
        ("xx", "Größe", "grosse"),
    ],
)
def test_the_same_thing_gives_the_same_terms(language: str, one: str, other: str) -> None:
    """Inflection, accents and articles do not part a question from its article."""
    assert terms(one, language) == terms(other, language)


def test_topic_words_are_no_function_words() -> None:
    """Words that a help centre may be about are never dropped."""
    kept = {"es": ["estado", "dias", "cuenta", "pago"], "en": ["order", "account", "day", "work"]}
    for language, topics in kept.items():
        assert all(terms(topic, language) for topic in topics)


def test_a_country_in_capitals_is_kept() -> None:
    """ "US" is a country and "us" is not."""
    assert "us" in terms("Do you ship to the US?", "en")
    assert "us" not in terms("Tell us more", "en")


def test_function_words_are_folded() -> None:
    """A list entry with an accent would never match."""
    for listed in BY_LANGUAGE.values():
        assert all(fold(word) == word for word in listed)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=100))
def test_terms_hold_no_blank(text: str) -> None:
    """Terms can be stored blank-separated."""
    assert all(term and not any(c.isspace() for c in term) for term in terms(text, "en"))


def test_a_long_word_is_not_stemmed() -> None:
    """A pasted key or base64 block neither costs a stemmer's time nor fills its cache."""
    blob = "running" * 1_000
    assert stem(blob, "en") == blob


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "where is my order?"),
        ("en", "What's the fee?"),
        ("es", "donde esta mi pedido"),
        ("es", "quiero cancelar"),
        ("es", "¿Reembolso?"),
        ("de", "Wo ist meine Bestellung?"),
        ("fr", "Où est ma commande ?"),
        ("fr", "Bonjour, je n’arrive pas à me connecter"),
        ("it", "Dov'è il mio ordine?"),
        ("pt", "Não consigo entrar na minha conta"),
        ("nl", "Ik kan niet inloggen op mijn account"),
        ("ja", "注文はどこですか"),
        ("zh", "我的订单在哪里"),
        ("ko", "주문은 어디에 있나요"),
        ("ru", "Где мой заказ?"),
        ("ar", "أين طلبي"),
        (None, "12345"),
        (None, ""),
        (None, "ABC-123"),
    ],
)
def test_detect(code: str | None, text: str) -> None:
    """Short tickets, with and without accents, and texts that tell nothing."""
    assert detect(text) == code


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("I said no. Then I left.", ["I said no.", "Then I left."]),
        ("See no. 5 and p. 12. Next.", ["See no. 5 and p. 12.", "Next."]),
        ("Approx. $500, e.g. a fee. Next.", ["Approx. $500, e.g. a fee.", "Next."]),
        ("Within 30 min. Then call.", ["Within 30 min.", "Then call."]),
        ("Sr. López, Ud. no paga. Adiós.", ["Sr. López, Ud. no paga.", "Adiós."]),
        ("1. Open it.\n2. Close it.", ["1. Open it.", "2. Close it."]),
        ("It costs 1.50 a day. OK", ["It costs 1.50 a day.", "OK"]),
        ("これは。はい！", ["これは。", "はい！"]),
        ('He said "go." Then left.', ['He said "go."', "Then left."]),
        ("Really?! Yes…  no", ["Really?!", "Yes…", "no"]),
        (" \n \n", []),
    ],
)
def test_split_sentences(text: str, sentences: list[str]) -> None:
    """Sentence ends, abbreviations, list numbers and lines."""
    assert split_sentences(text) == sentences


@given(st.text(alphabet=st.sampled_from('ab.!? \n…"1)。e.g'), max_size=80))
def test_sentences_lose_nothing(text: str) -> None:
    """Each sentence is an exact substring, in order, and only blanks stand between them."""
    position = 0
    for sentence in split_sentences(text):
        start = text.index(sentence, position)
        assert not text[position:start].strip()
        position = start + len(sentence)
    assert not text[position:].strip()


@given(ANY_TEXT, ANY_TEXT)
def test_more_text_never_has_fewer_tokens(one: str, other: str) -> None:
    """The estimate is monotone, so that a text that fits still fits when it is cut."""
    assert estimate_tokens(one + other) >= estimate_tokens(one)


@pytest.mark.parametrize(
    ("text", "at_least"),
    [("", 0), ("hello", 2), ("ñ" * 40, 20), ("返品" * 20, 30), ("👍" * 10, 10)],
)
def test_estimate_tokens(text: str, at_least: int) -> None:
    """Accented and non-Latin text costs more than its length in characters says."""
    assert estimate_tokens(text) >= at_least


def test_a_lone_surrogate_is_no_error() -> None:
    """Text that cannot be encoded as UTF-8 still has an estimate, terms and sentences."""
    broken = "broken \ud800 text."
    assert estimate_tokens(broken) > 0
    assert terms(broken, "en") == ["broken", "text"]
    assert split_sentences(broken) == [broken]
