"""The whole lint: what can be seen in the articles, and what becomes of their own questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from data_pipeline.articles import Article
from data_pipeline.evaluation.lint.asking import GOOD, Asked, Reception, unanswered
from data_pipeline.evaluation.lint.contradictions import differing_values
from data_pipeline.evaluation.lint.data_points import wanting_words
from data_pipeline.evaluation.lint.findings import Finding, Severity, worst_first
from data_pipeline.evaluation.lint.gaps import Gap
from data_pipeline.evaluation.lint.links import dead_links
from data_pipeline.evaluation.lint.sizes import oversized


class Answering(msgspec.Struct, frozen=True):
    """How many of its own questions an article answers, and what becomes of the `others`."""

    article_id: str
    asked: int
    answered: int
    others: dict[str, int]


class LintReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in a knowledge base, worst first; `gaps` come from escalated tickets."""

    articles: int
    findings: tuple[Finding, ...]
    answering: tuple[Answering, ...] = ()
    asked: tuple[Asked, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def serious(self) -> int:
        """Findings that customers are served badly by."""
        return sum(finding.severity is Severity.SERIOUS for finding in self.findings)


def lint(articles: Sequence[Article], asked: Sequence[Asked], gaps: Sequence[Gap]) -> LintReport:
    """Everything that there is to say about `articles`, whose questions were `asked` before."""
    findings = (
        *differing_values(articles),
        *unanswered(asked),
        *wanting_words(articles),
        *dead_links(articles),
        *oversized(articles),
    )
    return LintReport(
        articles=len(articles),
        findings=worst_first(findings),
        answering=_answering(asked),
        asked=tuple(asked),
        gaps=tuple(gaps),
    )


def _answering(asked: Sequence[Asked]) -> tuple[Answering, ...]:
    """Per article, the one that answers least of its own first."""
    by_article: dict[str, Counter[str]] = {}
    for one in asked:
        by_article.setdefault(one.question.article_id, Counter())[one.reception.value] += 1
    rows = [
        Answering(
            article_id=article_id,
            asked=counts.total(),
            answered=sum(counts[reception.value] for reception in GOOD),
            others={
                r.value: counts[r.value] for r in Reception if r not in GOOD and r.value in counts
            },
        )
        for article_id, counts in by_article.items()
    ]
    return tuple(sorted(rows, key=lambda r: (r.answered / r.asked, -r.asked, r.article_id)))
