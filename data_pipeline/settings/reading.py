"""The environment as settings, or one sentence per variable that says what to do.

The only module that may read the environment.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from typing import Any, Final, get_args

import msgspec

from data_pipeline.errors import SettingsError
from data_pipeline.settings.choices import Settings

_PREFIX: Final = "KB_"
_NEAR: Final = 0.7
# What Kubernetes sets in every pod for a service that is called kb.
_OF_A_CLUSTER: Final = re.compile(r"_SERVICE_(HOST|PORT)|_PORT(_\d+_(TCP|UDP).*)?$")
# Names that vendors' own tools read, too.
_VENDOR_NAMES = {
    "openai_api_key": "OPENAI_API_KEY",
    "openai_base_url": "OPENAI_BASE_URL",
    "pinecone_api_key": "PINECONE_API_KEY",
}


def variable_name(field: str) -> str:
    """The environment variable of a field of `Settings`."""
    return _VENDOR_NAMES.get(field, f"{_PREFIX}{field.upper()}")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ` (the process environment by default).

    An empty variable counts as unset. Raises `SettingsError` with one line per bad or misspelt
    variable, which says what to do; other names are somebody else's, a cluster's for example.
    """
    source = os.environ if environ is None else environ
    fields = {variable_name(field.name): field for field in msgspec.structs.fields(Settings)}
    given = {
        name: text.strip()
        for name, text in source.items()
        if name.startswith(_PREFIX) or name in fields
    }
    values: dict[str, Any] = {}
    problems = [
        f"{name} is no setting: did you mean {near[0]}?"
        for name in given
        if name not in fields
        and not _OF_A_CLUSTER.search(name)
        and (near := difflib.get_close_matches(name, fields, 1, _NEAR))
    ]
    for name, field in fields.items():
        if text := given.get(name):
            try:
                values[field.name] = _typed(field, text)
            except (msgspec.ValidationError, ValueError):
                problems.append(f"{name} cannot be used: set it to {_expected(field)}.")
    if problems:
        raise SettingsError("\n".join(problems))
    return Settings(**values)


def _expected(field: msgspec.structs.FieldInfo) -> str:
    return str(get_args(field.type)[1].extra["expected"])


def _typed(field: msgspec.structs.FieldInfo, text: str) -> Any:
    parts = text.split(",") if field.name == "scope_keys" else None
    value = text if parts is None else [part.strip() for part in parts if part.strip()]
    return msgspec.convert(
        value, field.type, strict=False, dec_hook=lambda kind, given: kind(given)
    )
