"""Outcomes for tests, made by hand."""

from __future__ import annotations

from data_pipeline.contract.replies import Decision
from data_pipeline.evaluation.outcomes import Outcome
from data_pipeline.evaluation.runs import Group


def outcome(
    qid: str = "q1",
    group: Group = Group.PRESENT,
    *,
    confidence: float = 0.5,
    right: bool = False,
    decision: Decision = Decision.ESCALATE,
    **facts: object,
) -> Outcome:
    return Outcome(
        qid=qid,
        group=group,
        decision=decision,
        confidence=confidence,
        **{"right": right, "right_article": right, **facts},
    )


def mixed(count: int = 40, *, lift: float = 0.3) -> list[Outcome]:
    """Every question with and without its article and a foreign one; right ones get `lift` more."""
    made = []
    for n in range(count):
        base = (n * 37 % 100) / 100 * (1 - lift)
        right = n % 3 != 0
        sure = base + lift * right
        sent = Decision.ANSWER if sure > 0.55 else Decision.ESCALATE
        made += [
            outcome(
                f"q{n}",
                confidence=sure,
                right=right,
                decision=sent,
                gold_ranks=(1 + n % 4,),
                golds=1,
            ),
            outcome(f"q{n}", Group.REMOVED, confidence=base),
            outcome(f"f{n}", Group.FOREIGN, confidence=base / 2),
        ]
    return made
