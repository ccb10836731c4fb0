"""Small articles to test with: plain builders, and hypothesis strategies for random ones."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from data_pipeline.articles import Article, Kind, Section, Tier, Unit

# --- structured JSON ----------------------------------------------------------------------------

_WORDS = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"]),
    min_size=1,
    max_size=40,
).filter(lambda text: text.strip() != "")
TEXTS = st.one_of(
    _WORDS,
    st.lists(
        st.sampled_from(
            ["El año", "the fee", "is $75.", "¿Cuándo?", "1.234,56 €", "ask", "Dr. No", "\n", "  "]
        ),
        min_size=1,
        max_size=8,
    )
    .map(" ".join)
    .filter(lambda text: text.strip() != ""),
)
_TEXT_LISTS = st.lists(TEXTS, max_size=3)
_NULL_OR_TEXT = st.none() | TEXTS
_NUMBERS = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False, width=32)

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
"""Any JSON value, small."""


def _objects(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects of these fields in any order."""
    return st.permutations(sorted(fields)).flatmap(
        lambda names: st.fixed_dictionaries({name: fields[name] for name in names})
    )


def _data_points(*, must_have: bool) -> st.SearchStrategy[dict[str, Any]]:
    intents = ["always", "execution_only", "eligibility_confirmation", "personalization_only"]
    sources = [
        "participant_profile",
        "plan_profile",
        "message_text",
        "agent_input",
        "participant_action",
        "unknown",
    ]
    optional = {"blocking_intent": st.sampled_from(intents)} if must_have else {}
    return st.fixed_dictionaries(
        {
            "data_point": TEXTS,
            "meaning": TEXTS,
            "example_values": st.lists(st.none() | _NUMBERS | TEXTS, max_size=3),
            "why_needed": TEXTS,
            "source_note": _NULL_OR_TEXT,
            "source_type": st.sampled_from(sources),
        },
        optional=optional,
    )


_REQUIRED_DATA = _objects(
    must_have=st.lists(_data_points(must_have=True), max_size=2),
    nice_to_have=st.lists(_data_points(must_have=False), max_size=2),
    if_missing=st.lists(
        _objects(missing_data_point=TEXTS, ask_participant=_NULL_OR_TEXT, agent_note=TEXTS),
        max_size=2,
    ),
    disambiguation_notes=_TEXT_LISTS,
)
_DECISION_GUIDE = _objects(
    supported_outcomes=_TEXT_LISTS,
    eligibility_requirements=_TEXT_LISTS,
    blocking_conditions=_TEXT_LISTS,
    missing_data_conditions=st.lists(
        _objects(
            condition=TEXTS,
            missing_data_point=TEXTS,
            resulting_outcome=TEXTS,
            ask_participant=_NULL_OR_TEXT,
        ),
        max_size=2,
    ),
    allowed_conclusions=_TEXT_LISTS,
    not_allowed_conclusions=_TEXT_LISTS,
)
_FRAME = _objects(
    participant_message_components=_TEXT_LISTS,
    next_steps=_TEXT_LISTS,
    warnings=_TEXT_LISTS,
    questions_to_ask=_TEXT_LISTS,
    what_not_to_say=_TEXT_LISTS,
)
_STEP = _objects(
    step_number=st.integers(1, 99),
    type=st.sampled_from(["participant-action", "internal-check", "system", "Internal Check"]),
    visibility=st.sampled_from(["customer", "agent_only", "Agent only", "internal", "public"]),
    description=TEXTS,
    notes=_NULL_OR_TEXT,
)
_REFERENCES = _objects(
    participant_portal=_NULL_OR_TEXT,
    internal_articles=_TEXT_LISTS,
    external_links=st.lists(TEXTS | _objects(label=TEXTS, url=TEXTS, purpose=TEXTS), max_size=2),
    contact=_objects(email=_NULL_OR_TEXT, phone=_NULL_OR_TEXT, support_hours=_NULL_OR_TEXT),
)
_SECTIONS = {
    "critical_flags": st.dictionaries(TEXTS, st.booleans() | TEXTS | st.none(), max_size=3),
    "business_rules": st.lists(_objects(category=TEXTS, rules=_TEXT_LISTS), max_size=2),
    "fees": st.lists(_objects(service=TEXTS, fee=TEXTS, notes=_NULL_OR_TEXT), max_size=2),
    "steps": st.lists(_STEP, max_size=3),
    "common_issues": st.lists(_objects(issue=TEXTS, resolution=TEXTS), max_size=2),
    "examples": st.lists(_objects(scenario=TEXTS, outcome=TEXTS), max_size=2),
    "faq_pairs": st.lists(_objects(question=TEXTS, answer=TEXTS), max_size=2),
    "additional_notes": st.lists(_objects(category=TEXTS, notes=_TEXT_LISTS), max_size=2),
    "definitions": st.lists(_objects(term=TEXTS, definition=TEXTS), max_size=2),
    "guardrails": _objects(must_not=_TEXT_LISTS, must_do_if_unsure=_TEXT_LISTS),
    "references": _REFERENCES,
    "required_data": _REQUIRED_DATA,
    "decision_guide": _DECISION_GUIDE,
    "response_frames": st.dictionaries(TEXTS, _FRAME, max_size=2),
    "payout_timelines": JSON_VALUES,
}


