"""One request from its three sides: when it asks, when panels can present, and when they are understood.

Each side is worked out apart and kept, so that a question about the request with some conditions lifted, or with some
steps taken, costs no more than the sides that it changes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from medixchange.matching.candidates import helpers
from medixchange.matching.ever import Ever
from medixchange.matching.layers import (
    DEADLINE,
    EARLIEST,
    HOSPITAL,
    NONE,
    WINDOWS,
    Kinds,
    Layered,
    layer,
    left,
    of_request,
)
from medixchange.matching.presenting import Presenting
from medixchange.matching.problem import Expert, Interpreter, Problem
from medixchange.matching.steps import SHORTER, Step
from medixchange.matching.understanding import Understanding
from medixchange.times.grid import union

Steps = tuple[Step, ...]
PANEL = frozenset({"panel", "expert"})
WAYS = frozenset({"room", "interpreters", "interpreting"})
"""The kinds of steps that change one side; "shorter" changes all, and all others the asking one."""


class Sides:
    """What could serve one request: laid out once, asked often.

    Raises KeyError when the problem does not know the request.
    """

    def __init__(self, problem: Problem, request_id: str) -> None:
        self.problem = problem
        self.request = problem.request[request_id]
        self.asking = of_request(self.request, problem)
        self._panels: dict[Hashable, Mapping[str, int]] = {}
        self._understood: dict[Hashable, int] = {}
        self._shorter: dict[int, Sides] = {}

    @cached_property
    def ever(self) -> Ever:
        """Its people and rooms, were they always free."""
        return Ever(self.problem, self.request)

    @cached_property
    def presenting(self) -> Presenting:
        """The experts' side."""
        return Presenting(self.request, self.problem)

    @cached_property
    def understanding(self) -> Understanding:
        """The interpreters' and the rooms' side."""
        return Understanding(self.request, self.problem)

    @cached_property
    def scoped(self) -> Problem:
        """The problem with only those people who could ever serve the request: the same answers, sooner."""
        return replace(
            self.problem,
            requests=(self.request,),
            experts=tuple(each.who for each in self.presenting.experts),
            interpreters=tuple(helpers(self.request, self.problem)),
        )

    def possible(self, lifted: Kinds = NONE, steps: Steps = ()) -> int:
        """All starts (bits) at which it could be served without the ``lifted`` layers, once ``steps`` are taken.

        Steps that ask one person something are not known here: see ``won_by_expert``, ``won_by_interpreter``.
        """
        for step in steps:
            if step.kind == SHORTER:
                return self._in(int(step.what[0])).possible(lifted, tuple(each for each in steps if each is not step))
        allowed = left(self.asking, lifted.union(*map(_lifted_by, steps)))
        if not allowed:
            return 0
        panels = ((tag, panel & allowed) for tag, panel in self._panels_in(lifted, steps).items())
        return union(panel & self._understood_in(tag, lifted, steps) for tag, panel in panels if panel)

    def won_by_expert(self, expert: Layered[Expert], free: int) -> int:
        """The starts at which it could be served were an expert, who is not, ``free`` at these starts."""
        won = free & ~expert.starts() & self._asked
        heard = {tag: won & self._understood_in(tag) for tag in self.presenting.tongues_of(expert.who)} if won else {}
        if not any(heard.values()):
            return 0
        panels = self.presenting.starts_with(expert.who, free)
        return union(starts & panels[tag] for tag, starts in heard.items())

    def won_by_interpreter(self, interpreter: Layered[Interpreter], free: int) -> int:
        """The starts at which it could be served were an interpreter, who is not, ``free`` at these starts."""
        won = free & ~interpreter.starts() & self._asked
        panels = ((tag, won & panel) for tag, panel in self._panels_in().items()) if won else ()
        now = {interpreter.who.id: free}
        return union(panel & self.understanding.starts(tag, free=now) for tag, panel in panels if panel)

    @cached_property
    def _asked(self) -> int:
        """The starts that the asking side allows."""
        return left(self.asking, NONE)

    def _in(self, minutes: int) -> Sides:
        """The same for a session of other length."""
        if minutes not in self._shorter:
            other = replace(self.request, minutes=minutes)
            self._shorter[minutes] = Sides(replace(self.scoped, requests=(other,)), other.id)
        return self._shorter[minutes]

    def _panels_in(self, lifted: Kinds = NONE, steps: Steps = ()) -> Mapping[str, int]:
        own, taken = lifted & self.presenting.kinds, tuple(each for each in steps if each.kind in PANEL)
        key = own, tuple((each.kind, each.what) for each in taken)
        if key not in self._panels:
            self._panels[key] = self.presenting.starts(own, taken)
        return self._panels[key]

    def _understood_in(self, speech: str, lifted: Kinds = NONE, steps: Steps = ()) -> int:
        own, taken = lifted & self.understanding.kinds, tuple(each for each in steps if each.kind in WAYS)
        key = speech, own, tuple((each.kind, each.what) for each in taken)
        if key not in self._understood:
            self._understood[key] = self.understanding.starts(speech, own, taken)
        return self._understood[key]


def _lifted_by(step: Step) -> Iterator[str]:
    """The layers of the asking side that a step lifts."""
    if step.kind in (EARLIEST, DEADLINE, WINDOWS):
        yield step.kind
    elif step.kind == "weekend":
        yield layer(HOSPITAL, step.kind)
    elif step.kind == "calendar":
        yield layer(HOSPITAL, step.what[0])
