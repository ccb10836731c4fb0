"""The settings page and the example environment cannot drift from the code."""

from __future__ import annotations

from scripts.export_settings import EXAMPLE, TABLE, env_example, settings_table


def test_settings_page_is_what_the_code_says() -> None:
    """`docs/settings.md` is generated; run `python -m scripts.export_settings` after a change."""
    assert TABLE.read_text(encoding="utf-8") == settings_table()


def test_example_environment_is_what_the_code_says() -> None:
    """`.env.example` names every variable with its default."""
    assert EXAMPLE.read_text(encoding="utf-8") == env_example()
