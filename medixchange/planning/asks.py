"""One request laid out for planning: its starts, who could serve it at which, and what each would be worth there.

Everything that does not depend on the rest of a plan is counted here once, in points of FORMAT.md: S1, S4, S5, S6,
S7, S8 and S10. S2 belongs to a way, S3 to a panel, S9 to the whole plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import numpy as np

from medixchange.languages.bridge import Mode
from medixchange.matching.candidates import Candidate, Ground, ground
from medixchange.matching.clocks import half_hours
from medixchange.matching.presence import room_fits
from medixchange.matching.problem import Expert, Interpreter, Person, Problem, Request
from medixchange.matching.score import language_points, window_points
from medixchange.matching.teams import team_of
from medixchange.planning.bits import Flags, Indexes, Numbers, flags, indexes
from medixchange.planning.halls import Hall
from medixchange.planning.staff import Staff
from medixchange.times.grid import starts as starts_in

Who = TypeVar("Who", bound=Person)


@dataclass(frozen=True, slots=True)
class Crew:
    """Those of one kind who could serve a request.

    ``people`` [n] are places in their staff and ``free`` [n, starts] says when; ``worth`` of each at each start is
    ``clocks`` [zones, starts] of its ``zone`` [n], plus its ``bonus`` [n].
    """

    people: Indexes
    free: Flags
    clocks: Numbers
    zone: Indexes
    bonus: Numbers

    @property
    def worth(self) -> Numbers:
        """Points of each one at each start; shape [n, starts]."""
        found: Numbers = self.clocks[self.zone] + self.bonus[:, None]
        return found


@dataclass(frozen=True, slots=True)
class Way:
    """One way from the panel's language to the audience's: S2's points, and rows of the interpreters of each leg."""

    mode: Mode
    speech: str
    audience: str
    points: int
    legs: tuple[Indexes, ...] = ()


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language to present in: the rows of the experts who can, and the ways on from there."""

    rows: Indexes
    ways: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request with all that could serve it.

    ``at`` [starts] are slots, ``base`` [starts] the points of the hour itself; ``levels`` [experts, topics] what each
    knows, S3's points for a level being ``topic``. ``halls`` [legs] are the places of the halls that carry so many
    languages, each with when it is free [starts].
    """

    number: int
    request: Request
    hospital: int
    length: int
    at: Indexes
    base: Numbers
    experts: Crew
    levels: Indexes
    topic: int
    interpreters: Crew
    team: int
    ways: tuple[Way, ...]
    tongues: tuple[Tongue, ...]
    halls: tuple[tuple[tuple[int, Flags], ...], ...]

    @property
    def can_be(self) -> bool:
        """Whether there is any start and any way at all."""
        return bool(self.at.size and self.tongues)


def ask(
    number: int, request: Request, problem: Problem, *, hospital: int, staff: tuple[Staff, Staff], halls: Sequence[Hall]
) -> Ask:
    """``request`` laid out; ``staff`` are the experts and the interpreters."""
    found = ground(problem, request.id)
    at = np.flatnonzero(flags(found.starts, problem.grid.slots))
    levels = [[each.who.specialties.get(code, 0) for code in request.specialties] for each in found.experts]
    known = indexes(levels).reshape(len(found.experts), len(request.specialties))
    ways, tongues = _languages(found, known)
    return Ask(
        number=number,
        request=request,
        hospital=hospital,
        length=found.length,
        at=at,
        base=_base(found, at),
        experts=_experts(found, at, staff[0]),
        levels=known,
        topic=problem.weights.specialty,
        interpreters=_interpreters(found, at, staff[1]),
        team=team_of(request, problem),
        ways=ways,
        tongues=tongues,
        halls=tuple(tuple(_halls(found, at, halls, legs)) for legs in range(3)),
    )


def _base(found: Ground, at: Indexes) -> Numbers:
    """S1, S4, S5 of the hospital, S7, and S10 of the hour."""
    problem, request = found.problem, found.request
    weights, hospital = problem.weights, problem.hospital[request.hospital]
    outside = half_hours(problem.grid, hospital.zone, problem.policy.hospital_soft, found.length)
    points = weights.serve[request.urgency] - weights.humane_hospital * np.asarray(outside, np.float64)[at]
    since = (problem.grid.start - request.earliest) // timedelta(seconds=1)
    days = (at * problem.grid.minutes * 60 + since) // 86_400
    points -= weights.soon * request.urgency * days
    wished = np.zeros(len(at))
    for window in request.windows:
        inside = flags(starts_in(window.slots, found.length), problem.grid.slots)[at]
        wished = np.maximum(wished, inside * window_points(window.weight, weights))
    points += wished
    earlier = problem.tentative.get(request.id)
    if earlier is not None:
        slot, rest = divmod(earlier.start - problem.grid.start, problem.grid.step)
        points[(at == slot) & (not rest)] += weights.stable_start
    result: Numbers = points
    return result


