"""Blocks under headings become sections of one kind and tier, with stable paths."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

import msgspec

from data_pipeline.articles import Kind, Pair, Rule, Section, Step, Tier, Unit
from data_pipeline.ingest.readers.blocks import Block, Role, as_lines
from data_pipeline.ingest.readers.patterns import strip_answer, strip_question
from data_pipeline.ingest.readers.prices import fee_of_line, fee_of_row, has_price_column
from data_pipeline.ingest.readers.questions import is_for_agents, is_question
from data_pipeline.ingest.tiers import TIER_OF_KIND, classify, classify_heading
from data_pipeline.slugs import slug_path

LEAD_PATH: Final = "body"
"""Path of what stands before the first heading."""

_MAX_ANSWER: Final = 1_200
_PLAIN: Final = frozenset({Role.TEXT, Role.ITEM, Role.CODE})
# Kinds that a numbered list turns into steps: elsewhere its numbers only count.
_YIELD_TO_STEPS: Final = frozenset({Kind.BODY, Kind.ISSUES, Kind.OVERVIEW, Kind.FAQ, Kind.STEPS})
_PAIRED: Final = frozenset({Kind.FAQ, Kind.DEFINITIONS, Kind.ISSUES})
_TERM: Final = re.compile(r"(?P<first>[^\n:]{2,80}): +(?P<second>\S.*)", re.DOTALL)


class Part(NamedTuple):
    """Blocks under one heading; `headings` is outermost first, without the article's title."""

    headings: tuple[str, ...]
    blocks: tuple[Block, ...]
    has_children: bool = False


class Draft(NamedTuple):
    """A section that still needs its path."""

    headings: tuple[str, ...]
    kind: Kind
    tier: Tier
    units: tuple[Unit, ...]


def sections_of(blocks: Iterable[Block], reserved: Iterable[str] = ()) -> tuple[Section, ...]:
    """Sections in reading order; no block's text is lost, a bare heading is a unit of its own.

    Paths are unique among themselves and the `reserved` ones.
    """
    taken = Counter(reserved)
    sections: list[Section] = []
    for part in _parts(blocks):
        base = slug_path(part.headings) or LEAD_PATH
        for n, draft in enumerate(_drafts(part)):
            path = _free(base if n == 0 else f"{base}/{draft.kind.value}", taken)
            sections.append(_section(path, draft))
    return tuple(sections)


def _section(path: str, draft: Draft) -> Section:
    units = draft.units
    if draft.kind is Kind.GUARDRAIL or any(is_for_agents(text) for text in draft.headings):
        units = tuple(msgspec.structs.replace(unit, agent_only=True) for unit in units)
    heading = " > ".join(draft.headings)
    return Section(path=path, heading=heading, kind=draft.kind, tier=draft.tier, units=units)


def _free(path: str, taken: Counter[str]) -> str:
    """`path`, with a number behind it where it is taken; `taken` counts how often it was asked."""
    free = path
    while taken[free]:
        taken[path] += 1
        free = f"{path}-{taken[path]}"
    taken[free] += 1
    return free


def _parts(blocks: Iterable[Block]) -> Iterator[Part]:
    parts = list(_under_headings(blocks))
    following = [*(part.headings for part in parts[1:]), ()][: len(parts)]
    for part, after in zip(parts, following, strict=True):
        depth = len(part.headings)
        yield part._replace(has_children=len(after) > depth and after[:depth] == part.headings)


def _under_headings(blocks: Iterable[Block]) -> Iterator[Part]:
    path: list[Block] = []
    gathered: list[Block] = []
    is_new = False
    for block in blocks:
        if block.role not in {Role.HEADING, Role.HEADING_END}:
            gathered.append(block)
            continue
        if gathered or is_new:
            yield Part(_texts(path), tuple(gathered))
        gathered, is_new = [], block.role is Role.HEADING
        path = [above for above in path if above.level < block.level]
        path += [block] if is_new else []
    if gathered or is_new:
        yield Part(_texts(path), tuple(gathered))


def _texts(path: Iterable[Block]) -> tuple[str, ...]:
    return tuple(block.text for block in path)


def _drafts(part: Part) -> Iterator[Draft]:
    if not part.blocks:
        if not part.has_children and part.headings:
            kind, tier = classify(part.headings, "")
            yield Draft(part.headings, kind, tier, (Unit(part.headings[-1]),))
        return
    paired = _heading_pair(part)
    if paired is not None:
        yield paired
        return
    kind, _ = classify(part.headings, "")
    for group, members in groupby(part.blocks, key=lambda block: _group(kind, block)):
        blocks = tuple(members)
        if group is None:
            yield from _plain_drafts(part.headings, blocks)
        else:
            yield Draft(part.headings, group, TIER_OF_KIND[group], _units(group, blocks))


