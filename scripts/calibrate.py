"""Find out how sure a reply must be on your own articles: python -m scripts.calibrate."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from data_pipeline.adapters.calibration_files import (
    calibration_path,
    make_place,
    write_calibration,
)
from data_pipeline.errors import KbgateError
from data_pipeline.evaluation.calibration.marked import Labelled, read_marked
from data_pipeline.evaluation.calibration.measure import (
    MOST_QUESTIONS,
    Asking,
    Library,
    Outcome,
    measure,
)
from data_pipeline.evaluation.calibration.stored import by_article, stored_articles
from data_pipeline.evaluation.calibration.terms import EVEN, Terms
from data_pipeline.evaluation.sets import read_cases
from data_pipeline.evaluation.tickets import read_labelled
from data_pipeline.settings import Settings, load_settings
from data_pipeline.wiring import build_engine, calibration_folder, open_index
from data_pipeline.wiring.upstreams import open_upstreams
from scripts.calibrate_summary import as_json, show
from scripts.evaluate_sets import loaded_engine
from scripts.terminal import (
    DONE,
    SOME_FAILED,
    Advance,
    add_namespace,
    complain,
    print_json,
    progress_bar,
    quiet_when_unread,
    results,
)

_LARGEST_MIX = 1_000.0
_MOST = 1_000_000


def main(argv: Sequence[str] | None = None) -> int:
    """0 when the promise can be kept, 1 when it is refused, 2 when nothing could be done."""
    try:
        settings = load_settings()
        arguments = _parser(settings).parse_args(argv)
        asking, terms = _asking(arguments), _terms(arguments)
        target = _target(settings, arguments)
        if target:
            make_place(target)
        with progress_bar(shown=not arguments.json) as bar:
            outcome = asyncio.run(_measure(settings, arguments, asking, terms, bar))
        if target:
            write_calibration(target, outcome.calibrated.coefficients)
    except KbgateError as error:
        return complain(error)
    if arguments.json:
        print_json(as_json(outcome, target))
    else:
        show(outcome, target, results())
    return DONE if outcome.calibrated.promised else SOME_FAILED


async def _measure(
    settings: Settings,
    arguments: argparse.Namespace,
    asking: Asking,
    terms: Terms,
    bar: Callable[[str], Advance],
) -> Outcome:
    opened = (
        _of_set(settings, arguments.set, bar)
        if arguments.set
        else _of_namespace(settings, arguments.namespace, bar)
    )
    async with opened as library:
        return await measure(library, asking, terms, bar)


@asynccontextmanager
async def _of_namespace(
    settings: Settings, namespace: str, bar: Callable[[str], Advance]
) -> AsyncIterator[Library]:
    """What the store holds, with the models of the service."""
    bar("Loading")
    async with open_index(settings) as index, open_upstreams(settings) as upstreams:
        chunks = by_article([chunk async for chunk in index.list_chunks(namespace)])
        yield Library(
            engine=build_engine(settings, index, upstreams),
            namespace=namespace,
            chunks=chunks,
            articles=stored_articles(chunks),
        )


@asynccontextmanager
async def _of_set(
    settings: Settings, folder: Path, bar: Callable[[str], Advance]
) -> AsyncIterator[Library]:
    """The articles of a set, in a store that is thrown away."""
    labelled = read_labelled(folder)
    async with loaded_engine(settings, labelled, bar("Loading")) as (engine, namespace):
        yield Library(
            engine=engine,
            namespace=namespace,
            chunks=labelled.chunks,
            articles=labelled.articles,
        )


def _asking(arguments: argparse.Namespace) -> Asking:
    if arguments.foreign and arguments.no_own_questions:
        raise KbgateError(
            "Foreign questions are mixed with articles' own: leave --no-own-questions out, or "
            "--foreign."
        )
    return Asking(
        most=0 if arguments.no_own_questions else arguments.most,
        foreign=tuple(read_cases(arguments.foreign)) if arguments.foreign else (),
        labelled=read_marked(arguments.labels) if arguments.labels else Labelled(),
    )


def _terms(arguments: argparse.Namespace) -> Terms:
    return Terms(
        allowed_error=arguments.allowed_error,
        certainty=arguments.confidence,
        mix=arguments.mix,
        seed=arguments.seed,
    )


def _target(settings: Settings, arguments: argparse.Namespace) -> Path | None:
    """Where the calibration goes; the articles of a set are nobody's namespace."""
    if arguments.dry_run:
        return None
    if arguments.out:
        return Path(arguments.out)
    if arguments.set:
        return None
    return calibration_path(calibration_folder(settings), arguments.namespace)


def _mix(text: str) -> Mapping[str, float]:
    """`1:1:1` as parts of present, removed and foreign."""
    try:
        parts = [float(part) for part in text.split(":")]
    except ValueError:
        parts = []
    if len(parts) != len(EVEN) or not all(0 <= part <= _LARGEST_MIX for part in parts):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no mix: give three numbers from 0 on, as in 1:1:1"
        )
    if not parts[0]:
        raise argparse.ArgumentTypeError(
            "without questions that an article answers nothing is kept"
        )
    return dict(zip(EVEN, parts, strict=True))


def _between(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share between 0 and 1, as in 0.05")
    return share


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of questions, as in 1500")
    return int(text)


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.calibrate",
        description="Ask the articles' own questions with their article there and hidden, and "
        "labelled tickets, if any; find the cut above which at most the allowed share of answers "
        "is wrong; write it for the service, which uses it within seconds.",
        epilog="Exit code: 0 promised, 1 refused (every ticket then goes to a person), 2 nothing "
        "could be done.",
    )
    add = parser.add_argument
    add_namespace(parser, settings)
    add("--set", type=Path, metavar="FOLDER", help="articles of a labelled set instead")
    add(
        "--labels",
        type=Path,
        action="append",
        metavar="FILE",
        help="JSON lines: judged replies, tickets with what is expected, or questions with "
        "gold_article_ids; may be given several times",
    )
    add("--no-own-questions", action="store_true", help="go by labelled tickets alone")
    add("--most", type=_count, default=MOST_QUESTIONS, help="own questions (%(default)s)")
    add("--foreign", type=Path, metavar="FILE", help="questions that no article answers")
    add(
        "--allowed-error",
        type=_between,
        default=settings.allowed_error,
        help="share of answers that may be wrong (KB_ALLOWED_ERROR: %(default)s)",
    )
    add("--confidence", type=_between, default=0.95, help="how sure to be (%(default)s)")
    add(
        "--mix",
        type=_mix,
        default=EVEN,
        metavar="A:B:C",
        help="parts with their article there, with it missing, and foreign (1:1:1)",
    )
    add("--seed", type=int, default=7, help="of all that is drawn (%(default)s)")
    add("--out", type=Path, metavar="FILE", help="default: the namespace's file in KB_CALIBRATION")
    add("--dry-run", action="store_true", help="write nothing")
    add("--json", action="store_true", help="print one JSON object, nothing else")
    return parser


if __name__ == "__main__":
    sys.exit(quiet_when_unread(main))
