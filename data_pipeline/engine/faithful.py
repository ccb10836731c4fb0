"""Whether a translation says the same figures, codes, links and addresses as its original. Pure.

Nobody reads a translated question, but an article is found and judged by it: a figure that a model
lost, changed or made up would find the wrong one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from data_pipeline.language import fold

# In bytes of UTF-8, which differ less between scripts than characters do.
_SHORTEST: Final = 0.3
_LONGEST: Final = 3.0
_SLACK: Final = 60
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"']+|[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_SITE: Final = re.compile(r"(?<![\w@.])[\w\-]+(?:\.[\w\-]+)*\.[a-z]{2,6}(?:/[^\s<>\"']*)?(?!\w)")
# Letters of scripts without blanks are no part of the figure beside them.
_FIGURE: Final = re.compile(r"[\w.,:/\-]*\d[\w.,:/\-]*", re.ASCII)
_DIGIT: Final = re.compile(r"(?![0-9])\d")
_JOINTS: Final = re.compile(r"[\W_]+")
# A number with its unit or ending: 20GB, 3rd, 401k.
_WITH_ENDING: Final = re.compile(r"(\d+)[^\W\d_]{1,3}")
_CLOSING: Final = ".,:;!?)/"


def is_faithful(original: str, translated: str) -> bool:
    """Whether `translated` may stand for `original`: about as long, the same figures and links.

    Figures are compared by their digits (`1.234,56` and `1,234.56` are one), codes of letters and
    digits as a whole. A word that looks like a site is only forbidden to appear anew.
    """
    if not translated.strip() or not _is_as_long(original, translated):
        return False
    if _told(original) != _told(translated):
        return False
    return set(_sites(translated)) <= set(_sites(original))


def _is_as_long(original: str, translated: str) -> bool:
    size, other = (len(t.encode("utf-8", "surrogatepass")) for t in (original, translated))
    return _SHORTEST * size - _SLACK <= other <= _LONGEST * size + _SLACK


def _told(text: str) -> frozenset[str]:
    """Addresses and figures of `text`, as they are compared."""
    addresses = {m.group().rstrip(_CLOSING).casefold() for m in _ADDRESS.finditer(text)}
    rest = _DIGIT.sub(_as_ascii, fold(_ADDRESS.sub(" ", text)))
    return frozenset(addresses | {_figure(m.group()) for m in _FIGURE.finditer(rest)})


def _as_ascii(digit: re.Match[str]) -> str:
    """A digit of any script, such as Arabic's own, as 0 to 9."""
    return str(unicodedata.decimal(digit.group()))


def _figure(token: str) -> str:
    """`1.234,56` is 123456, `20GB` 20, `3rd` 3, `A-1007` a1007."""
    bare = _JOINTS.sub("", token)
    with_ending = _WITH_ENDING.fullmatch(bare)
    return with_ending.group(1) if with_ending else bare


def _sites(text: str) -> Iterator[str]:
    rest = _ADDRESS.sub(" ", text)
    yield from (m.group().rstrip(_CLOSING).casefold() for m in _SITE.finditer(rest.casefold()))
