"""The block of metadata between two `---` lines at the top of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
import yaml

from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.metadata import (
    as_day,
    as_language,
    as_list,
    as_scope_values,
    as_text,
    is_blank,
    unknown_scope_keys,
)

_BLOCK: Final = re.compile(
    r"\A\s*---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
# A rule between two paragraphs opens with the same line, so the first entry has to look like one.
_OPENING: Final = re.compile(
    r"\A\s*---[ \t]*\n(?:[ \t]*(?:#.*)?\n)*[\"']?\w[\w .-]*[\"']?[ \t]*:(?:\s|$)", re.MULTILINE
)
_MAX_BLOCK: Final = 64_000
_PLACE: Final = "front matter"
_GLOBAL: Final = frozenset({"global", "all", "any", "*"})


class FrontMatter(msgspec.Struct, frozen=True, kw_only=True):
    """What a document says about itself; None and empty where it is silent.

    A scope key that maps to an empty tuple was emptied on purpose: the article is global for it.
    `required_data` is the raw value, checked by `data_points`.
    """

    article_id: str | None = None
    title: str | None = None
    description: str | None = None
    url: str | None = None
    language: str | None = None
    topic: str | None = None
    tags: tuple[str, ...] | None = None
    scope: dict[str, tuple[str, ...]] = {}
    valid_from: str | None = None
    valid_until: str | None = None
    required_data: Any = None
    warnings: tuple[str, ...] = ()


# Where a file comes from: nothing that an answer could use.
_PROVENANCE: Final = frozenset(
    "audience schema_version transformed_at last_updated source_last_updated source_system".split()
)
_FIELDS: Final = tuple(f.name for f in msgspec.structs.fields(FrontMatter) if f.name != "warnings")


class _Loader(yaml.SafeLoader):
    """YAML without aliases (they can grow without bound) and without dates (kept as written)."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the name that the library looks up
        first: [(tag, words) for tag, words in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not allowed here")
        return super().compose_node(parent, index)


def split_front_matter(text: str, source: str) -> tuple[dict[str, Any], str]:
    """The raw front matter of `text` and the rest of it; `({}, text)` without one.

    Raises `ArticleSourceError` where it is too long, not closed or not YAML.
    """
    if _OPENING.match(text) is None:
        return {}, text
    found = _BLOCK.match(text)
    if found is None:
        raise ArticleSourceError(source, "it has no closing line `---`: add one", _PLACE)
    raw = load_yaml(found.group(1), source)
    return (raw, text[found.end() :]) if isinstance(raw, dict) else ({}, text)


def load_yaml(block: str, source: str) -> Any:
    """YAML of one block as plain values. Raises `ArticleSourceError` with the line."""
    if len(block) > _MAX_BLOCK:
        cause = f"it is longer than {_MAX_BLOCK} characters: move text below the closing `---`"
        raise ArticleSourceError(source, cause, _PLACE)
    try:
        return yaml.load(block, Loader=_Loader)  # noqa: S506 - a subclass of SafeLoader
    except RecursionError:
        raise ArticleSourceError(source, "it is nested too deeply", _PLACE) from None
    except (yaml.YAMLError, ValueError) as error:
        raise ArticleSourceError(
            source, f"not valid YAML: {_problem(error)}", _where(error)
        ) from None


def read_front_matter(
    raw: Mapping[str, Any], source: str, scope_keys: Sequence[str]
) -> FrontMatter:
    """Check `raw` field by field; a scope key may also stand at the top level.

    Unknown keys become warnings. Raises `ArticleSourceError` for a value of the wrong type.
    """
    known = {key: value for key, value in raw.items() if key in _FIELDS and not is_blank(value)}
    scope, scope_warnings = _scope(raw, source, scope_keys)
    values: dict[str, Any] = {
        name: convert(known[name], source, f"{_PLACE}, {name}")
        for name, convert in _CONVERTERS.items()
        if name in known
    }
    warnings = (*scope_warnings, *_unknown(raw, scope_keys))
    return FrontMatter(
        **values, scope=scope, required_data=known.get("required_data"), warnings=warnings
    )


_CONVERTERS: Final = {
    "article_id": as_text,
    "title": as_text,
    "description": as_text,
    "url": as_text,
    "language": as_language,
    "topic": as_text,
    "tags": as_list,
    "valid_from": as_day,
    "valid_until": as_day,
}


def _scope(
    raw: Mapping[str, Any], source: str, scope_keys: Sequence[str]
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    given = raw.get("scope")
    if isinstance(given, str) and given.strip().lower() not in _GLOBAL:
        cause = "expected `key: value` lines, such as `region: North`"
        raise ArticleSourceError(source, cause, f"{_PLACE}, scope")
    if given is not None and not isinstance(given, (str, dict)):
        cause = f"expected `key: value` lines, found {type(given).__name__}"
        raise ArticleSourceError(source, cause, f"{_PLACE}, scope")
    nested = given if isinstance(given, dict) else {}
    top_level = {key: raw[key] for key in scope_keys if key in raw and key not in _FIELDS}
    scope = {
        str(key): as_scope_values(value, source, f"{_PLACE}, scope, {key}")
        for key, value in {**top_level, **nested}.items()
    }
    return scope, unknown_scope_keys(scope, scope_keys)


def _unknown(raw: Mapping[str, Any], scope_keys: Sequence[str]) -> Iterator[str]:
    for key in raw:
        if key not in _FIELDS and key not in _PROVENANCE and key not in scope_keys:
            known = ", ".join(_FIELDS)
            yield f"{_PLACE}: unknown key `{str(key)[:60]}` is ignored; known are {known}"


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"{_PLACE}, line {mark.line + 2}" if mark is not None else _PLACE


def _problem(error: Exception) -> str:
    # A reader's or constructor's message may quote the document; YAML's own wording does not.
    return str(getattr(error, "problem", None) or "a value cannot be read")[:100]
