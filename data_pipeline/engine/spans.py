"""Facts that stand in the customer's own messages: typed spans with their quote. Pure.

A span is only ever text that occurs in a message; which data point it belongs to is decided by
the words around it, and where two readings are as good as each other, by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from data_pipeline.articles import DataPoint, DataType, FactSource
from data_pipeline.engine.dates import DATE, as_date
from data_pipeline.engine.numbers import CURRENCY_SIGN, NUMBER, as_number
from data_pipeline.engine.values import EMAIL, as_boolean
from data_pipeline.language import fold, terms

_AMOUNT: Final = rf"{CURRENCY_SIGN}\s?(?:{NUMBER})(?![\d%])|(?:{NUMBER})\s?{CURRENCY_SIGN}(?!\w)"
_IDENTIFIER: Final = (
    r"(?<![\w@.])(?=[A-Za-z0-9\-/#]*\d)(?:[A-Za-z]{1,6}[\-/#]?)?"
    r"[A-Za-z0-9]+(?:[\-/][A-Za-z0-9]+)*(?![\w@])"
)
_PLAIN_NUMBER: Final = rf"(?<![\w.,\-/$€£]){NUMBER}(?![\w%/\-]|[.,]\d)"
_PATTERNS: Final = {
    DataType.CURRENCY: re.compile(_AMOUNT, re.IGNORECASE),
    DataType.DATE: re.compile(rf"(?<![\w/.\-])(?:{DATE})(?![\w/\-])", re.IGNORECASE),
    DataType.EMAIL: re.compile(EMAIL),
    DataType.NUMBER: re.compile(_PLAIN_NUMBER),
    DataType.TEXT: re.compile(_IDENTIFIER),
}
_CLAUSE: Final = re.compile(r"[.!?;,]\s+|\n+|\s+(?:and|but|so|y|e|pero|und|et)\s+")
# Words that name a kind of value, not a fact: alone they connect a span to nothing.
_GENERIC: Final = (
    "date day time amount number value total email mail address code id reference month year type "
    "name new current fecha dia hora importe cantidad numero valor correo direccion codigo "
    "referencia mes ano tipo nombre nuevo actual"
)
_GENERIC_TERMS: Final = frozenset(t for code in ("en", "es") for t in terms(_GENERIC, code))
_MAX_TEXT_ANSWER: Final = 200
_STRONG: Final = 3
_SHAPED: Final = 2
_MIN_IDENTIFIER: Final = 4
_MAX_EXAMPLE_WORDS: Final = 6


class Fact(msgspec.Struct, frozen=True):
    """A value out of a message and the exact words that hold it."""

    value: Any
    quote: str


class _Candidate(msgspec.Struct, frozen=True):
    score: float
    key: str
    fact: Fact
    place: tuple[int, int, int]


def facts_in_messages(
    points: Sequence[DataPoint],
    messages: Sequence[str],
    asked: Sequence[str] = (),
    language: str | None = None,
) -> dict[str, Fact]:
    """`{key: Fact}` for data points that customers supply, out of `messages` (newest first).

    `asked` are the helpdesk's messages, newest first: a question of ours that stands in the newest
    one is answered by the customer's newest message.
    """
    askable = [p for p in points if p.source is FactSource.CUSTOMER]
    found = _answers(askable, messages, asked)
    found |= {k: f for k, f in _choices(askable, messages).items() if k not in found}
    candidates = [
        candidate
        for point in askable
        if point.key not in found and not point.choices
        for candidate in _candidates(point, messages, language)
    ]
    return _assign(candidates) | found


def _assign(candidates: Sequence[_Candidate]) -> dict[str, Fact]:
    """Best score first; a span serves one data point, a tie between two spans none."""
    found: dict[str, Fact] = {}
    used: list[tuple[int, int, int]] = []
    ordered = sorted(candidates, key=lambda c: (-c.score, c.place))
    for candidate in ordered:
        if candidate.key in found or any(_overlap(candidate.place, place) for place in used):
            continue
        if not _tied(candidate, ordered):
            found[candidate.key] = candidate.fact
            used.append(candidate.place)
    return found


def _tied(candidate: _Candidate, others: Sequence[_Candidate]) -> bool:
    return any(
        other.key == candidate.key
        and other.score == candidate.score
        and other.place[0] == candidate.place[0]
        and other.fact.value != candidate.fact.value
        for other in others
    )


def _overlap(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def _candidates(
    point: DataPoint, messages: Sequence[str], language: str | None
) -> Iterator[_Candidate]:
    pattern = _PATTERNS.get(point.data_type)
    if pattern is None:
        return
    label, description = _cue_terms(point, language)
    shapes = {_shape(example) for example in point.examples}
    for number, message in enumerate(messages):
        for match in pattern.finditer(message):
            fact = _fact(point, match.group().strip())
            if fact is None:
                continue
            score = _context_score(message, match, label, description, language)
            score += _SHAPED if _has_shape(match.group(), point, shapes) else 0
            if score >= _threshold(point):
                yield _Candidate(score, point.key, fact, (number, match.start(), match.end()))


def _threshold(point: DataPoint) -> float:
    """An e-mail address needs a hint; a number or identifier a word of the label or its shape."""
    return {DataType.EMAIL: 0.5, DataType.DATE: 1.0, DataType.CURRENCY: 1.0}.get(
        point.data_type, _SHAPED
    )


def _fact(point: DataPoint, quote: str) -> Fact | None:
    match point.data_type:
        case DataType.CURRENCY | DataType.NUMBER:
            number = as_number(quote)
            return (
                None
                if number is None
                else Fact(int(number) if number == int(number) else float(number), quote)
            )
        case DataType.DATE:
            day = as_date(quote)
            return Fact(day.isoformat() if day else quote, quote)
        case DataType.TEXT:
            return Fact(quote, quote) if len(quote) >= _MIN_IDENTIFIER else None
        case _:
            return Fact(quote, quote)


def _cue_terms(point: DataPoint, language: str | None) -> tuple[frozenset[str], frozenset[str]]:
    labels = [
        point.label,
        point.key.replace("_", " "),
        *(w.label or "" for w in point.translations.values()),
    ]
    asked = [
        point.description,
        point.question or "",
        *(w.question or "" for w in point.translations.values()),
    ]
    label = frozenset(
        t for text in labels for code in ("en", language or "en") for t in terms(text, code)
    )
    about = frozenset(
        t for text in asked for code in ("en", language or "en") for t in terms(text, code)
    )
    return label, about - label


def _context_score(
    message: str,
    match: re.Match[str],
    label: frozenset[str],
    about: frozenset[str],
    language: str | None,
) -> float:
    clause = set(terms(_around(message, match, _CLAUSE), language)) | set(
        terms(_around(message, match, _CLAUSE), "en")
    )
    sentence = set(terms(_around(message, match, re.compile(r"[.!?]\s+|\n+")), language))
    strong = (clause & label) - _GENERIC_TERMS
    generic = clause & label & _GENERIC_TERMS
    return (
        _STRONG * len(strong)
        + 0.5 * len(generic)
        + min(2, len((clause & about) - _GENERIC_TERMS))
        + 0.5 * len(((sentence - clause) & label) - _GENERIC_TERMS)
    )


def _around(message: str, match: re.Match[str], boundary: re.Pattern[str]) -> str:
    start = max((m.end() for m in boundary.finditer(message, 0, match.start())), default=0)
    end = next((m.start() for m in boundary.finditer(message, match.end())), len(message))
    return message[start : match.start()] + " " + message[match.end() : end]


def _shape(text: str) -> str:
    return re.sub(r"[a-z]", "a", re.sub(r"[A-Z]", "A", re.sub(r"\d", "9", text.strip())))


def _has_shape(text: str, point: DataPoint, shapes: set[str]) -> bool:
    """Whether an identifier is written like one of the article's examples (`AB-1234`)."""
    shape = _shape(text)
    return (
        point.data_type is DataType.TEXT
        and shape in shapes
        and bool(re.search(r"[A-Za-z\-/#]|9{5}", shape))
    )


