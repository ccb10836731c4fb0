"""What `make serve` runs: development key, example knowledge base, server on 127.0.0.1.

Everything that was done by an earlier start is left as it is.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import socket
import subprocess
import sys
from pathlib import Path

from data_pipeline.adapters.keys_file import development_key
from data_pipeline.errors import SettingsError
from data_pipeline.settings import Settings, load_settings
from data_pipeline.wiring import uses_pinecone
from scripts.terminal import INTERRUPTED

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples" / "kb"
STAMP = "examples_loaded"
HOST = "127.0.0.1"
_DIGITS = len("65535")
_QUESTION = '{"inquiry": "Can I pause my subscription over winter?", "scope": {"plan": "Flex"}}'


def main(argv: list[str] | None = None) -> int:
    """Prepare what is missing and become the server; 1 and one sentence when that cannot be."""
    given = _parser().parse_args(argv).port
    os.chdir(ROOT)
    if sentence := port_problem(given):
        print(sentence, file=sys.stderr)
        return 1
    port = int(given)
    try:
        settings = load_settings()
        key = development_key(settings.var, settings.namespace)
        load_examples(settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    print(greeting(port, key), flush=True)
    return os.execv(sys.executable, server_command(port))  # noqa: S606 - no shell is wanted


def port_problem(given: str) -> str:
    """Why the server cannot listen there and what to do, in one sentence; empty if it can."""
    port = int(given) if given.isdecimal() and len(given) <= _DIGITS else 0
    if not 1 <= port <= 65_535:  # noqa: PLR2004
        return (
            f"{given[:20]!r} is no port: choose one from 1024 to 65535, as in PORT=8001 make serve."
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            other = port + 1 if 1024 <= port < 65_535 else 8000  # noqa: PLR2004
            return f"Port {port} cannot be used ({error.strerror}): try PORT={other} make serve."
    return ""


def load_examples(settings: Settings) -> None:
    """Load the examples unless this very code has loaded these very files already.

    A knowledge base that somebody else put there is left alone. The loader runs in a process of its
    own, because nothing may have opened the store before the server forks.
    """
    if uses_pinecone(settings):
        print("The examples are not loaded into Pinecone: load yours with scripts.sync_articles.")
        return
    stamp, wanted = settings.var / STAMP, examples_digest(settings)
    if not stamp.exists() and (settings.var / "kb").exists():
        print("The examples are not loaded: there is a knowledge base already.")
        return
    if stamp.exists() and stamp.read_text(encoding="ascii", errors="replace") == wanted:
        return
    stamp.write_text("", encoding="ascii")  # begun: what is found next time is our own
    print("Loading the example knowledge base.", flush=True)
    command = [sys.executable, "-m", "scripts.process_articles", str(EXAMPLES)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode == 0:
        stamp.write_text(wanted, encoding="ascii")
    else:
        print("The examples were not loaded completely; the service starts with what there is.")


def examples_digest(settings: Settings) -> str:
    """A hash over the example files, the code that reads them, and where they go."""
    digest = hashlib.sha256(f"{settings.namespace} {settings.scope_keys}".encode())
    files = [path for path in EXAMPLES.rglob("*") if path.is_file()]
    for path in sorted([*files, *(ROOT / "data_pipeline").rglob("*.py")]):
        digest.update(f"{path.relative_to(ROOT)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def greeting(port: int, key: str) -> str:
    """Address, key, documentation, and one line to copy."""
    address = f"http://{HOST}:{port}"
    return (
        f"\nkbgate starts at {address} (Ctrl-C stops it)\n"
        f"API key: {key}\n"
        f"Documentation: {address}/docs\n"
        "Try it:\n"
        f"curl -s {address}/api/v1/generate-response -H 'X-API-Key: {key}' "
        f"-H 'Content-Type: application/json' -d '{_QUESTION}'\n"
    )


def server_command(port: int) -> list[str]:
    """The arguments of the process that serves."""
    return [
        sys.executable,
        *("-m", "gunicorn"),
        *("--config", str(ROOT / "gunicorn.conf.py")),
        *("--bind", f"{HOST}:{port}"),
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Start the service with the example articles.")
    parser.add_argument("--port", nargs="?", default="8000", const="", help="default: %(default)s")
    return parser


if __name__ == "__main__":
    sys.exit(main())
