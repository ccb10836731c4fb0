"""What to tell the customer for each outcome; what not to say is for agents and for checks."""

from __future__ import annotations

from typing import Any, Final

from data_pipeline.articles import Frame, Kind, Section, Unit
from data_pipeline.ingest.json_shapes import key_words, rest_of, texts_at
from data_pipeline.ingest.readers.structured.parts import (
    Reading,
    leftover_units,
    odd_units,
    section,
    structured,
)
from data_pipeline.slugs import slug

_FIELDS: Final = (
    "participant_message_components",
    "next_steps",
    "warnings",
    "questions_to_ask",
    "what_not_to_say",
)
_MAX_OUTCOME: Final = 80


def read_frames(value: Any, place: str, reading: Reading) -> list[Section]:
    """One section per outcome, whose data stands whole in its first unit."""
    if not isinstance(value, dict):
        units = odd_units(value, agent_only=True)
        if units:
            reading.odd(place, value, "an object with an outcome for each frame")
        return section("response-frames", reading.words("frame"), Kind.FRAME, units)
    units_by_path: dict[str, list[Unit]] = {}
    headings: dict[str, str] = {}
    for outcome, frame in value.items():
        path = f"response-frames/{slug(outcome, limit=_MAX_OUTCOME)}"
        headings.setdefault(path, f"{reading.words('frame')}: {key_words(outcome)}")
        told = _frame_units(outcome, frame, f"{place}.{outcome[:_MAX_OUTCOME]}", reading)
        units_by_path.setdefault(path, []).extend(told)
    return [
        one
        for path, heading in headings.items()
        for one in section(path, heading, Kind.FRAME, units_by_path[path])
    ]


def _frame_units(outcome: str, value: Any, place: str, reading: Reading) -> list[Unit]:
    if not isinstance(value, dict):
        units = odd_units(value, agent_only=True)
        if units:
            reading.odd(place, value, "an object with `participant_message_components`")
        return units
    message, next_steps, warnings, questions, unsaid = (
        texts_at(value.get(field), f"{place}.{field}", reading.warnings) for field in _FIELDS
    )
    frame = Frame(
        outcome=outcome,
        message=message,
        next_steps=next_steps,
        warnings=warnings,
        questions=questions,
        what_not_to_say=unsaid,
    )
    said = "\n".join((*message, *next_steps, *warnings, *questions))
    forbidden = "\n".join(f"{reading.words('what_not_to_say')}: {text}" for text in unsaid)
    rest = leftover_units(rest_of(value, _FIELDS), place, reading, agent_only=True)
    return [*_carried(structured(frame), said, forbidden), *rest]


def _carried(data: Any, said: str, forbidden: str) -> list[Unit]:
    """The frame's data on what may be said, or on what may not where nothing else is there."""
    if not said:
        return [Unit(forbidden, data=data, agent_only=True)] if forbidden else []
    return [Unit(said, data=data), *([Unit(forbidden, agent_only=True)] if forbidden else [])]
