"""The matching problem as plain values: who asks, who can, when, and by which policy and weights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Protocol, TypeVar

from medixchange.matching.listed import kept, listed
from medixchange.matching.match import ANY_ROOM, Agreed, Held, Match
from medixchange.messages import Message
from medixchange.policies.values import Minutes, Policy, Weights
from medixchange.times.grid import Grid
from medixchange.times.intervals import Interval


@dataclass(frozen=True, slots=True)
class Block:
    """Slots that one thing takes away, and what it is ("Qingming festival", "leave until 3 May")."""

    slots: int
    what: Message


@dataclass(frozen=True, slots=True)
class Mask:
    """When one kind of knowledge allows something: one bit per slot of the grid, 1 = may.

    ``kind`` for people: hours, leave, busy, notice, humane, holiday, custom; for hospitals: hours, holiday,
    weekend, custom; for rooms: hours. ``blocks`` names what takes the missing slots, as far as it has a name.
    """

    kind: str
    slots: int
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch that a hospital would like: the slots wholly inside it, and its weight 1 to 100.

    Either dated (``day``) or weekly (``weekday``, 0 is Monday), ``minutes`` of the hospital's local day.
    """

    slots: int
    weight: int
    minutes: Minutes
    day: date | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Rise:
    """Points that a request gains in S1 beside those of its urgency, and why."""

    points: int
    why: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospital:
    """Who asks: its zone (IANA), country (ISO 3166) and calendar. The weekend is a mask of its own."""

    id: str
    name: str
    zone: str
    country: str
    masks: tuple[Mask, ...] = ()


MOST_PARTIES = 3
"""Audiences that a session may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One audience of a session: its hospital, what it hears (see ``Request``), and when it can come."""

    hospital: str
    audience: Mapping[str, int]
    windows: tuple[Window, ...] = ()
    windows_only: bool = False
    weekend_ok: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one hospital wants, or several together.

    ``audience`` maps a language to the audience's level 1 to 5. ``earliest`` and ``deadline`` hold the whole
    session. With ``windows_only`` the hospital can come only inside its windows (else they are a wish).
    ``continuity`` names the expert who should come again; ``seats`` what the room must hold. Without
    ``interpreting`` the hospital wants no interpreters found: it does without, or has ``own_interpreters``.
    ``rises`` are for waiting long. ``joint`` are further audiences of the same session: other hospitals, or another
    group of the same one that hears another language. A ``consecutive`` one is interpreted passage by passage, and its
    ``minutes`` hold the interpreting too. ``agreed`` says how the session that it has already is interpreted.
    """

    id: str
    hospital: str
    minutes: int
    specialties: tuple[str, ...]
    audience: Mapping[str, int]
    earliest: datetime
    deadline: datetime
    windows: tuple[Window, ...] = ()
    windows_only: bool = False
    urgency: int = 1
    panel_min: int = 1
    panel_max: int = 3
    exclude: frozenset[str] = frozenset()
    continuity: str | None = None
    weekend_ok: bool = False
    seats: int = 0
    interpreting: bool = True
    own_interpreters: bool = False
    rises: tuple[Rise, ...] = ()
    joint: tuple[Party, ...] = ()
    consecutive: bool = False
    agreed: Agreed | None = None

    @property
    def rise(self) -> int:
        """What it gains in all."""
        return sum(each.points for each in self.rises)

    @property
    def parties(self) -> tuple[Party, ...]:
        """All audiences, its own first."""
        own = Party(
            hospital=self.hospital,
            audience=self.audience,
            windows=self.windows,
            windows_only=self.windows_only,
            weekend_ok=self.weekend_ok,
        )
        return (own, *self.joint)

    @property
    def hospitals(self) -> tuple[str, ...]:
        """The hospitals of all audiences, each once, its own first."""
        return tuple(dict.fromkeys((self.hospital, *(each.hospital for each in self.joint))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What experts and interpreters share; the AND of ``masks`` is where the person can be.

    Time taken by other sessions is not a mask: it follows from the problem's ``held``.
    """

    id: str
    name: str
    zone: str
    country: str
    masks: tuple[Mask, ...] = ()
    rest_minutes: int = 0
    exclude_hospitals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert(Person):
    """Who answers: specialties with level 1 to 3, languages spoken with level 0 to 5, caps in sessions.

    ``speaking`` holds languages in which the expert also follows questions, ``speaking_only`` those in which
    the expert would present and does not.

    Caps count by the local day, ISO week and month of a session's start in the expert's zone.
    ``past_load`` is the sessions already given that fairness counts, ``lent`` those that count as given of somebody
    who was not there all the time.
    """

    specialties: Mapping[str, int]
    speaking: Mapping[str, int]
    speaking_only: frozenset[str] = frozenset()
    max_day: int = 1
    max_week: int = 2
    max_month: int = 6
    past_load: int = 0
    lent: int = 0
    panels: tuple[str, ...] = ()

    @property
    def counted(self) -> int:
        """The sessions that fairness counts of the past."""
        return self.past_load + self.lent


