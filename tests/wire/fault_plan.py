"""Which of the coming requests go wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.wire.exchange import Reply, Request


@dataclass(frozen=True)
class Fault:
    """A change to a reply; without `executed` the server does not do what was asked first."""

    damage: Callable[[Reply], Reply]
    executed: bool = True


@dataclass
class Rule:
    """One planned fault: for `times` matching requests, each `every`-th of them."""

    fault: Fault
    path: str
    times: int
    every: int
    seen: int = 0

    def takes(self, request: Request) -> bool:
        """Whether this request is to be damaged; counts it."""
        if self.times <= 0 or self.path not in request.path:
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        self.times -= 1
        return True


@dataclass
class FaultPlan:
    """Which of the coming requests go wrong, and how. The first rule that matches is taken."""

    rules: list[Rule] = field(default_factory=list)

    def add(
        self,
        fault: Fault,
        *,
        path: str = "",
        times: int = 1,
        every: int = 1,
        executed: bool | None = None,
    ) -> None:
        """Damage `times` of the coming requests whose path contains `path`: each `every`-th.

        `executed` overrides what the fault says: a write can be done and its reply lost.
        """
        if executed is not None:
            fault = replace(fault, executed=executed)
        self.rules.append(Rule(fault, path, times, every))

    def always(self, fault: Fault, *, path: str = "", every: int = 1) -> None:
        """Damage every (each `every`-th) request whose path contains `path`, until `clear`."""
        self.add(fault, path=path, times=sys.maxsize, every=every)

    def clear(self) -> None:
        """No more faults."""
        self.rules.clear()

    def take(self, request: Request) -> Rule | None:
        """The rule for this request, if any."""
        return next((rule for rule in list(self.rules) if rule.takes(request)), None)
