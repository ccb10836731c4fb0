"""Settings of the service: read once from the environment, passed on as values.

The only module that may read the environment.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from data_pipeline.errors import SettingsError

_PREFIX = "KB_"
_NAMESPACE = "^[a-z0-9][a-z0-9_-]{0,62}$"
_NEAR = 0.7
_SCOPE_KEY = r"^[^\W\d]\w{0,62}$"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an operator can choose; the variable is `KB_` and the field's name."""

    var: Annotated[
        Path, Meta(description="folder of the embedded store and the development key")
    ] = Path("var")
    scope_keys: Annotated[
        tuple[Annotated[str, Meta(pattern=_SCOPE_KEY)], ...],
        Meta(description="scope keys, comma separated; unset: those that the store knows"),
    ] = ()
    namespace: Annotated[
        str,
        Meta(pattern=_NAMESPACE, description="namespace that scripts and the development key use"),
    ] = "default"
    allowed_error: Annotated[
        float, Meta(gt=0, lt=1, description="share of automatic answers that may be wrong")
    ] = 0.05
    max_body_bytes: Annotated[
        int, Meta(ge=1_000, description="largest request body in bytes; beyond it 413")
    ] = 2_000_000
    refresh_seconds: Annotated[
        float,
        Meta(gt=0, le=60, description="how soon a worker sees what a loader wrote, in seconds"),
    ] = 1.0
    log_level: Annotated[
        str,
        Meta(
            pattern="^(debug|info|warning|error)$", description="least severe event that is logged"
        ),
    ] = "info"


_EXPECTED = {
    "var": "the path of a folder, as in /var/lib/kbgate",
    "scope_keys": "names of letters, digits and _, with commas between them, as in plan,country",
    "namespace": "1 to 63 of a-z, 0-9, - and _, a letter or digit first, as in default",
    "allowed_error": "a number between 0 and 1, as in 0.05",
    "max_body_bytes": "a whole number of bytes, at least 1000, as in 2000000",
    "refresh_seconds": "a number of seconds above 0, at most 60, as in 1.0",
    "log_level": "debug, info, warning or error",
}


def variable_name(field: str) -> str:
    """The environment variable of a field of `Settings`."""
    return f"{_PREFIX}{field.upper()}"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ` (the process environment by default).

    An empty variable counts as unset. Raises `SettingsError` with one line per bad or misspelt
    variable, which says what to do; other names are somebody else's, a cluster's for example.
    """
    source = os.environ if environ is None else environ
    given = {name: text.strip() for name, text in source.items() if name.startswith(_PREFIX)}
    fields = {variable_name(field.name): field for field in msgspec.structs.fields(Settings)}
    values: dict[str, Any] = {}
    problems = [
        f"{name} is no setting: did you mean {near[0]}?"
        for name in given
        if name not in fields and (near := difflib.get_close_matches(name, fields, 1, _NEAR))
    ]
    for name, field in fields.items():
        if text := given.get(name):
            try:
                values[field.name] = _typed(field, text)
            except (msgspec.ValidationError, ValueError):
                problems.append(f"{name} cannot be used: set it to {_EXPECTED[field.name]}.")
    if problems:
        raise SettingsError("\n".join(problems))
    return Settings(**values)


def _typed(field: msgspec.structs.FieldInfo, text: str) -> Any:
    parts = text.split(",") if field.name == "scope_keys" else None
    value = text if parts is None else [part.strip() for part in parts if part.strip()]
    return msgspec.convert(
        value, field.type, strict=False, dec_hook=lambda kind, given: kind(given)
    )
