"""One page of HTML that needs nothing else: sentences, figures, pictures. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib import resources

from data_pipeline.evaluation.comparison import Change, Verdict
from data_pipeline.evaluation.pictures import (
    confidence_plot,
    latency_plot,
    reliability_plot,
    risk_coverage_plot,
)
from data_pipeline.evaluation.results import Evaluation, SetResult
from data_pipeline.evaluation.runs import Group
from data_pipeline.evaluation.wording import HEADLINE, WORDS, Words, written

_MIX = {
    Group.PRESENT: "with their articles there",
    Group.REMOVED: "with their articles left out",
    Group.UNANSWERABLE: "that the set marks as unanswerable",
    Group.FOREIGN: "foreign",
}


def page(evaluation: Evaluation, changes: Mapping[str, Sequence[Change]] | None = None) -> str:
    """The report; `changes` by set, against an earlier run."""
    sections = "".join(
        _section(evaluation, name, one, (changes or {}).get(name, ()))
        for name, one in evaluation.sets.items()
    )
    style = resources.files("data_pipeline.evaluation").joinpath("report.css").read_text("utf-8")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>kbgate: evaluation</title><style>{style}</style></head><body><main>"
        f"<h1>How good are the replies?</h1>{_conditions(evaluation)}{sections}"
        "</main></body></html>"
    )


def cut_of(evaluation: Evaluation, one: SetResult) -> float:
    """The probability from which on the set's answers were sent."""
    return evaluation.cut if one.cut is None else one.cut


def _conditions(evaluation: Evaluation) -> str:
    return (
        f'<p class="muted">Measured {escape(evaluation.made_at[:16].replace("T", " "))} UTC, for '
        f"an allowed error of {100 * evaluation.allowed_error:g} %: of a hundred answers that are "
        "sent at most so many may be wrong. Written by: "
        f"{escape(evaluation.mode)}. Ranges in brackets: 95 % intervals from "
        f"{evaluation.resamples:,} resamplings.</p>"
    )


def decided_by(evaluation: Evaluation, one: SetResult) -> str:
    """From which confidence on answers were sent, and what that was found on."""
    cut = cut_of(evaluation, one)
    source = one.calibration or evaluation.calibration
    sent = (
        f"Answers were sent from a confidence of {cut:.2f} on"
        if cut <= 1
        else "No answer was sent: the calibration promises no such error"
    )
    return " ".join(filter(None, (f"{sent} (calibrated on {source}).", one.promise)))


def _section(evaluation: Evaluation, name: str, one: SetResult, changes: Sequence[Change]) -> str:
    cut = cut_of(evaluation, one)
    decided = f'<p class="muted">{escape(decided_by(evaluation, one))}</p>'
    warnings = "".join(f'<p class="warning">{escape(text)}</p>' for text in one.warnings)
    return (
        f"<section><h2>{escape(name)}</h2>{warnings}{_summary(one)}{decided}"
        f"{_table(one, [n for n in HEADLINE if one.figures.get(n) is not None])}"
        f"{_comparison(changes)}{_pictures(one, cut)}{_all_figures(one)}</section>"
    )


def mix_of(one: SetResult) -> str:
    """What was asked, in words: every figure is over this mix."""
    counts = ((one.figures.get(f"n_{group}") or 0, words) for group, words in _MIX.items())
    return ", ".join(f"{count:,.0f} {words}" for count, words in counts if count)


def _summary(one: SetResult) -> str:
    figures = one.figures
    asked = len(one.outcomes)
    sent = int(figures.get("answered_n") or 0)
    text = f"{asked:,} questions were asked: {mix_of(one)}. "
    if sent:
        wrong = f"{value_of(one, 'error')} of these answers were wrong"
        text += f"{sent:,} ({value_of(one, 'answered', span=False)}) were answered; {wrong}."
        if figures.get("kept") is not None:
            text += f" {value_of(one, 'kept')} of what can be answered rightly was answered."
    else:
        text += "None was answered."
    best = figures.get("coverage@0.05")
    if best is not None:
        text += (
            " With the best possible cut and 1 wrong answer in 20, "
            f"{value_of(one, 'coverage@0.05')} of what can be answered rightly could be answered."
        )
    return f'<p class="summary">{escape(text)}</p>'


def value_of(one: SetResult, name: str, *, span: bool = True) -> str:
    """A figure as people read it, with its interval in brackets where `span`."""
    value = one.figures.get(name)
    if value is None:
        return "nothing"
    found = one.intervals.get(name)
    if not span or found is None:
        return written(name, value)
    return f"{written(name, value)} ({_range(name, found)})"


