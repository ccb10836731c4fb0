"""An article as the chunks that are stored: split by meaning, capped in tokens, with stable ids.

Pure. Nothing here counts across sections, so an inserted section renumbers nothing and a changed
one changes only its own chunks.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from data_pipeline.articles import Article, Chunk, Kind, Section, Unit
from data_pipeline.ingest.text_splitting import runs, split_text
from data_pipeline.language import estimate_tokens, fold
from data_pipeline.slugs import slug, slug_path

TOKEN_CAP: Final = 700
"""Largest chunk in estimated tokens, prefix included."""

_MIN_CAP: Final = 40
_TITLE_SHARE: Final = 4
_HEADING_SHARE: Final = 6
_MAX_CHARACTERS_PER_TOKEN: Final = 8
_SAFE_ID: Final = re.compile(r"[A-Za-z0-9._:@/=+-]{1,250}")
_SAFE_PATH: Final = re.compile(r"[A-Za-z0-9._/-]{1,240}")
# Kinds whose data code decides on: two of them are no twins, even if they read the same.
_DECIDING: Final = frozenset(
    {
        Kind.REQUIRED_DATA,
        Kind.OPTIONAL_DATA,
        Kind.ELIGIBILITY,
        Kind.BLOCKING,
        Kind.OUTCOMES,
        Kind.FRAME,
        Kind.GUARDRAIL,
        Kind.MISSING_DATA,
    }
)
_CANONICAL: Final = msgspec.json.Encoder(order="sorted")


def chunk_article(article: Article, *, cap: int = TOKEN_CAP) -> tuple[Chunk, ...]:
    """The chunks of `article`, in its order, each of at most `cap` estimated tokens.

    Consecutive units of a section share a chunk, agent-only ones only with their like. A unit over
    the cap is split; its data stays on its first piece. Ids are `article_id#path`, further pieces
    `article_id#path~2`, agent-only ones `article_id#path!agent`. A body that stands twice is stored
    once. Raises `ValueError` for a cap below 40.
    """
    if cap < _MIN_CAP:
        raise ValueError(f"a cap of {cap} tokens is too small for a chunk: use {_MIN_CAP} or more")
    chunks = [
        chunk
        for section in article.sections
        for agent_only in (False, True)
        for chunk in _section_chunks(article, section, cap, agent_only=agent_only)
    ]
    return tuple(_hashed(chunk) for chunk in _without_twins(_numbered(chunks)))


def _section_chunks(
    article: Article, section: Section, cap: int, *, agent_only: bool
) -> Iterator[Chunk]:
    prefix = _prefix(article.title, section.heading, cap)

    def fits(body: str) -> bool:
        return estimate_tokens(prefix + body) <= cap

    pieces = [
        piece
        for unit in section.units
        if unit.agent_only is agent_only
        for piece in _pieces(unit, fits)
    ]
    texts = [piece.text for piece in pieces]
    for first, end in runs(len(pieces), lambda a, b: fits("\n".join(texts[a:b]))):
        yield _chunk(article, section, prefix, pieces[first:end], agent_only=agent_only)


def _pieces(unit: Unit, fits: Callable[[str], bool]) -> list[Unit]:
    """The unit, or pieces of it that fit, its data on the first."""
    text = unit.text.strip()
    if not text:
        return [] if unit.data is None else [msgspec.structs.replace(unit, text="")]
    first, *others = split_text(text, fits)
    return [
        msgspec.structs.replace(unit, text=first),
        *(msgspec.structs.replace(unit, text=other, data=None) for other in others),
    ]


def _chunk(
    article: Article, section: Section, prefix: str, units: Sequence[Unit], *, agent_only: bool
) -> Chunk:
    data = [unit.data for unit in units if unit.data is not None]
    return Chunk(
        chunk_id=_base_id(article.article_id, section.path, agent_only=agent_only),
        article_id=article.article_id,
        title=_one_line(article.title),
        heading=_one_line(section.heading),
        kind=section.kind,
        tier=section.tier,
        text=prefix + "\n".join(unit.text for unit in units if unit.text),
        body_start=len(prefix),
        language=article.language,
        agent_only=agent_only,
        scope=article.scope,
        topic=article.topic,
        tags=article.tags,
        links=article.links,
        url=article.url,
        page=next((unit.page for unit in units if unit.page is not None), None),
        valid_from=article.valid_from,
        valid_until=article.valid_until,
        data=_canonical(data) if data else "",
        origin=article.origin,
    )


def _prefix(title: str, heading: str, cap: int) -> str:
    """Title and heading, each on a line, and an empty line; over-long ones are cut."""
    lines = [_shortened(_one_line(title), cap // _TITLE_SHARE)]
    if fold(_one_line(heading)) != fold(_one_line(title)):
        lines.append(_shortened(_one_line(heading), cap // _HEADING_SHARE))
    shown = "\n".join(line for line in lines if line)
    return f"{shown}\n\n" if shown else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _shortened(text: str, tokens: int) -> str:
    if estimate_tokens(text) <= tokens:
        return text
    kept = split_text(
        text[: _MAX_CHARACTERS_PER_TOKEN * tokens],
        lambda piece: estimate_tokens(f"{piece}…") <= tokens,
    )
    return f"{kept[0]}…"


def _base_id(article_id: str, path: str, *, agent_only: bool) -> str:
    """Id without a piece's number: ASCII and short, whatever a reader gave."""
    article = article_id if _SAFE_ID.fullmatch(article_id) else slug(article_id)
    section = path if _SAFE_PATH.fullmatch(path) else slug_path(path.split("/"))
    return f"{article}#{section}{'!agent' if agent_only else ''}"


