"""What every script does around its `main`."""

from __future__ import annotations

import subprocess
import sys

LOGS = """
import structlog
from scripts.terminal import quiet_when_unread

def main():
    structlog.get_logger().info("told_nobody")
    structlog.get_logger().error("told", of="a script")
    print("result")
    return 0

quiet_when_unread(main)
"""


def test_log_lines_go_to_standard_error_and_never_between_results() -> None:
    done = subprocess.run([sys.executable, "-c", LOGS], capture_output=True, text=True, check=True)
    assert done.stdout == "result\n"
    assert '"event":"told"' in done.stderr
    assert "told_nobody" not in done.stderr