@st.composite
def structured_documents(draw: st.DrawFn) -> dict[str, Any]:
    """Random articles within the structured format: any sections in any order, and an unknown one."""
    names = draw(st.lists(st.sampled_from(sorted(_SECTIONS)), unique=True))
    metadata = {
        "article_id": "random-article",
        "title": draw(TEXTS),
        "description": draw(TEXTS),
        "topic": draw(_NULL_OR_TEXT),
        "subtopics": draw(_TEXT_LISTS),
        "plan": draw(st.none() | st.sampled_from(["Basic", "Plus"])),
        "tags": draw(_TEXT_LISTS),
        "language": draw(st.sampled_from(["en", "es"])),
    }
    return {"metadata": metadata, "details": {name: draw(_SECTIONS[name]) for name in names}}


@st.composite
def odd_documents(draw: st.DrawFn) -> dict[str, Any]:
    """Random articles with values of any type in up to three places where others belong."""
    document = draw(structured_documents())
    for _ in range(draw(st.integers(1, 3))):
        _replace_one(draw, document["details"])
    return document


def _replace_one(draw: st.DrawFn, node: Any) -> None:
    places = list(node) if isinstance(node, dict) else list(range(len(node)))
    if not places:
        return
    place = draw(st.sampled_from(places))
    if isinstance(node[place], dict | list) and node[place] and draw(st.booleans()):
        _replace_one(draw, node[place])
    else:
        node[place] = draw(JSON_VALUES)


def document(details: dict[str, Any] | None = None, **metadata: Any) -> dict[str, Any]:
    """A structured article with these `details` and a few sensible metadata fields."""
    known = {
        "article_id": "cancel-order",
        "title": "Cancel an order",
        "description": "How an order is cancelled.",
        "language": "en",
    }
    return {"metadata": {**known, **metadata}, "details": details or {}}


def as_bytes(value: Any) -> bytes:
    """A document as a file holds it."""
    return json.dumps(value, ensure_ascii=False).encode()


def data_point(name: str, **fields: Any) -> dict[str, Any]:
    """A data point of the structured format."""
    return {
        "data_point": name,
        "meaning": f"What {name} means.",
        "why_needed": "To decide.",
        **fields,
    }


# --- articles as their reader found them --------------------------------------------------------


def unit(text: str, **fields: Any) -> Unit:
    """A unit of text."""
    return Unit(text, **fields)


def section(path: str, *units: Unit | str, **fields: Any) -> Section:
    """A section with a heading made of its path."""
    told = tuple(Unit(one) if isinstance(one, str) else one for one in units)
    known = {"heading": path.replace("-", " "), "kind": Kind.BODY, "tier": Tier.HIGH}
    return Section(path=path, units=told, **{**known, **fields})


def article(*sections: Section, **fields: Any) -> Article:
    """An article of these sections."""
    known = {"article_id": "cancel-order", "title": "Cancel an order", "language": "en"}
    return Article(sections=sections, **{**known, **fields})


_UNITS = st.builds(
    Unit,
    text=TEXTS | st.lists(TEXTS, min_size=20, max_size=60).map(". ".join),
    data=st.none() | st.fixed_dictionaries({"text": TEXTS}),
    agent_only=st.booleans(),
)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Random articles of up to four sections with paths of their own."""
    paths = draw(
        st.lists(
            st.sampled_from(["fees", "steps", "rules/a", "rules/b", "other"]),
            unique=True,
            max_size=4,
        )
    )
    sections = [
        Section(
            path=path,
            heading=draw(TEXTS),
            kind=draw(st.sampled_from(list(Kind))),
            tier=draw(st.sampled_from(list(Tier))),
            units=tuple(draw(st.lists(_UNITS, max_size=4))),
        )
        for path in paths
    ]
    return Article(
        article_id="random-article",
        title=draw(TEXTS),
        language="en",
        sections=tuple(sections),
        topic=draw(_NULL_OR_TEXT),
    )
