"""The figures in plain words, for somebody who runs a support team."""

from __future__ import annotations

from typing import Final

import msgspec


class Words(msgspec.Struct, frozen=True):
    """A figure's name and what it means; `unit` is `%`, `ms`, `$` or nothing."""

    label: str
    meaning: str
    unit: str = "%"


HEADLINE: Final = (
    "answered",
    "error",
    "kept",
    "coverage_of_ideal",
    "false_answer_rate",
    "false_answer_rate_marked",
    "false_escalation_rate",
    "coverage@0.05",
    "recall@5",
    "right_article",
    "right_quote",
    "citation_validity",
    "auroc",
    "ece",
    "required_precision",
    "required_recall",
    "latency_p95_ms",
    "cost_usd",
)
"""What stands in the first table, in its order."""

WORDS: Final = {
    "answered": Words("Answered by itself", "of all questions that were asked"),
    "error": Words("Wrong answers", "of the answers that were sent: other article, or wrong quote"),
    "kept": Words(
        "Right answers that were sent", "of the questions whose reply would have been right"
    ),
    "coverage_of_ideal": Words(
        "The same against the best cut",
        "1 is as many as the best cut sends with 5 % errors; more only with more errors",
        "",
    ),
    "error_article": Words("Answers from a wrong article", "of the answers that were sent"),
    "false_answer_rate": Words(
        "Answered though it should not",
        "of the questions whose article is missing, and foreign ones",
    ),
    "false_answer_rate_marked": Words(
        "Answered though marked as without answer", "of the questions that the set marks so"
    ),
    "false_escalation_rate": Words(
        "Handed over though not needed", "of the questions whose reply would have been right"
    ),
    "clarify_rate": Words("Asked back", "of all questions: a fact was missing"),
    "coverage@0.01": Words(
        "Could be answered with 1 % errors", "of the rightly answerable, at the best cut"
    ),
    "coverage@0.05": Words(
        "Could be answered with 5 % errors", "of the rightly answerable, at the best cut"
    ),
    "coverage@0.1": Words(
        "Could be answered with 10 % errors", "of the rightly answerable, at the best cut"
    ),
    "coverage_article@0.01": Words("The same at 1 %, article only", "whatever is quoted from it"),
    "coverage_article@0.05": Words("The same at 5 %, article only", "whatever is quoted from it"),
    "coverage_article@0.1": Words("The same at 10 %, article only", "whatever is quoted from it"),
    "recall@1": Words("Right article found first", "of the questions whose article is there"),
    "recall@5": Words("Right article among five", "of the questions whose article is there"),
    "recall@10": Words("Right article among ten", "of the questions whose article is there"),
    "ndcg@10": Words("Order of the first ten (nDCG)", "1 is the perfect order", ""),
    "mrr": Words("Place of the right article (MRR)", "mean of 1 / place", ""),
    "right_article": Words(
        "Right article chosen", "of the questions whose article is there, however uncertain"
    ),
    "right_quote": Words(
        "Right passage quoted", "of the questions with a marked passage, however uncertain"
    ),
    "citation_validity": Words("Quotes that stand in the article", "of all quotes, word for word"),
    "auroc": Words(
        "Confidence tells right from wrong (AUROC)", "1 always, 0.5 is tossing a coin", ""
    ),
    "auroc_removed": Words("The same without foreign questions", "the harder task", ""),
    "auroc_article": Words("AUROC, article only", "whatever is quoted from it", ""),
    "auroc_removed_article": Words("The same without foreign questions", "article only", ""),
    "aurc": Words("Area under the error curve (AURC)", "0 is best", ""),
    "aurc_article": Words("AURC, article only", "0 is best", ""),
    "ece": Words(
        "Gap between stated and true confidence (ECE)",
        "0 is best: the stated number can be trusted",
    ),
    "required_precision": Words("Facts asked for rightly", "of the facts that were asked for"),
    "required_recall": Words("Needed facts asked for", "of the facts that should be asked for"),
    "latency_p50_ms": Words("Half of the replies within", "on the machine of this run", "ms"),
    "latency_p95_ms": Words("95 of 100 replies within", "on the machine of this run", "ms"),
    "model_tokens": Words("Tokens of the answer model", "per question, in and out", ""),
    "embedding_tokens": Words("Tokens of the embedder", "per question", ""),
    "cost_usd": Words("Cost of this run", "by the price table", "$"),
}


def written(name: str, value: float) -> str:
    """A figure as people read it."""
    unit = WORDS[name].unit if name in WORDS else ""
    if unit == "%":
        return f"{100 * value:.1f} %"
    if unit == "ms":
        return f"{value:,.3g} ms"
    if unit == "$":
        return f"${value:,.2f}"
    return f"{value:,.3f}"
