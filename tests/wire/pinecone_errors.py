"""How Pinecone refuses."""

from __future__ import annotations

from tests.wire.exchange import Reply, json_reply

_CODES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    413: "PAYLOAD_TOO_LARGE",
}


class RefusalError(Exception):
    """A request that the vendor would refuse with `status`."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status

    def reply(self) -> Reply:
        """The vendor's error body."""
        error = {"code": _CODES[self.status], "message": self.message}
        return json_reply({"error": error, "status": self.status}, self.status)


def require(condition: object, message: str, status: int = 400) -> None:
    """Refuse unless the condition holds."""
    if not condition:
        raise RefusalError(message, status)
