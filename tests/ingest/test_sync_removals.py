"""What a sync removes: nothing that was given, nothing in doubt, never more than may go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.articles import Article, Chunk
from data_pipeline.ingest.folder import read_folder
from data_pipeline.ingest.removals import Fate, allowed, removals
from data_pipeline.ingest.sync import load
from data_pipeline.ingest.vanished import Folders, Vanishing, find_vanished, remove
from data_pipeline.ingest.visibility import wait_until_visible, wanted_hashes
from tests.builders_index import an_article, put
from tests.fakes_index import MemoryIndex

NS = "default"
IDS = st.sampled_from([f"a{n}" for n in range(8)])
CANDIDATES = st.dictionaries(IDS, st.lists(st.sampled_from(Fate), max_size=3))


# The plan


@given(CANDIDATES, st.sets(IDS), st.integers(0, 50), st.none() | st.integers(0, 9), st.booleans())
def test_nothing_given_or_doubted_goes(
    candidates: dict[str, list[Fate]],
    kept: set[str],
    stored: int,
    max_delete: int | None,
    doubted: bool,
) -> None:
    """Only articles go whose files are all gone; a plan above the cap or in doubt is refused."""
    doubt = "something is odd" if doubted else ""
    found = removals(candidates, kept, stored=stored, max_delete=max_delete, doubt=doubt)
    assert not kept & {*found.remove, *found.kept}
    assert {*found.remove, *found.kept} == set(candidates) - kept
    assert all(set(candidates[key]) == {Fate.GONE} for key in found.remove)
    over = len(found.remove) > allowed(stored, max_delete)
    assert bool(found.refused) is bool(found.remove and (doubted or over))


@pytest.mark.parametrize(
    ("stored", "max_delete", "most"),
    [
        (0, None, 1),
        (5, None, 1),
        (19, None, 1),
        (20, None, 2),
        (500, None, 50),
        (5, 0, 0),
        (5, 9, 9),
    ],
)
def test_how_many_may_go(stored: int, max_delete: int | None, most: int) -> None:
    """A tenth, always one, or what the operator says, also nothing."""
    assert allowed(stored, max_delete) == most


# Files


class Desk:
    """A folder and a store that has been loaded from it."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.folder = folder
        self.index = MemoryIndex()
        for name in names:
            self.write(name, f"What {name} says.")

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    async def sync(self, *, max_delete: int | None = 9, mirror: bool = False) -> Vanishing:
        reading = read_folder([self.folder])
        report = await load(self.index, NS, reading.articles, ())
        folders = Folders(
            paths=(self.folder,),
            articles=reading.articles,
            failures=reading.failures,
            mirror=mirror,
        )
        return await find_vanished(
            self.index, NS, folders, report.not_in_sources, max_delete=max_delete
        )


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "kb", "a.md", "b.md", "sub/c.md")
    await desk.sync()
    return desk


async def test_a_vanished_file_takes_its_article_along(desk: Desk) -> None:
    """Its article is found and removed, the others stay."""
    (desk.folder / "a.md").unlink()
    found = await desk.sync(max_delete=None)
    assert (found.plan.remove, found.plan.refused) == (("a",), "")
    assert await remove(desk.index, NS, found.hashes) == (["a"], [])
    assert sorted(await desk.index.content_hashes(NS)) == ["b", "sub-c"]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"---\nbroken: ["])
async def test_an_unreadable_file_has_not_vanished(desk: Desk, content: bytes) -> None:
    """Its article stays, and what did vanish beside it may go."""
    (desk.folder / "a.md").write_bytes(content)
    (desk.folder / "b.md").unlink()
    found = await desk.sync()
    assert (found.plan.remove, found.plan.kept, found.plan.refused) == (
        ("b",),
        {"a": Fate.UNREAD},
        "",
    )


async def test_an_unreadable_new_file_may_be_a_vanished_one(desk: Desk) -> None:
    """A file that was moved and broken at once cannot be told from a new one: nothing goes."""
    (desk.folder / "a.md").unlink()
    (desk.folder / "moved.md").write_bytes(b"\x00\x01")
    found = await desk.sync()
    assert found.plan.remove == ("a",)
    assert found.plan.refused.startswith("moved.md could not be read")


async def test_a_broken_configuration_is_no_removal(desk: Desk) -> None:
    """Files below a broken kb.toml are not read, and stay."""
    desk.write("sub/kb.toml", "[defaults")
    (desk.folder / "a.md").unlink()
    found = await desk.sync()
    assert (found.plan.remove, found.plan.kept, found.plan.refused) == (
        ("a",),
        {"sub-c": Fate.UNREAD},
        "",
    )


