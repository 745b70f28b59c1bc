"""The terms of the score about the hour (S4, S5, S7); see ``score``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from medixchange.matching.clocks import minutes_outside
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.reasons import slots_of_match
from medixchange.matching.requests import Party, Request
from medixchange.matching.terms import Part
from medixchange.messages import Message, Value, count, listed, say
from medixchange.policies.values import Minutes, Weights
from medixchange.times.grid import Grid


def wished(match: Match, problem: Problem) -> Part:
    """S4: inside a window that the hospital prefers; of several hospitals the mean of those that named any."""
    slots, wishes = slots_of_match(match, problem), wishing(problem.request[match.request])
    inside = [max((each.weight for each in party.windows if not slots & ~each.slots), default=0) for party in wishes]
    points = sum(window_points(weight, problem.weights) for weight in inside) // max(1, len(wishes))
    return Part("S4", points, _wish_words(inside) if wishes else None)


def window_points(weight: int, weights: Weights) -> int:
    """S4 for a window of ``weight`` (0: outside all)."""
    return weight * weights.window // 100


def wishing(request: Request) -> tuple[Party, ...]:
    """The audiences that prefer some hours."""
    return tuple(party for party in request.parties if party.windows)


def _wish_words(inside: Sequence[int]) -> Message:
    if all(inside):
        return say("Inside a window that the hospital named.")
    if any(inside):
        return say("Inside the windows of some of the hospitals, outside those of others.")
    return say("Outside the windows that the hospital named.")


def humane(match: Match, problem: Problem) -> Part:
    """S5: begun half-hours outside working hours, of the hospitals and of everybody who works."""
    policy, weights = problem.policy, problem.weights
    hospitals = [problem.hospital[each] for each in problem.request[match.request].hospitals]
    everybody = [(each.name, each.zone, policy.hospital_soft, weights.humane_hospital) for each in hospitals]
    for who in match.panel:
        expert = problem.expert[who]
        everybody.append((expert.name, expert.zone, policy.expert_soft, weights.humane_expert))
    for who in match.route.interpreters:
        interpreter = problem.interpreter[who]
        everybody.append((interpreter.name, interpreter.zone, policy.expert_soft, weights.humane_interp))
    points, outside = 0, list[Value]()
    for name, zone, soft, weight in everybody:
        halves = half_hours_outside(match, problem, zone, soft)
        points -= weight * halves
        if halves:
            outside.append(say("%(name)s (%(minutes)s min)", name=name, minutes=30 * halves))
    if outside:
        return Part("S5", points, say("Outside working hours: %(people)s.", people=listed(outside)))
    return Part("S5", points, say("Inside working hours for everyone."))


def half_hours_outside(match: Match, problem: Problem, zone: str, soft: Minutes) -> int:
    """Begun half-hours of the session outside ``soft`` hours of ``zone``; a confirmed one may lie off the grid."""
    grid, length = problem.grid, problem.length(match.minutes)
    first, rest = divmod(match.start - grid.start, grid.step)
    if rest or not 0 <= first <= grid.slots - length:
        grid, first = Grid(match.start, length, grid.minutes), 0
    return -(-minutes_outside(grid, zone, soft, first, length) // 30)


def soon(match: Match, problem: Problem) -> Part:
    """S7: whole days of waiting after the earliest possible moment, the heavier the more urgent."""
    request = problem.request[match.request]
    waited = days_waited(request, match)
    words = count("The hospital waits %(num)s day for it.", "The hospital waits %(num)s days for it.", waited)
    return Part("S7", -problem.weights.soon * request.urgency * waited, words if waited else None)


def days_waited(request: Request, match: Match) -> int:
    """Whole days between the request's earliest moment and the start."""
    return (match.start - request.earliest) // timedelta(days=1)
