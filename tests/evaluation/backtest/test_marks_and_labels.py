"""Sheets that people had in their hands, as marks, and marks as labels."""

from __future__ import annotations

import gzip
import re
import stat
from pathlib import Path

import pytest

from data_pipeline.errors import ArticleSourceError
from data_pipeline.evaluation.backtest.judged import judge
from data_pipeline.evaluation.backtest.marks import Mark, Marks, read_marks
from data_pipeline.evaluation.backtest.review_csv import review_csv
from data_pipeline.evaluation.labels import Label, read_labels, write_labels
from tests.evaluation.backtest.rows_to_review import a_row, escalated

ROWS = [a_row(n) for n in range(1, 5)]


def marks_of(tmp_path: Path, *sheets: bytes | str) -> Marks:
    paths = []
    for number, sheet in enumerate(sheets):
        paths.append(tmp_path / f"sheet{number}.csv")
        paths[-1].write_bytes(sheet if isinstance(sheet, bytes) else sheet.encode())
    return read_marks(paths, ROWS)


@pytest.mark.parametrize(
    ("words", "mark"),
    [
        ("right yes Y TRUE 1 1,0 x X ja Richtig sí SI si. r correct ✓ '+", Mark.RIGHT),
        ("wrong no N false 0 0.0 nein Falsch incorrecto w NO! ✗ '-", Mark.WRONG),
        ("skip ? n/a Skipped unklar", Mark.SKIPPED),
    ],
)
def test_marks_are_read_as_people_write_them(tmp_path: Path, words: str, mark: Mark) -> None:
    for word in words.split():
        found = marks_of(tmp_path, f'row,right\nb1-1," {word} "\n')
        assert found.by_key == {"b1-1": mark}, word


