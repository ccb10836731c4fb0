"""Labelled public sets in the shape of `articles.jsonl` and `questions.jsonl`, as chunks.

`KB_EVAL_SETS` names the folder that holds them; without it the sets are looked for beside the
repository. A set that is not there is skipped with one line.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from data_pipeline.articles import Chunk
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.markdown import read_markdown
from data_pipeline.slugs import slug

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "eval"
_GRAM = 5


class Case(msgspec.Struct, frozen=True):
    """One labelled question; `history` are earlier turns, oldest first."""

    text: str
    gold: frozenset[str]
    passage: str
    kind: str
    lang: str
    history: tuple[str, ...]


class LabelledSet(msgspec.Struct, frozen=True):
    """Chunks by article id, raw texts by article id, the questions, and the ids to take out."""

    name: str
    chunks: dict[str, tuple[Chunk, ...]]
    texts: dict[str, str]
    cases: tuple[Case, ...]
    removed: frozenset[str]


def sets_folder() -> Path:
    """Where the sets are."""
    return Path(os.environ.get("KB_EVAL_SETS", _BESIDE))


def _lines(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    plain, packed = folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz"
    raw = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
    for line in raw.splitlines():
        yield msgspec.json.decode(line)


def load_set(name: str) -> LabelledSet | None:
    """The set called `name`, or None (and a line that says so) where it is not there."""
    folder = sets_folder() / name
    if not folder.exists():
        print(f"{name}: not in {folder.parent}, skipped")
        return None
    rows = list(_lines(folder, "articles"))
    split = folder / "removal_split.json"
    removed = (
        msgspec.json.decode(split.read_bytes())["removed_article_ids"] if split.exists() else []
    )
    return LabelledSet(
        name=name,
        chunks={slug(row["article_id"]): _chunks(row) for row in rows},
        texts={slug(row["article_id"]): _text(row) for row in rows},
        cases=tuple(_cases(folder)),
        removed=frozenset(slug(article_id) for article_id in removed),
    )


def load_cases(name: str) -> list[Case]:
    """The questions of a set that has no articles; none where it is not there."""
    folder = sets_folder() / name
    return list(_cases(folder)) if folder.exists() else []


def _text(row: dict[str, Any]) -> str:
    return row.get("body_markdown") or row.get("body_text") or ""


def _chunks(row: dict[str, Any]) -> tuple[Chunk, ...]:
    head = {"article_id": slug(row["article_id"]), "title": row["title"], "language": row["lang"]}
    front = "\n".join(
        f"{key}: {msgspec.json.encode(value).decode()}" for key, value in head.items()
    )
    raw = f"---\n{front}\n---\n{_text(row)}\n".encode()
    try:
        article = read_markdown(raw, f"{head['article_id']}.md", Defaults(), ())
    except ArticleSourceError:
        return ()
    return chunk_article(article)


def _cases(folder: Path) -> Iterator[Case]:
    if not (folder / "questions.jsonl").exists():
        return
    for row in _lines(folder, "questions"):
        if row.get("vague"):
            continue
        yield Case(
            text=row["question"],
            gold=frozenset(slug(article_id) for article_id in row["gold_article_ids"]),
            passage=row.get("gold_passage") or "",
            kind=row.get("kind") or "",
            lang=row["lang"],
            history=tuple(row.get("history") or ()),
        )


def grams(text: str) -> frozenset[tuple[str, ...]]:
    """Sets of five words in a row, case and punctuation aside; of a shorter text all its words."""
    found = re.findall(r"\w+", text.casefold())
    if len(found) < _GRAM:
        return frozenset({tuple(found)}) if found else frozenset()
    return frozenset(tuple(found[i : i + _GRAM]) for i in range(len(found) - _GRAM + 1))


def gold_articles(case: Case, texts: dict[str, frozenset[tuple[str, ...]]]) -> frozenset[str]:
    """The labelled articles, and any that holds more than half of the gold passage."""
    wanted = grams(case.passage)
    if not wanted:
        return case.gold
    twins = (a for a, held in texts.items() if 2 * len(wanted & held) > len(wanted))
    return case.gold | frozenset(twins)


def overlaps(quote: str, passage: str) -> bool:
    """Whether a quote and the gold passage share five words in a row, or one holds the other."""
    if grams(quote) & grams(passage):
        return True
    one, other = (" ".join(re.findall(r"\w+", t.casefold())) for t in (quote, passage))
    return bool(one and other) and (one in other or other in one)
