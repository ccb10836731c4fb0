"""What no head lists any more, and its removal when every reader has seen a newer head."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from data_pipeline.adapters.pinecone.client import Client
from data_pipeline.adapters.pinecone.documents import is_ours
from data_pipeline.adapters.pinecone.turn import Turn


@dataclass
class Rubbish:
    """Documents of `namespace` and pieces of its catalogue that a head listed until lately.

    A reader may rely on them for `grace_seconds` after they were replaced.
    """

    client: Client
    namespace: str
    catalogue: str
    grace_seconds: float
    _documents: set[str] = field(default_factory=set)
    _pieces: set[str] = field(default_factory=set)
    _is_suspect: bool = False
    _replaced_at: float = 0.0

    def begin(self, *, is_suspect: bool) -> None:
        """Start with nothing; `is_suspect` when the last writer may have left some."""
        self._documents, self._pieces = set(), set()
        self._is_suspect = is_suspect
        self._replaced_at = time.monotonic()

    def replaced(
        self, before: frozenset[str], after: frozenset[str], pieces: Iterable[str]
    ) -> None:
        """A new head lists `after`; the last one listed `before` and lay in `pieces`."""
        self._documents = (self._documents | before) - after
        self._pieces.update(pieces)
        self._replaced_at = time.monotonic()

    def is_there(self) -> bool:
        """Whether anything is to be removed, or may be."""
        return bool(self._documents or self._pieces or self._is_suspect)

    async def remove(self, turn: Turn, listed: frozenset[str], pieces: Sequence[str]) -> None:
        """Remove all but the documents that are `listed` and the `pieces`; waits out the grace."""
        await asyncio.sleep(self._replaced_at + self.grace_seconds - time.monotonic())
        await turn.confirm()  # another may have published meanwhile what is not in `listed`
        await turn.enter("deleting")
        if self._is_suspect:
            found = await self.client.ids(self.namespace)
            self._documents |= {each for each in found if is_ours(each)}
            self._pieces |= {e for e in await self.client.ids(self.catalogue) if "/" in e}
        await self.client.delete(self.namespace, self._documents - listed)
        await self.client.delete(self.catalogue, self._pieces.difference(pieces))
        await turn.enter("writing")
        self.begin(is_suspect=False)
