"""Exports as helpdesks and spreadsheets write them, read as tickets."""

from __future__ import annotations

import csv
import gc
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from data_pipeline.errors import ArticleSourceError, KbgateError
from data_pipeline.evaluation.backtest.past_ticket import PastTicket, Unreadable, asked_text
from data_pipeline.evaluation.backtest.reading import read_past_tickets

ZENDESK = {
    "id": 35,
    "subject": "Late parcel",
    "description": "Where is it?",
    "requester_id": 7,
    "comments": [
        {"author_id": 7, "plain_body": "Where is it?", "public": True},
        {"author_id": 9, "plain_body": "internal: check depot", "public": False},
        {"author_id": 9, "html_body": "<p>It arrives <b>within 3 days</b>.</p>", "public": True},
        {"author_id": 7, "plain_body": "Thanks, and the fee?", "public": True},
    ],
}
FRESHDESK = {
    "id": 12,
    "subject": "Late parcel",
    "description": "<div>Where is it?</div>",
    "description_text": "Where is it?",
    "status": 5,
    "conversations": [
        {"body_text": "check depot", "incoming": False, "private": True},
        {"body_text": "It arrives within 3 days.", "incoming": False, "private": False},
    ],
}


def tickets(path: Path, **columns: str) -> list[PastTicket]:
    """All that could be read."""
    return [t for t in read_past_tickets(path, columns) if isinstance(t, PastTicket)]


def one(tmp_path: Path, content: bytes | str, **columns: str) -> PastTicket:
    path = tmp_path / "tickets.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (found,) = tickets(path, **columns)
    return found


def lines(tmp_path: Path, *rows: Any) -> Path:
    path = tmp_path / "tickets.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Ticket ID,Subject,Description,Reply", "7,Late,Where is it?,Soon."),
        ("id;subject;message;human_reply", "7;Late;Where is it?;Soon."),
        ("ID\tBETREFF\tNachricht\tAntwort", "7\tLate\tWhere is it?\tSoon."),
        ("Ticket_Number,Title,Customer Message,Agent Reply", "7,Late,Where is it?,Soon."),
        ("numero;asunto;pregunta;respuesta", "7;Late;Where is it?;Soon."),
        ("sep=;\nid;subject;question;answer", "7;Late;Where is it?;Soon."),
        ("status,Priority,id,SUBJECT,Inquiry,Resolution", "open,3,7,Late,Where is it?,Soon."),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_columns_are_known_by_many_names_delimiters_and_encodings(
    tmp_path: Path, header: str, row: str, encoding: str
) -> None:
    found = one(tmp_path, f"{header}\r\n{row}\r\n".encode(encoding))
    assert (found.id, found.human_reply) == ("7", "Soon.")
    assert asked_text(found.request) == "Late\n\nWhere is it?"


def test_better_names_win_and_others_can_be_chosen(tmp_path: Path) -> None:
    """`Description` is no rival of `Question`; what has a name of its own is mapped."""
    text = "Description,Question,Was der Kunde will,Gelöst mit\nlong,short,other,soon\n"
    assert asked_text(one(tmp_path, text).request) == "short"
    found = one(tmp_path, text, inquiry="was der kunde will", human_reply="Gelöst mit")
    assert (found.request, found.human_reply) == ({"inquiry": "other"}, "soon")


def test_a_chosen_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(KbgateError, match="inquiry=Body: there is no such column; there are a, b"):
        one(tmp_path, "a,b\n1,2\n", inquiry="Body")


def test_without_a_column_of_questions_nothing_is_guessed(tmp_path: Path) -> None:
    with pytest.raises(ArticleSourceError, match="--column inquiry=NAME"):
        one(tmp_path, "a,b\n1,SECRET\n")


def test_subjects_alone_are_asked_only_where_somebody_says_so(tmp_path: Path) -> None:
    """A helpdesk's list of tickets has no conversation: what it would answer tells nothing."""
    with pytest.raises(ArticleSourceError, match="subjects alone ask too little"):
        one(tmp_path, "id,subject\n1,How long?\n")
    assert "How long?" in asked_text(
        one(tmp_path, "id,subject\n1,How long?\n", inquiry="subject").request
    )


@pytest.mark.parametrize(
    "first",
    [
        "17,Ann,SECRET\n",
        "Ann,ann@SECRET.example,x\n",
        "Ann,I lost my SECRET.\n",
        'Ann,"SECRET\nthing"\n',
        f"Ann,SECRET {'thing ' * 20}\n",
    ],
)
def test_a_file_without_header_is_told_so_without_a_word_of_its_first_ticket(
    tmp_path: Path, first: str
) -> None:
    with pytest.raises(ArticleSourceError, match="no header above them") as raised:
        one(tmp_path, first + "18,Bob,x\n")
    assert "SECRET" not in str(raised.value)


