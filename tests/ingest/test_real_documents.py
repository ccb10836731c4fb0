"""Real documents, where they are at hand: nothing crashes and no words are lost."""

from __future__ import annotations

import gzip
import html
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from data_pipeline.articles import Article
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.docx import read_docx
from data_pipeline.ingest.readers.html import read_html
from data_pipeline.ingest.readers.markdown import read_markdown
from tests.ingest.reading import all_text

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
_FILES = sorted((_DATA / "files").glob("*/*.docx")) + sorted((_DATA / "files").glob("*/*.html"))
_EVERY = 5  # articles of a help centre: all of them take half a minute
_WORD = re.compile(r"[^\W_]+")

pytestmark = pytest.mark.skipif(not _DATA.is_dir(), reason="no real documents here")


def _words(text: str) -> Counter[str]:
    return Counter(word.lower() for word in _WORD.findall(text))


def _kept(reference: str, article: Article) -> float:
    wanted = _words(reference)
    lost = wanted - _words(all_text(article))
    return 1 - lost.total() / max(wanted.total(), 1)


def _plain(path: Path) -> str:
    if path.suffix == ".html":
        return LexborHTMLParser(path.read_text(encoding="utf-8")).body.text(separator=" ")
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("word/document.xml").decode()
    layout = r"<mc:Fallback>.*?</mc:Fallback>|<(wp\w*:\w+)>[^<]*</\1>"
    spaced = re.sub(r"</w:p>|<w:br[^>]*>|<w:tab/>", " ", re.sub(layout, "", xml, flags=re.DOTALL))
    return html.unescape(re.sub(r"<[^>]+>", "", spaced))


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_files(path: Path) -> None:
    """At least 999 of 1,000 words that a plain extraction finds are in the article."""
    read = read_html if path.suffix == ".html" else read_docx
    assert _kept(_plain(path), read(path.read_bytes(), path.name, Defaults(), ())) >= 0.999


def _bodies(name: str) -> Iterator[tuple[str, str]]:
    path = next((_DATA / "eval" / name).glob("articles.jsonl*"))
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for line in raw.splitlines()[::_EVERY]:
        article = json.loads(line)
        yield article["article_id"], article["body_markdown"]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "share"), [("kb_arduino", 0.997), ("kb_intune_en_es", 0.998)])
def test_help_centres(name: str, share: float) -> None:
    """Help centres in Markdown are read; what differs is markup (ids, includes, marks)."""
    plain = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable("table")
    wanted, lost = 0, 0
    for article_id, body in _bodies(name):
        article = read_markdown(body.encode(), f"{article_id}.md".replace(":", "/"), Defaults(), ())
        reference = _words(LexborHTMLParser(plain.render(body)).body.text(separator=" "))
        wanted += reference.total()
        lost += (reference - _words(all_text(article))).total()
    assert 1 - lost / wanted >= share
