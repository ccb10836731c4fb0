"""What articles state with a value, section by section. Pure."""

from __future__ import annotations

from data_pipeline.articles import Article
from data_pipeline.engine.contradiction.statement import Place, Statement
from data_pipeline.engine.contradiction.statements import statements_at


def statements_of(article: Article) -> list[Statement]:
    """Everything that `article` states with a value, in reading order."""
    return [
        statement
        for section in article.sections
        for statement in statements_at(
            Place(
                article_id=article.article_id,
                path=section.path,
                title=article.title,
                heading=section.heading,
                kind=section.kind,
                language=article.language,
                units=section.units,
            )
        )
    ]
