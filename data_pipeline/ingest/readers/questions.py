"""Headings that are questions, and headings that keep their text for agents."""

from __future__ import annotations

import re
from typing import Final

from data_pipeline.language import fold

_QUESTION: Final = re.compile(
    r"(?:how (?:do|does|can|should|will) (?:i|we|my)|what (?:if|happens)"
    r"|what (?:do|does|should|can) (?:i|we|my)"
    r"|(?:when|where) (?:do|does|will|can|should) (?:i|we|my)"
    r"|why (?:do|does|did|is|are|was|can)|who (?:do|can) i|can (?:i|we|my)|do (?:i|we)|does my"
    r"|is (?:my|there)|are (?:there|my)|will (?:i|my)|should i|may i"
    r"|como (?:puedo|hago|cambio)|cuando puedo|cuanto tengo que|donde (?:puedo|encuentro)"
    r"|que (?:pasa|ocurre|hago|debo|necesito)|por que|puedo)\b"
)
_NOTES: Final = r"(?:notes?|instructions?|guidance|information|comments?|steps|actions?)"
_FOR_AGENTS: Final = re.compile(
    r"(?:for )?(?:internal|agents?|staff|support (?:staff|team))(?: use)? only\b"
    rf"|internal (?:use|procedures?|process|{_NOTES})\b"
    rf"|(?:agent|staff|support team|back ?office)['’]?s? (?:only|{_NOTES})\b"
    rf"|{_NOTES} for (?:agents|staff|support|internal)\b|for (?:agents|staff|internal use)\b"
    r"|(?:solo )?(?:para )?uso interno|(?:solo )?para (?:los )?agentes|solo (?:los )?agentes"
    r"|(?:notas?|instruccion(?:es)?|informacion|pasos|procedimiento) intern[oa]s?"
    r"|(?:notas?|instrucciones|informacion|pasos) para (?:los )?agentes"
)


def is_question(heading: str) -> bool:
    """Whether a heading asks: by its mark, or by how it starts (`How do I …`, `Cómo puedo …`).

    "What is in the box" without a question mark is a topic like any other.
    """
    text = heading.strip()
    if text.endswith("?") or text.startswith("¿"):
        return True
    return bool(_QUESTION.match(fold(text)))


def is_for_agents(heading: str) -> bool:
    """Whether a heading says that what follows is not for customers (`Internal notes`)."""
    return bool(_FOR_AGENTS.match(fold(heading).strip(" :-–[(*")))
