"""When a panel that presents in some language is understood: what interpreters and rooms leave of a request's hours."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property

from medixchange.matching.layers import NONE, Kinds, of_interpreters, of_rooms
from medixchange.matching.pools import team_starts
from medixchange.matching.presence import room_fits
from medixchange.matching.problem import Problem, Request
from medixchange.matching.steps import Step
from medixchange.matching.ways import ways
from medixchange.times.grid import union

AS_THEY_ARE: Mapping[str, int] = {}


class Understanding:
    """The interpreters and rooms for one request."""

    def __init__(self, request: Request, problem: Problem) -> None:
        self.request, self.problem = request, problem
        self.interpreters = of_interpreters(request, problem)
        self.rooms = of_rooms(request, problem)
        self._holders: dict[tuple[str, str], list[str]] = {}
        self._free: dict[Kinds, Mapping[str, int]] = {}

    @cached_property
    def kinds(self) -> Kinds:
        """The layers that somebody or some room has."""
        people = (each.layers for each in self.interpreters)
        return frozenset[str]().union(*people, *(each.layers for each in self.rooms))

    def starts(
        self,
        speech: str,
        lifted: Kinds = NONE,
        steps: Sequence[Step] = (),
        free: Mapping[str, int] = AS_THEY_ARE,
    ) -> int:
        """The starts at which the audience can be reached from ``speech``, without the ``lifted`` layers, once
        ``steps`` are taken, and were those in ``free`` free at these starts."""
        interpreting = self.request.interpreting or any(step.kind == "interpreting" for step in steps)
        found = 0
        for way in ways(self.request, self.problem, speech):
            if interpreting or not way.legs:
                legs = [self._leg(leg, lifted, steps, free) for leg in way.legs]
                found |= self._room(len(way.legs), lifted, steps) & team_starts(way.team, legs)
        return found

    def _leg(
        self, pair: tuple[str, str], lifted: Kinds, steps: Sequence[Step], free: Mapping[str, int]
    ) -> Mapping[Hashable, int]:
        """Those who join the ``pair`` with their starts, newcomers of ``steps`` among them."""
        starts = self._starts_without(lifted)
        found: dict[Hashable, int] = {who: free.get(who, starts[who]) for who in self._joining(pair)}
        for number, step in enumerate(steps):
            if step.kind == "interpreters" and {*step.what[:2]} == {*pair}:
                found |= dict.fromkeys(((number, newcomer) for newcomer in range(int(step.what[2]))), -1)
        return found

    def _joining(self, pair: tuple[str, str]) -> list[str]:
        if pair not in self._holders:
            self._holders[pair] = [each.who.id for each in self.interpreters if each.who.joins(*pair)]
        return self._holders[pair]

    def _starts_without(self, lifted: Kinds) -> Mapping[str, int]:
        if lifted not in self._free:
            self._free[lifted] = {each.who.id: each.starts(lifted) for each in self.interpreters}
        return self._free[lifted]

    def _room(self, channels: int, lifted: Kinds, steps: Sequence[Step]) -> int:
        if any(step.kind == "room" for step in steps):
            return -1
        return union(each.starts(lifted) for each in self.rooms if room_fits(each.who, self.request, channels))
