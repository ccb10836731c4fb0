"""How the scripts talk to people: results on standard output, everything else on standard error."""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.prompt import Confirm
from rich.table import Table

from data_pipeline.articles import Tier
from data_pipeline.logs import configure_logs
from data_pipeline.settings import Settings

DONE, SOME_FAILED, UNUSABLE, INTERRUPTED, UNREAD = 0, 1, 2, 130, 141
"""Exit codes: all fine; some files failed or something differs; wrong usage or nothing to do; and
what shells expect after Ctrl-C and when nobody reads the output any more."""

TIER_COLOURS: Final[Mapping[Tier, str]] = MappingProxyType(
    {Tier.CRITICAL: "red", Tier.HIGH: "yellow", Tier.MEDIUM: "cyan", Tier.LOW: "bright_black"}
)
_PIPED_WIDTH: Final = 120
_LABEL_WIDTH: Final = 7

Advance = Callable[[int, int], None]
"""Called with how many are done and how many there are."""


def results() -> Console:
    """Where tables go."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _PIPED_WIDTH)


def notes() -> Console:
    """Where warnings, failures and progress go."""
    return Console(highlight=False, stderr=True)


def note(console: Console, label: str, colour: str, text: str) -> None:
    """A coloured word and a text: indented on a terminal, one line per note elsewhere."""
    if not console.is_terminal:
        console.print(f"{label} {escape(text)}", soft_wrap=True)
        return
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style=colour, width=_LABEL_WIDTH)
    grid.add_column()
    grid.add_row(label, escape(text))
    console.print(grid)


def complain(error: Exception | str) -> int:
    """Print what went wrong and what to do next; the exit code."""
    note(notes(), "error", "bold red", str(error))
    return UNUSABLE


def print_json(value: Any) -> None:
    """One JSON document on standard output; what UTF-8 cannot hold stands escaped."""
    text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.flush()


def quiet_when_unread(main: Callable[[], int]) -> int:
    """Run a script's `main`; its exit code, and what shells expect when it was cut short.

    That is when its reader went away, at Ctrl-C, and when the disk that its output goes to is full.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    configure_logs("warning", getattr(sys.stderr, "buffer", None))
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        return UNREAD
    except KeyboardInterrupt:
        note(notes(), "stopped", "yellow", "run this again for the whole of it")
        return INTERRUPTED
    except OSError as error:
        _drop_output()
        return complain(f"The system refuses: {error.strerror}. Mend that and run this again.")
    return code


def _drop_output() -> None:
    """Python flushes once more at exit, which must not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def confirmed(question: str) -> bool:
    """Whether a person on the terminal says yes; Ctrl-D is a no.

    Raises `KeyboardInterrupt` at Ctrl-C, which an event loop would keep for later.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return Confirm.ask(question, console=notes(), default=False)
    except EOFError:
        return False
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress_bar(*, shown: bool = True) -> Iterator[Callable[[str], Advance]]:
    """Bars on a terminal, nothing elsewhere: call with a label for a function of (done, all)."""
    console = notes()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
    )
    disabled = not (shown and console.is_terminal)
    with Progress(*columns, console=console, transient=True, disable=disabled) as bars:

        def start(label: str) -> Advance:
            for earlier in bars.tasks:
                bars.update(earlier.id, completed=earlier.total)
            task = bars.add_task(label, total=None)
            return lambda done, total: bars.update(task, completed=done, total=total)

        yield start


def per_file(advance: Advance) -> Callable[[int, int, str], None]:
    """`advance` as the reader of a folder calls it, which adds the file's name."""
    return lambda done, total, _source: advance(done, total)


def add_namespace(parser: argparse.ArgumentParser, settings: Settings) -> None:
    """The option that every script on the store has."""
    parser.add_argument(
        "--namespace", default=settings.namespace, help="default: KB_NAMESPACE (%(default)s)"
    )


def counted(number: int, noun: str) -> str:
    """`1 chunk`, `2 chunks`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
