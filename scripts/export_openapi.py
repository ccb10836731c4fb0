"""Write the OpenAPI document that a test compares: `python -m scripts.export_openapi [PATH]`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

_SNAPSHOT = Path("tests/snapshots/openapi.json")


def main(argv: list[str] | None = None) -> int:
    """Have the edge write its document in a process of its own: scripts do not import it."""
    parser = argparse.ArgumentParser(description="Write the OpenAPI document of the service.")
    parser.add_argument(
        "path", nargs="?", type=Path, default=_SNAPSHOT, help="default: %(default)s"
    )
    path = parser.parse_args(argv).path
    code = subprocess.run([sys.executable, "-m", "api.openapi", str(path)], check=False).returncode
    if code == 0:
        print(f"{path} is written.")
    return code


if __name__ == "__main__":
    sys.exit(main())
