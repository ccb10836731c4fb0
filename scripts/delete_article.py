"""Remove one article from the knowledge base: python -m scripts.delete_article ID [--yes]."""

from __future__ import annotations

import argparse
import asyncio
import difflib
import sys
from collections.abc import Sequence

from rich.markup import escape

from data_pipeline.errors import KbgateError
from data_pipeline.ports import ArticleCard, ChunkIndex
from data_pipeline.settings import Settings, load_settings
from data_pipeline.wiring import open_index
from scripts.terminal import (
    DONE,
    SOME_FAILED,
    UNUSABLE,
    add_namespace,
    complain,
    confirmed,
    counted,
    note,
    notes,
    quiet_when_unread,
    results,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Delete the article; 0 when it is gone, 1 when there is none, 2 when nothing was done."""
    try:
        settings = load_settings()
        arguments = _parser(settings).parse_args(argv)
        return asyncio.run(_delete(settings, arguments))
    except KbgateError as error:
        return complain(error)


async def _delete(settings: Settings, arguments: argparse.Namespace) -> int:
    async with open_index(settings) as index:
        articles = (await index.catalogue(arguments.namespace)).articles
        card = articles.get(arguments.article_id)
        if card is None:
            note(notes(), "error", "bold red", _unknown(arguments.article_id, list(articles)))
            return SOME_FAILED
        if not (arguments.yes or _confirmed(card, arguments.namespace)):
            note(notes(), "stopped", "yellow", "nothing was deleted; --yes deletes without asking")
            return UNUSABLE
        return await _remove(index, arguments.namespace, card)


async def _remove(index: ChunkIndex, namespace: str, card: ArticleCard) -> int:
    gone = await index.delete_article(namespace, card.article_id)
    text = f"{card.title} ({card.article_id}), {counted(gone, 'chunk')}, from namespace {namespace}"
    note(results(), "deleted", "green", text)
    return DONE


def _confirmed(card: ArticleCard, namespace: str) -> bool:
    if not sys.stdin.isatty():
        return False
    question = (
        f"Delete [bold]{escape(card.title)}[/] ({escape(card.article_id)}, "
        f"{counted(card.chunks, 'chunk')}) from namespace {escape(namespace)}?"
    )
    return confirmed(question)


def _unknown(article_id: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(article_id, known, n=3)
    hint = f"did you mean {', '.join(close)}?" if close else "see python -m scripts.list_chunks"
    return f"There is no article {article_id}: {hint}"


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.delete_article",
        description="Remove one article, all its chunks at once. Its source file stays as it is.",
    )
    parser.add_argument("article_id", metavar="ID", help="as list_chunks shows it")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_namespace(parser, settings)
    return parser


if __name__ == "__main__":
    sys.exit(quiet_when_unread(main))