async def test_two_files_with_one_id_remove_neither(desk: Desk) -> None:
    """Neither is read, and the article that they both claim stays, wherever it came from."""
    (desk.folder / "a.md").unlink()
    for name in ("one.md", "two.md"):
        desk.write(name, "---\narticle_id: a\n---\nWords.")
    found = await desk.sync()
    assert (found.plan.remove, found.plan.kept) == ((), {"a": Fate.UNREAD})


async def test_a_file_with_another_id_gives_up_the_old_one(desk: Desk) -> None:
    """The file is there and was read as another article, so the old one has vanished."""
    desk.write("a.md", "---\narticle_id: new\n---\nOther words.")
    assert (await desk.sync()).plan.remove == ("a",)


async def test_a_renamed_file_is_no_removal(desk: Desk) -> None:
    """The same content under a new name has been renamed by the load already."""
    (desk.folder / "a.md").rename(desk.folder / "z.md")
    found = await desk.sync()
    assert found.plan.remove == ()
    assert "z" in await desk.index.content_hashes(NS)


async def test_articles_from_elsewhere_stay(desk: Desk, tmp_path: Path) -> None:
    """Those of another folder, there or not, and those that came without a file; unless told."""
    other = Desk(tmp_path / "other", "x.md")
    other.index = desk.index
    await other.sync()
    await desk.index.apply(NS, [put(an_article("sent", "Words."))])
    kept = {**dict.fromkeys(("a", "b", "sub-c"), Fate.ELSEWHERE), "sent": Fate.NO_FILE}
    (desk.folder / "a.md").unlink()
    found = await other.sync()
    assert (found.plan.remove, found.plan.kept) == ((), kept)
    assert (await other.sync(mirror=True)).plan.remove == ("a", "b", "sent", "sub-c")


async def test_an_empty_folder_removes_nothing(desk: Desk) -> None:
    """Perhaps it is not mounted; --max-delete says that it is meant."""
    for path in ("a.md", "b.md", "sub/c.md"):
        (desk.folder / path).unlink()
    found = await desk.sync(max_delete=None)
    assert found.plan.refused.startswith("no article was found in")
    assert (await desk.sync(max_delete=3)).plan.refused == ""


async def test_too_many_at_once(desk: Desk) -> None:
    """Two of three are more than a tenth, and more than one."""
    (desk.folder / "a.md").unlink()
    (desk.folder / "b.md").unlink()
    found = await desk.sync(max_delete=None)
    assert "2 of 3 stored articles have vanished" in found.plan.refused
    assert "--max-delete 2" in found.plan.refused


async def test_an_article_that_came_back_meanwhile_stays(desk: Desk) -> None:
    """Somebody stored it anew between the question and the answer."""
    (desk.folder / "a.md").unlink()
    found = await desk.sync()
    await desk.index.apply(NS, [put(an_article("a", "New words."))])
    removed, failed = await remove(desk.index, NS, found.hashes)
    assert (removed, [f.article_id for f in failed]) == ([], ["a"])
    assert await desk.index.article_chunks(NS, "a")


async def test_a_folder_that_may_not_be_looked_into(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies below it cannot be told to be gone."""
    closed = str(desk.folder.resolve() / "sub")
    monkeypatch.setattr("os.access", lambda path, mode: str(path) != closed)
    (desk.folder / "sub/c.md").unlink()
    assert (await desk.sync()).plan.kept == {"sub-c": Fate.UNREAD}


# Waiting


class SlowIndex(MemoryIndex):
    """Shows what was written only after so many looks at the catalogue."""

    looks = 0

    async def article_chunks(self, namespace: str, article_id: str) -> Sequence[Chunk]:
        self.looks -= 1
        if self.looks >= 0:
            return []
        return await super().article_chunks(namespace, article_id)


def an_upload() -> Article:
    (article,) = read_folder([Path(__file__).parents[2] / "README.md"]).articles
    return article


async def test_waiting_ends_when_all_is_there() -> None:
    """It asks again until the new chunks answer."""
    index = SlowIndex()
    await load(index, NS, [an_upload()], ())
    index.looks = 2
    assert await wait_until_visible(index, NS, wanted_hashes([an_upload()]), patience=30)
    assert index.looks == -1


async def test_waiting_has_an_end() -> None:
    """An article that never comes, and one that never goes."""
    index = MemoryIndex(an_article("stays", "Words."))
    assert not await wait_until_visible(index, NS, wanted_hashes([an_upload()]), patience=0.01)
    assert not await wait_until_visible(index, NS, wanted_hashes([], ["stays"]), patience=0.01)
    assert await wait_until_visible(index, NS, wanted_hashes([], ["gone"]), patience=30)
