"""HTML mails as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.engine.mail_text import html_to_text, newest_part

HEADER = "<b>From:</b> S &lt;s@x.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> A<br><b>Subject:</b> RE"


@pytest.mark.parametrize(
    "trail",
    [
        '<div class="gmail_quote gmail_quote_container"><div class="gmail_attr">On Mon, S wrote:<br></div><blockquote class="gmail_quote">old</blockquote></div>',
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">'
        + HEADER
        + "</div><div>old</div>",
        '<div id="x_divRplyFwdMsg">' + HEADER + "</div><p>old</p>",
        '<div style="border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal">'
        + HEADER
        + "<o:p></o:p></p></div><p>old</p>",
        '<blockquote type="cite"><div>On Mar 3, 2026, at 10:00, S wrote:</div><div>old</div></blockquote>',
        '<div class="moz-cite-prefix">On 3/3/26, S wrote:<br></div><blockquote type="cite">old</blockquote>',
        '<div id="ydp1yahoo_quoted_2" class="ydp1yahoo_quoted">On Mon, S wrote: old</div>',
        '<div class="protonmail_quote">On Mon wrote: old</div>',
        '<div class="gmail_signature">Ana<br>CEO</div>',
        '<div class="zendesk_signature">Ana</div>',
    ],
)
def test_quotes_and_signatures_of_mail_clients_go(trail: str) -> None:
    """Gmail, Outlook on the web and on the desktop, Apple Mail, Thunderbird, Yahoo, Proton."""
    html = f'<html><head><style>p{{}}</style></head><body><div dir="ltr">Please cancel.</div>{trail}</body></html>'
    assert newest_part(html_to_text(html)) == "Please cancel."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            '<div><br></div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: A<br>Date: Mon<br>Subject: Bike<br>To: S</div><br>My bike broke</div>',
            "My bike broke",
        ),
        (
            '<div id="appendonsend"></div><div id="divRplyFwdMsg">'
            + HEADER
            + "</div><p>My bike broke</p>",
            "My bike broke",
        ),
        (
            '<div class="moz-cite-prefix">On 3/3/26, S wrote:</div><blockquote>old</blockquote><p>Below</p>',
            "Below",
        ),
        (
            '<div class="gmail_quote"><div>On Mon, Mar 3, 2026 S wrote:</div><blockquote>old</blockquote></div>',
            "",
        ),
    ],
)
def test_forwards_and_bottom_posting(html: str, text: str) -> None:
    """A forward without a comment is kept, an empty reply stays empty, an answer below counts."""
    assert newest_part(html_to_text(html)) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One<p>Two <b>bold<i>it", "One\nTwo boldit"),
        (
            "<head><title>T</title><body><p>Hello&nbsp;there &amp; &euro;5 &#128578;",
            "Hello there & €5 🙂",
        ),
        ("<table><tr><td>Plan</td><td>Flex</td></tr></table>", "Plan Flex"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ('<div style="display: none">pre</div><span style="mso-hide:all">x</span>Text', "Text"),
        ("<script>x<y</script><style>p{}</style><!-- c <b>no</b> -->Text", "Text"),
        ("<!--[if mso]><p>no</p><![endif]--><![if !mso]><p>Hi<![x[y]]></p><![endif]>", "Hi"),
        ("3 < 4 & 5 > 2, a <b", "3 < 4 & 5 > 2, a <b"),
        ('<img src="data:image/png;base64,AAAA">Text', "Text"),
        ("<![CDATA[x]]>Text", "Text"),
        ("plain\ntext", "plain text"),
        ("", ""),
        ("<blockquote>only this</blockquote>", "only this"),
        ("<!-- never closed", "never closed"),
    ],
)
def test_what_is_visible(html: str, text: str) -> None:
    """Unclosed tags, entities, tables, lists, hidden parts, comments and declarations."""
    assert html_to_text(html).replace("\n\n", "\n") == text


TAGS = st.sampled_from(
    [
        *(
            "<div>",
            "</div>",
            "<p>",
            "</p>",
            "<blockquote>",
            "</blockquote>",
            "<br>",
            "<b>",
            "</b>",
            "<td>",
        ),
        *(
            '<div class="gmail_quote">',
            "<style>",
            "</style>",
            "<head>",
            "<body>",
            "<!--",
            "-->",
            "<![",
            "]>",
        ),
        *(
            "<",
            ">",
            "&",
            "&amp;",
            '"',
            "word",
            " ",
            "\n",
            "<a href='",
            "'>",
            "</",
            "<!",
            "<?x",
            "\x00",
        ),
    ]
)


@pytest.mark.parametrize("broken", ["<![<![-->-->", "<![ -->x", "a<![if !mso]>b<![endif]>"])
def test_broken_marked_sections_are_left_out(broken: str) -> None:
    """What Outlook writes around its own markup never stops the reader, broken or not."""
    assert "<!" not in html_to_text(broken)


@given(st.lists(TAGS, max_size=25).map("".join) | st.text(max_size=120))
def test_no_html_breaks_it(html: str) -> None:
    """Any tag soup gives stripped text."""
    text = html_to_text(html)
    assert text == text.strip()


@given(
    st.lists(
        st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8),
        min_size=1,
    )
)
def test_words_outside_of_quotes_are_never_lost(told: list[str]) -> None:
    """Every word of the paragraphs is there, in order."""
    html = "".join(f"<div><p>{word}</p></div>" for word in told)
    assert html_to_text(html).split() == told
