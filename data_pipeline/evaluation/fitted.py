"""Which questions the shipped confidence was fitted on, as short hashes: no text is kept."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Final

import msgspec

from data_pipeline.evaluation.sets import Case
from data_pipeline.language import fold

FILE: Final = "fitted_on.json"
_BYTES: Final = 5


class _FittedOn(msgspec.Struct, frozen=True):
    """`hashes` are base64 of the fingerprints one after the other."""

    questions: int
    hashes: str


def fingerprint(case: Case) -> bytes:
    """Five bytes of a question and its history, capitals and blanks aside."""
    text = "\n".join(" ".join(fold(part).split()) for part in (*case.history, case.text))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_BYTES]


def encode(cases: Iterable[Case]) -> bytes:
    """The contents of the file for confidences that were fitted on `cases`."""
    prints = sorted({fingerprint(case) for case in cases})
    packed = base64.b64encode(b"".join(prints)).decode()
    return msgspec.json.encode(_FittedOn(len(prints), packed)) + b"\n"


def decode(raw: bytes) -> frozenset[bytes]:
    """The fingerprints in what `encode` wrote."""
    packed = base64.b64decode(msgspec.json.decode(raw, type=_FittedOn).hashes)
    return frozenset(packed[n : n + _BYTES] for n in range(0, len(packed), _BYTES))


@cache
def shipped_fingerprints() -> frozenset[bytes]:
    """Of the questions that the shipped coefficients were fitted on."""
    return decode(resources.files("data_pipeline.evaluation").joinpath(FILE).read_bytes())


def fitted_warning(name: str, cases: Sequence[Case], known: frozenset[bytes]) -> str | None:
    """What to say where scored questions are among the `known` ones; of requests nothing is known.

    Foreign questions count too: the fit has learnt to refuse them.
    """
    seen = sum(fingerprint(case) in known for case in cases if case.text)
    if not seen:
        return None
    return (
        f"{name}: the confidence was fitted on {seen:,} of these {len(cases):,} questions, so "
        "AUROC, coverage and calibration look better here than they will be on new ones."
    )
