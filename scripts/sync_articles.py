"""Make the store follow folders: python -m scripts.sync_articles DIR... [--yes] [--wait].

Loads what changed, then removes stored articles that have vanished from the folders. Exit code: 0
all is as it should be, 1 something failed or was not removed, 2 wrong usage or nothing readable.
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
from data_pipeline.ingest.removals import Removals
from data_pipeline.ingest.sync import load, prepare
from data_pipeline.ingest.vanished import Folders, find_vanished, remove
from data_pipeline.ingest.visibility import wait_until_visible, wanted_hashes
from data_pipeline.ports import ChunkIndex, FailedArticle
from data_pipeline.settings import Settings, load_settings
from data_pipeline.wiring import open_embedder, open_index, prices_of
from scripts.load_summary import (
    Load,
    show_notes,
    show_nothing_read,
    show_report_notes,
    show_summary,
)
from scripts.sync_summary import DRY_RUN, PATIENCE_SECONDS, Removed, Synced, as_json, show
from scripts.terminal import (
    INTERRUPTED,
    Advance,
    add_namespace,
    complain,
    confirmed,
    counted,
    note,
    notes,
    per_file,
    print_json,
    progress_bar,
    quiet_when_unread,
    results,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Load, remove, report; the exit code."""
    try:
        settings = load_settings()
        arguments = _arguments(settings, argv)
        synced = asyncio.run(_sync(settings, arguments))
    except KbgateError as error:
        return complain(error)
    except KeyboardInterrupt:
        note(notes(), "stopped", "yellow", "every article is whole; run this again to go on")
        return INTERRUPTED
    if arguments.json:
        print_json(as_json(synced))
    else:
        show(synced)
    return synced.exit_code


async def _sync(settings: Settings, arguments: argparse.Namespace) -> Synced:
    prices, started = prices_of(settings), time.monotonic()
    async with open_index(settings) as index:
        with progress_bar(shown=not arguments.json) as bar:
            advance = per_file(bar("Reading"))
            reading = read_folder(arguments.folders, settings.scope_keys, advance)
            report = await _load(settings, index, arguments, reading, bar("Storing"))
        seconds = time.monotonic() - started
        done = Load(arguments.namespace, reading, report, seconds, arguments.dry_run, prices)
        if not arguments.json:
            _show_load(done)
        removal = await _removal(index, arguments, done)
        visible = await _wait(settings, index, done, removal) if arguments.wait else None
    return Synced(load=done, removal=removal, visible=visible)


async def _load(
    settings: Settings,
    index: ChunkIndex,
    arguments: argparse.Namespace,
    reading: FolderReading,
    advance: Advance,
) -> LoadReport:
    async with open_embedder(settings) as embedder:
        if arguments.dry_run or not reading.articles:
            return (await prepare(index, arguments.namespace, reading.articles, embedder)).report
        keys = reading.scope_keys
        return await load(index, arguments.namespace, reading.articles, keys, advance, embedder)


async def _removal(index: ChunkIndex, arguments: argparse.Namespace, done: Load) -> Removed:
    """Remove what has vanished, if it may and somebody says yes."""
    folders = Folders(
        paths=tuple(arguments.folders),
        articles=done.reading.articles,
        failures=done.reading.failures,
        mirror=arguments.mirror,
    )
    candidates = done.report.not_in_sources
    found = await find_vanished(
        index, done.namespace, folders, candidates, max_delete=arguments.max_delete
    )
    kept = {article_id: fate.value for article_id, fate in found.plan.kept.items()}
    reason = found.plan.refused or _objection(done, found.plan, arguments)
    if reason or not found.plan.remove:
        return Removed(kept=kept, not_removed=found.plan.remove, reason=reason)
    removed, failed = await remove(index, done.namespace, found.hashes)
    return _removed(removed, failed, kept)


def _removed(
    removed: Sequence[str], failed: Sequence[FailedArticle], kept: dict[str, str]
) -> Removed:
    return Removed(
        removed=tuple(removed),
        kept=kept,
        not_removed=tuple(one.article_id for one in failed),
        reason=failed[0].cause if failed else "",
    )


def _objection(done: Load, plan: Removals, arguments: argparse.Namespace) -> str:
    """Why the vanished articles stay although they may go; empty when they go."""
    if done.report.failed:
        return "not every article could be stored: run this again"
    if arguments.dry_run:
        return DRY_RUN
    if not plan.remove or arguments.yes:
        return ""
    if arguments.json or not sys.stdin.isatty():
        return "there is nobody to ask: --yes removes them without asking"
    return "" if _confirmed(plan.remove, done.namespace) else "you said no"


def _confirmed(article_ids: Sequence[str], namespace: str) -> bool:
    for article_id in article_ids:
        note(notes(), "vanished", "yellow", article_id)
    return confirmed(f"Remove {counted(len(article_ids), 'article')} from namespace {namespace}?")


async def _wait(settings: Settings, index: ChunkIndex, done: Load, removal: Removed) -> bool:
    changed = {article.article_id for article in done.report.changed}
    renamed = [article.renamed_from for article in done.report.changed if article.renamed_from]
    articles = [one for one in done.reading.articles if one.article_id in changed]
    return done.dry_run or await wait_until_visible(
        index,
        done.namespace,
        wanted_hashes(articles, (*renamed, *removal.removed)),
        patience=PATIENCE_SECONDS,
        refresh_seconds=settings.refresh_seconds,
    )


def _show_load(done: Load) -> None:
    show_notes(done.reading, notes())
    show_report_notes(done.report, notes())
    if done.reading.articles:
        show_summary(done, results())
    else:
        show_nothing_read(notes())


def _arguments(settings: Settings, argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.sync_articles",
        description="Load what changed in the folders, then remove stored articles whose files "
        "have vanished from them. What could not be read, or came from elsewhere, stays.",
        epilog="Exit code: 0 all fine, 1 something failed or was not removed, 2 wrong usage or "
        "nothing readable.",
    )
    parser.add_argument("folders", nargs="+", type=_folder, metavar="DIR", help="folder")
    parser.add_argument("--yes", action="store_true", help="remove without asking")
    parser.add_argument(
        "--max-delete",
        type=_count,
        metavar="N",
        help="most articles that may go (default: a tenth of those stored, at least 1); with it a "
        "folder may be empty",
    )
    parser.add_argument(
        "--mirror",
        action="store_true",
        help="the folders hold the whole namespace: what came from elsewhere goes too",
    )
    parser.add_argument("--dry-run", action="store_true", help="compare, but change nothing")
    parser.add_argument(
        "--wait", action="store_true", help="return when every reader sees the change"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, nothing else")
    add_namespace(parser, settings)
    return parser.parse_args(argv)


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return path


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("expected a whole number, 0 or more")
    return int(text)


if __name__ == "__main__":
    sys.exit(quiet_when_unread(main))
