"""The article's own must-nots, checked on text that is about to be said. Pure.

Without a model only wording can be checked: a rule that forbids saying, promising or mentioning
something stops a sentence that asserts nearly all of it. Rules of conduct ("Do not process without
approval"), and rules that hold only until or unless something, are for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from data_pipeline.articles import Frame, Rule
from data_pipeline.engine.collected import leaves
from data_pipeline.engine.dates import DATE, as_date
from data_pipeline.engine.numbers import SPACED_NUMBER, as_number
from data_pipeline.language import detect, fold, terms, words

_OPENING: Final = (
    r"(?:do not|don['’]?t|never|must not|may not|should not|cannot|can['’]?t|avoid|not|no|nunca"
    r"|jam[aá]s|evit(?:ar|e|a|en)|(?:the )?(?:agents?|you|we) (?:must|may|should) (?:not|never))"
)
_AUDIENCE: Final = (
    r"(?:\s+(?:to\s+|al?\s+|with\s+)?(?:the\s+|any\s+|a\s+|el\s+|la\s+|los\s+)?(?:customers?|clients?"
    r"|participants?|members?|users?|clientes?|usuari[oa]s?|participantes?|soci[oa]s?))?"
)
# What must not be claimed: a sentence is stopped that claims it. The second are words of conduct,
# too ("confirm the booking"), unless a "that" follows.
_SAY: Final = (
    r"(?:say(?:ing)?|claim\w*|imply\w*|quot(?:e|ing)|offer\w*|dec?ir|dig[ao]n?|digas|afirm\w+"
    r"|ofrec\w+)"
)
_VOUCH: Final = r"(?:promis\w+|guarantee\w*|assur(?:e|ing)|promet\w+|garanti\w+|asegur\w+)"
_TELL: Final = (
    r"(?:tell(?:ing)?|stat(?:e|ing)|confirm\w*|suggest\w*|conclud\w+|indicat\w+|inform\w*|suger\w+"
    r"|insinu\w+|concluir|comunic\w+)"
)
# What must not be named at all.
_NAME: Final = (
    r"(?:mention\w*|disclos\w+|reveal\w*|discuss\w*|(?:talk|speak)(?:ing)?\s+(?:about|of)"
    r"|refer(?:ring)?\s+to|mencion\w+|revel\w+|hablar?\s+de|comentar|nombrar)"
)
_RULE: Final = re.compile(
    rf"\s*(?:{_OPENING}\s+)?(?:ever\s+)?(?:(?:{_SAY}|{_TELL}|{_VOUCH}|{_NAME})(?:,\s*|\s+(?:or|o|ni)\s+))*"
    rf"(?:(?P<name>{_NAME}){_AUDIENCE}|(?P<vouch>{_VOUCH}){_AUDIENCE}(?:\s+(?:that|que))?"
    rf"|{_SAY}{_AUDIENCE}(?:\s+(?:that|que))?|{_TELL}{_AUDIENCE}\s+(?:that|que))\s+(?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_FIRST_PART: Final = re.compile(r"[;.](?:\s|$)")
_CONDITION: Final = re.compile(
    r"(?<!\w)(?:unless|until|before|without|except|if|when|once|only|other than|instead of|hasta"
    r"|antes de|salvo|excepto|a menos que|sin|si|cuando|solo|en lugar de)(?!\w)|\("
)
_OR: Final = re.compile(r",|\b(?:or|nor|o|ni)\b", re.IGNORECASE)
_NEGATION: Final = re.compile(
    r"(?<!\w)(?:not|no|never|none|nothing|nobody|neither|nor|cannot|without|hardly|\w+n['’]t|cant"
    r"|dont|doesnt|isnt|arent|wont|nunca|jamas|sin|ni|tampoco|ningun[oa]?|nadie|nada|nicht|kein\w*"
    r"|nie|ohne|ne|pas|jamais|sans)(?!\w)"
)
# Said on a condition, or as what may or must be, it is not claimed.
_HEDGE: Final = re.compile(
    r"(?<!\w)(?:if|unless|whether|once|after|upon|being|may|might|could|must|should"
    r"|(?:has|have|needs?|had) to"
    r"|depends?|subject to|provided|as long as|si|debe\w*|puede que|podria\w*|tiene que|hay que"
    r"|depende\w*|siempre que)(?!\w)"
)
_CLAUSE: Final = re.compile(r"[,;:.!?]\s|\s[-\u2013\u2014]\s|\s(?:and|but|y|pero)\s")
_NEARLY_ALL: Final = 0.8
_MIN_TERMS: Final = 2
_MIN_VALUE: Final = 4
_MAX_ALTERNATIVES: Final = 10
_MAX_RULE: Final = 1_000
_MIN_NUMBER: Final = 100
_NUMBER: Final = re.compile(rf"(?<![\w.,]){SPACED_NUMBER}")
_DAY: Final = re.compile(rf"(?<!\w)(?:{DATE})(?!\w)", re.IGNORECASE)


class Forbidden(msgspec.Struct, frozen=True):
    """A rule in its own words and the terms of what it forbids to say, analysed in `language`.

    Where the very words are forbidden ("You lied."), `exact` holds them, whatever they tell.
    """

    rule: str
    terms: frozenset[str]
    language: str = "en"
    naming: bool = False
    exact: str = ""


def forbidden_phrases(rules: Iterable[Rule], frames: Iterable[Frame]) -> tuple[Forbidden, ...]:
    """What an article forbids to say, where its wording can be checked."""
    phrases: list[Forbidden] = []
    for rule in rules:
        if rule.category == "must_not":
            phrases += _of_rule(rule.text)
        elif rule.category == "not_allowed_conclusions":
            phrases += _of_saying(rule.text)
    for frame in frames:
        phrases += (f for text in frame.what_not_to_say for f in _of_saying(text))
    return tuple(phrases)


def _of_rule(text: str) -> Iterator[Forbidden]:
    """What a must-not forbids to say; nothing where it forbids to do something."""
    found = _RULE.match(text[:_MAX_RULE])
    what = _FIRST_PART.split(found["what"])[0] if found else ""
    if found is None or _CONDITION.search(fold(what)):
        return
    alternatives = _OR.split(what, maxsplit=_MAX_ALTERNATIVES)
    if found["name"]:
        for named in alternatives:
            yield from _forbidden(text, named, least=1, naming=True)
        return
    yield from _forbidden(text, what)
    if len(alternatives) > 1 or found["vouch"]:
        for claimed in alternatives:
            yield from _forbidden(text, f"{found['vouch'] or ''} {claimed}")


def _of_saying(text: str) -> Iterator[Forbidden]:
    """A sentence that must not be said, in its own words or others; or a rule about one."""
    if _RULE.match(text):
        yield from _of_rule(text)
        return
    folded = fold(text)
    if not _NEGATION.search(folded) and not _CONDITION.search(folded):
        yield from _forbidden(text, text)
    plain = list(words(text))
    if len(plain) >= _MIN_TERMS:
        yield Forbidden(text, frozenset(), exact=f" {' '.join(plain)} ")


def _forbidden(
    rule: str, phrase: str, *, least: int = _MIN_TERMS, naming: bool = False
) -> Iterator[Forbidden]:
    language = detect(rule) or "en"
    found = frozenset(terms(phrase, language))
    if len(found) >= least:
        yield Forbidden(rule, found, language, naming)


def forbidden_by(sentence: str, forbidden: Sequence[Forbidden]) -> list[str]:
    """The rules that `sentence` breaks: by claiming what they forbid, or by naming it."""
    if not forbidden:
        return []
    claims = list(_claims(sentence))
    broken = (
        f.rule for f in forbidden if _breaks([sentence] if f.naming or f.exact else claims, f)
    )
    return list(dict.fromkeys(broken))


def _claims(text: str) -> Iterator[str]:
    """The sentence and its clauses, as far as they claim something: no "not", no "if", no "?"."""
    if text.rstrip("\"'”’) ").endswith("?"):
        return
    parts = [text, *_CLAUSE.split(text)]
    for part in parts:
        folded = fold(part)
        if not _NEGATION.search(folded) and not _HEDGE.search(folded):
            yield part


def _breaks(parts: Iterable[str], forbidden: Forbidden) -> bool:
    if forbidden.exact:
        return any(forbidden.exact in f" {' '.join(words(part))} " for part in parts)
    wanted = _NEARLY_ALL * len(forbidden.terms)
    return any(
        len(forbidden.terms.intersection(terms(part, forbidden.language))) >= wanted
        for part in parts
    )


def private_values(data: dict[str, Any]) -> frozenset[str]:
    """Values that must not appear in customer text, folded; short ones tell nothing."""
    scalars = (leaf.value for leaf in leaves(data))
    return frozenset(text for value in scalars for text in _private(value))


def _private(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from _private(part) if not isinstance(part, (list, dict)) else ()
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        number = as_number(value)
        text = fold(str(value)).strip()
        if len(text) >= _MIN_VALUE or (number is not None and abs(number) >= _MIN_NUMBER):
            yield text


def reveals(text: str, private: Iterable[str]) -> bool:
    """Whether `text` holds one of the private values: as whole words, or the same number or day."""
    folded = fold(text)
    numbers = {as_number(match.group()) for match in _NUMBER.finditer(text)} - {None}
    days = {as_date(match.group()) for match in _DAY.finditer(text)} - {None}
    return any(
        _stands_in(value, folded) or as_number(value) in numbers or as_date(value) in days
        for value in private
    )


def _stands_in(value: str, folded: str) -> bool:
    return value in folded and bool(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", folded))
