"""What only agents may see. When in doubt, it is for agents."""

from __future__ import annotations

import re
from typing import Any, Final

from data_pipeline.ingest.json_shapes import as_text, is_blank, key_words
from data_pipeline.language import fold

_WORD: Final = re.compile(r"[^\W_]+")
_PUBLIC: Final = frozenset(
    {
        *("all", "anyone", "both", "client", "clients", "customer", "customers", "everyone"),
        *("external", "member", "members", "participant", "participants", "public", "user"),
        *("users", "cliente", "clientes", "externo", "publico", "todos", "usuario", "usuarios"),
    }
)
_CLOSED: Final = frozenset(
    {
        *("hidden", "internal", "never", "no", "non", "not", "private", "without"),
        *("interna", "interno", "nunca", "oculto", "privado", "sin"),
    }
)
_AGENT: Final = frozenset({"agent", "agents", "staff", "agente", "agentes", "personal", *_CLOSED})
_AGENTS: Final = r"(internal|agents?|staff|back ?office)"
_INTERNAL_NAME: Final = re.compile(
    rf"^{_AGENTS}$|\b{_AGENTS} (only|use|facing|notes?|tips?|guid\w+|instructions?|scripts?"
    r"|process\w*|procedures?|handling|checks?|escalations?|comments?|remarks?|info\w*|actions?"
    r"|steps?)\b|\b(for|to) (internal|agents?|staff)\b|\bnot for (customers?|clients?)\b"
    r"|^(interno|interna|agentes?)$|\b(uso|notas?|proceso|guia|instrucciones) intern[oa]s?\b"
    r"|\b(solo|para) (el |los )?(agentes?|personal)\b"
)


def is_agent_only(visibility: Any) -> bool:
    """Whether a `visibility` value keeps text from customers; blank does not, the unknown does."""
    if is_blank(visibility) or visibility is True:
        return False
    words = _words(visibility)
    return not words & _PUBLIC or bool(words & _CLOSED)


def is_known_visibility(visibility: Any) -> bool:
    """Whether a `visibility` value uses words that the reader knows."""
    is_text = isinstance(visibility, str)
    return is_blank(visibility) or (is_text and bool(_words(visibility) & (_PUBLIC | _AGENT)))


def is_internal_type(step_type: Any) -> bool:
    """Whether a step's `type` marks it as internal (`internal-check`, `Internal Check`)."""
    return bool(_words(step_type) & {"internal", "internalcheck"})


def is_internal_name(name: str) -> bool:
    """Whether a field or category says by its name that it is for agents (`agent_note`)."""
    return _INTERNAL_NAME.search(fold(key_words(name.replace("-", " ")))) is not None


def holds_internal(value: Any) -> bool:
    """Whether anything inside a value of unknown shape is marked as being for agents."""
    if isinstance(value, list):
        return any(holds_internal(item) for item in value)
    if not isinstance(value, dict):
        return False
    marked = any(is_internal_name(key) for key in value) or is_agent_only(value.get("visibility"))
    return marked or any(holds_internal(item) for item in value.values())


def _words(value: Any) -> set[str]:
    return set(_WORD.findall(fold(as_text(value))))
