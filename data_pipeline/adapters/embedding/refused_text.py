"""The failure that is about the texts, not about the service."""

from __future__ import annotations

from data_pipeline.errors import EmbedderUnavailableError


class TextRefusedError(EmbedderUnavailableError):
    """The service works but does not take these texts: others may be embedded all the same."""
