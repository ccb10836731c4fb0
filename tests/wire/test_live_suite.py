"""The live tests themselves, run against the fakes: they must work on the day that there are keys."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.wire.openai_server import API_KEY as OPENAI_KEY
from tests.wire.openai_server import OpenAIServer
from tests.wire.pinecone_server import API_KEY as PINECONE_KEY
from tests.wire.pinecone_server import PineconeServer

pytestmark = pytest.mark.slow

ACCOUNTS = ("OPENAI_", "PINECONE_", "KB_")


def run(accounts: Mapping[str, str]) -> str:
    """The output of the live suite with only these accounts."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith(ACCOUNTS)}
    command = [sys.executable, "-m", "pytest", "-m", "live", "-rs", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "tests/live"],
        env={**bare, **accounts, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_live_tests_pass_tell_their_cost_and_leave_nothing() -> None:
    with OpenAIServer() as openai, PineconeServer() as pinecone:
        told = run(
            {
                "OPENAI_API_KEY": OPENAI_KEY,
                "OPENAI_BASE_URL": openai.base_url,
                "PINECONE_API_KEY": PINECONE_KEY,
                "KB_PINECONE_CONTROL_HOST": pinecone.url,
            }
        )
        assert list(pinecone.indexes) == ["kbgate-live-tests"]
        assert list(pinecone.documents.namespaces) == []
    assert "6 passed" in told
    assert "Sum of the known prices: 0.000" in told
    assert all(not request.json().get("store", False) for request in openai.sent_to("/responses"))


def test_without_keys_every_live_test_says_which_one_it_lacks() -> None:
    told = run({})
    assert "6 skipped" in told
    assert "OPENAI_API_KEY is not set" in told
    assert "PINECONE_API_KEY is not set" in told
