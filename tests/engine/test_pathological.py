"""Inputs of 20,000 characters that make careless patterns explode all come back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.pathological import GROUPS

ROOT = Path(__file__).resolve().parents[2]
# No measurement: a pattern that explodes takes hours, and a process is the only thing to stop it.
GIVE_UP = 240


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_no_input_explodes(group: str) -> None:
    """Every reader of foreign text ends on runs of every sign and phrase that its patterns know."""
    command = [sys.executable, "-m", "tests.engine.pathological", group]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=GIVE_UP, check=False
        )
    except subprocess.TimeoutExpired as stuck:
        tried = (stuck.stdout or b"").decode().splitlines()
        pytest.fail(f"stuck in {tried[-1] if tried else group}")
    assert done.returncode == 0, (done.stdout.splitlines()[-1:], done.stderr[-2000:])
