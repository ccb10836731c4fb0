"""Which scope values a request has, and which an article still needs. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from data_pipeline.articles import Blocks, DataType, FactSource
from data_pipeline.contract.replies import FoundIn, Problem, RequiredField
from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine import collected, spans
from data_pipeline.engine.article_content import ArticleContent
from data_pipeline.engine.inquiry import Inquiry
from data_pipeline.engine.values import is_unknown
from data_pipeline.engine.wording import wording_for
from data_pipeline.errors import FieldProblem, UnknownScopeKeyError
from data_pipeline.ports import Catalogue
from data_pipeline.scope import fits, fold_scope, fold_scope_value, nearest


class Inferred(msgspec.Struct, frozen=True):
    """A scope value that the request did not name as scope but that stands elsewhere in it."""

    value: str
    found_in: FoundIn
    quote: str | None = None


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
    named = fold_scope(request.scope)
    values = values_by_key(catalogue)
    inferred = {
        key: guess
        for key in keys
        if key not in named
        and (guess := _infer(key, values.get(key, ()), request.collected_data, inquiry))
    }
    return KnownScope(
        folded=named | {key: (fold_scope_value(guess.value),) for key, guess in inferred.items()},
        inferred=inferred,
        warnings=tuple(_misspelt(request.scope, values)),
    )


def _reject_unknown(scope: Mapping[str, object], keys: Sequence[str]) -> None:
    unknown = [key for key in scope if key not in keys]
    if unknown:
        known = ", ".join(keys) or "none; set KB_SCOPE_KEYS or scope_keys in kb.toml"
        raise UnknownScopeKeyError(
            f"This knowledge base has no such scope key. Known keys: {known}.",
            [
                FieldProblem(f"scope.{key}"[:200], f"unknown scope key; known keys: {known}")
                for key in unknown
            ],
        )


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
) -> list[str]:
    warnings = []
    for key, given in scope.items():
        known = {fold_scope_value(v) for v in values.get(key, ())}
        for value in [given] if isinstance(given, str) else given:
            if value.strip() and fold_scope_value(value) not in known:
                near = nearest(value, values.get(key, ()))
                hint = f': did you mean "{near}"?' if near else ""
                warnings.append(f'scope.{key}: no article has the value "{value[:80]}"{hint}')
    return warnings


def _infer(
    key: str, options: Sequence[str], data: Mapping[str, Any], inquiry: Inquiry
) -> Inferred | None:
    leaf = collected.find([g for g in collected.leaves(data) if not is_unknown(g.value)], [key])
    if leaf is not None and isinstance(leaf.value, str):
        return _from_collected(leaf.value, options)
    for message in inquiry.messages:
        named = {
            o: q
            for o, q in spans.named_values(options, message).items()
            if _is_meant(q, message, key)
        }
        if len(named) == 1:
            value, quote = next(iter(named.items()))
            return Inferred(value, FoundIn.MESSAGE, quote)
        if named:
            return None
    return None


def _from_collected(given: str, options: Sequence[str]) -> Inferred | None:
    known = {fold_scope_value(option): option for option in options}
    value = known.get(fold_scope_value(given))
    return Inferred(value, FoundIn.COLLECTED_DATA) if value else None


def _is_meant(quote: str, message: str, key: str) -> bool:
    """A value of one plain word counts only as a name: a capital in a sentence, or beside its key.

    Else a plan called "Home" would be found in "at home".
    """
    if re.search(r"[\W_\d]", quote):
        return True
    at = re.search(rf"(?<!\w){re.escape(quote)}(?!\w)", message)
    start = at.start() if at else 0
    starts_sentence = not re.search(r"[^\s\"'(\-•*>]", re.split(r"[.!?:\n]", message[:start])[-1])
    key_words = "|".join(re.escape(word) for word in collected.name_words(key))
    value = re.escape(quote)
    beside = rf"(?<!\w)(?:{value}[\s\-]+(?:{key_words})|(?:{key_words})\s*:?\s+{value})(?!\w)"
    return (quote[:1].isupper() and not starts_sentence) or bool(
        re.search(beside, message, re.IGNORECASE)
    )


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
        allowed = {
            article_id: card
            for article_id, card in self.catalogue.articles.items()
            if fits(card.scope, self.known.folded)
        }
        values = values_by_key(Catalogue(version="", articles=allowed))
        return values.get(key, tuple(self.content.scope[key]))


def scope_fields(
    bound: BoundScope, unavailable: Sequence[str], language: str
) -> tuple[RequiredField, ...]:
    """A required field for every open scope key, known where the value stands elsewhere."""
    gone = {collected.name_words(name) for name in unavailable}
    return tuple(
        _scope_field(key, bound, language, is_gone=collected.name_words(key) in gone)
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
