"""Which scope values a request has, and which an article still needs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

import msgspec

from data_pipeline.articles import Blocks, DataType, FactSource
from data_pipeline.contract.replies import Problem, RequiredField
from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine import collected
from data_pipeline.engine.article_content import ArticleContent
from data_pipeline.engine.inquiry import Inquiry
from data_pipeline.engine.scope_inference import Inferred, infer
from data_pipeline.engine.values import is_unknown
from data_pipeline.engine.wording import wording_for
from data_pipeline.errors import FieldProblem, UnknownScopeKeyError
from data_pipeline.ports import Catalogue
from data_pipeline.scope import fits, fold_scope, fold_scope_value, nearest

_MOST_NAMED: Final = 30
"""Unknown keys and values that are named; each is compared with all that are known."""
_SHOWN: Final = 80
"""Characters of a caller's key or value that are shown."""


class KnownScope(msgspec.Struct, frozen=True, kw_only=True):
    """Scope of a request: `folded` is what filters, `inferred` where values came from elsewhere."""

    folded: dict[str, tuple[str, ...]]
    inferred: dict[str, Inferred]
    warnings: tuple[str, ...] = ()


def read_scope(
    request: RequiredDataRequest, inquiry: Inquiry, catalogue: Catalogue, keys: Sequence[str]
) -> KnownScope:
    """Scope named by the caller, then found in `collected_data`, then in the customer's words.

    Raises `UnknownScopeKeyError` for a key that is not among `keys`.
    """
    _reject_unknown(request.scope, keys)
    values = values_by_key(catalogue)
    named = fold_scope(_told(request.scope, values))
    data = [g for g in collected.leaves(request.collected_data) if not is_unknown(g.value)]
    inferred = {
        key: guess
        for key in keys
        if key not in named and (guess := infer(key, values.get(key, ()), data, inquiry))
    }
    return KnownScope(
        folded=named | {key: (fold_scope_value(guess.value),) for key, guess in inferred.items()},
        inferred=inferred,
        warnings=tuple(islice(_misspelt(request.scope, values), _MOST_NAMED)),
    )


def _told(
    scope: Mapping[str, str | list[str]], values: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """The scope without values that mean "not known" ("N/A"), unless an article has that value."""
    told = {}
    for key, given in scope.items():
        known = {fold_scope_value(v) for v in values.get(key, ())}
        listed = [given] if isinstance(given, str) else given
        told[key] = [v for v in listed if fold_scope_value(v) in known or not is_unknown(v)]
    return told


def _reject_unknown(scope: Mapping[str, object], keys: Sequence[str]) -> None:
    unknown = [key for key in scope if key not in keys]
    if unknown:
        known = ", ".join(keys) or "none; set KB_SCOPE_KEYS or scope_keys in kb.toml"
        raise UnknownScopeKeyError(
            f"This knowledge base has no such scope key. Known keys: {known}.",
            [
                FieldProblem(f"scope.{key[:_SHOWN]}", f"unknown scope key{_hint(key, keys)}")
                for key in unknown[:_MOST_NAMED]
            ],
        )


def _hint(given: str, known: Sequence[str]) -> str:
    near = nearest(given, known)
    return f': did you mean "{near}"?' if near else ""


def values_by_key(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """`{scope key: display values}` that articles have, one spelling per folded value, sorted."""
    spellings: dict[str, dict[str, str]] = {}
    for card in catalogue.articles.values():
        for key, values in card.scope.items():
            for value in values:
                spellings.setdefault(key, {}).setdefault(fold_scope_value(value), value)
    return {key: tuple(sorted(folded.values())) for key, folded in spellings.items()}


def _misspelt(
    scope: Mapping[str, str | list[str]], values: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    for key, given in scope.items():
        known = {fold_scope_value(v) for v in values.get(key, ())}
        for value in [given] if isinstance(given, str) else given:
            if value.strip() and fold_scope_value(value) not in known:
                hint = _hint(value, values.get(key, ()))
                yield f'scope.{key}: no article has the value "{value[:_SHOWN]}"{hint}'


class BoundScope(msgspec.Struct, frozen=True):
    """An article that may be bound to scope keys, and what is known of them."""

    content: ArticleContent
    known: KnownScope
    catalogue: Catalogue

    @property
    def open_keys(self) -> list[str]:
        """Keys that the article is bound to and the caller did not name as scope."""
        return [
            key
            for key, values in sorted(self.content.scope.items())
            if values and (key not in self.known.folded or key in self.known.inferred)
        ]

    def choices(self, key: str) -> tuple[str, ...]:
        """Values of `key` among the articles that the rest of the scope allows."""
        rest = {other: values for other, values in self.known.folded.items() if other != key}
        allowed = {
            article_id: card
            for article_id, card in self.catalogue.articles.items()
            if fits(card.scope, rest)
        }
        values = values_by_key(Catalogue(version="", articles=allowed))
        return values.get(key, tuple(self.content.scope[key]))


def scope_fields(
    bound: BoundScope, unavailable: Sequence[str], language: str
) -> tuple[RequiredField, ...]:
    """A required field for every open scope key, known where the value stands elsewhere."""
    gone = collected.index(collected.leaves(dict.fromkeys(unavailable)))
    return tuple(
        _scope_field(key, bound, language, is_gone=bool(collected.candidates(gone, [key])))
        for key in bound.open_keys
    )


def _scope_field(key: str, bound: BoundScope, language: str, *, is_gone: bool) -> RequiredField:
    words = wording_for(language)
    label = " ".join(collected.name_words(key))
    choices = bound.choices(key)
    field = RequiredField(
        key=key,
        label=label,
        description="",
        why_needed=words.scope_why,
        data_type=DataType.TEXT,
        required=True,
        source=FactSource.CUSTOMER,
        question=words.ask_scope.format(label=label, choices=_listed(choices, words.either)),
        blocks=Blocks.ALWAYS,
        choices=choices,
        examples=(),
        article_id=bound.content.article_id,
        section="",
        problem=Problem.UNAVAILABLE if is_gone else Problem.MISSING,
    )
    guess = bound.known.inferred.get(key)
    if guess is None:
        return field
    return msgspec.structs.replace(
        field,
        known=True,
        value=guess.value,
        found_in=guess.found_in,
        quote=guess.quote,
        problem=None,
    )


def _listed(choices: Sequence[str], either: str) -> str:
    """`A, B or C`."""
    return either.join(filter(None, (", ".join(choices[:-1]), choices[-1]))) if choices else ""
