"""Random Markdown, HTML and DOCX made of words that occur once, so that none can vanish unseen."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import assume
from hypothesis import strategies as st

_SHAPES = st.sampled_from(
    ["{}", "{}", "**{}**", "*{}*", "`{}`", "[{}](https://help.example/a)", "~~{}~~", "({})", "“{}”"]
)
_ENDS = st.sampled_from(["", ".", "?", ":", ",", "!", " — {}", "; {}"])
_LABELS = st.sampled_from(
    [
        "",
        "",
        "",
        "Fees ",
        "How do I ",
        "Eligibility ",
        "Step 1: ",
        "¿Cómo ",
        "FAQ ",
        "Warning ",
        "1. ",
    ]
)


class _Words:
    """Hands out words that never repeat and notes for whom each is."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.public: list[str] = []
        self.for_agents: list[str] = []
        self.inside_fence = False

    def next(self) -> str:
        word = f"w{next(self._numbers)}q"
        (self.for_agents if self.inside_fence else self.public).append(word)
        return word


@st.composite
def markdown_documents(draw: st.DrawFn) -> tuple[str, list[str], list[str]]:
    """Markdown, its public words, and its words for agents only."""
    words = _Words()
    blocks = []
    for _ in range(draw(st.integers(1, 8))):
        fenced = draw(st.integers(0, 6)) == 0
        words.inside_fence = fenced
        block = draw(st.sampled_from(_BLOCKS))(draw, words)
        blocks.append(f":::agent\n{block}\n:::" if fenced else block)
        words.inside_fence = False
    assume(words.public or words.for_agents)
    return "\n\n".join(blocks) + "\n", words.public, words.for_agents


_TAGS = st.sampled_from(
    "div p span b em a ul ol li table tbody tr td th h1 h2 h4 dl dt dd details summary section"
    " blockquote pre figure figcaption button label strong center font my-card sup address".split()
)


@st.composite
def tag_soup(draw: st.DrawFn, depth: int = 0) -> str:
    """Tags nested as no standard allows, around words `x0q`, which are to be numbered."""
    pieces = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 2 if depth < 5 else 1))
        if kind == 2:
            tag = draw(_TAGS)
            inner = draw(tag_soup(depth + 1))
            pieces.append(f"<{tag}>{inner}" + (f"</{tag}>" if draw(st.integers(0, 5)) else ""))
        else:
            pieces.append(draw(st.sampled_from([" x0q ", "x0q<br>", " x0q. ", "\n"])))
    return "".join(pieces)


def _phrase(draw: st.DrawFn, words: _Words) -> str:
    pieces = []
    for _ in range(draw(st.integers(1, 6))):
        word = words.next()
        pieces.append(draw(_SHAPES).replace("{}", word))
    end = draw(_ENDS)
    return " ".join(pieces) + (end.replace("{}", words.next()) if "{}" in end else end)


def _heading(draw: st.DrawFn, words: _Words) -> str:
    level = "#" * draw(st.integers(1, 6))
    return f"{level} {draw(_LABELS)}{_phrase(draw, words)}"


def _paragraph(draw: st.DrawFn, words: _Words) -> str:
    return "\n".join(_phrase(draw, words) for _ in range(draw(st.integers(1, 3))))


def _bold_line(draw: st.DrawFn, words: _Words) -> str:
    return f"**{draw(_LABELS)}{words.next()} {words.next()}{draw(st.sampled_from(['', '?', ':', '.']))}**"


def _list(draw: st.DrawFn, words: _Words, depth: int = 0) -> str:
    marker = draw(st.sampled_from(["-", "*", "1."]))
    lines = []
    for number in range(draw(st.integers(1, 4))):
        mark = f"{number + 1}." if marker == "1." else marker
        lines.append(f"{'   ' * depth}{mark} {_phrase(draw, words)}")
        if depth < 3 and draw(st.booleans()):
            lines.append(_list(draw, words, depth + 1))
    return "\n".join(lines)


