"""The best teams of interpreters on a way at every start at once, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from medixchange.matching.kernel.asks import StaffedWay
from medixchange.matching.kernel.bits import NEVER, Flags, Indexes, Numbers
from medixchange.matching.kernel.panels import Ranking, ranked


def best_teams(way: StaffedWay, net: Numbers) -> Ranking:
    """What ``way`` with its best teams is worth at each start, and their rows [legs * team, starts], -1 where nobody.

    ``net`` [interpreters, starts] is what each interpreter is worth there, ``NEVER`` where not free.
    """
    if not way.holders:
        return np.full(net.shape[1], float(way.points)), np.zeros((0, net.shape[1]), np.int64)
    legs = [net if len(way.holders) == 1 else net.copy() for _ in way.holders]
    value, rows = _teams(way.holders, legs, way.way.team)
    return value + way.points, rows


def _teams(holders: Sequence[Indexes], nets: Sequence[Numbers], team: int) -> Ranking:
    """The best teams of which no two share anybody; ``nets`` are what each interpreter is worth on each leg.

    Where the best teams of two legs share somebody, that one is spared on the one leg or on the other.
    """
    found = [ranked(net, able, team) for net, able in zip(nets, holders, strict=True)]
    value = sum((values.sum(axis=0) for values, _ in found), start=np.zeros(nets[0].shape[1]))
    rows = np.concatenate([who for _, who in found])
    open_ones = np.isfinite(value)
    for one, other in combinations(range(len(holders)), 2):
        who, shared = _shared(found[one][1], found[other][1])
        at = np.flatnonzero(shared & open_ones)
        if len(at):
            open_ones[at] = False
            spared = [_spared(holders, nets, team, leg, who[at], at) for leg in (one, other)]
            better = spared[1][0] > spared[0][0]
            value[at] = np.where(better, spared[1][0], spared[0][0])
            rows[:, at] = np.where(better, spared[1][1], spared[0][1])
    return value, rows


def _spared(
    holders: Sequence[Indexes], nets: Sequence[Numbers], team: int, leg: int, who: Indexes, at: Indexes
) -> Ranking:
    """The best teams at the starts ``at`` without ``who`` [at] on one leg."""
    without = [net[:, at] for net in nets]
    without[leg][who, np.arange(len(at))] = NEVER
    return _teams(holders, without, team)


def _shared(one: Indexes, other: Indexes) -> tuple[Indexes, Flags]:
    """Somebody who is in both teams at each start, and whether anybody is; both are [team, starts]."""
    both = (one[:, None] == other[None]).any(axis=1)
    first = both.argmax(axis=0)
    return one[first, np.arange(one.shape[1])], both.any(axis=0)
