"""One data point's fields: code words mapped, what the format does not name kept as agent note."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from data_pipeline.articles import Blocks, DataPoint, DataType, FactSource, Wording
from data_pipeline.ingest.data_types import derive_data_type
from data_pipeline.ingest.json_shapes import (
    as_text,
    found,
    is_blank,
    items_at,
    key_words,
    odd,
    quoted,
    rest_of,
    text_at,
    texts_at,
)

BLOCKS: Final[Mapping[str, Blocks]] = {
    "always": Blocks.ALWAYS,
    "execution_only": Blocks.EXECUTION,
    "eligibility_confirmation": Blocks.ELIGIBILITY,
    "personalization_only": Blocks.NEVER,
}
"""What a missing fact blocks, by `blocking_intent`."""

SOURCES: Final[Mapping[str, FactSource]] = {
    "message_text": FactSource.CUSTOMER,
    "participant_action": FactSource.CUSTOMER,
    "participant_profile": FactSource.PROFILE,
    "plan_profile": FactSource.PROFILE,
    "agent_input": FactSource.AGENT,
    "unknown": FactSource.AGENT,
}
"""Who supplies a fact, by `source_type`."""

FIELDS: Final = frozenset(
    {
        "data_point",
        "meaning",
        "example_values",
        "why_needed",
        "source_note",
        "source_type",
        "blocking_intent",
        "ask_participant",
        "agent_note",
        "key",
        "data_type",
        "choices",
        "source",
        "sensitive",
        "translations",
    }
)
"""Fields of a data point that the format names; others are kept in the agent note."""

_WORDING_FIELDS: Final = frozenset({"ask_participant", "label"})
_SEPARATORS: Final = re.compile(r"[\s_-]+")

_Code = TypeVar("_Code")


class PointReading:
    """The fields of one data point at `place`; warnings and unmapped texts add up while reading."""

    def __init__(self, item: Mapping[str, Any], place: str, warnings: list[str]) -> None:
        self._item = item
        self._place = place
        self._warnings = warnings
        self._kept: list[str] = [as_text(rest_of(item, FIELDS))]

    def point(
        self, key: str, *, required: bool, question: str | None, agent_note: str | None
    ) -> DataPoint:
        """The data point; `question` and `agent_note` are what `if_missing` says about it."""
        asked = question or self._text("ask_participant") or None
        raw_examples = [value for _, value in self._items("example_values")]
        choices = self._texts("choices")
        return DataPoint(
            key=key,
            label=self._item["data_point"],
            description=self._text("meaning"),
            why_needed=self._text("why_needed"),
            data_type=self._data_type(raw_examples, choices),
            required=required,
            source=self._source(asked),
            source_note=self._text("source_note") or None,
            question=asked,
            blocks=self._blocks(required=required),
            choices=choices,
            examples=tuple(as_text(value) for value in raw_examples),
            sensitive=self._sensitive(),
            translations=self._translations(),
            agent_note=self._note(agent_note),
        )

    def _text(self, field: str) -> str:
        return text_at(self._item.get(field), f"{self._place}.{field}", self._warnings)

    def _items(self, field: str) -> list[tuple[str, Any]]:
        return items_at(self._item.get(field), f"{self._place}.{field}", self._warnings)

    def _texts(self, field: str) -> tuple[str, ...]:
        return texts_at(self._item.get(field), f"{self._place}.{field}", self._warnings)

    def _code(self, field: str, known: Mapping[str, _Code], otherwise: _Code) -> _Code:
        """What the code word in `field` stands for; an unknown one is kept and warned of."""
        text = self._text(field)
        code = known.get(_SEPARATORS.sub("_", text.lower()))
        if code is not None or not text:
            return code or otherwise
        self._warnings.append(
            f"{self._place}.{field}: found {quoted(text)}, expected one of {', '.join(known)}; "
            f"read as {otherwise}"
        )
        self._kept.append(f"{key_words(field)}: {text}")
        return otherwise

    def _data_type(self, raw_examples: list[Any], choices: tuple[str, ...]) -> DataType:
        derived = derive_data_type(self._item["data_point"], raw_examples, choices)
        return self._code("data_type", {t.value: t for t in DataType}, derived)

    def _source(self, asked: str | None) -> FactSource:
        silent = FactSource.CUSTOMER if asked else FactSource.AGENT
        unnamed = silent if is_blank(self._item.get("source_type")) else FactSource.AGENT
        by_type = self._code("source_type", SOURCES, unnamed)
        return self._code("source", {s.value: s for s in FactSource}, by_type)

    def _blocks(self, *, required: bool) -> Blocks:
        return self._code("blocking_intent", BLOCKS, Blocks.ALWAYS if required else Blocks.NEVER)

    def _sensitive(self) -> bool:
        value = self._item.get("sensitive")
        if value is None or isinstance(value, bool):
            return value is True
        self._warnings.append(
            f"{self._place}.sensitive: found {found(value)}, expected true or false; read as true"
        )
        self._kept.append(f"sensitive: {as_text(value)}")
        return True

    def _translations(self) -> dict[str, Wording]:
        value, place = self._item.get("translations"), f"{self._place}.translations"
        if is_blank(value):
            return {}
        if not isinstance(value, dict):
            return self._kept_translation(value, place)
        return {
            str(language).lower(): wording
            for language, words in value.items()
            if (wording := self._wording(words, f"{place}.{language}")) is not None
        }

    def _wording(self, words: Any, place: str) -> Wording | None:
        if not isinstance(words, dict):
            self._kept_translation(words, place)
            return None
        self._kept.append(as_text(rest_of(words, _WORDING_FIELDS)))
        asked, label = (
            text_at(words.get(field), f"{place}.{field}", self._warnings) or None
            for field in ("ask_participant", "label")
        )
        return Wording(question=asked, label=label)

    def _kept_translation(self, value: Any, place: str) -> dict[str, Wording]:
        self._warnings.append(odd(place, value, "an object with `ask_participant` and `label`"))
        self._kept.append(as_text(value))
        return {}

    def _note(self, given: str | None) -> str | None:
        notes = (given, self._text("agent_note"), *self._kept)
        return "\n".join(note for note in notes if note) or None
