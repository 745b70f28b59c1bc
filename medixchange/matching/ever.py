"""Whether a request could be served at all, were everybody free at every hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from medixchange.matching.candidates import ground
from medixchange.matching.layers import NONE, Kinds
from medixchange.matching.possible import possible_starts
from medixchange.matching.presence import gives_any, interprets_so_long
from medixchange.matching.problem import Expert, Interpreter, Problem, Request, Room
from medixchange.matching.ways import MOST_LEGS, team_of
from medixchange.times.grid import Grid

Who = TypeVar("Who")
Lift = Callable[[Problem], Problem]


class Ever:
    """One request among people who are always free; of those who are the same to it, no more than it could use."""

    def __init__(self, problem: Problem, request: Request) -> None:
        self._problem, self._request = _always_free(problem, request), request.id
        self._known: dict[Kinds, bool] = {}

    def possible(self, lifted: Kinds = NONE) -> bool:
        """Whether it could be served without the standing conditions that are ``lifted`` (see ``LIFTS``)."""
        if lifted not in self._known:
            problem = self._problem
            for kind, lift in LIFTS.items():
                problem = lift(problem) if kind in lifted else problem
            self._known[lifted] = possible_starts(ground(problem, self._request)) != 0
        return self._known[lifted]


def _always_free(problem: Problem, request: Request) -> Problem:
    """The problem with a horizon of one session, and with nobody's masks and sessions."""
    grid = Grid(problem.grid.start, problem.length(request.minutes), problem.grid.minutes)
    asked = replace(request, earliest=grid.start, deadline=grid.end, windows=(), windows_only=False)
    most = max(request.panel_max, len(request.specialties))
    teams = MOST_LEGS * max(1, team_of(request, problem))
    return replace(
        problem,
        grid=grid,
        requests=(asked,),
        hospitals=(replace(problem.hospital[request.hospital], masks=()),),
        experts=tuple(replace(each, masks=()) for each in _few(problem.experts, most, _expert_to(request, problem))),
        interpreters=tuple(
            replace(each, masks=()) for each in _few(problem.interpreters, teams, _interpreter_to(request))
        ),
        rooms=tuple(replace(each, masks=()) for each in problem.rooms),
        held=(),
        tentative={},
    )


def _few(people: Iterable[Who], most: int, same: Callable[[Who], Hashable]) -> Iterator[Who]:
    """Of people who are the ``same``, up to ``most``."""
    seen: dict[Hashable, int] = defaultdict(int)
    for each in people:
        key = same(each)
        seen[key] += 1
        if seen[key] <= most:
            yield each


def _expert_to(request: Request, problem: Problem) -> Callable[[Expert], Hashable]:
    least = problem.policy.lang_min_expert

    def same(expert: Expert) -> Hashable:
        return (
            tuple(expert.specialties.get(code, 0) > 0 for code in request.specialties),
            frozenset(tag for tag, level in expert.speaking.items() if level >= least),
            expert.id in request.exclude or request.hospital in expert.exclude_hospitals,
            gives_any(expert),
        )

    return same


def _interpreter_to(request: Request) -> Callable[[Interpreter], Hashable]:
    def same(interpreter: Interpreter) -> Hashable:
        return (
            interpreter.pairs,
            interpreter.simultaneous,
            request.hospital in interpreter.exclude_hospitals,
            interprets_so_long(interpreter, request.minutes),
        )

    return same


def _nobody_excluded(problem: Problem) -> Problem:
    nobody: frozenset[str] = frozenset()
    return replace(
        problem,
        requests=tuple(replace(each, exclude=nobody) for each in problem.requests),
        experts=tuple(replace(each, exclude_hospitals=nobody) for each in problem.experts),
        interpreters=tuple(replace(each, exclude_hospitals=nobody) for each in problem.interpreters),
    )


def _all_know(problem: Problem) -> Problem:
    """Every expert knows every topic that is asked for."""
    topics = {code: 1 for request in problem.requests for code in request.specialties}
    experts = (replace(each, specialties={**topics, **each.specialties}) for each in problem.experts)
    return replace(problem, experts=tuple(experts))


def _any_panel(problem: Problem) -> Problem:
    """As many experts as there are topics make a panel, and one alone does."""
    sizes = (replace(each, panel_min=1, panel_max=max(1, len(each.specialties))) for each in problem.requests)
    return replace(problem, requests=tuple(sizes))


def _interpreting(problem: Problem) -> Problem:
    return replace(problem, requests=tuple(replace(each, interpreting=True) for each in problem.requests))


def _one_language(problem: Problem) -> Problem:
    """Everybody presents in and follows the language of relay."""
    tag, policy = problem.policy.relay, problem.policy
    return replace(
        problem,
        requests=tuple(replace(each, audience={tag: policy.lang_min_audience}) for each in problem.requests),
        experts=tuple(
            replace(each, speaking={**each.speaking, tag: policy.lang_min_expert}) for each in problem.experts
        ),
    )


def _one_more_room(problem: Problem) -> Problem:
    return replace(problem, rooms=(*problem.rooms, Room(id="+room", name="+room")))


LIFTS: Mapping[str, Lift] = {
    "excluded": _nobody_excluded,
    "topics": _all_know,
    "panel": _any_panel,
    "interpreting": _interpreting,
    "languages": _one_language,
    "rooms": _one_more_room,
}
"""How each condition that stands whatever the hour is lifted."""
