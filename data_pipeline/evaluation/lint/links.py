"""Links to articles that are not there. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from data_pipeline.articles import Article
from data_pipeline.evaluation.lint.findings import Finding, FindingKind, Severity, shortened
from data_pipeline.scope import nearest

_ELSEWHERE: Final = re.compile(r"[a-z][a-z0-9+.-]*:|[/#?]", re.IGNORECASE)


def dead_links(articles: Sequence[Article]) -> Iterator[Finding]:
    """Each reference of an article to the id of one that is not among `articles`.

    Addresses (`https:`, `mailto:`, paths from a site's root) are not looked at: nothing is fetched.
    """
    known = {article.article_id: article.title for article in articles}
    for article in articles:
        for link in article.links:
            target = link.partition("#")[0].strip()
            if target and not _ELSEWHERE.match(target) and target not in known:
                yield _dead(article, target, known)


def _dead(article: Article, target: str, known: dict[str, str]) -> Finding:
    near = nearest(target, known)
    meant = f"Link to `{near}`, if that is meant, or" if near else "Add that article, or"
    return Finding(
        kind=FindingKind.DEAD_LINK,
        severity=Severity.SERIOUS,
        article_id=article.article_id,
        place="references",
        problem=f"links to `{shortened(target)}`, which is no article here",
        advice=f"{meant} take the link out.",
    )
