"""Data points to test with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data_pipeline.articles import Blocks, DataPoint, DataType, FactSource, Wording
from data_pipeline.slugs import slug


def point(
    label: str,
    data_type: DataType = DataType.TEXT,
    description: str = "",
    *,
    question: str | None = None,
    examples: Sequence[str] = (),
    choices: Sequence[str] = (),
    key: str | None = None,
    source: FactSource = FactSource.CUSTOMER,
    blocks: Blocks = Blocks.ALWAYS,
    required: bool = True,
    sensitive: bool = False,
    translations: dict[str, Wording] | None = None,
) -> DataPoint:
    """A data point of the customer's with the slug of its label as key."""
    return DataPoint(
        key=key or slug(label).replace("-", "_"),
        label=label,
        data_type=data_type,
        description=description,
        question=question,
        examples=tuple(examples),
        choices=tuple(choices),
        source=source,
        blocks=blocks,
        required=required,
        sensitive=sensitive,
        translations=translations or {},
    )


def known(facts: dict[str, Any]) -> dict[str, Any]:
    """Values of found facts by key."""
    return {key: fact.value for key, fact in facts.items()}
