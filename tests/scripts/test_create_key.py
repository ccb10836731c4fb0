"""Making a key from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_pipeline.adapters.keys_file import KEYS_FILE, KeysFile, read_keys
from scripts.create_key import main


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KB_VAR", str(tmp_path))
    return tmp_path


async def test_the_printed_key_is_the_stored_one(
    var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is shown once opens what was asked for."""
    wish = [
        "--tenant",
        "acme",
        "--namespace",
        "shop",
        "--permissions",
        "tickets,kb",
        "--name",
        "desk",
    ]
    assert main(wish) == 0
    shown = capsys.readouterr().out.split()[-1]
    found = await KeysFile(var / KEYS_FILE).find(shown)
    assert found is not None
    assert (found.key_id, found.tenant, found.namespace) == ("desk", "acme", "shop")
    assert (found.permissions, found.loopback_only) == (("tickets", "kb"), False)


def test_the_least_that_works_is_the_default(var: Path) -> None:
    """Only the tenant must be said: tickets only, the settings' namespace, a random name."""
    assert main(["--tenant", "acme"]) == main(["--tenant", "acme"]) == 0
    first, second = read_keys(var / KEYS_FILE)
    assert (first.permissions, first.namespace) == (("tickets",), "default")
    assert first.key_id != second.key_id


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (["--permissions", "root"], "No such permission: root"),
        (["--name", "Desk 1"], "is no key name"),
        (["--name", "dev"], "exists already"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    var: Path, capsys: pytest.CaptureFixture[str], wish: list[str], says: str
) -> None:
    """The reason on standard error, an exit code, and no key."""
    assert main(["--tenant", "acme", *wish]) == 1
    told = capsys.readouterr()
    assert says in told.err
    assert len(told.err.splitlines()) == 1
    assert told.out == ""
    assert read_keys(var / KEYS_FILE) == ()


@pytest.mark.parametrize(
    "wish",
    [
        [],
        ["--tenant", "a b"],
        ["--tenant", "a", "--namespace", "A/B"],
        ["--tenant", "a", "--permissions", ","],
    ],
)
def test_wrong_usage_is_explained(capsys: pytest.CaptureFixture[str], wish: list[str]) -> None:
    """argparse names the argument."""
    with pytest.raises(SystemExit) as caught:
        main(wish)
    assert caught.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_a_wrong_setting_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The variable is named."""
    monkeypatch.setenv("KB_NAMESPACE", "No Namespace")
    assert main(["--tenant", "acme"]) == 1
    assert capsys.readouterr().err.startswith("KB_NAMESPACE")
