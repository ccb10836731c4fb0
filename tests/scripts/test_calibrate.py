"""`python -m scripts.calibrate` as a team runs it: a sentence, a table, a file, exit codes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from data_pipeline.adapters.calibration_files import read_calibration
from data_pipeline.articles import Article, Kind, Section, Tier, Unit
from data_pipeline.contract.requests import GenerateResponseRequest
from data_pipeline.engine.calibration import NEVER
from data_pipeline.engine.confidence import threshold
from data_pipeline.evaluation.calibration.measure import PER_ARTICLE
from data_pipeline.evaluation.labels import Label, write_labels
from data_pipeline.evaluation.sets import read_set
from data_pipeline.ingest.sync import load
from data_pipeline.services import Call
from data_pipeline.settings import load_settings
from data_pipeline.wiring import open_index, open_services
from scripts import calibrate
from tests.evaluation.tiny_set import FOREIGN, QUESTIONS, write_lines, write_set

ASKED = "How long is the battery warranty?"
ZH = "电池保修期为二十四个月，从购买之日起计算。请将收据和两张照片发送到车间。"
QUOTE = "The battery warranty lasts twenty four months from the day of purchase."


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KB_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("KB_EMBEDDER", "off")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return write_set(tmp_path / "tiny")


@pytest.fixture
def stored(tiny: Path) -> Path:
    """The tiny set's articles in the default namespace; the file of its calibration."""

    async def store() -> None:
        async with open_index(load_settings()) as index:
            await load(index, "default", read_set(tiny).articles, ())

    asyncio.run(store())
    return tiny.parent / "var" / "calibration" / "default.json"


def labels(tmp_path: Path, count: int, **changes: Any) -> Path:
    """`count` judged replies to one question, right unless said otherwise."""
    known = {
        "request": {"inquiry": ASKED},
        "article_id": "warranty",
        "quotes": (QUOTE,),
        "right": True,
    }
    path = tmp_path / "labels.jsonl"
    write_labels(path, [Label(id=f"t{n}", **(known | changes)) for n in range(count)])
    return path


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out)


