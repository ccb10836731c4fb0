"""An index at a Pinecone of this machine, for the tests of the adapter."""

from __future__ import annotations

from data_pipeline.adapters.pinecone import Pace, PineconeIndex
from data_pipeline.adapters.pinecone.control import schema_of
from tests.wire.pinecone_server import API_KEY, PineconeServer

DIMENSIONS = 3
CATALOGUE = "CATALOGUE-default"
QUICK = Pace(refresh=0.001, timeout=5.0, grace=0.01, settle=10.0, turn=1.0, patience=5.0)


def a_server(dimensions: int = DIMENSIONS) -> PineconeServer:
    """A server with one index for kbgate, to be used in a `with` block."""
    return PineconeServer(schema=schema_of(dimensions))


def an_index(
    server: PineconeServer, pace: Pace = QUICK, *, dimensions: int = DIMENSIONS
) -> PineconeIndex:
    """The adapter over `server`, which finds the index by its name."""
    return an_index_at(server.url, pace, dimensions=dimensions)


def an_index_at(url: str, pace: Pace = QUICK, *, dimensions: int = DIMENSIONS) -> PineconeIndex:
    """The adapter over the server at `url`, which may be another process's."""
    return PineconeIndex(
        API_KEY, index_name="kb", control_host=url, dimensions=dimensions, pace=pace
    )
