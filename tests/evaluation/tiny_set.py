"""A labelled set of a few articles, written for tests."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ARTICLES = [
    {
        "article_id": "Returns",
        "title": "Return a parcel",
        "body_markdown": "Send the parcel back within thirty days of delivery.\n\n"
        "## Fees\n\nA return label costs four euros and is paid online.",
        "lang": "en",
    },
    {
        "article_id": "shipping",
        "title": "Shipping times",
        "body_text": "Parcels within Ireland take three working days to arrive at your door.",
        "lang": "en",
    },
    {
        "article_id": "warranty",
        "title": "Warranty on batteries",
        "body_text": "The battery warranty lasts twenty four months from the day of purchase.",
        "lang": "en",
    },
    {
        "article_id": "password",
        "title": "Reset your password",
        "body_text": "Open the sign in page and press forgotten password to get a reset link.",
        "lang": "en",
    },
]
QUESTIONS = [
    {
        "qid": "q1",
        "question": "What does a return label for a parcel cost?",
        "gold_article_ids": ["Returns"],
        "gold_passage": "A return label costs four euros and is paid online.",
        "lang": "en",
    },
    {
        "qid": "q2",
        "question": "How long is the battery warranty?",
        "gold_article_ids": ["warranty"],
        "gold_passage": None,
        "lang": "en",
    },
    {
        "qid": "q3",
        "question": "How do I reset my forgotten password?",
        "gold_article_ids": ["password"],
        "lang": "en",
    },
    {"qid": "q4", "question": "Help!", "gold_article_ids": ["password"], "vague": True},
    {
        "qid": "q5",
        "question": "And how many working days within Ireland?",
        "gold_article_ids": ["shipping"],
        "history": ["user: How long do parcels take?", "agent: Where do you live?"],
        "lang": "en",
    },
]
FOREIGN = [
    {"qid": f"f{n}", "question": text, "gold_article_ids": [], "answerable": False, "lang": "en"}
    for n, text in enumerate(
        [
            "what is the area of a circle",
            "play some jazz",
            "who won the match",
            "tell me a joke about penguins",
        ]
    )
]


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """`rows` as JSON lines, gzipped where the name says so."""
    raw = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


def write_set(folder: Path, *, packed: bool = False) -> Path:
    """The tiny set in `folder`."""
    folder.mkdir()
    end = ".jsonl.gz" if packed else ".jsonl"
    write_lines(folder / f"articles{end}", ARTICLES)
    write_lines(folder / f"questions{end}", QUESTIONS)
    return folder
