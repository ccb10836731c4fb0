"""HTML pages: the article without the site, whatever the page is built with."""

from __future__ import annotations

import pytest

from data_pipeline.articles import Kind
from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import Defaults
from data_pipeline.ingest.readers.html import read_html
from tests.ingest.reading import all_text, data, html, kinds, section, texts

_PAGE = """<!doctype html><html lang="es-ES"><head><meta charset="utf-8">
<title>Lamp – Help centre</title><meta property="og:title" content="The lamp">
<link rel="canonical" href="https://help.example/es/lamp">
<style>.x{}</style><script>var site = "site";</script></head><body>
<header>site <nav>site</nav></header><a class="skip-link" href="#m">site</a>
<div class="cookie-banner">site</div><div id="CookieConsent">site</div>
<aside>site <a href="/x">site</a></aside>
<main id="m"><nav class="breadcrumbs">site</nav><article>
<header><h1>The lamp <a class="anchor" href="#a">#</a></h1></header>
<p>Lead with <a href="/es/other?x=1#y">another page</a>.</p>
<aside class="note"><p>A note that stays.</p></aside>
<aside><a href="/x">site</a></aside>
<h2>Fees</h2><table><thead><tr><th>Part</th><th>Price</th></tr></thead>
<tbody><tr><td>Bulb</td><td>&euro;5</td></tr></tbody></table>
<p hidden>site</p><p style="display: NONE">site</p><span aria-hidden="true">site</span>
<h3><button aria-expanded="false" aria-controls="p1">Is it hot?</button></h3>
<div id="p1" hidden><p>Yes.</p></div>
<div role="tabpanel" style="display:none">A panel.</div>
<div class="feedback">Was this helpful? <button>site</button></div>
<p>Was this article helpful? Yes No</p>
</article></main><footer>site</footer><noscript>site</noscript></body></html>"""


def test_page() -> None:
    """Only the article is read: navigation, banners, votes and hidden text are the site's."""
    article = html(_PAGE)
    assert (article.title, article.language, article.url) == (
        "The lamp",
        "es",
        "https://help.example/es/lamp",
    )
    assert "site" not in all_text(article)
    assert texts(article, "body") == [
        "Lead with another page (https://help.example/es/other?x=1#y).",
        "A note that stays.",
    ]
    assert article.links == ("https://help.example/es/other?x=1#y",)


def test_fold_outs_and_tabs_are_content() -> None:
    """Panels that open on a click are read, and an accordion's question is paired."""
    article = html(_PAGE)
    assert "A panel." in all_text(article)
    assert "Yes." in all_text(article)
    assert section(article, "fees").kind is Kind.FEES


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>A - Site</title>", "<p>x</p>", "A"),
        ("<title>Lamp | Help | Site</title>", "<p>x</p>", "Lamp"),
        ("<title>A</title>", "<h1>B</h1><p>x</p>", "B"),
        ("<meta property='og:title' content='C'>", "<h1>B</h1><p>x</p><h1>D</h1>", "C"),
        ("", "<p>x</p>", "Lamp"),
    ],
)
def test_title(head: str, body: str, title: str) -> None:
    """The page's heading, its shared title, its window title, then the file's name."""
    assert html(f"<head>{head}</head><body>{body}</body>").title == title


def test_whole_body_without_a_main_part() -> None:
    """A page without any such element is read whole, and so is one whose main part is empty."""
    assert texts(html("<div><div>One</div><span>two</span></div>"), "body") == ["One", "two"]
    assert "elsewhere" in all_text(html(f"<main></main><div>{'elsewhere ' * 50}</div>"))


def test_encodings() -> None:
    """A declared Windows encoding is used where the page isn't UTF-8."""
    page = "<meta charset='iso-8859-1'><p>Größe 5 €</p>".encode("cp1252")
    assert texts(read_html(page, "a.html", Defaults(), ()), "body") == ["Größe 5 €"]


def test_blocks_without_paragraphs() -> None:
    """Line breaks, definition lists, captions and code keep their lines."""
    article = html(
        "A<br>B<br><br>C<dl><dt>Foot</dt><dd>stands</dd></dl>"
        "<figure><img alt='a lamp' src='x.png'><figcaption>Fig</figcaption></figure>"
        "<pre>  x = 1\n  y = 2</pre>"
    )
    assert texts(article, "body") == [
        "A\nB",
        "C",
        "Foot: stands",
        "a lamp",
        "Fig",
        "  x = 1\n  y = 2",
    ]


def test_tables() -> None:
    """Spans are repeated, group rows stand in front of theirs, layout tables are no tables."""
    article = html(
        "<table><tr><th>Place<th>Days</tr><tr><td colspan=2>Home</tr><tr><td rowspan=2>Door<td>3</tr>"
        "<tr><td>4</tr></table>"
        "<table><tr><td><h2>Left</h2><p>text</p><td><p>right</p></tr></table>"
    )
    assert texts(article, "body") == ["Home – Place: Door; Days: 3", "Home – Place: Door; Days: 4"]
    assert texts(article, "left") == ["text", "right"]


def test_tables_without_marked_names() -> None:
    """A first row that reads like names is taken as names; two columns of words are pairs."""
    named = html("<table><tr><td>Size<td>Height<td>Price</tr><tr><td>S<td>30<td>€5</tr></table>")
    assert texts(named, "body") == ["Size: S; Height: 30; Price: €5"]
    pairs = html("<table><tr><td>Phone<td>at the door</tr><tr><td>Mail<td>at the desk</tr></table>")
    assert texts(pairs, "body") == ["Phone: at the door", "Mail: at the desk"]


def test_questions_below_each_other() -> None:
    """A page of questions becomes a pair per heading."""
    article = html(
        "<h1>FAQ page</h1><h2>FAQ</h2><h3>Is it hot?</h3><p>Yes.</p><h3>Why?</h3>It is a lamp."
    )
    assert kinds(article) == [("faq/is-it-hot", Kind.FAQ), ("faq/why", Kind.FAQ)]
    assert data(article, "faq/why") == [{"first": "Why?", "second": "It is a lamp."}]


@pytest.mark.parametrize(
    ("page", "cause"),
    [
        ("<html></html>", "no text was found"),
        ("<nav>only navigation</nav>", "no text was found"),
        ("<div>" * 50_000 + "x", "nested too deeply"),
        ("<div>" * 50_000 + "x" + "</div>" * 50_000, "nested too deeply"),
        ("".join(f"<b id={n}>" for n in range(900)) + "<p>x" * 20_000, "nested too deeply"),
    ],
)
def test_unreadable(page: str, cause: str) -> None:
    """Pages without text, and pages built to exhaust a parser, are refused."""
    with pytest.raises(ArticleSourceError, match=cause):
        html(page)


def test_deep_but_honest_nesting() -> None:
    """Nesting beyond what a page needs is flattened, not lost."""
    article = html("<p>start</p>" + "<div>" * 900 + "deep" + "</div>" * 900)
    assert texts(article, "body") == ["start", "deep"]


def test_ten_megabytes() -> None:
    """A page of ten megabytes is read."""
    article = html("<p>" + "<p>".join(f"w{n} " + "x" * 2_000 for n in range(5_000)))
    assert len(article.sections[0].units) == 5_000


def test_absurd_spans() -> None:
    """A cell that claims a million columns costs no memory."""
    article = html(
        "<table>" + "<tr><td colspan=999999 rowspan=99999>a<td>b</tr>" * 3_000 + "</table>"
    )
    assert len(article.sections[0].units) == 3_000
