"""Past tickets out of JSON: one object per line, one array of them, or `{"tickets": [...]}`.

A ticket is a body for generate-response with `id` and `human_reply` beside it. Objects with the
names that exports have are read too, with `comments` (Zendesk) or `conversations` (Freshdesk), with
the `json` that n8n puts around an item, and with the body as `request`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from data_pipeline.errors import ArticleSourceError
from data_pipeline.evaluation.backtest.columns import (
    ID,
    INQUIRY,
    REPLY,
    SUBJECT,
    TOPIC,
    find_columns,
    plain_name,
)
from data_pipeline.evaluation.backtest.csv_tickets import readable
from data_pipeline.evaluation.backtest.past_ticket import (
    FIELDS,
    LANGUAGES,
    PastTicket,
    Unreadable,
    with_subject,
)
from data_pipeline.evaluation.backtest.threads import (
    before_the_reply,
    is_customers,
    messages_of,
    text_of,
)

_PAGES: Final = ("tickets", "results")
_OF_ONE: Final = frozenset({"id", "inquiry", "subject", "ticket"})
_NO_TICKET: Final = "it is no JSON object with a customer's text"


def read_json_tickets(path: Path, chosen: Mapping[str, str]) -> Iterator[PastTicket | Unreadable]:
    """The tickets of the file at `path`, one by one. Raises `ArticleSourceError`."""
    try:
        for place, value in _values(path):
            yield _ticket(place, value, chosen)
    except OSError as error:
        raise ArticleSourceError(str(path), f"cannot be read ({error.strerror})") from None


def _values(path: Path) -> Iterator[tuple[str, Any]]:
    """Every object with its place; None stands for what cannot be decoded."""
    with path.open("rb") as file:
        is_first = True
        for number, line in enumerate(file, 1):
            bare = line.removeprefix(b"\xef\xbb\xbf").strip()
            if not bare:
                continue
            value = _decoded(bare)
            if is_first and (bare.startswith(b"[") or value is None or _pages(value)):
                items = _items(path)
                if items is not None:
                    yield from ((f"item {n}", item) for n, item in enumerate(items, 1))
                    return
            is_first = False
            yield f"line {number}", value


def _items(path: Path) -> list[Any] | None:
    """The tickets of a file that is one array or one object; None where it is neither."""
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf").strip()
    whole = _decoded(raw)
    if isinstance(whole, list):
        return whole
    if isinstance(whole, dict):
        return _pages(whole) or [whole]
    if raw.startswith(b"["):
        cause = "it opens with [ but is no JSON array; give an array, or one object per line."
        raise ArticleSourceError(str(path), cause)
    return None


def _pages(value: Any) -> list[Any] | None:
    """The tickets within what a helpdesk's interface answers: `{"tickets": [...]}`."""
    if not isinstance(value, dict) or value.keys() & _OF_ONE:
        return None
    lists = (value.get(name) for name in _PAGES)
    return next((found for found in lists if isinstance(found, list)), None)


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _ticket(place: str, value: Any, chosen: Mapping[str, str]) -> PastTicket | Unreadable:
    if isinstance(value, dict) and isinstance(value.get("json"), dict):
        value = value["json"]
    if isinstance(value, dict) and isinstance(value.get("request"), dict):
        value = value | value["request"]
    if not isinstance(value, dict):
        return Unreadable(place, _NO_TICKET)
    told = _told(value, chosen)
    reply = readable(told.get(REPLY, ""))
    request, replied = _asked(value, _stated(value), told)
    if not request.keys() & {"inquiry", "ticket"}:
        return Unreadable(place, _NO_TICKET)
    if TOPIC in told:
        request.setdefault("topic", told[TOPIC])
    return PastTicket(
        place=place,
        id=told.get(ID, "") or _id_within(request),
        request=request,
        human_reply=reply or replied,
    )


def _stated(value: Mapping[str, Any]) -> dict[str, Any]:
    """What an object says of a request in the request's own words."""
    stated = {name: item for name, item in value.items() if name in FIELDS and item is not None}
    options = value.get("options")
    if not isinstance(options, dict) or not LANGUAGES & options.keys():
        return stated
    return stated | {"options": {name: options[name] for name in LANGUAGES & options.keys()}}


def _told(value: Mapping[str, Any], chosen: Mapping[str, str]) -> dict[str, str]:
    """Texts and numbers of an object by what they are."""
    names = [name for name, item in value.items() if _is_text(item)]
    plain = set(map(plain_name, names))
    here = {part: name for part, name in chosen.items() if plain_name(name) in plain}
    columns = find_columns(names, here)
    return {part: str(value[names[position]]).strip() for part, position in columns.items()}


def _is_text(item: Any) -> bool:
    return isinstance(item, str | int | float) and not isinstance(item, bool)


def _asked(
    value: Mapping[str, Any], request: dict[str, Any], told: Mapping[str, str]
) -> tuple[dict[str, Any], str]:
    """The request as it stood before a person replied, and that reply; empty without any text."""
    ticket = request.get("ticket")
    if isinstance(ticket, dict):
        messages = messages_of(ticket)
        asked, replied = before_the_reply(messages, opened=bool(ticket.get("body")))
        return request | {"ticket": ticket | {"messages": asked} if messages else ticket}, replied
    if "inquiry" in request:
        return request, ""
    return _of_export(value, request, told)


def _of_export(
    value: Mapping[str, Any], request: dict[str, Any], told: Mapping[str, str]
) -> tuple[dict[str, Any], str]:
    subject, text = told.get(SUBJECT, ""), readable(told.get(INQUIRY, ""))
    messages = messages_of(value)
    if text and text not in map(text_of, messages):
        messages = [{"from": "customer", "text": text}, *messages]
    if messages and not any(map(is_customers, messages)):
        return request, ""  # an agent wrote to somebody who never replied: nobody asked
    asked, replied = before_the_reply(messages)
    if len(asked) == 1 and text_of(asked[0]):
        return request | with_subject(subject, text_of(asked[0])), replied
    if asked:
        return request | {"ticket": {"subject": subject, "messages": asked}}, replied
    return (request | {"inquiry": subject} if subject else {}), replied


def _id_within(request: Mapping[str, Any]) -> str:
    ticket = request.get("ticket")
    given = ticket.get("id") if isinstance(ticket, dict) else None
    return str(given) if _is_text(given) else ""
