"""How good the replies are on labelled tickets: python -m scripts.evaluate --set FOLDER."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from data_pipeline.adapters.calibration_files import read_calibration
from data_pipeline.engine.confidence import shipped_coefficients, threshold
from data_pipeline.errors import KbgateError
from data_pipeline.evaluation.calibration.terms import Terms
from data_pipeline.evaluation.comparison import changes_since
from data_pipeline.evaluation.gate import Wanted, read_gate, shortfalls, unknown
from data_pipeline.evaluation.results import Evaluation, figures_alone, read_evaluation
from data_pipeline.evaluation.sets import LabelledSet, by_turn, read_cases, read_removal
from data_pipeline.evaluation.tickets import read_labelled
from data_pipeline.settings import Settings, load_settings
from scripts.evaluate_sets import Conditions, score
from scripts.evaluate_summary import make_folder, show, write_files
from scripts.terminal import (
    DONE,
    SOME_FAILED,
    Advance,
    complain,
    note,
    notes,
    print_json,
    progress_bar,
    quiet_when_unread,
    results,
)

_MOST = 100_000


def main(argv: Sequence[str] | None = None) -> int:
    """0 when all was measured, 1 when a figure misses the gate, 2 when nothing could be done."""
    arguments = _parser().parse_args(argv)
    try:
        settings = load_settings()
        folder = make_folder(arguments.out or settings.var / "evaluation")
        wanted = read_gate(arguments.gate) if arguments.gate else {}
        before = read_evaluation(arguments.compare) if arguments.compare else None
        with progress_bar() as bar:
            evaluation = asyncio.run(_evaluate(settings, arguments, bar))
        changes = changes_since(before, evaluation) if before else {}
        files = write_files(evaluation, changes, folder)
        missed = _missed(wanted, evaluation)
    except KbgateError as error:
        return complain(error)
    _warn(evaluation)
    if arguments.json:
        print_json(figures_alone(evaluation))
    else:
        show(evaluation, changes, files, results())
    for text in missed:
        note(notes(), "gate", "bold red", text)
    return SOME_FAILED if missed else DONE


async def _evaluate(
    settings: Settings, arguments: argparse.Namespace, bar: Callable[[str], Advance]
) -> Evaluation:
    conditions = Conditions(
        foreign=tuple(read_cases(arguments.foreign)) if arguments.foreign else (),
        foreign_share=arguments.foreign_share,
        removed=read_removal(arguments.remove) if arguments.remove else None,
        mode=arguments.mode,
        seed=arguments.seed,
        resamples=arguments.resamples,
        coefficients=read_calibration(arguments.calibration) if arguments.calibration else None,
        calibrated_as=_terms(settings, arguments) if arguments.calibrate else None,
    )
    sets = _read_sets(arguments.sets, later_turns=arguments.later_turns)
    scored = {one.name: await score(settings, conditions, one, bar) for one in sets}
    coefficients = conditions.coefficients or shipped_coefficients()
    return Evaluation(
        made_at=datetime.now(tz=UTC).isoformat(timespec="seconds"),
        calibration=coefficients.source,
        allowed_error=settings.allowed_error,
        cut=threshold(coefficients, settings.allowed_error),
        mode=arguments.mode,
        seed=arguments.seed,
        resamples=arguments.resamples,
        sets=scored,
    )


def _terms(settings: Settings, arguments: argparse.Namespace) -> Terms:
    return Terms(allowed_error=settings.allowed_error, seed=arguments.seed)


def _read_sets(folders: Sequence[Path], *, later_turns: bool) -> list[LabelledSet]:
    sets = [part for folder in folders for part in _parts(folder, later_turns=later_turns)]
    twice = {name for name, times in Counter(one.name for one in sets).items() if times > 1}
    if twice:
        raise KbgateError(f"Two sets are called {', '.join(twice)}: rename one of the folders.")
    if not sets:
        raise KbgateError("There is no question to ask: fill questions.jsonl of a --set.")
    return sets


def _parts(folder: Path, *, later_turns: bool) -> list[LabelledSet]:
    first, later = by_turn(read_labelled(folder))
    if later.cases and not later_turns:
        text = f"{len(later.cases):,} later turns are left out; --later-turns asks them too."
        note(notes(), "note", "cyan", f"{first.name}: {text}")
    return [part for part in (first, *([later] if later_turns else [])) if part.cases]


def _missed(wanted: Wanted, evaluation: Evaluation) -> list[str]:
    """What falls short of the gate. Raises `KbgateError` where the gate names what is not there."""
    found = {name: one.figures for name, one in evaluation.sets.items()}
    misnamed = unknown(wanted, found)
    if misnamed:
        raise KbgateError(
            f"The gate names what was not measured: {', '.join(misnamed)}. "
            f"Sets of this run: {', '.join(found)}."
        )
    return [str(shortfall) for shortfall in shortfalls(wanted, found)]


def _warn(evaluation: Evaluation) -> None:
    for one in evaluation.sets.values():
        for warning in one.warnings:
            note(notes(), "warning", "yellow", warning)


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= _MOST:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 to {_MOST:,}")
    return share


def _count(text: str) -> int:
    return int(_share(text))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.evaluate",
        description="Ask labelled questions with their articles there, with these left out, and "
        "foreign ones, and count what was right. Embedder and reranker are those of the settings.",
        epilog="Exit code: 0 measured, 1 a figure misses the gate, 2 nothing could be measured.",
    )
    add = parser.add_argument
    add(
        "--set",
        dest="sets",
        action="append",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="holds articles.jsonl and questions.jsonl, plain or .gz, or kb/ and tickets.jsonl as "
        "in examples/; may be given several times",
    )
    add("--remove", type=Path, metavar="FILE", help="leave these articles out, all at once")
    add("--foreign", type=Path, metavar="FILE", help="questions that no article answers")
    add("--foreign-share", type=_share, default=1.0, help="of these, per answerable (%(default)s)")
    add("--later-turns", action="store_true", help="questions with a history too, as a set")
    add(
        "--mode",
        choices=("extractive", "auto", "model"),
        default="extractive",
        help="who writes; auto and model ask the answer model, which costs (%(default)s)",
    )
    decides = parser.add_mutually_exclusive_group()
    decides.add_argument(
        "--calibration", type=Path, metavar="FILE", help="decide by what scripts.calibrate wrote"
    )
    decides.add_argument(
        "--calibrate",
        action="store_true",
        help="calibrate on each set's articles alone first, and decide by that",
    )
    add("--gate", type=Path, metavar="FILE", help="exit 1 where a figure is worse than in here")
    add("--compare", type=Path, metavar="FILE", help="evaluation.json of an earlier run")
    add(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="for JSON and HTML (default: evaluation in KB_VAR)",
    )
    add("--json", action="store_true", help="print the figures alone, as one JSON object")
    add("--resamples", type=_count, default=300, help="for the intervals (%(default)s)")
    add("--seed", type=int, default=7, help="of all that is drawn (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(quiet_when_unread(main))
