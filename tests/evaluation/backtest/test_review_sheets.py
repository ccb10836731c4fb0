"""The sheets: tickets are hostile, browsers and spreadsheets obedient."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import stat
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from data_pipeline.errors import ArticleSourceError, KbgateError
from data_pipeline.evaluation.backtest.private_files import private_folder, write_private
from data_pipeline.evaluation.backtest.review_csv import guarded, review_csv
from data_pipeline.evaluation.backtest.review_html import MOST, review_html
from data_pipeline.evaluation.backtest.rows import Backtest, Cited, Row
from data_pipeline.evaluation.backtest.stored import read_backtest, write_backtest
from tests.evaluation.backtest.rows_to_review import a_backtest, a_row, escalated

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;<!--"


def hostile_row() -> Row:
    return a_row(
        1,
        id=f"../../{HOSTILE}",
        request={"inquiry": HOSTILE, "scope": {HOSTILE: [HOSTILE]}},
        question=HOSTILE,
        sent=HOSTILE * 30,
        human=HOSTILE,
        reason=HOSTILE,
        article_id=HOSTILE,
        citations=(Cited(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
    )


class Page(HTMLParser):
    """Elements with their attributes, and the text of each script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, Any]]] = []
        self.scripts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] == "script" and self.cdata_elem:
            self.scripts.append(data)


def html_of(backtest: Backtest) -> str:
    return b"".join(review_html(backtest)).decode()


def cells_of(*rows: Row, delimiter: str = ",") -> list[dict[str, str]]:
    raw = b"".join(review_csv(rows, delimiter)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(raw, newline=""), delimiter=delimiter))


def test_no_word_of_a_ticket_becomes_an_element() -> None:
    """Two scripts, no image, no attribute that runs, whatever stands in the fields."""
    page = Page(html_of(a_backtest(hostile_row(), escalated(2, draft=HOSTILE, human=HOSTILE))))
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == 2
    assert "img" not in tags
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]


def test_the_page_runs_its_own_script_only_and_asks_nothing_of_the_network() -> None:
    html = html_of(a_backtest(a_row(1)))
    page = Page(html)
    (policy,) = [
        a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"
    ]
    digest = base64.b64encode(hashlib.sha256(page.scripts[-1].encode()).digest()).decode()
    assert policy.startswith("default-src 'none'")
    assert f"script-src 'sha256-{digest}'" in policy
    assert not re.search(r"https?://|\bsrc=|@import|url\(|<link|fetch\(", html)


def test_the_page_opens_with_the_first_line_and_the_riskiest_twenty() -> None:
    rows = [a_row(n, 0.5 + n / 100) for n in range(30)]
    html = html_of(a_backtest(*rows))
    heading = re.search(r"<h1>(.*?)</h1>", html)
    assert heading
    assert heading[1].startswith("Of your 30 tickets 30 would have been answered, about ")
    before, after = html.split("<h2>All others</h2>")
    assert "<h2>The riskiest 20</h2>" in before
    assert (before.count('class="row"'), after.count('class="row"')) == (20, 10)


def test_labels_in_the_page_are_those_of_the_rows() -> None:
    """Read as a browser reads them, and without a sign that could end their element."""
    html = html_of(a_backtest(hostile_row(), escalated(2, citations=())))
    text = html.split('id="labels">')[1].split("</script><script>")[0]
    assert not set("<>&") & set(text)
    embedded = json.loads("".join(Page(html).scripts[:-1]))
    assert embedded == json.loads(text)
    assert embedded == {
        "b1-1": {
            "id": f"../../{HOSTILE}",
            "request": {"inquiry": HOSTILE, "scope": {HOSTILE: [HOSTILE]}},
            "article_id": HOSTILE,
            "quotes": [HOSTILE],
            "right": True,
        }
    }


def test_rows_that_quote_nothing_have_nothing_to_mark() -> None:
    html = html_of(a_backtest(escalated(1, citations=())))
    assert 'type="radio"' not in html
    assert "nothing to mark" in html


def test_without_rows_the_page_still_opens() -> None:
    assert "Of your 0 tickets" in html_of(a_backtest())


def test_entries_that_were_left_out_are_counted_on_the_page() -> None:
    """A page that is passed on has no terminal beside it."""
    assert "no ticket could be read: 1,204." in html_of(a_backtest(a_row(1), left_out=1_204))
    assert "no ticket could be read" not in html_of(a_backtest(a_row(1)))