def _experts(found: Ground, at: Indexes, staff: Staff) -> Crew:
    """S5, S6 and S10 of each expert."""
    problem, request = found.problem, found.request
    weights, earlier = problem.weights, problem.tentative.get(request.id)
    kept = earlier.panel if earlier else ()

    def bonus(each: Expert) -> int:
        return weights.continuity * (each.id == request.continuity) + weights.stable_expert * (each.id in kept)

    return _crew(found, found.experts, at, staff, bonus=bonus, humane=weights.humane_expert)


def _interpreters(found: Ground, at: Indexes, staff: Staff) -> Crew:
    """S5, S8 and S10 of each interpreter."""
    weights, earlier = found.problem.weights, found.problem.tentative.get(found.request.id)
    kept = earlier.route.interpreters if earlier else ()

    def bonus(each: Interpreter) -> int:
        return weights.stable_interpreter * (each.id in kept) - weights.interp_cost

    return _crew(found, found.interpreters, at, staff, bonus=bonus, humane=weights.humane_interp)


def _crew(
    found: Ground,
    candidates: Sequence[Candidate[Who]],
    at: Indexes,
    staff: Staff,
    *,
    bonus: Callable[[Who], int],
    humane: int,
) -> Crew:
    problem = found.problem
    zones = sorted({each.who.zone for each in candidates})
    clocks = np.zeros((len(zones), len(at)))
    for row, zone in enumerate(zones):
        outside = half_hours(problem.grid, zone, problem.policy.expert_soft, found.length)
        clocks[row] = -humane * np.asarray(outside, np.float64)[at]
    free = np.zeros((len(candidates), len(at)), np.bool_)
    for row, each in enumerate(candidates):
        free[row] = flags(each.starts, problem.grid.slots)[at]
    return Crew(
        people=indexes([staff.place[each.who.id] for each in candidates]),
        free=free,
        clocks=clocks,
        zone=indexes([zones.index(each.who.zone) for each in candidates]),
        bonus=np.asarray([bonus(each.who) for each in candidates], np.float64),
    )


def _languages(found: Ground, known: Indexes) -> tuple[tuple[Way, ...], tuple[Tongue, ...]]:
    """The languages in which a panel could cover every topic, and the ways from each to the audience."""
    ways: list[Way] = []
    tongues = []
    least = found.problem.policy.lang_min_expert
    for speech in found.speech:
        able = [row for row, each in enumerate(found.experts) if each.who.speaking.get(speech, 0) >= least]
        if known[able].any(axis=0).all():
            mine = list(_ways(found, speech))
            if mine:
                tongues.append(Tongue(indexes(able), tuple(range(len(ways), len(ways) + len(mine)))))
                ways += mine
    return tuple(ways), tuple(tongues)


def _ways(found: Ground, speech: str) -> Iterator[Way]:
    problem, request = found.problem, found.request
    relay, team = problem.policy.relay, team_of(request, problem)
    for audience in found.heard:
        level = request.audience[audience]
        if audience == speech:
            yield Way("direct", speech, audience, language_points(problem, "direct", level))
            continue
        direct = _holders(found, speech, audience)
        if team and len(direct) >= team:
            yield Way("interpreter", speech, audience, language_points(problem, "interpreter", level), (direct,))
        near, far = _holders(found, speech, relay), _holders(found, relay, audience)
        if team and relay not in (speech, audience) and min(len(near), len(far)) >= team:
            yield Way("relay", speech, audience, language_points(problem, "relay", level), (near, far))


def _holders(found: Ground, one: str, other: str) -> Indexes:
    """The rows of the interpreters who join two languages."""
    return indexes([row for row, each in enumerate(found.interpreters) if each.who.joins(one, other)])


def _halls(found: Ground, at: Indexes, halls: Sequence[Hall], legs: int) -> Iterator[tuple[int, Flags]]:
    for place, hall in enumerate(halls):
        if room_fits(hall.first, found.request, legs):
            free = flags(starts_in(hall.free, found.length), found.problem.grid.slots)[at]
            if free.any():
                yield place, free
