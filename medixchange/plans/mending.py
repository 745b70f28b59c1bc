"""Sessions that cannot be as agreed, mended together: the smallest change to all of them at once. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.repair import keeping
from medixchange.matching.requests import MOST_URGENT, Request
from medixchange.matching.rules import why_not
from medixchange.matching.spread import MOST_PEOPLE, spread
from medixchange.plans.lifecycle import Purpose
from medixchange.plans.today import held_of
from medixchange.policies.values import Weights

EXACT = 2**50
"""Up to how many points in all each point is told: double precision, in which plans are bounded, holds whole numbers
up to 2**53, and sums of prices round within the three bits between."""


class _Worth(NamedTuple):
    """Points for a person who is kept, for each who is not asked at short notice, and for an hour that is kept."""

    kept: int
    hurry: int
    hour: int


def to_mend(problem: Problem, standing: Mapping[str, Match]) -> Problem:
    """The problem whose best plan mends the sessions ``standing`` (by request) with the smallest change.

    First as many as can be, of so many the urgent ones; of these plans the one that keeps the most hours, since a new
    hour is agreed with nobody; then the one that asks the fewest at shorter notice than they want, which is asked for
    the session's own hour alone; then the most people; then the points of the house rules decide. Whoever is part of a
    session was asked for its hour long ago, however near it is by now: for this session, and no other at that hour. No
    panel grows.
    """
    worth, several = _worth(problem, standing), len(problem.requests)
    weights = replace(
        problem.weights,
        serve={urgency: _mended(worth, several, urgency) for urgency in problem.weights.serve},
        stable_start=worth.hour,
        stable_expert=worth.kept,
        stable_interpreter=worth.kept,
    )
    requests = tuple(replace(_no_larger(each, standing[each.id]), rises=()) for each in problem.requests)
    policy = keeping(problem.policy, standing.values())
    asked = replace(problem, tentative=standing, of_series=frozenset(), hurry=worth.hurry)
    return replace(asked, requests=requests, weights=weights, policy=policy)


def _worth(problem: Problem, standing: Mapping[str, Match]) -> _Worth:
    """With which among all sessions no sum of what counts less outweighs what counts more; among as many as can be
    where the points of so many would be more than are told exactly."""
    points = max((spread(each, problem) for each in problem.requests), default=0)
    people = max((len(each.people) for each in standing.values()), default=0)
    several = len(problem.requests)
    found = (_worth_among(many, points, people) for many in range(several, 1, -1))
    return next((each for each in found if _most(each, several) <= EXACT), _worth_among(1, points, people))


def _worth_among(many: int, points: int, people: int) -> _Worth:
    """Among ``many`` sessions, which differ by up to so many ``points`` and are of up to so many ``people`` each."""
    kept = 1 + many * points
    hurry = kept * (1 + many * people)
    return _Worth(kept, hurry, hour=hurry * (1 + many * MOST_PEOPLE))


def _mended(worth: _Worth, several: int, urgency: int) -> int:
    """What it is worth to mend one of ``several`` sessions, more than all that is kept of them, and urgency."""
    return 2 * several * worth.hour * (MOST_URGENT * several + urgency)


def _most(worth: _Worth, several: int) -> int:
    """At least as many points as any plan of ``several`` sessions has."""
    return several * (_mended(worth, several, MOST_URGENT) + 2 * worth.hour)


def as_rated(problem: Problem, weights: Weights) -> Problem:
    """The same by the ``weights`` of the house rules: what mending adds counts nothing."""
    return replace(problem, weights=weights, hurry=None if problem.hurry is None else 0)


def _no_larger(request: Request, match: Match) -> Request:
    return replace(request, panel_max=max(request.panel_min, min(request.panel_max, len(match.panel))))


def settled(plan: Iterable[Match], problem: Problem, purpose: Purpose) -> list[Match]:
    """What a plan for ``purpose`` comes to, once each session that is mended has its room."""
    return _in_their_rooms(plan, problem) if purpose is Purpose.MENDING else list(plan)


def _in_their_rooms(plan: Iterable[Match], problem: Problem) -> list[Match]:
    """The plan with each session that keeps its hour in its own room, where that still does, since whoever knows the
    address to join at need not learn another; others go where there is room beside these, best in their own. As it was
    planned where one would have none."""
    matches = list(plan)
    own = (_in_its_room(each, problem) for each in matches)
    placed = {each.request: each for each in own if each is not None and not why_not(each, problem)}
    for match in matches:
        if match.request not in placed:
            beside = replace(problem, held=(*problem.held, *(held_of(each, problem) for each in placed.values())))
            own_first = (problem.tentative[match.request].room, match.room, *problem.room)
            rooms = (replace(match, room=room) for room in dict.fromkeys(own_first) if room in problem.room)
            fitting = next((each for each in rooms if not why_not(each, beside)), None)
            if fitting is None:
                return matches
            placed[match.request] = fitting
    return [placed[match.request] for match in matches]


def _in_its_room(match: Match, problem: Problem) -> Match | None:
    """A session that keeps its hour, in the room that it has; None where it moves, or that room is not in use."""
    standing = problem.tentative[match.request]
    stays = match.start == standing.start and standing.room in problem.room
    return replace(match, room=standing.room) if stays else None
