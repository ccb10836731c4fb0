"""HTML pages: the article in the page, without the site around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from data_pipeline.articles import Article
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import Defaults, article_url
from data_pipeline.ingest.front_matter import FrontMatter
from data_pipeline.ingest.metadata import as_language
from data_pipeline.ingest.readers.assemble import Document, build_article
from data_pipeline.ingest.readers.decoding import decode_text
from data_pipeline.ingest.readers.footnotes import read_with_footnotes
from data_pipeline.ingest.readers.inline import Page, collapse
from data_pipeline.ingest.readers.markup import parse_markup

_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)
_SITE: Final = (
    "nav, footer, script, style, noscript, template, dialog, svg, form[role=search],"
    " [role=navigation], [role=banner], [role=contentinfo], [role=complementary], [role=search],"
    " [role=dialog], [role=alertdialog]"
)
# Parts that only their class or id tells; the words have to begin a part of the name.
_NAMED_PARTS: Final = (
    "cookie consent gdpr breadcrumb feedback helpful vote share social newsletter skip-".split()
)
_NAMED: Final = ", ".join(f"[{name}*={w} i]" for name in ("id", "class") for w in _NAMED_PARTS)
_NAMED_PART: Final = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|feedback|helpful|votes?|share|social"
    r"|newsletter|skip-\w+)(?=$|[\s_-])",
    re.IGNORECASE,
)
_PAGE: Final = frozenset({"html", "body", "main", "article"})
_VOTE: Final = re.compile(
    r"(?:was|did|is) this (?:article|page|answer|information)?\b[^.?!]{0,40}\bhelp(?:ful)?\b.{0,80}"
    r"|\d+ (?:out )?of \d+ found this helpful"
    r"|¿?(?:te|le|os)? ?(?:ha sido|ha resultado|fue|result[oó]|es) útil .{0,60}\?.{0,20}",
    re.IGNORECASE | re.DOTALL,
)
_HIDDEN: Final = "[hidden], [aria-hidden=true], [style*=display i], [style*=visibility i]"
_INVISIBLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MAIN: Final = (
    "[itemprop=articleBody]",
    "main article",
    "main",
    "[role=main]",
    "article",
    "#main-content, #main, #content, .article-body, .markdown-body, .entry-content",
)
_CALLOUT: Final = re.compile(
    r"note|tip|warn|caution|danger|important|info|callout|admonition|alert|hint", re.IGNORECASE
)
_PERMALINK: Final = frozenset({"", "#", "¶", "§", "🔗"})
_MIN_MAIN_SHARE: Final = 0.2
_MIN_MAIN_WORDS: Final = 40


def read_html(raw: bytes, source: str, defaults: Defaults, _scope_keys: Sequence[str]) -> Article:
    """Read one HTML page; raises `ArticleSourceError` with what to mend, nothing else."""
    declared = _CHARSET.search(raw[:4_096])
    text = decode_text(raw, source, declared=declared.group(1).decode() if declared else None)
    tree = parse_markup(text, source)
    if tree.body is None:
        raise ArticleSourceError(source, "no HTML body was found in it: save the page again")
    language, url, title = _language(tree), _address(tree), _title(tree)
    root = _article_root(tree.body)
    page = Page(base=article_url(url, defaults, source), source=source)
    blocks = [b for b in read_with_footnotes(root, page) if not _VOTE.fullmatch(b.text)]
    document = Document(
        blocks=blocks, title=title, language=language, url=url, links=tuple(page.links)
    )
    return build_article(document, FrontMatter(), source, defaults)


def _article_root(body: LexborNode) -> LexborNode:
    """The element that holds the article, with the parts that are not content removed."""
    _remove_hidden(body)
    _remove(body.css(_SITE))
    _remove(node for node in body.css(_NAMED) if _is_site_part(node))
    _remove(node for node in body.css("header") if not _is_within(node, ("main", "article")))
    _remove(node for node in body.css("aside") if not _is_callout(node))
    _remove(node for node in body.css("h1 a, h2 a, h3 a, h4 a, h5 a, h6 a") if _is_permalink(node))
    words = len(body.text(separator=" ").split())
    for selector in _MAIN:
        found = body.css(selector)
        if len(found) == 1 and _is_enough(len(found[0].text(separator=" ").split()), words):
            return found[0]
    return body


def _is_enough(words: int, of_all: int) -> bool:
    return words >= _MIN_MAIN_WORDS or words >= _MIN_MAIN_SHARE * of_all > 0


def _remove_hidden(body: LexborNode) -> None:
    """Remove what no reader can ever see; a panel that only waits for a click stays."""
    controlled = {
        name
        for node in body.css("[aria-controls]")
        for name in (node.attributes.get("aria-controls") or "").split()
    }
    _remove(node for node in body.css(_HIDDEN) if _is_hidden(node, controlled))


def _is_hidden(node: LexborNode, controlled: set[str]) -> bool:
    attributes = node.attributes
    opens = attributes.get("id") in controlled or attributes.get("role") in {"tabpanel", "region"}
    if opens or attributes.get("hidden") == "until-found":
        return False
    marked = "hidden" in attributes or attributes.get("aria-hidden") == "true"
    return marked or bool(_INVISIBLE.search(attributes.get("style") or ""))


def _is_site_part(node: LexborNode) -> bool:
    name = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    return node.tag not in _PAGE and bool(_NAMED_PART.search(name))


def _is_callout(aside: LexborNode) -> bool:
    """Whether an aside belongs to the text: a note, or inside the article and without links."""
    name = f"{aside.attributes.get('class') or ''} {aside.attributes.get('role') or ''}"
    if _CALLOUT.search(name):
        return True
    return _is_within(aside, ("main", "article")) and aside.css_first("a") is None


def _is_permalink(link: LexborNode) -> bool:
    return link.text().strip() in _PERMALINK and link.css_first("img[alt]") is None


def _is_within(node: LexborNode, tags: tuple[str, ...]) -> bool:
    return any(above.tag in tags for above in _ancestors(node))


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def _remove(nodes: Iterable[LexborNode]) -> None:
    """Remove each node once: one inside another is gone with it."""
    doomed = {node.mem_id: node for node in nodes}
    inner = [n for n in doomed.values() if any(a.mem_id in doomed for a in _ancestors(n))]
    for node in inner:
        del doomed[node.mem_id]
    for node in doomed.values():
        node.remove()


def _title(tree: LexborHTMLParser) -> str | None:
    """The page's title: as shared, else the window's without the site's name."""
    shared = _meta(tree, 'meta[property="og:title"]', "content")
    if shared:
        return collapse(shared)
    node = tree.css_first("head title")
    title = collapse(node.text()) if node else ""
    return re.split(r" [|–—·] | - (?=[^-]+$)", title)[0].strip() or None


def _language(tree: LexborHTMLParser) -> str | None:
    stated = tree.root.attributes.get("lang") if tree.root else None
    try:
        return as_language(stated, "", "") if stated else None
    except ArticleSourceError:
        return None


def _address(tree: LexborHTMLParser) -> str | None:
    for selector, name in (("link[rel=canonical]", "href"), ('meta[property="og:url"]', "content")):
        address = _meta(tree, selector, name)
        if address and address.startswith(("https://", "http://")):
            return address
    return None


def _meta(tree: LexborHTMLParser, selector: str, name: str) -> str | None:
    node = tree.css_first(selector)
    return ((node.attributes.get(name) or "").strip() or None) if node else None
