"""How OpenAI refuses."""

from __future__ import annotations

from tests.wire.exchange import Reply, json_reply


class RefusalError(Exception):
    """A request that the vendor would refuse with `status`."""

    def __init__(
        self, message: str, *, param: str | None = None, code: str | None = None, status: int = 400
    ) -> None:
        super().__init__(message)
        self.message, self.param, self.code, self.status = message, param, code, status

    def reply(self) -> Reply:
        """The vendor's error body."""
        error = {
            "message": self.message,
            "type": "invalid_request_error",
            "param": self.param,
            "code": self.code,
        }
        return json_reply({"error": error}, self.status)


def require(
    condition: object, message: str, *, param: str | None = None, code: str | None = None
) -> None:
    """Refuse with 400 unless the condition holds."""
    if not condition:
        raise RefusalError(message, param=param, code=code)
