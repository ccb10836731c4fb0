"""What a knowledge base is made of: articles, their sections, and the chunks that are stored.

A reader turns a file into an `Article`; chunking turns an article into `Chunk`s. Everything that
the engine needs later travels with the chunk, so no code ever parses prose to get data back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

ANY_SCOPE = "*"


class Tier(StrEnum):
    """Priority of a chunk for the context budget, most important first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Kind(StrEnum):
    """What a section says; decides its tier and how the engine uses it."""

    REQUIRED_DATA = "required_data"
    OPTIONAL_DATA = "optional_data"
    ELIGIBILITY = "eligibility"
    BLOCKING = "blocking"
    OUTCOMES = "outcomes"
    FRAME = "frame"
    GUARDRAIL = "guardrail"
    FLAGS = "flags"
    FEES = "fees"
    RULES = "rules"
    STEPS = "steps"
    ISSUES = "issues"
    MISSING_DATA = "missing_data"
    EXAMPLES = "examples"
    DISAMBIGUATION = "disambiguation"
    FAQ = "faq"
    DEFINITIONS = "definitions"
    REFERENCES = "references"
    NOTES = "notes"
    OVERVIEW = "overview"
    BODY = "body"


class Blocks(StrEnum):
    """What cannot be done while a required fact is unknown."""

    ALWAYS = "always"
    ELIGIBILITY = "eligibility"
    EXECUTION = "execution"
    NEVER = "never"


class FactSource(StrEnum):
    """Who can supply a fact."""

    CUSTOMER = "customer"
    PROFILE = "profile"
    AGENT = "agent"


class DataType(StrEnum):
    """How a fact's value is read and checked."""

    TEXT = "text"
    NUMBER = "number"
    CURRENCY = "currency"
    DATE = "date"
    BOOLEAN = "boolean"
    EMAIL = "email"
    LIST = "list"


class Operator(StrEnum):
    """Comparison of a machine-readable condition."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    IN = "in"
    NOT_IN = "not_in"
    PRESENT = "present"
    ABSENT = "absent"


class Wording(msgspec.Struct, frozen=True, omit_defaults=True):
    """A data point's words in another language."""

    question: str | None = None
    label: str | None = None


class DataPoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fact that an article asks for; `key` is an ASCII slug, unique in the article."""

    key: str
    label: str
    description: str = ""
    why_needed: str = ""
    data_type: DataType = DataType.TEXT
    required: bool = True
    source: FactSource = FactSource.CUSTOMER
    source_note: str | None = None
    question: str | None = None
    agent_note: str | None = None
    blocks: Blocks = Blocks.ALWAYS
    choices: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    sensitive: bool = False
    translations: dict[str, Wording] = {}


class Check(msgspec.Struct, frozen=True):
    """A condition that code can check: the fact `key`, compared by `op` with `value`."""

    key: str
    op: Operator
    value: Any = None


class Condition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An eligibility requirement or blocking condition; `when` is empty where only people can tell.

    For an eligibility requirement `when` must hold, for a blocking condition it must not.
    """

    text: str
    when: tuple[Check, ...] = ()
    outcome: str | None = None
    data_point: str | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of the article's own outcomes, in its own words."""

    name: str
    text: str = ""
    when: tuple[Check, ...] = ()


class Frame(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to tell the customer when `outcome` applies."""

    outcome: str
    message: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    what_not_to_say: tuple[str, ...] = ()


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """One statement: a business rule, note, guardrail, flag or allowed conclusion."""

    text: str
    category: str = ""


class Fee(msgspec.Struct, frozen=True, omit_defaults=True):
    """A price, always as text (`"$75 + $35"`), because that is how articles state it."""

    service: str
    fee: str
    notes: str | None = None


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of a procedure."""

    number: int
    action: str
    detail: str | None = None


class Pair(msgspec.Struct, frozen=True):
    """Two texts that belong together: question and answer, issue and resolution, term, meaning."""

    first: str
    second: str


class Unit(msgspec.Struct, frozen=True, omit_defaults=True):
    """The smallest piece that is never split unless it alone exceeds the cap.

    `data` is the structured form (one of the structs above), already as plain JSON types.
    """

    text: str
    data: Any = None
    agent_only: bool = False
    page: int | None = None


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """Units under one heading; `path` is the ASCII slug path that chunk ids are made of."""

    path: str
    heading: str
    kind: Kind
    tier: Tier
    units: tuple[Unit, ...]


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One KB article as its reader found it; `scope` holds display values, no key means global.

    `source` is the file's path below its knowledge base, `origin` its absolute one.
    """

    article_id: str
    title: str
    language: str
    sections: tuple[Section, ...]
    source: str = ""
    origin: str = ""
    url: str | None = None
    topic: str | None = None
    tags: tuple[str, ...] = ()
    scope: dict[str, tuple[str, ...]] = {}
    links: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_until: str | None = None
    warnings: tuple[str, ...] = ()


class Chunk(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is stored and searched.

    `text` starts with the article's title and the section's heading; `text[body_start:]` is the
    section's own text. `data` is the JSON text of a list, one entry per unit that has structure.
    Dates are ISO 8601 days. `origin` is the file that it came from at first, to tell a moved file
    from a copy; `content_hash` covers every other field. `flagged` says that it reads like
    instructions to a model, which no model may be shown.
    """

    chunk_id: str
    article_id: str
    title: str
    heading: str
    kind: Kind
    tier: Tier
    text: str
    body_start: int
    language: str
    content_hash: str = ""
    agent_only: bool = False
    scope: dict[str, tuple[str, ...]] = {}
    topic: str | None = None
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    url: str | None = None
    page: int | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    data: str = ""
    origin: str = ""
    flagged: bool = False

    def __hash__(self) -> int:
        return hash((self.chunk_id, self.content_hash))

    @property
    def body(self) -> str:
        """The section's own text, without the prefix."""
        return self.text[self.body_start :]


class ScoredChunk(msgspec.Struct, frozen=True):
    """A chunk that a search found, with the store's own score (comparable within one search only).

    `terms` are the analysed title, heading and body, blank-separated, where the store keeps them.
    """

    chunk: Chunk
    score: float
    terms: tuple[str, str, str] | None = None


def stored_hash(content_hash: str, embedder: str = "") -> str:
    """What tells whether a stored chunk is up to date: its content and whose vector it has."""
    return f"{content_hash}@{embedder}" if embedder else content_hash


def article_revision(hashes: Mapping[str, str]) -> str:
    """Revision of an article whose chunks, by id, have these content hashes: 16 hex digits."""
    lines = "\n".join(f"{chunk_id} {hashes[chunk_id]}" for chunk_id in sorted(hashes))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]
