"""What only the embedded store does: files, processes, versions, damage."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest
from blockbuster import blockbuster_ctx

from data_pipeline.adapters.embedded import EmbeddedIndex, published
from data_pipeline.adapters.embedded.lance import Store
from data_pipeline.adapters.embedded.schema import _to_row
from data_pipeline.adapters.holdings.statistics import counted
from data_pipeline.adapters.holdings.stored import analysed
from data_pipeline.errors import IndexUnavailableError
from data_pipeline.ingest.sync import load
from data_pipeline.ingest.verification import verify
from data_pipeline.ports import ChunkFilter
from tests.adapters.loader_process import NAMESPACE, edition_of, hold_pen, load_edition, processes
from tests.builders_index import a_chunk, an_article, put

ANY = ChunkFilter()


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[EmbeddedIndex]:
    opened = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
    yield opened
    await opened.close()


async def table_version(folder: Path) -> int:
    return await (await Store(folder / NAMESPACE).open()).version()


# Names and places


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "a/b", "A", "_a", "-a", "a" * 64, "a\x00", "ñ", "a\n", "/etc", "*"],
)
async def test_hostile_namespace_is_refused(tmp_path: Path, name: str) -> None:
    """No namespace can leave the store's folder, whatever it is called."""
    index = EmbeddedIndex(tmp_path / "kb")
    with pytest.raises(IndexUnavailableError, match="A namespace is named with"):
        await index.search(name, ["x"], limit=1, where=ANY)
    with pytest.raises(IndexUnavailableError, match="A namespace is named with"):
        await index.apply(name, [put([a_chunk()])])
    assert _files(tmp_path) == []


async def test_reading_makes_no_files(tmp_path: Path) -> None:
    """Asking an unwritten store leaves the disk as it was."""
    index = EmbeddedIndex(tmp_path / "kb")
    await index.search("ns", ["x"], limit=1, where=ANY)
    await index.catalogue("ns")
    await index.content_hashes("ns")
    assert [chunk async for chunk in index.list_chunks("ns")] == []
    await index.ping()
    assert _files(tmp_path) == []


async def test_a_file_in_the_folder_s_place(tmp_path: Path) -> None:
    """A file where the folder should be is named in the error, for readers and writers."""
    (tmp_path / "kb").write_text("")
    index = EmbeddedIndex(tmp_path / "kb")
    with pytest.raises(IndexUnavailableError, match="kb"):
        await index.ping()
    with pytest.raises(IndexUnavailableError, match=r"cannot be written to .* KB_VAR"):
        await index.apply("ns", [put([a_chunk()])])


# Versions


async def test_second_load_writes_nothing(index: EmbeddedIndex, tmp_path: Path) -> None:
    """The same articles again: no new table version, no new catalogue."""
    await load(index, NAMESPACE, edition_of(0, articles=60), ("plan",))
    before = await table_version(tmp_path), published.stamp(tmp_path / NAMESPACE)
    report = await load(index, NAMESPACE, edition_of(0, articles=60), ("plan",))
    assert (report.changed, report.chunks_written) == ([], 0)
    assert (await table_version(tmp_path), published.stamp(tmp_path / NAMESPACE)) == before


async def test_refresh_folds_new_rows_into_the_index(index: EmbeddedIndex, tmp_path: Path) -> None:
    """After the refresh of a large load no row is left outside the full-text index."""
    await index.apply(NAMESPACE, [put(an_article("a", *[f"parrot {n}" for n in range(150)]))])
    assert await _unindexed(tmp_path) == 150
    await index.refresh(NAMESPACE, ())
    assert await _unindexed(tmp_path) == 0
    hits = await index.search(NAMESPACE, ["parrot"], limit=200, where=ANY)
    assert len(hits) == 150


async def test_old_versions_go_and_readers_keep_theirs(tmp_path: Path) -> None:
    """A refresh drops versions that nobody reads; one just replaced stays readable."""
    writer = EmbeddedIndex(tmp_path, keep_seconds=0.0)
    for n in range(60):
        await writer.apply(NAMESPACE, [put(an_article("a", f"parrot {n}"))])
    reader = EmbeddedIndex(tmp_path, refresh_seconds=3_600)
    assert (await reader.article_chunks(NAMESPACE, "a"))[0].body == "parrot 59"
    await asyncio.sleep(1.1)  # a version is dropped by its age, with a second for the clock
    await writer.apply(NAMESPACE, [put(an_article("a", "parrot 60"))])
    assert len(await _versions(tmp_path)) > 60
    await writer.refresh(NAMESPACE, ())
    assert len(await _versions(tmp_path)) <= 3
    assert (await writer.article_chunks(NAMESPACE, "a"))[0].body == "parrot 60"


