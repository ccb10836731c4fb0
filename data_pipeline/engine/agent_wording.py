"""What an agent reads about a ticket that was handed over, in the agent's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from data_pipeline.engine.agent_causes import AgentWording, Because, Cause, SummaryLabels
from data_pipeline.engine.agent_english import ENGLISH
from data_pipeline.engine.agent_spanish import SPANISH

__all__ = ["AgentWording", "Because", "Cause", "SummaryLabels", "agent_wording"]

_BY_LANGUAGE: Final[Mapping[str, AgentWording]] = {"en": ENGLISH, "es": SPANISH}


def agent_wording(language: str | None) -> AgentWording:
    """The sentences of `language`, English where there are none."""
    return _BY_LANGUAGE.get(language or "en", ENGLISH)
