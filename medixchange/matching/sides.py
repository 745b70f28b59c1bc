"""One request from its three sides: when it asks, when panels can present, and when they are understood.

Each side is worked out apart and kept, so that a question about the request with some conditions lifted, or with some
steps taken, costs no more than the sides that it changes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from medixchange.matching.candidates import helpers
from medixchange.matching.layers import (
    DEADLINE,
    EARLIEST,
    EXPERTS,
    HOSPITAL,
    INTERPRETERS,
    NONE,
    ROOMS,
    WINDOWS,
    Kinds,
    Layered,
    layer,
    left,
    of_request,
)
from medixchange.matching.possible import union
from medixchange.matching.presenting import Presenting
from medixchange.matching.problem import Expert, Interpreter, Problem
from medixchange.matching.steps import Step
from medixchange.matching.understanding import Understanding

Steps = tuple[Step, ...]
PANEL = frozenset({"panel", "expert"})
WAYS = frozenset({"room", "interpreters", "interpreting"})
"""The kinds of steps that change one side; "shorter" changes all, and all others the asking one."""
SHORTER = "shorter"


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

        Steps that ask one person something are not known here: see ``gained``.
        """
        for step in steps:
            if step.kind == SHORTER:
                return self._in(int(step.what[0])).possible(lifted, tuple(each for each in steps if each is not step))
        allowed = left(self.asking, lifted.union(*map(_lifted_by, steps)))
        if not allowed:
            return 0
        panels = ((tag, panel & allowed) for tag, panel in self._panels_of(lifted, steps).items())
        return union(panel & self._understood_in(tag, lifted, steps) for tag, panel in panels if panel)

    def won_by_expert(self, before: Layered[Expert], after: Layered[Expert]) -> int:
        """The starts at which it could be served by what an expert has ``after`` and had not ``before``."""
        won = after.starts() & ~before.starts() & left(self.asking, NONE)
        if not won:
            return 0
        heard = {tag: won & self._understood_in(tag, NONE, ()) for tag in self.presenting.tongues_of(after.who)}
        if not any(heard.values()):
            return 0
        panels = self.presenting.starts(changed=after)
        return union(starts & panels[tag] for tag, starts in heard.items() if starts)

    def won_by_interpreter(self, before: Layered[Interpreter], after: Layered[Interpreter]) -> int:
        """The starts at which it could be served by what an interpreter has ``after`` and had not ``before``."""
        won = after.starts() & ~before.starts() & left(self.asking, NONE)
        panels = {tag: won & panel for tag, panel in self._panels_of(NONE, ()).items()} if won else {}
        found = (panel & self.understanding.starts(tag, changed=after) for tag, panel in panels.items() if panel)
        return union(found)

    def _in(self, minutes: int) -> Sides:
        """The same for a session of other length."""
        if minutes not in self._shorter:
            other = replace(self.request, minutes=minutes)
            self._shorter[minutes] = Sides(replace(self.scoped, requests=(other,)), other.id)
        return self._shorter[minutes]

    def _panels_of(self, lifted: Kinds, steps: Steps) -> Mapping[str, int]:
        own, taken = _of(lifted, EXPERTS), tuple(each for each in steps if each.kind in PANEL)
        key = own, tuple(each.what for each in taken)
        if key not in self._panels:
            self._panels[key] = self.presenting.starts(own, taken)
        return self._panels[key]

    def _understood_in(self, speech: str, lifted: Kinds, steps: Steps) -> int:
        own, taken = _of(lifted, INTERPRETERS, ROOMS), tuple(each for each in steps if each.kind in WAYS)
        key = speech, own, tuple((each.kind, each.what) for each in taken)
        if key not in self._understood:
            self._understood[key] = self.understanding.starts(speech, own, taken)
        return self._understood[key]


def _of(lifted: Kinds, *sides: str) -> Kinds:
    """Those of the ``lifted`` layers that are of some sides."""
    return frozenset(kind for kind in lifted if kind.startswith(sides))


def _lifted_by(step: Step) -> Iterator[str]:
    """The layers of the asking side that a step lifts."""
    if step.kind in (EARLIEST, DEADLINE, WINDOWS):
        yield step.kind
    elif step.kind == "weekend":
        yield layer(HOSPITAL, step.kind)
    elif step.kind == "calendar":
        yield layer(HOSPITAL, step.what[0])
