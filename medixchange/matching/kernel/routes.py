"""The best team of interpreters on a way at every start at once, exactly."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from medixchange.matching.kernel.asks import Ask, StaffedWay
from medixchange.matching.kernel.bits import NEVER, Indexes, Numbers
from medixchange.matching.kernel.panels import Ranking, ranked


def best_teams(ask: Ask, way: StaffedWay, net: Numbers) -> Ranking:
    """What ``way`` with its best team is worth at each start, and the team's rows [2 * team, starts], -1 where nobody.

    ``net`` [interpreters, starts] is what each interpreter is worth there, ``NEVER`` where not free.
    """
    starts = net.shape[1]
    rows = np.full((2 * ask.team, starts), -1, np.int64)
    value = np.full(starts, float(way.points))
    if len(way.holders) == 2 and len(np.intersect1d(*way.holders)):
        worth, hired = _two_teams(ask, way, net)
        return value + worth, hired
    for leg, holders in enumerate(way.holders):
        worth, hired = ranked(net, holders, ask.team)
        value += worth.sum(axis=0)
        rows[leg * ask.team : (leg + 1) * ask.team] = hired
    return value, rows


def _two_teams(ask: Ask, way: StaffedWay, net: Numbers) -> Ranking:
    """Two teams without a common member: each is among the best twice as many of its leg."""
    size, starts = ask.team, net.shape[1]
    near, far = (ranked(net, holders, 2 * size) for holders in way.holders)
    value, rows = np.full(starts, NEVER), np.full((2 * size, starts), -1, np.int64)
    choices = list(combinations(range(2 * size), size))
    for one in choices:
        for other in choices:
            worth = near[0][list(one)].sum(axis=0) + far[0][list(other)].sum(axis=0)
            better = (worth > value) & ~_shared(near[1][list(one)], far[1][list(other)])
            if better.any():
                value[better] = worth[better]
                rows[:size, better] = near[1][list(one)][:, better]
                rows[size:, better] = far[1][list(other)][:, better]
    return value, rows


def _shared(one: Indexes, other: Indexes) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Where somebody is in both teams; both are [team, starts]."""
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = (one[:, None] == other[None]).any(axis=(0, 1))
    return found
