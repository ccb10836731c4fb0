"""Replies as a caller reads them; every field is always present."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from data_pipeline.articles import Blocks, DataType, FactSource


class NextStep(StrEnum):
    """What the workflow does next after required-data."""

    COLLECT = "collect"
    GENERATE = "generate"
    ESCALATE = "escalate"
    IGNORE = "ignore"


class Decision(StrEnum):
    """What becomes of the ticket, most careful last but for `ignore`."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    ESCALATE = "escalate"
    IGNORE = "ignore"


class Level(StrEnum):
    """A confidence in words."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ReasonCode(StrEnum):
    """Why a ticket goes to a person."""

    NO_ARTICLE = "no_article"
    LOW_CONFIDENCE = "low_confidence"
    OUT_OF_SCOPE = "out_of_scope"
    POLICY = "policy"
    REVIEW = "review"
    CONTRADICTION = "contradiction"
    MISSING_DATA = "missing_data"
    MODEL_UNAVAILABLE = "model_unavailable"
    DEADLINE = "deadline"
    GUARDRAIL = "guardrail"
    LANGUAGE = "language"
    HUMAN_REQUESTED = "human_requested"
    BUDGET = "budget"


class FoundIn(StrEnum):
    """Where a known value came from."""

    COLLECTED_DATA = "collected_data"
    MESSAGE = "message"


class Problem(StrEnum):
    """Why a required value is not usable."""

    MISSING = "missing"
    INVALID = "invalid"
    UNAVAILABLE = "unavailable"


class ArticleMatch(msgspec.Struct, frozen=True):
    """The article that the reply is about."""

    article_id: str
    title: str
    url: str | None
    revision: str
    score: float


class RequiredField(msgspec.Struct, frozen=True, kw_only=True):
    """One fact the article asks for, and what is known of it."""

    key: str
    label: str
    description: str
    why_needed: str
    data_type: DataType
    required: bool
    source: FactSource
    question: str | None
    blocks: Blocks
    choices: tuple[str, ...]
    examples: tuple[str, ...]
    article_id: str
    section: str
    known: bool = False
    value: Any = None
    found_in: FoundIn | None = None
    quote: str | None = None
    problem: Problem | None = None


class Question(msgspec.Struct, frozen=True):
    """A question to the customer, ready to send."""

    key: str
    question: str
    why: str


class Lookup(msgspec.Struct, frozen=True):
    """A fact that the workflow or an agent supplies."""

    key: str
    source: FactSource
    description: str


class RefusedField(msgspec.Struct, frozen=True):
    """A fact that the article lists but nobody may collect."""

    key: str
    label: str
    reason: str


class InquiryResult(msgspec.Struct, frozen=True):
    """One question of the ticket and what was decided on it."""

    text: str
    decision: Decision
    article_id: str | None
    reason_code: ReasonCode | None


class Escalation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a person is needed, and what that person should know."""

    reason_code: ReasonCode
    reason: str
    would_answer_if: tuple[str, ...]
    summary_for_agent: str
    customer_message: str | None
    queue: str | None = None


class Source(msgspec.Struct, frozen=True):
    """An article that the search found."""

    article_id: str
    title: str
    score: float
    chunk_types: tuple[str, ...]


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """A quote and where it stands: `chunk.text[start:end] == quote`."""

    id: str
    chunk_id: str
    article_id: str
    title: str
    url: str | None
    section: str
    page: int | None
    quote: str
    start: int
    end: int
    revision: str
    text: str | msgspec.UnsetType = msgspec.UNSET


class CitedText(msgspec.Struct, frozen=True):
    """A sentence and the ids of the citations that carry it."""

    text: str
    citations: tuple[str, ...]


class ReplyStep(msgspec.Struct, frozen=True):
    """One step of a procedure, numbered for the customer."""

    number: int
    action: str
    detail: str | None
    citations: tuple[str, ...]


class StructuredReply(msgspec.Struct, frozen=True):
    """The reply in parts, each with its citations."""

    opening: str
    key_points: tuple[CitedText, ...] = ()
    steps: tuple[ReplyStep, ...] = ()
    warnings: tuple[CitedText, ...] = ()


class Factor(msgspec.Struct, frozen=True):
    """One term of the confidence: `contribution` is in log-odds, `text` a plain sentence."""

    name: str
    value: float
    contribution: float
    text: str


class Calibration(msgspec.Struct, frozen=True):
    """What the confidence was fitted on: source, number of cases, ISO day."""

    source: str
    n: int
    date: str
    stale: bool


class Languages(msgspec.Struct, frozen=True):
    """Two-letter codes: what the customer wrote in, and what the reply is in."""

    detected: str | None
    reply: str


class Usage(msgspec.Struct, frozen=True):
    """Tokens and money spent on models; zero exactly when none was called."""

    model: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    embedding_tokens: int = 0
    cost_usd: float = 0.0


class Timings(msgspec.Struct, frozen=True):
    """Milliseconds per stage."""

    retrieve: float = 0.0
    generate: float = 0.0
    verify: float = 0.0
    total: float = 0.0


class Versions(msgspec.Struct, frozen=True):
    """Versions of what decided."""

    prompt: str | None
    policy: str | None
    calibration: str


class RequiredDataReply(msgspec.Struct, frozen=True, kw_only=True):
    """Reply of `POST /api/v1/required-data`."""

    next_step: NextStep
    confidence: float
    article: ArticleMatch | None
    required_fields: tuple[RequiredField, ...]
    missing: tuple[str, ...]
    needed_later: tuple[str, ...]
    questions: tuple[Question, ...]
    lookups: tuple[Lookup, ...]
    refused_fields: tuple[RefusedField, ...]
    inquiries: tuple[InquiryResult, ...]
    escalation: Escalation | None
    sources: tuple[Source, ...]
    coverage_gaps: tuple[str, ...]
    language: Languages
    warnings: tuple[str, ...]
    timings_ms: Timings
    usage: Usage
    kb_version: str
    degraded: tuple[str, ...]
    request_id: str


class GenerateResponseReply(msgspec.Struct, frozen=True, kw_only=True):
    """Reply of `POST /api/v1/generate-response`."""

    decision: Decision
    publishable: bool
    reply_text: str | None
    draft_text: str | None
    confidence: float
    confidence_level: Level
    confidence_factors: tuple[Factor, ...]
    threshold: float
    allowed_error: float
    calibration: Calibration
    outcome: str | None
    outcome_reason: str | None
    reply: StructuredReply | None
    questions: tuple[Question, ...]
    missing: tuple[str, ...]
    needed_later: tuple[str, ...]
    lookups: tuple[Lookup, ...]
    inquiries: tuple[InquiryResult, ...]
    escalation: Escalation | None
    citations: tuple[Citation, ...]
    sources: tuple[Source, ...]
    coverage_gaps: tuple[str, ...]
    guardrails_applied: tuple[str, ...]
    language: Languages
    usage: Usage
    timings_ms: Timings
    versions: Versions
    kb_version: str
    degraded: tuple[str, ...]
    warnings: tuple[str, ...]
    request_id: str
