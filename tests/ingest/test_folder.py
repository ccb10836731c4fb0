"""A folder of files: what is read, what is skipped and why, and what fails without stopping."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from data_pipeline.ingest import folder
from data_pipeline.ingest.folder import FolderReading, read_folder


def _write(root: Path, **files: str) -> Path:
    """Files by path, with `__` for a slash and the last `_` for the dot."""
    for name, text in files.items():
        path = root / ".".join(name.replace("__", "/").rsplit("_", 1))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def _ids(reading: FolderReading) -> list[str]:
    return [article.article_id for article in reading.articles]


def _failed(reading: FolderReading) -> list[tuple[str, str]]:
    return [(failure.source, failure.cause) for failure in reading.failures]


def test_formats_and_order(tmp_path: Path) -> None:
    """All formats below a folder are read in the order of their paths, suffixes in any case."""
    _write(
        tmp_path,
        b__two_md="Two.",
        a_md="One.",
        c_HTML="<p>Three.",
        d_txt="Four.",
        e_Markdown="Five.",
    )
    reading = read_folder([tmp_path])
    assert _ids(reading) == ["a", "b-two", "c", "d", "e"]
    assert [article.source for article in reading.articles][1] == "b/two.md"
    assert not reading.failures
    assert not reading.skipped


def test_skipped_files_are_listed(tmp_path: Path) -> None:
    """What is no document is listed with its reason, and a README describes its folder."""
    _write(tmp_path, a_md="One.", picture_png="x", README_md="About.", sub__README_md="A real one.")
    _write(tmp_path, **{"~$lock_docx": "x", ".hidden_md": "x", ".git__config_md": "x"})
    reading = read_folder([tmp_path])
    assert _ids(reading) == ["a", "sub-readme"]
    reasons = dict(reading.skipped)
    assert reasons[".git"] == reasons[".hidden.md"] == "hidden"
    assert "temporary" in reasons["~$lock.docx"]
    assert "README" in reasons["README.md"]
    assert "readable are .json, .md" in reasons["picture.png"]


def test_broken_files_do_not_stop_the_rest(tmp_path: Path) -> None:
    """Each broken file is a failure with its cause; the others are read."""
    _write(
        tmp_path, a_md="One.", b_json="{", c_docx="x", d_md="", e_html="<nav>x</nav>", f_txt="Six."
    )
    (tmp_path / "g.txt").write_bytes(b"ok \xff")
    reading = read_folder([tmp_path])
    assert _ids(reading) == ["a", "f"]
    assert [source for source, _ in _failed(reading)] == [
        "b.json",
        "c.docx",
        "d.md",
        "e.html",
        "g.txt",
    ]


def test_a_reader_that_breaks_costs_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake in a reader is reported as one file's failure."""

    def broken(*_args: object) -> None:
        raise KeyError

    monkeypatch.setattr(folder, "READERS", {**folder.READERS, ".txt": broken})
    _write(tmp_path, a_md="One.", b_txt="Two.")
    reading = read_folder([tmp_path])
    assert _ids(reading) == ["a"]
    assert "KeyError" in reading.failures[0].cause


def test_two_files_with_one_id(tmp_path: Path) -> None:
    """Neither of two files with one id is read, and one failure names both."""
    _write(
        tmp_path,
        a_md="---\narticle_id: x\n---\nOne.",
        b_md="---\narticle_id: x\n---\nTwo.",
        c_md="Three.",
    )
    reading = read_folder([tmp_path])
    assert _ids(reading) == ["c"]
    [(source, cause)] = _failed(reading)
    assert source == "a.md"
    assert "`x` is also that of b.md" in cause


def test_two_roots_with_one_id(tmp_path: Path) -> None:
    """Files of two knowledge bases are named by their whole paths."""
    _write(tmp_path, one__a_md="One.", two__a_md="Two.")
    [failure] = read_folder([tmp_path / "one", tmp_path / "two"]).failures
    assert str(tmp_path / "two" / "a.md") in failure.cause


def test_nearest_config(tmp_path: Path) -> None:
    """Every `kb.toml` above a file holds for it, the nearest last, whatever path was given."""
    _write(
        tmp_path,
        kb_toml='scope_keys = ["plan"]\n[defaults]\nlanguage = "en"\nscope = {plan = "Basic"}',
        a_md="One.",
        es__kb_toml='scope_keys = ["country"]\n[defaults]\nlanguage = "es"\nscope = {country = "Spain"}',
        es__deep__b_md="Dos.",
    )
    by_root = read_folder([tmp_path])
    assert [(a.language, a.scope) for a in by_root.articles] == [
        ("en", {"plan": ("Basic",)}),
        ("es", {"plan": ("Basic",), "country": ("Spain",)}),
    ]
    assert by_root.scope_keys == ("plan", "country")
    for path in (
        tmp_path / "es",
        tmp_path / "es" / "deep" / "..",
        tmp_path / "es" / "deep",
        tmp_path / "es" / "deep" / "b.md",
    ):
        [article] = read_folder([path]).articles
        assert article == by_root.articles[1]


