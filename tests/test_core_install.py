"""What `pip install kbgate` alone can do: serve from Pinecone, and say what is missing for more."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.wired import load_examples, settings_for, vendors

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = (
    "lancedb",
    "pyarrow",
    "mammoth",
    "markdown_it",
    "mdit_py_plugins",
    "selectolax",
    "fastembed",
)
SDKS = ("openai", "pinecone", "lancedb", "pyarrow")
WITHOUT = f"""
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {EXTRAS!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
"""


def run(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run `code` in a new interpreter with no other environment than `environ`."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": "", **environ}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


async def test_it_serves_from_pinecone(tmp_path: Path) -> None:
    """Neither the embedded store nor a reader of documents is needed for an answer."""
    with vendors(openai=False, pinecone=True) as servers:
        settings = settings_for(tmp_path, servers)
        await load_examples(settings)
        assert servers.pinecone
        done = run(
            WITHOUT
            + textwrap.dedent("""
            import asyncio
            from api.asgi import app
            from data_pipeline.settings import load_settings
            from data_pipeline.wiring import open_services
            from tests.wired import ask

            async def main():
                async with open_services(load_settings()) as services:
                    await services.index.ping()
                    reply = await ask(services, "Is there an early cancellation fee on Flex if I stop in the second month?")
                    print(reply.decision, reply.degraded)

            asyncio.run(main())
            """),
            PINECONE_API_KEY=servers.pinecone.api_key,
            KB_PINECONE_CONTROL_HOST=servers.pinecone.url,
            KB_EMBEDDING_DIMENSIONS=str(settings.embedding_dimensions),
            KB_VAR=str(tmp_path),
        )
    assert done.stdout.strip() == "answer ()", done.stderr


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("from scripts.ask import main; sys.exit(main(['How?']))", "kbgate[embedded]"),
        (
            "from scripts.process_articles import main; sys.exit(main(['docs/settings.md']))",
            "kbgate[readers]",
        ),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, code: str, remedy: str) -> None:
    """Instead of a traceback: the extra to install."""
    done = run(f"{WITHOUT}\n{code}", KB_VAR=str(tmp_path))
    assert done.returncode == 2, done.stderr
    assert remedy in done.stderr
    assert "Traceback" not in done.stderr


def test_importing_the_app_imports_no_sdk() -> None:
    """They cost half a second and fifty megabytes, and tests and scripts need none of them."""
    done = run(f"import api.asgi, sys; print(*sorted(set(sys.modules) & set({SDKS!r})))")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
