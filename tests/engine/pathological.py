"""Runs every pure reader of foreign text on inputs that make careless patterns explode.

`python -m tests.engine.pathological GROUP` prints each case before it is tried, so that the last
line names the one that never came back.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import cycle
from typing import Final

from data_pipeline.articles import DataType, Rule
from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.engine import guardrails, secrets, values
from data_pipeline.engine.collected import find, leaves
from data_pipeline.engine.inquiry import read_inquiry
from data_pipeline.engine.mail_text import html_to_text, newest_part
from data_pipeline.engine.scope_needs import read_scope
from data_pipeline.engine.spans import facts_in_messages, named_values
from data_pipeline.language import detect, estimate_tokens, fold, split_sentences, terms
from data_pipeline.ports import ArticleCard, Catalogue
from data_pipeline.scope import fold_scope_value, nearest
from tests.engine.points import point

SIZE: Final = 20_000
REPEATED: Final = [
    *(
        "a",
        "1,",
        "1.",
        "1 ",
        "1/",
        "1-",
        "12 ",
        "€1 ",
        "$5 balance ",
        "+1 ",
        "ñ",
        "\u0301",
        "日",
        "🙂",
    ),
    *(
        ">",
        "> ",
        ".",
        "…",
        "...a",
        "e.g. ",
        "no. ",
        ": ",
        "= ",
        ", ",
        "; ",
        "-",
        "--\n",
        "_",
        "* ",
        "'",
        '"',
    ),
    *(
        "\n",
        "\r",
        "\t",
        " ",
        "\u00a0",
        "a-",
        "a.",
        "a@",
        "@ ",
        "a@b.",
        "http://",
        "www.",
        "#",
        "(",
        "[a ",
    ),
    *(
        "on ",
        "On 3 ",
        "on 3/3 wrote:\n",
        "wrote ",
        "from: a\n",
        "subject: x\n",
        "___\n",
        "regards\n",
    ),
    *("thanks ", "sent from ", "this message ", "p.s. ", "-- forwarded message --\n", "balance:\n"),
    *(
        "3 May 2026 ",
        "May ",
        "may 1 ",
        "10:30 ",
        "no ",
        "not ",
        "if ",
        "si ",
        "between ",
        "more than ",
    ),
    *(
        "gold ",
        "not gold ",
        "home pick-up ",
        "balance ",
        "Account balance: 5\n",
        "my order 123 ",
        "is ",
    ),
    *(
        "password ",
        "card number ",
        "date of ",
        "enter your ",
        "last four ",
        "do not say ",
        "or say ",
        "or ",
    ),
    *(
        "<",
        "<a ",
        '<a b="',
        '<a b=">',
        "<div>",
        "</div>",
        "<blockquote>",
        "<!--",
        "<![",
        "<![x[>",
        "<style>",
    ),
    *("&", "&amp", "<!", "<?x", "<p", "<td>", '"data:', "{{ ", "::", "reason::"),
]
FACTS: Final = [
    point("Account balance", DataType.CURRENCY, "Amount in the account.", question="How much?"),
    point("Pause length in months", DataType.NUMBER),
    point("Start date", DataType.DATE, "First day."),
    point("Email", DataType.EMAIL),
    point("Order number", examples=("AB-1234", "ES00 0000 0000")),
    point("Lock", choices=("Gold", "No lock", "Home pick-up")),
    point("Damage", DataType.BOOLEAN, question="Did it fall?"),
    point("Phone number"),
]
CATALOGUE: Final = Catalogue(
    version="1",
    articles={
        "a": ArticleCard(
            article_id="a",
            title="",
            revision="",
            language="en",
            chunks=1,
            scope={"plan": ("Gold", "No 1")},
        )
    },
)


def _scope(text: str) -> object:
    request = RequiredDataRequest(inquiry=text, scope={}, collected_data={text: text})
    return read_scope(request, read_inquiry(request), CATALOGUE, ["plan"])


def _guardrails(text: str) -> object:
    rules = [
        Rule(text, "must_not"),
        Rule(f"Do not say {text}", "must_not"),
        Rule(text, "not_allowed_conclusions"),
    ]
    forbidden = guardrails.forbidden_phrases(
        [*rules, Rule("Do not say it is free", "must_not")], []
    )
    return guardrails.forbidden_by(text, forbidden), guardrails.reveals(text, {"abcd", "118.0"})


GROUPS: Final[dict[str, list[Callable[[str], object]]]] = {
    "language": [
        fold,
        detect,
        split_sentences,
        estimate_tokens,
        lambda t: [terms(t, c) for c in ("en", "es")],
    ],
    "mail": [
        newest_part,
        lambda t: newest_part(f"Hi, text.\n{t}\n> x\nOn 3/3/2026, S wrote:\n{t}"),
    ],
    "html": [
        html_to_text,
        lambda t: html_to_text(f"<div>{t}</div>"),
        lambda t: html_to_text(f"<p {t}>x</p>"),
    ],
    "facts": [
        lambda t: facts_in_messages(FACTS, [f"My balance is $5 {t}"], [f"{t} Did it fall?"], "es"),
        lambda t: named_values(["Gold", "No lock", "a b c", t[:200]], t),
    ],
    "values": [
        *(values.is_unknown, values.as_number, values.as_date, values.as_boolean),
        lambda t: [
            values.parse(t, data_type, choices)
            for data_type in DataType
            for choices in ((), ("Gold",))
        ],
        lambda t: find(
            leaves({t: 1, "a": {t: t}, "l": [{"name": t, "value": t}]}), [t, "Account balance"]
        ),
        lambda t: nearest(t, ["Gold", "Silver", t[:300]]),
        fold_scope_value,
    ],
    "secrets": [
        lambda t: secrets.refusal(point(t, description=t, question=t, key="k")),
        *(secrets.names_a_secret, secrets.card_numbers),
    ],
    "guardrails": [_guardrails],
    "scope": [_scope],
}


def main(group: str) -> None:
    """Try every function of a group on every input."""
    for text, end in zip(REPEATED, cycle(("x", "!\n", "")), strict=False):
        whole = (text * SIZE)[:SIZE] + end
        for number, function in enumerate(GROUPS[group]):
            print(group, number, repr(text), repr(end), flush=True)  # noqa: T201
            function(whole)


if __name__ == "__main__":
    main(sys.argv[1])
