"""Turn the parts of a reply into the text that a customer or an agent reads. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from data_pipeline.contract.replies import CitedText, Question, ReplyStep, StructuredReply
from data_pipeline.engine.wording import wording_for


def render_answer(reply: StructuredReply, language: str) -> str:
    """Opening, points, numbered steps and warnings, separated by blank lines."""
    words = wording_for(language)
    return _joined(
        reply.opening,
        _points(reply.key_points),
        _headed(words.steps, [_step(step) for step in reply.steps]),
        _headed(words.warnings, [f"- {_indented(warning.text)}" for warning in reply.warnings]),
    )


def render_questions(questions: Sequence[Question], language: str) -> str:
    """The questions as a message to the customer."""
    words = wording_for(language)
    return _joined(
        words.opening_questions, "\n".join(f"- {question.question}" for question in questions)
    )


def _joined(*blocks: str) -> str:
    return "\n\n".join(block for block in blocks if block)


def _points(points: Sequence[CitedText]) -> str:
    if len(points) == 1:
        return points[0].text
    return "\n".join(f"- {_indented(point.text)}" for point in points)


def _indented(text: str) -> str:
    """Further lines of a point stand under it."""
    return text.replace("\n", "\n  ")


def _step(step: ReplyStep) -> str:
    numbered = f"{step.number}. {step.action}"
    if not step.detail:
        return numbered
    if "\n" in step.detail or step.detail.startswith("-"):
        margin = " " * (len(str(step.number)) + 2)
        return "\n".join((numbered, *(margin + line for line in step.detail.split("\n"))))
    return f"{numbered} ({step.detail})"


def _headed(heading: str, lines: Sequence[str]) -> str:
    return "\n".join((*([heading] if heading else []), *lines)) if lines else ""