def _choices(points: Sequence[DataPoint], messages: Sequence[str]) -> dict[str, Fact]:
    """The one choice (or verbatim example) that the newest message to name any of them names."""
    found: dict[str, Fact] = {}
    for point in points:
        options = point.choices or _worded_examples(point)
        for message in messages if options else ():
            named = named_values(options, message)
            if len(named) == 1:
                value, quote = next(iter(named.items()))
                found[point.key] = Fact(value if point.choices else quote, quote)
            if named:
                break
    return found


def _worded_examples(point: DataPoint) -> tuple[str, ...]:
    if point.data_type is not DataType.TEXT:
        return ()
    return tuple(
        e
        for e in point.examples
        if not re.search(r"\d", e)
        and len(e) >= _MIN_IDENTIFIER
        and len(e.split()) <= _MAX_EXAMPLE_WORDS
    )


def named_values(options: Sequence[str], message: str) -> dict[str, str]:
    """`{option: quote}` of the options that stand in `message` as whole words, the longest only."""
    found: dict[str, tuple[int, int]] = {}
    for option in sorted(options, key=len, reverse=True):
        match = _find_words(option, message)
        if match and not any(
            start <= match.start() and match.end() <= end for start, end in found.values()
        ):
            found[option] = match.span()
    return {option: message[start:end] for option, (start, end) in found.items()}


def _find_words(option: str, message: str) -> re.Match[str] | None:
    parts = [re.escape(part) for part in re.findall(r"[^\W_]+", option)]
    if not parts:
        return None
    pattern = r"(?<!\w)" + r"[\W_]*".join(parts) + r"(?!\w)"
    return re.search(pattern, message, re.IGNORECASE)


def _answers(
    points: Sequence[DataPoint], messages: Sequence[str], asked: Sequence[str]
) -> dict[str, Fact]:
    """What the newest message says to the one question of ours that the helpdesk asked last."""
    if not asked or not messages:
        return {}
    newest_question = _flat(asked[0])
    ours = [p for p in points if any(_flat(q) in newest_question for q in _wordings(p))]
    if len(ours) != 1 or asked[0].count("?") > 1:
        return {}
    fact = _answer(ours[0], messages[0].strip())
    return {ours[0].key: fact} if fact else {}


def _wordings(point: DataPoint) -> list[str]:
    return [q for q in (point.question, *(w.question for w in point.translations.values())) if q]


def _flat(text: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(text)).strip()


def _answer(point: DataPoint, text: str) -> Fact | None:
    if point.choices:
        named = named_values(point.choices, text)
        return Fact(*next(iter(named.items()))) if len(named) == 1 else None
    if point.data_type is DataType.BOOLEAN:
        first = re.match(r"\w+", text)
        verdict = as_boolean(first.group()) if first else None
        return Fact(verdict, first.group()) if first and verdict is not None else None
    pattern = _PATTERNS.get(point.data_type)
    found = [m.group().strip() for m in pattern.finditer(text)] if pattern else []
    if point.data_type is not DataType.TEXT:
        return _fact(point, found[0]) if len(found) == 1 else None
    return (
        Fact(text, text)
        if len(text) <= _MAX_TEXT_ANSWER and "?" not in text and "\n" not in text
        else None
    )
