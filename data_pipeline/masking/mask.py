"""Identifiers of people, replaced by tokens before a text leaves the house, and put back. Pure.

Detected: e-mail addresses, phone numbers, payment cards, IBANs, social security and other national
numbers (US, ES, GB, IE), account and order numbers, the names that a caller says are names, and
names that an introduction, a greeting, a title or a sign-off gives away. Not detected: other names
in running text, postal addresses, days of birth, number plates, addresses spelled out ("ana at
example dot com"). `docs/decisions/0008-what-leaves-the-house.md` says why.

Amounts, days, percentages, product names and codes stay: they carry the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from data_pipeline.masking.names import name_forms, names_told
from data_pipeline.masking.numbers import Span, number_spans

_KINDS: Final = "EMAIL|PHONE|ACCOUNT|CARD|SSN|ID|NAME|TEXT"
# As a model may copy it: small letters, a blank or an escaped line for the line.
_COPIED: Final = re.compile(
    rf"\[\s?(?P<kind>{_KINDS})(?:\\?_|\s|-)(?P<number>\d{{1,6}})\s?\]", re.IGNORECASE
)
_UNFINISHED: Final = re.compile(r"\[\s?[A-Za-z]{0,8}(?:\\?_?|\s|-)\d{0,6}\s?\Z")
_EMAIL: Final = re.compile(
    r"(?<![\w.%+\-])[\w](?:[\w.%+\-']{0,63})(?:@|%40|\uff20)(?:[\w](?:[\w\-]{0,62})\.){1,8}[^\W\d_]{2,24}"
)
_EDGE: Final = r"(?<!\w){}(?!\w)"


class Masked(msgspec.Struct, frozen=True):
    """A text whose identifiers are tokens, and what the tokens stand for."""

    text: str
    tokens: Mapping[str, str]

    def unmask(self, text: str) -> str:
        """`text` with the identifiers in place of their tokens."""
        return _unmasked(text, self.tokens, str)


def mask(text: str, identifiers: Sequence[str] = ()) -> Masked:
    """`text` with its identifiers replaced; `identifiers` are texts in it that name somebody."""
    one = Mask(identifiers)
    return Masked(one.mask(text), one.tokens)


class Mask:
    """One mapping over all texts of a request: the same identifier has the same token."""

    def __init__(self, identifiers: Sequence[str] = ()) -> None:
        self._names = list(dict.fromkeys(name_forms(identifiers)))
        self._token_of: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"Mask({len(self._token_of)} tokens)"

    @property
    def tokens(self) -> dict[str, str]:
        """What each token stands for."""
        return {token: original for original, token in self._token_of.items()}

    def mask(self, text: str) -> str:
        """`text` with a token for each identifier; text that looks like a token is hidden, too."""
        self._names = list(dict.fromkeys((*self._names, *names_told(text))))
        parts: list[str] = []
        position = 0
        for start, end, kind in _chosen(_spans(text, self._names)):
            parts += (text[position:start], self._token(text[start:end], kind))
            position = end
        return "".join((*parts, text[position:]))

    def unmask(self, text: str) -> str:
        """`text` with the identifiers in place of their tokens; an unknown token stays."""
        return _unmasked(text, self.tokens, str)

    def unmask_json(self, text: str) -> str:
        """The same inside of the strings of a JSON text: what is put in is escaped."""
        return _unmasked(text, self.tokens, _in_json)

    def knows_all(self, text: str) -> bool:
        """Whether every token in `text` is one of these: another stands for nothing."""
        known = self.tokens
        return all(_token_in(match) in known for match in _COPIED.finditer(text))

    def _token(self, original: str, kind: str) -> str:
        if original not in self._token_of:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._token_of[original] = f"[{kind}_{self._counts[kind]}]"
        return self._token_of[original]


def held_back(text: str) -> int:
    """From where on `text`, the start of a longer one, must wait: a token may be cut at its end."""
    start = text.rfind("[")
    return start if start >= 0 and _UNFINISHED.match(text, start) else len(text)


def _spans(text: str, names: Sequence[str]) -> Iterator[Span]:
    yield from ((*m.span(), "TEXT") for m in _COPIED.finditer(text))
    yield from ((*m.span(), "EMAIL") for m in _EMAIL.finditer(text))
    yield from number_spans(text)
    if names:
        anyone = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        named = re.compile(_EDGE.format(f"(?:{anyone})"))
        yield from ((*m.span(), "NAME") for m in named.finditer(text))


def _chosen(spans: Iterator[Span]) -> list[Span]:
    """The spans in their order, of those that overlap the one that came first."""
    taken: list[Span] = []
    barred = bytearray()
    for start, end, kind in spans:
        barred.extend(bytes(max(0, end - len(barred))))
        if not any(barred[start:end]):
            barred[start:end] = b"\x01" * (end - start)
            taken.append((start, end, kind))
    return sorted(taken)


def _unmasked(text: str, tokens: Mapping[str, str], written: Callable[[str], str]) -> str:
    def original(match: re.Match[str]) -> str:
        token = _token_in(match)
        return written(tokens[token]) if token in tokens else match.group()

    return _COPIED.sub(original, text)


def _token_in(match: re.Match[str]) -> str:
    return f"[{match['kind'].upper()}_{int(match['number'])}]"


def _in_json(text: str) -> str:
    return msgspec.json.encode(text).decode()[1:-1]