@pytest.mark.parametrize(
    "sheet",
    [
        "row,id,right\nb1-1,t1,yes\nb1-2,t2,no\n",
        "\ufeffid;Right;row\r\nt2;no;b1-2\r\n;;\r\nt1;yes;b1-1\r\n",
        "sep=;\nid;right;row\nt2;no;b1-2\nt1;yes;b1-1\n",
        'RIGHT\tquestion\tID\nyes\twhat, so; long\tt1\nno\t"a\nb"\tt2\n',
        "Zeile;Richtig\nb1-1;ja\nb1-2;nein\nb1-3;\n",
    ],
)
def test_moved_columns_reordered_and_deleted_rows_do_not_matter(tmp_path: Path, sheet: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        found = marks_of(tmp_path, sheet.encode(encoding))
        assert found == Marks(by_key={"b1-1": Mark.RIGHT, "b1-2": Mark.WRONG})


def test_an_id_that_a_spreadsheet_spoiled_does_not_matter(tmp_path: Path) -> None:
    """The row's own key tells; Excel makes 1.2E+15 and days of ids."""
    found = marks_of(tmp_path, "row,id,right\nb1-1,1.23E+15,yes\nb1-2,03. Apr,no\n")
    assert found.by_key == {"b1-1": Mark.RIGHT, "b1-2": Mark.WRONG}


def test_contradicting_marks_are_named_and_left_out(tmp_path: Path) -> None:
    """Of two sheets, and within one; marks that agree are one."""
    found = marks_of(
        tmp_path,
        "row,right\nb1-1,yes\nb1-2,yes\nb1-3,no\nb1-3,wrong\n",
        "row,right\nb1-1,no\nb1-2,ok\n",
    )
    assert found.conflicting == ("t1",)
    assert found.by_key == {"b1-2": Mark.RIGHT, "b1-3": Mark.WRONG}


def test_rows_of_another_backtest_and_unreadable_marks_are_named_not_quoted(tmp_path: Path) -> None:
    found = marks_of(tmp_path, "row,id,right\nb2-1,t1,yes\n,t9\x1b[2J,no\n,,no\nb1-1,t1,SECRET\n")
    assert found.by_key == {}
    assert found.unknown == (
        "t1 row b2-1 (sheet0.csv line 2)",
        "t9?[2J (sheet0.csv line 3)",
        "a row without key and id (sheet0.csv line 4)",
    )
    assert found.unread == ("t1 row b1-1 (sheet0.csv line 5)",)


@pytest.mark.parametrize(
    "sheet", ["", "a,b\n1,2\n", "right\nyes\n", "row,id\nb1-1,t1\n", "\x00\xff"]
)
def test_a_sheet_without_marks_says_which_columns_it_wants(tmp_path: Path, sheet: str) -> None:
    with pytest.raises(ArticleSourceError, match="column `right` beside `row` or `id`"):
        marks_of(tmp_path, sheet)


def test_the_written_sheet_with_marks_comes_back(tmp_path: Path) -> None:
    """With hostile ids, which the sheet guards with an apostrophe."""
    rows = [a_row(1, id="=1+1"), a_row(2, id="../x"), escalated(3)]
    raw = b"".join(review_csv(rows, ";")).decode()
    for key, word in (("b1-1", "right"), ("b1-2", "wrong"), ("b1-3", "right")):
        raw = re.sub(rf"({key};[^;]*;)", rf"\g<1>{word}", raw, count=1)
    path = tmp_path / "review.csv"
    path.write_text(raw, newline="")
    marks = read_marks([path], rows)
    assert {label.id: label.right for label in judge(rows, marks).labels} == {
        "=1+1": True,
        "../x": False,
        "t3": True,
    }
    path.write_text("id;right\n'=1+1;no\n")
    assert read_marks([path], rows).by_key == {"b1-1": Mark.WRONG}


def test_labels_and_the_observed_error_are_over_what_was_marked() -> None:
    """Drafts give labels too, but only answers have an error; what quotes nothing has no label."""
    rows = [*(a_row(n) for n in range(1, 7)), escalated(7), escalated(8, citations=())]
    marks = {f"b1-{n}": Mark.RIGHT for n in (1, 2, 3, 8)}
    marks |= {"b1-4": Mark.WRONG, "b1-7": Mark.WRONG, "b1-5": Mark.SKIPPED}
    judged = judge(rows, Marks(by_key=marks))
    assert (judged.right, len(judged.labels), judged.skipped, judged.nothing) == (3, 5, 1, 1)
    assert (judged.answers, judged.marked_answers, judged.wrong_answers) == (6, 4, 1)
    assert judged.error is not None
    share, (low, high) = judged.error
    assert share == 0.25
    assert 0.04 < low < 0.05
    assert 0.69 < high < 0.71
    assert judge(rows, Marks(by_key={})).error is None


LABEL = Label(
    id="t1", request={"inquiry": "How?"}, article_id="a", quotes=("q\u2028r",), right=True
)


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.jsonl.gz"])
def test_labels_come_back_plain_and_packed_for_their_owner_only(tmp_path: Path, name: str) -> None:
    """Signs that Python takes for line ends stay inside a text."""
    path = tmp_path / name
    write_labels(path, [LABEL, LABEL])
    assert read_labels(path) == [LABEL, LABEL]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(b"\x1f\x8b") == name.endswith(".gz")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "holds no labels"),
        (b"\n \n", "holds no labels"),
        (b'{"id": "SECRET"', "at line 1"),
        (b'\n{"id": "SECRET"}\n', "at line 2"),
        (b'{"id":"a","request":{},"article_id":"a","quotes":[],"right":"SECRET"}', "at line 1"),
        (b"\xff\xfe\n", "at line 1"),
        (b'{"request":' * 9_000, "at line 1"),
    ],
)
def test_malformed_labels_name_file_and_line_never_a_value(
    tmp_path: Path, raw: bytes, says: str
) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_bytes(raw)
    with pytest.raises(ArticleSourceError, match=says) as told:
        read_labels(path)
    assert "SECRET" not in str(told.value)
    assert str(path) in str(told.value)


def test_labels_that_cannot_be_read_or_unpacked_are_named(tmp_path: Path) -> None:
    packed = tmp_path / "labels.jsonl.gz"
    packed.write_bytes(gzip.compress(b"{}" * 1_000)[:20])
    for path in (packed, tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(ArticleSourceError, match="cannot be read"):
            read_labels(path)


def test_reprs_of_labels_hold_no_word_of_a_customer() -> None:
    assert "How" not in repr(LABEL)
