"""Lays a request out for the kernel; what does not depend on other requests of a plan is counted here, once.

In points of FORMAT.md: S1, S4, S5, S6, S7, S8 and S10. S2 belongs to a way, S3 to a panel, S9 to the whole plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache, lru_cache
from typing import TypeVar

import numpy as np

from medixchange.matching.candidates import Candidate, Ground
from medixchange.matching.clocks import half_hours
from medixchange.matching.kernel.asks import Ask, Crew, StaffedWay, Tongue
from medixchange.matching.kernel.bits import Flags, Indexes, Numbers, Packed, flags, flags_of, indexes
from medixchange.matching.opened import hurried
from medixchange.matching.resources import Person
from medixchange.matching.score import served
from medixchange.matching.terms_of_hours import window_points, wishing
from medixchange.matching.terms_of_languages import conversing
from medixchange.matching.ways import Pair, Way, ways
from medixchange.policies.values import Minutes
from medixchange.times.grid import Grid
from medixchange.times.grid import starts as starts_in

Who = TypeVar("Who", bound=Person)
Places = Sequence[tuple[int, int]]
"""Halls by their places, each with the starts (bits) at which it is free."""


def ask(found: Ground, halls: Sequence[Places], *, number: int = 0, row: int = 0) -> Ask:
    """The request of ``found`` laid out; ``halls`` [channels] are those that carry so many languages."""
    problem, request = found.problem, found.request
    at = np.flatnonzero(flags(found.starts, problem.grid.slots))
    knowledge = [each.who.specialties for each in found.experts]
    by_topic = [[levels.get(code, 0) for levels in knowledge] for code in request.specialties]
    known = np.ascontiguousarray(indexes(by_topic).reshape(len(request.specialties), len(knowledge)).T)
    staffed, tongues = _languages(found, known, at)
    return Ask(
        number=number,
        row=row,
        request=request,
        hospitals=tuple(problem.hospital_place[each] for each in request.hospitals),
        length=found.length,
        at=at,
        base=_base(found, at),
        experts=_experts(found, at),
        levels=known,
        topic=problem.weights.specialty,
        fair=problem.weights.fair,
        interpreters=_interpreters(found, at),
        ways=staffed,
        tongues=tongues,
        halls=tuple(_free(found, at, places) for places in halls),
    )


def _free(found: Ground, at: Indexes, places: Places) -> tuple[tuple[int, Flags], ...]:
    slots = found.problem.grid.slots
    return tuple((place, flags(free, slots)[at]) for place, free in places if free & found.starts)


def _base(found: Ground, at: Indexes) -> Numbers:
    """S1, S4, S5 of the hospitals, S7, and S10 of the hour."""
    problem, request, weights = found.problem, found.request, found.problem.weights
    points: Numbers = served(request, problem) + _wished(found, at)
    for each in request.hospitals:
        outside = _outside(problem.grid, problem.hospital[each].zone, problem.policy.hospital_soft, found.length)
        points -= weights.humane_hospital * outside[at]
    since = (problem.grid.start - request.earliest) // timedelta(seconds=1)
    points -= weights.soon * request.urgency * ((at * problem.grid.minutes * 60 + since) // 86_400)
    earlier = problem.tentative.get(request.id)
    if earlier is not None:
        slot, rest = divmod(earlier.start - problem.grid.start, problem.grid.step)
        points[(at == slot) & (not rest) & (request.minutes <= earlier.minutes)] += weights.stable_start
    return points


def _wished(found: Ground, at: Indexes) -> Numbers:
    """S4: the mean of those who named windows."""
    slots, weights, wishes = found.problem.grid.slots, found.problem.weights, wishing(found.request)
    total = np.zeros(len(at))
    for party in wishes:
        best = np.zeros(len(at))
        for window in party.windows:
            inside = flags(starts_in(window.slots, found.length), slots)[at]
            best = np.maximum(best, inside * window_points(window.weight, weights))
        total += best
    mean: Numbers = total // max(1, len(wishes))
    return mean


@lru_cache(maxsize=512)
def _outside(grid: Grid, zone: str, soft: Minutes, length: int) -> Numbers:
    """``half_hours`` as an array that nobody writes to."""
    found = np.asarray(half_hours(grid, zone, soft, length), np.float64)
    found.flags.writeable = False
    return found


def _experts(found: Ground, at: Indexes) -> Crew:
    """S5, S6 and S10 of each expert."""
    problem, request = found.problem, found.request
    weights, earlier = problem.weights, problem.tentative.get(request.id)
    kept = earlier.panel if earlier else ()

    bonus = dict.fromkeys(kept, weights.stable_expert)
    if request.continuity is not None:
        bonus[request.continuity] = bonus.get(request.continuity, 0) + weights.continuity
    return _crew(found, found.experts, at, problem.expert_place, bonus=bonus, humane=weights.humane_expert)


def _interpreters(found: Ground, at: Indexes) -> Crew:
    """S5, S8 and S10 of each interpreter."""
    problem = found.problem
    weights, earlier = problem.weights, problem.tentative.get(found.request.id)
    kept = earlier.route.interpreters if earlier else ()

    bonus = dict.fromkeys(kept, weights.stable_interpreter)
    crew = _crew(found, found.interpreters, at, problem.interpreter_place, bonus=bonus, humane=weights.humane_interp)
    return replace(crew, bonus=crew.bonus - weights.interp_cost)


def _crew(
    found: Ground,
    candidates: Sequence[Candidate[Who]],
    at: Indexes,
    places: Mapping[str, int],
    *,
    bonus: Mapping[str, int],
    humane: int,
) -> Crew:
    """Those of ``candidates`` with the ``bonus`` of some by id."""
    problem = found.problem
    people = [each.who for each in candidates]
    clock_of = [(each.zone, hurried(each, found.request, problem)) for each in people]
    zones = {key: place for place, key in enumerate(sorted(set(clock_of)))}
    clocks = np.zeros((len(at), len(zones)))
    for (zone, late), place in zones.items():
        clocks[:, place] = -humane * _outside(problem.grid, zone, problem.policy.expert_soft, found.length)[at]
        clocks[:, place] -= (problem.hurry or 0) * flags(late, problem.grid.slots)[at]
    return Crew(
        people=indexes([places[each.id] for each in people]),
        bits=_bits([each.starts for each in candidates], at),
        clocks=clocks,
        zone=indexes([zones[key] for key in clock_of]),
        bonus=np.asarray([bonus.get(each.id, 0) for each in people], np.float64),
    )


def _bits(masks: Sequence[int], at: Indexes) -> Packed:
    """The bits of each mask at the starts ``at``, those of one start in a row; only what lies between the first and the
    last is unpacked."""
    first, span = (int(at[0]), int(at[-1] - at[0]) + 1) if len(at) else (0, 1)
    wanted = (1 << span) - 1
    return np.packbits(flags_of([mask >> first & wanted for mask in masks], span).T[at - first], axis=1)


def _languages(found: Ground, known: Indexes, at: Indexes) -> tuple[tuple[StaffedWay, ...], tuple[Tongue, ...]]:
    """The languages in which a panel could cover every topic, and the staffed ways from each to the audience."""
    staffed: list[StaffedWay] = []
    tongues = []
    holders = cache(lambda leg: indexes(found.holders(*leg)))
    for speech, places in found.presenters.items():
        rows = indexes(places)
        if known[rows].any(axis=0).all():
            possible = ways(found.request, found.problem, speech)
            mine = [each for way in possible for each in _staffed(found, way, at, holders)]
            if mine:
                tongues.append(Tongue(rows, tuple(range(len(staffed), len(staffed) + len(mine)))))
                staffed += mine
    return tuple(staffed), tuple(sorted(tongues, key=lambda each: _last(found, each, staffed)))


def _last(found: Ground, tongue: Tongue, staffed: Sequence[StaffedWay]) -> tuple[bool, int]:
    """First comes a language of all, whose panels are known anyway, then those with the best ways."""
    cost = found.problem.weights.interp_cost
    points = max(staffed[number].points - cost * staffed[number].way.hired for number in tongue.ways)
    return len(tongue.rows) < len(found.experts), -points


def _staffed(found: Ground, way: Way, at: Indexes, holders: Callable[[Pair], Indexes]) -> Iterable[StaffedWay]:
    """``way`` if each of its legs has enough interpreters at all; ``holders`` are the rows of those who hold a pair."""
    able = tuple([holders(leg) for leg in way.legs])
    if all(len(each) >= way.team for each in able):
        points = conversing(found.request, found.problem, way.mode, way.speech, way.audiences, way.legs)
        yield StaffedWay(way, points, able, _allowed(found, way, at))


def _allowed(found: Ground, way: Way, at: Indexes) -> Flags | None:
    """When a relay may be taken, where the house takes it only when no straighter way has its teams."""
    if not way.relayed or not found.problem.policy.relay_last:
        return None
    return ~flags(found.straighter(way) & found.starts, found.problem.grid.slots)[at]
