"""Compare the store with the sources, chunk by chunk: python -m scripts.verify_articles PATH..."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_pipeline.errors import KbgateError
from data_pipeline.ingest.folder import FolderReading, read_folder
from data_pipeline.ingest.verification import Verification, verify
from data_pipeline.settings import Settings, load_settings
from data_pipeline.wiring import open_embedder, open_index
from scripts.load_summary import failures_as_json, show_notes, show_nothing_read, show_others
from scripts.terminal import (
    DONE,
    SOME_FAILED,
    UNUSABLE,
    add_namespace,
    complain,
    counted,
    notes,
    per_file,
    print_json,
    progress_bar,
    quiet_when_unread,
    results,
)

_SHOWN_CHUNKS = 4


def main(argv: Sequence[str] | None = None) -> int:
    """0 when the store is what the sources say, 1 when it differs or a file failed, 2 otherwise."""
    try:
        settings = load_settings()
        arguments = _parser(settings).parse_args(argv)
        with progress_bar(shown=not arguments.json) as bar:
            reading = read_folder(arguments.paths, settings.scope_keys, per_file(bar("Reading")))
        found = asyncio.run(_verify(settings, arguments.namespace, reading))
    except KbgateError as error:
        return complain(error)
    if arguments.json:
        print_json({**msgspec.to_builtins(found), "failed": failures_as_json(reading)})
    else:
        show_notes(reading, notes())
        if not reading.articles:
            show_nothing_read(notes())
        show(found, arguments.namespace, results())
    return _exit_code(reading, found)


async def _verify(settings: Settings, namespace: str, reading: FolderReading) -> Verification:
    async with open_index(settings) as index, open_embedder(settings) as embedder:
        identity = embedder.identity if embedder else ""
        return await verify(index, namespace, reading.articles, identity)


def _exit_code(reading: FolderReading, found: Verification) -> int:
    if not reading.articles:
        return UNUSABLE
    return SOME_FAILED if reading.failures or found.differences else DONE


def show(found: Verification, namespace: str, console: Console) -> None:
    """What differs, a line per article, and a sentence on the whole."""
    if found.differences:
        console.print(_table(found))
    show_others(found.not_in_sources, namespace, notes())
    articles, chunks = counted(found.articles, "article"), counted(found.chunks, "chunk")
    if found.differences:
        part = f"{len(found.differences):,} of {articles}"
        console.print(f"[red]Different[/]: {part}. Load them again with process_articles.")
    elif found.articles:
        same = f"{chunks} of {articles} in namespace {escape(namespace)}"
        console.print(f"[green]The same[/]: {same}.")


def _table(found: Verification) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for name in ("article", "missing", "stale", "differing", "without vector", "chunks"):
        table.add_column(name, justify="left" if name in {"article", "chunks"} else "right")
    for one in found.differences:
        kinds = (one.missing, one.stale, one.differing, one.without_vector)
        counts = [str(len(ids) or "-") for ids in kinds]
        ids = [chunk_id for found_ids in kinds for chunk_id in found_ids]
        shown = ", ".join(i.removeprefix(one.article_id) for i in ids[:_SHOWN_CHUNKS])
        table.add_row(
            escape(one.article_id), *counts, escape(shown + ", ..." * (len(ids) > _SHOWN_CHUNKS))
        )
    return table


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.verify_articles",
        description="Compare the store with the source files, chunk by chunk. Changes nothing.",
        epilog="Exit code: 0 the same, 1 something differs or failed, 2 nothing could be compared.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object, nothing else")
    add_namespace(parser, settings)
    return parser


if __name__ == "__main__":
    sys.exit(quiet_when_unread(main))
