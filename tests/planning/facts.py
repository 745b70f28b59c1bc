"""An instance of the exchange format, looked up, for the checker: standard library only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from tests.planning.clocks import instant

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Party:
    """An audience of a session: its hospital, what it wants (windows, weekends, languages), what it hears."""

    hospital: Data
    wants: Data
    tongue: str


@dataclass(frozen=True)
class Session:
    """One session of a plan with what the instance says of it."""

    data: Data
    request: Data
    parties: list[Party]
    start: datetime
    end: datetime

    @property
    def hospitals(self) -> dict[str, Data]:
        """The hospitals that take part, by id."""
        return {party.hospital["id"]: party.hospital for party in self.parties}

    @property
    def id(self) -> str:
        """Its request's."""
        return str(self.request["id"])

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return (self.end - self.start) // timedelta(minutes=1)


class Facts:
    """The instance by id, and how the sides of a session converse."""

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
        end = start + timedelta(minutes=self._minutes(request, is_consecutive=data.get("consecutive", False)))
        wants, tongues = [request, *request.get("joint", [])], [data["audience"], *data.get("others", [])]
        parties = [
            Party(self.hospitals[each["hospital"]], each, tongue) for each, tongue in zip(wants, tongues, strict=True)
        ]
        return Session(data, request, parties, start, end)

    def _minutes(self, request: Data, *, is_consecutive: bool) -> int:
        if not is_consecutive:
            return int(request["duration_min"])
        slot, longer = self.instance["horizon"]["slot_minutes"], self.policy["consecutive"]["percent"]
        return next(n for n in range(slot, 10_000, slot) if 100 * n >= longer * request["duration_min"])

    def modes(self, session: Session) -> list[str] | None:
        """How each audience of a session is reached, its own first; None where some are not."""
        speech, people = session.data["speech"], session.data["interpreters"]
        heard = [party.tongue for party in session.parties]
        foreign = sorted(set(heard) - {speech})
        if len(set(people)) != len(people) or (people and not foreign):
            return None
        if session.data.get("consecutive", False):
            fits = len(heard) == len(foreign) == 1 and len(people) == self.policy["consecutive"]["team"]
            return ["consecutive"] if fits and all(self._joins(who, speech, heard[0]) for who in people) else None
        team = self._team(session, 1 + len(foreign))
        for legs in self._legs(speech, foreign):
            if len(people) == team * len(legs) and self._shared_out(people, legs, team):
                straight = {"interpreter": [tag for tag in foreign if (speech, tag) in legs], "direct": [speech]}
                return [next((mode for mode, tags in straight.items() if tag in tags), "relay") for tag in heard]
        return None

    def channels(self, session: Session) -> int:
        """How many languages the room of a session carries beside the floor."""
        foreign = {party.tongue for party in session.parties} - {session.data["speech"]}
        people = 0 if session.data.get("consecutive", False) else len(session.data["interpreters"])
        return people // self._team(session, 1 + len(foreign)) if foreign else 0

    def _team(self, session: Session, languages: int) -> int:
        team = 1 + (session.minutes > int(self.policy["pair_over_minutes"]))
        return max(team, int(self.policy.get("multilingual_team", 1))) if languages > 2 else team

    def _legs(self, speech: str, foreign: list[str]) -> Iterator[set[tuple[str, str]]]:
        """Every set of legs, those with the fewest relays first."""
        relay = self.policy["relay"]
        far = [tag for tag in foreign if relay not in (speech, tag)]
        for number in range(len(far) + 1):
            for relayed in combinations(far, number):
                legs = {(relay if tag in relayed else speech, tag) for tag in foreign}
                yield legs | ({(speech, relay)} if relayed else set())

    def _shared_out(self, people: Sequence[str], legs: set[tuple[str, str]], team: int) -> bool:
        """Whether each leg can have its own team."""
        if not legs:
            return True
        first, *others = sorted(legs)
        able = [who for who in people if self._joins(who, *first)]
        return any(
            self._shared_out([who for who in people if who not in some], set(others), team)
            for some in combinations(able, team)
        )

    def _joins(self, who: str, one: str, other: str) -> bool:
        return {one, other} in [set(pair) for pair in self.interpreters[who]["pairs"]]
