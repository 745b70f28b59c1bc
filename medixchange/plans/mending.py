"""Sessions to which somebody cannot come, mended together: the smallest change to all of them at once. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from medixchange.matching.match import Match
from medixchange.matching.problem import Problem, Request
from medixchange.matching.repair import at_short_notice
from medixchange.matching.rules import why_not
from medixchange.plans.lifecycle import Purpose
from medixchange.plans.today import held_of

KEPT = 1_000
"""What keeping one person is worth: more than all that two matches with the same people differ in."""
HOUR = 10 * KEPT
"""What keeping the hour is worth: more than keeping everybody of one session. A new hour is agreed with nobody."""
MENDED = 10 * HOUR
"""What mending one session is worth, times the urgency of its request."""


def to_mend(problem: Problem, standing: Mapping[str, Match]) -> Problem:
    """The problem whose best plan mends the sessions ``standing`` (by request) with the smallest change.

    First as many as can be, the urgent ones first; of these plans the one that keeps the most hours, then the most
    people; then the points of the house rules decide. Those of the sessions were asked long ago, however near the hour
    is by now. No panel grows.
    """
    weights = replace(
        problem.weights,
        serve={urgency: urgency * MENDED for urgency in problem.weights.serve},
        stable_start=HOUR,
        stable_expert=KEPT,
        stable_interpreter=KEPT,
    )
    asked = {who for match in standing.values() for who in (*match.panel, *match.route.interpreters)}
    requests = tuple(_no_larger(each, standing[each.id]) for each in problem.requests)
    return replace(at_short_notice(problem, asked), requests=requests, weights=weights, tentative=standing)


def _no_larger(request: Request, match: Match) -> Request:
    return replace(request, panel_max=max(request.panel_min, min(request.panel_max, len(match.panel))))


def settled(plan: Iterable[Match], problem: Problem, purpose: Purpose) -> list[Match]:
    """What a plan for ``purpose`` comes to, once each session has its room."""
    return _in_their_rooms(plan, problem) if purpose is Purpose.MENDING else list(plan)


def _in_their_rooms(plan: Iterable[Match], problem: Problem) -> list[Match]:
    """The plan with each session that keeps its hour in its own room, where that still does, since whoever knows the
    address to join at need not learn another; sessions that move go where there is room beside these."""
    matches, placed = list(plan), dict[str, Match]()
    for match in sorted(matches, key=lambda each: not _stays(each, problem)):
        beside = replace(problem, held=(*problem.held, *(held_of(each, problem) for each in placed.values())))
        fitting = (each for each in _roomed(match, problem) if not why_not(each, beside))
        placed[match.request] = next(fitting, match)
    return [placed[match.request] for match in matches]


def _stays(match: Match, problem: Problem) -> bool:
    return match.start == problem.tentative[match.request].start


def _roomed(match: Match, problem: Problem) -> Iterator[Match]:
    """The match in its own room, then in the one that was planned, then in any other."""
    own = problem.tentative[match.request].room
    for room in dict.fromkeys((own, match.room, *problem.room)):
        if room in problem.room:
            yield replace(match, room=room)
