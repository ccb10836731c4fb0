"""Ask the knowledge base from a terminal: `python -m scripts.ask "question" --scope plan=Flex`.

Shows the decision, the five best articles, the reply and why. `--json` prints the raw reply.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table

from data_pipeline.contract.replies import Decision, GenerateResponseReply
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.errors import InvalidRequestError, KbgateError
from data_pipeline.request_body import read_request
from data_pipeline.services import Call
from data_pipeline.settings import Settings, load_settings
from data_pipeline.wiring import open_services
from scripts.terminal import DONE, complain, print_json, quiet_when_unread, results

_COLOURS = {
    Decision.ANSWER: "green",
    Decision.CLARIFY: "yellow",
    Decision.ESCALATE: "red",
    Decision.IGNORE: "dim",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Ask one question; exit code 0 when there is a decision, 2 when the request is wrong."""
    arguments = _parser().parse_args(argv)
    try:
        settings = load_settings()
        request, warnings = read_request(_body(arguments), GenerateResponseRequest)
        call = Call(
            request_id="ask",
            tenant="local",
            namespace=arguments.namespace or settings.namespace,
            warnings=warnings,
        )
        reply = asyncio.run(_ask(settings, call, request))
    except InvalidRequestError as error:
        named = [f"{problem.field}: {problem.message}" for problem in error.problems]
        return complain(KbgateError("\n".join([str(error), *named])))
    except KbgateError as error:
        return complain(error)
    if arguments.json:
        print_json(msgspec.to_builtins(reply))
    else:
        show(reply, results())
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.ask", description=__doc__.split("\n")[0]
    )
    parser.add_argument("question", help="what the customer writes")
    parser.add_argument("--scope", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument(
        "--fact", action="append", default=[], metavar="KEY=VALUE", help="what is known already"
    )
    parser.add_argument("--language", help="two-letter code of the reply")
    parser.add_argument("--namespace", help="default: KB_NAMESPACE")
    parser.add_argument(
        "--json", action="store_true", help="the reply as the service would send it"
    )
    return parser


def _body(arguments: argparse.Namespace) -> bytes:
    """The request as a caller of the service would send it."""
    scope: dict[str, list[str]] = {}
    for key, value in _pairs(arguments.scope, "--scope"):
        scope.setdefault(key, []).append(value)
    return json.dumps(
        {
            "inquiry": arguments.question,
            "scope": scope,
            "collected_data": dict(_pairs(arguments.fact, "--fact")),
            "options": {"language": arguments.language},
        }
    ).encode()


def _pairs(given: Sequence[str], option: str) -> list[tuple[str, str]]:
    pairs = [item.partition("=") for item in given]
    if any(not joint or not key for key, joint, _ in pairs):
        raise KbgateError(f"{option} takes KEY=VALUE, for example {option} plan=Basic")
    return [(key.strip(), value.strip()) for key, _, value in pairs]


async def _ask(
    settings: Settings, call: Call, request: GenerateResponseRequest
) -> GenerateResponseReply:
    async with open_services(settings) as services:
        return await services.ticket_reply(call, request)


def show(reply: GenerateResponseReply, console: Console) -> None:
    """Print a reply for a person: decision, text, articles, questions and factors."""
    colour = _COLOURS[reply.decision]
    title = f"[bold {colour}]{reply.decision.value}[/]  {_certainty(reply)}"
    console.print(
        Panel(
            escape(reply.reply_text or "(nothing is sent)"),
            title=title,
            title_align="left",
            border_style=colour,
        )
    )
    if reply.escalation:
        code = reply.escalation.reason_code.value
        console.print(f"[bold]Why:[/] {escape(reply.escalation.reason)} ({code})")
        for condition in reply.escalation.would_answer_if:
            console.print(f"  would answer if {escape(condition)}")
    if reply.draft_text:
        console.print(
            Padding(
                Panel(
                    escape(reply.draft_text),
                    title="draft for the agent",
                    title_align="left",
                    border_style="dim",
                ),
                (0, 0, 0, 2),
            )
        )
    for name, keys in (("Missing", reply.missing), ("Needed later", reply.needed_later)):
        if keys:
            console.print(f"[bold]{name}:[/] {', '.join(keys)}")
    _show_articles(reply, console)
    _show_citations(reply, console)
    _show_factors(reply, console)
    for warning in reply.warnings:
        console.print(f"[yellow]Warning:[/] {escape(warning)}")


def _certainty(reply: GenerateResponseReply) -> str:
    if reply.decision is Decision.IGNORE:
        return ""
    needed = min(reply.threshold, 1)
    sure = f"{reply.confidence:.2f} ({reply.confidence_level.value})"
    return f"confidence {sure}, {needed:.2f} needed to answer"


def _show_articles(reply: GenerateResponseReply, console: Console) -> None:
    table = Table(
        "article", "title", "score", "found in", title="Best articles", title_justify="left"
    )
    for source in reply.sources:
        table.add_row(
            source.article_id,
            escape(source.title),
            f"{source.score:.2f}",
            ", ".join(source.chunk_types[:4]),
        )
    if reply.sources:
        console.print(table)


def _show_citations(reply: GenerateResponseReply, console: Console) -> None:
    table = Table("id", "chunk", "quote", title="Citations", title_justify="left")
    for citation in reply.citations:
        table.add_row(citation.id, citation.chunk_id, escape(citation.quote))
    if reply.citations:
        console.print(table)


def _show_factors(reply: GenerateResponseReply, console: Console) -> None:
    table = Table(
        "factor",
        "value",
        "log-odds",
        "what it means",
        title="Why this confidence",
        title_justify="left",
    )
    for factor in reply.confidence_factors:
        table.add_row(
            factor.name, f"{factor.value:.2f}", f"{factor.contribution:+.2f}", factor.text
        )
    if reply.confidence_factors:
        console.print(table)


if __name__ == "__main__":
    sys.exit(quiet_when_unread(main))
