"""API keys in a JSON file: `{"keys": [{key_id, sha256, tenant, namespace, permissions, ...}]}`.

The file holds hashes only, is written whole (a temporary file, then a rename) under a lock, and is
read again when it changes, so running workers see a new key without a restart. The development key
alone is also kept in clear, in a file of its own that only its owner can read.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import hmac
import os
import re
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import structlog

from data_pipeline.errors import SettingsError
from data_pipeline.ports import ApiKey

KEYS_FILE = "keys.json"
DEV_KEY_FILE = "dev_key"
DEV_KEY_ID = "dev"
PERMISSIONS = ("tickets", "kb", "insight", "admin")

_KEY = re.compile(r"kbg_[A-Za-z0-9_-]{43}")
_HASH = re.compile(r"[0-9a-f]{64}")
_KEY_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_log = structlog.get_logger()

_Stamp = tuple[int, int, int] | None


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keys: tuple[ApiKey, ...] = ()


class KeysFile:
    """Keys from a file that is looked at again every `look_again` seconds; none when it is missing.

    A file that breaks later is reported once per change, and the keys read before stay valid.
    """

    def __init__(self, path: Path, *, look_again: float = 0.5) -> None:
        """Read the file now. Raises `SettingsError` when it is there and cannot be used."""
        self._path = path
        self._look_again = look_again
        self._stamp = _stamp(path)
        self._keys = read_keys(path)
        self._looked_at = time.monotonic()

    async def find(self, presented: str) -> ApiKey | None:
        if time.monotonic() - self._looked_at >= self._look_again:
            self._looked_at = time.monotonic()  # before the await: one look is enough
            await asyncio.to_thread(self._look)
        digest = key_hash(presented)
        # Every key is compared, so the time taken says nothing about which one nearly fits.
        fitting = [key for key in self._keys if hmac.compare_digest(key.sha256, digest)]
        return fitting[0] if fitting else None

    def _look(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._keys = read_keys(self._path)
        except SettingsError as error:
            _log.error("keys_file_unusable", reason=str(error))


def key_hash(key: str) -> str:
    """The SHA-256 of a key in hex: the only form of it that is stored."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def new_key() -> str:
    """A fresh key: `kbg_` and 256 random bits as 43 URL-safe characters."""
    return f"kbg_{secrets.token_urlsafe(32)}"


def read_keys(path: Path) -> tuple[ApiKey, ...]:
    """The keys in the file, none when there is no file. Raises `SettingsError`."""
    try:
        keys = msgspec.json.decode(path.read_bytes(), type=_Stored).keys
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}).") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        keys = None
    if keys is None or not all(_HASH.fullmatch(key.sha256) for key in keys):
        raise SettingsError(
            f"{path} is not a file of API keys: restore it, or remove it and make new keys with "
            "python -m scripts.create_key."
        )
    return keys


def add_key(
    var: Path, *, key_id: str, tenant: str, namespace: str, permissions: Sequence[str]
) -> str:
    """Make a key, store its hash in `<var>/keys.json` and return the key itself, this once.

    Raises `SettingsError` when the id is malformed or taken or a permission does not exist.
    """
    if not _KEY_ID.fullmatch(key_id):
        raise SettingsError(
            f"{key_id!r} is no key name: use 1 to 63 of a-z, 0-9, - and _, not - or _ first."
        )
    if unknown := sorted(set(permissions) - set(PERMISSIONS)):
        raise SettingsError(
            f"No such permission: {', '.join(unknown)}. There are {', '.join(PERMISSIONS)}."
        )
    key = new_key()
    with _locked(var):
        stored = read_keys(var / KEYS_FILE)
        if key_id in {DEV_KEY_ID, *(other.key_id for other in stored)}:
            raise SettingsError(f"A key named {key_id} exists already: choose another name.")
        added = ApiKey(
            key_id=key_id,
            sha256=key_hash(key),
            tenant=tenant,
            namespace=namespace,
            permissions=tuple(permissions),
        )
        _write_keys(var, (*stored, added))
    return key


def development_key(var: Path, namespace: str) -> str:
    """The key of this machine, made on the first call: all permissions, from loopback only.

    Kept in clear in `<var>/dev_key` (mode 0600), its hash beside the other keys. Any number of
    processes may call this at once. Raises `SettingsError`.
    """
    with _locked(var):
        key = _kept_key(var / DEV_KEY_FILE)
        wanted = ApiKey(
            key_id=DEV_KEY_ID,
            sha256=key_hash(key),
            tenant=DEV_KEY_ID,
            namespace=namespace,
            permissions=PERMISSIONS,
            loopback_only=True,
        )
        stored = read_keys(var / KEYS_FILE)
        if wanted not in stored:
            others = (other for other in stored if other.key_id != DEV_KEY_ID)
            _write_keys(var, (*others, wanted))
    return key


def _kept_key(path: Path) -> str:
    """The key in the file; a file that is missing or holds no key gets a new one."""
    key = path.read_text(encoding="ascii", errors="replace").strip() if path.exists() else ""
    if not _KEY.fullmatch(key):
        key = new_key()
        _write_private(path, f"{key}\n".encode())
    path.chmod(0o600)
    return key


@contextmanager
def _locked(var: Path) -> Iterator[None]:
    """One process at a time in here; what the file system refuses becomes a `SettingsError`."""
    try:
        var.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(var / "keys.lock", os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise SettingsError(f"No keys can be kept in {var} ({error.strerror}).") from None


def _write_keys(var: Path, keys: tuple[ApiKey, ...]) -> None:
    text = msgspec.json.format(msgspec.json.encode(_Stored(keys)), indent=2)
    _write_private(var / KEYS_FILE, text + b"\n")


def _write_private(path: Path, content: bytes) -> None:
    """Replace `path` in one step; mkstemp makes it with mode 0600, and so it stays."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _stamp(path: Path) -> _Stamp:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
