"""Rows of a backtest, made by hand."""

from __future__ import annotations

from typing import Any

from data_pipeline.contract.replies import Calibration, Decision
from data_pipeline.evaluation.backtest.agreement import agreement
from data_pipeline.evaluation.backtest.risk import risk_of, riskiest_first
from data_pipeline.evaluation.backtest.rows import Backtest, Cited, Row

CITED = Cited("returns", "Returns", "How long", "Send it back within 30 days.")
FITTED = Calibration("own tickets", 200, "2026-11-01", stale=False)
FOREIGN = Calibration("other knowledge bases", 9_000, "2026-05-01", stale=True)


def a_row(number: int, confidence: float = 0.9, **fields: Any) -> Row:
    """An answered row; `sent`, `human` and others as given."""
    sent, human = fields.get("sent", "Within 30 days."), fields.get("human", "")
    agreed = agreement(sent, human, "")
    given: dict[str, Any] = {
        "key": f"b1-{number}",
        "id": f"t{number}",
        "request": {"inquiry": "How long do I have?"},
        "question": "How long do I have?",
        "decision": Decision.ANSWER,
        "confidence": confidence,
        "sent": sent,
        "draft": "",
        "reason": "",
        "article_id": "returns",
        "citations": (CITED,),
        "human": human,
        "agreement": agreed,
        "risk": risk_of(confidence, agreed),
    }
    return Row(**(given | fields))


def escalated(number: int, confidence: float = 0.1, **fields: Any) -> Row:
    """A row that went to a person, with a draft."""
    given = {"decision": Decision.ESCALATE, "draft": "Within 30 days.", "sent": "", "risk": 0.0}
    return a_row(number, confidence, **(given | fields))


def a_backtest(*rows: Row, **fields: Any) -> Backtest:
    given: dict[str, Any] = {
        "made_at": "2026-11-20T10:00:00+00:00",
        "namespace": "default",
        "mode": "extractive",
        "allowed_error": 0.05,
        "cut": 0.7,
        "calibration": FOREIGN,
        "rows": tuple(riskiest_first(rows)),
    }
    return Backtest(**(given | fields))
