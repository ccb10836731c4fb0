"""Say what is wrong with a knowledge base before customers do: python -m scripts.lint_kb PATH...

Nothing is stored and no model is asked: the articles are read into an index that is thrown away.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from data_pipeline.engine.assessment import Engine
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.errors import ArticleSourceError, KbgateError
from data_pipeline.evaluation.lint.asking import Asked, ask_all
from data_pipeline.evaluation.lint.gaps import Gap, gaps_in
from data_pipeline.evaluation.lint.reading import LintReport, lint
from data_pipeline.evaluation.lint.tickets import read_tickets
from data_pipeline.ingest.folder import FolderReading, read_folder
from data_pipeline.ingest.sync import load
from data_pipeline.settings import Settings, load_settings
from data_pipeline.wiring import open_index
from scripts.lint_tables import as_json, show
from scripts.load_summary import show_notes
from scripts.terminal import (
    DONE,
    SOME_FAILED,
    UNUSABLE,
    Advance,
    complain,
    counted,
    note,
    notes,
    per_file,
    print_json,
    progress_bar,
    quiet_when_unread,
    results,
)

_NAMESPACE = "lint"


def main(argv: Sequence[str] | None = None) -> int:
    """0 when all could be read, 1 with --strict for anything serious, 2 when nothing could be."""
    try:
        settings = load_settings()
        arguments = _parser().parse_args(argv)
        gaps = _gaps(arguments.gaps) if arguments.gaps else []
        with progress_bar(shown=not arguments.json) as bar:
            reading = read_folder(arguments.paths, settings.scope_keys, per_file(bar("Reading")))
            asked = asyncio.run(_ask(settings, reading, bar("Asking")))
        report = lint(reading.articles, asked, gaps)
    except KbgateError as error:
        return complain(error)
    if arguments.json:
        print_json(as_json(report, reading))
    else:
        show_notes(reading, notes())
        show(report, results(), every=arguments.all)
    return _exit_code(reading, report, strict=arguments.strict)


async def _ask(settings: Settings, reading: FolderReading, advance: Advance) -> list[Asked]:
    """The articles' own questions, asked of an embedded index that lives as long as this call."""
    if not reading.articles:
        return []
    with TemporaryDirectory(prefix="kbgate-lint-") as folder:
        elsewhere = msgspec.structs.replace(settings, store="embedded", var=Path(folder))
        async with open_index(elsewhere) as index:
            await load(index, _NAMESPACE, reading.articles, reading.scope_keys)
            engine = Engine(
                index=index,
                coefficients=shipped_coefficients(),
                scope_keys=reading.scope_keys,
                allowed_error=settings.allowed_error,
            )
            return await ask_all(engine, _NAMESPACE, reading.articles, advance)


def _gaps(path: Path) -> list[Gap]:
    """Raises `ArticleSourceError` where the file cannot be read or holds no ticket."""
    try:
        tickets = read_tickets(path.read_bytes())
    except OSError as error:
        raise ArticleSourceError(str(path), f"cannot be read ({error.strerror})") from None
    if not tickets.texts:
        cause = "no line holds a ticket: give one request or text per line"
        raise ArticleSourceError(str(path), cause)
    if tickets.unreadable:
        lines = ", ".join(map(str, tickets.unreadable[:10]))
        left = f"{counted(len(tickets.unreadable), 'line')} of {path} without a ticket: {lines}"
        note(notes(), "left out", "yellow", left)
    return gaps_in(tickets.texts)


def _exit_code(reading: FolderReading, report: LintReport, *, strict: bool) -> int:
    if not reading.articles:
        return UNUSABLE
    return SOME_FAILED if strict and (report.serious or reading.failures) else DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.lint_kb",
        description="Find contradictions, questions that their article does not answer, missing "
        "wording, dead links and sections that are too long. Changes nothing.",
        epilog="Exit code: 0 done, 1 something serious was found (with --strict), 2 nothing could "
        "be read. Give the whole knowledge base: a part of it has links to the rest.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object, nothing else")
    parser.add_argument(
        "--gaps",
        type=Path,
        metavar="FILE",
        help="escalated tickets, one request or text per line: what they ask about, in groups",
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 for serious findings")
    parser.add_argument("--all", action="store_true", help="show every finding, not the first few")
    return parser


if __name__ == "__main__":
    sys.exit(quiet_when_unread(main))
