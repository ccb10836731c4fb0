"""From what became of the questions to the figures of a set. Pure.

A figure is None where there is nothing to count. Error is wrong among the answered. Confidences and
errors are over the mix that was asked for: questions with their articles, without them, and foreign
ones. How many a set marks as unanswerable is chance, so these have figures of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from data_pipeline.contract.replies import Decision
from data_pipeline.evaluation import metrics
from data_pipeline.evaluation.abstention import (
    Judged,
    auroc,
    calibration_error,
    coverage_at,
    risk_area,
    risk_coverage,
)
from data_pipeline.evaluation.outcomes import Outcome
from data_pipeline.evaluation.runs import Group

ERRORS: Final = (0.01, 0.05, 0.1)
LOWER_IS_BETTER: Final = frozenset(
    "aurc aurc_article ece error error_article false_answer_rate false_answer_rate_marked"
    " false_escalation_rate"
    " latency_p50_ms latency_p95_ms model_tokens embedding_tokens cost_usd".split()
)
COUNTS: Final = frozenset({*(f"n_{group}" for group in Group), "answered_n", "cost_usd"})
"""Sums, not shares: they say how much was done and have no interval."""

Figures = dict[str, float | None]


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Every figure of a set, by name."""
    counted = {
        **_counts(outcomes),
        **finding(outcomes),
        **abstaining(outcomes),
        **deciding(outcomes),
        **spending(outcomes),
    }
    kept, ideal = counted["kept"], counted["coverage@0.05"]
    of_ideal = None if kept is None else metrics.share(kept, ideal or 0.0)
    return counted | {"coverage_of_ideal": of_ideal}


def _counts(outcomes: Sequence[Outcome]) -> Figures:
    """The mix that all other figures are over."""
    return {f"n_{group}": sum(o.group is group for o in outcomes) for group in Group}


def finding(outcomes: Sequence[Outcome]) -> Figures:
    """How often the right article is found, over the questions whose articles are there."""
    there = [o for o in outcomes if o.group is Group.PRESENT]
    with_passage = [o for o in there if o.has_passage]
    at = {
        f"recall@{k}": metrics.mean([metrics.found_at(o.gold_ranks, k) for o in there])
        for k in (1, 5, 10)
    }
    return {
        "ndcg@10": metrics.mean([metrics.ndcg(o.gold_ranks, o.golds) for o in there]),
        **at,
        "mrr": metrics.mean([metrics.reciprocal_rank(o.gold_ranks) for o in there]),
        "right_article": metrics.mean([o.right_article for o in there]),
        "right_quote": metrics.mean([o.right for o in with_passage]),
    }


def abstaining(outcomes: Sequence[Outcome]) -> Figures:
    """Whether the confidence tells what is answered rightly: with its quote, and by article."""
    figures_: Figures = {}
    for suffix, judged in (("", judged_by_quote), ("_article", judged_by_article)):
        pairs = judged(outcomes)
        curve = risk_coverage(pairs)
        removed = judged(_present_and_removed(outcomes))
        figures_ |= {
            f"auroc{suffix}": auroc(pairs),
            f"auroc_removed{suffix}": auroc(removed),
            f"aurc{suffix}": risk_area(pairs),
            **{f"coverage{suffix}@{error:.2g}": coverage_at(curve, error) for error in ERRORS},
        }
    return figures_ | {"ece": calibration_error(judged_by_quote(outcomes))}


def _present_and_removed(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The same questions with and without their articles; nothing where none was left out."""
    if not any(o.group is Group.REMOVED for o in outcomes):
        return []
    return [o for o in outcomes if o.group in {Group.PRESENT, Group.REMOVED}]


def in_mix(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """All but those of questions that the set itself marks as unanswerable."""
    return [o for o in outcomes if o.group is not Group.UNANSWERABLE]


def sent_in_mix(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """What customers were sent as an answer."""
    return [o for o in in_mix(outcomes) if o.answered]


def judged_by_quote(outcomes: Sequence[Outcome]) -> list[Judged]:
    """Confidence and whether the reply is right, quote included, over the mix."""
    return [(o.confidence, o.right) for o in in_mix(outcomes)]


def judged_by_article(outcomes: Sequence[Outcome]) -> list[Judged]:
    """Confidence and whether the right article is answered from, over the mix."""
    return [(o.confidence, o.right_article) for o in in_mix(outcomes)]


def deciding(outcomes: Sequence[Outcome]) -> Figures:
    """What the service decided at its own cut."""
    sent = sent_in_mix(outcomes)
    marked = [o for o in outcomes if o.group is Group.UNANSWERABLE]
    unanswerable = [o for o in in_mix(outcomes) if o.group is not Group.PRESENT]
    rightly = [o for o in outcomes if o.right]
    citations = sum(o.citations for o in outcomes)
    there = [o for o in outcomes if o.group is not Group.REMOVED]
    labelled = [o for o in there if o.fields_asked is not None]
    asked = sum(o.fields_asked or 0 for o in labelled)
    right = sum(o.fields_right for o in labelled)
    return {
        "answered": metrics.share(len(sent), len(in_mix(outcomes))),
        "answered_n": len(sent),
        "error": metrics.share(sum(not o.right for o in sent), len(sent)),
        "error_article": metrics.share(sum(not o.right_article for o in sent), len(sent)),
        "false_answer_rate": metrics.mean([o.answered for o in unanswerable]),
        "false_answer_rate_marked": metrics.mean([o.answered for o in marked]),
        "kept": metrics.mean([o.answered for o in rightly]),
        "false_escalation_rate": metrics.mean(
            [o.decision in {Decision.ESCALATE, Decision.IGNORE} for o in rightly]
        ),
        "clarify_rate": metrics.mean([o.decision is Decision.CLARIFY for o in outcomes]),
        "citation_validity": metrics.share(sum(o.valid_citations for o in outcomes), citations),
        "required_precision": metrics.share(right, asked),
        "required_recall": metrics.share(right, sum(o.fields_wanted for o in labelled)),
    }


def spending(outcomes: Sequence[Outcome]) -> Figures:
    """Milliseconds of the whole index, tokens per question, dollars of the whole run."""
    times = [o.milliseconds for o in outcomes if o.group is not Group.REMOVED]
    return {
        "latency_p50_ms": metrics.percentile(times, 0.5),
        "latency_p95_ms": metrics.percentile(times, 0.95),
        "model_tokens": metrics.mean([o.model_tokens for o in outcomes]),
        "embedding_tokens": metrics.mean([o.embedding_tokens for o in outcomes]),
        "cost_usd": sum(o.cost_usd for o in outcomes),
    }
