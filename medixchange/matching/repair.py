"""The smallest change that mends a session which cannot be as agreed: at its own hour, and at another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from medixchange.matching.candidates import scoped
from medixchange.matching.match import Match
from medixchange.matching.opened import NOTICE
from medixchange.matching.problem import Problem
from medixchange.matching.reasons import slots_of_match
from medixchange.matching.requests import Request
from medixchange.matching.rules import why_not
from medixchange.matching.score import score
from medixchange.matching.solver import Ranked, Search
from medixchange.matching.spread import spread
from medixchange.matching.steps import in_time, without
from medixchange.policies.values import Policy


@dataclass(frozen=True, slots=True)
class Repairs:
    """The best substitutes or other room at the same hour, and the best other hour; None where there is none."""

    same_hour: Ranked | None
    other_hour: Ranked | None


def repairs(problem: Problem, standing: Match) -> Repairs:
    """How to mend ``standing``, which cannot be at its hour as ``problem`` says; exact.

    Of all matches at its hour, and of all whose hours do not overlap it, those are the best which keep the most of
    its people, and of these the one with the best score. A panel does not grow where it need not. The scores are those
    of any proposal, with the problem's own weights.

    At its hour those who come were asked long ago, however near it is by now; others are asked at shorter notice than
    they want only where nobody else can take over. It is interpreted as was agreed for it, or with teams of the size
    that the house rules want by now, whichever keeps more people or is worth more.

    Raises KeyError when the problem does not know the request.
    """
    same, other = same_hour(problem, standing), other_hour(problem, standing)
    return Repairs(_ranked(problem, same), _ranked(problem, other))


def same_hour(problem: Problem, standing: Match) -> Match | None:
    """The best substitutes at the hour of ``standing``; None where there are none."""
    own, problem = standing.people, scoped(problem, problem.request[standing.request])
    tries = ((ids, request) for ids in (own, None) for request in _sizes(problem, standing))
    found = (_at_its_hour(at_short_notice(problem, ids), request, standing) for ids, request in tries)
    return next(filter(None, found), None)


def nearest(problem: Problem, match: Match) -> Match | None:
    """The best match at the hour of ``match`` of those that keep the most of its people, none of whom was asked
    yet; None where there is none."""
    problem = scoped(problem, problem.request[match.request])
    found = (_at_its_hour(problem, request, match) for request in _sizes(problem, match))
    return next(filter(None, found), None)


def other_hour(problem: Problem, standing: Match) -> Match | None:
    """The best match that does not overlap ``standing``; None where there is none."""
    problem = scoped(problem, problem.request[standing.request])
    finders = (_finder(problem, request, standing) for request in _sizes(problem, standing))
    return next(filter(None, (_apart(finder, standing) for finder in finders)), None)


def _sizes(problem: Problem, standing: Match) -> tuple[Request, ...]:
    """The request with a panel no larger than the one that stands, where that may be smaller, and as it is."""
    request = problem.request[standing.request]
    small = replace(request, panel_max=max(request.panel_min, min(request.panel_max, len(standing.panel))))
    return (small,) if small == request else (small, request)


def at_short_notice(problem: Problem, ids: Collection[str] | None = None) -> Problem:
    """The problem in which nobody is asked too late: of all people, or of those with ``ids``."""
    experts = (without(each, (NOTICE,)) if ids is None or each.id in ids else each for each in problem.experts)
    interpreters = (
        without(each, (NOTICE,)) if ids is None or each.id in ids else each for each in problem.interpreters
    )
    return replace(problem, experts=tuple(experts), interpreters=tuple(interpreters))


def asked_already(problem: Problem, standing: Match) -> Problem:
    """The problem in which whoever comes to ``standing`` was asked in time for its hour, however near it is by now.

    It is of its request alone: any other would find the same people asked in time at that hour, which they were not.
    """
    assert [each.id for each in problem.requests] == [standing.request]
    hour, people = slots_of_match(standing, problem), standing.people
    experts = tuple(in_time(each, hour) if each.id in people else each for each in problem.experts)
    interpreters = tuple(in_time(each, hour) if each.id in people else each for each in problem.interpreters)
    if (experts, interpreters) == (problem.experts, problem.interpreters):
        return problem  # with all that is remembered of its people
    return replace(problem, experts=experts, interpreters=interpreters)


def _finder(problem: Problem, request: Request, standing: Match) -> Search:
    """A search in which keeping people counts most, and the way of interpreting that stands may stay."""
    keeping_one = spread(request, problem)
    weights = replace(problem.weights, stable_start=0, stable_expert=keeping_one, stable_interpreter=keeping_one)
    policy = keeping(problem.policy, (standing,))
    earlier = {standing.request: standing}
    changed = replace(problem, requests=(request,), weights=weights, policy=policy, tentative=earlier)
    return Search(changed, request.id)


def keeping(policy: Policy, standing: Collection[Match]) -> Policy:
    """``policy`` that lets relays which stand be kept rather than their people be sent away."""
    modes = {match.route.mode for match in standing}
    return replace(policy, relay_last=policy.relay_last and "relay" not in modes)


def _at_its_hour(problem: Problem, request: Request, standing: Match) -> Match | None:
    """The best match at the hour of ``standing``, which is all that is looked at."""
    grid = problem.grid
    if not grid.start <= standing.start < grid.end:
        return None
    earliest, deadline = max(request.earliest, standing.start), min(request.deadline, standing.end)
    finder = _finder(problem, replace(request, earliest=earliest, deadline=deadline), standing)
    found = finder.best_at(grid.slot(standing.start))
    return _in_its_room(found[1], finder.problem, standing) if found else None


def _apart(finder: Search, standing: Match) -> Match | None:
    apart = (match for _, match in finder.ranked() if match.end <= standing.start or match.start >= standing.end)
    return next((_in_its_room(match, finder.problem, standing) for match in apart), None)


def _in_its_room(match: Match, problem: Problem, standing: Match) -> Match:
    """The match in the room of ``standing``, where that still does: then nobody needs a new address to join at."""
    there = replace(match, room=standing.room)
    return there if standing.room in problem.room and not why_not(there, problem) else match


def _ranked(problem: Problem, match: Match | None) -> Ranked | None:
    return Ranked(match, score(match, problem)) if match else None