def _range(name: str, span: tuple[float, float]) -> str:
    low, high = (written(name, edge) for edge in span)
    unit = low.rpartition(" ")[2] if " " in low else ""
    return f"{low.removesuffix(f' {unit}') if unit else low} to {high}"


def _table(one: SetResult, names: Iterable[str]) -> str:
    rows = "".join(_row(one, name, WORDS.get(name, Words(name, "", ""))) for name in names)
    head = (
        '<tr><th>Figure</th><th class="n">Value</th><th class="n">95 %</th>'
        '<th class="of">Of what</th></tr>'
    )
    return f'<div class="wide"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _row(one: SetResult, name: str, words: Words) -> str:
    value, span = one.figures.get(name), one.intervals.get(name)
    shown = "–" if value is None else written(name, value)
    interval = _range(name, span) if span else ""
    return (
        f'<tr><td>{escape(words.label)}</td><td class="n">{shown}</td>'
        f'<td class="n muted">{interval}</td><td class="muted of">{escape(words.meaning)}</td></tr>'
    )


def _comparison(changes: Sequence[Change]) -> str:
    if not changes:
        return ""
    ordered = sorted(changes, key=_order)
    clear = [change for change in ordered if change.verdict is not Verdict.UNCLEAR]
    unclear = [change for change in ordered if change.verdict is Verdict.UNCLEAR]
    told = _changes(clear) if clear else "<p>No figure differs by more than luck.</p>"
    folded = f"<details><summary>No clear difference</summary>{_changes(unclear)}</details>"
    return (
        "<h3>Against the earlier run</h3><p>Over the questions that both runs asked; what stands "
        f"here is more than luck.</p>{told}{folded if unclear else ''}"
    )


def _changes(changes: Sequence[Change]) -> str:
    head = (
        '<tr><th>Figure</th><th class="n">Before</th><th class="n">Now</th>'
        '<th class="n">Difference, 95 %</th><th></th></tr>'
    )
    rows = "".join(map(_changed, changes))
    return f'<div class="wide"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _order(change: Change) -> int:
    return (Verdict.WORSE, Verdict.BETTER, Verdict.OTHER, Verdict.UNCLEAR).index(change.verdict)


def _changed(change: Change) -> str:
    words = WORDS.get(change.figure, Words(change.figure, "", ""))
    kind = change.verdict.value.split()[0]
    return (
        f"<tr><td>{escape(words.label)}</td>"
        f'<td class="n">{written(change.figure, change.before)}</td>'
        f'<td class="n">{written(change.figure, change.after)}</td>'
        f'<td class="n muted">{_range(change.figure, change.interval)}</td>'
        f'<td class="{kind}">{change.verdict.value}</td></tr>'
    )


def _pictures(one: SetResult, cut: float) -> str:
    mix = f"Over {mix_of(one)}."
    drawn = (
        (
            "Can the stated confidence be trusted?",
            reliability_plot(one.outcomes),
            "Each dot is a group of questions; a large dot is a large group. On the dashed line "
            "kbgate is right as often as it says. Below it, it is too sure of itself; above it, "
            "too modest. " + mix,
        ),
        (
            "How many errors does more automation cost?",
            risk_coverage_plot(one.outcomes),
            "From left to right more and more questions are answered, the surest first. The "
            "height is the share of wrong ones among them: the lower the curve stays, the better. "
            + mix,
        ),
        (
            "Who gets which confidence?",
            confidence_plot(one.outcomes, cut),
            "Right replies should stand on the right, all others on the left. What stands right of "
            "the dashed line and is not green was answered wrongly, unless another check "
            "stopped it. " + mix,
        ),
        (
            "How long does a reply take?",
            latency_plot(one.outcomes),
            "On the machine of this run, without the network; the slowest of a hundred stand in "
            "the last bar. Questions with articles left out are not timed. " + mix,
        ),
    )
    return f'<div class="plots">{"".join(_figure(*parts) for parts in drawn)}</div>'


def _figure(title: str, picture: str, caption: str) -> str:
    return (
        f"<figure><h3>{escape(title)}</h3>{picture}"
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _all_figures(one: SetResult) -> str:
    names = [name for name in WORDS if name in one.figures]
    return f"<details><summary>All figures</summary>{_table(one, names)}</details>"
