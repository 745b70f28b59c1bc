"""A match as a value: one way to serve a request, and the sessions that stand already."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from medixchange.languages.bridge import Mode
from medixchange.messages import Message

ANY_ROOM = ""
"""The room of a held session that is in one of the rooms, whichever: where rooms are but counted."""


@dataclass(frozen=True, slots=True)
class Team:
    """The interpreters of one leg, who take turns between two languages."""

    source: str
    target: str
    interpreters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """How the panel's words reach the audience: ``speech`` to ``audience``, no leg, one, or two by relay."""

    mode: Mode
    speech: str
    audience: str
    legs: tuple[Team, ...] = ()

    @property
    def relay(self) -> str:
        """The language between panel and audience, empty where there is none."""
        return self.legs[0].target if self.mode == "relay" and self.legs else ""

    @property
    def interpreters(self) -> tuple[str, ...]:
        """Everybody who interprets, in the order of the legs."""
        return tuple(person for leg in self.legs for person in leg.interpreters)


@dataclass(frozen=True, slots=True)
class Match:
    """One way to serve a request: when, for how long, by whom, over which route, in which room."""

    request: str
    start: datetime
    minutes: int
    panel: tuple[str, ...]
    route: Route
    room: str

    @property
    def end(self) -> datetime:
        """The instant after the last minute."""
        return self.start + timedelta(minutes=self.minutes)

    @property
    def identity(self) -> Hashable:
        """What makes two matches for one request the same: the order in which people are named does not count."""
        route = self.route
        legs = frozenset((leg.source, leg.target, frozenset(leg.interpreters)) for leg in route.legs)
        return (self.start, self.minutes, self.room, frozenset(self.panel), route.speech, route.audience, legs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A session that stands already and takes its people's, its room's and its hospital's time.

    Give every one that touches the horizon, and those around it that caps of a week or month count.
    ``room`` is None where it takes none, and ``ANY_ROOM`` where all rooms are alike and it may change between them.
    ``name`` says what it is to a reader; ``fixed`` repeats the match that a plan must keep (H10).
    """

    id: str
    name: Message
    start: datetime
    end: datetime
    hospital: str
    experts: tuple[str, ...] = ()
    interpreters: tuple[str, ...] = ()
    room: str | None = None
    fixed: Match | None = None

    def serves(self, request: str) -> bool:
        """Whether it is the fixed session of the request with this id."""
        return self.fixed is not None and self.fixed.request == request

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.end - self.start) / timedelta(minutes=1))