def _numbered(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    seen: Counter[str] = Counter()
    for chunk in chunks:
        seen[chunk.chunk_id] += 1
        number = seen[chunk.chunk_id]
        piece = f"~{number}" if number > 1 else ""
        yield msgspec.structs.replace(chunk, chunk_id=f"{chunk.chunk_id}{piece}")


def _without_twins(chunks: Iterable[Chunk]) -> list[Chunk]:
    """The first of each set of twins, with the data of all of them."""
    twins: list[list[Chunk]] = []
    places: dict[tuple[str, bool], list[list[Chunk]]] = {}
    for chunk in chunks:
        same = places.setdefault((_one_line(chunk.body), chunk.agent_only), [])
        found = next((known for known in same if _are_twins(known[0], chunk)), None)
        if found is None:
            found = []
            same.append(found)
            twins.append(found)
        found.append(chunk)
    return [_with_data_of(first, others) for first, *others in twins]


def _are_twins(kept: Chunk, chunk: Chunk) -> bool:
    return kept.kind is chunk.kind or not chunk.data or not {kept.kind, chunk.kind} & _DECIDING


def _with_data_of(first: Chunk, others: Sequence[Chunk]) -> Chunk:
    """`first` with the data entries of its twins that it has not, each once."""
    if not any(chunk.data for chunk in others):
        return first
    entries = _entries(first)
    seen = set(map(_canonical, entries))
    for entry in (entry for chunk in others for entry in _entries(chunk)):
        written = _canonical(entry)
        if written not in seen:
            seen.add(written)
            entries.append(entry)
    return msgspec.structs.replace(first, data=_canonical(entries))


def _entries(chunk: Chunk) -> list[Any]:
    return msgspec.json.decode(chunk.data, type=list[Any]) if chunk.data else []


def _hashed(chunk: Chunk) -> Chunk:
    """The chunk with its `content_hash`; a field at its default does not count, so one may come.

    Nor does `origin`: the same files in another place are no news.
    """
    content = _CANONICAL.encode(msgspec.structs.replace(chunk, content_hash="", origin=""))
    digest = hashlib.blake2b(content, digest_size=16).hexdigest()
    return msgspec.structs.replace(chunk, content_hash=digest)


def _canonical(value: Any) -> str:
    return _CANONICAL.encode(value).decode()
