"""Load articles into the knowledge base: python -m scripts.process_articles PATH...

A repeated load writes, and with an embedder embeds, only what changed. Exit code: 0 all fine, 1
some files or articles failed, 2 wrong usage or nothing readable.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from data_pipeline.errors import KbgateError
from data_pipeline.ingest.folder import FolderReading, read_folder
from data_pipeline.ingest.load_report import LoadReport
from data_pipeline.ingest.sync import load, prepare
from data_pipeline.settings import Settings, load_settings
from data_pipeline.wiring import open_embedder, open_index, prices_of
from scripts.load_summary import (
    Load,
    as_json,
    show_notes,
    show_nothing_read,
    show_others,
    show_report_notes,
    show_summary,
)
from scripts.terminal import (
    INTERRUPTED,
    Advance,
    add_namespace,
    complain,
    note,
    notes,
    per_file,
    print_json,
    progress_bar,
    quiet_when_unread,
    results,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Load the articles and report; the exit code."""
    try:
        settings = load_settings()
        arguments = _parser(settings).parse_args(argv)
        done = load_paths(
            settings,
            arguments.paths,
            namespace=arguments.namespace,
            dry_run=arguments.dry_run,
            quiet=arguments.json,
        )
    except KbgateError as error:
        return complain(error)
    except KeyboardInterrupt:
        note(notes(), "stopped", "yellow", "every article is whole; run this again to go on")
        return INTERRUPTED
    if arguments.json:
        print_json(as_json(done))
        return done.exit_code
    show_notes(done.reading, notes())
    show_report_notes(done.report, notes())
    if done.reading.articles:
        show_summary(done, results())
        if any(path.is_dir() for path in arguments.paths):
            show_others(done.report.not_in_sources, done.namespace, notes())
    else:
        show_nothing_read(notes())
    return done.exit_code


def load_paths(
    settings: Settings,
    paths: Sequence[Path],
    *,
    namespace: str,
    dry_run: bool = False,
    quiet: bool = False,
) -> Load:
    """Read everything below `paths` and store it.

    Raises `IndexUnavailableError`, `EmbedderUnavailableError` and `SettingsError`.
    """
    prices, started = prices_of(settings), time.monotonic()
    with progress_bar(shown=not quiet) as bar:
        reading = read_folder(paths, settings.scope_keys, per_file(bar("Reading")))
        report = LoadReport()
        if reading.articles:
            store = _compare if dry_run else _store
            report = asyncio.run(store(settings, namespace, reading, bar("Storing")))
    return Load(namespace, reading, report, time.monotonic() - started, dry_run, prices)


async def _store(
    settings: Settings, namespace: str, reading: FolderReading, advance: Advance
) -> LoadReport:
    async with open_index(settings) as index, open_embedder(settings) as embedder:
        keys = reading.scope_keys
        return await load(index, namespace, reading.articles, keys, advance, embedder)


async def _compare(
    settings: Settings, namespace: str, reading: FolderReading, _advance: Advance
) -> LoadReport:
    async with open_index(settings) as index, open_embedder(settings) as embedder:
        return (await prepare(index, namespace, reading.articles, embedder)).report


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.process_articles",
        description="Load articles into the knowledge base; only what changed is written.",
        epilog="Exit code: 0 all fine, 1 some failed, 2 wrong usage or nothing readable.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
    parser.add_argument(
        "--dry-run", action="store_true", help="read and compare, but write nothing"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, nothing else")
    add_namespace(parser, settings)
    return parser


if __name__ == "__main__":
    sys.exit(quiet_when_unread(main))