def test_a_cell_that_is_never_closed_does_not_swallow_the_rest_of_the_file(tmp_path: Path) -> None:
    """Not even as its last row; sloppy marks that close are read."""
    for rows in ('1,"How?\n2,Why?\n3,When?\n', '1,"How?\n'):
        path = tmp_path / "t.csv"
        path.write_text("id,question\n" + rows)
        with pytest.raises(ArticleSourceError, match="line 2: a cell is not closed"):
            list(read_past_tickets(path, {}))
    assert one(tmp_path, 'id,question\n1,"How" long?\n').request["inquiry"] == "How long?"


def test_scope_topic_and_known_facts_reach_the_request(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        "question,Topic,scope.plan,Scope[country],collected_data.order no\nHow?,fees,A|B,Mars,17\n",
    )
    assert found.request == {
        "inquiry": "How?",
        "topic": "fees",
        "scope": {"plan": ["A", "B"], "country": ["Mars"]},
        "collected_data": {"order no": "17"},
    }


def test_quoted_newlines_quotes_and_delimiters_stay_in_their_cell(tmp_path: Path) -> None:
    found = one(tmp_path, 'id,question,answer\n1,"a, ""b""\n\nc; d","x\ny"\n')
    assert found.request["inquiry"] == 'a, "b"\n\nc; d'
    assert found.human_reply == "x\ny"


def test_windows_1252_is_read_where_it_is_no_utf_8(tmp_path: Path) -> None:
    found = one(tmp_path, "id;frage;antwort\n1;Was kostet’s?;Für 5 €\n".encode("cp1252"))
    assert (found.request["inquiry"], found.human_reply) == ("Was kostet’s?", "Für 5 €")


def test_mails_in_html_are_read_as_text(tmp_path: Path) -> None:
    found = one(
        tmp_path, "question,answer\n<p>How <b>long</b>?</p><script>x</script>,<div>3 days</div>\n"
    )
    assert (found.request["inquiry"], found.human_reply) == ("How long?", "3 days")