@lru_cache(maxsize=1024)
def joined_of(pairs: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Those of ``pairs`` that are held both ways."""
    return frozenset(pair for pair in pairs if pair[::-1] in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter(Person):
    """Who joins two languages: pairs as (source, target), caps in minutes a local day and ISO week."""

    pairs: frozenset[tuple[str, str]]
    domains: frozenset[str] = frozenset()
    simultaneous: bool = True
    consecutive: bool = False
    max_minutes_day: int = 240
    max_minutes_week: int = 900

    def interprets(self, request: Request) -> bool:
        """Whether the interpreter works in the way that ``request`` is interpreted."""
        return self.consecutive if request.consecutive else self.simultaneous

    def joins(self, one: str, other: str) -> bool:
        """Whether the pair is held both ways: a session is a conversation, questions come back."""
        return (one, other) in self.pairs and (other, one) in self.pairs

    @property
    def joined(self) -> frozenset[tuple[str, str]]:
        """The pairs that are held both ways."""
        return joined_of(self.pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A video room; ``seats`` and ``channels`` (languages beside the floor) None means no limit."""

    id: str
    name: str
    seats: int | None = None
    channels: int | None = None
    masks: tuple[Mask, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything that a search reads. Ids are unique within their kind; indexes are built when asked for.

    ``tentative`` is what requests should keep (S10): what was planned for them before, or for those ``of_series``
    another session of their series, moved to their own week.
    """

    grid: Grid
    policy: Policy
    weights: Weights
    hospitals: tuple[Hospital, ...]
    requests: tuple[Request, ...]
    experts: tuple[Expert, ...]
    interpreters: tuple[Interpreter, ...]
    rooms: tuple[Room, ...]
    held: tuple[Held, ...] = ()
    tentative: Mapping[str, Match] = field(default_factory=dict)
    of_series: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in ("hospitals", "experts", "interpreters", "rooms", "held"):
            object.__setattr__(self, name, listed(getattr(self, name)))

    @cached_property
    def hospital(self) -> Mapping[str, Hospital]:
        """Hospitals by id."""
        return _by_id(self.hospitals)

    @cached_property
    def request(self) -> Mapping[str, Request]:
        """Requests by id."""
        return {each.id: each for each in self.requests}

    @cached_property
    def expert(self) -> Mapping[str, Expert]:
        """Experts by id."""
        return _by_id(self.experts)

    @cached_property
    def interpreter(self) -> Mapping[str, Interpreter]:
        """Interpreters by id."""
        return _by_id(self.interpreters)

    @cached_property
    def room(self) -> Mapping[str, Room]:
        """Rooms by id."""
        return _by_id(self.rooms)

    @cached_property
    def expert_place(self) -> Mapping[str, int]:
        """The place of each expert among the problem's."""
        return _places(self.experts)

    @cached_property
    def interpreter_place(self) -> Mapping[str, int]:
        """The place of each interpreter among the problem's."""
        return _places(self.interpreters)

    @cached_property
    def hospital_place(self) -> Mapping[str, int]:
        """The place of each hospital among the problem's."""
        return _places(self.hospitals)

    def length(self, minutes: int) -> int:
        """Slots that a session of ``minutes`` takes."""
        return -(-minutes // self.grid.minutes)

    @cached_property
    def held_by_expert(self) -> Mapping[str, tuple[Held, ...]]:
        """Held sessions of each expert who has any."""
        return kept(self.held, "experts", lambda: _by((who, held) for held in self.held for who in held.experts))

    @cached_property
    def held_by_interpreter(self) -> Mapping[str, tuple[Held, ...]]:
        """Held sessions of each interpreter who has any."""
        return kept(
            self.held, "interpreters", lambda: _by((who, held) for held in self.held for who in held.interpreters)
        )

    @cached_property
    def held_in_room(self) -> Mapping[str, tuple[Held, ...]]:
        """Held sessions of each room that has any."""
        return kept(self.held, "rooms", lambda: _by((held.room, held) for held in self.held if held.room is not None))

    @cached_property
    def held_at_hospital(self) -> Mapping[str, tuple[Held, ...]]:
        """Held sessions of each hospital that has any."""
        return kept(
            self.held, "hospitals", lambda: _by((hospital, held) for held in self.held for hospital in held.hospitals)
        )

    @cached_property
    def confirmed(self) -> Mapping[str, Match]:
        """What a plan must repeat (H10), by request."""
        return kept(
            self.held,
            "confirmed",
            lambda: {held.fixed.request: held.fixed for held in self.held if held.fixed is not None},
        )

    @cached_property
    def crowded(self) -> tuple[int, int]:
        """Where some sessions may be in any room: the slots at which as many as there are rooms are on, and more."""
        return _crowded(self, len(self.rooms)), _crowded(self, len(self.rooms) + 1)


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Named = TypeVar("Named", bound=_Named)


def _by_id(things: tuple[Named, ...]) -> Mapping[str, Named]:
    return kept(things, "by id", lambda: {each.id: each for each in things})


def _places(things: tuple[_Named, ...]) -> Mapping[str, int]:
    return kept(things, "places", lambda: {each.id: place for place, each in enumerate(things)})


def _crowded(problem: Problem, many: int) -> int:
    """The slots at which at least so many sessions are on at once; 0 where each has its room."""
    if ANY_ROOM not in problem.held_in_room:
        return 0
    inside = [each for each in problem.held if each.room is not None]
    changes = sorted(change for each in inside for change in ((each.start, 1), (each.end, -1)))
    full, count, since = list[Interval](), 0, problem.grid.start
    for at, change in changes:
        full += [Interval(since, at)] if count >= many and since < at else []
        count, since = count + change, at
    return problem.grid.touched(full)


def _by(pairs: Iterable[tuple[str, Held]]) -> Mapping[str, tuple[Held, ...]]:
    index: dict[str, list[Held]] = defaultdict(list)
    for key, held in pairs:
        index[key].append(held)
    return {key: tuple(found) for key, found in index.items()}