def test_what_becomes_of_a_ticket_stands_in_words() -> None:
    html = html_of(a_backtest(a_row(1), escalated(2)))
    assert re.findall(r'class="decision \w+">(.*?)<', html) == ["answered", "to a person"]


def test_a_page_of_ten_thousand_rows_holds_the_first_and_says_so() -> None:
    row = a_row(1)
    html = html_of(a_backtest(*[row] * 10_000))
    assert html.count('class="row"') == MOST
    assert "the first 2,000 of 10,000 rows" in html


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "\ufeff=1", "\uff1d1"]
)
def test_cells_that_open_like_a_formula_are_text(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    row = a_row(1, id=cell, question=cell, sent=cell, human=cell, reason=cell)
    (cells,) = cells_of(row)
    for name in ("id", "question", "reply", "human reply", "reason"):
        assert cells[name] == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "plain", "a=b", "5 €", "'=1"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell


def test_the_sheet_has_an_empty_column_to_mark_and_survives_newlines_and_quotes() -> None:
    text = 'line one\nline "two", three; four'
    (cells,) = cells_of(a_row(1, question=text, human="14 days"), delimiter=";")
    assert list(cells)[:3] == ["row", "id", "right"]
    assert (cells["row"], cells["id"], cells["right"]) == ("b1-1", "t1", "")
    assert cells["question"] == text
    assert cells["figures that differ"] == "duration: 30 days / 14 days"


def test_what_was_known_beside_the_words_stands_on_both_sheets() -> None:
    """Who judges a reply has to know for whom it was written."""
    known = {"scope": {"plan": ["A", "B"]}, "collected_data": {"months": 4}, "topic": "fees"}
    row = a_row(1, request={"inquiry": "How?"} | known)
    assert cells_of(row)[0]["known"] == "topic: fees; plan: A, B; months: 4"
    assert "Known: topic: fees; plan: A, B; months: 4" in html_of(a_backtest(row))


def test_a_huge_cell_is_cut_where_spreadsheets_would_split_it() -> None:
    (cells,) = cells_of(a_row(1, question="x" * 1_000_000))
    assert len(cells["question"]) == 32_000
    assert "cut" in cells["question"]


def test_of_an_escalated_row_the_draft_is_judged() -> None:
    (cells,) = cells_of(escalated(1, draft="the draft", sent="A person will write."))
    assert cells["reply"] == "the draft"


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    """Even where one lay there that all could read."""
    folder = private_folder(tmp_path / "deep" / "backtest")
    (folder / "review.csv").write_text("old")
    (folder / "review.csv").chmod(0o644)
    written = write_backtest(a_backtest(hostile_row()), folder)
    assert [path.name for path in written] == ["review.html", "review.csv", "backtest.json"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(p.name for p in written)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}


def test_a_link_in_the_place_of_a_file_is_replaced_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / "x.part").symlink_to(other)
    (tmp_path / "x").symlink_to(other)
    write_private(tmp_path / "x", [b"new"])
    assert other.read_text() == "mine"
    assert (tmp_path / "x").read_text() == "new"
    assert not (tmp_path / "x").is_symlink()


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KbgateError, match="name another --out"):
        private_folder(tmp_path / "file")
    with pytest.raises(KbgateError, match="name another --out"):
        write_private(tmp_path / "none" / "x", [b""])


def test_a_stored_backtest_comes_back_whole(tmp_path: Path) -> None:
    backtest = a_backtest(hostile_row(), escalated(2, human="14 days"))
    write_backtest(backtest, tmp_path)
    assert read_backtest(tmp_path / "backtest.json") == backtest


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[", b"\xff", b'{"a":' * 9_000, b'{"mode": "SECRET"}']
)
def test_what_is_no_backtest_is_refused_without_a_word_of_it(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "b.json").write_bytes(raw)
    with pytest.raises(ArticleSourceError, match="run the backtest again") as told:
        read_backtest(tmp_path / "b.json")
    assert "SECRET" not in str(told.value)


def test_reprs_hold_no_word_of_a_customer() -> None:
    row = a_row(1, question="SECRET", human="SECRET 14 days")
    assert "SECRET" not in repr(row) + repr(a_backtest(row)) + repr([row])
