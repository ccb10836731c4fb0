"""The task that a model is given: instructions, and a ticket with its passages as data. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from data_pipeline.engine.article_content import ArticleContent
from data_pipeline.engine.model_answer.assignment import ModelAssignment, ModelPart, told_facts
from data_pipeline.engine.model_answer.offered import Offered
from data_pipeline.engine.model_answer.schema import ANSWER_SCHEMA
from data_pipeline.engine.outcome import Verdict
from data_pipeline.ports import ModelTask
from data_pipeline.prompts.rendering import (
    ArticleText,
    Material,
    PassageText,
    SectionText,
    answer_instructions,
    render_material,
    render_repair,
    repair_instructions,
)

_SCHEMA_NAME: Final = "answer"
_MAX_MESSAGE: Final = 6_000
_MAX_EARLIER: Final = 1_000
_MAX_PREVIOUS: Final = 8_000
_MAX_TURNS: Final = 2
_MAX_RULES: Final = 40
_MAX_RULE: Final = 400
_MAX_VALUE: Final = 200
# Of other categories a rule says what may be said; one without any is forbidding.
_FORBIDDING: Final = frozenset({"must_not", ""})


def answer_task(task: ModelAssignment, offered: Sequence[Offered]) -> ModelTask:
    """What a model is asked at first."""
    return ModelTask(
        purpose="answer",
        instructions=answer_instructions(task.language),
        material=_material(task, offered),
        schema_name=_SCHEMA_NAME,
        schema=ANSWER_SCHEMA,
        identifiers=task.identifiers,
    )


def repair_task(
    task: ModelAssignment, offered: Sequence[Offered], previous: str, problems: Sequence[str]
) -> ModelTask:
    """What it is asked when its reply `previous` cannot be used because of `problems`."""
    return ModelTask(
        purpose="repair",
        instructions=repair_instructions(task.language),
        material=render_repair(
            _material(task, offered), condensed(previous, _MAX_PREVIOUS), problems
        ),
        schema_name=_SCHEMA_NAME,
        schema=ANSWER_SCHEMA,
        identifiers=task.identifiers,
    )


def condensed(text: str, most: int) -> str:
    """At most `most` characters: of a longer text its start and its end."""
    if len(text) <= most:
        return text
    half = (most - 3) // 2
    return f"{text[:half].rstrip()}\n…\n{text[-half:].lstrip()}"


def _material(task: ModelAssignment, offered: Sequence[Offered]) -> str:
    return render_material(
        Material(
            subject=condensed(task.subject, _MAX_EARLIER),
            message=condensed(task.message, _MAX_MESSAGE),
            earlier=_newest(task.earlier),
            replies=_newest(task.replies),
            articles=tuple(
                _article(part, [o for o in offered if o.part == number], private=task.private)
                for number, part in enumerate(task.parts)
            ),
        )
    )


def _newest(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(condensed(text, _MAX_EARLIER) for text in texts[:_MAX_TURNS])


def _article(part: ModelPart, offered: Sequence[Offered], *, private: bool) -> ArticleText:
    content = part.task.content
    facts = told_facts(part, private=private)
    return ArticleText(
        title=content.title,
        scope=tuple((key, " / ".join(values)) for key, values in sorted(content.scope.items())),
        questions=tuple(condensed(q, _MAX_EARLIER) for q in part.questions),
        facts=tuple((label, _shown(value)) for label, value in facts),
        outcome=_outcome(part.task.verdict),
        rules=tuple(_rules(content))[:_MAX_RULES],
        sections=tuple(_sections(offered)),
    )


def _shown(value: Any) -> str:
    shown = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return condensed(shown, _MAX_VALUE)


def _outcome(verdict: Verdict | None) -> str:
    return f"{verdict.outcome}: {verdict.reason}" if verdict else ""


def _rules(content: ArticleContent) -> Iterator[str]:
    """What must not be said; a sentence that must not is shown as one."""
    for rule in content.guardrails:
        if rule.category == "not_allowed_conclusions":
            yield f"Never conclude: {condensed(rule.text, _MAX_RULE)}"
        elif rule.category in _FORBIDDING:
            yield condensed(rule.text, _MAX_RULE)
    unsaid = (text for frame in content.frames.values() for text in frame.what_not_to_say)
    yield from (f"Never say: {condensed(text, _MAX_RULE)}" for text in dict.fromkeys(unsaid))


def _sections(offered: Iterable[Offered]) -> Iterator[SectionText]:
    for heading, group in groupby(offered, key=lambda o: o.passage.chunk.heading):
        yield SectionText(heading, tuple(PassageText(o.id, o.passage.text, o.lead) for o in group))
