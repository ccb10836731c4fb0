"""The house's analyser: one way to turn text into terms, for the index and for the evidence.

Pure functions. A term is a folded stem; a text in a language without a stemmer is only folded, and
one in a script without blanks becomes pairs of neighbouring characters.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

import snowballstemmer

from data_pipeline.function_words import ASKING, BY_LANGUAGE

_STEMMERS: Final = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}
# Python's \w has no vowel signs of Indic and South-East Asian scripts: their blocks, but no danda.
_LETTER: Final = r"(?:[^\W_]|[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0963\u0966-\u109f])"
_WORD: Final = re.compile(rf"{_LETTER}+(?:['\-_]{_LETTER}+)*")
_JOINT: Final = re.compile(r"[\-_]")
_MAX_PARTS: Final = 6
_CONTRACTION: Final = re.compile(r"'(?:s|ll|re|ve|d|m|t)?$")
_ELISION: Final = re.compile(
    r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|un|all|dall|dell|nell|sull|quell|quest)'(?=\w\w)"
)
# Without its accent a Spanish noun in -ción keeps an ending that the stemmer would have removed.
_LOST_ACCENT: Final = re.compile(r"(?<=[cs])ion$")
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+"
)
# What looks like nothing, or like an apostrophe or hyphen, becomes nothing, ' or -.
_LOOKS: Final = str.maketrans(
    dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff")
    | dict.fromkeys("\u2018\u2019\u02bc\u00b4\u2032\uff07", "'")
    | dict.fromkeys("\u2010\u2011", "-")
)
_GREETING: Final = re.compile(
    r"^[ \t>*]*(?:(?:hi|hello|hey|hola|dear|hallo)\b[ ,.!]{0,3})?"
    r"(?:good (?:morning|afternoon|evening|day)|buen(?:os|as)? (?:d[ií]as?|tardes|noches)"
    r"|guten (?:tag|morgen|abend)|bo[am] (?:dia|tarde|noite))\b",
    re.IGNORECASE | re.MULTILINE,
)
# The one pronoun that is a country in capitals.
_COUNTRY: Final = re.compile(r"\bUS\b")
_LONGEST_WORD: Final = 64
_SAMPLE: Final = 5_000
_SCRIPTS: Final = (
    ("ja", "぀", "ヿ"),
    ("ko", "가", "힯"),
    ("zh", "一", "鿿"),
    ("ru", "Ѐ", "ӿ"),
    ("el", "Ͱ", "Ͽ"),
    ("ar", "؀", "ۿ"),
    ("he", "֐", "׿"),
    ("hi", "ऀ", "ॿ"),
    ("th", "฀", "๿"),
)
_TELLING_LETTERS: Final = {
    "es": ("ñ¿¡", "áíóú"),
    "de": ("ßäö", ""),
    "fr": ("çèœêù", "à"),
    "pt": ("ãõ", "áíóúç"),
    "it": ("", "àèìòù"),
}
_TELLING: Final = 1.5
_HINTING: Final = 0.5
# Never the last word of a sentence; then: only before a figure; then: only before a small letter.
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(¿¡\"'])(?:[A-Za-zÁÉÍÓÚÑ]|e\.g|i\.e|vs|approx|aprox|mr|mrs|ms|dr|st|sr|sres|sra|dra|srta|ud|uds|avda|ctra|ee|"
    r"p\.\s?ej|cf|ca|z\.b|acct|attn)\.$",
    re.IGNORECASE,
)
_BEFORE_FIGURE: Final = re.compile(
    r"(?:^|[\s(#])(?:no|nos|nr|num|núm|art|fig|pág|pag|p|pp|tel|ext|ref|min|max|vol|sec|cap|apdo)\.$",
    re.IGNORECASE,
)
_BEFORE_SMALL: Final = re.compile(
    r"(?:^|[\s(])(?:etc|inc|ltd|corp|co|s\.a|s\.l|a\.m|p\.m)\.$", re.IGNORECASE
)
_LIST_NUMBER: Final = re.compile(r"(?:^|\n)\s*\d{1,3}\.$")
_LONGEST_ABBREVIATION: Final = 12
_SENTENCE_END: Final = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’»)\]]{0,5}(?=\s)|[。\uff01\uff1f｡]++[」』”’)]{0,5}|\n+"
)
_BYTES_PER_TOKEN: Final = 4
_TOKENS_PER_WORD: Final = 1.3


def fold(text: str) -> str:
    """Lower case, compatibility forms and accents removed (`Ñandú` is `nandu`)."""
    if text.isascii():
        return text.lower()
    # Whole messages stay out of the cache: it would keep customers' text, and any amount of it.
    return _fold_word(text) if len(text) <= _LONGEST_WORD else _folded(text)


def _folded(text: str) -> str:
    # Forms first: a mathematical bold A is a capital only once it is an A.
    small = unicodedata.normalize("NFKD", text).casefold()
    bare = (c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", "".join(bare))


_fold_word = lru_cache(maxsize=65_536)(_folded)


def stem(word: str, language: str) -> str:
    """Stem of one folded word by the Snowball stemmer of `language`, folded again."""
    name = _STEMMERS.get(language)
    if name is None or len(word) > _LONGEST_WORD or not word.isalpha():
        return word
    return _stem_word(word, name)


@lru_cache(maxsize=131_072)
def _stem_word(word: str, name: str) -> str:
    spelled = _LOST_ACCENT.sub("ión", word) if name == "spanish" else word
    return fold(_stemmer(name).stemWord(spelled))


@lru_cache
def _stemmer(name: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(name)


def words(text: str) -> Iterator[str]:
    """Folded words in order, greetings left out; a hyphenated one also as its parts.

    `e-mail` gives email, mail; `customer's` customer; `l'ordre` ordre; `返品方法` 返品, 品方, 方法.
    """
    for match in _WORD.finditer(_GREETING.sub(" ", _plain(text))):
        yield from _word_forms(fold(match.group()))


def _plain(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_LOOKS)


def _word_forms(word: str) -> Iterator[str]:
    if not word.isascii() and _UNSPACED.search(word):
        yield from _pairs(word)
    elif word.isalnum():
        yield word
    else:
        parts = _JOINT.split(_bare(word))
        if len(parts) <= _MAX_PARTS:
            yield "".join(parts)
        if len(parts) > 1:
            yield from (part for part in parts if len(part) > 1 or part.isdigit())


def _bare(word: str) -> str:
    return _ELISION.sub("", _CONTRACTION.sub("", word)).replace("'", "")


def _pairs(word: str) -> Iterator[str]:
    position = 0
    for run in _UNSPACED.finditer(word):
        yield from filter(None, (word[position : run.start()],))
        characters = run.group()
        yield from map("".join, pairwise(characters))
        if len(characters) == 1:
            yield characters
        position = run.end()
    yield from filter(None, (word[position:],))


def terms(text: str, language: str | None = None) -> list[str]:
    """Analysed terms of `text` in order, without function words; `language` has two letters."""
    code = (language or "en")[:2].lower()
    dropped = BY_LANGUAGE.get(code, frozenset())
    if "us" in dropped and _COUNTRY.search(text):
        dropped -= {"us"}
    return [stem(word, code) for word in words(text) if word not in dropped and _telling(word)]


@lru_cache
def soft_terms(language: str | None) -> frozenset[str]:
    """Analysed words of asking (`need`, `possible`): they carry less than what is asked about."""
    code = language or "en"
    return frozenset(stem(word, code) for word in ASKING.get(code, frozenset()))


def _telling(word: str) -> bool:
    return len(word) > 1 or word.isdigit() or not word.isascii()


def detect(text: str) -> str | None:
    """Two-letter code of the text's language, or None where nothing tells.

    Counts function words (one that several languages have counts for less) and telling letters;
    meant for tickets of a few words or more.
    """
    sample = _plain(text[:_SAMPLE])
    script = _script(sample)
    if script is not None:
        return script
    scores = dict.fromkeys(BY_LANGUAGE, 0.0)
    for match in _WORD.finditer(sample):
        for code, weight in _languages_of(_bare(fold(match.group()))[:_LONGEST_WORD]):
            scores[code] += weight
    for code, points in _letter_scores(sample).items():
        scores[code] += points
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] > 0 else None


@lru_cache(maxsize=16_384)
def _languages_of(word: str) -> tuple[tuple[str, float], ...]:
    codes = [code for code, known in BY_LANGUAGE.items() if word in known]
    return tuple((code, 1 / math.sqrt(len(codes))) for code in codes)


def _letter_scores(text: str) -> dict[str, float]:
    if text.isascii():
        return {}
    small = text.casefold()
    return {
        code: _TELLING * sum(map(small.count, telling)) + _HINTING * sum(map(small.count, hinting))
        for code, (telling, hinting) in _TELLING_LETTERS.items()
    }


def _script(text: str) -> str | None:
    if text.isascii():
        return None
    letters = [c for c in text if c.isalpha()]
    counts = {code: sum(first <= c <= last for c in letters) for code, first, last in _SCRIPTS}
    if counts["ja"]:
        counts["ja"] += counts["zh"]
    code = max(counts, key=lambda code: counts[code])
    return code if 3 * counts[code] > len(letters) > 0 else None


def split_sentences(text: str) -> list[str]:
    """Sentences and lines of `text`, each an exact, stripped substring, in order."""
    sentences: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match.group() == "." and _goes_on(text, start, match.end()):
            continue
        sentences.append(text[start : match.end()].strip())
        start = match.end()
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether the full stop before `end` belongs to an abbreviation or a list number."""
    before = text[max(start, end - _LONGEST_ABBREVIATION) : end]
    following = text[end : end + 3].lstrip()[:1]
    return bool(
        _ABBREVIATION.search(before)
        or (following.isdigit() and _BEFORE_FIGURE.search(before))
        or (following.islower() and _BEFORE_SMALL.search(before))
        or _LIST_NUMBER.fullmatch(before)
    )


def estimate_tokens(text: str) -> int:
    """Tokens that a model's tokenizer would make of `text`, estimated offline and rather too high.

    The larger of 1.3 per word and one per four bytes of UTF-8: byte-pair tokenizers split accented
    and non-Latin text finer.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    by_words = _TOKENS_PER_WORD * (text.count(" ") + text.count("\n") + 1)
    return math.ceil(max(size / _BYTES_PER_TOKEN, by_words)) if text else 0
