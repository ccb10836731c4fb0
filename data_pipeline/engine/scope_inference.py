"""Scope values that a request holds elsewhere than in its scope. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from data_pipeline.contract.replies import FoundIn
from data_pipeline.engine import collected
from data_pipeline.engine.inquiry import Inquiry
from data_pipeline.engine.stated_facts.choices import Mention, mentions
from data_pipeline.engine.stated_facts.statements import even_fold, is_denied, read_text
from data_pipeline.scope import fold_scope_value

# "Can I switch to Pro?" names another plan than the customer's.
_WISHED_FOR: Final = re.compile(
    r"\b(?:switch\w*|chang\w*|upgrad\w*|downgrad\w*|mov(?:e|ing)|convert\w*|transfer\w*|cambi\w*"
    r"|pas(?:ar|arme|o|amos)|migr\w*)\b.{0,80}\b(?:to|into|al?)\s+(?:(?:the|an?|my|el|la|una?)\s+)?"
    r"(?:[^\W\d]+\s+)?$"
)
_MAX_MESSAGES: Final = 20


class Inferred(msgspec.Struct, frozen=True):
    """A scope value that the request did not name as scope but that stands elsewhere in it."""

    value: str
    found_in: FoundIn
    quote: str | None = None


def infer(
    key: str, options: Sequence[str], data: Sequence[collected.Leaf], inquiry: Inquiry
) -> Inferred | None:
    """The value of `key` in `collected_data`, else the one of `options` that a message names.

    The newest message that names any decides; two of them are as good as none.
    """
    leaf = collected.find(data, [key])
    given = leaf.value if leaf else None
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if isinstance(given, (str, int)):
        return _from_collected(str(given), options)
    for message in inquiry.messages[:_MAX_MESSAGES]:
        named = {m.option: message[m.start : m.end] for m in _meant(key, options, message)}
        if named:
            value, quote = next(iter(named.items()))
            return Inferred(value, FoundIn.MESSAGE, quote) if len(named) == 1 else None
    return None


def _from_collected(given: str, options: Sequence[str]) -> Inferred | None:
    known = {fold_scope_value(option): option for option in options}
    value = known.get(fold_scope_value(given))
    return Inferred(value, FoundIn.COLLECTED_DATA) if value else None


def _meant(key: str, options: Sequence[str], message: str) -> list[Mention]:
    text = read_text(message)
    return [
        mention
        for mention in mentions(options, text)
        if not is_denied(mention.place)
        and not _WISHED_FOR.search(mention.place.before)
        and _is_a_name(message, mention, key)
    ]


def _is_a_name(message: str, mention: Mention, key: str) -> bool:
    """A value of one plain word counts only as a name: a capital in a sentence, or beside its key.

    Else a plan called "Home" would be found in "at home".
    """
    quote = message[mention.start : mention.end]
    if re.search(r"[\W_\d]", quote):
        return True
    return _has_own_capital(message, mention.start) or _beside_key(message, mention, key)


def _has_own_capital(message: str, start: int) -> bool:
    line = re.split(r"[.!?:\n]", message[max(0, start - 200) : start])[-1]
    starts_sentence = not re.search(r"[^\s\"'(\-•*>¿¡]", line)
    shouted = line.isupper() and message[start:].split(maxsplit=1)[0].isupper()
    return message[start].isupper() and not starts_sentence and not shouted


def _beside_key(message: str, mention: Mention, key: str) -> bool:
    words = "|".join(re.escape(word) for word in collected.name_words(key))
    before = even_fold(message[max(0, mention.start - 40) : mention.start])
    after = even_fold(message[mention.end : mention.end + 40])
    return bool(
        re.search(rf"(?<!\w)(?:{words})\s*(?::|=|is|es)?\s+$", before)
        or re.match(rf"[\s\-]+(?:{words})(?!\w)", after)
    )