def test_versions_in_use_are_known() -> None:
    """A replaced version counts as read for a while after its replacement, then no more."""
    first = published.Published(table_version=5)
    second = published.retire(first, published.Published(table_version=6), now=100.0, since=90.0)
    third = published.retire(second, published.Published(table_version=9), now=105.0, since=95.0)
    same = published.retire(third, published.Published(table_version=9), now=106.0, since=96.0)
    assert same.retired == ((5, 100.0), (6, 105.0))
    assert published.oldest_in_use(same, since=100.0) == 5
    assert published.oldest_in_use(same, since=101.0) == 6
    assert published.oldest_in_use(same, since=110.0) == 9
    assert published.retire(None, first, now=1.0, since=0.0) == first


# Processes


async def test_reader_sees_what_another_process_loads(index: EmbeddedIndex, tmp_path: Path) -> None:
    """A store that a reader found empty answers as soon as another process has loaded it."""
    assert await index.count(NAMESPACE) == 0
    context = processes()
    ready = context.Event()
    process = context.Process(target=load_edition, args=(tmp_path, 0, 3, ready))
    process.start()
    await asyncio.to_thread(process.join, 60)
    assert await index.count(NAMESPACE) == 9
    assert len((await index.catalogue(NAMESPACE)).articles) == 3


async def test_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    """While another process holds the pen a reader answers and a writer fails with its id."""
    index = EmbeddedIndex(tmp_path, patience=0.05)
    await index.apply(NAMESPACE, [put([a_chunk()])])
    context = processes()
    ready, done = context.Event(), context.Event()
    holder = context.Process(target=hold_pen, args=(tmp_path, ready, done))
    holder.start()
    await asyncio.to_thread(ready.wait, 60)
    assert await index.count(NAMESPACE) == 1
    with pytest.raises(
        IndexUnavailableError, match=rf"\(id {holder.pid}\) .*wait until it is done"
    ):
        await index.delete_article(NAMESPACE, "returns")
    done.set()
    await asyncio.to_thread(holder.join, 60)
    patient = EmbeddedIndex(tmp_path, patience=60)
    assert await patient.delete_article(NAMESPACE, "returns") == 1


async def test_pen_of_a_dead_writer_is_free(tmp_path: Path) -> None:
    """The kernel takes the pen from a writer that was killed."""
    context = processes()
    ready, done = context.Event(), context.Event()
    holder = context.Process(target=hold_pen, args=(tmp_path, ready, done))
    holder.start()
    await asyncio.to_thread(ready.wait, 60)
    holder.kill()
    await asyncio.to_thread(holder.join, 60)
    index = EmbeddedIndex(tmp_path, patience=0.0)
    await index.apply(NAMESPACE, [put([a_chunk()])])
    assert await index.count(NAMESPACE) == 1


def test_use_after_fork_is_refused(tmp_path: Path) -> None:
    """A worker forked after the store was opened gets a sentence, not a crash or a hang."""
    script = """
        import asyncio, os, pathlib, sys, warnings
        from data_pipeline.adapters.embedded import EmbeddedIndex
        from data_pipeline.errors import IndexUnavailableError
        warnings.simplefilter("ignore")
        index = EmbeddedIndex(pathlib.Path(sys.argv[1]))
        asyncio.run(index.count("ns"))
        if os.fork():
            sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
        for used in (index, EmbeddedIndex(pathlib.Path(sys.argv[1]))):
            try:
                asyncio.run(used.count("ns"))
                os._exit(1)
            except IndexUnavailableError as error:
                print(error, flush=True)
        os._exit(0)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout.count("after the fork")) == (0, 2), done.stderr


def test_lancedb_is_imported_at_first_use_only() -> None:
    """Importing and making the index costs nothing: a forked worker can do it before or after."""
    script = """
        import pathlib, sys
        from data_pipeline.adapters.embedded import EmbeddedIndex
        EmbeddedIndex(pathlib.Path("."))
        sys.exit("lancedb" in sys.modules or "pyarrow" in sys.modules)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], timeout=60, check=False)
    assert done.returncode == 0


async def test_event_loop_is_never_blocked(tmp_path: Path) -> None:
    """No call makes the event loop wait for a file, a lock or an import."""
    with blockbuster_ctx():
        index = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
        await index.apply(NAMESPACE, [put([a_chunk(scope={"plan": ("a",)})])])
        await index.refresh(NAMESPACE, ("plan",))
        where = ChunkFilter({"plan": ("a",)}, date(2026, 1, 1))
        assert await index.search(NAMESPACE, ["parcel"], limit=1, where=where)
        assert [chunk async for chunk in index.list_chunks(NAMESPACE)]
        await index.article_chunks(NAMESPACE, "returns")
        await index.content_hashes(NAMESPACE)
        await index.catalogue(NAMESPACE)
        await index.count(NAMESPACE)
        await index.ping()
        await index.delete_article(NAMESPACE, "returns")
        await index.close()


