"""Scope values: how they are compared, stored and suggested."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from data_pipeline.language import fold

# Signs that make another value of a name: "Premium" and "Premium+", "C" and "C#", "<18" and ">18".
_SIGNS: Final = {"+": "plus", "<": "below", ">": "above", "#": "sharp"}
_SIGN: Final = re.compile(r"[+<>]|(?<=[a-z])#")
_SEPARATORS: Final = re.compile(r"[\W_]+")
_LONGEST_COMPARED: Final = 200
_NEAR: Final = 0.6


def fold_scope_value(value: str) -> str:
    """Case, accents, blanks and punctuation aside: `401(k)` and `401 K` are `401k`.

    A plus sign counts (`Premium+` is `Premium Plus`, not `Premium`), as do `<`, `>` and `C#`.
    """
    spelled = _SIGN.sub(lambda sign: _SIGNS[sign.group()], fold(value))
    return _SEPARATORS.sub("", spelled) or value.strip()


def fold_scope(scope: Mapping[str, str | Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Every value of every key folded, each once; keys whose values are all blank are left out."""
    folded = {
        key: tuple(
            dict.fromkeys(
                fold_scope_value(v)
                for v in ([values] if isinstance(values, str) else values)
                if v.strip()
            )
        )
        for key, values in scope.items()
    }
    return {key: values for key, values in folded.items() if values}


def fits(article_scope: Mapping[str, Sequence[str]], wanted: Mapping[str, Sequence[str]]) -> bool:
    """Whether an article (display values) may be used for `wanted` (folded values)."""
    return all(
        not article_scope.get(key)
        or not values
        or not {fold_scope_value(v) for v in article_scope[key]}.isdisjoint(values)
        for key, values in wanted.items()
    )


def nearest(value: str, known: Collection[str]) -> str | None:
    """The known display value most like `value`, or None when nothing is near."""
    by_folded = {fold_scope_value(k): k for k in known}
    wanted = fold_scope_value(value[:_LONGEST_COMPARED])
    close = difflib.get_close_matches(wanted, list(by_folded), n=1, cutoff=_NEAR)
    return by_folded[close[0]] if close else None
