"""Bodies of requests: what is read, what is forgiven, and that every flaw is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_pipeline.contract.requests import (
    GenerateResponseRequest,
    Message,
    Requester,
    RequiredDataRequest,
    Ticket,
)
from data_pipeline.errors import InvalidRequestError
from data_pipeline.request_body import read_request


def read(body: object) -> GenerateResponseRequest:
    return read_request(json.dumps(body).encode(), GenerateResponseRequest)[0]


def warnings(body: object) -> tuple[str, ...]:
    return read_request(json.dumps(body).encode(), GenerateResponseRequest)[1]


def refusal(
    body: object, kind: type[RequiredDataRequest] = GenerateResponseRequest
) -> InvalidRequestError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(InvalidRequestError) as caught:
        read_request(raw, kind)
    return caught.value


def problems(body: object) -> dict[str, str]:
    return {problem.field: problem.message for problem in refusal(body).problems}


def nested(depth: int, opening: str = '{"a":', middle: str = "1", closing: str = "}") -> str:
    return opening * depth + middle + closing * depth


def test_null_and_the_empty_text_mean_absent_everywhere() -> None:
    """At the top, inside ticket, options and scope, as list items, and at any depth of the data."""
    sparse = {
        "inquiry": "How?", "topic": "", "scope": {"plan": None, "area": ["", None, "north"], "tier": ""},
        "collected_data": {"a": None, "b": {"c": "", "d": [None, "", {"e": None}]}, "f": 0, "g": False},
        "unavailable": ["x", "", None], "related_inquiries": None, "conversation": "",
        "ticket": {"id": None, "requester": {"ref": ""}, "messages": [None, {"from": None, "text": "t"}]},
        "options": {"deadline_ms": None, "language": "", "mode": None},
    }  # fmt: skip
    assert read(sparse) == GenerateResponseRequest(
        inquiry="How?",
        scope={"area": ["north"]},
        collected_data={"b": {"d": [{}]}, "f": 0, "g": False},
        unavailable=["x"],
        ticket=Ticket(messages=[Message(text="t")]),
    )


def test_every_field_arrives() -> None:
    """A full request keeps every value, `from` included."""
    request = read(
        {
            "inquiry": "q", "topic": "t", "scope": {"a": "b", "c": ["d"]}, "collected_data": {"k": [1, 2.5, True]},
            "unavailable": ["u"], "related_inquiries": ["r"],
            "ticket": {
                "id": "7", "channel": "mail", "subject": "s", "body": "b", "headers": {"X": "y"}, "cc": ["c@x.org"],
                "requester": {"ref": "me", "verified": True},
                "attachments": [{"name": "n", "media_type": "m", "url": "u"}],
                "messages": [{"id": "1", "from": "agent", "public": False, "text": "x", "html": "<p>", "at": "now"}],
            },
            "conversation": [{"role": "user", "content": "c"}],
            "options": {"deadline_ms": 500, "language": "es", "agent_language": "en", "debug": True,
                        "mode": "extractive", "allowed_error": 0.01},
        }
    )  # fmt: skip
    assert request.collected_data == {"k": [1, 2.5, True]}
    assert request.ticket is not None
    assert request.ticket.requester == Requester("me", verified=True)
    assert request.ticket.messages[0].sender == "agent"
    assert request.ticket.messages[0].public is False
    assert request.conversation[0].content == "c"
    assert (request.options.deadline_ms, request.options.allowed_error) == (500, 0.01)


def test_long_texts_are_never_refused() -> None:
    """The engine condenses them; a megabyte of question passes the door."""
    text = "word " * 200_000
    request = read({"inquiry": text, "ticket": {"messages": [{"text": text}]}})
    assert request.inquiry == text


def test_every_bad_field_is_named_with_its_place() -> None:
    """All flaws at once, nested ones too, each with what was expected; indexes count nulls."""
    found = problems(
        {
            "inquiry": 5, "topic": "x" * 501, "scope": {"plan": 5, "area": ["a", 1]}, "unavailable": "u",
            "collected_data": [], "related_inquiries": ["r", 7], "conversation": [{"role": "king"}],
            "ticket": {"messages": [None, {"text": []}, {"from": "nobody"}], "requester": "me",
                       "attachments": [5], "headers": "h"},
            "options": {"deadline_ms": 5, "debug": "yes", "language": "English", "mode": "best", "allowed_error": 2},
        }
    )  # fmt: skip
    assert found == {
        "inquiry": "expected text, got a whole number",
        "topic": "expected text of length <= 500",
        "scope.plan": "expected text or an array, got a whole number",
        "scope.area[1]": "expected text, got a whole number",
        "unavailable": "expected an array, got text",
        "collected_data": "expected an object, got an array",
        "related_inquiries[1]": "expected text, got a whole number",
        "conversation[0].role": "expected one of user, customer, assistant, agent, bot, system",
        "conversation[0].content": "is missing",
        "ticket.messages[1].text": "expected text, got an array",
        "ticket.messages[2].from": "expected one of customer, agent, bot, system",
        "ticket.requester": "expected an object, got text",
        "ticket.attachments[0]": "expected an object, got a number",
        "ticket.headers": "expected an object, got text",
        "options.deadline_ms": "expected a whole number >= 100",
        "options.debug": "expected true or false, got text",
        "options.language": "expected text matching regex '^[a-z]{2}$'",
        "options.mode": "expected one of auto, model, extractive",
        "options.allowed_error": "expected a number < 1.0",
    }


def test_lists_that_a_workflow_fills_have_an_end() -> None:
    """What is compared with everything known may not be endless; blanks do not count."""
    found = problems(
        {
            "inquiry": "q", "unavailable": ["k"] * 51, "related_inquiries": ["k"] * 100_000,
            "scope": {"plan": ["v"] * 51, **{f"k{number}": "" for number in range(100)}},
        }
    )  # fmt: skip
    assert found == {
        "unavailable": "expected at most 50 entries, got 51",
        "related_inquiries": "expected at most 50 entries, got 100000",
        "scope.plan": "expected at most 50 entries, got 51",
    }
    assert problems({"inquiry": "q", "scope": {f"k{n}": "v" for n in range(51)}}) == {
        "scope": "expected at most 50 entries, got 51"
    }
    assert len(read({"inquiry": "q", "unavailable": ["k", ""] * 50}).unavailable) == 50


def test_messages_never_quote_a_value() -> None:
    """What a customer wrote into a wrong place comes back in no message."""
    secret = "canary-4711"
    error = refusal(
        {"inquiry": [secret], "topic": {"x": secret}, "scope": {"a": [[secret]]}, "unavailable": {secret: 1},
         "ticket": {"messages": [{"from": secret}], "cc": [{"phone": secret}]}, "options": {"mode": secret}}
    )  # fmt: skip
    assert secret not in f"{error}{error.problems}"
    assert len(error.problems) == 7


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({"inqiury": "x"}, "inqiury", "did you mean `inquiry`?"),
        ({"collectedData": {}}, "collectedData", "did you mean `collected_data`?"),
        ({"zzz": 1}, "zzz", "there are inquiry, topic"),
        ({"namespace": "other"}, "namespace", "unknown field"),
        ({"options": {"deadline": 5}}, "options.deadline", "did you mean `deadline_ms`?"),
        ({"k" * 5000: 1}, "k" * 80 + "…", "unknown field"),
        ({"a\nb\u202e": 1}, "a?b?", "unknown field"),
    ],
)
def test_unknown_fields_are_errors(body: dict[str, Any], field: str, says: str) -> None:
    """An unknown field is named, cut and printable, with the nearest known one."""
    assert says in problems({"inquiry": "q", **body})[field]


def test_conversation_belongs_to_generate_response_only() -> None:
    """required-data refuses the fields of the other endpoint."""
    error = refusal(
        {"inquiry": "q", "conversation": [], "options": {"mode": "auto"}}, RequiredDataRequest
    )
    assert [problem.field for problem in error.problems] == ["conversation", "options.mode"]


def test_unknown_keys_of_a_ticket_are_named_in_one_warning() -> None:
    """Helpdesks send more than the contract names: ignored at every depth, named once per place."""
    ticket = {
        "subject": "s", "brand": 1, "requester": {"name": "n"}, "attachments": [{"size": 1}],
        "messages": [{"author_id": 1}, {"author_id": 2}],
    }  # fmt: skip
    assert warnings({"ticket": ticket}) == (
        "Unknown keys were ignored: ticket.brand, ticket.requester.name, ticket.attachments[].size, ticket.messages[].author_id.",
    )
    many = {f"custom_{number}": 1 for number in range(100)}
    assert warnings({"ticket": {"subject": "s", **many}})[0].endswith(
        "ticket.custom_29 and 70 more."
    )
    assert warnings({"inquiry": "q"}) == ()


def test_what_helpdesks_really_send_is_read() -> None:
    """Numbers as ids, headers as numbers, lists or pairs, cc in the shapes of mail parsers."""
    ticket = read(
        {
            "ticket": {
                "id": 35436, "subject": "s", "requester": {"ref": 7.0},
                "headers": {"Precedence": "bulk", "X-Count": 3, "Received": ["a", 1, None], "From": {"x": 1}, "Y": True},
                "cc": ["a@x.org", {"email": "b@x.org", "name": "B"}, {"address": "c@x.org"}, None],
                "messages": [{"id": 9}],
            }
        }
    ).ticket  # fmt: skip
    assert ticket == Ticket(
        id="35436",
        subject="s",
        requester=Requester("7.0"),
        headers={"Precedence": "bulk", "X-Count": "3", "Received": "a, 1"},
        cc=["a@x.org", "b@x.org", "c@x.org"],
        messages=[Message(id="9")],
    )
    pairs = [
        {"name": "Received", "value": "a"},
        {"name": "Received", "value": "b"},
        {"value": 1},
        5,
    ]
    other = read(
        {
            "ticket": {
                "subject": "s",
                "headers": pairs,
                "cc": {"value": [{"address": "a@x"}], "text": "A"},
            }
        }
    )
    assert other.ticket == Ticket(subject="s", headers={"Received": "a, b"}, cc=["a@x"])
    assert read({"ticket": {"subject": "s", "cc": "a@x.org"}}).ticket == Ticket(
        subject="s", cc=["a@x.org"]
    )


def test_an_odd_header_is_a_warning_and_an_odd_reader_an_error() -> None:
    """No ticket fails for a header; a third party that cannot be read must not go unnoticed."""
    assert (
        "ticket.headers.From"
        in warnings({"ticket": {"subject": "s", "headers": {"From": {"x": 1}}}})[0]
    )
    assert problems({"ticket": {"subject": "s", "cc": [{"name": "B"}]}}) == {
        "ticket.cc[0]": "expected text, got an object"
    }
    assert problems({"ticket": {"subject": "s", "id": True}}) == {
        "ticket.id": "expected text, got true or false"
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"inquiry": ""},
        {"inquiry": " \n\t"},
        {"inquiry": None, "ticket": {}},
        {"topic": "t", "collected_data": {"inquiry": "x"}},
        {
            "ticket": {
                "id": "1",
                "attachments": [{"name": "photo.jpg"}],
                "messages": [{"from": "customer", "text": " "}],
            }
        },
    ],
)
def test_a_request_without_text_names_both_ways_to_give_it(body: dict[str, Any]) -> None:
    """Neither inquiry nor ticket holds text: both fields are named."""
    assert list(problems(body)) == ["inquiry", "ticket"]


@pytest.mark.parametrize("place", ["subject", "body"])
def test_any_text_of_a_ticket_is_enough(place: str) -> None:
    """A subject alone, a body alone, or one message as text or HTML."""
    assert read({"ticket": {place: "x"}}).ticket is not None
    assert read({"ticket": {"messages": [{"html": "<p>x</p>"}]}}).ticket is not None


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"null", "is null"),
        (b"[]", "is an array"),
        (b'[{"inquiry": "q"}]', "is an array"),
        (b'"q"', "is text"),
        (b"5", "is a number"),
        (b"true", "is true or false"),
        (b"hello", "not valid JSON"),
        (b'{"inquiry": "q"', "not valid JSON"),
        (b"{'inquiry': 'q'}", "not valid JSON"),
        (b'{"inquiry": "q",}', "not valid JSON"),
        (b'{"inquiry": "q"} {}', "not valid JSON"),
        (b'{"inquiry": NaN}', "not valid JSON"),
        (b'{"inquiry": "q", "collected_data": {"a": -Infinity}}', "not valid JSON"),
        (b'{"inquiry": "q", "collected_data": {"a": 1e999}}', "not valid JSON"),
        (b'{"inquiry": "q", "collected_data": {"a": ' + b"9" * 5000 + b"}}", "not valid JSON"),
        (b'{"inquiry": "\\ud800"}', "not valid JSON"),
        (b'{"inquiry": "\\udc00 tail"}', "not valid JSON"),
        (b'{"inquiry": "\xed\xa0\x80"}', "not UTF-8"),
        (b'{"inquiry": "caf\xe9"}', "not UTF-8"),
        (b'{"inquiry": "q", "collected_data": {"\xff": 1}}', "not UTF-8"),
        ('{"inquiry": "q"}'.encode("utf-16"), "not valid JSON"),
        (b"inquiry=q&topic=t", "not valid JSON"),
        (b"\x00" * 1000, "not valid JSON"),
        (b"[" * 1_000_000, "nested too deep"),
        (nested(5_000).encode(), "nested too deep"),
        (f'{{"inquiry": "q", "collected_data": {nested(60)}}}'.encode(), "nested too deep"),
        (f'{{"inquiry": "q", "collected_data": {{"a": {nested(60, "[", "1", "]")}}}}}'.encode(), "nested too deep"),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else None,
)  # fmt: skip
def test_what_is_no_request_at_all_gets_a_sentence(raw: bytes, says: str) -> None:
    """Broken, foreign and hostile bodies are refused with a reason and with what to do."""
    error = refusal(raw)
    assert says in str(error)
    assert len(str(error)) < 250


def test_a_byte_order_mark_is_forgiven() -> None:
    """Windows tools put one in front of UTF-8."""
    assert read_request(b'\xef\xbb\xbf{"inquiry": "q"}', RequiredDataRequest)[0].inquiry == "q"


def test_depth_counts_only_where_it_is_read() -> None:
    """Fifty levels of data pass, and a key that is ignored may be as deep as it likes."""
    fine = f'{{"inquiry": "q", "collected_data": {nested(50)}, "ticket": {{"x": {nested(500)}}}}}'
    read_request(fine.encode(), RequiredDataRequest)
    assert problems(
        json.loads(f'{{"inquiry": "q", "collected_data": {{"deep": {nested(60)}}}}}')
    ) == {"collected_data.deep": "at most 50 objects or arrays in one another are read"}


def test_a_flood_of_wrong_fields_is_counted_not_listed() -> None:
    """Ten thousand unknown fields give thirty names and the number."""
    error = refusal({"inquiry": "q", **{f"field_{number}": 1 for number in range(10_000)}})
    assert len(error.problems) == 30
    assert "10000 fields" in str(error)


_names = st.sampled_from(
    [*RequiredDataRequest.__struct_fields__, "conversation", "from", "text", "messages", "id", "headers", "cc", "role",
     "deadline_ms", "mode", "verified", "value", "name", "email", "plan", ""]
) | st.text(max_size=3)  # fmt: skip
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=5),
    max_leaves=25,
)


@given(body=_json | st.dictionaries(_names, _json, max_size=6))
def test_random_json_is_read_or_refused(body: object) -> None:
    """Nothing but `InvalidRequestError` ever comes out, and what is read has text."""
    try:
        request, _ = read_request(json.dumps(body).encode("utf-8"), GenerateResponseRequest)
    except InvalidRequestError:
        return
    assert request.inquiry or request.ticket


@given(
    raw=st.binary(max_size=60) | st.text(alphabet='{}[]":,\\u0dnl1e. ', max_size=60).map(str.encode)
)
def test_random_bytes_are_read_or_refused(raw: bytes) -> None:
    """No byte sequence raises anything else."""
    with pytest.raises(InvalidRequestError):
        read_request(raw, GenerateResponseRequest)
