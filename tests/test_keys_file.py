"""API keys in a file: what is stored, who may read it, who may come, and when a change is seen."""

from __future__ import annotations

import asyncio
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from data_pipeline.adapters.keys_file import (
    DEV_KEY_FILE,
    KEYS_FILE,
    KeysFile,
    add_key,
    development_key,
    key_hash,
    new_key,
    read_keys,
)
from data_pipeline.errors import SettingsError


def make(var: Path, key_id: str = "desk", **change: object) -> str:
    fields = {"tenant": "acme", "namespace": "shop", "permissions": ("tickets",), **change}
    return add_key(var, key_id=key_id, **fields)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_key_is_found_by_itself_only(tmp_path: Path) -> None:
    """The key, and nothing near it, names its tenant, namespace and permissions."""
    key = make(tmp_path)
    make(tmp_path, "other")
    keys = KeysFile(tmp_path / KEYS_FILE)
    found = await keys.find(key)
    assert found is not None
    assert (found.key_id, found.tenant, found.namespace) == ("desk", "acme", "shop")
    assert (found.permissions, found.loopback_only) == (("tickets",), False)
    near = (key[:-1], key + "x", key.upper(), key_hash(key))
    for wrong in ("", "kbg_", *near, new_key(), "\udc80ñ"):
        assert await keys.find(wrong) is None


def test_the_key_itself_is_not_stored(tmp_path: Path) -> None:
    """The file holds a hash, can be read by its owner only, and leaves no temporary file behind."""
    key = make(tmp_path)
    text = (tmp_path / KEYS_FILE).read_text()
    assert key not in text
    assert key_hash(key) in text
    assert mode(tmp_path / KEYS_FILE) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {KEYS_FILE, "keys.lock"}


def test_keys_have_256_bits_and_a_fixed_form() -> None:
    """`kbg_` and 43 URL-safe characters, never the same twice."""
    keys = {new_key() for _ in range(200)}
    assert len(keys) == 200
    assert {len(key) for key in keys} == {47}
    assert all(key.startswith("kbg_") for key in keys)


async def test_a_running_worker_sees_new_and_removed_keys(tmp_path: Path) -> None:
    """A key made after the start is accepted, one taken out of the file is refused."""
    keys = KeysFile(tmp_path / KEYS_FILE, look_again=0)
    key = make(tmp_path)
    assert await keys.find(key) is not None
    (tmp_path / KEYS_FILE).unlink()
    assert await keys.find(key) is None


async def test_the_file_is_not_looked_at_again_too_soon(tmp_path: Path) -> None:
    """Within `look_again` seconds a change goes unnoticed, which keeps the disk out of requests."""
    keys = KeysFile(tmp_path / KEYS_FILE, look_again=3600)
    assert await keys.find(make(tmp_path)) is None


async def test_a_file_broken_later_keeps_the_known_keys(tmp_path: Path) -> None:
    """An operator's slip of the pen locks nobody out."""
    key = make(tmp_path)
    keys = KeysFile(tmp_path / KEYS_FILE, look_again=0)
    (tmp_path / KEYS_FILE).write_text("{")
    assert await keys.find(key) is not None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"keys": 5}',
        b'{"keys": [{"key_id": "a"}]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"keys": [{"key_id":"a","sha256":"\xc3\xb1","tenant":"t","namespace":"n","permissions":[]}]}',
    ],
    ids=["empty", "cut", "array", "number", "half-a-key", "not-utf8", "deep", "no-hash"],
)
def test_a_broken_file_at_the_start_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    """The error names the file and the remedy, and nothing of what is in it."""
    path = tmp_path / KEYS_FILE
    path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        KeysFile(path)
    assert str(caught.value).startswith(f"{path} is not a file of API keys")
    assert "create_key" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key_id": "Bad Name"}, "no key name"),
        ({"key_id": ""}, "no key name"),
        ({"key_id": "dev"}, "exists already"),
        ({"permissions": ("tickets", "root")}, "No such permission: root"),
    ],
)
def test_a_wrong_wish_is_refused(tmp_path: Path, change: dict[str, object], says: str) -> None:
    """Malformed or reserved names and unknown permissions are named, and nothing is stored."""
    with pytest.raises(SettingsError, match=says):
        make(tmp_path, **change)
    assert read_keys(tmp_path / KEYS_FILE) == ()


def test_a_name_is_given_once(tmp_path: Path) -> None:
    """The second key of one name is refused and the first stays."""
    make(tmp_path)
    with pytest.raises(SettingsError, match="exists already"):
        make(tmp_path)
    assert [key.key_id for key in read_keys(tmp_path / KEYS_FILE)] == ["desk"]


async def test_the_development_key_is_made_once(tmp_path: Path) -> None:
    """It may do everything, is bound to loopback, private, and the same at every start."""
    key = development_key(tmp_path / "new", "shop")
    assert development_key(tmp_path / "new", "shop") == key
    found = await KeysFile(tmp_path / "new" / KEYS_FILE).find(key)
    assert found is not None
    assert found.loopback_only
    assert found.permissions == ("tickets", "kb", "insight", "admin")
    assert mode(tmp_path / "new" / DEV_KEY_FILE) == 0o600


async def test_the_development_key_follows_the_namespace(tmp_path: Path) -> None:
    """Another namespace in the settings changes the record, not the key, and no other key."""
    key, other = development_key(tmp_path, "one"), make(tmp_path)
    assert development_key(tmp_path, "two") == key
    keys = KeysFile(tmp_path / KEYS_FILE)
    found = await keys.find(key)
    assert found is not None
    assert found.namespace == "two"
    assert await keys.find(other) is not None


def test_a_damaged_development_key_is_replaced(tmp_path: Path) -> None:
    """An empty or cut file mends itself, and loose permissions are tightened."""
    first = development_key(tmp_path, "shop")
    path = tmp_path / DEV_KEY_FILE
    path.write_bytes(b"\xffkbg_short")
    path.chmod(0o644)
    second = development_key(tmp_path, "shop")
    assert second != first
    assert mode(path) == 0o600


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    """Four processes asking at once get the same development key, and no key of others is lost."""
    make(tmp_path)
    code = (
        "import sys, pathlib; from data_pipeline.adapters.keys_file import *;"
        "var = pathlib.Path(sys.argv[1]); print(development_key(var, 'shop'));"
        "add_key(var, key_id=sys.argv[2], tenant='t', namespace='n', permissions=['kb'])"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), f"p{number}"], stdout=subprocess.PIPE
        )
        for number in range(4)
    ]
    assert len({process.communicate()[0] for process in running}) == 1
    assert {process.returncode for process in running} == {0}
    stored = {key.key_id for key in read_keys(tmp_path / KEYS_FILE)}
    assert stored == {"desk", "dev", "p0", "p1", "p2", "p3"}


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    """A file where the folder should be gives the reason instead of a traceback."""
    (tmp_path / "var").write_text("")
    with pytest.raises(SettingsError, match="No keys can be kept in"):
        development_key(tmp_path / "var", "shop")


async def test_many_callers_wait_for_one_look(tmp_path: Path) -> None:
    """Concurrent requests share the check of the file, and each gets its key."""
    key = make(tmp_path)
    keys = KeysFile(tmp_path / KEYS_FILE, look_again=0.01)
    await asyncio.sleep(0.02)
    found = await asyncio.gather(*(keys.find(key) for _ in range(50)))
    assert all(found)
