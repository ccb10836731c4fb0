"""Write `docs/settings.md` and `.env.example`: `python -m scripts.export_settings`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args

import msgspec

from data_pipeline.settings import Secret, Settings, variable_name

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "settings.md"
EXAMPLE = ROOT / ".env.example"


def main() -> int:
    """Write both files."""
    TABLE.write_text(settings_table(), encoding="utf-8")
    EXAMPLE.write_text(env_example(), encoding="utf-8")
    return 0


def settings_table() -> str:
    """The settings as a Markdown page."""
    rows = [f"| `{name}` | {shown or '–'} | {about} |" for name, shown, about in _settings()]
    head = [
        "# Settings",
        "",
        "Environment variables, read once at start; an empty one counts as unset.",
    ]
    more = ["The server itself reads `HOST`, `PORT` and `WEB_CONCURRENCY` (`gunicorn.conf.py`)."]
    return "\n".join(
        [*head, "", "| variable | default | what |", "| --- | --- | --- |", *rows, "", *more, ""]
    )


def env_example() -> str:
    """The settings as a file of commented assignments."""
    return "\n".join(f"# {about}\n#{name}={shown}\n" for name, shown, about in _settings())


def _settings() -> list[tuple[str, str, str]]:
    """Variable, default as it would be written, and description of each field."""
    return [
        (variable_name(f.name), _written(f.default), get_args(f.type)[1].description)
        for f in msgspec.structs.fields(Settings)
    ]


def _written(value: Any) -> str:
    if isinstance(value, Secret):
        return ""
    return ",".join(value) if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    sys.exit(main())
