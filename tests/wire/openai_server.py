"""OpenAI on this machine: embeddings, Responses and chat completions, as SDK 3 speaks to them.

`python -m tests.wire.openai_server --port 5082` runs it as a process of its own.
"""

from __future__ import annotations

import argparse
import itertools
import signal
from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec

from tests.wire.exchange import Reply, Request, json_reply
from tests.wire.http_server import WireServer
from tests.wire.openai_embeddings import embeddings
from tests.wire.openai_errors import RefusalError
from tests.wire.openai_replies import (
    Said,
    chat,
    chat_events,
    response,
    response_events,
    within_limit,
)
from tests.wire.openai_requests import Asked, asked_of_chat, asked_of_responses
from tests.wire.openai_schema import smallest_instance

API_KEY = "sk-test-key"
_STREAM = (("content-type", "text/event-stream; charset=utf-8"),)


class OpenAIServer(WireServer):
    """The vendor under `base_url`.

    What the model says: the next of `says` (texts or `Said`), else what `speak` makes of the
    request, else the smallest instance of the request's schema. `unknown_models` are answered with
    404.
    """

    def __init__(self, *, port: int = 0, api_key: str = API_KEY) -> None:
        super().__init__(self._handle, port=port)
        self.api_key = api_key
        self.says: deque[str | Said] = deque()
        self.speak: Callable[[Any], str | Said] = _by_default
        self.unknown_models: set[str] = set()
        self._numbers = itertools.count(1)

    @property
    def base_url(self) -> str:
        """What the SDK takes as `base_url`."""
        return f"{self.url}/v1"

    def _handle(self, request: Request) -> Reply:
        try:
            return self._route(request)
        except RefusalError as refusal:
            return refusal.reply()
        except (AttributeError, KeyError, TypeError, msgspec.DecodeError):
            return RefusalError("We could not parse the JSON body of your request.").reply()

    def _route(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            raise RefusalError("Incorrect API key provided.", code="invalid_api_key", status=401)
        if request.method != "POST":
            raise RefusalError("Invalid method for URL", status=404)
        body = request.json()
        if body.get("model") in self.unknown_models:
            message = f"The model `{body['model']}` does not exist"
            raise RefusalError(message, code="model_not_found", status=404)
        match request.path:
            case "/v1/embeddings":
                return json_reply(embeddings(body))
            case "/v1/responses":
                return self._respond(body, asked_of_responses(body), response, response_events)
            case "/v1/chat/completions":
                return self._respond(body, asked_of_chat(body), chat, chat_events)
        raise RefusalError("Invalid URL", status=404)

    def _respond(
        self,
        body: Any,
        asked: Asked,
        whole: Callable[[Asked, Said, int], Any],
        streamed: Callable[[Asked, Said, int], tuple[bytes, ...]],
    ) -> Reply:
        text = self.says.popleft() if self.says else self.speak(body)
        said = within_limit(text if isinstance(text, Said) else Said(text), asked.most)
        number = next(self._numbers)
        if asked.stream:
            return Reply(headers=_STREAM, events=streamed(asked, said, number))
        return json_reply(whole(asked, said, number))


def _by_default(body: Any) -> str:
    """The smallest instance of the schema, or a sentence where none is asked for."""
    form = (body.get("text") or {}).get("format") or body.get("response_format") or {}
    schema = form.get("schema") or (form.get("json_schema") or {}).get("schema")
    if schema is None:
        return "Hello from this machine."
    return msgspec.json.encode(smallest_instance(schema)).decode()


def main() -> None:
    """Serve until the process is told to end; the base URL is printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--api-key", default=API_KEY)
    told = parser.parse_args()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # the server's thread inherits it
    with OpenAIServer(port=told.port, api_key=told.api_key) as server:
        print(server.base_url, flush=True)  # noqa: T201 - who started it reads it
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
