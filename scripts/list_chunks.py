"""Show what is stored: python -m scripts.list_chunks [--article ID] [--flagged]."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_pipeline.articles import Chunk, Tier
from data_pipeline.errors import KbgateError
from data_pipeline.language import estimate_tokens
from data_pipeline.settings import Settings, load_settings
from data_pipeline.wiring import open_index
from scripts.terminal import (
    DONE,
    SOME_FAILED,
    TIER_COLOURS,
    add_namespace,
    complain,
    counted,
    note,
    notes,
    quiet_when_unread,
    results,
)


def main(argv: Sequence[str] | None = None) -> int:
    """List the chunks; 0 when there are any, 1 when there are none, 2 when it cannot be done."""
    try:
        settings = load_settings()
        arguments = _parser(settings).parse_args(argv)
        chunks = asyncio.run(_chunks(settings, arguments.namespace, arguments.article))
    except KbgateError as error:
        return complain(error)
    chosen = [
        chunk
        for chunk in chunks
        if arguments.tier in {None, chunk.tier} and chunk.flagged >= arguments.flagged
    ]
    if arguments.json:
        sys.stdout.writelines(msgspec.json.encode(chunk).decode() + "\n" for chunk in chosen)
    elif chosen:
        show(chosen, results())
    else:
        note(notes(), "empty", "yellow", f"namespace {arguments.namespace} holds no such chunk")
    return DONE if chosen else SOME_FAILED


async def _chunks(settings: Settings, namespace: str, article_id: str | None) -> list[Chunk]:
    async with open_index(settings) as index:
        return [chunk async for chunk in index.list_chunks(namespace, article_id=article_id)]


def show(chunks: Sequence[Chunk], console: Console) -> None:
    """A line per chunk, grouped by article."""
    for article_id, group in groupby(chunks, key=lambda chunk: chunk.article_id):
        console.print(_article(article_id, list(group)))
    articles = len({chunk.article_id for chunk in chunks})
    agents = sum(chunk.agent_only for chunk in chunks)
    told = f"{counted(len(chunks), 'chunk')} in {counted(articles, 'article')}"
    console.print(f"{told}, [magenta]{agents:,} for agents only[/]" if agents else told)


def _article(article_id: str, chunks: Sequence[Chunk]) -> Table:
    first = chunks[0]
    facts = [first.language, *_scope(first), *([first.topic] if first.topic else [])]
    title = (
        f"[bold]{escape(first.title)}[/]  {escape(article_id)}  [dim]{escape(' · '.join(facts))}[/]"
    )
    table = Table(
        title=title, title_justify="left", title_style="", box=box.SIMPLE, show_header=False
    )
    table.add_column(width=8)
    table.add_column(width=14, style="dim")
    table.add_column(justify="right", width=4)
    table.add_column(ratio=2, no_wrap=True)
    table.add_column(ratio=3, no_wrap=True, style="dim")
    table.expand = True
    for chunk in chunks:
        table.add_row(*_cells(chunk))
    return table


def _cells(chunk: Chunk) -> Iterable[str]:
    name = chunk.chunk_id.removeprefix(chunk.article_id)
    yield f"[{TIER_COLOURS[chunk.tier]}]{chunk.tier.value}[/]"
    yield chunk.kind.value
    yield str(estimate_tokens(chunk.text))
    shown = f"[magenta]{escape(name)}[/]" if chunk.agent_only else escape(name)
    yield f"[bold red]flagged[/] {shown}" if chunk.flagged else shown
    yield escape(" ".join(chunk.body.split())[:200])


def _scope(chunk: Chunk) -> list[str]:
    return [f"{key} {' or '.join(values)}" for key, values in chunk.scope.items()]


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.list_chunks",
        description="Show the stored chunks: tier, kind, tokens, id and how the text begins.",
    )
    parser.add_argument("--article", metavar="ID", help="only this article's")
    parser.add_argument("--tier", type=Tier, choices=list(Tier), help="only this tier's")
    parser.add_argument(
        "--flagged", action="store_true", help="only what reads like instructions to a model"
    )
    parser.add_argument(
        "--json", action="store_true", help="whole chunks, one JSON object per line"
    )
    add_namespace(parser, settings)
    return parser


if __name__ == "__main__":
    sys.exit(quiet_when_unread(main))
