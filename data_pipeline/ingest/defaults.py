"""What a folder says for all the files below it, in `kb.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final
from urllib.parse import urljoin

import msgspec

from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.metadata import (
    as_day,
    as_language,
    as_list,
    as_scope_values,
    as_text,
    unknown_scope_keys,
)

CONFIG_NAME: Final = "kb.toml"


class Defaults(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an article gets where its own file is silent, from the nearest `kb.toml`.

    `scope` maps a scope key to its values, `url` is the base that relative addresses are joined to
    (or a template with `{path}`), dates are ISO 8601 days. `scope_keys` are the keys that count as
    scope; empty means that no `kb.toml` names any.
    """

    language: str | None = None
    scope: dict[str, tuple[str, ...]] = {}
    topic: str | None = None
    tags: tuple[str, ...] = ()
    url: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    scope_keys: tuple[str, ...] = ()


class Override(msgspec.Struct, frozen=True):
    """Settings for the files below the folder whose relative path fits the glob `match`."""

    match: str
    values: dict[str, Any]


class FolderConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One `kb.toml`, checked: values are already in the shape of `Defaults`."""

    values: dict[str, Any] = {}
    overrides: tuple[Override, ...] = ()


_CONVERTERS: Final = {
    "language": as_language,
    "topic": as_text,
    "tags": as_list,
    "url": as_text,
    "valid_from": as_day,
    "valid_until": as_day,
}
_KEYS: Final = (*_CONVERTERS, "scope")


def read_config(raw: bytes, source: str, inherited_keys: Sequence[str] = ()) -> FolderConfig:
    """Read one `kb.toml`: `scope_keys`, `[defaults]` and any number of `[[files]]` with `match`.

    `inherited_keys` are the scope keys configured above. Raises `ArticleSourceError` for anything
    that it does not understand: a misspelt key here would open articles to the wrong customers.
    """
    try:
        table = tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ArticleSourceError(source, f"not valid TOML: {_problem(error)}") from None
    _no_others(table, ("scope_keys", "defaults", "files"), source, "top level")
    values = _values(_table(table.get("defaults", {}), source, "[defaults]"), source, "[defaults]")
    if "scope_keys" in table:
        values["scope_keys"] = as_list(table["scope_keys"], source, "scope_keys")
    files = table.get("files", [])
    if not isinstance(files, list):
        raise ArticleSourceError(source, "write `[[files]]` with two brackets", "files")
    overrides = tuple(_override(entry, source, n) for n, entry in enumerate(files, 1))
    keys = (*inherited_keys, *values.get("scope_keys", ()))
    for checked in (values, *(override.values for override in overrides)):
        _only_known_scope(checked, keys, source)
    return FolderConfig(values=values, overrides=overrides)


def apply_config(defaults: Defaults, config: FolderConfig, relative_path: str) -> Defaults:
    """`defaults` of the folder above, overridden for one file below the config's own folder.

    Scope is merged key by key, scope keys add up, everything else replaces. Later `[[files]]`
    entries win over earlier ones.
    """
    fitting = [o.values for o in config.overrides if fnmatchcase(relative_path, o.match)]
    for values in (config.values, *fitting):
        defaults = _overridden(defaults, values)
    return defaults


def article_url(own: str | None, defaults: Defaults, source: str) -> str | None:
    """The article's public address, or None where it cannot be told.

    An `own` address is joined to the folder's base; without one only a base with `{path}` (the
    file's path below the knowledge base without its suffix) gives an address. Only http and https.
    """
    base = defaults.url or ""
    if own:
        address = urljoin(base.partition("{path}")[0], own)
    elif "{path}" in base:
        address = base.replace("{path}", source.rsplit(".", 1)[0])
    else:
        return None
    return address if address.startswith(("https://", "http://")) else None


def _overridden(defaults: Defaults, values: Mapping[str, Any]) -> Defaults:
    changes = dict(values)
    if "scope" in changes:
        changes["scope"] = {**defaults.scope, **changes["scope"]}
    if "scope_keys" in changes:
        changes["scope_keys"] = tuple(dict.fromkeys((*defaults.scope_keys, *changes["scope_keys"])))
    return msgspec.structs.replace(defaults, **changes)


def _values(raw: Mapping[str, Any], source: str, place: str) -> dict[str, Any]:
    _no_others(raw, _KEYS, source, place)
    values: dict[str, Any] = {
        key: convert(raw[key], source, f"{place}, {key}")
        for key, convert in _CONVERTERS.items()
        if key in raw
    }
    if "scope" in raw:
        scope = _table(raw["scope"], source, f"{place}, scope")
        values["scope"] = {
            key: as_scope_values(value, source, f"{place}, scope, {key}")
            for key, value in scope.items()
        }
    return values


def _override(entry: Any, source: str, number: int) -> Override:
    place = f"[[files]] {number}"
    raw = dict(_table(entry, source, place))
    if not isinstance(raw.get("match"), str):
        raise ArticleSourceError(source, 'needs a glob, such as `match = "faq/*.md"`', place)
    match = raw.pop("match")
    return Override(match, _values(raw, source, place))


def _only_known_scope(values: Mapping[str, Any], keys: Sequence[str], source: str) -> None:
    problems = unknown_scope_keys(values.get("scope", {}), keys)
    if problems:
        raise ArticleSourceError(source, problems[0], "scope")


def _table(value: Any, source: str, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ArticleSourceError(source, "expected a table of `key = value` lines", place)
    return value


def _no_others(table: Mapping[str, Any], known: Sequence[str], source: str, place: str) -> None:
    unknown = sorted(set(table) - set(known))
    if unknown:
        names = ", ".join(f"`{key[:60]}`" for key in unknown)
        raise ArticleSourceError(
            source, f"unknown key {names}: known are {', '.join(known)}", place
        )


def _problem(error: Exception) -> str:
    if isinstance(error, tomllib.TOMLDecodeError):
        return str(error)[-60:] if "line" in str(error) else "check the last lines"
    return type(error).__name__
