"""What writers type instead of marking it up: bold lines as headings, typed numbers, Q: and A:."""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from data_pipeline.ingest.readers.blocks import (
    BOLD_LINE_LEVEL,
    Block,
    Role,
    as_lines,
    heading,
    pair,
    text_block,
)

_NUMBERED: Final = re.compile(
    r"(?:(?:step|paso|schritt|étape|passo)\s+(\d{1,2})\s*[:.)–—-]|\(?(\d{1,2})[.)])\s+(?=\S)",
    re.IGNORECASE,
)
_BULLET: Final = re.compile(r"[•‣▪▫◦●○·–*-]\s+(?=\S)")
_QUESTION: Final = re.compile(
    r"(?:(?:[Qq]uestion|[Pp]regunta|[Ff]rage)\s*\d*|[QP]\s?\d*)\s*[:.]\s+"
)
_ANSWER: Final = re.compile(r"(?:(?:[Aa]nswer|[Rr]espuesta|[Aa]ntwort)\s*\d*|[AR]\s?\d*)\s*[:.]\s+")
_ANSWER_LINE: Final = re.compile(r"\n(?=" + _ANSWER.pattern + ")")
_CALLOUT: Final = re.compile(r"\[!(\w+)(?:\s[^\]]*)?\]\s*")
_LABELS: Final = frozenset(
    "note nota tip hint info consejo example ejemplo important importante warning".split()
)
_COMMENT: Final = re.compile(r"\[([a-z]{1,2})\]")
_COMMENT_MARK: Final = re.compile(r"(?<=[^\s\[(])( ?)\[([a-z]{1,2})\](?![\w(\[])")
_MAX_BOLD_HEADING: Final = 80


def without_comments(blocks: Sequence[Block]) -> list[Block]:
    """Blocks without the comments of an exported document: `[a]` marks and the texts at its end."""
    marked: list[str] = []
    are_apart = False
    for n, block in enumerate(blocks):
        found = _COMMENT.match(block.text)
        if found and found.group(1) in marked and block.role is Role.TEXT:
            return [_without_marks(b, set(marked)) for b in blocks[:n]]
        marks = _COMMENT_MARK.findall(block.text) if block.role is not Role.CODE else []
        marked += [letters for _, letters in marks]
        are_apart = are_apart or any(blank for blank, _ in marks)
    # Without the comments themselves only marks that count through, each on its word, are sure.
    if not marked or are_apart or marked != _letters(len(marked)):
        return list(blocks)
    return [_without_marks(block, set(marked)) for block in blocks]


def labelled_callouts(blocks: Iterable[Block]) -> Iterator[Block]:
    """`[!NOTE]` in front of a text becomes `Note:`."""
    for block in blocks:
        found = _CALLOUT.match(block.text) if block.role is Role.TEXT else None
        if found is None:
            yield block
            continue
        rest = block.text[found.end() :]
        label = "" if found.group(1) == "div" else f"{found.group(1).capitalize()}: "
        if rest or label:
            yield msgspec.structs.replace(block, text=(label + rest).strip())


def typed_lists(blocks: Iterable[Block]) -> list[Block]:
    """Paragraphs and lines that start with 1., 2., 3. become steps, those with a bullet items."""
    return list(_steps(list(_items(_lines(blocks)))))


def typed_pairs(blocks: Sequence[Block]) -> list[Block]:
    """`Q: …` followed by `A: …` becomes a pair, and so does a paragraph with its question in bold.

    The last answer ends with its paragraph or list.
    """
    found: list[Block] = []
    at = 0
    while at < len(blocks):
        end, made = _pair_at(blocks, at)
        found.append(made)
        at = end
    return found


def bold_headings(blocks: Sequence[Block]) -> list[Block]:
    """A short bold line above other text becomes a heading below all real ones."""
    following = [*blocks[1:], None] if blocks else []
    return [
        heading(block.text.rstrip(":").rstrip(), BOLD_LINE_LEVEL) if _heads(block, after) else block
        for block, after in zip(blocks, following, strict=True)
    ]


def strip_question(text: str) -> str:
    """`text` without `Q:` in front."""
    return _QUESTION.sub("", text, count=1) if _QUESTION.match(text) else text


def strip_answer(text: str) -> str:
    """`text` without `A:` in front."""
    return _ANSWER.sub("", text, count=1) if _ANSWER.match(text) else text


def _heads(block: Block, after: Block | None) -> bool:
    if not block.bold or block.agent_only or block.role is not Role.TEXT or "\n" in block.text:
        return False
    if after is None or after.bold or after.role in {Role.HEADING, Role.HEADING_END}:
        return False
    text = block.text.rstrip(":").rstrip()
    if text.lower() in _LABELS or not text or text[-1] in ".,;!":
        return False
    return len(text) <= _MAX_BOLD_HEADING or text.endswith("?")


