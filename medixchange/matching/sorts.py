"""Experts by what tells them apart for a request, whatever the hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from medixchange.matching.listed import once
from medixchange.matching.presence import gives_any
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Expert


class Sort(NamedTuple):
    """What tells experts apart whatever the hour: the topics that they know (bits, by the request's order), the
    languages in which they present, whether they are excluded, and whether they give any session at all."""

    knows: int
    tongues: tuple[str, ...]
    excluded: bool
    gives: bool

    @property
    def is_of_use(self) -> bool:
        """Whether such an expert may sit on a panel at all."""
        return self.knows != 0 and _is_of_use(self.tongues, is_excluded=self.excluded)


Alike = Mapping[Sort, Sequence[int]]
"""The places of experts by sort."""


def alike(request: Request, problem: Problem, *, everybody: bool = False) -> Alike:
    """The problem's experts who know some topic of ``request``, or ``everybody``, by sort."""
    experts, knows = problem.experts, _knowing(request, problem)
    tongues, gives, excluded = _tongues(problem), _giving(problem), _excluded(request, problem)
    found = defaultdict[tuple[int, tuple[str, ...], bool, bool], list[int]](list)
    for place in range(len(experts)) if everybody else sorted(knows):
        found[knows.get(place, 0), tongues[place], place in excluded, gives[place]].append(place)
    return {Sort(*sort): places for sort, places in found.items()}


def experts_of_use(request: Request, problem: Problem) -> list[Expert]:
    """The experts who may sit on a panel for ``request``, whatever the hour, in the order of the problem."""
    knows, tongues, excluded = _knowing(request, problem), _tongues(problem), _excluded(request, problem)
    of_use = (each for each in sorted(knows) if _is_of_use(tongues[each], is_excluded=each in excluded))
    return [problem.experts[place] for place in of_use]


def _is_of_use(tongues: Sequence[str], *, is_excluded: bool) -> bool:
    """Whether somebody who knows a topic may sit on a panel."""
    return bool(tongues) and not is_excluded


def _knowing(request: Request, problem: Problem) -> Mapping[int, int]:
    """The topics of ``request`` (bits, in their order) that each expert knows who knows one, by place."""
    by_topic, found = once(problem.experts, "topics", lambda: _by_topic(problem.experts)), defaultdict[int, int](int)
    for number, code in enumerate(request.specialties):
        for place in by_topic.get(code, ()):
            found[place] |= 1 << number
    return found


def _by_topic(experts: Sequence[Expert]) -> Mapping[str, Sequence[int]]:
    found = defaultdict[str, list[int]](list)
    for place, each in enumerate(experts):
        for code, level in each.specialties.items():
            if level:
                found[code].append(place)
    return found


def presenting(problem: Problem) -> Mapping[str, tuple[str, ...]]:
    """The languages in which each expert can present, by id."""
    least = problem.policy.lang_min_expert

    def find() -> Mapping[str, tuple[str, ...]]:
        return {
            each.id: tuple([tag for tag, level in each.speaking.items() if level >= least]) for each in problem.experts
        }

    return once(problem.experts, ("presenting", least), find)


def _tongues(problem: Problem) -> Sequence[tuple[str, ...]]:
    """The same by place."""
    return once(
        problem.experts, ("tongues", problem.policy.lang_min_expert), lambda: list(presenting(problem).values())
    )


def _giving(problem: Problem) -> Sequence[bool]:
    """Whether each expert gives any session at all."""
    return once(problem.experts, "giving", lambda: [gives_any(each) for each in problem.experts])


def _excluded(request: Request, problem: Problem) -> Set[int]:
    """The places of the experts whom ``request`` excludes, or who exclude its hospitals."""
    experts, hospitals = problem.experts, request.hospitals
    choosy = once(experts, "choosy", lambda: [place for place, each in enumerate(experts) if each.exclude_hospitals])
    unwilling = {place for place in choosy if not experts[place].exclude_hospitals.isdisjoint(hospitals)}
    return unwilling | {problem.expert_place[who] for who in request.exclude if who in problem.expert_place}
