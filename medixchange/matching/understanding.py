"""When a panel that presents in some language is understood: what interpreters and rooms leave of a request's hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from medixchange.matching.kernel.rows import masks_of, rungs_of
from medixchange.matching.layers import NONE, Kinds, of_interpreters, of_rooms
from medixchange.matching.opened import room_enough
from medixchange.matching.pools import Joining
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.steps import Step
from medixchange.matching.ways import Pair, Way, team_starts, ways
from medixchange.times.grid import starts, union

Pairs = frozenset[Pair]
"""What an interpreter holds, as (source, target)."""


class Understanding:
    """The interpreters and rooms for one request."""

    def __init__(self, request: Request, problem: Problem) -> None:
        self.request, self.problem = request, problem
        self.interpreters = of_interpreters(request, problem)
        self._joining = Joining([problem.interpreter_place[each.id] for each in self.interpreters.who], problem)
        self.rooms = of_rooms(request, problem)
        self._ways: dict[str, tuple[Way, ...]] = {}
        self._teams: dict[tuple[Sequence[Pair], int, Kinds], int] = {}
        self._rooms: dict[tuple[int, Kinds], int] = {}

    @cached_property
    def kinds(self) -> Kinds:
        """The layers that somebody or some room has."""
        return self.interpreters.kinds | self.rooms.kinds

    def starts(
        self, speech: str, lifted: Kinds = NONE, steps: Sequence[Step] = (), newcomers: Sequence[Pairs] = ()
    ) -> int:
        """The starts at which the audience can be reached from ``speech``, without the ``lifted`` layers, once
        ``steps`` are taken, and were there ``newcomers`` who are always free."""
        interpreting = self.request.interpreting or any(step.kind == "interpreting" for step in steps)
        everywhere = any(step.kind == "room" for step in steps)
        # Whom steps add works simultaneously.
        joining = (*newcomers, *(() if self.request.consecutive else _joining(steps)))

        def free(legs: Sequence[Pair], most: int) -> int:
            still = most - sum(any(_joins(pairs, leg) for leg in legs) for pairs in joining)
            return self._free(legs, still, lifted & self.interpreters.kinds) if still > 0 else -1

        found = 0
        for way in self._ways_from(speech):
            if interpreting or not way.legs:
                room = -1 if everywhere else self._room(way.channels, lifted & self.rooms.kinds)
                found |= room and room & team_starts(way, free)
        return found

    def _ways_from(self, speech: str) -> tuple[Way, ...]:
        if speech not in self._ways:
            self._ways[speech] = tuple(ways(self.request, self.problem, speech))
        return self._ways[speech]

    def _free(self, legs: Sequence[Pair], most: int, lifted: Kinds) -> int:
        """The starts at which ``most`` of those who join the languages of some of ``legs`` are free."""
        key = legs, most, lifted
        if key not in self._teams:
            able = self.interpreters.starts(lifted)[self._joining.some_of(legs)]
            self._teams[key] = rungs_of(most, able)[-1]
        return self._teams[key]

    def _room(self, channels: int, lifted: Kinds) -> int:
        """The starts at which a room with so many ``channels`` is free."""
        key = channels, lifted
        if key not in self._rooms:
            free, length = masks_of(self.rooms.starts(lifted)), self.problem.length(self.request.minutes)
            enough = (room_enough(each, self.request, channels, self.problem) for each in self.rooms.who)
            self._rooms[key] = union(left & starts(slots, length) for left, slots in zip(free, enough, strict=True))
        return self._rooms[key]


def _joins(pairs: Pairs, leg: Pair) -> bool:
    """Whether the languages of ``leg`` are held both ways."""
    return leg in pairs and leg[::-1] in pairs


def _joining(steps: Sequence[Step]) -> Iterator[Pairs]:
    """What the interpreters hold whom ``steps`` add."""
    for step in steps:
        if step.kind == "interpreters":
            one, other, many = step.what
            yield from [frozenset({(one, other), (other, one)})] * int(many)
