"""What can go wrong, named by who must act.

    KbgateError
    ├── InvalidRequestError       the caller: a field of the request is wrong      400
    │   └── UnknownScopeKeyError  the caller: no such scope key is configured      400
    ├── ArticleSourceError        the KB editor: a file cannot be read as articles
    ├── SettingsError             the operator: an environment variable is wrong
    ├── IndexUnavailableError     the operator: the store cannot be read           503
    ├── EmbedderUnavailableError  the operator: texts cannot be turned into vectors
    │   └── TextRefusedError      the KB editor: these texts are not taken, others are
    ├── RerankerUnavailableError  the operator: hits cannot be ordered by a model
    ├── ModelUnavailableError     the operator: `mode: model` without a model      503
    │   └── ModelReplyError       nobody: the model replied, but nothing usable    503
    └── DeadlineExceededError     nobody: no typed decision in the time given      504

Messages say what to do next and never hold customer text, document bodies or keys.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class FieldProblem(msgspec.Struct, frozen=True):
    """One bad field of a request: its path (`ticket.messages[0].at`) and what is wrong."""

    field: str
    message: str


class KbgateError(Exception):
    """Root of every error that kbgate raises on purpose."""


class InvalidRequestError(KbgateError):
    """A request that does not fit the contract; `problems` names every bad field."""

    def __init__(self, detail: str, problems: Sequence[FieldProblem] = ()) -> None:
        super().__init__(detail)
        self.problems = tuple(problems)


class UnknownScopeKeyError(InvalidRequestError):
    """A scope key that this knowledge base does not know."""


class ArticleSourceError(KbgateError):
    """A file that cannot be read as articles: `source` is the file, `place` where in it."""

    def __init__(self, source: str, cause: str, place: str = "") -> None:
        super().__init__(f"{source}{f' at {place}' if place else ''}: {cause}")
        self.source = source
        self.place = place
        self.cause = cause


class SettingsError(KbgateError):
    """An environment variable whose value cannot be used."""


class IndexUnavailableError(KbgateError):
    """The chunk index cannot be opened or read."""


class EmbedderUnavailableError(KbgateError):
    """Texts cannot be turned into vectors: no service, no time, or a refusal."""


class TextRefusedError(EmbedderUnavailableError):
    """The service works but does not take these texts: others may be embedded all the same."""


class RerankerUnavailableError(KbgateError):
    """Hits cannot be ordered by a model."""


class ModelUnavailableError(KbgateError):
    """The answer model cannot be used: none is configured, or it fails, or takes too long."""


class ModelReplyError(ModelUnavailableError):
    """The answer model replied with something that is no answer: cut off, refused, or nonsense.

    `usage` is what the reply cost (`ports.Completion` without its text), where that is known.
    """

    def __init__(self, detail: str, *, usage: object | None = None) -> None:
        super().__init__(detail)
        self.usage = usage


class DeadlineExceededError(KbgateError):
    """No typed decision could be given within the caller's deadline."""
