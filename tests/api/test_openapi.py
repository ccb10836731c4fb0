"""The OpenAPI document: what it promises is what the service does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.openapi import openapi_document
from api.problems import CODES
from tests.api.edge import Edge

SNAPSHOT = Path(__file__).parents[1] / "snapshots" / "openapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(openapi_document())
    return found


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_the_contract_changes_on_purpose_only(document: dict[str, Any]) -> None:
    """After a wanted change: python -m scripts.export_openapi."""
    assert document == msgspec.json.decode(SNAPSHOT.read_bytes())


async def test_the_served_document_is_this_one(edge: Edge) -> None:
    """What /openapi.json gives is what the snapshot holds."""
    response = await edge.http.get("/openapi.json")
    assert response.headers["content-type"] == "application/json"
    assert response.content == openapi_document()


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    """An id that is unique, a summary and a description each."""
    found = operations(document)
    assert len({operation["operationId"] for operation in found}) == len(found) == 13
    assert all(operation["summary"] and operation["description"] for operation in found)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    """No schema is missing, and none is there for nothing."""
    text = msgspec.json.encode(document).decode()
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert named == set(document["components"]["schemas"])


def test_both_ticket_routes_show_request_reply_and_refusals(document: dict[str, Any]) -> None:
    """Struct, example, typed reply, and the one shape of all errors."""
    for route, name in (
        ("required-data", "RequiredData"),
        ("generate-response", "GenerateResponse"),
    ):
        operation = document["paths"][f"/api/v1/{route}"]["post"]
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        assert body["allOf"] == [{"$ref": f"#/components/schemas/{name}Request"}]
        assert body["examples"]
        reply = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert reply == {"$ref": f"#/components/schemas/{name}Reply"}
        refusals = {
            status: answer for status, answer in operation["responses"].items() if status != "200"
        }
        assert {int(status) for status in refusals} >= {400, 401, 403, 413, 415, 500, 503, 504}
        for answer in refusals.values():
            assert answer["content"]["application/json"]["schema"]["$ref"].endswith(
                "/ProblemDetails"
            )


def test_requests_are_described_as_strictly_as_they_are_read(document: dict[str, Any]) -> None:
    """Unknown fields are forbidden where they are refused, nothing is required, bounds are whole."""
    schemas = document["components"]["schemas"]
    for name in ("RequiredDataRequest", "GenerateResponseRequest", "Options", "ReplyOptions"):
        assert schemas[name]["additionalProperties"] is False
        assert schemas[name]["required"] == []
    assert "additionalProperties" not in schemas["Ticket"]
    assert schemas["Message"]["properties"]["from"]["enum"] == [
        "agent",
        "bot",
        "customer",
        "system",
    ]
    deadline = schemas["Options"]["properties"]["deadline_ms"]
    assert (deadline["minimum"], deadline["maximum"], deadline["default"]) == (100, 120_000, 8_000)
    assert '`null` and `""` mean absent' in document["info"]["description"]


def test_replies_promise_every_field(document: dict[str, Any]) -> None:
    """Replies leave no field out, but for the text that only debug adds."""
    schemas = document["components"]["schemas"]
    for name in (
        "RequiredDataReply",
        "GenerateResponseReply",
        "RequiredField",
        "StoredArticle",
        "ProblemDetails",
    ):
        assert set(schemas[name]["required"]) == set(schemas[name]["properties"])
    assert set(schemas["Citation"]["properties"]) - set(schemas["Citation"]["required"]) == {"text"}


def test_no_success_looks_like_a_failure(document: dict[str, Any]) -> None:
    """Workflow engines take a top-level error, message or details for one, and want an object."""
    replies = [operation["responses"]["200"]["content"] for operation in operations(document)]
    for reply in (one["application/json"] for one in replies if "text/event-stream" not in one):
        name = reply["schema"]["$ref"].split("/")[-1]
        schema = document["components"]["schemas"][name]
        assert schema["type"] == "object"
        assert not {"error", "message", "details"} & set(schema["properties"])


def test_a_stream_names_what_its_events_carry(document: dict[str, Any]) -> None:
    """Each event's data is a schema of the document."""
    operation = document["paths"]["/api/v1/generate-response/stream"]["post"]
    ((kind, content),) = operation["responses"]["200"]["content"].items()
    assert kind == "text/event-stream"
    named = [one["$ref"].split("/")[-1] for one in content["schema"]["oneOf"]]
    assert {"DeltaEvent", "GenerateResponseReply", "ProblemDetails"} <= set(named)


def test_keys_are_described_and_open_routes_are_open(document: dict[str, Any]) -> None:
    """Two ways to send a key; health needs none."""
    assert set(document["components"]["securitySchemes"]) == {"key", "bearer"}
    assert document["security"] == [{"key": []}, {"bearer": []}]
    assert {} in document["paths"]["/health"]["get"]["security"]
    assert "security" not in document["paths"]["/api/v1/me"]["get"]


def test_every_error_code_is_explained(document: dict[str, Any]) -> None:
    """The page that `type` points to has a line for each."""
    for name, code in CODES.items():
        assert f"| {code.status} | `{name}` |" in document["info"]["description"]


def test_every_field_of_a_request_says_what_it_is(document: dict[str, Any]) -> None:
    """Nobody has to guess what to send."""
    schemas = document["components"]["schemas"]
    for name in ("RequiredDataRequest", "GenerateResponseRequest", "Ticket", "Message", "Options"):
        for field, schema in schemas[name]["properties"].items():
            assert schema.get("description"), f"{name}.{field}"