def _table(draw: st.DrawFn, words: _Words) -> str:
    columns = draw(st.integers(1, 4))
    names = draw(st.sampled_from([("Plan", "Price", "Fee", "Note"), ("", "", "", ""), None]))
    head = [words.next() if names is None else names[n] for n in range(columns)]
    rows = [
        [_phrase(draw, words) if draw(st.booleans()) else "" for _ in range(columns)]
        for _ in range(draw(st.integers(0, 4)))
    ]
    lines = [head, ["---"] * columns, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _code(draw: st.DrawFn, words: _Words) -> str:
    body = "\n".join(f"  {words.next()} = [{words.next()}]" for _ in range(draw(st.integers(1, 3))))
    return f"```\n{body}\n```"


def _quote(draw: st.DrawFn, words: _Words) -> str:
    label = draw(st.sampled_from(["", "[!NOTE]\n> ", "[!WARNING]\n> "]))
    return f"> {label}{_phrase(draw, words)}"


def _questions(draw: st.DrawFn, words: _Words) -> str:
    pairs = draw(st.integers(1, 3))
    return "\n\n".join(
        f"Q: {_phrase(draw, words)}\n\nA: {_phrase(draw, words)}" for _ in range(pairs)
    )


def _fold_out(draw: st.DrawFn, words: _Words) -> str:
    return f"<details><summary>{words.next()}</summary>\n\n{_paragraph(draw, words)}\n\n</details>"


def _definitions(draw: st.DrawFn, words: _Words) -> str:
    items = "".join(
        f"<dt>{words.next()}</dt><dd>{words.next()} {words.next()}</dd>"
        for _ in range(draw(st.integers(1, 3)))
    )
    return f"<dl>{items}</dl>"


def _markup_table(draw: st.DrawFn, words: _Words) -> str:
    span = draw(st.integers(1, 3))
    rows = "".join(
        f"<tr><td colspan={draw(st.integers(1, 3))} rowspan={draw(st.integers(1, 3))}>{words.next()}</td>"
        f"<td>{words.next()}<ul><li>{words.next()}</li></ul></td></tr>"
        for _ in range(draw(st.integers(1, 3)))
    )
    return f"<table><caption>{words.next()}</caption><tr><th colspan={span}>{words.next()}</th></tr>{rows}</table>"


def _typed_numbers(draw: st.DrawFn, words: _Words) -> str:
    count = draw(st.integers(1, 4))
    return "\n\n".join(f"{n}\\. {_phrase(draw, words)}" for n in range(1, count + 1))


_BLOCKS: Sequence[Any] = (
    *(_heading, _heading, _paragraph, _paragraph, _bold_line, _list, _list, _table, _code, _quote),
    *(_questions, _fold_out, _definitions, _markup_table, _typed_numbers),
)


def word_document(
    paragraphs: Sequence[str], *, title: str = "", extra: dict[str, bytes] | None = None
) -> bytes:
    """A Word document of the given body elements (`w_paragraph`, `w_table`)."""
    body = "".join(paragraphs)
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": f"{_XML}<w:document {_W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"{_XML}<w:styles {_W}>{''.join(_styles())}</w:styles>",
        "word/numbering.xml": f"{_XML}<w:numbering {_W}>{_NUMBERING}</w:numbering>",
        "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
        "docProps/core.xml": _CORE.replace("TITLE", escape(title)),
    }
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return packed.getvalue()


def w_paragraph(text: str, *, style: str = "", numbering: int = 0, bold: bool = False) -> str:
    """A paragraph of a Word document; `numbering` 1 is a bullet, 2 a number."""
    style_part = f'<w:pStyle w:val="{style}"/>' if style else ""
    list_part = (
        f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{numbering}"/></w:numPr>' if numbering else ""
    )
    run = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return (
        f"<w:p><w:pPr>{style_part}{list_part}</w:pPr>"
        f'<w:r>{run}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def w_table(rows: Sequence[Sequence[str]]) -> str:
    """A table of a Word document, without a marked first row."""
    lines = (
        "<w:tr>" + "".join(f"<w:tc>{w_paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{''.join(lines)}</w:tbl>"


def _styles() -> Iterator[str]:
    names = {"Title": "Title", "Heading1": "heading 1", "Heading2": "heading 2", "TOC1": "toc 1"}
    for style_id, name in names.items():
        yield f'<w:style w:type="paragraph" w:styleId="{style_id}"><w:name w:val="{name}"/></w:style>'


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_RELATIONS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_DOCUMENT_RELATIONS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="r2" Type="{_OFFICE}/numbering" Target="numbering.xml"/></Relationships>'
)
_NUMBERING = "".join(
    f'<w:abstractNum w:abstractNumId="{n}"><w:lvl w:ilvl="0"><w:numFmt w:val="{kind}"/></w:lvl>'
    f"</w:abstractNum>"
    for n, kind in ((1, "bullet"), (2, "decimal"))
) + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))
_CORE = (
    f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>TITLE</dc:title></cp:coreProperties>'
)
