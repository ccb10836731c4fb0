"""The environment becomes settings, or one sentence per variable that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_pipeline.errors import SettingsError
from data_pipeline.settings import Settings, load_settings


def test_every_variable_arrives() -> None:
    """Each with its type; blanks around and empty ones do not count."""
    environ = {
        "KB_VAR": " /srv/kb ", "KB_SCOPE_KEYS": "plan, land,", "KB_NAMESPACE": "shop", "KB_ALLOWED_ERROR": "0.1",
        "KB_MAX_BODY_BYTES": "5000", "KB_REFRESH_SECONDS": "2", "KB_LOG_LEVEL": "",
    }  # fmt: skip
    assert load_settings(environ) == Settings(
        var=Path("/srv/kb"),
        scope_keys=("plan", "land"),
        namespace="shop",
        allowed_error=0.1,
        max_body_bytes=5000,
        refresh_seconds=2.0,
    )


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("KB_SCOPE_KEYS", "plan;country", "with commas between them"),
        ("KB_SCOPE_KEYS", "plan country", "with commas between them"),
        ("KB_NAMESPACE", "../x", "1 to 63 of a-z"),
        ("KB_ALLOWED_ERROR", "1", "a number between 0 and 1"),
        ("KB_MAX_BODY_BYTES", "lots", "a whole number of bytes"),
        ("KB_REFRESH_SECONDS", "soon", "a number of seconds"),
        ("KB_LOG_LEVEL", "loud", "debug, info, warning or error"),
    ],
)
def test_a_bad_value_is_told_with_the_remedy(name: str, value: str, remedy: str) -> None:
    """The variable and what to set it to, in one sentence, without a library's words."""
    with pytest.raises(SettingsError) as caught:
        load_settings({name: value})
    assert str(caught.value).startswith(f"{name} cannot be used: set it to ")
    assert remedy in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("KB_SCOPE_KEY", "KB_SCOPE_KEYS"),
        ("KB_LOGLEVEL", "KB_LOG_LEVEL"),
        ("KB_NAME", "KB_NAMESPACE"),
    ],
)
def test_a_misspelt_variable_is_not_ignored(name: str, meant: str) -> None:
    """A setting that has no effect is worse than a start that fails."""
    with pytest.raises(SettingsError, match=f"{name} is no setting: did you mean {meant}"):
        load_settings({name: "x"})


@pytest.mark.parametrize("name", ["KB_PORT", "KB_SERVICE_HOST", "KB_PORT_8000_TCP", "PATH"])
def test_variables_of_others_are_left_alone(name: str) -> None:
    """A cluster sets such names for a service that is called kb."""
    assert load_settings({name: "x"}) == Settings()
