"""An instance of the exchange format, looked up, for the checker: standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.planning.clocks import MINUTE, instant

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Party:
    """An audience of a session: its hospital, what it wants (windows, weekends, languages), what it hears."""

    hospital: Data
    wants: Data
    tongue: str


@dataclass(frozen=True)
class Busy:
    """What takes its people's time: a session of a plan, or one of no request here that stands."""

    data: Data
    start: datetime
    end: datetime
    hospitals: frozenset[str]

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return (self.end - self.start) // MINUTE

    def meets(self, other: Busy) -> bool:
        """Whether both share an instant."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Session(Busy):
    """One session of a plan with what the instance says of it."""

    request: Data
    parties: list[Party]

    @property
    def id(self) -> str:
        """Its request's."""
        return str(self.request["id"])


class Facts:
    """The instance by id."""

    def __init__(self, instance: Data) -> None:
        self.instance, self.policy, self.weights = instance, instance["policy"], instance["weights"]
        self.hospitals, self.requests, self.experts, self.interpreters = (
            {each["id"]: each for each in instance[kind]}
            for kind in ("hospitals", "requests", "experts", "interpreters")
        )
        self.confirmed, self.tentative = instance.get("confirmed", []), instance.get("tentative", [])
        self.standing = [_standing(each) for each in instance.get("standing", [])]

    def session(self, data: Data) -> Session:
        """A session of a plan."""
        request, start = self.requests[data["request"]], instant(data["start"])
        wants, tongues = [request, *request.get("joint", [])], [data["audience"], *data.get("others", [])]
        unheard = [""] * (len(wants) - len(tongues))
        parties = [
            Party(self.hospitals[each["hospital"]], each, tongue)
            for each, tongue in zip(wants, [*tongues, *unheard], strict=False)
        ]
        hospitals = frozenset(party.hospital["id"] for party in parties)
        return Session(data, start, start + self._length(data), hospitals, request, parties)

    def ended(self, earlier: Data) -> datetime:
        """When a session of the earlier plan was to end."""
        minutes = earlier.get("minutes")
        return instant(earlier["start"]) + (self._length(earlier) if minutes is None else minutes * MINUTE)

    def _length(self, data: Data) -> timedelta:
        """As long as is asked for; interpreted consecutively as long as was agreed for that, or as the house wants."""
        request = self.requests[data["request"]]
        if not data.get("consecutive", False):
            return int(request["duration_min"]) * MINUTE
        agreed = request.get("agreed", {})
        if agreed.get("consecutive", False):
            return int(agreed["minutes"]) * MINUTE
        slot, longer = (
            self.instance["horizon"]["slot_minutes"],
            self.policy.get("consecutive", {"percent": 100})["percent"],
        )
        return next(n for n in range(slot, 10_000, slot) if 100 * n >= longer * request["duration_min"]) * MINUTE


def _standing(data: Data) -> Busy:
    hospitals = frozenset({data["hospital"], *data.get("guests", [])})
    return Busy(data, instant(data["start"]), instant(data["end"]), hospitals)
