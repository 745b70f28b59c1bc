"""Why a request cannot be served."""

from __future__ import annotations

from dataclasses import dataclass, replace

from medixchange.matching.conflict import Blocker, conflict, never
from medixchange.matching.layers import OTHERS
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.relaxations import Relaxation, relaxations
from medixchange.matching.rules import (
    a_room_is_free,
    why_not,
)
from medixchange.matching.sides import Sides
from medixchange.matching.solver import Search
from medixchange.messages import Message


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a request has no match; all empty and False when it has one.

    ``never``: not even if everybody were free at every hour. ``taken``: there would be one without the sessions
    that stand already, and ``takers`` say which are in the way of the best such match. ``blockers`` are a
    minimal conflict, ``relaxations`` the cheapest changes that really work.
    """

    request: str
    never: bool = False
    taken: bool = False
    blockers: tuple[Blocker, ...] = ()
    takers: tuple[Message, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()


def explain(problem: Problem, request_id: str) -> Explanation:
    """Why there is no match for one request, and what would give one.

    Raises KeyError when the problem does not know the request.
    """
    sides = Sides(problem, request_id)
    if sides.possible():
        return Explanation(request_id)
    taken = sides.possible(OTHERS) != 0
    return Explanation(
        request=request_id,
        never=not taken and never(sides),
        taken=taken,
        blockers=conflict(sides),
        takers=_takers(problem, request_id) if taken else (),
        relaxations=relaxations(sides),
    )


def _takers(problem: Problem, request_id: str) -> tuple[Message, ...]:
    """What is in the way of the best match that there would be without other sessions, which there is."""
    _, best = next(Search(replace(problem, held=()), request_id).ranked())
    match = in_a_free_room(best, problem)
    return tuple(words for reason in why_not(match, problem) for words in (reason.message, *reason.more))


def in_a_free_room(match: Match, problem: Problem) -> Match:
    """``match`` in a room that it could have, its own first; unchanged where there is none: a room is in the way only
    where all are."""
    places = (match, *(replace(match, room=room.id) for room in problem.rooms))
    return next((each for each in places if a_room_is_free(each, problem) is None), match)
