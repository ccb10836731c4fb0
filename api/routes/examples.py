"""Example requests of the documentation."""

from __future__ import annotations

from litestar.openapi.spec import Example

REQUIRED_DATA_EXAMPLE = Example(
    id="inquiry",
    summary="A question and what the workflow already knows",
    value={
        "inquiry": "I would like to close my account. What do you need from me?",
        "collected_data": {"customer_since": "2021-03-04"},
    },
)

REPLY_EXAMPLE = Example(
    id="ticket",
    summary="A whole ticket as a helpdesk sends it",
    value={
        "ticket": {
            "id": "35436",
            "channel": "email",
            "subject": "Closing my account",
            "requester": {"ref": "contact-77", "verified": True},
            "messages": [
                {
                    "id": "1",
                    "from": "customer",
                    "text": "Hello, how do I close my account, and does it cost anything?",
                    "at": "2026-05-04T09:12:00Z",
                }
            ],
        },
        "options": {"deadline_ms": 8000},
    },
)
