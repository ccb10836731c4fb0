"""Whether questions find articles in another language: python -m benchmarks.cross_language.

Asks the Spanish questions of `es_support_dev` and `es_titles` of the English articles that they are
about: in English, as a yardstick; in Spanish, by words alone; in Spanish, translated as an answer
model would be asked to; and in the program's English, which is the most that its translation
allows. `--translator` is the program that stands in for a model: it reads a Spanish text and prints
an English one (apertium translates by rules and dictionaries, word by word). Prints how often the
right article is among the first.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import re
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Final

import msgspec
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.engine_runs import NAMESPACE, loaded_index, request_for
from benchmarks.public_sets import Case, sets_folder
from data_pipeline.articles import Chunk
from data_pipeline.engine.assessment import Engine, assess
from data_pipeline.engine.confidence import shipped_coefficients
from data_pipeline.errors import ModelUnavailableError
from data_pipeline.evaluation.runs import ranked_articles
from data_pipeline.evaluation.sets import read_rows
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.injection import article_chunks
from data_pipeline.ingest.readers.markdown import read_markdown
from data_pipeline.language import estimate_tokens
from data_pipeline.ports import ChunkIndex, Completion, ModelTask
from data_pipeline.slugs import slug

SETS: Final = ("es_support_dev", "es_titles")
TRANSLATOR: Final = "apertium -u spa-eng"
FIRST: Final = (1, 5, 10)
_ENGLISH: Final = "en"
_TEXT: Final = re.compile(r'<text id="(\d+)">(.*?)</text>', re.DOTALL)
_SECONDS: Final = 30
_TODAY: Final = date(2026, 1, 1)


class _Article(msgspec.Struct):
    article_id: str
    title: str
    lang: str | None = None
    body_markdown: str | None = None
    body_text: str | None = None


class _Question(msgspec.Struct):
    """A Spanish question, its twin in English, and the articles that it is about, in `kb`."""

    question: str
    gold_article_ids: tuple[str, ...]
    kb: str
    question_en: str = ""
    title_en: str = ""

    @property
    def english(self) -> str:
        return self.question_en or self.title_en

    @property
    def gold(self) -> frozenset[str]:
        return frozenset(map(slug, self.gold_article_ids))


class Asked(msgspec.Struct, frozen=True):
    """One question asked: the articles best first, the right ones, what it cost and missed."""

    ranked: tuple[str, ...]
    gold: frozenset[str]
    calls: int
    degraded: tuple[str, ...]
    probability: float


class ProgramModel:
    """`AnswerModel` that has a program translate, whatever it is asked."""

    def __init__(self, command: str) -> None:
        self.model = shlex.split(command)[0]
        self.translated = cache(lambda text: _run(shlex.split(command), text))

    async def complete(self, task: ModelTask) -> Completion:
        """The translation in the schema that the service asks for."""
        made = [
            {"id": int(number), "language": _ENGLISH, "text": self.translated(text)}
            for number, text in _TEXT.findall(task.material)
        ]
        text = msgspec.json.encode({"translations": made}).decode()
        asked = estimate_tokens(task.instructions) + estimate_tokens(task.material)
        return Completion(
            text=text,
            model=self.model,
            input_tokens=asked,
            output_tokens=estimate_tokens(text),
        )

    async def stream(self, task: ModelTask) -> AsyncIterator[str | Completion]:
        """The same at once."""
        yield await self.complete(task)


def _run(command: Sequence[str], text: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 -- the program that the caller named
            command, input=text, capture_output=True, text=True, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ModelUnavailableError(
            f"{command[0]} does not run ({type(error).__name__}): install it, or name another "
            "program with --translator."
        ) from None
    return done.stdout.strip()


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables; 0 also where no set is there."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cross_language", description=__doc__
    )
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--translator", default=TRANSLATOR)
    parser.add_argument("--asked", type=int, default=600, help="questions of each knowledge base")
    given = parser.parse_args(argv)
    model = ProgramModel(given.translator)
    for name in given.sets:
        for kb, questions in _by_kb(name).items():
            some = questions[:: max(1, math.ceil(len(questions) / given.asked))]
            rows = asyncio.run(measure(kb, some, model))
            Console().print(_table(f"{name} in {kb}, {len(some)} questions", rows))
    return 0


async def measure(
    kb: str, questions: Sequence[_Question], model: ProgramModel
) -> dict[str, list[Asked]]:
    """Every question in English, in Spanish by words alone, and in Spanish with a translator."""
    async with loaded_index(dict(_english_chunks(kb))) as index:
        alone, helped = _engine(index), _engine(index, model)
        rows: dict[str, list[Asked]] = {
            "English": [],
            "Spanish": [],
            "Spanish, translated": [],
            "the program's English": [],
        }
        for one in track(questions, description=kb):
            rows["English"].append(await _ask(alone, one.english, one.gold))
            rows["Spanish"].append(await _ask(alone, one.question, one.gold))
            rows["Spanish, translated"].append(await _ask(helped, one.question, one.gold))
            rewritten = model.translated(one.question)
            rows["the program's English"].append(await _ask(alone, rewritten, one.gold))
    return rows


def _engine(index: ChunkIndex, model: ProgramModel | None = None) -> Engine:
    return Engine(
        index=index,
        coefficients=shipped_coefficients(),
        model=model,
        today=lambda: _TODAY,
    )


async def _ask(engine: Engine, question: str, gold: frozenset[str]) -> Asked:
    assessment = await assess(engine, NAMESPACE, request_for(Case(text=question), "auto"))
    return Asked(
        ranked=ranked_articles(assessment),
        gold=gold,
        calls=len(assessment.spent.completions),
        degraded=assessment.degraded,
        probability=max((p.confidence.probability for p in assessment.parts), default=0.0),
    )


def _table(title: str, rows: Mapping[str, Sequence[Asked]]) -> Table:
    table = Table(
        "asked in", *(f"R@{n}" for n in FIRST), "calls", "degraded", "median p", title=title
    )
    for name, asked in rows.items():
        recalls = [sum(bool(a.gold & set(a.ranked[:n])) for a in asked) / len(asked) for n in FIRST]
        table.add_row(
            name,
            *(f"{recall:.3f}" for recall in recalls),
            str(sum(a.calls for a in asked)),
            str(sum(bool(a.degraded) for a in asked)),
            f"{sorted(a.probability for a in asked)[len(asked) // 2]:.2f}",
        )
    return table


def _by_kb(name: str) -> dict[str, list[_Question]]:
    """The questions of a set by the knowledge base that they are about; none where it is absent."""
    path = sets_folder() / name / "questions.jsonl"
    if not path.exists():
        print(f"{name}: not in {sets_folder()}, skipped")
        return {}
    grouped: dict[str, list[_Question]] = {}
    for row in read_rows(path, _Question):
        grouped.setdefault(row.kb, []).append(row)
    return grouped


def _english_chunks(kb: str) -> Iterator[tuple[str, tuple[Chunk, ...]]]:
    """The chunks of the knowledge base's English articles, by id."""
    for row in read_rows(sets_folder() / kb / "articles.jsonl", _Article):
        if (row.lang or _ENGLISH) != _ENGLISH:
            continue
        head = {"article_id": slug(row.article_id), "title": row.title, "language": _ENGLISH}
        lines = [f"{key}: {msgspec.json.encode(text).decode()}" for key, text in head.items()]
        body = row.body_markdown or row.body_text or ""
        if not body.strip():
            continue
        raw = "\n".join(("---", *lines, "---", body, "")).encode("utf-8", "replace")
        article = read_markdown(raw, f"{head['article_id']}.md", Defaults(), ())
        yield article.article_id, article_chunks(article)


if __name__ == "__main__":
    sys.exit(main())