# Damage


def _truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _emptied(file: Path) -> None:
    file.write_bytes(b"")


def _scrambled(file: Path) -> None:
    file.write_bytes(os.urandom(file.stat().st_size))


@pytest.mark.parametrize("pattern", ["chunks.lance/data/*", "chunks.lance/_versions/*.manifest"])
@pytest.mark.parametrize("damage", [_truncated, _emptied, _scrambled, Path.unlink])
async def test_damaged_table_is_unavailable(
    tmp_path: Path, pattern: str, damage: Callable[[Path], None]
) -> None:
    """Whatever happens to the table's files, callers get the one error, with what to do next."""
    await _loaded(tmp_path)
    for file in (tmp_path / NAMESPACE).glob(pattern):
        damage(file)
    index = EmbeddedIndex(tmp_path)
    for call in (
        lambda: index.search(NAMESPACE, ["parcel"], limit=5, where=ANY),
        lambda: index.article_chunks(NAMESPACE, "returns"),
        index.ping,
    ):
        with pytest.raises(IndexUnavailableError, match="run this again"):
            await call()


@pytest.mark.parametrize("damage", [_truncated, _emptied, _scrambled])
async def test_damaged_catalogue_is_mended_by_a_load(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """Readers say what is wrong; the next refresh makes the same catalogue again."""
    before = await _loaded(tmp_path)
    damage(tmp_path / NAMESPACE / "catalogue.msgpack")
    index = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
    with pytest.raises(IndexUnavailableError, match="load the articles again"):
        await index.search(NAMESPACE, ["parcel"], limit=5, where=ANY)
    await index.refresh(NAMESPACE, ("plan",))
    assert await index.catalogue(NAMESPACE) == before


@pytest.mark.parametrize("damage", [_truncated, _emptied, _scrambled])
async def test_damaged_catalogue_is_mended_by_an_unchanged_load(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """A load with nothing to write mends it as the error says, scope keys in use included."""
    scoped = [
        msgspec.structs.replace(one, scope={"plan": ("Gold",)}) for one in edition_of(0, articles=2)
    ]
    await load(EmbeddedIndex(tmp_path), NAMESPACE, scoped, ("plan",))
    before = await EmbeddedIndex(tmp_path).catalogue(NAMESPACE)
    damage(tmp_path / NAMESPACE / "catalogue.msgpack")
    index = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
    with pytest.raises(IndexUnavailableError, match="load the articles again"):
        await index.catalogue(NAMESPACE)
    report = await load(index, NAMESPACE, scoped, ())
    assert report.chunks_written == 0
    assert await index.catalogue(NAMESPACE) == before


async def test_terms_of_another_analyser_are_refused_and_made_anew(tmp_path: Path) -> None:
    """Rows analysed by another release are never searched; a load with no new text renews them."""
    wanted = edition_of(0, articles=2)
    await load(EmbeddedIndex(tmp_path), NAMESPACE, wanted, ("plan",))
    before = await EmbeddedIndex(tmp_path).catalogue(NAMESPACE)
    await _analysed_otherwise(tmp_path / NAMESPACE)
    index = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
    for ask in (
        index.search(NAMESPACE, ["number1"], limit=5, where=ANY),
        index.ping(),
        verify(index, NAMESPACE, wanted),
    ):
        with pytest.raises(IndexUnavailableError, match="load the articles again"):
            await ask
    report = await load(index, NAMESPACE, wanted, ("plan",))
    assert report.chunks_written == 0
    assert await index.catalogue(NAMESPACE) == before
    hits = await index.search(NAMESPACE, ["number1"], limit=5, where=ANY)
    assert {hit.terms for hit in hits} == {analysed(hit.chunk).terms for hit in hits}
    version = await table_version(tmp_path)
    await load(index, NAMESPACE, wanted, ("plan",))
    assert await table_version(tmp_path) == version


async def _analysed_otherwise(folder: Path) -> None:
    """Leave the store as a release with another analyser would have."""
    table = await Store(folder).open()
    rows = [msgspec.structs.replace(row, terms=("x", "x", "x")) for row in await table.stored()]
    await table.write([_to_row(row) for row in rows], ())
    current = published.read(folder)
    assert current is not None
    other = msgspec.structs.replace(
        current, analyser="other", table_version=await table.version(), contents=counted(rows)
    )
    published.write(folder, other)


async def test_store_of_another_release_is_refused(tmp_path: Path) -> None:
    """A catalogue of another format is neither read nor overwritten."""
    await _loaded(tmp_path)
    folder = tmp_path / NAMESPACE
    current = published.read(folder)
    assert current is not None
    published.write(folder, published.Published(format=99, table_version=current.table_version))
    index = EmbeddedIndex(tmp_path)
    with pytest.raises(IndexUnavailableError, match="another release"):
        await index.count(NAMESPACE)
    with pytest.raises(IndexUnavailableError, match="another release"):
        await index.apply(NAMESPACE, [put([a_chunk("b")])])


async def test_missing_table_is_never_overwritten_silently(tmp_path: Path) -> None:
    """A published table that cannot be opened is an error for the writer too, not a new start."""
    await _loaded(tmp_path)
    (tmp_path / NAMESPACE / "chunks.lance").rename(tmp_path / NAMESPACE / "moved")
    index = EmbeddedIndex(tmp_path)
    with pytest.raises(IndexUnavailableError, match="run this again"):
        await index.apply(NAMESPACE, [put([a_chunk("b")])])


async def test_store_removed_and_loaded_again_under_a_reader(tmp_path: Path) -> None:
    """A store that is gone is an error and no answer, until it is loaded again: then it serves."""
    reader = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
    for edition in range(3):
        index = EmbeddedIndex(tmp_path)
        await load(index, NAMESPACE, edition_of(edition, articles=5), ())
        (hit,) = await reader.search(NAMESPACE, ["number3"], limit=1, where=ANY)
        assert f"edition{edition} " in hit.chunk.body
        shutil.rmtree(tmp_path / NAMESPACE)
        for ask in (reader.ping, lambda: reader.catalogue(NAMESPACE)):
            with pytest.raises(IndexUnavailableError, match="was there and is gone"):
                await ask()


async def test_whole_store_moved_away_under_a_reader(tmp_path: Path) -> None:
    """Without its folder the service is not ready; with the folder back it answers as before."""
    await _loaded(tmp_path / "kb")
    reader = EmbeddedIndex(tmp_path / "kb", refresh_seconds=0.001)
    before = await reader.catalogue(NAMESPACE)
    (tmp_path / "kb").rename(tmp_path / "away")
    with pytest.raises(IndexUnavailableError, match="put the folder back"):
        await reader.ping()
    with pytest.raises(IndexUnavailableError, match="put the folder back"):
        await reader.search(NAMESPACE, ["parcel"], limit=5, where=ANY)
    (tmp_path / "away").rename(tmp_path / "kb")
    assert await reader.catalogue(NAMESPACE) == before


async def test_lost_catalogue_is_no_empty_store(tmp_path: Path) -> None:
    """Rows without a catalogue are an error for a new process too, and the next load mends it."""
    await load(EmbeddedIndex(tmp_path), NAMESPACE, edition_of(0, articles=2), ("plan",))
    (tmp_path / NAMESPACE / "catalogue.msgpack").unlink()
    index = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
    with pytest.raises(IndexUnavailableError, match="load the articles again"):
        await index.count(NAMESPACE)
    report = await load(index, NAMESPACE, edition_of(0, articles=2), ("plan",))
    assert report.chunks_written == 0
    assert len((await index.catalogue(NAMESPACE)).articles) == 2


async def test_one_damaged_namespace_stops_only_its_own(tmp_path: Path) -> None:
    """Ready while one namespace answers, not when none does; an unwritten one counts for neither."""
    index = EmbeddedIndex(tmp_path, refresh_seconds=0.001)
    assert await index.count("unwritten") == 0
    await index.apply("one", [put([a_chunk()])])
    await index.apply("two", [put([a_chunk()])])
    _scrambled(tmp_path / "one" / "catalogue.msgpack")
    await index.ping()
    with pytest.raises(IndexUnavailableError, match="load the articles again"):
        await index.count("one")
    _scrambled(tmp_path / "two" / "catalogue.msgpack")
    with pytest.raises(IndexUnavailableError, match="load the articles again"):
        await index.ping()


async def test_errors_hold_no_text_of_articles(tmp_path: Path) -> None:
    """Neither what was searched nor what is stored stands in an error."""
    await _loaded(tmp_path)
    for file in (tmp_path / NAMESPACE).glob("chunks.lance/data/*"):
        _scrambled(file)
    with pytest.raises(IndexUnavailableError) as caught:
        await EmbeddedIndex(tmp_path).search(NAMESPACE, ["parcel"], limit=5, where=ANY)
    assert "parcel" not in str(caught.value)


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def _loaded(folder: Path) -> object:
    index = EmbeddedIndex(folder)
    await index.apply(NAMESPACE, [put([a_chunk()])])
    await index.refresh(NAMESPACE, ("plan",))
    catalogue = await index.catalogue(NAMESPACE)
    await index.close()
    return catalogue


async def _versions(folder: Path) -> list[object]:
    table = await Store(folder / NAMESPACE).open()
    return list(await table._table.list_versions())


async def _unindexed(folder: Path) -> int:
    table = await Store(folder / NAMESPACE).open()
    return int((await table._table.index_stats("searched_idx")).num_unindexed_rows)