def test_broken_config_hides_its_files(tmp_path: Path) -> None:
    """Files below a broken `kb.toml` are not read: without it they might be open to everybody."""
    _write(
        tmp_path, a_md="One.", sub__kb_toml="scop = 1", sub__b_md="Two.", sub__deep__c_md="Three."
    )
    reading = read_folder([tmp_path])
    assert _ids(reading) == ["a"]
    assert [source for source, _ in _failed(reading)] == [
        "sub/kb.toml",
        "sub/b.md",
        "sub/deep/c.md",
    ]
    assert "sub/kb.toml is broken" in reading.failures[1].cause


def test_configured_scope_keys(tmp_path: Path) -> None:
    """Keys given by the caller count beside those of the folder; others are warned of."""
    _write(
        tmp_path,
        kb_toml='scope_keys = ["plan"]',
        a_md="---\nscope: {plan: A, region: B, x: C}\n---\nOne.",
    )
    [article] = read_folder([tmp_path], ("region",)).articles
    assert article.warnings == ("unknown scope key `x`: configured are region, plan",)


def test_without_configured_keys_all_are_scope(tmp_path: Path) -> None:
    """A folder that configures no keys takes the articles' own without a word."""
    _write(tmp_path, a_md="---\nscope: {plan: A}\n---\nOne.")
    [article] = read_folder([tmp_path]).articles
    assert (article.scope, article.warnings) == ({"plan": ("A",)}, ())


def test_given_paths(tmp_path: Path) -> None:
    """A missing path and a given file of another kind are failures; a file given twice is read once."""
    _write(tmp_path, a_md="One.", b_png="x", README_md="About.")
    reading = read_folder([tmp_path / "none", tmp_path / "b.png", tmp_path / "a.md", tmp_path])
    assert _ids(reading) == ["a"]
    assert ["no such file" in cause for _, cause in _failed(reading)] == [True, False]
    assert "the same file" in dict(reading.skipped)["a.md"]
    assert _ids(read_folder([tmp_path / "README.md"])) == ["readme"]


def test_links_in_the_file_system(tmp_path: Path) -> None:
    """Loops end, a link that leads nowhere is a failure, a second name of a file is skipped."""
    _write(tmp_path, sub__a_md="One.")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    (tmp_path / "broken.md").symlink_to(tmp_path / "none.md")
    (tmp_path / "z.md").symlink_to(tmp_path / "sub" / "a.md")
    reading = read_folder([tmp_path])
    assert _ids(reading) == ["sub-a"]
    assert _failed(reading) == [("broken.md", "a link that leads nowhere: remove it")]
    assert dict(reading.skipped)["z.md"] == "the same file as one before it"


def test_what_is_no_regular_file(tmp_path: Path) -> None:
    """A pipe is never opened: reading it would wait for ever."""
    os.mkfifo(tmp_path / "pipe.md")
    assert dict(read_folder([tmp_path]).skipped) == {"pipe.md": "not a regular file"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    """A file without permission is a failure that says so."""
    _write(tmp_path, a_md="One.").joinpath("a.md").chmod(0)
    assert "permissions" in read_folder([tmp_path]).failures[0].cause


def test_too_large(tmp_path: Path) -> None:
    """A file beyond the limit isn't even opened."""
    with (tmp_path / "a.html").open("wb") as file:
        file.truncate(folder.MAX_FILE_BYTES + 1)
    assert "larger than 20 MB" in read_folder([tmp_path]).failures[0].cause


def test_links_between_articles(tmp_path: Path) -> None:
    """Links to files become the ids that files have by default, others stay as written."""
    _write(
        tmp_path,
        a_md="[b](sub/b.md#x), [c](https://help.example/c?x=1), [out](https://out.example), [none](none.md)",
        sub__b_md="---\narticle_id: bee\n---\nTo [a](../a.md).",
        c_md="---\nurl: https://help.example/c\n---\nText.",
    )
    links = {article.article_id: article.links for article in read_folder([tmp_path]).articles}
    assert links["a"] == ("sub-b", "https://help.example/c?x=1", "https://out.example", "none")
    assert links["bee"] == ("a",)


def test_an_article_does_not_depend_on_what_else_is_read(tmp_path: Path) -> None:
    """One file read alone is the very article that it is among the others, links included."""
    _write(
        tmp_path,
        kb_toml="",
        a_md="[b](sub/b.md#x), [c](https://help.example/c?x=1), [none](none.md)",
        sub__b_md="---\narticle_id: bee\n---\nTo [a](../a.md).",
        c_md="---\nurl: https://help.example/c\n---\nText.",
        d_json='{"metadata": {"article_id": "d", "title": "D"}, "details": {"faq_pairs":'
        ' [{"question": "Q?", "answer": "A."}], "references": {"internal_articles": ["bee", "e"]}}}',
    )
    together = read_folder([tmp_path]).articles
    alone = [
        article
        for name in ("a.md", "c.md", "d.json", "sub/b.md")
        for article in read_folder([tmp_path / name]).articles
    ]
    assert alone == list(together)
    assert together[2].links == ("bee", "e")


def test_progress(tmp_path: Path) -> None:
    """A caller can show how far it is."""
    _write(tmp_path, a_md="One.", b_md="")
    calls: list[tuple[int, int, str]] = []
    read_folder([tmp_path], (), lambda *call: calls.append(call))
    assert calls == [(0, 2, "a.md"), (1, 2, "b.md")]


def test_an_empty_folder(tmp_path: Path) -> None:
    """No files are no failure."""
    assert read_folder([tmp_path]) == FolderReading(articles=(), failures=(), skipped=())
