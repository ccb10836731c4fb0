"""Settings of the service: read once from the environment, passed on as values.

The only module that may read the environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from data_pipeline.errors import SettingsError

_NAMESPACE = "^[a-z0-9][a-z0-9_-]{0,62}$"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an operator can choose; the variable is `KB_` and the field's name."""

    var: Annotated[
        Path, Meta(description="folder of the embedded store and the development key")
    ] = Path("var")
    scope_keys: Annotated[
        tuple[str, ...],
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


def variable_name(field: str) -> str:
    """The environment variable of a field of `Settings`."""
    return f"KB_{field.upper()}"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ` (the process environment by default).

    An empty variable counts as unset. Raises `SettingsError` with one line per bad variable.
    """
    source = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    problems: list[str] = []
    for field in msgspec.structs.fields(Settings):
        text = source.get(variable_name(field.name), "").strip()
        if not text:
            continue
        try:
            values[field.name] = msgspec.convert(
                _parse(field.name, text), field.type, strict=False, dec_hook=_decode
            )
        except (msgspec.ValidationError, ValueError) as error:
            problems.append(f"{variable_name(field.name)}: {error}")
    if problems:
        raise SettingsError("\n".join(problems))
    return Settings(**values)


def _parse(name: str, text: str) -> object:
    if name == "scope_keys":
        return tuple(part for part in re.split(r"[,\s]+", text) if part)
    return text


def _decode(kind: type, value: Any) -> Any:
    convert: Mapping[type, Callable[[Any], Any]] = {Path: Path}
    return convert[kind](value)