def _group(kind: Kind, block: Block) -> Kind | None:
    """The kind that a block has by itself under a heading of `kind`, None where it is the same."""
    own = None
    if block.role is Role.ROW and has_price_column(block.cells):
        own = Kind.FEES
    elif block.role is Role.NOTE:
        own = Kind.NOTES
    elif block.role is Role.PAIR and kind not in _PAIRED and is_question(block.first):
        own = Kind.FAQ
    return None if own is kind else own


def _plain_drafts(headings: tuple[str, ...], blocks: tuple[Block, ...]) -> Iterator[Draft]:
    roles = {block.role for block in blocks}
    has_steps = Role.STEP in roles and Role.PAIR not in roles
    kind, tier = classify(headings, "" if has_steps else as_lines(blocks))
    if not has_steps or not (kind in _YIELD_TO_STEPS or (kind, tier) == (Kind.RULES, Tier.HIGH)):
        yield Draft(headings, kind, tier, _units(kind, blocks))
        return
    for run in _procedures(blocks):
        yield Draft(headings, Kind.STEPS, TIER_OF_KIND[Kind.STEPS], _units(Kind.STEPS, run))


def _procedures(blocks: Sequence[Block]) -> Iterator[tuple[Block, ...]]:
    """Cut where a second list starts counting anew, with the line in front that introduces it."""
    start, last = 0, None
    for n, block in enumerate(blocks):
        if block.role is not Role.STEP:
            continue
        if last is not None and block.number <= last:
            cut = n - 1 if n - 1 > start and _introduces(blocks[n - 1]) else n
            yield tuple(blocks[start:cut])
            start = cut
        last = block.number
    yield tuple(blocks[start:])


def _introduces(block: Block) -> bool:
    return block.role is Role.TEXT and block.text.endswith(":")


def _heading_pair(part: Part) -> Draft | None:
    """A question (or an issue) as a heading with a short plain answer below it."""
    text = as_lines(part.blocks)
    if not part.headings or part.has_children or len(text) > _MAX_ANSWER:
        return None
    if any(block.role not in _PLAIN or block.agent_only for block in part.blocks):
        return None
    own = part.headings[-1]
    kind = _pair_kind(part.headings, text)
    if kind is None:
        return None
    answer = strip_answer(text)
    data = msgspec.to_builtins(Pair(strip_question(own), answer))
    return Draft(part.headings, kind, TIER_OF_KIND[kind], (Unit(answer, data=data),))


def _pair_kind(headings: Sequence[str], text: str) -> Kind | None:
    kind, tier = classify(headings, text)
    if is_question(headings[-1]) and tier is not Tier.CRITICAL and kind in {Kind.BODY, Kind.FAQ}:
        return Kind.FAQ
    is_inherited = kind in {Kind.FAQ, Kind.ISSUES} and classify_heading(headings[-1]) is None
    return kind if is_inherited else None


def _units(kind: Kind, blocks: Iterable[Block]) -> tuple[Unit, ...]:
    return tuple(
        Unit(_unit_text(block), data=_data(kind, block), agent_only=block.agent_only)
        for block in blocks
        if block.text
    )


def _unit_text(block: Block) -> str:
    return f"{block.number}. {block.text}" if block.role is Role.STEP else block.text


def _data(kind: Kind, block: Block) -> Any:
    """The structured form that fits the section's kind, as plain JSON types, or None."""
    made = _structured(kind, block)
    return None if made is None else msgspec.to_builtins(made)


def _structured(kind: Kind, block: Block) -> msgspec.Struct | None:
    if kind is Kind.STEPS and block.role is Role.STEP:
        action, _, detail = block.text.partition("\n")
        return Step(block.number, action, detail or None)
    if kind is Kind.FEES:
        return fee_of_row(block.cells) if block.role is Role.ROW else fee_of_line(block.text)
    if kind in _PAIRED:
        return _pair(kind, block)
    return Rule(block.text) if kind is Kind.GUARDRAIL else None


def _pair(kind: Kind, block: Block) -> Pair | None:
    if block.role is Role.PAIR and block.first and block.second:
        return Pair(block.first, block.second)
    if kind is Kind.FAQ and block.lead and len(block.lead) < len(block.text):
        return Pair(block.lead, block.text[len(block.lead) :].strip())
    found = _TERM.fullmatch(block.text) if kind is Kind.DEFINITIONS else None
    if block.role is Role.ROW and kind is not Kind.FAQ and len(block.cells) == len(("a", "b")):
        return Pair(*(value for _, value in block.cells))
    return Pair(found["first"], found["second"]) if found else None
