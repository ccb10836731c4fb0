"""Real accounts, real cost: `pytest -m live --force-enable-socket tests/live`.

Needs OPENAI_API_KEY, PINECONE_API_KEY or both. Pinecone's part keeps an index of its own,
`kbgate-live-tests`, for the next run, and removes what it wrote into it.
"""

from __future__ import annotations

import pytest

from tests.live.accounts import BILL, Bill


def pytest_configure(config: pytest.Config) -> None:
    config.stash[BILL] = Bill()


@pytest.fixture
def bill(pytestconfig: pytest.Config) -> Bill:
    """Where a test writes down what it used."""
    return pytestconfig.stash[BILL]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    bill = terminalreporter.config.stash[BILL]
    if bill.lines:
        terminalreporter.section("what the live tests cost")
        for line in bill.summary():
            terminalreporter.write_line(line)
