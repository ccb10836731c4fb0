"""OpenAI, and the many servers that speak its protocol, as embedder and answer model."""

from __future__ import annotations

from data_pipeline.adapters.openai.embedder import OpenAIEmbedder
from data_pipeline.adapters.openai.model import OpenAIModel

__all__ = ["OpenAIEmbedder", "OpenAIModel"]
