"""A match as a value: one way to serve a request, and the sessions that stand already."""

from __future__ import annotations

from collections.abc import Collection, Hashable
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
    """How the panel's words reach every audience: from ``speech`` to ``audience``, and to ``others`` where more listen.

    Each language that is not the panel's own is reached over a leg from it, or by relay from the language between.
    ``mode`` is that of the audience that is reached the longest way; a "consecutive" one has one leg, whose team speaks
    after each passage.
    """

    mode: Mode
    speech: str
    audience: str
    legs: tuple[Team, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def audiences(self) -> tuple[str, ...]:
        """What each audience hears, the request's own first."""
        return (self.audience, *self.others)

    @property
    def relay(self) -> str:
        """The language between panel and audience, empty where there is none."""
        return next((leg.source for leg in self.legs if leg.source != self.speech), "")

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The two languages of each leg."""
        return tuple((leg.source, leg.target) for leg in self.legs)

    @property
    def channels(self) -> int:
        """How many languages a room carries beside the floor; who interprets consecutively speaks on the floor."""
        return 0 if self.mode == "consecutive" else len(self.legs)

    @property
    def interpreters(self) -> tuple[str, ...]:
        """Everybody who interprets, in the order of the legs."""
        return tuple(person for leg in self.legs for person in leg.interpreters)


def reached(speech: str, audience: str, pairs: Collection[tuple[str, str]]) -> Mode:
    """How one audience is reached from ``speech`` over legs between ``pairs``."""
    if audience == speech:
        return "direct"
    return "interpreter" if (speech, audience) in pairs else "relay"


@dataclass(frozen=True, slots=True)
class Agreed:
    """How a session that stands is interpreted: by a ``team`` of how many on each leg, 0 where nobody interprets;
    ``consecutive`` or not; for how many ``minutes``. No house rule that comes later undoes it."""

    team: int
    consecutive: bool
    minutes: int


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
    def people(self) -> frozenset[str]:
        """The experts and the interpreters."""
        return frozenset((*self.panel, *self.route.interpreters))

    @property
    def agreed(self) -> Agreed:
        """How it is interpreted."""
        team = max((len(leg.interpreters) for leg in self.route.legs), default=0)
        return Agreed(team, self.route.mode == "consecutive", self.minutes)

    @property
    def identity(self) -> Hashable:
        """What makes two matches for one request the same: the order in which people are named does not count."""
        route = self.route
        legs = frozenset((leg.source, leg.target, frozenset(leg.interpreters)) for leg in route.legs)
        way = (route.mode, route.speech, route.audiences, legs)
        return (self.start, self.minutes, self.room, frozenset(self.panel), *way)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A session that stands already and takes its people's, its room's and its hospital's time.

    Give every one that touches the horizon, and those around it that caps of a week or month count.
    ``guests`` are hospitals that take part beside its own. ``room`` is None where it takes none, and ``ANY_ROOM`` where
    all rooms are alike and it may change between them.
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
    guests: tuple[str, ...] = ()

    @property
    def hospitals(self) -> tuple[str, ...]:
        """All hospitals that take part, its own first."""
        return (self.hospital, *self.guests)

    @property
    def people(self) -> tuple[str, ...]:
        """All who take part, each once."""
        return tuple(dict.fromkeys((*self.experts, *self.interpreters)))

    def serves(self, request: str) -> bool:
        """Whether it is the fixed session of the request with this id."""
        return self.fixed is not None and self.fixed.request == request

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.end - self.start) / timedelta(minutes=1))
