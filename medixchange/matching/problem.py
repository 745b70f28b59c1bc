"""The matching problem as one plain value: who asks, who can, when, and by which policy and weights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeVar

from medixchange.matching.listed import once, remembering
from medixchange.matching.match import ANY_ROOM, Held, Match
from medixchange.matching.requests import Request
from medixchange.matching.resources import Expert, Hospital, Interpreter, Room
from medixchange.policies.values import Policy, Weights
from medixchange.times.grid import Grid
from medixchange.times.intervals import Interval


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything that a search reads. Ids are unique within their kind; indexes are built when asked for.

    ``tentative`` is what requests should keep (S10): what was planned for them before, or for those ``of_series``
    another session of their series, moved to their own week. With ``hurry`` people are asked at shorter notice than
    they want for the hour that ``tentative`` holds for a request, at so many points each.
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
    hurry: int | None = None

    def __post_init__(self) -> None:
        for name in ("hospitals", "experts", "interpreters", "rooms", "held"):
            object.__setattr__(self, name, remembering(getattr(self, name)))

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
    def in_both_roles(self) -> Set[str]:
        """Who is an expert and an interpreter, by id."""
        return self.expert.keys() & self.interpreter.keys()

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
        return once(self.held, "experts", lambda: _by((who, held) for held in self.held for who in held.experts))

    @cached_property
    def held_by_person(self) -> Mapping[str, tuple[Held, ...]]:
        """Held sessions of everybody who has any, in whichever role."""
        return once(self.held, "people", lambda: _by((who, held) for held in self.held for who in held.people))

    @cached_property
    def held_in_room(self) -> Mapping[str, tuple[Held, ...]]:
        """Held sessions of each room that has any."""
        return once(self.held, "rooms", lambda: _by((held.room, held) for held in self.held if held.room is not None))

    @cached_property
    def held_at_hospital(self) -> Mapping[str, tuple[Held, ...]]:
        """Held sessions of each hospital that has any."""
        return once(
            self.held, "hospitals", lambda: _by((hospital, held) for held in self.held for hospital in held.hospitals)
        )

    @cached_property
    def confirmed(self) -> Mapping[str, Match]:
        """What a plan must repeat (H10), by request."""
        return once(
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
    return once(things, "by id", lambda: {each.id: each for each in things})


def _places(things: tuple[_Named, ...]) -> Mapping[str, int]:
    return once(things, "places", lambda: {each.id: place for place, each in enumerate(things)})


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
