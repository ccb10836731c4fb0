"""How often the extractive reply cites the right article and quotes the right passage.

`python -m benchmarks.extractive [SET...]` asks the questions of each labelled set,
whatever their confidence, and prints a row per set and kind of question. Spanish questions are
asked without accents, too, as many type them.
"""

from __future__ import annotations

import asyncio
import sys
import unicodedata
from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.engine_runs import Run, ask_all, golds_of, loaded_index
from benchmarks.public_sets import Case, LabelledSet, load_set
from data_pipeline.evaluation import metrics

SETS = ("doc2dial_dev", "emanual", "ray_docs", "clapnq_dev", "xquad_es")
_WIDTH = 110


def ndcg(run: Run) -> float:
    """NDCG at 10 of one question."""
    ranks = [place for place, article in enumerate(run.ranked, 1) if article in run.gold]
    return metrics.ndcg(ranks, len(run.gold))


def _mean(values: Sequence[float]) -> float:
    return metrics.mean(values) or 0.0


async def measure(labelled: LabelledSet) -> dict[str, list[Run]]:
    """Runs by kind of question: first turns, and later ones where the set has them."""
    golds = golds_of(labelled)
    async with loaded_index(labelled.chunks) as index:
        runs = await ask_all(index, labelled.cases, golds, removed=False)
        plain = [_without_accents(case) for case in labelled.cases]
        unaccented = await ask_all(index, plain, golds, removed=False) if _accented(plain) else []
    answerable = [run for run in runs if run.gold]
    return {
        labelled.name: [run for run in answerable if run.case.kind != "later_turn"],
        f"{labelled.name}, later turns": [r for r in answerable if r.case.kind == "later_turn"],
        f"{labelled.name}, no accents": [run for run in unaccented if run.gold],
    }


def _accented(cases: Sequence[Case]) -> bool:
    """Whether the questions are in a language that is often typed without its accents."""
    return any(case.lang == "es" for case in cases)


def _without_accents(case: Case) -> Case:
    letters = unicodedata.normalize("NFD", case.text)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return msgspec.structs.replace(case, text=plain)


def main(names: Sequence[str]) -> int:
    """Print the table; 0 also where no set is there."""
    table = Table(
        "set", "questions", "nDCG@10", "R@5", "cites gold article", "quote overlaps passage"
    )
    for name in names or SETS:
        labelled = load_set(name)
        if labelled is None:
            continue
        for kind, runs in asyncio.run(measure(labelled)).items():
            if runs:
                table.add_row(kind, str(len(runs)), *_figures(runs))
    Console(width=_WIDTH).print(table)
    return 0


def _figures(runs: Sequence[Run]) -> list[str]:
    passages = [run for run in runs if run.case.passage]
    return [
        f"{_mean([ndcg(r) for r in runs]):.3f}",
        f"{_mean([bool(r.gold.intersection(r.ranked[:5])) for r in runs]):.3f}",
        f"{_mean([r.right_article and bool(r.quotes) for r in runs]):.3f}",
        f"{_mean([r.right_quote for r in passages]):.3f}" if passages else "no passages",
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
