"""The same fact with different values, or kept in several articles. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from data_pipeline.articles import Article
from data_pipeline.engine.contradiction.same_subject import same_subject
from data_pipeline.engine.contradiction.stated_values import agree
from data_pipeline.engine.contradiction.statement import Statement
from data_pipeline.engine.contradiction.told_apart import Pair, told_apart
from data_pipeline.evaluation.lint.findings import Finding, FindingKind, Severity, shortened
from data_pipeline.evaluation.lint.statements import statements_of
from data_pipeline.language import terms
from data_pipeline.scope import fits, fold_scope

_NAMED: Final = 3
# Links and bare numbers differ for every reason; a reply that holds one is looked at.
_EVERYWHERE: Final = frozenset({"link", "number"})
_SHARED_TITLE: Final = 0.4


def differing_values(articles: Sequence[Article]) -> Iterator[Finding]:
    """Facts stated with different values, and labelled ones that two articles state alike.

    Two articles are compared where a customer may get either: their scopes overlap, their times
    do, they have one language, and their titles do not name two of a kind.
    """
    of = {article.article_id: article for article in articles}
    titles = {a.article_id: frozenset(terms(a.title, a.language)) for a in articles}
    statements = [
        statement
        for article in articles
        for statement in statements_of(article)
        if _is_telling(statement)
    ]
    pairs = [
        pair
        for pair in same_subject(statements)
        if _may_meet(of, titles, statements[pair[0]], statements[pair[1]])
    ]
    equal = [pair for pair in pairs if _agree(*_both(statements, pair))]
    different = [pair for pair in pairs if not _agree(*_both(statements, pair))]
    yield from _contradictions(statements, told_apart(statements, different, equal))
    yield from _duplicates(statements, equal)


def _is_telling(statement: Statement) -> bool:
    """`Date: 13 February` is on every page of some sort."""
    is_day = statement.unit.startswith("day of")
    return statement.unit not in _EVERYWHERE and len(statement.label) > is_day


def _both(statements: Sequence[Statement], pair: Pair) -> tuple[Statement, Statement]:
    return statements[pair[0]], statements[pair[1]]


def _agree(one: Statement, other: Statement) -> bool:
    return agree(one.unit, one.values, other.values)


def _may_meet(
    of: Mapping[str, Article],
    titles: Mapping[str, frozenset[str]],
    one: Statement,
    other: Statement,
) -> bool:
    if one.article_id == other.article_id:
        return True
    first, second = of[one.article_id], of[other.article_id]
    return (
        first.language == second.language
        and _overlap(first, second)
        and not _are_siblings(titles[one.article_id], titles[other.article_id])
    )


def _overlap(one: Article, other: Article) -> bool:
    starts, ends = (one.valid_from, other.valid_from), (one.valid_until, other.valid_until)
    return fits(one.scope, fold_scope(other.scope)) and not any(
        start and end and start > end for start in starts for end in ends
    )


def _are_siblings(one: Collection[str], other: Collection[str]) -> bool:
    """Whether two titles share much and each has something of its own: two models of a product."""
    mine, theirs = frozenset(one), frozenset(other)
    shared = len(mine & theirs)
    return bool(mine - theirs and theirs - mine) and shared >= _SHARED_TITLE * min(
        len(mine), len(theirs)
    )


def _contradictions(statements: Sequence[Statement], pairs: Iterable[Pair]) -> Iterator[Finding]:
    told: set[tuple[str, str]] = set()
    for pair in pairs:
        one, other = _both(statements, pair)
        if (one.text, other.text) not in told:
            told.add((one.text, other.text))
            yield Finding(
                kind=FindingKind.CONTRADICTION,
                severity=Severity.SERIOUS,
                article_id=one.article_id,
                place=one.place,
                problem=f"“{shortened(one.text)}” against “{shortened(other.text)}”",
                advice="Correct the wrong one, or say in both when each holds.",
                other=f"{other.article_id}#{other.place}",
            )


def _duplicates(statements: Sequence[Statement], pairs: Iterable[Pair]) -> Iterator[Finding]:
    """Listed values that stand in several articles: the next change will forget one of them."""
    copies: dict[int, list[int]] = {}
    first_of: dict[int, int] = {}
    for pair in pairs:
        one, other = _both(statements, pair)
        if one.article_id != other.article_id and one.is_listed and other.is_listed:
            first = first_of.setdefault(pair[0], pair[0])
            if first_of.setdefault(pair[1], first) == first:
                copies.setdefault(first, []).append(pair[1])
    for first, others in copies.items():
        yield _duplicate(statements[first], [statements[n] for n in dict.fromkeys(others)])


def _duplicate(one: Statement, others: Sequence[Statement]) -> Finding:
    articles = list(dict.fromkeys(f"`{other.article_id}`" for other in others))
    more = f" and {len(articles) - _NAMED:,} more" if len(articles) > _NAMED else ""
    return Finding(
        kind=FindingKind.DUPLICATE,
        severity=Severity.ADVICE,
        article_id=one.article_id,
        place=one.place,
        problem=f"“{shortened(one.text)}” also stands in {', '.join(articles[:_NAMED])}{more}",
        advice="Keep it in one article and link there from the others.",
        other=f"{others[0].article_id}#{others[0].place}",
    )
