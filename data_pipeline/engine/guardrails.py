"""The article's own must-nots, checked on text that is about to be said. Pure.

Without a model only wording can be checked: a rule that forbids saying, promising or quoting
something stops a sentence that says nearly all of it and does not negate it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from data_pipeline.articles import Frame, Rule
from data_pipeline.engine.collected import leaves
from data_pipeline.language import detect, fold, terms

_SPEECH: Final = re.compile(
    r"(?:do not|don't|dont|never|must not|avoid|no|nunca|evita(?:r)?)\s+"
    r"(?:say(?:ing)?|tell(?:ing)?|promis\w+|guarantee\w*|stat(?:e|ing)|claim\w*|quot\w+|"
    r"confirm\w*|suggest\w*|imply\w*|mention\w*|disclos\w+|assur\w+|"
    r"dec?ir|digas|diga|promet\w+|garanti\w+|afirm\w+|confirm\w+|suger\w+|mencion\w+|asegur\w+)\s+"
    r"(?:(?:the |a |al )?(?:customer|client|participant|member|user|cliente)\s+)?(?:that |que )?",
    re.IGNORECASE,
)
_NEGATION: Final = re.compile(
    r"(?<!\w)(?:not|no|never|cannot|can't|isn't|aren't|won't|don't|doesn't|unless|without"
    r"|nunca|sin|ni|tampoco)(?!\w)"
)
_NEARLY_ALL: Final = 0.8
_MIN_TERMS: Final = 2
_MIN_VALUE: Final = 4


class Forbidden(msgspec.Struct, frozen=True):
    """A rule in its own words and the terms of what it forbids to say."""

    rule: str
    terms: frozenset[str]


def forbidden_phrases(rules: Iterable[Rule], frames: Iterable[Frame]) -> tuple[Forbidden, ...]:
    """What an article forbids to say, where its wording can be checked."""
    spoken = [
        rule.text for rule in rules if rule.category in {"must_not", "not_allowed_conclusions"}
    ]
    spoken += [text for frame in frames for text in frame.what_not_to_say]
    return tuple(f for text in spoken if (f := _forbidden(text)) is not None)


def _forbidden(text: str) -> Forbidden | None:
    match = _SPEECH.search(text)
    phrase = text[match.end() :] if match else text
    if match is None and _NEGATION.search(fold(text)):
        return None
    found = frozenset(terms(phrase, detect(phrase)))
    return Forbidden(text, found) if len(found) >= _MIN_TERMS else None


def forbidden_by(sentence: str, forbidden: Sequence[Forbidden]) -> list[str]:
    """The rules that `sentence` breaks."""
    if not forbidden or _NEGATION.search(fold(sentence)):
        return []
    said = frozenset(terms(sentence, detect(sentence)))
    return [f.rule for f in forbidden if len(f.terms & said) >= _NEARLY_ALL * len(f.terms)]


def private_values(data: dict[str, Any]) -> frozenset[str]:
    """Values that must not appear in customer text, folded; short ones tell nothing."""
    scalars = (leaf.value for leaf in leaves(data) if isinstance(leaf.value, (str, int, float)))
    texts = (fold(str(value)).strip() for value in scalars if not isinstance(value, bool))
    return frozenset(text for text in texts if len(text) >= _MIN_VALUE)


def reveals(text: str, private: Iterable[str]) -> bool:
    """Whether `text` holds one of the private values as whole words."""
    folded = fold(text)
    return any(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", folded) for value in private)
