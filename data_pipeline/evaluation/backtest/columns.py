"""Which column or key of a helpdesk's export is which part of a ticket. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from data_pipeline.errors import KbgateError
from data_pipeline.language import fold

ID, SUBJECT, INQUIRY, REPLY, TOPIC = "id", "subject", "inquiry", "human_reply", "topic"

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    ID: (
        *("id", "ticket id", "ticket number", "ticket no", "case number", "case id", "number"),
        *("conversation id", "request id", "external id", "key", "ticketnummer", "numero"),
    ),
    SUBJECT: ("subject", "title", "ticket subject", "summary", "betreff", "titel", "asunto"),
    INQUIRY: (
        *("inquiry", "question", "customer message", "customer question", "first message"),
        *("message", "description text", "plain body", "body text", "description", "body"),
        *("ticket description", "ticket body", "text", "content", "comment", "frage"),
        *("nachricht", "anfrage", "beschreibung", "pregunta", "consulta", "mensaje", "descripcion"),
    ),
    REPLY: (
        *("human reply", "reply", "answer", "agent reply", "agent response", "public reply"),
        *("first reply", "first public reply", "response", "first response text", "resolution"),
        *("resolution note", "solution", "antwort", "losung", "respuesta", "solucion"),
    ),
    TOPIC: ("topic", "category", "thema", "kategorie", "tema", "categoria"),
}
"""Names of each part, the better one first; compared without case, accents, blanks and signs."""

_NESTED: Final = re.compile(
    r"^\s*(scope|collected[ _]data)\s*[.:/\[]\s*([^\]]+?)\s*\]?\s*$", re.IGNORECASE
)
_LONGEST_NAME: Final = 200
_SIGNS: Final = re.compile(r"[\W_]+")
# What values are and names are not: a number or a day, an address, a sentence, a long text.
_NO_NAME: Final = re.compile(r"^\s*\d[\d\W]*$|@|[\n\r]|[.!?…]\s*$|.{61}", re.DOTALL)


def plain_name(name: str) -> str:
    """A name as names are compared."""
    return _SIGNS.sub("", fold(name))


_KNOWN: Final = {
    part: {plain_name(name): rank for rank, name in enumerate(names)}
    for part, names in NAMES.items()
}


def find_columns(header: Sequence[str], chosen: Mapping[str, str]) -> dict[str, int]:
    """Position of each part's column: the `chosen` name of it, else the best known one.

    Parts are `scope.KEY` and `collected_data.KEY` too. Raises `KbgateError` where a chosen column
    is not there.
    """
    plain = [plain_name(name) for name in header]
    found = {part: _best(plain, ranks) for part, ranks in _KNOWN.items()}
    found |= {_nested(name): position for position, name in enumerate(header) if _nested(name)}
    for part, name in chosen.items():
        wanted = plain_name(name)
        if wanted not in plain:
            raise KbgateError(
                f"--column {part}={name}: there is no such column; there are {listed(header)}."
            )
        found[part] = plain.index(wanted)
    return {part: position for part, position in found.items() if position is not None}


def _best(plain: Sequence[str], ranks: Mapping[str, int]) -> int | None:
    places = [position for position, name in enumerate(plain) if name in ranks]
    return min(places, key=lambda position: ranks[plain[position]], default=None)


def _nested(name: str) -> str:
    """`scope.plan` of `Scope.plan` and `scope[plan]`; empty for other names."""
    match = _NESTED.match(name[:_LONGEST_NAME])
    return f"{fold(match[1]).replace(' ', '_')}.{match[2]}" if match else ""


def listed(header: Sequence[str]) -> str:
    """Names of columns for a message, short and printable; none where they are a customer's words.

    A file without a header opens with a ticket.
    """
    if any(map(_NO_NAME.search, header)):
        return f"{len(header)} columns, but no header above them as it seems"
    shown = ["".join(c if c.isprintable() else "?" for c in name[:40]) for name in header]
    return ", ".join(shown[:30]) or "none"


def chosen_columns(pairs: Iterable[str]) -> dict[str, str]:
    """`inquiry=Body` of the command line as part and name. Raises `KbgateError`."""
    chosen = {}
    for pair in pairs:
        part, joint, name = pair.partition("=")
        part, name = part.strip(), name.strip()
        if not joint or not name or not (part in NAMES or _nested(part)):
            parts = ", ".join(NAMES)
            raise KbgateError(
                f"--column takes PART=NAME, for example inquiry=Body; parts are {parts}, scope.KEY "
                "and collected_data.KEY."
            )
        chosen[_nested(part) or part] = name
    return chosen
