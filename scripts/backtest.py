"""What would have become of past tickets: python -m scripts.backtest TICKETS, then mark the sheet.

Marks become labels: python -m scripts.backtest --marks review.csv.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from data_pipeline.errors import KbgateError
from data_pipeline.evaluation.backtest.columns import NAMES, chosen_columns
from data_pipeline.evaluation.backtest.deciding import Decided, decide_all
from data_pipeline.evaluation.backtest.private_files import private_folder
from data_pipeline.evaluation.backtest.reading import read_past_tickets
from data_pipeline.evaluation.backtest.rows import Backtest
from data_pipeline.evaluation.backtest.stored import FILE, write_backtest
from data_pipeline.services import Call
from data_pipeline.settings import Settings, load_settings
from data_pipeline.wiring import open_services
from scripts.backtest_labels import make_labels
from scripts.backtest_summary import show, warn_left_out
from scripts.terminal import (
    DONE,
    SOME_FAILED,
    Advance,
    add_namespace,
    complain,
    note,
    notes,
    progress_bar,
    quiet_when_unread,
    results,
)

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}


def main(argv: Sequence[str] | None = None) -> int:
    """0 when all was used, 1 when tickets or marks were left out, 2 when nothing could be done."""
    try:
        settings = load_settings()
        arguments = _parser(settings).parse_args(argv)
        return (_label if arguments.marks else _backtest)(settings, arguments)
    except KbgateError as error:
        return complain(error)


def _label(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.tickets is not None:
        raise KbgateError("Give either tickets or --marks: a sheet is marked before it is read.")
    source = arguments.source or settings.var / "backtest" / FILE
    wanted = arguments.out or source.parent / "labels.jsonl"
    return make_labels(source, arguments.marks, wanted)


def _backtest(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.tickets is None:
        raise KbgateError("Name a file with past tickets, or --marks with a marked sheet.")
    if arguments.allowed_error is not None:
        settings = msgspec.structs.replace(settings, allowed_error=arguments.allowed_error)
    chosen = chosen_columns(arguments.column)
    with progress_bar() as bar:
        total = sum(1 for _ in read_past_tickets(arguments.tickets, chosen))
        decided = asyncio.run(_decide(settings, arguments, total, bar("Deciding")))
    if not decided.rows:
        warn_left_out(decided.left_out)
        raise KbgateError(f"{arguments.tickets} holds no ticket that can be decided.")
    folder = private_folder(arguments.out or settings.var / "backtest")
    backtest = _as_backtest(arguments, decided)
    files = write_backtest(backtest, folder, _DELIMITERS[arguments.delimiter])
    warn_left_out(decided.left_out)
    show(backtest, files, results())
    return SOME_FAILED if decided.left_out else DONE


async def _decide(
    settings: Settings, arguments: argparse.Namespace, total: int, advance: Advance
) -> Decided:
    call = Call(request_id="backtest", tenant="local", namespace=arguments.namespace)
    tickets = read_past_tickets(arguments.tickets, chosen_columns(arguments.column))
    async with open_services(settings) as services:
        if not (await services.index.catalogue(arguments.namespace)).articles:
            text = f"namespace {arguments.namespace} holds no article, so nothing can be answered"
            note(notes(), "warning", "yellow", text)
        return await decide_all(
            lambda request: services.ticket_reply(call, request),
            tickets,
            mode=arguments.mode,
            progress=lambda done: advance(done, total),
        )


def _as_backtest(arguments: argparse.Namespace, decided: Decided) -> Backtest:
    return Backtest(
        made_at=datetime.now(tz=UTC).isoformat(timespec="seconds"),
        namespace=arguments.namespace,
        mode=arguments.mode,
        allowed_error=decided.allowed_error,
        cut=decided.cut,
        calibration=decided.calibration,
        rows=decided.rows,
        left_out=len(decided.left_out),
    )


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number between 0 and 1")
    return share


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.backtest",
        description="Decide past tickets as the service would now and write a sheet to mark what "
        "is right; then make labels of the marks. Nothing is sent to anybody.",
        epilog="Exit code: 0 done, 1 some tickets or marks were left out, 2 nothing could be done. "
        "The files hold customers' words: only their owner may read them.",
    )
    add = parser.add_argument
    add("tickets", nargs="?", type=Path, metavar="TICKETS", help="JSONL, JSON array or CSV")
    add_namespace(parser, settings)
    add(
        "--allowed-error", type=_share, help="share of answers that may be wrong (KB_ALLOWED_ERROR)"
    )
    add(
        "--mode",
        choices=("extractive", "auto", "model"),
        default="extractive",
        help="who writes; auto and model ask the answer model, which costs (%(default)s)",
    )
    add(
        "--column",
        action="append",
        default=[],
        metavar="PART=NAME",
        help=f"which column holds what; parts: {', '.join(NAMES)}, scope.KEY, collected_data.KEY",
    )
    add(
        "--delimiter",
        choices=tuple(_DELIMITERS),
        default="comma",
        help="of review.csv; semicolon where Excel shows all in one column (%(default)s)",
    )
    add("--marks", action="append", default=[], type=Path, metavar="CSV", help="marked sheets")
    add(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help="backtest.json that the marks belong to (default: the one in KB_VAR)",
    )
    add(
        "--out",
        type=Path,
        metavar="PATH",
        help="folder of the sheets (default: backtest in KB_VAR); with --marks the file of labels",
    )
    return parser


if __name__ == "__main__":
    sys.exit(quiet_when_unread(main))