def test_too_few_articles_are_refused_and_then_nothing_is_answered(
    stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert calibrate.main([]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.startswith("The data cannot support 5 % (95 % sure)")
    assert "more labelled tickets like these would be needed" in shown
    assert "nothing is answered by itself" in shown
    assert threshold(read_calibration(stored), 0.05) == NEVER


def test_the_service_takes_up_what_was_written(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before, the provisional cut; after a refusal a person; after a promise an answer again."""

    async def reply() -> Any:
        call = Call(request_id="r", tenant="t", namespace="default")
        async with open_services(load_settings()) as services:
            return await services.ticket_reply(call, GenerateResponseRequest(inquiry=ASKED))

    before = asyncio.run(reply())
    assert before.calibration.stale
    assert calibrate.main(["--json"]) == 1
    refused = asyncio.run(reply())
    assert (refused.decision, refused.threshold) == ("escalate", NEVER)
    assert refused.escalation.reason_code == "low_confidence"
    assert not refused.calibration.stale
    assert "this knowledge base" in refused.calibration.source
    path = labels(tmp_path, 250)
    assert calibrate.main(["--no-own-questions", "--labels", str(path), "--json"]) == 0
    promised = asyncio.run(reply())
    assert promised.decision == "answer"
    assert promised.threshold <= promised.confidence
    assert promised.confidence_level == "high"


def test_judged_tickets_lead_to_a_promise_in_one_sentence(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = labels(tmp_path, 250)
    assert calibrate.main(["--no-own-questions", "--labels", str(path)]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.startswith(
        "With at most 5 % wrong answers (95 % sure), about 100 % of such tickets would be answered."
    )
    assert "labelled tickets (250 asked)" in shown
    assert "Written:" in shown


def test_replies_that_would_be_others_today_do_not_count(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for changes in ({"article_id": "password"}, {"quotes": ("Said long ago.",)}):
        path = labels(tmp_path, 3, **changes)
        assert calibrate.main(["--no-own-questions", "--labels", str(path)]) == 2
        assert "3 got another reply than was judged" in capsys.readouterr().err
    path = labels(tmp_path, 3, request={"inquiry": 7})
    assert calibrate.main(["--labels", str(path), "--json"]) == 1
    assert told(capsys)["unreadable"] == 3


def test_tickets_in_the_shapes_of_evaluate_count_too(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = write_lines(tmp_path / "questions.jsonl.gz", QUESTIONS)
    tickets = write_lines(
        tmp_path / "tickets.jsonl",
        [{"request": {"inquiry": ASKED}, "expect": {"article_id": "warranty"}}],
    )
    given = ["--labels", str(questions), "--labels", str(tickets)]
    assert calibrate.main([*given, "--no-own-questions", "--json"]) == 1
    assert told(capsys)["basis"]["counts"] == {"tickets": 5}


def test_json_is_all_that_is_printed_and_the_same_again(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = write_lines(tmp_path / "foreign.jsonl", FOREIGN)
    both = []
    for _ in range(2):
        assert calibrate.main(["--json", "--dry-run", "--foreign", str(foreign)]) == 1
        both.append({k: v for k, v in told(capsys).items() if k != "version"})
    assert both[0] == both[1]
    assert both[0]["written"] is None
    assert set(both[0]["basis"]["mix"]) == {"present", "removed", "foreign"}
    assert not stored.exists()


def test_without_foreign_questions_that_is_said(
    stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calibrate.main(["--dry-run"])
    assert "No foreign questions were asked" in capsys.readouterr().err


def test_a_set_is_measured_and_nobodys_calibration_is_changed(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert calibrate.main(["--set", str(tiny)]) == 1
    assert "Nothing was written" in capsys.readouterr().out
    assert not (tmp_path / "var" / "calibration").exists()
    out = tmp_path / "here" / "c.json"
    assert calibrate.main(["--set", str(tiny), "--out", str(out)]) == 1
    assert read_calibration(out).measured


def test_a_folder_of_the_settings_is_used(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_CALIBRATION", str(tmp_path / "mounted"))
    calibrate.main(["--json"])
    assert (tmp_path / "mounted" / "default.json").is_file()
    assert not stored.exists()


def test_an_empty_namespace_says_what_to_do(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert calibrate.main(["--namespace", "empty"]) == 2
    assert "load articles" in capsys.readouterr().err


@pytest.mark.parametrize("out", ["questions.jsonl/c.json", "."])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_asked(
    tiny: Path, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty namespace would be the next to complain."""
    assert calibrate.main(["--out", str(tiny / out)]) == 2
    assert "name another --out" in capsys.readouterr().err


def test_articles_that_are_only_asked_for_by_title_are_warned_about(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a script without spaces no sentence can be asked about in other words."""
    [section] = [Section(path="s", heading="", kind=Kind.BODY, tier=Tier.LOW, units=(Unit(ZH),))]
    article = Article(article_id="zh", title="电池保修", language="zh", sections=(section,))

    async def store() -> None:
        async with open_index(load_settings()) as index:
            await load(index, "default", [article], ())

    asyncio.run(store())
    assert calibrate.main(["--json"]) == 1
    assert any("only be asked for by title" in text for text in told(capsys)["warnings"])
    assert calibrate.main(["--json", "--set", str(tiny)]) == 1
    assert not any("by title" in text for text in told(capsys)["warnings"])


def test_articles_are_asked_about_as_the_service_would_be_today(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not about what has expired, and not in a scope that the service does not know."""
    first, *others = read_set(tiny).articles
    expired = [msgspec.structs.replace(one, valid_until="2020-01-01") for one in others]
    scoped = msgspec.structs.replace(first, scope={"model": ("X1",)})

    async def store() -> None:
        async with open_index(load_settings()) as index:
            await load(index, "default", [scoped, *expired], ())

    asyncio.run(store())
    monkeypatch.setenv("KB_SCOPE_KEYS", "country")
    assert calibrate.main(["--json"]) == 1
    counts = told(capsys)["basis"]["counts"]
    assert counts == {"present": PER_ARTICLE, "removed": PER_ARTICLE}


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"{", b"[]\n", b'{"right": "yes"}\n', b"\xff\n", b'{"other": 1}\n']
)
def test_a_file_without_labels_is_named(
    stored: Path, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(content)
    assert calibrate.main(["--labels", str(path)]) == 2
    assert "bad.jsonl" in capsys.readouterr().err


@pytest.mark.parametrize(
    "option",
    [
        "--mix=1:1", "--mix=a:b:c", "--mix=0:1:1", "--mix=1:-1:1", "--mix=nan:1:1", "--mix=1:inf:1",
        "--allowed-error=0", "--allowed-error=1", "--allowed-error=nan", "--allowed-error=x",
        "--confidence=1.5", "--most=0", "--most=-3", "--most=many", "--most=99999999999",
    ],
)  # fmt: skip
def test_a_number_that_is_none_is_refused(
    tiny: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        calibrate.main([option])
    assert caught.value.code == 2


def test_a_ticket_with_several_questions_counts_by_any_of_its_articles(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reply was judged as a whole; which of its parts is the least sure may change."""
    asked = f"{ASKED} How do I reset my forgotten password?"
    for article, quote in (
        ("warranty", QUOTE),
        (
            "password",
            "Open the sign in page and press forgotten password to get a reset link.",
        ),
    ):
        path = labels(tmp_path, 3, request={"inquiry": asked}, article_id=article, quotes=(quote,))
        assert calibrate.main(["--no-own-questions", "--labels", str(path), "--json"]) == 1
        assert told(capsys)["basis"]["counts"] == {"tickets": 3}


def test_foreign_questions_without_own_ones_are_refused(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = write_lines(tmp_path / "foreign.jsonl", FOREIGN)
    path = labels(tmp_path, 3)
    given = ["--foreign", str(foreign), "--labels", str(path)]
    assert calibrate.main([*given, "--no-own-questions"]) == 2
    assert "leave --no-own-questions out" in " ".join(capsys.readouterr().err.split())
