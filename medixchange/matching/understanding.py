"""When a panel that presents in some language is understood: what interpreters and rooms leave of a request's hours."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from medixchange.matching.layers import NONE, Kinds, Layered, of_interpreters, of_rooms
from medixchange.matching.possible import team_starts, union
from medixchange.matching.presence import room_fits
from medixchange.matching.problem import Interpreter, Problem, Request
from medixchange.matching.steps import Step
from medixchange.matching.ways import team_of, ways


class Understanding:
    """The interpreters and rooms for one request."""

    def __init__(self, request: Request, problem: Problem) -> None:
        self.request, self.problem = request, problem
        self.team = team_of(request, problem)
        self.interpreters = of_interpreters(request, problem)
        self.rooms = of_rooms(request, problem)
        self._holders: dict[tuple[str, str], list[Layered[Interpreter]]] = {}

    def starts(
        self,
        speech: str,
        lifted: Kinds = NONE,
        steps: Sequence[Step] = (),
        changed: Layered[Interpreter] | None = None,
    ) -> int:
        """The starts at which the audience can be reached from ``speech``, without the ``lifted`` layers, once
        ``steps`` are taken, and with ``changed`` in the place of the same interpreter."""
        interpreting = self.request.interpreting or any(step.kind == "interpreting" for step in steps)
        found = 0
        for way in ways(self.request, self.problem, speech):
            if interpreting or not way.legs:
                legs = [self._leg(leg, lifted, steps, changed) for leg in way.legs]
                found |= self._room(len(way.legs), lifted, steps) & team_starts(self.team, legs)
        return found

    def _leg(
        self, pair: tuple[str, str], lifted: Kinds, steps: Sequence[Step], changed: Layered[Interpreter] | None
    ) -> Mapping[Hashable, int]:
        """Those who join the ``pair`` with their starts, newcomers of ``steps`` among them."""
        found: dict[Hashable, int] = {}
        for each in self._joining(pair):
            found[each.who.id] = (changed if changed and changed.who.id == each.who.id else each).starts(lifted)
        for number, step in enumerate(steps):
            if step.kind == "interpreters" and {*step.what[:2]} == {*pair}:
                found |= dict.fromkeys(((number, newcomer) for newcomer in range(int(step.what[2]))), -1)
        return found

    def _joining(self, pair: tuple[str, str]) -> list[Layered[Interpreter]]:
        if pair not in self._holders:
            self._holders[pair] = [each for each in self.interpreters if each.who.joins(*pair)]
        return self._holders[pair]

    def _room(self, channels: int, lifted: Kinds, steps: Sequence[Step]) -> int:
        if any(step.kind == "room" for step in steps):
            return -1
        return union(each.starts(lifted) for each in self.rooms if room_fits(each.who, self.request, channels))
