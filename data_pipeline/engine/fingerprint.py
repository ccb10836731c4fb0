"""One hash of a request: equal ones are the same question of the same tenant. Pure."""

from __future__ import annotations

import hashlib

import msgspec

from data_pipeline.contract.requests import RequiredDataRequest

_CANONICAL = msgspec.json.Encoder(order="deterministic")


def request_fingerprint(tenant: str, namespace: str, request: RequiredDataRequest) -> str:
    """SHA-256 in hex over who asks, where, and every field; the order of keys does not count."""
    kind = type(request).__name__
    asked = _CANONICAL.encode((tenant, namespace, kind, request))
    return hashlib.sha256(asked).hexdigest()
