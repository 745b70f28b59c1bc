"""An instance of the exchange format, looked up, for the checker: standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from tests.planning.clocks import instant

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Session:
    """One session of a plan with what the instance says of it."""

    data: Data
    request: Data
    hospital: Data
    start: datetime
    end: datetime

    @property
    def id(self) -> str:
        """Its request's."""
        return str(self.request["id"])

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int(self.request["duration_min"])


class Facts:
    """The instance by id, and how the two sides of a session converse."""

    def __init__(self, instance: Data) -> None:
        self.instance, self.policy, self.weights = instance, instance["policy"], instance["weights"]
        self.hospitals, self.requests, self.experts, self.interpreters = (
            {each["id"]: each for each in instance[kind]}
            for kind in ("hospitals", "requests", "experts", "interpreters")
        )

    def session(self, data: Data) -> Session:
        """A session of a plan."""
        request = self.requests[data["request"]]
        start = instant(data["start"])
        end = start + timedelta(minutes=request["duration_min"])
        return Session(data, request, self.hospitals[request["hospital"]], start, end)

    def mode(self, session: Session) -> str | None:
        """How the two sides converse; None where they do not."""
        speech, audience, people = (session.data[name] for name in ("speech", "audience", "interpreters"))
        relay, team = self.policy["relay"], 1 + (session.minutes > self.policy["pair_over_minutes"])
        if len(set(people)) != len(people):
            return None
        if speech == audience:
            return None if people else "direct"
        if len(people) == team and all(self._joins(who, speech, audience) for who in people):
            return "interpreter"
        if relay not in (speech, audience) and len(people) == 2 * team:
            for near in combinations(people, team):
                far = set(people) - set(near)
                near_ok = all(self._joins(who, speech, relay) for who in near)
                if near_ok and all(self._joins(who, relay, audience) for who in far):
                    return "relay"
        return None

    def _joins(self, who: str, one: str, other: str) -> bool:
        return {one, other} in [set(pair) for pair in self.interpreters[who]["pairs"]]
