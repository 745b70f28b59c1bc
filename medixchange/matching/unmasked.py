"""When everybody can be by their masks alone, worked out once for all requests of a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeVar

from medixchange.matching.opened import NOTHING, is_opened, starts_left
from medixchange.matching.presence import (
    expert_left,
    expert_starts,
    gives_any,
    interpreter_left,
    interpreter_starts,
    interprets_so_long,
)
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Expert, Interpreter, Person

Who = TypeVar("Who", bound=Person)


class Unmasked:
    """Who of the people of one problem is there when, for one request after the other: the same as ``expert_starts``
    and ``interpreter_starts``, which ask for the masks of each one again for every request."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._giving: dict[int, dict[str, int]] = defaultdict(dict)
        self._working: dict[int, dict[str, int]] = defaultdict(dict)

    def experts(self, people: Iterable[Expert], request: Request, *, within: int) -> Iterator[tuple[Expert, int]]:
        """Those of ``people`` who can give the whole session, and at which starts ``within`` others."""
        if is_opened(request, self.problem):
            return _there(people, lambda each: expert_starts(each, request, self.problem, within=within))
        length = self.problem.length(request.minutes)
        return _left(
            people,
            known=self._giving[request.minutes],
            find=lambda each: self._unmasked(each, length) if gives_any(each) else 0,
            held=self.problem.held_by_person,
            left=lambda each: expert_left(each, request, self.problem),
            within=within,
        )

    def interpreters(
        self, people: Iterable[Interpreter], request: Request, *, within: int
    ) -> Iterator[tuple[Interpreter, int]]:
        """Those of ``people`` who can work the whole session, and at which starts ``within`` others."""
        if is_opened(request, self.problem):
            return _there(people, lambda each: interpreter_starts(each, request, self.problem, within=within))
        length = self.problem.length(request.minutes)
        return _left(
            people,
            known=self._working[request.minutes],
            find=lambda each: self._unmasked(each, length) if interprets_so_long(each, request.minutes) else 0,
            held=self.problem.held_by_person,
            left=lambda each: interpreter_left(each, request, self.problem),
            within=within,
        )

    def _unmasked(self, person: Person, length: int) -> int:
        return starts_left(person.masks, NOTHING, length, slots=self.problem.grid.full)


def _left(
    people: Iterable[Who],
    *,
    known: dict[str, int],
    find: Callable[[Who], int],
    held: Collection[str],
    left: Callable[[Who], int],
    within: int,
) -> Iterator[tuple[Who, int]]:
    """By what is ``known`` of the masks of each, or ``find`` finds, and what is ``left`` to those who are ``held``."""
    for each in people:
        name = each.id
        if name not in known:
            known[name] = find(each)
        found = known[name] & within
        if found and name in held:
            found &= left(each)
        if found:
            yield each, found


def _there(people: Iterable[Who], find: Callable[[Who], int]) -> Iterator[tuple[Who, int]]:
    found = ((each, find(each)) for each in people)
    return ((each, starts) for each, starts in found if starts)