def _lines(blocks: Iterable[Block]) -> Iterator[Block]:
    """Paragraphs of several typed items, one per line, cut into one paragraph per item."""
    for block in blocks:
        lines = block.text.split("\n")
        starts = [n for n, line in enumerate(lines) if _NUMBERED.match(line) or _BULLET.match(line)]
        if block.role is not Role.TEXT or len(starts) <= 1:
            yield block
            continue
        cuts = sorted({0, *starts, len(lines)})
        for start, end in pairwise(cuts):
            yield msgspec.structs.replace(block, text="\n".join(lines[start:end]))


def _items(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        found = _BULLET.match(block.text) if block.role is Role.TEXT else None
        if found is None:
            yield block
        else:
            yield msgspec.structs.replace(
                block, role=Role.ITEM, text=block.text[found.end() :], bold=False
            )


def _steps(blocks: Sequence[Block]) -> Iterator[Block]:
    """Two or more paragraphs in a row that count up from 0 or 1."""
    at = 0
    while at < len(blocks):
        length = _counting(blocks, at)
        if length > 1:
            yield from (_step(block) for block in blocks[at : at + length])
        else:
            yield blocks[at]
        at += max(length, 1)


def _counting(blocks: Sequence[Block], at: int) -> int:
    """How many blocks from `at` on are numbered one after the other."""
    first = _number(blocks[at])
    if first is None or first > 1:
        return 0
    length = 1
    while at + length < len(blocks) and _number(blocks[at + length]) == first + length:
        length += 1
    return length


def _number(block: Block) -> int | None:
    found = _NUMBERED.match(block.text) if block.role is Role.TEXT else None
    return int(found.group(1) or found.group(2)) if found else None


def _step(block: Block) -> Block:
    text = _NUMBERED.sub("", block.text, count=1)
    number = _number(block) or 0
    return msgspec.structs.replace(block, role=Role.STEP, number=number, text=text, bold=False)


def _pair_at(blocks: Sequence[Block], at: int) -> tuple[int, Block]:
    """The pair that starts at `at` and where it ends, or the block itself."""
    block = blocks[at]
    if block.lead.endswith("?") and block.role in {Role.TEXT, Role.ITEM} and not block.agent_only:
        return at + 1, pair(block.lead, block.text[len(block.lead) :].strip())
    if not _asks(block):
        return at + 1, block
    question, *answer = _ANSWER_LINE.split(block.text, maxsplit=1)
    end = at + 1
    parts = [text_block(strip_answer(part)) for part in answer]
    if not parts and end < len(blocks) and _answers(blocks[end]):
        parts.append(text_block(strip_answer(blocks[end].text)))
        end += 1
    if not parts:
        return at + 1, block
    last = _end_of_answer(blocks, end)
    return last, pair(strip_question(question).strip(), as_lines([*parts, *blocks[end:last]]))


def _end_of_answer(blocks: Sequence[Block], start: int) -> int:
    """Up to the next question where one follows directly, else only lists and code belong to it."""
    end = start
    while end < len(blocks) and _continues(blocks[end]):
        end += 1
    if end < len(blocks) and _asks(blocks[end]):
        return end
    end = start
    while end < len(blocks) and _continues(blocks[end]) and blocks[end].role is not Role.TEXT:
        end += 1
    return end


def _continues(block: Block) -> bool:
    wanted = {Role.TEXT, Role.ITEM, Role.STEP, Role.CODE}
    return block.role in wanted and not block.agent_only and not _asks(block)


def _asks(block: Block) -> bool:
    return block.role is Role.TEXT and not block.agent_only and bool(_QUESTION.match(block.text))


def _answers(block: Block) -> bool:
    return block.role is Role.TEXT and not block.agent_only and bool(_ANSWER.match(block.text))


def _without_marks(block: Block, letters: Collection[str]) -> Block:
    if block.role is Role.CODE or "[" not in block.text:
        return block

    def keep(found: re.Match[str]) -> str:
        return "" if found[2] in letters else found.group()

    names = ("text", "first", "second", "lead")
    changed = {name: _COMMENT_MARK.sub(keep, getattr(block, name)) for name in names}
    cells = tuple((name, _COMMENT_MARK.sub(keep, value)) for name, value in block.cells)
    return msgspec.structs.replace(block, cells=cells, **changed)


def _letters(count: int) -> list[str]:
    """How exported comments are counted: a to z, aa, ab, and so on."""
    singles = string.ascii_lowercase
    return [*singles, *(a + b for a in singles for b in singles)][:count]