def test_rows_without_text_and_short_rows_are_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,answer,question\n1,SECRET,\n\n2\n3,,How?,surplus\n")
    read = list(read_past_tickets(path, {}))
    assert [r.place for r in read if isinstance(r, Unreadable)] == ["line 2", "line 4"]
    assert [r.id for r in read if isinstance(r, PastTicket)] == ["3"]
    assert "SECRET" not in repr(read)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf\n \n", "it is empty"),
        (b"PK\x03\x04....", "packed file or workbook"),
        (b"\x1f\x8b....", "gzipped"),
        (b"[1, 2", "no JSON array"),
        (b'question\n"' + b"x" * 21_000_000, "larger than 20 MB"),
    ],
)
def test_what_is_no_export_is_refused_with_a_remedy(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_bytes(content)
    with pytest.raises(ArticleSourceError, match=says):
        list(read_past_tickets(path, {}))


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(ArticleSourceError, match="cannot be read"):
            read_past_tickets(path, {})


def test_a_huge_cell_is_read(tmp_path: Path) -> None:
    found = one(tmp_path, f'question,answer\n"{"word " * 400_000}",x\n')
    assert len(found.request["inquiry"]) == 1_999_999


def test_bytes_of_any_kind_never_fail_otherwise(tmp_path: Path) -> None:
    """Binary rubbish below a header is read as what it can be."""
    found = one(tmp_path, b"question,answer\n\x00\xff\xfe how,\x81\x8d\n")
    assert found.request["inquiry"].endswith("how")


def test_ten_thousand_rows_are_read_one_by_one(tmp_path: Path) -> None:
    """The file is 10 MB; while it is read, far less is held."""
    path = tmp_path / "many.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "question", "answer"])
        for number in range(10_000):
            writer.writerow([number, "q" * 500, "a" * 500])
    gc.collect()
    tracemalloc.start()
    count = sum(1 for _ in read_past_tickets(path, {}))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 3_000_000


def test_lines_of_json_are_bodies_with_an_id_and_a_reply(tmp_path: Path) -> None:
    row = {
        "id": 4,
        "inquiry": "How?",
        "topic": "fees",
        "scope": {"plan": "A"},
        "collected_data": {"n": 1},
        "human_reply": "So.",
        "options": {"mode": "model", "language": "es", "allowed_error": 0.5},
        "status": "closed",
    }
    (found,) = tickets(lines(tmp_path, row))
    assert (found.id, found.human_reply) == ("4", "So.")
    assert found.request == {
        "inquiry": "How?",
        "topic": "fees",
        "scope": {"plan": "A"},
        "collected_data": {"n": 1},
        "options": {"language": "es"},
    }


def test_names_of_keys_can_be_chosen_too(tmp_path: Path) -> None:
    """By line: one that has no such key is read by the names that are known."""
    path = lines(tmp_path, {"Was Sie fragt": "How?"}, {"question": "Why?"}, {"topic": "x", "id": 1})
    found = tickets(path, inquiry="was sie fragt")
    assert [ticket.request for ticket in found] == [{"inquiry": "How?"}, {"inquiry": "Why?"}]


def test_a_ticket_is_asked_as_it_stood_before_a_person_replied(tmp_path: Path) -> None:
    messages = [
        {"from": "customer", "text": "How?"},
        {"from": "bot", "text": "A person will answer."},
        {"from": "agent", "public": False, "text": "a note"},
        {"from": "agent", "text": "So."},
        {"from": "agent", "text": "And so."},
        {"from": "customer", "text": "Thanks"},
        {"from": "agent", "text": "Bye"},
    ]
    (found,) = tickets(lines(tmp_path, {"ticket": {"id": 9, "messages": messages}}))
    assert found.id == "9"
    assert found.request["ticket"]["messages"] == messages[:3]
    assert found.human_reply == "So.\n\nAnd so."


def test_a_reply_beside_the_thread_is_the_reply(tmp_path: Path) -> None:
    ticket = {"body": "How?", "messages": [{"from": "agent", "text": "From the thread"}]}
    (found,) = tickets(lines(tmp_path, {"ticket": ticket, "human_reply": "Beside it"}))
    assert found.human_reply == "Beside it"
    assert found.request["ticket"]["messages"] == []


@pytest.mark.parametrize("export", [ZENDESK, FRESHDESK])
def test_exports_with_their_conversation_are_split_at_the_first_public_reply(
    tmp_path: Path, export: dict[str, Any]
) -> None:
    """The later question and the private note are no part of what is asked."""
    (found,) = tickets(lines(tmp_path, export))
    assert found.id == str(export["id"])
    assert found.human_reply == "It arrives within 3 days."
    assert asked_text(found.request) == "Late parcel\n\nWhere is it?"


def test_an_array_and_the_items_of_n8n_are_read(tmp_path: Path) -> None:
    path = tmp_path / "items.json"
    path.write_text(
        "\ufeff" + json.dumps([{"json": {"id": "a", "question": "How?", "answer": "So."}}, 5])
    )
    read = list(read_past_tickets(path, {}))
    assert isinstance(read[0], PastTicket)
    assert (read[0].id, read[0].human_reply) == ("a", "So.")
    assert isinstance(read[1], Unreadable)
    assert read[1].place == "item 2"


def test_what_only_agents_wrote_is_no_question(tmp_path: Path) -> None:
    """A helpdesk repeats the first comment as the description, whoever wrote it."""
    path = tmp_path / "t.json"
    comment = {"author_id": 9, "plain_body": "Your SECRET is ready.", "public": True}
    ticket = {"id": 1, "requester_id": 7, "subject": "News", "comments": [comment]}
    path.write_text(json.dumps([ticket | {"description": "Your SECRET is ready."}]))
    (read,) = read_past_tickets(path, {})
    assert isinstance(read, Unreadable)
    assert "SECRET" not in repr(read)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["tickets", "results"])
def test_what_a_helpdesks_interface_answers_is_read(
    tmp_path: Path, name: str, indent: int | None
) -> None:
    path = tmp_path / "t.json"
    tickets = [{"id": n, "description": "How?", "tags": []} for n in range(3)]
    path.write_text("\n" + json.dumps({name: tickets, "count": 3}, indent=indent))
    read = [ticket for ticket in read_past_tickets(path, {}) if isinstance(ticket, PastTicket)]
    assert [(ticket.place, ticket.id) for ticket in read] == [
        ("item 1", "0"),
        ("item 2", "1"),
        ("item 3", "2"),
    ]


def test_one_ticket_over_many_lines_is_read_and_its_own_lists_are_no_tickets(
    tmp_path: Path,
) -> None:
    path = tmp_path / "t.json"
    for indent in (None, 2):
        path.write_text(json.dumps({"id": 7, "question": "How?", "results": [{}]}, indent=indent))
        assert [ticket.id for ticket in read_past_tickets(path, {})] == ["7"]


def test_malformed_lines_are_named_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(
        b'{"inquiry": "a"}\n{"inquiry": "SECRET\nnull\n{}\n"text"\n\xff\xfe\n'
        + b'{"a":' * 5_000
        + b'\n\n{"inquiry": "b"}\n'
    )
    read = list(read_past_tickets(path, {}))
    assert [r.place for r in read if isinstance(r, Unreadable)] == [
        f"line {n}" for n in range(2, 8)
    ]
    assert [r.request for r in read if isinstance(r, PastTicket)] == [
        {"inquiry": "a"},
        {"inquiry": "b"},
    ]
    assert "SECRET" not in repr(read)
