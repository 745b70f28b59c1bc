"""Why a request cannot be served, or not at one hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from medixchange.matching.candidates import Ground, ground, of_use
from medixchange.matching.conflict import Blocker, conflict, never
from medixchange.matching.layers import OTHERS
from medixchange.matching.match import Match, Route
from medixchange.matching.problem import Problem
from medixchange.matching.relaxations import Relaxation, relaxations
from medixchange.matching.rules import (
    a_room_is_free,
    hospital_is_not_double,
    hospital_is_open,
    why_not,
    within_its_dates,
)
from medixchange.matching.rules_of_experts import experts_are_free, experts_have_rest
from medixchange.matching.sides import Sides
from medixchange.matching.solver import Search
from medixchange.matching.uncounted import uncounted
from medixchange.messages import Message, listed, say, specialty

MOST_NAMED = 3
"""Of how many experts a topic's explanation tells why they cannot."""


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


def why_not_at(problem: Problem, request_id: str, start: datetime) -> tuple[Message, ...]:
    """What stands in the way of a session that begins at ``start``; empty when one could.

    First what the asking side refuses; then the rooms; then for each topic why those who cover it cannot
    come, the deepest knowledge first; last, that panels who could come and the audience do not converse, and
    whose languages do not count.

    Raises KeyError when the problem does not know the request.
    """
    request = problem.request[request_id]
    match = Match(request_id, start, request.minutes, (), Route("direct", "", ""), "")
    sides = (within_its_dates, hospital_is_open, hospital_is_not_double)
    refused = [reason.message for rule in sides if (reason := rule(match, problem)) is not None]
    if refused:
        return tuple(refused)
    here, slot = ground(problem, request), problem.grid.slot(start)
    if Sides(problem, request_id).possible() >> slot & 1:
        return ()
    found = [*_no_room(here, match), *_no_expert(here, match)]
    if found:
        return tuple(found)
    few = say("Those who are free then are too few for a panel, or cannot converse with the audience.")
    return few, *uncounted(problem, request_id)


def _no_room(here: Ground, match: Match) -> Iterator[Message]:
    """Why no room is free, if none is."""
    slot = here.problem.grid.slot(match.start)
    if any(room.starts >> slot & 1 for room in here.rooms):
        return
    for room in here.problem.rooms:
        reason = a_room_is_free(replace(match, room=room.id), here.problem)
        if reason is not None:
            yield reason.message


def _no_expert(here: Ground, match: Match) -> Iterator[Message]:
    """For each topic that nobody can cover at that hour, why not those who know it best."""
    problem, slot = here.problem, here.problem.grid.slot(match.start)
    free = [each.who for each in here.experts if each.starts >> slot & 1]
    for code in here.request.specialties:
        if any(each.specialties.get(code) for each in free):
            continue
        able = [each for each in problem.experts if each.specialties.get(code) and of_use(each, here.request, problem)]
        able.sort(key=lambda each: (-each.specialties[code], each.id))
        if not able:
            yield say("No expert covers %(topics)s.", topics=listed([specialty(code)]))
        for expert in able[:MOST_NAMED]:
            alone = replace(match, panel=(expert.id,))
            reasons = (experts_are_free(alone, problem), experts_have_rest(alone, problem))
            yield from (reason.message for reason in reasons if reason is not None)
