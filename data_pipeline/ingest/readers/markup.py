"""HTML parsed, after a look at whether parsing it could take for ever."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from data_pipeline.errors import ArticleSourceError

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
_MAX_OPEN: Final = 2_000
_MAX_REOPENED: Final = 3_000_000
_USUAL_FORMATTING: Final = 4
# Formatting left open is opened again in every block that follows.
_FORMATTING: Final = frozenset("b big code em font i nobr s small strike strong tt u".split())
# Tags without an end, and those whose end may be left out.
_UNCOUNTED: Final = frozenset(
    "a area base br col embed hr img input link meta param source track wbr p li dt dd tr td th"
    " tbody thead tfoot colgroup option optgroup html head body".split()
)


def parse_markup(markup: str, source: str) -> LexborHTMLParser:
    """The tree of `markup`. Raises `ArticleSourceError` for nesting that no document has."""
    if _explodes(markup):
        cause = "its tags are nested too deeply or never closed: repair the HTML"
        raise ArticleSourceError(source, cause)
    return LexborHTMLParser(markup)


def _explodes(markup: str) -> bool:
    """Whether the parser's time or memory could grow with the square of the size.

    Measured: 100,000 open `<div>` take it 11 seconds.
    """
    if markup.count("<") <= _MAX_OPEN:
        return False
    opened: Counter[str] = Counter()
    depth = deepest = formatting = most_formatting = tags = 0
    for found in _TAG.finditer(markup):
        tags += 1
        name = found[2].lower()
        if name in _UNCOUNTED or (found[1] and not opened[name]):
            continue
        change = -1 if found[1] else 1
        opened[name] += change
        depth += change
        formatting += change * (name in _FORMATTING)
        deepest, most_formatting = max(deepest, depth), max(most_formatting, formatting)
    reopens = most_formatting > _USUAL_FORMATTING and most_formatting * tags > _MAX_REOPENED
    return deepest > _MAX_OPEN or reopens
