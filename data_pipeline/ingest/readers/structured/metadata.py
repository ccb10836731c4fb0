"""What a structured article says about itself, with the folder's defaults where it is silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from data_pipeline.articles import ANY_SCOPE
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import Defaults, article_url
from data_pipeline.ingest.json_shapes import as_text, is_blank, items_at, rest_of, text_at, texts_at
from data_pipeline.ingest.metadata import article_id_of, as_day, as_language, unknown_scope_keys

_FIELDS: Final = frozenset(
    {
        *("article_id", "title", "description", "topic", "subtopics", "tags", "language", "url"),
        *("scope", "valid_from", "valid_until"),
        # Where the file comes from: nothing that an answer could use.
        *("audience", "schema_version", "transformed_at"),
        *("last_updated", "source_last_updated", "source_system"),
    }
)
_MAX_TITLE: Final = 1_000
_GLOBAL: Final = frozenset({"", "global", "all", "any", ANY_SCOPE})


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """The article's own fields, checked; `rest` are fields that the format does not name."""

    article_id: str
    title: str
    description: str
    subtopics: tuple[str, ...]
    keywords: tuple[str, ...]
    own_topic: str
    topic: str | None
    tags: tuple[str, ...]
    language: str | None
    url: str | None
    scope: dict[str, tuple[str, ...]]
    valid_from: str | None
    valid_until: str | None
    rest: dict[str, Any]


class _Fields:
    """The raw metadata of the file `source`; warnings add up while reading."""

    def __init__(self, raw: Mapping[str, Any], source: str, warnings: list[str]) -> None:
        self.raw = raw
        self.source = source
        self.warnings = warnings

    def text(self, field: str) -> str:
        value = text_at(self.raw.get(field), f"metadata.{field}", self.warnings)
        return value if field == "description" else " ".join(value.split())

    def texts(self, field: str) -> tuple[str, ...]:
        value = self.raw.get(field)
        listed = value.split(",") if isinstance(value, str) else value
        texts = texts_at(listed, f"metadata.{field}", self.warnings)
        return tuple(dict.fromkeys(texts))

    def checked(self, field: str, check: Callable[[object, str, str], str]) -> str | None:
        """A field that must have a certain form; another form is warned of and left out."""
        if is_blank(self.raw.get(field)):
            return None
        try:
            return check(self.raw[field], self.source, f"metadata.{field}")
        except ArticleSourceError as error:
            self.warnings.append(f"{error.place}: {error.cause}; not used")
            return None


def read_metadata(
    raw: Mapping[str, Any],
    source: str,
    defaults: Defaults,
    scope_keys: Sequence[str],
    warnings: list[str],
) -> Metadata:
    """Check the metadata field by field. Nothing raises: what cannot be used is warned of."""
    fields = _Fields(raw, source, warnings)
    keys = tuple(dict.fromkeys((*scope_keys, *defaults.scope_keys)))
    article_id = _article_id(fields)
    title = _title(fields, article_id)
    own_topic, own_tags, own_url = fields.text("topic"), fields.texts("tags"), fields.text("url")
    url = article_url(own_url or None, defaults, source)
    if own_url and url is None:
        warnings.append("metadata.url: expected an address with https://; not used")
    valid_from = fields.checked("valid_from", as_day) or defaults.valid_from
    valid_until = fields.checked("valid_until", as_day) or defaults.valid_until
    if valid_from and valid_until and valid_from > valid_until:
        warnings.append("metadata.valid_until: it is before valid_from, so the article never holds")
    return Metadata(
        article_id=article_id,
        title=title if len(title) <= _MAX_TITLE else f"{title[:_MAX_TITLE]}…",
        description=fields.text("description"),
        subtopics=fields.texts("subtopics"),
        keywords=own_tags,
        own_topic=own_topic,
        topic=own_topic or defaults.topic,
        tags=own_tags or defaults.tags,
        language=fields.checked("language", as_language) or defaults.language,
        url=url,
        scope=_scope(fields, defaults, keys),
        valid_from=valid_from,
        valid_until=valid_until,
        rest=_rest(fields, keys) | ({"title": title} if len(title) > _MAX_TITLE else {}),
    )


def _article_id(fields: _Fields) -> str:
    given = fields.text("article_id")
    if not given:
        fields.warnings.append("metadata.article_id: found nothing; the file's path is used")
    article_id, warnings = article_id_of(given or None, fields.source)
    fields.warnings.extend(warnings)
    return article_id


def _title(fields: _Fields, article_id: str) -> str:
    title = fields.text("title")
    if not title:
        fields.warnings.append("metadata.title: found nothing, expected text; the id is used")
    if len(title) > _MAX_TITLE:
        fields.warnings.append(f"metadata.title: longer than {_MAX_TITLE} characters; cut")
    return title or article_id


def _scope(fields: _Fields, defaults: Defaults, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Values by scope key; null is global on purpose, a key left out takes the folder's values."""
    nested = fields.raw.get("scope")
    given = {key: fields.raw[key] for key in keys if key in fields.raw and key not in _FIELDS}
    if isinstance(nested, dict):
        fields.warnings.extend(unknown_scope_keys(nested, keys))
        given |= nested
    fields.warnings.extend(
        f"metadata.{key}: null means every value, so the folder's value is not used; "
        "leave the key out to take it"
        for key, value in given.items()
        if is_blank(value) and defaults.scope.get(key)
    )
    own = {key: _values(value, f"metadata.{key}", fields) for key, value in given.items()}
    scope = {key: values for key, values in {**defaults.scope, **own}.items() if values}
    _check_claim(nested, scope, fields)
    return scope


def _values(value: Any, place: str, fields: _Fields) -> tuple[str, ...]:
    items = items_at(value if isinstance(value, list) else [value], place, fields.warnings)
    texts = (" ".join(text_at(item, where, fields.warnings).split()) for where, item in items)
    values = tuple(dict.fromkeys(texts))
    return () if ANY_SCOPE in values else values


def _check_claim(claim: Any, scope: Mapping[str, Any], fields: _Fields) -> None:
    if not isinstance(claim, dict) and as_text(claim).lower() not in _GLOBAL and not scope:
        fields.warnings.append(
            "metadata.scope: says that the article is specific, but no scope key has a value, "
            "so it holds for everyone"
        )


def _rest(fields: _Fields, keys: Sequence[str]) -> dict[str, Any]:
    rest = rest_of(fields.raw, {*_FIELDS, *keys})
    known = f" ({', '.join(keys)})" if keys else ""
    fields.warnings.extend(
        f"metadata.{key[:60]}: no field of the format and no configured scope key{known}; "
        "kept as a note for agents"
        for key in rest
    )
    return rest
