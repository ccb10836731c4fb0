"""What a load did, as a table for people or as JSON for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_pipeline.articles import Tier
from data_pipeline.ingest.folder import FolderReading
from data_pipeline.ingest.folder_files import SUFFIXES
from data_pipeline.ingest.load_report import ArticleResult, LoadReport
from data_pipeline.prices import Prices
from scripts.load_cost import embedding_as_json, embedding_sentence
from scripts.terminal import (
    DONE,
    SOME_FAILED,
    TIER_COLOURS,
    UNUSABLE,
    counted,
    note,
)

_SHOWN_IDS = 4


@dataclass(frozen=True)
class Load:
    """A finished load: what was read, what was stored, where, how long it took, at what prices."""

    namespace: str
    reading: FolderReading
    report: LoadReport
    seconds: float
    dry_run: bool = False
    prices: Prices = field(default_factory=Prices)

    @property
    def exit_code(self) -> int:
        """0 all fine, 1 some files or articles failed, 2 nothing could be read."""
        if not self.reading.articles:
            return UNUSABLE
        return SOME_FAILED if self.reading.failures or self.report.failed else DONE


def as_json(load: Load) -> dict[str, Any]:
    """The load as one JSON object; lists hold what a person may have to act on."""
    report, reading = load.report, load.reading
    return {
        "namespace": load.namespace,
        "dry_run": load.dry_run,
        "seconds": round(load.seconds, 3),
        "articles": len(report.articles),
        "written": [article.article_id for article in report.changed],
        "unchanged": len(report.unchanged),
        "renamed": {a.article_id: a.renamed_from for a in report.articles if a.renamed_from},
        "chunks": {tier.value: count for tier, count in _tiers(report.articles).items()},
        "chunks_written": report.chunks_written,
        "chunks_deleted": report.chunks_deleted,
        "scope_keys": list(reading.scope_keys),
        "not_in_sources": list(report.not_in_sources),
        "failed": failures_as_json(reading),
        "not_stored": [{"article_id": f.article_id, "cause": f.cause} for f in report.failed],
        "flagged": {a.article_id: list(a.flagged) for a in report.articles if a.flagged},
        "without_vector": report.without_vector,
        "embedding": embedding_as_json(report.embedding, load.prices, estimated=load.dry_run),
        "skipped": [{"source": s.source, "reason": s.reason} for s in reading.skipped],
        "warnings": [
            {"source": article.source or article.article_id, "warning": warning}
            for article in reading.articles
            for warning in article.warnings
        ],
    }


def failures_as_json(reading: FolderReading) -> list[dict[str, str]]:
    """The files that could not be read, with place and cause."""
    return [{"source": f.source, "place": f.place, "cause": f.cause} for f in reading.failures]


def show_others(article_ids: Sequence[str], namespace: str, console: Console) -> None:
    """Name a few of the stored articles that none of the files holds, and how to delete them."""
    if not article_ids:
        return
    named = ", ".join(article_ids[:_SHOWN_IDS])
    more = len(article_ids) - _SHOWN_IDS
    verb = "is" if len(article_ids) == 1 else "are"
    stored = f"{counted(len(article_ids), 'stored article')} {verb} in none of these files"
    delete = f"python -m scripts.delete_article ID --namespace {namespace}"
    and_more = f" and {more:,} more" if more > 0 else ""
    sync = "scripts.sync_articles those whose files have vanished"
    note(console, "note", "cyan", f"{stored}: {named}{and_more}. {delete} deletes one, {sync}.")


def show_notes(reading: FolderReading, console: Console) -> None:
    """A line per skipped file, per warning and, last, per failure."""
    for skipped in reading.skipped:
        note(console, "skipped", "bright_black", f"{skipped.source}: {skipped.reason}")
    for article in reading.articles:
        for warning in article.warnings:
            note(console, "warning", "yellow", f"{article.source or article.article_id}: {warning}")
    for failure in reading.failures:
        note(console, "failed", "bold red", str(failure))


def show_nothing_read(console: Console) -> None:
    """That there is no article at all, and what one would be called."""
    nothing = f"No article could be read. Documents end in {', '.join(SUFFIXES)}."
    note(console, "error", "bold red", nothing)


def show_report_notes(report: LoadReport, console: Console) -> None:
    """A line per article with flagged chunks and, last, per article that was not stored."""
    for article in report.articles:
        if article.flagged:
            chunks = counted(len(article.flagged), "chunk")
            verb = "reads" if len(article.flagged) == 1 else "read"
            told = f"{chunks} {verb} like instructions to a model, which is not shown them"
            text = f"{article.article_id}: {told}: {', '.join(article.flagged[:_SHOWN_IDS])}"
            note(console, "flagged", "magenta", text)
    if report.without_vector:
        chunks = counted(report.without_vector, "chunk")
        told = f"{chunks} without a vector, which others have: set KB_EMBEDDER and load them again"
        note(console, "warning", "yellow", told)
    for failed in report.failed:
        note(console, "failed", "bold red", f"{failed.article_id}: {failed.cause}")


def show_summary(load: Load, console: Console) -> None:
    """The table at the end and a sentence on what changed."""
    console.print(_table(load))
    console.print(_sentence(load))
    if load.report.embedding:
        use = load.report.embedding
        console.print(escape(embedding_sentence(use, load.prices, estimated=load.dry_run)))
    for article in load.report.articles:
        if article.renamed_from:
            console.print(f"  {escape(article.renamed_from)} is now {escape(article.article_id)}")


def _table(load: Load) -> Table:
    title = f"Namespace [bold]{escape(load.namespace)}[/]"
    if load.dry_run:
        title += "  [yellow](dry run: nothing was written)[/]"
    table = Table(title=title, title_justify="left", title_style="", box=box.SIMPLE_HEAD)
    table.add_column("")
    table.add_column("articles", justify="right")
    for tier in Tier:
        table.add_column(tier.value, justify="right", style=TIER_COLOURS[tier])
    table.add_column("chunks", justify="right", style="bold")
    report, reading = load.report, load.reading
    table.add_row(*_row("to write" if load.dry_run else "written", report.changed), style="green")
    table.add_row(*_row("unchanged", report.unchanged), end_section=True)
    table.add_row(*_row("in all", report.articles), style="bold")
    failed = len(reading.failures) + len(report.failed)
    table.add_row("failed", str(failed), style="red" if failed else "dim")
    table.add_row("skipped", str(len(reading.skipped)), style="dim")
    return table


def _row(label: str, articles: Sequence[ArticleResult]) -> list[str]:
    tiers = _tiers(articles)
    counts = [len(articles), *(tiers[tier] for tier in Tier), tiers.total()]
    return [label, *(f"{count:,}" if count else "-" for count in counts)]


def _sentence(load: Load) -> str:
    report = load.report
    if not report.changed:
        if report.failed:
            return f"Nothing was stored ({load.seconds:.1f} s): run it again to go on."
        all_of_it = "all that could be read" if load.reading.failures else "all of it"
        return f"Nothing to do: the store holds {all_of_it} already ({load.seconds:.1f} s)."
    verb = "would be" if load.dry_run else "was" if report.chunks_written == 1 else "were"
    removed = f", {report.chunks_deleted:,} removed" if report.chunks_deleted else ""
    written = counted(report.chunks_written, "chunk")
    return f"{written} {verb} written{removed} ({load.seconds:.1f} s)."


def _tiers(articles: Iterable[ArticleResult]) -> Counter[Tier]:
    tiers: Counter[Tier] = Counter()
    for article in articles:
        tiers.update(article.chunks)
    return tiers
